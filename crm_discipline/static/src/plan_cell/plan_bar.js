import { Component } from "@odoo/owl";
import { formatAmount, getPace, sayPace } from "./plan_words";

/** How far a target is, with a mark where it should be by now. */
export class PlanBar extends Component {
    static template = "crm_discipline.PlanBar";
    static props = { counter: Object };

    get value() {
        return Math.round(Math.max(0, Math.min(100, this.props.counter.progress)));
    }

    /** Where the mark stands, in percent; none before and after the period. */
    get mark() {
        const { expected, target, pace, error } = this.props.counter;
        if (error || !pace || !target || expected <= 0 || expected >= target) {
            return false;
        }
        return (100 * expected) / target;
    }

    get standing() {
        return getPace(this.props.counter).standing;
    }

    get text() {
        const { counter } = this.props;
        return `${formatAmount(counter, counter.actual)} / ${formatAmount(counter, counter.target)}, ${sayPace(counter)}`;
    }
}
