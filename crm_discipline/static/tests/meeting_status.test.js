import { expect, test } from "@odoo/hoot";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const ARCH = /* xml */ `
    <form>
        <field name="meeting_status" widget="meeting_status"/>
        <field name="name"/>
    </form>`;

test("shows all statuses, the present one pressed", async () => {
    await mountView({ type: "form", resModel: "calendar.event", resId: 1, arch: ARCH });

    expect(".o_meeting_status[role=group] button").toHaveCount(4);
    expect("button[aria-pressed=true]").toHaveText("Planned");
});

test("a click saves what was typed, then runs the status' action, and shows the outcome", async () => {
    onRpc("web_save", ({ args }) => {
        expect.step(`save ${args[1].name}`);
    });
    onRpc("action_meeting_no_show", function ({ args }) {
        expect.step(`no-show ${args[0]}`);
        this.env["calendar.event"].write(args[0], { meeting_status: "no_show" });
        return false;
    });
    await mountView({ type: "form", resModel: "calendar.event", resId: 1, arch: ARCH });

    await contains("[name=name] input").edit("Better offer", { confirm: false });
    await contains("[data-value=no_show]").click();
    expect.verifySteps(["save Better offer", "no-show 1"]);
    expect("button[aria-pressed=true]").toHaveText("No-show");
});

test("a click on the present status does nothing", async () => {
    onRpc("action_meeting_plan", () => expect.step("plan"));
    await mountView({ type: "form", resModel: "calendar.event", resId: 1, arch: ARCH });

    await contains("[data-value=planned]").click();
    expect.verifySteps([]);
});

test("read only, it can't be clicked", async () => {
    await mountView({
        type: "form",
        resModel: "calendar.event",
        resId: 1,
        arch: ARCH.replace("<field ", `<field readonly="1" `),
    });

    expect(".o_meeting_status button:disabled").toHaveCount(4);
});
