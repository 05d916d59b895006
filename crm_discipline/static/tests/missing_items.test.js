import { expect, test } from "@odoo/hoot";
import { contains, mountView } from "@web/../tests/web_test_helpers";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const ARCH = /* xml */ `
    <form>
        <field name="missing_items" widget="discipline_missing"/>
        <field name="name"/>
        <field name="client_id"/>
        <field name="client_name"/>
        <field name="client_phone"/>
        <field name="client_email"/>
    </form>`;

function mountMeeting(resId, arch = ARCH) {
    return mountView({ type: "form", resModel: "calendar.event", resId, arch });
}

test("names all that is missing, politely", async () => {
    await mountMeeting(1);

    expect("[role=status][aria-live=polite] .o_discipline_blocking").toHaveText(
        "Two things are missing and the meeting stays incomplete without: Full name, Phone or e-mail."
    );
    expect(".o_discipline_warning").toHaveCount(0);
});

test("says nothing of a complete record, but stays a live region", async () => {
    await mountMeeting(2);

    expect("[role=status][aria-live=polite]").toHaveCount(1);
    expect("[role=status]").toHaveText("");
    expect("[aria-invalid]").toHaveCount(0);
});

test("marks the fields that mend it, and not the relation behind them", async () => {
    await mountMeeting(1);

    expect("[name=client_name]").toHaveClass("o_discipline_missing");
    expect("[name=client_phone]").toHaveClass("o_discipline_missing");
    expect("[name=client_email] input").toHaveAttribute("aria-invalid", "true");
    expect("[name=client_id]").not.toHaveClass("o_discipline_missing");
    expect("[name=client_phone]").not.toHaveClass("o_required_modifier");
});

test("follows what is typed", async () => {
    await mountMeeting(1);

    await contains("[name=client_phone] input").edit("601 234 567");
    expect(".o_discipline_blocking").toHaveText(
        "One thing is missing and the meeting stays incomplete without: Full name."
    );
    expect("[name=client_email]").not.toHaveClass("o_discipline_missing");
    expect("[name=client_email] input").not.toHaveAttribute("aria-invalid");

    await contains("[name=client_name] input").edit("Jana Nováková");
    expect(".o_discipline_blocking").toHaveCount(0);
    expect(".o_discipline_missing").toHaveCount(0);
});

test("an item leads to the first of its fields that is there", async () => {
    await mountMeeting(1);

    await contains(".o_discipline_missing_link:contains(Phone)").click();
    expect("[name=client_phone] input").toBeFocused();
    await contains(".o_discipline_missing_link:contains(Full name)").click();
    expect("[name=client_name] input").toBeFocused();
});

test("an item skips fields that the form hides", async () => {
    await mountMeeting(1, ARCH.replace(`name="client_phone"`, `name="client_phone" invisible="1"`));

    await contains(".o_discipline_missing_link:contains(Phone)").click();
    expect("[name=client_email] input").toBeFocused();
});

test("what only warns is said in other words", async () => {
    await mountMeeting(3);

    expect(".o_discipline_blocking").toHaveCount(0);
    expect(".o_discipline_warning").toHaveText("Still missing: Phone or e-mail.");
    expect("[name=client_phone]").toHaveClass("o_discipline_missing_mild");
});

test("a new record can't be saved yet", async () => {
    await mountMeeting(undefined);

    await contains("[name=client_name] input").edit("Nováková");
    expect(".o_discipline_blocking").toHaveText(
        "Two things are missing before this meeting can be saved: Full name, Phone or e-mail."
    );
});

test("lists name what is missing in one line", async () => {
    await mountView({
        type: "list",
        resModel: "calendar.event",
        arch: /* xml */ `
            <list>
                <field name="name"/>
                <field name="missing_items" widget="discipline_missing_tags"/>
            </list>`,
    });

    expect(".o_data_row:eq(0) .o_discipline_missing_tags").toHaveText("Full name, Phone or e-mail");
    expect(".o_data_row:eq(1) .o_discipline_missing_tags").toHaveCount(0);
});
