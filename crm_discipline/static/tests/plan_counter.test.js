import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { EventBus } from "@odoo/owl";
import {
    contains,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { PlanCounter } from "@crm_discipline/plan_counter/plan_counter";
import { LONGEST_REST } from "@crm_discipline/plan_live/live_reader";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const DEALS = {
    id: 1,
    target_ids: [1],
    metric: "Deals",
    icon: "fa-trophy",
    unit: "count",
    currency_id: false,
    target: 10,
    actual: 5,
    remaining: 5,
    pending: 0,
    progress: 50,
    pace: "on_track",
    expected: 5,
    projected: 10,
    days_left: 8,
    error: false,
};

let bus;
let actual;
let changed;
let toCelebrate;

beforeEach(() => {
    bus = new EventBus();
    actual = 5;
    toCelebrate = false;
    mockService("bus_service", {
        addEventListener: bus.addEventListener.bind(bus),
        removeEventListener: bus.removeEventListener.bind(bus),
        addChannel: () => {},
        deleteChannel: () => {},
        start: () => {},
        subscribe: (type, callback) => {
            if (type === "crm_discipline.plan_changed") {
                changed = callback;
            }
        },
        unsubscribe: () => {},
    });
    patchWithCleanup(user, { hasGroup: async () => true });
    onRpc("crm.plan.target", "get_counter", () => {
        expect.step("read");
        return {
            user_id: 7,
            counter: { ...DEALS, actual, remaining: 10 - actual, progress: 10 * actual },
            reached: 0,
            total: 2,
            to_celebrate: toCelebrate,
        };
    });
});

async function mountCounter() {
    await mountWithCleanup(PlanCounter);
    await animationFrame();
    expect.verifySteps(["read"]);
}

const settle = async () => {
    await advanceTime(LONGEST_REST);
    await animationFrame();
};

test("one request as the page loads, none by the connection that opens then", async () => {
    await mountCounter();
    bus.trigger("BUS:CONNECT");
    await settle();
    expect.verifySteps([]);
    expect(".o_plan_counter_figure").toHaveText("5/10");
    expect(".o_plan_counter").toHaveAttribute(
        "aria-label",
        "Deals 5/10: 5 of 10, 5 left. On track. 0 of 2 targets reached."
    );
});

test("a change is read, and a click reads nothing", async () => {
    mockService("action", { doAction: (name) => expect.step(name) });
    await mountCounter();
    actual = 6;
    changed({ user_ids: [7] });
    await settle();
    expect.verifySteps(["read"]);
    expect(".o_plan_counter_figure").toHaveText("6/10");
    await contains(".o_plan_counter").click();
    await settle();
    expect.verifySteps(["crm_discipline.action_my_plan"]);
});

test("a connection that the browser lost is caught up at once, and again when the bus is back", async () => {
    await mountCounter();
    window.dispatchEvent(new Event("offline"));
    bus.trigger("BUS:DISCONNECT");
    actual = 7;
    await settle();
    expect.verifySteps([]);
    window.dispatchEvent(new Event("online"));
    await settle();
    expect.verifySteps(["read"]);
    expect(".o_plan_counter_figure").toHaveText("7/10");
    actual = 8;
    bus.trigger("BUS:CONNECT");
    await settle();
    expect.verifySteps(["read"]);
    expect(".o_plan_counter_figure").toHaveText("8/10");
});

test("a connection that the server lost is caught up when it is renewed", async () => {
    await mountCounter();
    bus.trigger("BUS:DISCONNECT");
    actual = 7;
    bus.trigger("BUS:RECONNECT");
    await settle();
    expect.verifySteps(["read"]);
    expect(".o_plan_counter_figure").toHaveText("7/10");
});

test("who is told of a reached target sees the rainbow, others nothing", async () => {
    mockService("effect", { add: ({ message }) => expect.step(message) });
    let claimed = [{ ...DEALS, actual: 10 }];
    onRpc("crm.plan.target", "claim_reached", () => claimed);
    toCelebrate = true;
    actual = 10;
    await mountWithCleanup(PlanCounter);
    await settle();
    expect.verifySteps(["read", "Target reached: Deals 10"]);
    claimed = [];
    changed({ user_ids: [7] });
    await settle();
    expect.verifySteps(["read"]);
});

test("who has no plan makes no request", async () => {
    patchWithCleanup(user, { hasGroup: async () => false });
    await mountWithCleanup(PlanCounter);
    changed({ user_ids: [7] });
    await settle();
    expect.verifySteps([]);
    expect(".o_plan_counter").toHaveCount(0);
});
