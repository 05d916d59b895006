/**
 * Open what a counter counts.
 *
 * @param {{orm, action}} services
 * @param {import("../plan_cell/plan_words").Counter} counter
 */
export async function openCounted({ orm, action }, counter) {
    const args = [counter.target_ids];
    await action.doAction(await orm.call("crm.plan.target", "action_view_records", args));
}

/** Open what would count if its data were complete. */
export async function openPending({ orm, action }, counter) {
    const args = [counter.target_ids];
    await action.doAction(await orm.call("crm.plan.target", "action_view_pending", args));
}
