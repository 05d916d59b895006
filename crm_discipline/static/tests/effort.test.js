import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import {
    contains,
    getService,
    makeMockEnv,
    mountView,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { EffortMeter } from "@crm_discipline/effort/effort_meter";
import { operationOf, screenOf } from "@crm_discipline/effort/effort_operations";
import { Effort } from "@crm_discipline/effort/effort_service";
import { EffortOutbox, ROUTE } from "@crm_discipline/effort/effort_outbox";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const MODELS = {
    "calendar.event": "calendar.event",
    "crm.meeting.held": "calendar.event",
    "crm.call": "crm.call",
    "res.partner": "res.partner",
    "crm.lead": "crm.lead",
    "crm.plan": "other",
};
const FORM = { resModel: "res.partner", viewType: "form", isNew: false, isDialog: false };

describe("meter", () => {
    let now;
    let meter;
    beforeEach(() => {
        now = 0;
        meter = new EffortMeter(30_000, () => now);
    });
    const at = (seconds) => {
        now = seconds * 1000;
        meter.touch();
    };

    test("time between signs of life goes to the screen, without idle time", () => {
        meter.open("res.partner", FORM);
        at(10);
        at(20);
        expect(meter.take()).toEqual({ reads: { "res.partner": 20_000 }, operations: [] });
        at(320);
        expect(meter.take().reads).toEqual({ "res.partner": 30_000 });
        expect(meter.take()).toBe(null);
    });

    test("what is not the CRM is not counted, and what lies above hides what is below", () => {
        const form = meter.open("res.partner", FORM);
        at(10);
        const other = meter.open(undefined, { ...FORM, resModel: "sale.order" });
        at(25);
        meter.close(other);
        at(28);
        meter.close(form);
        at(60);
        expect(meter.take().reads).toEqual({ "res.partner": 13_000 });
    });

    test("a paused window counts nothing", () => {
        meter.open("res.partner", FORM);
        at(5);
        meter.pause();
        at(15);
        at(25);
        meter.resume();
        at(27);
        expect(meter.take().reads).toEqual({ "res.partner": 7000 });
    });

    test("an operation begins with the first input and ends with the save", () => {
        const form = meter.open("res.partner", FORM);
        at(20);
        meter.press("clicks", false);
        at(22);
        meter.press("clicks", true);
        at(25);
        meter.press("keys", true);
        meter.press("keys", true);
        at(30);
        meter.complete("contact_edit", form);
        at(33);
        const { reads, operations } = meter.take();
        expect(reads).toEqual({ "res.partner": 25_000 });
        expect(operations).toMatchObject([{ kind: "contact_edit", ms: 8000, clicks: 1, keys: 2 }]);
    });

    test("on a new record it begins with the opening", () => {
        const form = meter.open("res.partner", { ...FORM, isNew: true });
        at(15);
        meter.complete("contact_create", form);
        expect(meter.take().operations).toMatchObject([{ kind: "contact_create", ms: 15_000 }]);
    });

    test("what is not saved was reading", () => {
        const form = meter.open("res.partner", FORM);
        meter.press("clicks", true);
        at(12);
        expect(meter.take()).toBe(null);
        meter.close(form);
        expect(meter.take()).toEqual({ reads: { "res.partner": 12_000 }, operations: [] });
    });

    test("the click that opens a dialog belongs to it", () => {
        const form = { ...FORM, resModel: "calendar.event" };
        meter.open("calendar.event", form);
        at(20);
        meter.press("clicks", true);
        at(21);
        const dialog = meter.open("calendar.event", { ...form, isDialog: true });
        at(24);
        meter.press("keys", true);
        at(26);
        meter.complete("meeting_held", dialog);
        meter.close(dialog);
        const { reads, operations } = meter.take();
        expect(operations).toMatchObject([{ kind: "meeting_held", ms: 6000, clicks: 1, keys: 1 }]);
        expect(reads).toEqual({ "calendar.event": 20_000 });
    });

    test("a contact made on the way takes nothing from the meeting", () => {
        const form = { ...FORM, resModel: "calendar.event", isNew: true };
        const meeting = meter.open("calendar.event", form);
        at(10);
        const contact = meter.open("res.partner", { ...FORM, isNew: true, isDialog: true });
        at(25);
        meter.complete("contact_create", contact);
        meter.close(contact);
        at(30);
        meter.complete("meeting_create", meeting);
        expect(meter.take().operations).toMatchObject([
            { kind: "contact_create", ms: 15_000 },
            { kind: "meeting_create", ms: 15_000 },
        ]);
    });

    test("a click on another row leaves what had begun on the first", () => {
        const list = meter.open("crm.call", { ...FORM, resModel: "crm.call", viewType: "list" });
        meter.press("clicks", true, true);
        at(20);
        meter.press("clicks", true, true);
        at(21);
        meter.complete("call_status", list);
        const { reads, operations } = meter.take();
        expect(operations).toMatchObject([{ kind: "call_status", ms: 1000, clicks: 1 }]);
        expect(reads).toEqual({ "crm.call": 20_000 });
    });

    test("what is said from the top bar is counted once", () => {
        const form = meter.open("res.partner", FORM);
        at(20);
        meter.press("clicks", false);
        at(22);
        meter.complete("call_status", form);
        const { reads, operations } = meter.take();
        expect(operations).toMatchObject([{ kind: "call_status", ms: 2000, clicks: 1 }]);
        expect(reads).toEqual({ "res.partner": 20_000 });
    });

    test("no time is lost or counted twice, whatever happens", () => {
        let seed = 7;
        const random = (most) => {
            seed = (seed * 48_271) % 2_147_483_647;
            return Math.floor((seed / 2_147_483_647) * most);
        };
        const forms = [];
        let counted = 0;
        const add = (taken) => {
            counted += Object.values(taken?.reads || {}).reduce((sum, ms) => sum + ms, 0);
            counted += (taken?.operations || []).reduce((sum, { ms }) => sum + ms, 0);
        };
        const base = meter.open("crm.lead", { ...FORM, resModel: "crm.lead" });
        for (let step = 0; step < 2000; step++) {
            now += random(25_000);
            meter.touch();
            const doings = [
                () => meter.touch(),
                () => meter.press("clicks", random(2) === 0, random(4) === 0),
                () =>
                    forms.length < 5 &&
                    forms.push(meter.open("res.partner", { ...FORM, isDialog: random(2) === 0 })),
                () => forms.length && meter.close(forms.pop()),
                () => meter.complete("contact_edit", meter.top),
                () => add(meter.take()),
            ];
            doings[random(doings.length)]();
        }
        forms.reverse().forEach((form) => meter.close(form));
        meter.close(base);
        add(meter.take());
        expect(Math.abs(counted - now)).toBeLessThan(3000);
    });

    test("a sign of life costs next to nothing", () => {
        const real = new EffortMeter(30_000, () => performance.timeOrigin);
        real.open("res.partner", FORM);
        let looks = 0;
        patchWithCleanup(real, {
            account() {
                looks++;
            },
        });
        for (let event = 0; event < 100_000; event++) {
            real.touch();
        }
        // nothing but a look at the clock, as long as it has not gone on by a second
        expect(looks).toBe(0);
    });
});

describe("operations", () => {
    const kind = (model, method, args = [], top) =>
        operationOf({ model, method, args }, MODELS, top);

    test("a save tells by its model, and by whether there was a record", () => {
        expect(kind("res.partner", "web_save", [[], {}])).toBe("contact_create");
        expect(kind("res.partner", "web_save", [[3], {}])).toBe("contact_edit");
        expect(kind("calendar.event", "write", [[3], {}])).toBe("meeting_edit");
        expect(kind("crm.plan", "web_save", [[], {}])).toBe("other_create");
        expect(kind("res.partner", "web_read", [[3]])).toBe(undefined);
        expect(kind("sale.order", "web_save", [[], {}])).toBe(undefined);
        expect(operationOf({}, MODELS)).toBe(undefined);
    });

    test("what a dialog saves of its own is nothing yet", () => {
        expect(kind("crm.meeting.held", "web_save", [[], {}])).toBe(undefined);
        expect(kind("crm.meeting.held", "action_confirm", [[1]])).toBe("meeting_held");
        expect(kind("crm.call", "action_set_status", [[1], 2])).toBe("call_status");
    });

    test("a name typed into another form's field is part of that form", () => {
        const top = { resModel: "calendar.event", viewType: "form" };
        expect(kind("res.partner", "name_create", ["Jana"], top)).toBe(undefined);
        const kanban = { resModel: "crm.lead", viewType: "kanban" };
        expect(kind("crm.lead", "name_create", ["Roof"], kanban)).toBe("lead_create");
    });

    test("each kind has its screen", () => {
        expect(screenOf("meeting_held")).toBe("calendar.event");
        expect(screenOf("other_edit")).toBe("other");
    });
});

describe("sending", () => {
    let answers;
    let requests;
    beforeEach(() => {
        browser.localStorage.clear();
        answers = () => ({ ok: true, status: 200 });
        requests = [];
        patchWithCleanup(browser, {
            async fetch(url, options) {
                if (url !== ROUTE) {
                    return super.fetch(...arguments);
                }
                const { batches } = JSON.parse(options.body);
                requests.push(batches);
                return {
                    json: async () => ({ received: batches.map(({ id }) => id), is_on: true }),
                    ...answers(),
                };
            },
        });
    });
    const content = { reads: { "res.partner": 5000 }, operations: [] };

    test("is kept until the server has it, under one id", async () => {
        const outbox = new EffortOutbox("db.2");
        outbox.add(content, 1);
        answers = () => {
            throw new TypeError("Failed to fetch");
        };
        await outbox.send();
        expect(outbox.isEmpty).toBe(false);
        await advanceTime(61_000);
        answers = () => ({ ok: false, status: 0 });
        // the tab was closed, and another one opened
        const next = new EffortOutbox("db.2");
        await next.send();
        expect(next.isEmpty).toBe(false);
        await advanceTime(61_000);
        answers = () => ({ ok: true, status: 200 });
        await next.send();
        expect(next.isEmpty).toBe(true);
        expect(new Set(requests.map(([batch]) => batch.id)).size).toBe(1);
        expect(requests.map(([batch]) => Math.round(batch.ago / 1000))).toEqual([0, 61, 122]);
    });

    test("two tabs send one request a minute", async () => {
        const tabs = [new EffortOutbox("db.2"), new EffortOutbox("db.2")];
        for (let second = 0; second < 300; second++) {
            await advanceTime(1000);
            for (const tab of tabs) {
                tab.add(content, 1);
                await tab.send();
            }
        }
        expect(requests.length).toBeLessThan(7);
        expect(requests.length).toBeGreaterThan(3);
    });

    test("another user of the browser sends nothing of it", async () => {
        new EffortOutbox("db.2").add(content, 1);
        await new EffortOutbox("db.3").send();
        expect(requests).toEqual([]);
    });

    test("what is refused is not sent again, what is old is forgotten", async () => {
        const outbox = new EffortOutbox("db.2");
        outbox.add(content, 1);
        answers = () => ({ ok: false, status: 400 });
        await outbox.send();
        expect(outbox.isEmpty).toBe(true);
        outbox.add(content, 1);
        await advanceTime(32 * 24 * 3_600_000);
        await outbox.send();
        expect(outbox.isEmpty).toBe(true);
        expect(requests.length).toBe(1);
    });

    test("a request stays small enough to outlive its page", async () => {
        const outbox = new EffortOutbox("db.2");
        const operation = { kind: "contact_edit", ms: 1, clicks: 1, keys: 1, at: Date.now() };
        for (let batch = 0; batch < 120; batch++) {
            outbox.add({ reads: {}, operations: Array(20).fill(operation) }, 1);
        }
        await outbox.send();
        expect(JSON.stringify({ batches: requests[0] }).length).toBeLessThan(64 * 1024);
        expect(outbox.isEmpty).toBe(false);
    });

    test("measures a form from the click to the save, in one request a minute", async () => {
        // (of the clocks, this one is not mocked by itself)
        patchWithCleanup(performance, { now: () => Date.now() });
        patchWithCleanup(session, {
            crm_effort: { companies: [user.activeCompany.id], models: MODELS, idle: 30 },
        });
        await mountView({
            type: "form",
            resModel: "calendar.event",
            resId: 1,
            arch: `<form><field name="name"/></form>`,
        });
        await advanceTime(10_000);
        await contains("[name=name] input").click();
        await advanceTime(5000);
        await contains("[name=name] input").edit("Offer for chairs");
        await contains(".o_form_button_save").click();
        await animationFrame();
        expect(requests).toEqual([]);
        await advanceTime(60_000);
        await animationFrame();
        expect(requests.length).toBe(1);
        const [batch] = requests[0];
        expect(batch.operations.length).toBe(1);
        const [kind, ms, clicks] = batch.operations[0];
        expect(kind).toBe("meeting_edit");
        expect(Math.round(ms / 1000)).toBe(5);
        expect(clicks).toBeGreaterThan(1);
        expect(Math.round(batch.reads["calendar.event"] / 1000)).toBeGreaterThan(9);
        expect(JSON.stringify(requests)).not.toInclude("chairs");
    });

    test("of two tabs the one counts that was used last", async () => {
        // (a clock of its own: no timer sends meanwhile what was counted)
        let now = 0;
        patchWithCleanup(performance, { now: () => now });
        patchWithCleanup(document, { hasFocus: () => true });
        await makeMockEnv();
        const env = { bus: new EventTarget() };
        const info = { companies: [user.activeCompany.id], models: MODELS, idle: 30 };
        const tabs = [new Effort(env, info), new Effort(env, info)];
        const tell = (key, newValue) => tabs.forEach((tab) => tab.onStorage({ key, newValue }));
        const { setItem } = browser.localStorage;
        patchWithCleanup(browser.localStorage, {
            setItem(key, value) {
                setItem.call(this, key, value);
                if (key === tabs[0].ownerKey) {
                    tell(key, value);
                    expect.step("heard");
                }
            },
        });
        for (const tab of tabs) {
            tab.claim();
            tab.open({ resModel: "res.partner", resId: 1, type: "form" }, false);
        }
        for (let second = 0; second < 60; second++) {
            now += 1000;
            tabs[second < 30 ? 0 : 1].touch();
        }
        const counted = tabs.map((tab) => tab.meter.take().reads["res.partner"]);
        expect(Math.abs(counted[0] + counted[1] - now)).toBeLessThan(100);
        expect(Math.abs(counted[0] - counted[1])).toBeLessThan(3000);
        expect.verifySteps(["heard", "heard", "heard", "heard"]);
        tabs.forEach((tab) => tab.stop());
    });

    test("does nothing at all where it is off", async () => {
        await makeMockEnv();
        expect(getService("crm_discipline.effort")).toBe(null);
    });
});
