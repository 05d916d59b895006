import { expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountView } from "@web/../tests/web_test_helpers";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

function mountChoice() {
    return mountView({
        type: "form",
        resModel: "calendar.event",
        resId: 2,
        arch: /* xml */ `
            <form disable_autofocus="1">
                <field name="result_id" widget="result_choice" options="{'note': 'note'}"/>
                <field name="note"/>
                <field name="name"/>
            </form>`,
    });
}

test("offers the results with their numbers, focused", async () => {
    await mountChoice();

    expect("[role=radiogroup][aria-label=Result] [role=radio]").toHaveCount(3);
    expect("[role=radio]:eq(1)").toHaveText("2\nAgreed");
    expect("[role=radio]:eq(0)").toBeFocused();
    expect("[role=radio][aria-checked=true]").toHaveCount(0);
    expect("[role=radio][tabindex='0']").toHaveCount(1);
});

test("a number chooses", async () => {
    await mountChoice();

    await press("2");
    await animationFrame();
    expect("[role=radio][aria-checked=true]").toHaveText("2\nAgreed");
    expect("[role=radio]:eq(1)").toBeFocused();
    expect("[role=radio][tabindex='0']").toHaveText("2\nAgreed");
});

test("arrows go round, Enter chooses", async () => {
    await mountChoice();

    await press("ArrowLeft");
    expect("[role=radio]:eq(2)").toBeFocused();
    await press("ArrowRight");
    expect("[role=radio]:eq(0)").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect("[role=radio][aria-checked=true]").toHaveText("1\nOffer requested");
});

test("a result that asks for a note leads to it", async () => {
    await mountChoice();

    await contains("[role=radio]:contains(Other)").click();
    expect("[name=note] textarea").toBeFocused();
});

test("a number typed into a text is text", async () => {
    await mountChoice();

    await contains("[name=name] input").click();
    await press("2");
    await animationFrame();
    expect("[role=radio][aria-checked=true]").toHaveCount(0);
});
