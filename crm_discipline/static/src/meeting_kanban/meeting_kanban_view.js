import { useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { STATUS_ACTIONS } from "../meeting_status/meeting_status_field";

/**
 * Cards of meetings in columns by status. Dropping a card says what came of the meeting, so it
 * does what the button of that status does: it may ask for the result, and can be undone.
 */
export class MeetingKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /** In other columns (by client, by month) a card has nowhere sensible to go. */
    get canMoveRecords() {
        return super.canMoveRecords && this.props.list.groupByField?.name === "meeting_status";
    }

    async sortRecordDrop(dataRecordId, dataGroupId, { element, parent }) {
        const { list } = this.props;
        const target = list.groups.find((group) => group.id === parent?.dataset.id);
        const record = list.records.find((candidate) => candidate.id === dataRecordId);
        parent?.classList.remove("o_kanban_hover");
        if (!target || !record || target.id === element.parentElement.dataset.id) {
            return;
        }
        const result = await this.orm.call(record.resModel, STATUS_ACTIONS[target.value], [
            [record.resId],
        ]);
        await this.action.doAction(result, { onClose: () => list.model.load() });
    }
}

registry.category("views").add("meeting_kanban", {
    ...kanbanView,
    Renderer: MeetingKanbanRenderer,
});
