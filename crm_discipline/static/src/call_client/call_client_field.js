import { Component, onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Who was on the phone: the client, the clients who share the number with one click each, or the
 * one way that the reader has to make the unknown caller a client: doing it, or asking for it.
 */
export class CallClientField extends Component {
    static template = "crm_discipline.CallClientField";
    static props = { ...standardFieldProps, hideMatch: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canCreate = false;
        onWillStart(async () => {
            if (!this.client) {
                // the server is asked once, however many rows ask
                this.canCreate = await user.checkAccessRight("res.partner", "create");
            }
        });
    }

    get data() {
        return this.props.record.data;
    }

    get client() {
        return this.data[this.props.name];
    }

    get candidates() {
        return this.data.candidates || [];
    }

    get candidatesLabel() {
        return _t("%s clients share it:", this.candidates.length);
    }

    get isUnknown() {
        return this.data.match_state === "unknown";
    }

    get isRequested() {
        return this.data.data_request_id && this.data.data_request_state !== "rejected";
    }

    get matchLabel() {
        const { selection } = this.props.record.fields.match_state;
        return selection.find(([value]) => value === this.data.match_state)?.[1];
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async choose(partnerId) {
        const { record } = this.props;
        await this.orm.call("crm.call", "action_choose_client", [[record.resId], partnerId]);
        await record.model.root.load();
    }

    async newClient() {
        const { record } = this.props;
        const action = await this.orm.call("crm.call", "action_new_client", [[record.resId]]);
        await this.action.doAction(action, { onClose: () => record.model.root.load() });
    }

    async askClient() {
        const { record } = this.props;
        const action = await this.orm.call("crm.call", "action_ask_client", [[record.resId]]);
        await this.action.doAction(action, { onClose: () => record.model.root.load() });
    }
}

export const callClientField = {
    component: CallClientField,
    displayName: _t("Who called"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }) => ({ hideMatch: Boolean(options.hide_match) }),
    fieldDependencies: [
        { name: "candidates", type: "json" },
        { name: "match_state", type: "selection" },
        { name: "data_request_id", type: "many2one", relation: "crm.data.request" },
        { name: "data_request_state", type: "selection" },
        { name: "lead_id", type: "many2one", relation: "crm.lead" },
    ],
};

registry.category("fields").add("call_client", callClientField);
