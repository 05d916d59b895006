import { Component } from "@odoo/owl";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How long ago something was, in words; the moment itself on hovering. */
export class TimeAgoField extends Component {
    static template = "crm_discipline.TimeAgoField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return this.value ? this.value.toRelative() : "";
    }

    get title() {
        return this.value ? formatDateTime(this.value) : "";
    }
}

registry.category("fields").add("time_ago", {
    component: TimeAgoField,
    displayName: _t("Time ago"),
    supportedTypes: ["datetime"],
});
