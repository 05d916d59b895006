import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, tick } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { ASK_EVERY, VersionWatch } from "@crm_discipline/plan_live/version_watch";

describe.current.tags("headless");

test("only another version than before is a change", async () => {
    let version = 7;
    const watch = new VersionWatch(
        async () => version,
        () => expect.step("changed")
    );
    await tick();
    await advanceTime(ASK_EVERY);
    expect.verifySteps([]);
    version = 8;
    await advanceTime(ASK_EVERY);
    expect.verifySteps(["changed"]);
    await advanceTime(3 * ASK_EVERY);
    expect.verifySteps([]);
    watch.stop();
    version = 9;
    await advanceTime(ASK_EVERY);
    expect.verifySteps([]);
});

test("what changed while the connection was lost is seen when it is back", async () => {
    let version = 1;
    let isLost = false;
    const watch = new VersionWatch(
        async () => {
            if (isLost) {
                throw new ConnectionLostError("/");
            }
            return version;
        },
        () => expect.step("changed")
    );
    await tick();
    isLost = true;
    version = 2;
    await advanceTime(2 * ASK_EVERY);
    expect.verifySteps([]);
    isLost = false;
    await advanceTime(ASK_EVERY);
    expect.verifySteps(["changed"]);
    watch.stop();
});
