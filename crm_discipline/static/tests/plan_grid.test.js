import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllValues } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { readBlock } from "@crm_discipline/plan_grid/plan_grid";

class CrmPlan extends models.Model {
    _name = "crm.plan";

    state = fields.Selection({
        selection: [
            ["draft", "Draft"],
            ["closed", "Closed"],
        ],
    });
    team_id = fields.Many2one({ relation: "crm.team" });
    date_from = fields.Date();

    _records = [{ id: 1, state: "draft", date_from: "2026-03-01" }];
}

class CrmTeam extends models.Model {
    _name = "crm.team";

    name = fields.Char();
}

defineMailModels();
defineModels([CrmPlan, CrmTeam]);
describe.current.tags("desktop");

function gridOf(isEditable = true) {
    const cells = (...targets) =>
        Object.fromEntries(targets.map((target, at) => [at + 1, { target, last: 7 }]));
    return {
        is_editable: isEditable,
        currency_id: 1,
        metrics: ["Contacts", "Meetings", "Deals"].map((name, at) => ({
            id: at + 1,
            name,
            code: name,
            icon: "fa-phone",
            unit: "count",
        })),
        rows: [
            { user_id: 11, user: "Jana", active: true, cells: cells(5, null, null) },
            { user_id: 12, user: "Petr", active: true, cells: cells(null, 20, null) },
        ],
    };
}

async function mountGrid(isEditable) {
    onRpc("crm.plan", "get_grid", () => gridOf(isEditable));
    onRpc("crm.plan", "set_grid", ({ args }) => {
        expect.step(args[1].map((cell) => [cell.user_id, cell.metric_id, cell.target]));
        return true;
    });
    await mountView({
        type: "form",
        resModel: "crm.plan",
        resId: 1,
        arch: `<form><widget name="plan_grid"/></form>`,
    });
}

const at = (row, column) => `.o_plan_grid input[data-at="${row},${column}"]`;

function paste(text) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
    );
}

test("a block of a spreadsheet is read", () => {
    expect(readBlock("1\t2\r\n3\t\r\n")).toEqual([
        ["1", "2"],
        ["3", ""],
    ]);
    expect(readBlock("1")).toEqual([["1"]]);
});

test("targets, those of the last period, and sums", async () => {
    await mountGrid();
    expect(queryAllValues(".o_plan_grid tbody input")).toEqual(["5", "", "", "", "20", ""]);
    expect(at(0, 1)).toHaveAttribute("placeholder", "7");
    expect(".o_plan_grid tfoot td:eq(0)").toHaveText("5");
});

test("a target that is typed is saved at once", async () => {
    await mountGrid();
    await contains(at(0, 1)).edit("12", { confirm: "enter" });
    expect.verifySteps([[[11, 2, 12]]]);
    expect(".o_plan_grid tfoot td:eq(1)").toHaveText("32");
    expect(at(1, 1)).toBeFocused();
});

test("an emptied cell is no target, and a word is refused", async () => {
    mockService("notification", { add: (message) => expect.step(message) });
    await mountGrid();
    await contains(at(0, 0)).edit("", { confirm: "enter" });
    expect.verifySteps([[[11, 1, null]]]);
    await contains(at(1, 1)).edit("many", { confirm: "enter" });
    await animationFrame();
    expect.verifySteps(["“many” is no target. Enter a number that is not negative."]);
    expect(at(1, 1)).toHaveValue("20");
});

test("arrows move, and fill down and right fill", async () => {
    await mountGrid();
    await contains(at(0, 0)).focus();
    await press("ArrowRight");
    expect(at(0, 1)).toBeFocused();
    await press("ArrowLeft");
    await press(["Control", "d"]);
    await animationFrame();
    expect.verifySteps([[[12, 1, 5]]]);
    await contains(at(0, 0)).focus();
    await press(["Control", "r"]);
    await animationFrame();
    expect.verifySteps([
        [
            [11, 2, 5],
            [11, 3, 5],
        ],
    ]);
});

test("a pasted block is saved together and taken back together", async () => {
    await mountGrid();
    await contains(at(0, 1)).focus();
    paste("1\t2\n3\t4\n9\t9");
    await animationFrame();
    expect.verifySteps([
        [
            [11, 2, 1],
            [11, 3, 2],
            [12, 2, 3],
            [12, 3, 4],
        ],
    ]);
    await contains(".o_plan_grid_tools button:contains(Undo)").click();
    expect.verifySteps([
        [
            [11, 2, null],
            [11, 3, null],
            [12, 2, 20],
            [12, 3, null],
        ],
    ]);
});

test("of a block with a word nothing is pasted", async () => {
    await mountGrid();
    await contains(at(0, 0)).focus();
    paste("1\tmany");
    await animationFrame();
    expect.verifySteps([]);
    expect(at(0, 0)).toHaveValue("5");
});

test("a closed plan is only shown", async () => {
    await mountGrid(false);
    expect(".o_plan_grid_tools").toHaveCount(0);
    expect(at(0, 0)).toHaveAttribute("readonly");
});
