import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { PlanCell } from "../plan_cell/plan_cell";
import { openCounted, openPending } from "../plan_cell/plan_records";

/** A target's progress as a counter's cell, in any view of targets. */
export class PlanCellField extends Component {
    static template = "crm_discipline.PlanCellField";
    static components = { PlanCell };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /** @returns {import("../plan_cell/plan_words").Counter} */
    get counter() {
        const { data, resId } = this.props.record;
        return {
            id: resId,
            target_ids: [resId],
            metric: data.metric_id.display_name,
            unit: data.is_monetary ? "money" : data.metric_aggregate,
            currency_id: data.is_monetary && data.currency_id.id,
            target: data.target,
            actual: data.actual,
            remaining: data.remaining,
            pending: data.pending,
            progress: data.progress,
            pace: data.pace,
            expected: data.expected,
            projected: data.projected,
            error: data.problem,
        };
    }

    openCounted(counter) {
        return openCounted(this, counter);
    }

    openPending(counter) {
        return openPending(this, counter);
    }
}

registry.category("fields").add("plan_cell", {
    component: PlanCellField,
    displayName: _t("Progress of a target"),
    supportedTypes: ["float"],
    fieldDependencies: [
        { name: "metric_id", type: "many2one" },
        { name: "metric_aggregate", type: "selection" },
        { name: "is_monetary", type: "boolean" },
        { name: "currency_id", type: "many2one" },
        { name: "target", type: "float" },
        { name: "actual", type: "float" },
        { name: "remaining", type: "float" },
        { name: "pending", type: "float" },
        { name: "pace", type: "selection" },
        { name: "expected", type: "float" },
        { name: "projected", type: "float" },
        { name: "problem", type: "char" },
    ],
});
