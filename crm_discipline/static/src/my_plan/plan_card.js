import { Component } from "@odoo/owl";
import { PlanBar } from "../plan_cell/plan_bar";
import {
    describe,
    formatAmount,
    getPace,
    sayPace,
    sayRemaining,
    sayTarget,
} from "../plan_cell/plan_words";

/** One target: how many, of how many, how many are left, how it goes, and what is pending. */
export class PlanCard extends Component {
    static template = "crm_discipline.PlanCard";
    static components = { PlanBar };
    static props = {
        counter: Object,
        dateTo: String,
        // whose plan it is, where there are several
        showPlan: { type: Boolean, optional: true },
        isChosen: { type: Boolean, optional: true },
        onChoose: Function,
        onOpen: Function,
        onOpenPending: Function,
        // where the records are completed one after another
        onComplete: { type: Function, optional: true },
    };
    static defaultProps = { showPlan: false, isChosen: false };

    get counter() {
        return this.props.counter;
    }

    get pace() {
        return getPace(this.counter);
    }

    get sentence() {
        return describe(this.counter);
    }

    get actual() {
        return formatAmount(this.counter, this.counter.actual);
    }

    get target() {
        return sayTarget(this.counter);
    }

    get remaining() {
        return sayRemaining(this.counter);
    }

    get going() {
        return sayPace(this.counter, this.props.dateTo);
    }

    get pending() {
        return formatAmount(this.counter, this.counter.pending);
    }
}
