import { registry } from "@web/core/registry";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Odoo's pivot, without the column of sums where there are none: meetings and deals do not add up. */
export class PlanPivotModel extends PivotModel {
    getTable() {
        const table = super.getTable();
        const [top] = table.headers;
        const sums = this.metaData.activeMeasures.length;
        const hasSumColumn = top.length > 1 && top.at(-1).isLeaf === undefined;
        const isEmpty = (row) =>
            row.subGroupMeasurements.slice(-sums).every(({ value }) => !value && value !== 0);
        if (hasSumColumn && table.rows.every(isEmpty)) {
            top.pop();
            table.headers.at(-1).splice(-sums);
            for (const row of table.rows) {
                row.subGroupMeasurements.splice(-sums);
            }
        }
        return table;
    }
}

registry.category("views").add("plan_pivot", { ...pivotView, Model: PlanPivotModel });
