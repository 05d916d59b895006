import { Component, onMounted, onWillStart, onWillUnmount } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { Record } from "@web/model/record";
import { prepareAskedForm } from "./asked_fields";
import { CompleteForm } from "./complete_form";

/** One record of the work list, read and saved like in its own form. */
export class CompleteRecord extends Component {
    static template = "crm_discipline.CompleteRecord";
    static components = { CompleteForm, Record };
    static props = {
        item: Object,
        fields: { type: Array, element: String },
        counters: Array,
        isOwn: Boolean,
        onReady: Function,
        onSaved: Function,
        onDone: Function,
        onItemChanged: Function,
    };

    setup() {
        const viewService = useService("view");
        const fieldService = useService("field");
        const { item, fields } = this.props;
        onWillStart(async () => {
            const description = await viewService.loadViews({
                resModel: item.model,
                views: [[false, "form"]],
                context: {},
            });
            const known = description.relatedModels[item.model]?.fields || {};
            const unknown = fields.filter((name) => !(name in known));
            const others = unknown.length
                ? await fieldService.loadFields(item.model, { fieldNames: unknown })
                : {};
            description.fields = { ...others, ...known };
            this.form = prepareAskedForm(description, item.model, fields);
        });
        this.measureEffort();
    }

    /** Where the time in the CRM is measured, a record is a screen here like in its form. */
    measureEffort() {
        const effort = this.env.services["crm_discipline.effort"];
        const { model, id } = this.props.item;
        let screen;
        onMounted(() => {
            screen = effort?.open({ resModel: model, resId: id, type: "form" }, false);
        });
        onWillUnmount(() => effort?.close(screen));
    }
}
