import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { CallStatusButtons } from "../call_status/call_status_buttons";

// Nobody lets a telephone ring longer; what the system forgot to end goes by itself.
const LONGEST = 10 * 60 * 1000;

/**
 * Who is calling, while the telephone rings: client, last meeting, open opportunities.
 *
 * It takes neither the focus nor a click away from what is being done.
 */
export class IncomingCalls extends Component {
    static template = "crm_discipline.IncomingCalls";
    static components = { CallStatusButtons };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ calls: [], canCreate: true });
        this.timers = new Map();
        const bus = useService("bus_service");
        const onCall = ({ id }) => this.show(id);
        const onOver = ({ id }) => this.dismiss(id);
        onWillStart(async () => {
            if (await user.hasGroup("sales_team.group_sale_salesman")) {
                bus.subscribe("crm_discipline.incoming_call", onCall);
                bus.subscribe("crm_discipline.call_over", onOver);
            }
        });
        onWillUnmount(() => {
            bus.unsubscribe("crm_discipline.incoming_call", onCall);
            bus.unsubscribe("crm_discipline.call_over", onOver);
            this.timers.forEach((timer) => clearTimeout(timer));
        });
    }

    async show(id) {
        const [call, canCreate] = await Promise.all([
            this.orm.silent.call("crm.call", "get_incoming_call", [id]),
            user.checkAccessRight("res.partner", "create"),
        ]);
        this.state.canCreate = canCreate;
        this.dismiss(id);
        if (call && !call.is_over) {
            this.state.calls.push(call);
            this.timers.set(
                id,
                setTimeout(() => this.dismiss(id), LONGEST)
            );
        }
    }

    dismiss(id) {
        clearTimeout(this.timers.get(id));
        this.timers.delete(id);
        this.state.calls = this.state.calls.filter((call) => call.id !== id);
    }

    date(meeting) {
        return formatDate(deserializeDateTime(meeting.date));
    }

    who(call) {
        return call.partner?.name || call.lead?.name || "";
    }

    async open(call, model, id) {
        this.dismiss(call.id);
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openCaller(call) {
        if (call.partner) {
            return this.open(call, "res.partner", call.partner.id);
        }
        if (call.lead) {
            return this.open(call, "crm.lead", call.lead.id);
        }
        return this.open(call, "crm.call", call.id);
    }

    async choose(call, partnerId) {
        await this.orm.call("crm.call", "action_choose_client", [[call.id], partnerId]);
        await this.show(call.id);
    }

    async newClient(call) {
        const action = await this.orm.call("crm.call", "action_new_client", [[call.id]]);
        await this.action.doAction(action, { onClose: () => this.show(call.id) });
    }

    async setStatus(call, statusId) {
        this.dismiss(call.id);
        const args = [[call.id], statusId];
        const action = await this.orm.call("crm.call", "action_set_status", args);
        await this.action.doAction(action);
    }
}

registry
    .category("main_components")
    .add("crm_discipline.IncomingCalls", { Component: IncomingCalls, props: {} });
