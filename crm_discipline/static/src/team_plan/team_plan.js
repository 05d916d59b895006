import { Component, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PlanChart } from "../plan_chart/plan_chart";
import { PlanCell } from "../plan_cell/plan_cell";
import { openCounted, openPending } from "../plan_cell/plan_records";
import { Latest } from "../plan_live/latest";
import { usePlanChanges } from "../plan_live/plan_live";
import { PlanPeriod } from "../plan_period/plan_period";
import { forSalespeople } from "../sales_page/sales_page";
import { PlanAgainstActual } from "./plan_against_actual";

/** A team's plan: a row per salesperson, a cell per metric, sums, and how a metric has gone. */
export class TeamPlan extends Component {
    static template = "crm_discipline.TeamPlan";
    static components = {
        Dropdown,
        DropdownItem,
        Layout,
        PlanAgainstActual,
        PlanCell,
        PlanChart,
        PlanPeriod,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.orm = useService("orm");
        this.action = useService("action");
        this.latest = { plan: new Latest(), course: new Latest() };
        this.display = { controlPanel: {} };
        this.env.config.setDisplayName?.(_t("Team Plan"));
        this.state = useState({ plan: null, metricId: false, series: false });
        this.asked = { period: null, team_id: null };
        this.live = usePlanChanges(
            () => this.load(),
            // who is not there yet may have got a target: a board of all teams shows everybody
            (userIds) =>
                !this.asked.team_id || this.plan.rows.some((row) => userIds.includes(row.user_id))
        );
        onWillStart(() => this.load());
    }

    load() {
        const plan = this.orm.call("crm.plan.target", "get_team_plan", [], this.asked);
        return this.latest.plan.take(plan, (found) => {
            this.state.plan = found;
            return this.loadCourse();
        });
    }

    loadCourse() {
        const total = this.chosenTotal;
        const series = total
            ? this.orm.call("crm.plan.target", "get_burn_up", [total.target_ids], {
                  together: true,
              })
            : [];
        return this.latest.course.take(series, ([found]) => (this.state.series = found || false));
    }

    get plan() {
        return this.state.plan;
    }

    get metric() {
        const { metrics } = this.plan;
        return metrics.find((metric) => metric.id === this.state.metricId) || metrics[0];
    }

    /** The sum whose course is drawn; none where it can't be added up. */
    get chosenTotal() {
        const total = this.metric && this.plan.totals[this.metric.id];
        return total && !total.error ? total : null;
    }

    /** The sum whose course is drawn: the chosen one, once its course is there. */
    get drawnTotal() {
        const { series } = this.state;
        return (
            series &&
            Object.values(this.plan.totals).find((total) => total.target_ids.includes(series.id))
        );
    }

    get cellsOfMetric() {
        return this.plan.rows
            .filter((row) => row.cells[this.metric.id])
            .map((row) => ({ ...row.cells[this.metric.id], user: row.user }));
    }

    get team() {
        return this.plan.teams.find((team) => team.id === this.plan.team_id);
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
        this.asked.period = key;
        this.asked.team_id = null;
        return this.load();
    }

    chooseTeam(teamId) {
        this.asked.team_id = teamId;
        return this.load();
    }

    chooseMetric(metricId) {
        this.state.metricId = metricId;
        return this.loadCourse();
    }

    openCounted(counter) {
        return openCounted(this, counter);
    }

    openPending(counter) {
        return openPending(this, counter);
    }

    openPlans() {
        return this.action.doAction("crm_discipline.crm_plan_action");
    }

    print() {
        browser.print();
    }
}

registry.category("actions").add("crm_discipline.team_plan", forSalespeople(TeamPlan));
