import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { IncomingCalls } from "@crm_discipline/incoming_call/incoming_call";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const CALL = {
    id: 1,
    start: "2026-11-24 10:00:00",
    phone: "+420601234567",
    match_state: "matched",
    partner: { id: 3, name: "Jana Nováková" },
    lead: false,
    company: "ACME s.r.o.",
    last_meeting: { id: 5, date: "2026-11-12 09:00:00", subject: "Offer", result: "Agreed" },
    opportunities: [{ id: 7, name: "Roof", revenue: "240,000 Kč" }],
    more_opportunities: 0,
    candidates: [],
    is_over: false,
};

async function ring(values = {}) {
    onRpc("crm.call", "get_incoming_call", () => ({ ...CALL, ...values }));
    await mountWithCleanup(WebClient, { noMainContainer: true });
    const calls = await mountWithCleanup(IncomingCalls);
    await calls.show(1);
    await animationFrame();
    return calls;
}

test("says who calls, the last meeting and the open opportunities", async () => {
    await ring();
    expect(".o_incoming_call .fs-4").toHaveText("Jana Nováková, ACME s.r.o.");
    expect(".o_incoming_call").toHaveText(/Offer – Agreed/);
    expect(".o_incoming_call").toHaveText(/Roof, 240,000 Kč/);
    expect(".o_incoming_calls").toHaveAttribute("aria-live", "assertive");
});

test("a click says what came of it, and it goes", async () => {
    onRpc("crm.call", "action_set_status", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    await ring();
    await contains(".o_incoming_call .o_call_status button:contains(Accepted)").click();
    expect.verifySteps([[[1], 21]]);
    expect(".o_incoming_call").toHaveCount(0);
});

test("goes when the call is over, and does not come for one that is", async () => {
    const calls = await ring();
    calls.dismiss(1);
    await animationFrame();
    expect(".o_incoming_call").toHaveCount(0);
    onRpc("crm.call", "get_incoming_call", () => ({ ...CALL, is_over: true }));
    await calls.show(1);
    await animationFrame();
    expect(".o_incoming_call").toHaveCount(0);
});

test("offers the clients who share the number", async () => {
    onRpc("crm.call", "action_choose_client", ({ args }) => {
        expect.step(args);
        return true;
    });
    const candidates = [
        { id: 31, name: "Dvořák", company: "" },
        { id: 32, name: "Dvořák s.r.o.", company: "" },
    ];
    await ring({ partner: false, match_state: "ambiguous", company: "", candidates });
    await contains(".o_incoming_call .o_call_candidate:contains(s.r.o.)").click();
    expect.verifySteps([[[1], 32]]);
    expect(getService("bus_service")).not.toBe(undefined);
});

test("an unknown caller is asked for by who may not make clients", async () => {
    onRpc("res.partner", "has_access", () => false);
    await ring({ partner: false, match_state: "unknown", company: "" });
    expect(".o_incoming_call").toHaveText(/Ask the operators/);
    expect(".o_incoming_call").not.toHaveText(/New client/);
});

test("an unknown caller is made a client by who may", async () => {
    onRpc("res.partner", "has_access", () => true);
    await ring({ partner: false, match_state: "unknown", company: "" });
    expect(".o_incoming_call").toHaveText(/New client/);
    expect(".o_incoming_call").not.toHaveText(/Ask the operators/);
});
