import { describe, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { makeMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { PlanCell } from "@crm_discipline/plan_cell/plan_cell";
import {
    describe as describeCounter,
    formatAmount,
    getStanding,
    sayPace,
    sayRemaining,
} from "@crm_discipline/plan_cell/plan_words";

defineMailModels();
describe.current.tags("desktop");

const counter = {
    id: 1,
    target_ids: [1],
    metric: "Deals",
    unit: "count",
    currency_id: false,
    target: 10,
    actual: 5,
    remaining: 5,
    pending: 0,
    progress: 50,
    pace: "behind",
    expected: 8.6,
    projected: 7,
    error: false,
};

test("five of ten, five left, and how that goes", async () => {
    await makeMockEnv();
    expect(describeCounter(counter)).toBe("Deals: 5 of 10, 5 left. Behind · 8 expected by now");
    expect(sayPace({ ...counter, pace: "on_track", projected: 11 }, "2026-11-30")).toBe(
        "On track · 11 expected by 11/30/2026"
    );
    expect(sayRemaining({ ...counter, actual: 12, remaining: 0 })).toBe("2 more");
});

test("reached goes before any pace, and not computable before all", async () => {
    await makeMockEnv();
    expect(getStanding({ ...counter, progress: 100, pace: "ahead" })).toBe("reached");
    expect(getStanding({ ...counter, pace: false })).toBe("none");
    expect(getStanding({ ...counter, progress: 100, error: "gone" })).toBe("error");
    expect(sayPace({ ...counter, error: "gone" })).toBe("Not computable: gone");
});

test("amounts are whole where things are counted", async () => {
    await makeMockEnv();
    expect(formatAmount(counter, 1200)).toBe("1,200");
    expect(formatAmount({ ...counter, unit: "sum" }, 1.25)).toBe("1.3");
    expect(formatAmount({ ...counter, unit: "sum" }, 3)).toBe("3");
});

test("a cell tells its pace by a sign and a word, and its bar by numbers", async () => {
    await mountWithCleanup(PlanCell, { props: { counter } });
    expect(".o_plan_cell").toHaveAttribute("data-standing", "behind");
    expect(".o_plan_cell_pace i").toHaveClass("fa-arrow-down");
    expect(".o_plan_cell_pace").toHaveText("Behind");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "50");
    expect("[role=progressbar]").toHaveAttribute(
        "aria-valuetext",
        "5 / 10, Behind · 8 expected by now"
    );
    expect(".o_plan_bar_mark").toHaveCount(1);
    expect("button").toHaveCount(0);
});

test("a figure opens what it counts, and what is pending", async () => {
    await mountWithCleanup(PlanCell, {
        props: {
            counter: { ...counter, pending: 3 },
            onOpen: (one) => expect.step(`open ${one.id}`),
            onOpenPending: (one) => expect.step(`pending ${one.pending}`),
        },
    });
    await click(".o_plan_cell_open");
    await click(".o_plan_cell_pending");
    expect.verifySteps(["open 1", "pending 3"]);
});

test("what can't be computed says why, and shows no figure", async () => {
    await mountWithCleanup(PlanCell, { props: { counter: { ...counter, error: "No field" } } });
    expect(".o_plan_cell_error").toHaveText("No field");
    expect("[role=progressbar]").toHaveCount(0);
});

test("sums in several currencies stand below each other", async () => {
    const parts = [
        { ...counter, target: 10 },
        { ...counter, target: 20 },
    ];
    await mountWithCleanup(PlanCell, {
        props: { counter: { ...counter, error: "Several", by_currency: parts } },
    });
    expect(".o_plan_cell_figure").toHaveCount(2);
    expect("[role=progressbar]").toHaveCount(0);
});
