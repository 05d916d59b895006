import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const SETTLE_DELAY = 300;

/** Asks for a client from anywhere; tells operators how many requests wait, live. */
export class RequestMenu extends Component {
    static template = "crm_discipline.RequestMenu";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ isAsker: false, isOperator: false, waiting: 0, rejected: 0 });
        const bus = useService("bus_service");
        const reload = useDebounced(() => this.load(), SETTLE_DELAY);
        onWillStart(async () => {
            const [isAsker, isOperator] = await Promise.all([
                user.hasGroup("sales_team.group_sale_salesman"),
                user.hasGroup("crm_discipline.group_operator"),
            ]);
            Object.assign(this.state, { isAsker, isOperator });
            if (isAsker || isOperator) {
                bus.subscribe("crm_discipline.requests_changed", reload);
                // not awaited: nobody waits for a counter, and none stops a page
                this.load().catch(() => {});
            }
        });
        useBus(bus, "BUS:RECONNECT", reload);
        onWillUnmount(() => bus.unsubscribe("crm_discipline.requests_changed", reload));
    }

    get isShown() {
        return this.state.isAsker || this.state.isOperator;
    }

    get count() {
        return this.state.isOperator ? this.state.waiting : this.state.rejected;
    }

    get title() {
        return this.state.isOperator ? _t("Data requests") : _t("Ask for a client");
    }

    async load() {
        if (this.isShown) {
            const found = await this.orm.silent.call("crm.data.request", "get_counts", []);
            Object.assign(this.state, found);
        }
    }

    ask() {
        return this.action.doAction("crm_discipline.crm_data_request_action_ask");
    }

    openMine() {
        return this.action.doAction("crm_discipline.crm_data_request_action_mine");
    }

    openDesk() {
        return this.action.doAction("crm_discipline.crm_data_request_action", {
            clearBreadcrumbs: true,
        });
    }

    async takeNext() {
        const action = await this.orm.call("crm.data.request", "action_take_next", [[]]);
        await this.action.doAction(action);
    }
}

registry
    .category("systray")
    .add("crm_discipline.RequestMenu", { Component: RequestMenu }, { sequence: 21 });
