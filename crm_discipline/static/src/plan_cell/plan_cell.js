import { Component } from "@odoo/owl";
import { PlanBar } from "./plan_bar";
import { describe, formatAmount, getPace, sayRemaining, sayTarget } from "./plan_words";

/**
 * A counter in a table: “18 of 20, 2 left”, the bar, and the pace by sign and word.
 *
 * The colour of the pace comes from `data-standing`. The number is a button where there is
 * something to do with it.
 */
export class PlanCell extends Component {
    static template = "crm_discipline.PlanCell";
    static components = { PlanBar };
    static props = {
        counter: Object,
        onOpen: { type: Function, optional: true },
        onOpenPending: { type: Function, optional: true },
    };

    get counter() {
        return this.props.counter;
    }

    /** Sums in several currencies stand below each other. */
    get parts() {
        return this.counter.by_currency || [this.counter];
    }

    get pace() {
        return getPace(this.counter);
    }

    get sentence() {
        return describe(this.counter);
    }

    actual(counter) {
        return formatAmount(counter, counter.actual);
    }

    target(counter) {
        return sayTarget(counter);
    }

    remaining(counter) {
        return sayRemaining(counter);
    }

    get pending() {
        return formatAmount(this.counter, this.counter.pending);
    }
}
