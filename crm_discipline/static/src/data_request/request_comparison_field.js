import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Field } from "@web/views/fields/field";

/**
 * What the client has and what is proposed, side by side; each changed value is taken or left.
 *
 * Shows the Json field that lists the rows: ``name``, ``old``, ``is_changed``, ``is_taken``.
 */
export class RequestComparisonField extends Component {
    static template = "crm_discipline.RequestComparisonField";
    static components = { Field };
    static props = { ...standardFieldProps };

    get record() {
        return this.props.record;
    }

    get rows() {
        return (this.record.data[this.props.name] || []).map((row) => ({
            ...row,
            label: this.record.fields[row.name].string,
            type: this.record.fields[row.name].type,
        }));
    }

    get hasClient() {
        return Boolean(this.record.data.partner_id);
    }

    toggle(row) {
        const left = new Set(this.record.data.left_fields || []);
        if (row.is_taken) {
            left.add(row.name);
        } else {
            left.delete(row.name);
        }
        return this.record.update({ left_fields: left.size ? [...left] : false });
    }
}

registry.category("fields").add("request_comparison", {
    component: RequestComparisonField,
    supportedTypes: ["json"],
});
