import { describe, expect, test } from "@odoo/hoot";
import { Deferred, advanceTime, tick } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { LONGEST_REST, LiveReader, REST, SETTLE } from "@crm_discipline/plan_live/live_reader";

describe.current.tags("headless");

const makeReader = () => new LiveReader(async () => expect.step("read"));

test("a change is read once it has settled", async () => {
    const reader = makeReader();
    reader.announce();
    reader.announce();
    expect.verifySteps([]);
    await advanceTime(SETTLE);
    expect.verifySteps(["read"]);
    await advanceTime(LONGEST_REST);
    expect.verifySteps([]);
});

test("a thousand changes in twenty seconds are a few readings, and the last is read", async () => {
    let changes = 0;
    const seen = [];
    const reader = new LiveReader(async () => seen.push(changes));
    for (let second = 0; second < 20; second++) {
        for (let change = 0; change < 50; change++) {
            changes++;
            reader.announce();
        }
        await advanceTime(1000);
    }
    await advanceTime(LONGEST_REST);
    await advanceTime(LONGEST_REST);
    expect(seen.length < 8).toBe(true);
    expect(seen.at(-1)).toBe(1000);
});

test("after a rest a single change is read at once again", async () => {
    const reader = makeReader();
    reader.announce();
    await advanceTime(SETTLE);
    await advanceTime(10 * REST);
    expect.verifySteps(["read"]);
    reader.announce();
    await advanceTime(SETTLE);
    expect.verifySteps(["read"]);
});

test("two readings never run at once, and what changes meanwhile is read after", async () => {
    const done = new Deferred();
    let readings = 0;
    const reader = new LiveReader(() => {
        readings++;
        return readings === 1 ? done : Promise.resolve();
    });
    reader.announce();
    await advanceTime(SETTLE);
    reader.announce();
    await advanceTime(LONGEST_REST);
    expect(readings).toBe(1);
    done.resolve();
    await tick();
    await advanceTime(LONGEST_REST);
    expect(readings).toBe(2);
});

test("a reader that was stopped reads nothing more", async () => {
    const reader = makeReader();
    reader.announce();
    reader.stop();
    reader.announce();
    await advanceTime(LONGEST_REST);
    expect.verifySteps([]);
});

test("what could not be read while the connection was lost is read when it is back", async () => {
    let isLost = true;
    const reader = new LiveReader(async () => {
        expect.step(isLost ? "lost" : "read");
        if (isLost) {
            throw new ConnectionLostError("/web");
        }
    });
    reader.announce();
    await advanceTime(SETTLE);
    expect.verifySteps(["lost"]);
    isLost = false;
    await advanceTime(LONGEST_REST);
    expect.verifySteps(["read"]);
    await advanceTime(LONGEST_REST);
    expect.verifySteps([]);
});
