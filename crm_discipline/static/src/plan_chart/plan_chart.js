import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatAmount } from "../plan_cell/plan_words";

const MARGIN = { top: 22, right: 64, bottom: 22, left: 8 };

/**
 * What was reached day by day, against the plan: the burn-up of a target.
 *
 * Drawn, not painted, so that it is sharp on paper and on any screen.
 */
export class PlanChart extends Component {
    static template = "crm_discipline.PlanChart";
    static props = {
        counter: Object,
        series: {
            type: Object,
            shape: { id: Number, days: Array, planned: Array, actual: Array },
        },
    };

    /** In units of the drawing, which is as wide as its place: what is written keeps its size. */
    get size() {
        return { width: this.env.isSmall ? 330 : 560, height: 190 };
    }

    get top() {
        const { planned, actual } = this.props.series;
        return Math.max(1, ...planned, ...actual);
    }

    x(index) {
        const last = Math.max(1, this.props.series.days.length - 1);
        return MARGIN.left + (index / last) * (this.size.width - MARGIN.left - MARGIN.right);
    }

    y(amount) {
        const height = this.size.height - MARGIN.top - MARGIN.bottom;
        return MARGIN.top + height * (1 - amount / this.top);
    }

    line(amounts) {
        return amounts.map((amount, at) => `${this.x(at)},${this.y(amount)}`).join(" ");
    }

    get area() {
        const { actual } = this.props.series;
        const base = this.y(0);
        return `${this.x(0)},${base} ${this.line(actual)} ${this.x(actual.length - 1)},${base}`;
    }

    get isBegun() {
        return this.props.series.actual.length > 0;
    }

    get isOver() {
        return this.props.series.actual.length === this.props.series.days.length;
    }

    get today() {
        const { actual } = this.props.series;
        return { x: this.x(actual.length - 1), y: this.y(actual.at(-1)) };
    }

    get base() {
        return this.y(0);
    }

    get end() {
        const { planned } = this.props.series;
        return { x: this.x(planned.length - 1), y: this.y(planned.at(-1)) };
    }

    get actual() {
        return formatAmount(this.props.counter, this.props.series.actual.at(-1) || 0);
    }

    get planned() {
        return _t("plan %s", formatAmount(this.props.counter, this.props.counter.target));
    }

    /** Which side of the line its figure stands on, so that the two do not overlap. */
    get isAbove() {
        const { actual, planned } = this.props.series;
        return actual.at(-1) >= planned[actual.length - 1];
    }

    day(index) {
        return formatDate(deserializeDate(this.props.series.days.at(index)));
    }

    get label() {
        const { counter, series } = this.props;
        const by = Math.max(0, series.actual.length - 1);
        return _t("%(metric)s: %(actual)s by %(date)s, where the plan is %(planned)s.", {
            metric: counter.metric,
            actual: this.actual,
            date: this.day(by),
            planned: formatAmount(counter, Math.floor(series.planned[by] + 1e-9)),
        });
    }
}
