import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const REASONS = {
    phone: _t("same phone"),
    email: _t("same e-mail"),
    name: _t("same name"),
};

/** Who the requested client may be already: said before one is made a second time. */
export class RequestDuplicatesField extends Component {
    static template = "crm_discipline.RequestDuplicatesField";
    static props = { ...standardFieldProps };

    get record() {
        return this.props.record;
    }

    get duplicates() {
        return (this.record.data[this.props.name] || []).map((found) => ({
            ...found,
            why: found.reasons.map((reason) => REASONS[reason]).join(", "),
            line: [found.company, found.phone, found.email, found.city].filter(Boolean).join(" · "),
        }));
    }

    /** Whether the request is for a new client, whom one of these may be. */
    get isNew() {
        return this.record.data.kind === "create" && !this.record.data.partner_id;
    }

    get isLinked() {
        return this.record.data.kind === "create" && Boolean(this.record.data.partner_id);
    }

    async run(name, args = []) {
        if (await this.record.save()) {
            await this.env.services.orm.call("crm.data.request", name, [
                [this.record.resId],
                ...args,
            ]);
            await this.record.load();
        }
    }

    open(found) {
        return this.env.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: found.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("request_duplicates", {
    component: RequestDuplicatesField,
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "kind", type: "selection" },
        { name: "partner_id", type: "many2one", relation: "res.partner" },
    ],
});
