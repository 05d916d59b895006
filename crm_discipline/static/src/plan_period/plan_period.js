import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";

/** The periods that run today side by side, and the others in a menu. */
export class PlanPeriod extends Component {
    static template = "crm_discipline.PlanPeriod";
    static components = { Dropdown, DropdownItem };
    static props = {
        periods: Array,
        period: [Object, { value: false }],
        today: String,
        onChoose: Function,
    };

    isChosen(period) {
        return period.key === this.props.period?.key;
    }

    /** The shortest first; with the chosen one, whenever it is. */
    get shown() {
        const { periods, today } = this.props;
        const length = ({ date_from, date_to }) => new Date(date_to) - new Date(date_from);
        return periods
            .filter(
                (period) =>
                    this.isChosen(period) ||
                    (period.state === "running" &&
                        period.date_from <= today &&
                        period.date_to >= today)
            )
            .sort((one, other) => length(one) - length(other));
    }

    get others() {
        const { shown } = this;
        return this.props.periods.filter((period) => !shown.includes(period));
    }

    label(period) {
        const kinds = {
            week: _t("Week"),
            month: _t("Month"),
            quarter: _t("Quarter"),
            year: _t("Year"),
        };
        return (!this.isChosen(period) && kinds[period.period]) || period.name;
    }
}
