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

    /** The lines of the table; of several salespeople the last one is their sum. */
    get lines() {
        const { salespeople, totals, answerable } = this.results;
        const lines = salespeople.map((person) => ({ ...person, key: person.id || 0 }));
        if (lines.length > 1) {
            lines.push({
                key: "together",
                name: _t("Together"),
                figures: totals,
                answerable,
                isSum: true,
            });
        }
        return lines;
    }

    /** The figures of a line; what no way back can tell is said to be unknown, not shown as nobody. */
    figuresOf({ figures, answerable }) {
        const reached = figures[this.results.columns.findIndex(({ name }) => name === "reached")];
        return this.results.columns.map(({ name }, index) => {
            const isAnswers = name === "answered" && reached > answerable;
            return {
                name,
                count: figures[index],
                isUnknown: isAnswers && !figures[index] && !answerable,
                hint: isAnswers ? this.answersHint(answerable) : undefined,
            };
        });
    }

    answersHint(answerable) {
        if (!answerable) {
            return _t("How it was sent does not tell who answered: an SMS has no way back.");
        }
        return _t("Of %s whose answers would be seen; an SMS has no way back.", answerable);
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
