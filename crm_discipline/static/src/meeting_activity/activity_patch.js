import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";

/**
 * Open the dialog that asks for the result of the meeting an activity is about.
 *
 * @param {Object} env
 * @param {{id: number}} activity
 * @param {Function} onAnswered called when the dialog closes
 */
async function enterResult(env, activity, onAnswered) {
    const action = await env.services.orm.call("mail.activity", "action_enter_result", [
        [activity.id],
    ]);
    await env.services.action.doAction(action, { onClose: onAnswered });
}

patch(Activity.prototype, {
    onClickEnterResult() {
        const { activity, onActivityChanged, reloadParentView } = this.props;
        const thread = this.thread;
        return enterResult(this.env, activity, async () => {
            onActivityChanged(thread);
            await reloadParentView?.();
        });
    },
});

patch(ActivityListPopoverItem.prototype, {
    onClickEnterResult() {
        const { activity, onActivityChanged, onClickEditActivityButton } = this.props;
        // the dialog takes the place of the popover
        onClickEditActivityButton?.();
        return enterResult(this.env, activity, () => onActivityChanged?.());
    },
});
