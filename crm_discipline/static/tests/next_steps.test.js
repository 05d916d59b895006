import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, press } from "@odoo/hoot-dom";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { NextSteps } from "@crm_discipline/my_plan/next_steps";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const MEETING = {
    kind: "meeting_result",
    model: "calendar.event",
    id: 1,
    title: "Offer",
    when: "2026-03-16 09:00:00",
    partner_id: 31,
    partner: "Dvořák",
    phone: false,
    missing: [],
    buttons: [],
};
const CALL = {
    ...MEETING,
    kind: "return_call",
    model: "crm.call",
    id: 2,
    title: "Missed call",
    phone: "+420601234567",
};
const INCOMPLETE = { ...MEETING, kind: "complete", id: 3, missing: ["Full name"] };
const RESULTS = [
    { id: 5, name: "Agreed" },
    { id: 6, name: "Refused" },
];

beforeEach(() => {
    mockService("action", { doAction: async (action, { onClose }) => onClose() });
    for (const method of ["action_meeting_held", "action_meeting_no_show"]) {
        onRpc("calendar.event", method, ({ args }) => {
            expect.step([method, ...args]);
            return { type: "ir.actions.act_window_close" };
        });
    }
    onRpc("crm.call", "action_set_status", ({ args }) => {
        expect.step(["action_set_status", ...args]);
        return { type: "ir.actions.act_window_close" };
    });
});

function mountSteps(steps = [CALL, MEETING, INCOMPLETE], totals = {}) {
    const onDone = () => expect.step("done");
    return mountWithCleanup(NextSteps, { props: { steps, totals, results: RESULTS, onDone } });
}

const row = (kind) => `.o_next_step[data-kind=${kind}]`;

test("each step says what waits, and how many more do", async () => {
    await mountSteps(undefined, { return_call: 4, meeting_result: 1, complete: 2 });
    expect(".o_next_step").toHaveCount(3);
    expect(`${row("return_call")} .o_next_step_call`).toHaveAttribute("href", "tel:+420601234567");
    expect(`${row("complete")} .o_next_step_about`).toHaveText("missing: Full name");
    expect(".o_next_steps_more").toHaveText("4 more wait after these.");
});

test("a click says the result of a meeting, and the plan is read anew", async () => {
    await mountSteps();
    await contains(`${row("meeting_result")} .o_next_step_result:contains(Refused)`).click();
    expect.verifySteps([["action_meeting_held", [1], 6], "done"]);
});

test("on the row with the focus a number says the result, and 0 that nobody came", async () => {
    await mountSteps();
    await contains(row("meeting_result")).focus();
    await press("1");
    await animationFrame();
    expect.verifySteps([["action_meeting_held", [1], 5], "done"]);
    await press("0");
    await animationFrame();
    expect.verifySteps([["action_meeting_no_show", [1]], "done"]);
    await press("8");
    await animationFrame();
    expect.verifySteps([]);
});

test("a number says the status of a call, by its key", async () => {
    await mountSteps();
    await contains(row("return_call")).focus();
    await press("2");
    await animationFrame();
    expect.verifySteps([["action_set_status", [2], 22], "done"]);
});

test("a number with Ctrl is the browser's, and of an incomplete record says nothing", async () => {
    await mountSteps();
    await contains(row("meeting_result")).focus();
    await press(["ctrl", "1"]);
    await contains(row("complete")).focus();
    await press("1");
    await animationFrame();
    expect.verifySteps([]);
});

test("nothing waits", async () => {
    await mountSteps([]);
    expect(".o_next_steps_none").toHaveCount(1);
    expect(".o_next_steps_more").toHaveCount(0);
});
