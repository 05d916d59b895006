import { expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { CallMenu } from "@crm_discipline/call_menu/call_menu";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const CALL = { partner: false, lead: false, phone: "+420601234567", disposition: "missed" };

async function openMenu(calls) {
    onRpc("res.users", "has_group", () => true);
    onRpc("crm.call", "get_calls_to_process", () => ({
        count: calls.length,
        calls: calls.map((call, index) => ({ ...CALL, id: index + 1, status_id: false, ...call })),
    }));
    await mountWithCleanup(CallMenu);
    await contains("button[aria-label='Calls to process']").click();
}

test("says when a call was as a person would", async () => {
    mockDate("2026-03-17 12:00:00", 0);
    const starts = ["2026-03-17 09:15:20", "2026-03-16 16:30:40", "2026-03-02 08:00:10"];
    await openMenu(starts.map((start) => ({ start })));
    expect(".o_call_menu_row .text-nowrap.text-muted").toHaveCount(3);
    expect(".o_call_menu_row:eq(0) .text-muted").toHaveText(/^today 9:15\sAM$/);
    expect(".o_call_menu_row:eq(1) .text-muted").toHaveText(/^yesterday 4:30\sPM$/);
    expect(".o_call_menu_row:eq(2) .text-muted").toHaveText(/^Mar 2, 8:00\sAM$/);
});

test("a call of nobody can be opened, too", async () => {
    mockService("action", {
        doAction: async ({ res_model, res_id }) => expect.step([res_model, res_id]),
    });
    await openMenu([{ phone: false, start: "2026-03-02 08:00:10" }]);
    await contains(".o_call_menu_row a:contains(Call)").click();
    expect.verifySteps([["crm.call", 1]]);
});
