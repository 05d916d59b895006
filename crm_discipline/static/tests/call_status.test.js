import { expect, test } from "@odoo/hoot";
import { animationFrame, press } from "@odoo/hoot-dom";
import { contains, makeServerError, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { CrmCall, CrmDataRequest, defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const LIST = `
    <list js_class="crm_call_list">
        <field name="phone"/>
        <field name="partner_id" widget="call_client"/>
        <field name="disposition" widget="call_came"/>
        <field name="status_id" widget="call_status" options="{'keys': true}"/>
    </list>`;

function mountCalls() {
    onRpc("crm.call", "action_set_status", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    return mountView({ type: "list", resModel: "crm.call", arch: LIST });
}

test("one click says the status of the call in its row", async () => {
    await mountCalls();
    await contains(".o_data_row:eq(1) .o_call_status button:contains(Completed)").click();
    expect.verifySteps([[[2], 22]]);
});

test("the current status is marked", async () => {
    await mountCalls();
    const current = ".o_data_row:eq(0) .o_call_status [aria-pressed=true]";
    expect(current).toHaveText("1Accepted");
    await contains(current).click();
    expect.verifySteps([]);
});

test("a call that is being logged takes its status once its client is there", async () => {
    onRpc("crm.call", "web_save", ({ args }) => expect.step(args[1].status_id));
    await mountView({
        type: "form",
        resModel: "crm.call",
        arch: `<form>
            <field name="partner_id" required="not phone"/>
            <field name="phone"/>
            <field name="status_id" widget="call_status"/>
        </form>`,
    });
    const completed = ".o_call_status button:contains(Completed)";
    await contains(completed).click();
    expect(".o_field_invalid[name=partner_id]").toHaveCount(1);
    expect(completed).toHaveAttribute("aria-pressed", "false");
    await contains(".o_field_widget[name=phone] input").edit("+420601234567");
    await contains(completed).click();
    expect.verifySteps([22]);
});

test("a status that was refused can be said again", async () => {
    let isRefused = true;
    onRpc("crm.call", "web_save", () => {
        expect.step("save");
        if (isRefused) {
            throw makeServerError({ message: "Note on the call" });
        }
    });
    expect.errors(1);
    await mountView({
        type: "form",
        resModel: "crm.call",
        arch: `<form><field name="status_id" widget="call_status"/></form>`,
    });
    const completed = ".o_call_status button:contains(Completed)";
    await contains(completed).click();
    await contains(".o_error_dialog .btn-primary, .modal-footer .btn-primary").click();
    expect.verifyErrors(["RPC_ERROR"]);
    isRefused = false;
    await contains(completed).click();
    expect.verifySteps(["save", "save"]);
});

test("a number key says the status of the row with the focus", async () => {
    await mountCalls();
    await contains(".o_data_row:eq(2) td.o_data_cell").focus();
    await press("2");
    await animationFrame();
    expect.verifySteps([[[3], 22]]);
});

test("a digit that is no status' key does nothing", async () => {
    await mountCalls();
    await contains(".o_data_row:eq(2) td.o_data_cell").focus();
    await press("9");
    await animationFrame();
    expect.verifySteps([]);
});

test("chosen rows get the status together", async () => {
    await mountCalls();
    await contains(".o_data_row:eq(0) .o_list_record_selector input").click();
    await contains(".o_data_row:eq(2) .o_list_record_selector input").click();
    await contains(".o_selection_container .o_call_status button:contains(Completed)").click();
    expect.verifySteps([[[1, 3], 22]]);
});

test("says who called, and lets one of those who share the number be chosen", async () => {
    onRpc("crm.call", "action_choose_client", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountCalls();
    expect(".o_data_row:eq(1) .o_call_client").toHaveText(
        "2 clients share it: Dvořák · Dvořák s.r.o."
    );
    await contains(".o_data_row:eq(1) .o_call_candidate:eq(1)").click();
    expect.verifySteps([[[2], 32]]);
});

test("who may make clients makes one of an unknown caller", async () => {
    onRpc("res.partner", "has_access", ({ args }) => args[1] === "create");
    await mountCalls();
    expect(".o_data_row:eq(2) .o_call_client").toHaveText("Unknown NumberNew client");
    expect(".o_call_ask_client").toHaveCount(0);
});

test("who may not make clients asks the operators for an unknown caller", async () => {
    onRpc("res.partner", "has_access", () => false);
    onRpc("crm.call", "action_ask_client", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    await mountCalls();
    expect(".o_data_row:eq(2) .o_call_client").toHaveText("Unknown NumberAsk the operators");
    expect(".o_call_new_client").toHaveCount(0);
    await contains(".o_data_row:eq(2) .o_call_ask_client").click();
    expect.verifySteps([[[3]]]);
});

test("an unknown caller who is asked for waits for the operator, whoever looks", async () => {
    CrmDataRequest._records = [{ id: 9, name: "Data request" }];
    Object.assign(CrmCall._records[2], { data_request_id: 9, data_request_state: "new" });
    await mountCalls();
    expect(".o_data_row:eq(2) .o_call_client").toHaveText("Unknown Numberwaits for the operator");
    expect(".o_call_new_client").toHaveCount(0);
});

test("says what the telephone system says", async () => {
    await mountCalls();
    expect(".o_data_row:eq(0) .o_call_came").toHaveText("Answered, 3:12");
    expect(".o_data_row:eq(1) .o_call_came").toHaveText("Missed");
    expect(".o_data_row:eq(2) .o_call_came").toHaveText("Answered, 1:06:40");
});
