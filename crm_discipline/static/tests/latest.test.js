import { describe, expect, test } from "@odoo/hoot";
import { Deferred } from "@odoo/hoot-mock";
import { Latest } from "@crm_discipline/plan_live/latest";

describe.current.tags("headless");

test("only the last answer is used, and nobody waits for an earlier one in vain", async () => {
    const latest = new Latest();
    const [first, second] = [new Deferred(), new Deferred()];
    const used = [];
    const waiting = [first, second].map((answer) =>
        latest.take(answer, (found) => used.push(found))
    );
    second.resolve("second");
    await waiting[1];
    first.resolve("first");
    await waiting[0];
    expect(used).toEqual(["second"]);
});

test("an earlier answer that fails is nobody's matter, the last one is", async () => {
    const latest = new Latest();
    const [first, second] = [new Deferred(), new Deferred()];
    const waiting = [first, second].map((answer) => latest.take(answer, () => "used"));
    first.reject(new Error("first"));
    await expect(waiting[0]).resolves.toBe(undefined);
    second.reject(new Error("second"));
    await expect(waiting[1]).rejects.toThrow("second");
});
