import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    formatMinutes,
    formatPerDay,
    formatShare,
    getComplete,
    getLoad,
    getNeeds,
    getPerDay,
    getSparkline,
    getWorst,
    sortRows,
} from "@crm_discipline/team_board/board_figures";

defineMailModels();
describe.current.tags("desktop");
beforeEach(() => makeMockEnv());

const FIGURES = {
    ahead_meetings: [3, 4],
    ahead_calls: [6],
    asked: [10],
    missing: [1],
    meetings_waiting: [0],
    missed_calls: [2],
    overdue: [0],
    requests: [0],
    calls_to_process: [0],
    clients_idle: [0],
};

function makeRow(user, values = {}) {
    const { hours = 40, days = 5, at_risk = 0, cells = {}, ...figures } = values;
    return { user, hours, days, at_risk, cells, figures: { ...FIGURES, ...figures } };
}

test("shares are quotients of the numbers, and unknown where there are none", () => {
    const row = makeRow("Jana");
    expect(getLoad(row)).toBe(0.1);
    expect(getComplete(row)).toBe(0.9);
    expect(getComplete(makeRow("Petr", { asked: [0], missing: [0] }))).toBe(null);
    expect(formatShare(null)).toBe("–");
    expect(String(formatShare(0.824))).toBe("82 %");
});

test("load is of the days that are worked", () => {
    expect(getPerDay(makeRow("Jana"))).toBe(1.8);
    expect(String(formatPerDay(1.8))).toBe("1.8 a day");
    expect(formatPerDay(getPerDay(makeRow("Petr", { days: 0 })))).toBe("–");
});

test("time is read in hours and minutes", () => {
    expect(formatMinutes(38.4)).toBe("38\u00a0min");
    expect(formatMinutes(65)).toBe("1\u00a0h 05\u00a0min");
});

test("rows are sorted either way, and what is unknown comes last", () => {
    const rows = [
        makeRow("Jana", { cells: { 7: { progress: 50 } } }),
        makeRow("Petr"),
        makeRow("Eva", { cells: { 7: { progress: 90 } } }),
    ];
    const names = (sort) => sortRows(rows, sort).map((row) => row.user);
    expect(names({ column: 7, descending: true })).toEqual(["Eva", "Jana", "Petr"]);
    expect(names({ column: 7, descending: false })).toEqual(["Jana", "Eva", "Petr"]);
    expect(names({ column: "user", descending: false })).toEqual(["Eva", "Jana", "Petr"]);
});

test("only what asks for attention is named", () => {
    const needs = getNeeds(makeRow("Jana", { at_risk: 1 }));
    expect(needs.map((need) => need.key)).toEqual(["missed_calls", "targets_at_risk"]);
    expect(String(needs[0].text)).toBe("Calls to return: 2");
});

test("a line rises with the numbers", () => {
    expect(getSparkline([0, 2])).toBe("0.0,96.0 100.0,4.0");
});

test("the metric that goes worst is drawn, the first of several", () => {
    const metrics = [{ id: 1 }, { id: 2 }, { id: 3 }];
    const worst = (...paces) =>
        getWorst(metrics, Object.fromEntries(paces.map((pace, at) => [at + 1, { pace }]))).id;
    expect(worst("on_track", "at_risk", "behind")).toBe(2);
    expect(worst("ahead", "behind", "behind")).toBe(2);
    expect(worst("ahead", "ahead", "on_track")).toBe(3);
    expect(worst(false, "ahead", false)).toBe(2);
    expect(getWorst(metrics, {}).id).toBe(1);
    expect(getWorst([], {})).toBe(undefined);
});
