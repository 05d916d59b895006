import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What came of an audience: a table of salespeople whose figures open the clients they count. */
export class AudienceResultsField extends Component {
    static template = "crm_discipline.AudienceResultsField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get results() {
        return this.props.record.data[this.props.name] || false;
    }

    async open(figure, userId) {
        const { record } = this.props;
        const kwargs = userId === undefined ? {} : { user_id: userId };
        this.action.doAction(
            await this.orm.call(
                record.resModel,
                "action_view_results",
                [[record.resId], figure],
                kwargs
            )
        );
    }
}

registry.category("fields").add("audience_results", {
    component: AudienceResultsField,
    displayName: _t("What came of it"),
    supportedTypes: ["json"],
});
