import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CallStatusButtons } from "../call_status/call_status_buttons";
import { setCallStatus } from "../call_status/call_status_field";
import { sayWhen } from "../time_ago/say_when";

const SETTLE_DELAY = 300;

/** The calls that wait for a status: how many, live, and the newest with their buttons. */
export class CallMenu extends Component {
    static template = "crm_discipline.CallMenu";
    static components = { CallStatusButtons, Dropdown };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dropdown = useDropdownState();
        this.state = useState({ isShown: false, count: 0, calls: [] });
        const bus = useService("bus_service");
        const reload = useDebounced(() => this.load(), SETTLE_DELAY);
        onWillStart(async () => {
            this.state.isShown = await user.hasGroup("sales_team.group_sale_salesman");
            if (this.state.isShown) {
                bus.subscribe("crm_discipline.calls_changed", reload);
                // not awaited: nobody waits for a counter, and none stops a page
                this.load().catch(() => {});
            }
        });
        // what happened while the connection was lost
        useBus(bus, "BUS:RECONNECT", reload);
        onWillUnmount(() => bus.unsubscribe("crm_discipline.calls_changed", reload));
    }

    async load() {
        if (!this.state.isShown) {
            return;
        }
        const found = await this.orm.silent.call("crm.call", "get_calls_to_process", []);
        Object.assign(this.state, found);
    }

    who(call) {
        // (never nothing: it is what opens the call)
        return call.partner?.name || call.lead?.name || call.phone || _t("Call");
    }

    when(call) {
        return sayWhen(call.start);
    }

    setStatus(call, statusId) {
        return setCallStatus(this, [call.id], statusId, () => this.load());
    }

    open(call) {
        this.dropdown.close();
        const target = call.partner
            ? ["res.partner", call.partner.id]
            : call.lead
              ? ["crm.lead", call.lead.id]
              : ["crm.call", call.id];
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: target[0],
            res_id: target[1],
            views: [[false, "form"]],
        });
    }

    openAll() {
        this.dropdown.close();
        return this.action.doAction("crm_discipline.crm_call_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry
    .category("systray")
    .add("crm_discipline.CallMenu", { Component: CallMenu }, { sequence: 22 });
