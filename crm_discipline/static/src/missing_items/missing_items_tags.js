import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Names in one line what a record lacks: for lists and cards. Nothing when it is complete. */
export class MissingItemsTags extends Component {
    static template = "crm_discipline.MissingItemsTags";
    static props = { ...standardFieldProps };

    get names() {
        const items = this.props.record.data[this.props.name] || [];
        return items.map((item) => item.name).join(", ");
    }
}

export const missingItemsTags = {
    component: MissingItemsTags,
    displayName: _t("Missing data in one line"),
    supportedTypes: ["json"],
    listViewWidth: [120, 260],
};

registry.category("fields").add("discipline_missing_tags", missingItemsTags);
