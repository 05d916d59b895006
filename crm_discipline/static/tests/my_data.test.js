import { expect, test } from "@odoo/hoot";
import { Deferred, animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { MyDataPanel } from "@crm_discipline/my_data/my_data_panel";

defineMailModels();

const period = { key: "1", date_from: "2026-11-01", date_to: "2026-11-30" };
const audience = {
    id: 1,
    name: "News",
    reached: 2,
    clients: 3,
    bounced: 0,
    meetings: 1,
    deals: 0,
    missed: 1,
};

/** A plan with its figure and the panel. */
class Plan extends Component {
    static components = { MyDataPanel };
    static template = xml`
        <p t-out="state.figure"/>
        <MyDataPanel period="state.period" userId="state.userId" version="state.version"/>`;
    static props = {};
    setup() {
        this.state = useState({ figure: 1, version: 1, period, userId: 7 });
    }
}

test.tags("desktop");
test("it is read once when figures changed, and they do not wait for it", async () => {
    let answer = [audience];
    onRpc("crm.audience", "get_my_reach", () => {
        expect.step("read");
        return answer;
    });
    const plan = await mountWithCleanup(Plan);
    expect(".o_my_data").toHaveCount(1);
    expect.verifySteps(["read"]);
    answer = new Deferred();
    Object.assign(plan.state, { figure: 2, version: 2 });
    await animationFrame();
    plan.state.figure = 3;
    await animationFrame();
    expect("p").toHaveText("3");
    expect.verifySteps(["read"]);
    answer.resolve([]);
    await animationFrame();
    await animationFrame();
    expect(".o_my_data").toHaveCount(0);
});

test.tags("desktop");
test("in a colleague's plan there is nothing of one's own", async () => {
    onRpc("crm.audience", "get_my_reach", () => {
        expect.step("read");
        return [audience];
    });
    const plan = await mountWithCleanup(Plan);
    expect.verifySteps(["read"]);
    plan.state.userId = 8;
    await animationFrame();
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_my_data").toHaveCount(0);
});

test.tags("desktop");
test("what came back is told and opens its clients", async () => {
    onRpc("crm.audience", "get_my_reach", () => [{ ...audience, bounced: 2 }]);
    onRpc("crm.audience", "action_view_results", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    await mountWithCleanup(Plan);
    expect(".o_my_data_bounced").toHaveText("2 came back: correct them");
    await contains(".o_my_data_bounced").click();
    expect.verifySteps([[[1], "bounced", 7]]);
});
