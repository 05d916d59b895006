import { onPatched, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { CallStatusButtons } from "../call_status/call_status_buttons";
import { setCallStatus } from "../call_status/call_status_field";

/** On the row with the focus, a number key says what came of the call, or of all chosen ones. */
export class CallListRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
        const service = useService("crm_discipline.call_status");
        onWillStart(async () => {
            this.statuses = await service.load();
        });
        onPatched(() => this.focusRow());
    }

    onCellKeydown(ev, _group, record) {
        const isModified = ev.ctrlKey || ev.altKey || ev.metaKey;
        const status = !isModified && this.statuses.find((candidate) => candidate.key === ev.key);
        if (
            status &&
            record &&
            !record.isInEdition &&
            !ev.target.closest("input:not([type=checkbox])")
        ) {
            ev.preventDefault();
            ev.stopPropagation();
            this.setStatus(record, status.id);
            return;
        }
        super.onCellKeydown(...arguments);
    }

    async setStatus(record, statusId) {
        const { list } = this.props;
        const { selection } = list;
        const ids = selection.includes(record)
            ? selection.map((chosen) => chosen.resId)
            : [record.resId];
        const position = [...this.tableRef.el.querySelectorAll(".o_data_row")].findIndex(
            (row) => row.dataset.id === record.id
        );
        await setCallStatus(this, ids, statusId, async () => {
            this.rowToFocus = position;
            await list.model.root.load();
        });
    }

    /** The next call is where the last one was: its row takes the focus. */
    focusRow() {
        if (this.rowToFocus === undefined) {
            return;
        }
        const rows = this.tableRef.el?.querySelectorAll(".o_data_row") || [];
        rows[Math.min(this.rowToFocus, rows.length - 1)]?.querySelector("td.o_data_cell")?.focus();
        this.rowToFocus = undefined;
    }
}

export class CallListController extends ListController {
    static template = "crm_discipline.CallListView";
    static components = { ...ListController.components, CallStatusButtons };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    async setStatusOfChosen(statusId) {
        const { root } = this.model;
        const ids = await root.getResIds(true);
        await setCallStatus(this, ids, statusId, () => root.load());
    }
}

registry.category("views").add("crm_call_list", {
    ...listView,
    Controller: CallListController,
    Renderer: CallListRenderer,
});
