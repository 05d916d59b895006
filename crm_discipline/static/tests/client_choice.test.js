import { expect, test } from "@odoo/hoot";
import { contains, makeMockServer, mountView } from "@web/../tests/web_test_helpers";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

test("a click makes the attendee the client", async () => {
    const { env } = await makeMockServer();
    const attendees = env["res.partner"].create([{ name: "Jana" }, { name: "Petr" }]);
    const [resId] = env["calendar.event"].create([{ client_candidate_ids: attendees }]);
    await mountView({
        type: "form",
        resModel: "calendar.event",
        arch: /* xml */ `
            <form>
                <field name="client_id"/>
                <field name="client_candidate_ids" widget="client_choice" options="{'target': 'client_id'}"/>
            </form>`,
        resId,
    });

    await contains("button:contains(Petr)").click();
    expect("[name=client_id] input").toHaveValue("Petr");
});
