import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat as parseNumber } from "@web/views/fields/parsers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * @typedef {Object} Change what a cell is to hold
 * @property {number} row
 * @property {number} column
 * @property {number|null} target null for no target
 */

/**
 * Read a block that was copied from a spreadsheet.
 *
 * @param {string} text lines of cells, separated by tabs
 * @returns {string[][]}
 */
export function readBlock(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t"));
}

/** The targets of a plan as a spreadsheet: a row per salesperson, a column per metric. */
export class PlanGrid extends Component {
    static template = "crm_discipline.PlanGrid";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.table = useRef("table");
        this.keepLast = new KeepLast();
        this.mutex = new Mutex();
        this.history = [];
        this.state = useState({
            grid: null,
            // the corners of the selection; the cursor is its last corner
            from: { row: 0, column: 0 },
            to: { row: 0, column: 0 },
            percentage: "100",
            undoable: false,
        });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => {
            const { resId, data } = next.record;
            const known = `${resId} ${data.state} ${data.team_id?.id} ${data.date_from}`;
            if (known !== this.known) {
                return this.load(next.record);
            }
        });
    }

    async load(record) {
        const { resId, data } = record;
        this.known = `${resId} ${data.state} ${data.team_id?.id} ${data.date_from}`;
        if (!resId) {
            this.state.grid = null;
            return;
        }
        const request = this.orm.call("crm.plan", "get_grid", [[resId]]);
        this.state.grid = await this.keepLast.add(request);
    }

    // ------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------

    get rows() {
        return this.state.grid.rows;
    }

    get metrics() {
        return this.state.grid.metrics;
    }

    get isEditable() {
        return this.state.grid.is_editable;
    }

    cell(row, column) {
        return this.rows[row].cells[this.metrics[column].id];
    }

    format(amount) {
        if (amount === null || amount === undefined || amount === false) {
            return "";
        }
        return formatFloat(amount, { digits: [16, Number.isInteger(amount) ? 0 : 2] });
    }

    total(column) {
        const id = this.metrics[column].id;
        return this.format(this.rows.reduce((sum, row) => sum + (row.cells[id].target || 0), 0));
    }

    label(row, column) {
        return _t("%(metric)s of %(user)s", {
            metric: this.metrics[column].name,
            user: this.rows[row].user,
        });
    }

    hint(row, column) {
        const { last } = this.cell(row, column);
        return last ? _t("Last period: %s", this.format(last)) : "";
    }

    get range() {
        const { from, to } = this.state;
        return {
            top: Math.min(from.row, to.row),
            bottom: Math.max(from.row, to.row),
            left: Math.min(from.column, to.column),
            right: Math.max(from.column, to.column),
        };
    }

    get isRange() {
        const { top, bottom, left, right } = this.range;
        return top !== bottom || left !== right;
    }

    isSelected(row, column) {
        const { top, bottom, left, right } = this.range;
        return this.isRange && row >= top && row <= bottom && column >= left && column <= right;
    }

    // ------------------------------------------------------------
    // Moving and selecting
    // ------------------------------------------------------------

    input(row, column) {
        return this.table.el?.querySelector(`input[data-at="${row},${column}"]`);
    }

    onFocus(row, column, ev) {
        if (!this.extending) {
            this.state.from = { row, column };
        }
        this.state.to = { row, column };
        ev.target.select();
    }

    onPointerDown(row, column, ev) {
        if (ev.shiftKey) {
            ev.preventDefault();
            this.extending = true;
            this.input(row, column).focus();
            this.extending = false;
        } else {
            // a cell that has the focus already gets no other event
            this.state.from = this.state.to = { row, column };
        }
    }

    move(row, column, extend = false) {
        const lastRow = this.rows.length - 1;
        const lastColumn = this.metrics.length - 1;
        const input = this.input(
            Math.max(0, Math.min(row, lastRow)),
            Math.max(0, Math.min(column, lastColumn))
        );
        this.extending = extend;
        input?.focus();
        this.extending = false;
    }

    onKeydown(row, column, ev) {
        const { value, selectionStart, selectionEnd } = ev.target;
        // while a number is being typed, the arrows move within it
        const isWhole = selectionStart === 0 && selectionEnd === value.length;
        const steps = {
            ArrowUp: [-1, 0],
            ArrowDown: [1, 0],
            Enter: ev.shiftKey ? [-1, 0] : [1, 0],
            ...(isWhole && { ArrowLeft: [0, -1], ArrowRight: [0, 1] }),
        };
        const modified = ev.ctrlKey || ev.metaKey;
        if (ev.key in steps && !modified && !ev.altKey) {
            ev.preventDefault();
            ev.stopPropagation();
            // in the last row Enter stays, and no blur says that the number is whole
            this.commit(row, column, ev.target);
            const [down, right] = steps[ev.key];
            this.move(row + down, column + right, ev.shiftKey && ev.key !== "Enter");
        } else if (modified && ["d", "r", "z"].includes(ev.key.toLowerCase())) {
            ev.preventDefault();
            ev.stopPropagation();
            const action = { d: "fillDown", r: "fillRight", z: "undo" }[ev.key.toLowerCase()];
            this.commit(row, column, ev.target);
            this[action]();
        } else if (["Delete", "Backspace"].includes(ev.key) && this.isRange) {
            ev.preventDefault();
            this.change(this.inRange(() => null));
        } else if (ev.key === "Escape") {
            ev.stopPropagation();
            ev.target.value = this.format(this.cell(row, column).target);
            ev.target.select();
        }
    }

    // ------------------------------------------------------------
    // Changing
    // ------------------------------------------------------------

    /**
     * Read what was typed or pasted into a cell.
     *
     * @returns {number|null|undefined} undefined for what is no amount
     */
    read(text) {
        if (!text.trim()) {
            return null;
        }
        try {
            const amount = parseNumber(text.trim());
            return amount >= 0 && Number.isFinite(amount) ? amount : undefined;
        } catch {
            return undefined;
        }
    }

    commit(row, column, input) {
        const target = this.read(input.value);
        if (target === undefined) {
            this.notification.add(
                _t("“%s” is no target. Enter a number that is not negative.", input.value),
                { type: "danger" }
            );
            input.value = this.format(this.cell(row, column).target);
            return;
        }
        if (target !== (this.cell(row, column).target ?? null)) {
            input.value = this.format(target);
            this.change([{ row, column, target }]);
        }
    }

    /** @returns {Change[]} one for each cell of a range */
    inRange(getTarget, { top, bottom, left, right } = this.range) {
        const changes = [];
        for (let row = top; row <= bottom; row++) {
            for (let column = left; column <= right; column++) {
                changes.push({ row, column, target: getTarget(row, column) });
            }
        }
        return changes;
    }

    /** The first row of the selection in all of its rows; of one cell, in all that follow. */
    fillDown() {
        const { range } = this;
        if (range.top === range.bottom) {
            range.bottom = this.rows.length - 1;
        }
        this.change(this.inRange((_row, column) => this.cell(range.top, column).target, range));
    }

    /** The first column of the selection in all of its columns; of one cell, in all that follow. */
    fillRight() {
        const { range } = this;
        if (range.left === range.right) {
            range.right = this.metrics.length - 1;
        }
        this.change(this.inRange((row) => this.cell(row, range.left).target, range));
    }

    onCopy(ev) {
        if (!this.isRange) {
            return;
        }
        const { top, bottom, left, right } = this.range;
        const lines = [];
        for (let row = top; row <= bottom; row++) {
            const cells = [];
            for (let column = left; column <= right; column++) {
                cells.push(this.format(this.cell(row, column).target));
            }
            lines.push(cells.join("\t"));
        }
        ev.preventDefault();
        ev.clipboardData.setData("text/plain", lines.join("\n"));
    }

    onPaste(row, column, ev) {
        const block = readBlock(ev.clipboardData.getData("text/plain"));
        if (block.length === 1 && block[0].length === 1 && !this.isRange) {
            return;
        }
        ev.preventDefault();
        const { top, left } = this.range;
        let changes = [];
        if (block.length === 1 && block[0].length === 1) {
            const target = this.read(block[0][0]);
            changes = this.inRange(() => target);
        } else {
            block.forEach((cells, down) =>
                cells.forEach((text, right) => {
                    const at = { row: top + down, column: left + right };
                    if (at.row < this.rows.length && at.column < this.metrics.length) {
                        changes.push({ ...at, target: this.read(text) });
                    }
                })
            );
        }
        if (changes.some(({ target }) => target === undefined)) {
            this.notification.add(_t("Nothing was pasted: not all of it are numbers."), {
                type: "danger",
            });
            return;
        }
        this.change(changes);
    }

    /**
     * Show changes at once and save them together; what can't be saved is shown as it was.
     *
     * @param {Change[]} changes
     */
    async change(changes, remember = true) {
        const real = changes.filter(
            ({ row, column, target }) => (this.cell(row, column).target ?? null) !== target
        );
        if (!real.length || !this.isEditable) {
            return;
        }
        const before = real.map(({ row, column }) => ({
            row,
            column,
            target: this.cell(row, column).target ?? null,
        }));
        const cells = real.map(({ row, column, target }) => ({
            user_id: this.rows[row].user_id,
            metric_id: this.metrics[column].id,
            target,
        }));
        this.show(real);
        const { record } = this.props;
        try {
            await this.mutex.exec(() =>
                this.orm.call("crm.plan", "set_grid", [[record.resId], cells])
            );
        } catch (error) {
            this.show(before);
            throw error;
        }
        if (remember) {
            this.history.push(before);
        }
        this.state.undoable = this.history.length > 0;
    }

    show(changes) {
        for (const { row, column, target } of changes) {
            this.cell(row, column).target = target;
        }
    }

    undo() {
        const before = this.history.pop();
        if (before) {
            this.change(before, false);
        }
        this.state.undoable = this.history.length > 0;
    }

    async fillFromLast() {
        const percentage = this.read(this.state.percentage);
        if (percentage === undefined || percentage === null) {
            this.notification.add(_t("Enter a percentage, such as 110."), { type: "danger" });
            return;
        }
        const { record } = this.props;
        await this.orm.call("crm.plan", "action_fill_from_last", [[record.resId], percentage]);
        this.history = [];
        this.state.undoable = false;
        await this.load(record);
    }

    /** A plan that is not saved yet is saved first, to have something to plan for. */
    async begin() {
        if (await this.props.record.save()) {
            await this.load(this.props.record);
        }
    }
}

export const planGrid = {
    component: PlanGrid,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "team_id", type: "many2one", relation: "crm.team" },
        { name: "date_from", type: "date" },
    ],
};

registry.category("view_widgets").add("plan_grid", planGrid);
