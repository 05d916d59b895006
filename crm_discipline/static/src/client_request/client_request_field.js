import { Component, onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/**
 * A meeting's client who is not entered yet, or whom a correction is asked for: asks the operators,
 * then says that they are asked.
 *
 * The meeting is saved with the request in the client's place, or with what it adds to the client.
 */
export class ClientRequestField extends Component {
    static template = "crm_discipline.ClientRequestField";
    static props = { ...standardFieldProps };

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            // whoever enters clients does not ask for one
            this.canAsk = !(await user.hasGroup("crm_discipline.group_operator"));
        });
    }

    get record() {
        return this.props.record;
    }

    get request() {
        return this.record.data[this.props.name];
    }

    /** The client whom a correction is about. */
    get client() {
        return this.record.data.client_id;
    }

    get isRejected() {
        return this.record.data.client_request_state === "rejected";
    }

    get label() {
        return this.request.display_name || this.record.data.client_request_name;
    }

    async ask() {
        const { name: title, context } = this.client
            ? await this.orm.call("res.partner", "action_ask_correction", [[this.client.id]])
            : { name: _t("Ask for a New Client") };
        this.dialog.add(FormViewDialog, {
            resModel: "crm.data.request",
            title,
            size: "md",
            canExpand: false,
            context: {
                ...context,
                form_view_ref: "crm_discipline.crm_data_request_view_form_ask",
                default_origin_model: this.record.resModel,
                default_origin_id: this.record.resId || false,
            },
            onRecordSaved: (saved) =>
                this.record.update({
                    is_client_meeting: true,
                    [this.props.name]: {
                        id: saved.resId,
                        display_name:
                            saved.data.name ||
                            this.client?.display_name ||
                            saved.data.phone ||
                            saved.data.email,
                    },
                }),
        });
    }

    open() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.data.request",
            res_id: this.request.id,
            views: [[false, "form"]],
        });
    }

    clear() {
        return this.record.update({ [this.props.name]: false });
    }
}

registry.category("fields").add("client_request", {
    component: ClientRequestField,
    displayName: _t("Requested client"),
    supportedTypes: ["many2one"],
    fieldDependencies: [
        { name: "is_client_meeting", type: "boolean" },
        { name: "client_id", type: "many2one", relation: "res.partner" },
        { name: "client_request_kind", type: "selection" },
        { name: "client_request_state", type: "selection" },
        { name: "client_request_name", type: "char" },
    ],
});
