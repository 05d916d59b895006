import { onWillStart, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const SETTLE_DELAY = 300;

/** Call ``reload`` when requests changed, a moment after the last of several changes. */
export function useRequestsChanged(reload) {
    const bus = useService("bus_service");
    const debounced = useDebounced(reload, SETTLE_DELAY);
    bus.subscribe("crm_discipline.requests_changed", debounced);
    // what happened while the connection was lost
    useBus(bus, "BUS:RECONNECT", debounced);
    onWillUnmount(() => bus.unsubscribe("crm_discipline.requests_changed", debounced));
}

/** The desk: what waits, oldest first; it changes by itself while others ask and work. */
export class DataRequestKanbanController extends KanbanController {
    static template = "crm_discipline.DataRequestKanbanView";

    setup() {
        super.setup();
        this.action = useService("action");
        this.orm = useService("orm");
        onWillStart(async () => {
            this.isOperator = await user.hasGroup("crm_discipline.group_operator");
        });
        useRequestsChanged(() => this.model.load());
    }

    async takeNext() {
        const action = await this.orm.call("crm.data.request", "action_take_next", [[]]);
        await this.action.doAction(action);
    }
}

export class DataRequestListController extends ListController {
    setup() {
        super.setup();
        useRequestsChanged(() => {
            if (!this.model.root.editedRecord && !this.model.root.selection?.length) {
                return this.model.load();
            }
        });
    }
}

/**
 * The next request opens in place of the one that is settled, not on top of it.
 *
 * What others do with the request meanwhile shows by itself, unless something is being typed.
 */
export class DataRequestFormController extends FormController {
    setup() {
        super.setup();
        useRequestsChanged(async () => {
            const { root } = this.model;
            if (root.resId && !(await root.isDirty())) {
                await root.load();
            }
        });
    }

    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name !== "action_take_next") {
            return super.beforeExecuteActionButton(...arguments);
        }
        const action = await this.orm.call("crm.data.request", "action_take_next", [[]]);
        if (action.res_id) {
            await this.model.load({ resId: action.res_id });
        } else {
            await this.env.services.action.doAction(action);
        }
        return false;
    }
}

registry.category("views").add("data_request_kanban", {
    ...kanbanView,
    Controller: DataRequestKanbanController,
});
registry.category("views").add("data_request_list", {
    ...listView,
    Controller: DataRequestListController,
});
registry.category("views").add("data_request_form", {
    ...formView,
    Controller: DataRequestFormController,
});
