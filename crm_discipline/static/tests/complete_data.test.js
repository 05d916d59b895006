import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryOne, waitFor } from "@odoo/hoot-dom";
import { runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import "@crm_discipline/complete_data/complete_data";
import { CalendarEvent, defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const FORM = `
    <form>
        <field name="missing_items" invisible="1"/>
        <field name="meeting_status" invisible="1"/>
        <group invisible="meeting_status == 'cancelled'">
            <field name="client_name" string="Full name" placeholder="Surname and first name"/>
            <field name="client_phone" readonly="meeting_status == 'no_show'"/>
            <field name="client_email" invisible="client_name == 'No e-mail'"/>
            <field name="client_id"/>
        </group>
    </form>`;

const COUNTER = {
    id: 7,
    metric: "Meetings",
    unit: "count",
    icon: "fa-calendar",
    actual: 8,
    target: 20,
    pending: 1,
};

function item(id, values = {}) {
    const record = CalendarEvent._records.find((one) => one.id === id);
    return {
        key: [values.worth ? 0 : 1, "2026-03-16 09:00:00", "calendar.event", id],
        model: "calendar.event",
        id,
        kind: "Meeting",
        title: record.name,
        when: "2026-03-16 09:00:00",
        partner: false,
        about: [],
        worth: [],
        missing: record.missing_items || [],
        findings: [],
        ask: false,
        request: false,
        ...values,
    };
}

async function openList(items, { total = items.length, pages = [] } = {}) {
    CalendarEvent._views = { form: FORM };
    onRpc("crm.discipline.worklist", "get_page", ({ kwargs }) => {
        expect.step(`page after ${kwargs.after ? kwargs.after[3] : "nothing"}`);
        const isFirst = !kwargs.after;
        const own = isFirst ? items : pages.shift() || [];
        return {
            items: own,
            total: isFirst ? total : null,
            has_more: pages.length > 0,
            counters: [COUNTER],
            fields: {
                "calendar.event": ["client_name", "client_phone", "client_email", "client_id"],
            },
            user_id: 7,
            user: "Mitchell",
            is_own: true,
        };
    });
    onRpc("crm.discipline.worklist", "get_item", ({ args }) => {
        expect.step(`item ${args[0][3]}`);
        const known = items.find((one) => one.id === args[0][3]);
        return { item: known, counters: [{ ...COUNTER, actual: 9, pending: 0 }] };
    });
    onRpc("calendar.event", "web_save", ({ args }) => {
        const changes = { ...args[1] };
        delete changes.missing_items;
        expect.step(["save", ...args[0], changes]);
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_discipline.complete_data",
    });
    await animationFrame();
}

const onRecord = (title) => waitFor(`.o_complete_title:contains(${title})`);
const input = (name) => `.o_complete_question .o_field_widget[name=${name}] input`;

async function enter(selector, text) {
    await contains(selector).edit(text, { confirm: false });
    await press("Enter");
    await runAllTimers();
    await animationFrame();
}

describe.current.tags("desktop");

test("just what is missing is asked for, and Enter leads through it, saves and goes on", async () => {
    await openList([item(1, { worth: [7] }), item(3)]);
    expect(".o_complete_progress strong").toHaveText("1 of 2, 1 left");
    expect(".o_complete_worth").toHaveText("+1 for your plan: Meetings, 8 of 20 so far");
    expect(".o_complete_question").toHaveCount(2);
    expect(input("client_name")).toBeFocused();
    await enter(input("client_name"), "Jana Nováková");
    expect(input("client_phone")).toBeFocused();
    expect(".o_complete_question:first").not.toHaveClass("o_complete_open");
    await enter(input("client_phone"), "1");
    await onRecord("Reminder");
    expect(".o_complete_said").toHaveText("Saved: Offer. Meetings: 9 of 20");
    expect.verifySteps([
        "page after nothing",
        ["save", 1, { client_name: "Jana Nováková", client_phone: "1" }],
        "item 1",
    ]);
});

test("Enter where nothing was typed leads on and never saves", async () => {
    await openList([item(1)]);
    await press("Enter");
    await animationFrame();
    expect(input("client_phone")).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(".o_complete_hint").toHaveText("Nothing was filled in yet. Skip it with Alt+N.");
    expect(input("client_name")).toBeFocused();
    expect.verifySteps(["page after nothing"]);
});

test("keys skip and go back, and what was skipped is counted", async () => {
    await openList([item(1), item(3)]);
    await press(["alt", "n"]);
    await onRecord("Reminder");
    expect(".o_complete_progress strong").toHaveText("2 of 2, 0 left");
    expect(".o_complete_progress .text-muted").toHaveText("1 skipped");
    await press(["alt", "p"]);
    await onRecord("Offer");
    await contains(".o_complete_skip").click();
    await onRecord("Reminder");
    await contains(".o_complete_skip").click();
    await waitFor(".o_complete_end");
    expect(".o_complete_summary").toHaveText("2 skipped");
    expect.verifySteps(["page after nothing", "item 1"]);
});

test("skipping saves what was typed", async () => {
    await openList([item(1), item(3)]);
    await contains(input("client_name")).edit("Jana Nováková", { confirm: false });
    await contains(".o_complete_skip").click();
    await onRecord("Reminder");
    expect.verifySteps([
        "page after nothing",
        ["save", 1, { client_name: "Jana Nováková" }],
        "item 1",
    ]);
});

test("a refusal is said in place, and what was typed stays", async () => {
    await openList([item(3)]);
    onRpc("calendar.event", "web_save", () => {
        throw makeServerError({ type: "ValidationError", message: "Not yet" });
    });
    await enter(input("client_phone"), "1");
    expect(".o_complete_title").toHaveText("Reminder");
    expect(".o_complete_refusal span").toHaveText("Not yet");
    expect(input("client_phone")).toHaveValue("1");
    await contains(".o_complete_refusal button").click();
    expect(input("client_phone")).toHaveValue("");
    expect(".o_complete_refusal").toHaveCount(0);
    expect.verifySteps(["page after nothing"]);
});

test("what the form shows not is not asked for, what is locked is asked of the operators", async () => {
    CalendarEvent._records[0].meeting_status = "no_show";
    CalendarEvent._records[0].client_name = "No e-mail";
    CalendarEvent._records[0].missing_items = [CalendarEvent._records[0].missing_items[1]];
    await openList([item(1, { ask: ["calendar.event", 1, "action_ask_client"] })]);
    expect(input("client_email")).toHaveCount(0);
    expect(input("client_phone")).toHaveCount(0);
    onRpc("calendar.event", "action_ask_client", ({ args }) => {
        expect.step(["ask", ...args[0]]);
        return false;
    });
    await contains(".o_complete_ask_button").click();
    expect.verifySteps(["page after nothing", ["ask", 1], "item 1"]);
});

test("more is read before the end is reached", async () => {
    await openList([item(1)], { total: 2, pages: [[item(3)]] });
    await animationFrame();
    expect(".o_complete_coming_item").toHaveCount(0);
    await contains(".o_complete_skip").click();
    await onRecord("Reminder");
    expect.verifySteps(["page after nothing", "page after 1"]);
});

test("what comes later can be chosen first", async () => {
    await openList([item(1), item(2), item(3)]);
    await contains(".o_complete_coming_item:last").click();
    await onRecord("Reminder");
    expect(".o_complete_coming_item:first").toHaveText(/Offer/);
    expect(queryOne(".o_complete_progress strong").textContent).toBe("1 of 3, 2 left");
    expect.verifySteps(["page after nothing"]);
});

test("nothing is missing", async () => {
    await openList([]);
    expect(".o_view_nocontent").toHaveText(/All data are complete/);
    expect.verifySteps(["page after nothing"]);
});
