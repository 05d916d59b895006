import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { describe, describeProgress, formatAmount, getPace } from "../plan_cell/plan_words";
import { usePlanChanges } from "../plan_live/plan_live";

/**
 * The most telling target on every screen: “Deals 5/10”.
 *
 * One request when the page loads, none while clicking through it; then one when figures changed.
 */
export class PlanCounter extends Component {
    static template = "crm_discipline.PlanCounter";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.effect = useService("effect");
        this.state = useState({ counter: false, reached: 0, total: 0 });
        this.isSalesperson = false;
        usePlanChanges(() => this.load());
        onWillStart(async () => {
            this.isSalesperson = await user.hasGroup("sales_team.group_sale_salesman");
            // not awaited: nobody waits for a counter, and none stops a page
            this.load().catch(() => {});
        });
    }

    async load() {
        if (!this.isSalesperson) {
            return;
        }
        const found = await this.orm.silent.call("crm.plan.target", "get_counter", []);
        Object.assign(this.state, found);
        if (found.to_celebrate && !document.hidden) {
            await this.celebrate();
        }
    }

    /** Only the screen that is told what was reached shows it; all others are told nothing. */
    async celebrate() {
        const reached = await this.orm.silent.call("crm.plan.target", "claim_reached", []);
        if (reached.length) {
            const what = reached
                .map((counter) => `${counter.metric} ${formatAmount(counter, counter.target)}`)
                .join(", ");
            this.effect.add({
                type: "rainbow_man",
                message: _t("Target reached: %s", what),
                fadeout: "slow",
            });
        }
    }

    get counter() {
        return this.state.counter;
    }

    get figure() {
        const { counter } = this;
        const actual = formatAmount(counter, counter.actual);
        return counter.error ? "–" : `${actual}/${formatAmount(counter, counter.target)}`;
    }

    get pace() {
        return getPace(this.counter);
    }

    get reached() {
        const { reached, total } = this.state;
        return _t("%(reached)s of %(total)s targets reached", { reached, total });
    }

    get title() {
        return `${describe(this.counter)}. ${this.reached}.`;
    }

    /** What is seen goes first: who speaks to the screen says that to click it. */
    get label() {
        const { counter, figure, reached } = this;
        return `${counter.metric} ${figure}: ${describeProgress(counter)}. ${reached}.`;
    }

    open() {
        return this.action.doAction("crm_discipline.action_my_plan", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("crm_discipline.PlanCounter", { Component: PlanCounter }, { sequence: 60 });
