import { registry } from "@web/core/registry";

/**
 * The quick statuses of calls, in order, read once a page.
 *
 * @typedef {{id: number, name: string, icon: string, color: number, key: string | false,
 *     requires_note: boolean, is_handled: boolean}} CallStatus
 */
export const callStatusService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        let statuses;
        return {
            /** @returns {Promise<CallStatus[]>} */
            load() {
                statuses ||= orm.call("crm.call.status", "get_call_statuses").catch((error) => {
                    statuses = undefined;
                    throw error;
                });
                return statuses;
            },
        };
    },
};

registry.category("services").add("crm_discipline.call_status", callStatusService);
