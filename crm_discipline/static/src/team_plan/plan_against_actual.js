import { Component } from "@odoo/owl";
import { formatAmount, getPace } from "../plan_cell/plan_words";

/** One metric of everybody: a bar of what was reached in a frame of what was planned. */
export class PlanAgainstActual extends Component {
    static template = "crm_discipline.PlanAgainstActual";
    static props = { counters: Array };

    /** The most that any bar shows; amounts in different currencies have nothing in common. */
    get top() {
        return Math.max(1, ...this.counters.map((one) => Math.max(one.target, one.actual)));
    }

    get counters() {
        return this.props.counters.filter((counter) => !counter.error);
    }

    percent(amount) {
        return (100 * Math.max(0, amount)) / this.top;
    }

    text(counter) {
        return `${formatAmount(counter, counter.actual)} / ${formatAmount(counter, counter.target)}`;
    }

    pace(counter) {
        return getPace(counter);
    }
}
