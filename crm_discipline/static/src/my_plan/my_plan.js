import { Component, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PlanChart } from "../plan_chart/plan_chart";
import { Latest } from "../plan_live/latest";
import { usePlanChanges } from "../plan_live/plan_live";
import { PlanPeriod } from "../plan_period/plan_period";
import { openCounted, openPending } from "../plan_cell/plan_records";
import { forSalespeople } from "../sales_page/sales_page";
import { NextSteps } from "./next_steps";
import { PlanCard } from "./plan_card";

/**
 * Further panels of My Plan: `{ Component }`, by sequence.
 *
 * A component gets `period` (`{key, name, date_from, date_to, …}`), `userId`, and `version`, a number
 * that grows whenever figures have changed. It shows a whole panel (`<section class="o_plan_panel">`
 * with its heading), or nothing.
 */
export const myPlanPanels = registry.category("crm_discipline.my_plan_panels");

/**
 * A salesperson's plan: the counters, what to do next, and how it has gone.
 *
 * A supervisor looks at a colleague's, without what only the colleague can do.
 */
export class MyPlan extends Component {
    static template = "crm_discipline.MyPlan";
    static components = { Layout, NextSteps, PlanCard, PlanChart, PlanPeriod };
    static props = { ...standardActionServiceProps };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.orm = useService("orm");
        this.action = useService("action");
        this.latest = { plan: new Latest(), steps: new Latest(), course: new Latest() };
        this.display = { controlPanel: {} };
        this.panels = myPlanPanels.getAll();
        // whose plan: the caller's own unless said, and the address keeps it
        this.userId = this.props.resId || this.props.action.params?.user_id || null;
        if (this.userId) {
            this.props.updateActionState?.({ resId: this.userId });
        }
        this.state = useState({
            plan: null,
            steps: { steps: [], totals: {}, results: [] },
            // the counter whose course is drawn
            chosenId: this.props.state?.chosenId || false,
            series: false,
            version: 0,
        });
        this.periodKey = this.props.state?.periodKey || null;
        this.live = usePlanChanges(
            () => this.load(),
            (userIds) => userIds.includes(this.state.plan?.user_id)
        );
        onWillStart(() => this.load());
    }

    /** Read all; the figures are shown as soon as they are there. */
    load() {
        const { orm, userId } = this;
        const steps =
            userId && userId !== user.userId
                ? this.state.steps
                : orm.call("crm.plan.target", "get_next_steps", []);
        const plan = orm.call("crm.plan.target", "get_my_plan", [], {
            period: this.periodKey,
            user_id: userId,
        });
        return Promise.all([
            this.latest.plan.take(plan, (found) => this.showPlan(found)),
            this.latest.steps.take(steps, (found) => (this.state.steps = found)),
        ]);
    }

    showPlan(plan) {
        this.env.config.setDisplayName?.(plan.is_own ? _t("My Plan") : plan.user);
        this.state.plan = plan;
        this.state.version++;
        return this.loadCourse();
    }

    loadCourse() {
        const counter = this.chosen;
        const series = counter
            ? this.orm.call("crm.plan.target", "get_burn_up", [[counter.id]])
            : [];
        return this.latest.course.take(series, ([found]) => (this.state.series = found || false));
    }

    get plan() {
        return this.state.plan;
    }

    get counters() {
        return this.plan.counters;
    }

    /** The chosen counter, else the one that has farthest to go. */
    get chosen() {
        const sound = this.counters.filter((counter) => !counter.error);
        const byProgress = [...sound].sort((one, other) => one.progress - other.progress);
        return sound.find((counter) => counter.id === this.state.chosenId) || byProgress[0];
    }

    /** The counter whose course is drawn: the chosen one, once its course is there. */
    get drawn() {
        const { series } = this.state;
        return series && this.counters.find((counter) => counter.id === series.id);
    }

    get showPlans() {
        return new Set(this.counters.map((counter) => counter.plan_id)).size > 1;
    }

    get daysLeft() {
        const { days_left: left, period } = this.plan;
        if (period.date_to < this.plan.today) {
            return _t("over");
        }
        return left === 1 ? _t("1 working day left") : _t("%s working days left", left);
    }

    get today() {
        return formatDate(deserializeDate(this.plan.today));
    }

    choosePeriod(key) {
        this.periodKey = key;
        this.state.chosenId = false;
        return this.load();
    }

    chooseCounter(counter) {
        this.state.chosenId = counter.id;
        return this.loadCourse();
    }

    openCounted(counter) {
        return openCounted(this, counter);
    }

    openPending(counter) {
        return openPending(this, counter);
    }

    /** What would count first, then whatever else is incomplete. */
    completeData() {
        return this.action.doAction("crm_discipline.action_complete_data", {
            props: this.plan.is_own ? {} : { resId: this.plan.user_id },
        });
    }
}

registry.category("actions").add("crm_discipline.my_plan", forSalespeople(MyPlan));
