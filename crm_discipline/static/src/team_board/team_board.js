import { Component, markup, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PlanChart } from "../plan_chart/plan_chart";
import { PlanCell } from "../plan_cell/plan_cell";
import { openCounted, openPending } from "../plan_cell/plan_records";
import { enterCompany } from "../board_link/board_link";
import { Latest } from "../plan_live/latest";
import { usePlanChanges } from "../plan_live/plan_live";
import { forSalespeople } from "../sales_page/sales_page";
import {
    formatMinutes,
    formatMoney,
    formatNumber,
    formatPerDay,
    formatShare,
    getComplete,
    getLoad,
    getNeeds,
    getPerDay,
    getSparkline,
    getTime,
    getWorst,
    sortRows,
} from "./board_figures";

const MODEL = "crm.discipline.board";

/** The supervisor's board: what needs attention, a row for each salesperson, sums, and the course. */
export class TeamBoard extends Component {
    static template = "crm_discipline.TeamBoard";
    static components = { Dropdown, DropdownItem, Layout, PlanCell, PlanChart };
    static props = { ...standardActionServiceProps };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.orm = useService("orm");
        this.action = useService("action");
        this.latest = new Latest();
        this.latestCourse = new Latest();
        this.display = { controlPanel: {} };
        // (a link, as in a mail, says which)
        const { period = "month", date = false, company } = this.props.action.params || {};
        this.asked = { period, date, team_id: false };
        this.state = useState({
            board: null,
            missing: [],
            metricId: false,
            // the course, and of which metric it is
            series: false,
            seriesOf: false,
            sort: { column: "needs", descending: true },
        });
        Object.assign(this, {
            formatMinutes,
            formatNumber,
            formatPerDay,
            formatShare,
            getComplete,
            getLoad,
            getNeeds,
            getPerDay,
            getSparkline,
            getTime,
        });
        this.live = usePlanChanges(
            () => this.load(),
            () => true,
            () => this.orm.silent.call(MODEL, "get_version", [])
        );
        onWillStart(() => (enterCompany(company) ? new Promise(() => {}) : this.load()));
    }

    load() {
        return this.latest.take(this.fetch(), (found) => Object.assign(this.state, found));
    }

    async fetch() {
        const [board, missing] = await Promise.all([
            this.orm.call(MODEL, "get_board", [], this.asked),
            this.orm.call(MODEL, "get_missing", [], this.asked),
        ]);
        this.env.config.setDisplayName?.(board.sees_all ? _t("Team Board") : _t("My Figures"));
        return { board, missing, ...(await this.fetchCourse(board)) };
    }

    /** The course of the chosen metric, day by day: `{ series, seriesOf }`. */
    async fetchCourse(board) {
        const metric = this.getMetric(board);
        const total = metric && board.total.cells[metric.id];
        const [series] =
            total && !total.error
                ? await this.orm.call("crm.plan.target", "get_burn_up", [total.target_ids], {
                      together: true,
                  })
                : [];
        return { series: series || false, seriesOf: metric?.id };
    }

    // ------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------

    get board() {
        return this.state.board;
    }

    get periods() {
        return [
            { key: "week", name: _t("Week") },
            { key: "month", name: _t("Month") },
            { key: "quarter", name: _t("Quarter") },
        ];
    }

    get team() {
        return this.board.teams.find((team) => team.id === this.board.team_id);
    }

    get columns() {
        const { plan, tracks_time: tracksTime } = this.board;
        return [
            { key: "user", name: _t("Salesperson"), isText: true },
            { key: "load", name: _t("Load, next 7 days"), isText: true },
            { key: "needs", name: _t("Needs you"), isText: true },
            { key: "complete", name: _t("Data complete") },
            { key: "held", name: _t("Held → opportunity → won") },
            { key: "won", name: _t("Won") },
            ...plan.metrics.map((metric) => ({ key: metric.id, name: metric.name, metric })),
            { key: "handled", name: _t("Calls handled, returned in") },
            ...(tracksTime ? [{ key: "time", name: _t("Time in CRM a day") }] : []),
        ];
    }

    get metrics() {
        return this.board.plan.metrics;
    }

    /** What each cell is called where the columns stand below each other. */
    get labels() {
        return Object.fromEntries(this.columns.map((column) => [column.key, column.name]));
    }

    get rows() {
        return sortRows(this.board.rows, this.state.sort);
    }

    get sums() {
        return [...this.board.team_rows, ...(this.board.rows.length > 1 ? [this.board.total] : [])];
    }

    /** The metric whose course is drawn: the chosen one, else the one that is worst off. */
    getMetric({ plan, total }) {
        const chosen = plan.metrics.find((metric) => metric.id === this.state.metricId);
        return chosen || getWorst(plan.metrics, total.cells);
    }

    // (not “metric”: what a template's loop is called must be no getter of the component)
    get drawnMetric() {
        return this.getMetric(this.board);
    }

    get chosenTotal() {
        const metric = this.drawnMetric;
        return metric ? this.board.total.cells[metric.id] : null;
    }

    completeData() {
        return this.action.doAction("crm_discipline.action_complete_data");
    }

    get mostMissing() {
        return Math.max(1, ...this.state.missing.map((rule) => rule.count));
    }

    ariaSort(column) {
        if (column.key !== this.state.sort.column) {
            return "none";
        }
        return this.state.sort.descending ? "descending" : "ascending";
    }

    /** What the newest check of the figures found. */
    get checkText() {
        const { checked_on, differing, unchecked } = this.board.check;
        const at = formatDateTime(deserializeDateTime(checked_on));
        if (differing) {
            return _t("figures checked: %(count)s differ, at %(at)s", { count: differing, at });
        }
        if (unchecked) {
            return _t("figures checked: all agree, %(count)s left out, at %(at)s", {
                count: unchecked,
                at,
            });
        }
        return _t("figures checked: all agree, at %(at)s", { at });
    }

    openCheck() {
        const none = _t("All figures agree with their records");
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Figures That Differ"),
            res_model: "crm.discipline.check.line",
            views: [
                [false, "list"],
                [false, "kanban"],
            ],
            mobile_view_mode: "kanban",
            domain: [["check_id", "=", this.board.check.id]],
            help: markup`<p class="o_view_nocontent_smiling_face">${none}</p>`,
        });
    }

    money(row) {
        return formatMoney(row.figures.won[1], this.board.currency_id);
    }

    /** How the share of complete data is told apart, besides its number. */
    standing(value) {
        if (value === null) {
            return "none";
        }
        return value >= 0.9 ? "on_track" : value >= 0.8 ? "behind" : "at_risk";
    }

    // ------------------------------------------------------------
    // What is chosen
    // ------------------------------------------------------------

    get sortName() {
        return this.columns.find((column) => column.key === this.state.sort.column)?.name;
    }

    sortBy(column) {
        const { sort } = this.state;
        const isSame = sort.column === column.key;
        this.state.sort = {
            column: column.key,
            descending: isSame ? !sort.descending : column.key !== "user",
        };
    }

    chooseMetric(metric) {
        this.state.metricId = metric.id;
        return this.latestCourse.take(this.fetchCourse(this.board), (course) =>
            Object.assign(this.state, course)
        );
    }

    ask(asked) {
        Object.assign(this.asked, asked);
        return this.load();
    }

    // ------------------------------------------------------------
    // What is opened
    // ------------------------------------------------------------

    /** Open the records behind a number: of a row, of one team's sum, or of all. */
    async open(key, row = this.board.total, options = {}) {
        const asked = { ...this.asked, ...options };
        if (row.user_id === null && row.team_id) {
            asked.team_id = row.team_id;
        }
        const action = await this.orm.call(MODEL, "get_figure_action", [key, row.user_id], asked);
        return this.action.doAction(action);
    }

    async openPerson(row) {
        const action = await this.orm.call(MODEL, "get_person_action", [row.user_id]);
        return this.action.doAction(action);
    }

    openCounted(counter) {
        return openCounted(this, counter);
    }

    openPending(counter) {
        return openPending(this, counter);
    }

    /** Who gets the figures by e-mail, which and how often. */
    openMails() {
        return this.action.doAction("crm_discipline.digest_digest_action_figures");
    }

    print() {
        browser.print();
    }
}

registry.category("actions").add("crm_discipline.team_board", forSalespeople(TeamBoard));
