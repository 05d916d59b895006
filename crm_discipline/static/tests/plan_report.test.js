import { beforeEach, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { GraphRenderer } from "@web/views/graph/graph_renderer";

const ROWS = [
    // [period, metric, user, plan, actual]
    ["2026-10-01", 1, 1, 10, 8],
    ["2026-10-01", 1, 2, 20, 22],
    ["2026-10-01", 2, 1, 3, 1],
    ["2026-11-01", 1, 1, 10, 4],
    ["2026-11-01", 2, 2, 5, 5],
];

class Metric extends models.Model {
    _name = "crm.plan.metric";
    name = fields.Char();
    _records = [
        { id: 1, name: "Meetings" },
        { id: 2, name: "Deals" },
    ];
}

class Salesperson extends models.Model {
    _name = "salesperson";
    name = fields.Char();
    _records = [
        { id: 1, name: "Jana" },
        { id: 2, name: "Petr" },
    ];
}

class PlanReport extends models.Model {
    _name = "crm.plan.report";
    date_from = fields.Date({ string: "Period" });
    metric_id = fields.Many2one({ relation: "crm.plan.metric", string: "Metric" });
    user_id = fields.Many2one({ relation: "salesperson", string: "Salesperson" });
    target = fields.Float({ aggregator: "sum" });
    actual = fields.Float({ aggregator: "sum" });
    pending = fields.Float({ aggregator: "sum" });
    _records = ROWS.map(([date_from, metric_id, user_id, target, actual], at) => ({
        id: at + 1,
        date_from,
        metric_id,
        user_id,
        target,
        actual,
        pending: 1,
    }));
}

defineMailModels();
defineModels([Metric, Salesperson, PlanReport]);

let renderer;
beforeEach(() => {
    patchWithCleanup(GraphRenderer.prototype, {
        setup() {
            super.setup();
            renderer = this;
        },
        getAnimationOptions: () => ({ duration: 0 }),
    });
});

/** What is drawn: `{series: [figures]}`. */
function drawn() {
    return Object.fromEntries(
        renderer.chart.data.datasets.map(({ label, data }) => [label, [...data]])
    );
}

const graph = (groups, attributes = "") => ({
    type: "graph",
    resModel: "crm.plan.report",
    arch: `<graph js_class="plan_graph" stacked="0" ${attributes}>${groups}
            <field name="actual" type="measure"/></graph>`,
});
const byPeriod = '<field name="date_from" interval="month"/><field name="metric_id"/>';

test.tags("desktop");
test("the plan stands beside what was reached, for each metric", async () => {
    await mountView(graph(byPeriod));
    expect(renderer.chart.data.labels).toEqual(["October 2026", "November 2026"]);
    expect(drawn()).toEqual({
        "Meetings / Plan": [30, 10],
        "Deals / Plan": [3, 5],
        "Meetings / Actual": [30, 4],
        "Deals / Actual": [1, 5],
    });
    // at the same place, and not on top of each other
    const stacks = renderer.chart.data.datasets.map(({ stack }) => stack);
    expect(stacks).toEqual(["Meetings", "Deals", "Meetings", "Deals"]);
    expect(renderer.chart.options.scales.y.stacked).toBe(false);
    expect(renderer.chart.legend.legendItems.map(({ text }) => text)).toEqual([
        "Plan",
        "Meetings",
        "Deals",
    ]);
});

test.tags("desktop");
test("whatever it is grouped by, metrics are not added up", async () => {
    await mountView(graph('<field name="user_id"/>'));
    expect(renderer.chart.data.labels).toEqual(["Jana", "Petr"]);
    expect(drawn()).toEqual({
        "Meetings / Plan": [20, 20],
        "Deals / Plan": [3, 5],
        "Meetings / Actual": [12, 22],
        "Deals / Actual": [1, 5],
    });
});

test.tags("desktop");
test("a metric is hidden with its plan", async () => {
    await mountView(graph(byPeriod));
    const visible = () =>
        renderer.chart.data.datasets
            .filter((_one, at) => renderer.chart.isDatasetVisible(at))
            .map(({ label }) => label);
    const legend = () => renderer.chart.options.plugins.legend;
    const item = (text) => renderer.chart.legend.legendItems.find((one) => one.text === text);
    legend().onClick({}, item("Meetings"));
    expect(visible()).toEqual(["Deals / Plan", "Deals / Actual"]);
    legend().onClick({}, item("Plan"));
    expect(visible()).toEqual(["Deals / Plan", "Deals / Actual"]);
    legend().onClick({}, item("Meetings"));
    expect(visible()).toHaveLength(4);
});

test.tags("desktop");
test("lines are broken for the plan, and a whole has only what was reached", async () => {
    await mountView(graph('<field name="metric_id"/>'));
    await click(".o_graph_button[data-mode=line]");
    await animationFrame();
    expect(drawn()).toEqual({ Plan: [40, 8], Actual: [34, 6] });
    const [plan, actual] = renderer.chart.data.datasets;
    expect([plan.borderDash, actual.borderDash]).toEqual([[6, 4], undefined]);
    expect([plan.stack, actual.stack]).toEqual([undefined, undefined]);
    await click(".o_graph_button[data-mode=pie]");
    await animationFrame();
    expect(renderer.chart.data.labels).toEqual(["Meetings", "Deals"]);
    expect(drawn()).toEqual({ "": [34, 6] });
});

test.tags("desktop");
test("another measure stands alone", async () => {
    await mountView({
        ...graph('<field name="metric_id"/>'),
        context: { graph_measure: "pending" },
    });
    expect(drawn()).toEqual({ Pending: [3, 2] });
});

test.tags("desktop");
test("a table has no column of sums that do not add up", async () => {
    onRpc("formatted_read_grouping_sets", ({ parent }) => {
        const found = parent();
        for (const group of found.flat()) {
            if (!group.metric_id) {
                group["actual:sum"] = false;
            }
        }
        return found;
    });
    const pivot = {
        type: "pivot",
        resModel: "crm.plan.report",
        arch: `<pivot js_class="plan_pivot">
                <field name="user_id" type="row"/>
                <field name="metric_id" type="col"/>
                <field name="actual" type="measure" options="{'hide_trailing_zeros': true}"/>
            </pivot>`,
    };
    await mountView(pivot);
    expect("thead tr:last-child th").toHaveCount(2);
    expect("tbody tr:first-child td").toHaveCount(2);
    expect("tbody tr:first-child").toHaveText(/34\s*6/);
});

test.tags("desktop");
test("a table keeps the column of sums where there are some", async () => {
    await mountView({
        type: "pivot",
        resModel: "crm.plan.report",
        arch: `<pivot js_class="plan_pivot">
                <field name="metric_id" type="row"/>
                <field name="user_id" type="col"/>
                <field name="actual" type="measure"/>
            </pivot>`,
    });
    expect("thead tr:last-child th").toHaveCount(3);
    expect("tbody tr:first-child td:last-child").toHaveText("40.00");
});
