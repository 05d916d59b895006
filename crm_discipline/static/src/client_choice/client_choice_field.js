import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Asks who of several people is the client, each answer one click.
 *
 * Shows a many2many of contacts; the option ``target`` names the many2one that the click fills.
 */
export class ClientChoiceField extends Component {
    static template = "crm_discipline.ClientChoiceField";
    static props = { ...standardFieldProps, target: String };

    get candidates() {
        return this.props.record.data[this.props.name].records.map((candidate) => ({
            id: candidate.resId,
            name: candidate.data.display_name,
        }));
    }

    choose({ id, name }) {
        this.props.record.update({ [this.props.target]: { id, display_name: name } });
    }
}

export const clientChoiceField = {
    component: ClientChoiceField,
    displayName: _t("Client among the attendees"),
    supportedTypes: ["many2many"],
    relatedFields: [{ name: "display_name", type: "char" }],
    extractProps: ({ options }) => ({ target: options.target }),
};

registry.category("fields").add("client_choice", clientChoiceField);
