import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CallStatusButtons } from "./call_status_buttons";

/**
 * Say what came of calls.
 *
 * @param {Object} services orm and action
 * @param {number[]} ids of the calls
 * @param {number} statusId
 * @param {Function} reload called when it is said
 */
export async function setCallStatus({ orm, action }, ids, statusId, reload) {
    const result = await orm.call("crm.call", "action_set_status", [ids, statusId]);
    await action.doAction(result, { onClose: reload });
}

/**
 * The quick statuses of a call as buttons.
 *
 * In a list with chosen rows, a click on one of them is for all of them. A call that is being
 * logged is saved by the click.
 */
export class CallStatusField extends Component {
    static template = "crm_discipline.CallStatusField";
    static components = { CallStatusButtons };
    static props = { ...standardFieldProps, showKeys: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get value() {
        return this.props.record.data[this.props.name]?.id || false;
    }

    async setStatus(statusId) {
        const { record } = this.props;
        if (!record.resId) {
            // what is missing comes first: a status on a call that is not saved looks like said
            if (!(await record.checkValidity({ displayNotification: true }))) {
                return;
            }
            await record.update({ [this.props.name]: { id: statusId } });
            await record.save();
            return;
        }
        if (!(await record.save())) {
            return;
        }
        const { root } = record.model;
        const selection = root.selection || [];
        const ids = selection.includes(record)
            ? selection.map((chosen) => chosen.resId)
            : [record.resId];
        await setCallStatus(this, ids, statusId, () => root.load());
    }
}

export const callStatusField = {
    component: CallStatusField,
    displayName: _t("Call status"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }) => ({ showKeys: Boolean(options.keys) }),
};

registry.category("fields").add("call_status", callStatusField);
