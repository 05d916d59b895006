import { Component } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What campaigns choose clients by most often; those without a value are completed in the editor. */
const FILTERS = [
    {
        name: "bought",
        label: _t("Bought before"),
        domain: '[("has_bought", "=", True)]',
    },
    {
        name: "met",
        label: _t("Met in the last half year"),
        domain: '[("met_lately", "=", True)]',
    },
    { name: "tag", label: _t("By tag"), domain: '[("category_id", "in", [])]' },
    { name: "region", label: _t("By region"), domain: '[("state_id", "in", [])]' },
    { name: "salesperson", label: _t("By salesperson"), domain: '[("user_id", "in", [])]' },
];

/** Buttons that add a condition to the domain of an audience. */
export class AudienceFilters extends Component {
    static template = "crm_discipline.AudienceFilters";
    static props = { ...standardWidgetProps };

    get filters() {
        return FILTERS;
    }

    /** Add a condition; what is there already is not added again. */
    async add(filter) {
        const { record } = this.props;
        const domain = Domain.and([record.data.domain || "[]", filter.domain]);
        await record.update({ domain: domain.toString() });
    }
}

registry.category("view_widgets").add("audience_filters", {
    component: AudienceFilters,
    fieldDependencies: [{ name: "domain", type: "char" }],
});
