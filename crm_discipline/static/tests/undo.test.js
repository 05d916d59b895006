import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDisciplineModels } from "./discipline_test_models";

defineDisciplineModels();

const OUTCOMES = [{ id: 1, meeting_status: "planned", meeting_result_id: false }];
const ACTION = {
    type: "ir.actions.client",
    tag: "crm_discipline.undo",
    params: {
        message: "“Offer”: Held",
        model: "calendar.event",
        method: "action_meeting_undo",
        args: [[1], OUTCOMES],
    },
};

test("tells what was done, reloads, and takes it back", async () => {
    onRpc("calendar.event", "action_meeting_undo", ({ args }) => {
        expect(args).toEqual([[1], OUTCOMES]);
        expect.step("undo");
        return true;
    });
    await mountWithCleanup(WebClient);

    await getService("action").doAction(ACTION, { onClose: () => expect.step("reload") });
    await animationFrame();
    expect.verifySteps(["reload"]);
    expect(".o_notification").toHaveText("“Offer”: Held\nUndo");

    await contains(".o_notification button:contains(Undo)").click();
    await animationFrame();
    expect.verifySteps(["undo"]);
    expect(".o_notification").toHaveCount(0);
});

test("offers it for ten seconds", async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(ACTION);
    await animationFrame();

    await advanceTime(9000);
    await animationFrame();
    expect(".o_notification").toHaveCount(1);
    await advanceTime(2000);
    await animationFrame();
    expect(".o_notification").toHaveCount(0);
});
