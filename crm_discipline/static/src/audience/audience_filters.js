import { Component } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Buttons that add a condition to the domain of an audience. */
export class AudienceFilters extends Component {
    static template = "crm_discipline.AudienceFilters";
    static props = { ...standardWidgetProps };

    get filters() {
        return this.props.record.data.ready_filters || [];
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
    fieldDependencies: [
        { name: "domain", type: "char" },
        { name: "ready_filters", type: "json", readonly: true },
    ],
});
