import { onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { setCallStatus } from "../call_status/call_status_field";

/**
 * Cards of calls by status. Those without one are what is worked on, so their column is open.
 * Dropping a card does what the click on that status does: it may ask for a note, and can be undone.
 */
export class CallKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
        onMounted(() => {
            const { list } = this.props;
            const waiting = list.groups?.find((group) => group.value === false);
            if (waiting?.isFolded && list.groupByField?.name === "status_id") {
                waiting.toggle();
            }
        });
    }

    async sortRecordDrop(dataRecordId, dataGroupId, { element, parent }) {
        const { list } = this.props;
        const target = list.groups.find((group) => group.id === parent?.dataset.id);
        const record = list.records.find((candidate) => candidate.id === dataRecordId);
        if (list.groupByField?.name !== "status_id" || !target?.value || !record) {
            return super.sortRecordDrop(...arguments);
        }
        parent.classList.remove("o_kanban_hover");
        if (target.id !== element.parentElement.dataset.id) {
            await setCallStatus(this, [record.resId], target.value, () => list.model.load());
        }
    }
}

registry.category("views").add("crm_call_kanban", {
    ...kanbanView,
    Renderer: CallKanbanRenderer,
});
