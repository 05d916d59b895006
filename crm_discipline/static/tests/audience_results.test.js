import { expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class CrmAudience extends models.Model {
    _name = "crm.audience";
    results = fields.Json();
}

defineMailModels();
defineModels([CrmAudience]);

const COLUMNS = ["clients", "reached", "answered"].map((name) => ({ name, label: name }));

function mountResults(results) {
    CrmAudience._records = [{ id: 1, results: { columns: COLUMNS, ...results } }];
    onRpc("crm.audience", "action_view_results", ({ args, kwargs }) => {
        expect.step([args[1], kwargs.user_id]);
        return { type: "ir.actions.act_window_close" };
    });
    return mountView({
        type: "form",
        resModel: "crm.audience",
        resId: 1,
        arch: `<form><field name="results" widget="audience_results"/></form>`,
    });
}

const ROW = ".o_audience_results tbody tr";

test("each figure opens its clients, of one and together", async () => {
    await mountResults({
        answerable: 5,
        totals: [9, 5, 2],
        salespeople: [
            { id: 7, name: "Eva", answerable: 4, figures: [6, 4, 2] },
            { id: false, name: "No salesperson", answerable: 1, figures: [3, 1, 0] },
        ],
    });
    expect(`${ROW}:eq(2)`).toHaveText("Together 9 5 2", { inline: true });
    expect(`${ROW}:eq(1) td:eq(3)`).toHaveText("–");
    await contains(`${ROW}:eq(0) td:eq(3) button`).click();
    await contains(`${ROW}:eq(1) td:eq(2) button`).click();
    await contains(`${ROW}:eq(2) td:eq(1) button`).click();
    expect.verifySteps([
        ["answered", 7],
        ["reached", false],
        ["clients", undefined],
    ]);
});

test("what an SMS can't tell is said to be unknown, not shown as nobody", async () => {
    await mountResults({
        answerable: 1,
        totals: [9, 5, 1],
        salespeople: [
            { id: 7, name: "Eva", answerable: 0, figures: [6, 4, 0] },
            { id: 8, name: "Jan", answerable: 1, figures: [3, 1, 1] },
        ],
    });
    expect(`${ROW}:eq(0) td:eq(3)`).toHaveText("not known");
    expect(`${ROW}:eq(0) td:eq(3)`).toHaveAttribute("title", /no way back/);
    expect(`${ROW}:eq(1) td:eq(3)`).toHaveText("1");
    expect(`${ROW}:eq(1) td:eq(3)`).not.toHaveAttribute("title");
    expect(`${ROW}:eq(2) td:eq(3)`).toHaveText("1");
    expect(`${ROW}:eq(2) td:eq(3)`).toHaveAttribute("title", /^Of 1 whose answers/);
});
