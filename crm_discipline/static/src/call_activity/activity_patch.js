import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { CallStatusButtons } from "../call_status/call_status_buttons";

/** Make an activity know whether it is a planned call that its reader may give a status. */
function useCallStatus(component) {
    component.canCall = false;
    onWillStart(async () => {
        const isCall = component.props.activity.activity_category === "phonecall";
        component.canCall = isCall && (await user.hasGroup("sales_team.group_sale_salesman"));
    });
}

/**
 * Say what came of a planned call.
 *
 * @param {Object} env
 * @param {{id: number}} activity
 * @param {number} statusId
 * @param {Function} onDone called when the call is made of the activity
 */
async function setCallStatus(env, activity, statusId, onDone) {
    const { orm, action } = env.services;
    const args = [[activity.id], statusId];
    const result = await orm.call("mail.activity", "action_set_call_status", args);
    await action.doAction(result, { onClose: onDone });
}

patch(Activity.prototype, {
    setup() {
        super.setup(...arguments);
        useCallStatus(this);
    },
    onChooseCallStatus(statusId) {
        const { activity, onActivityChanged, reloadParentView } = this.props;
        const thread = this.thread;
        return setCallStatus(this.env, activity, statusId, async () => {
            onActivityChanged(thread);
            await reloadParentView?.();
        });
    },
});
Activity.components = { ...Activity.components, CallStatusButtons };

patch(ActivityListPopoverItem.prototype, {
    setup() {
        super.setup(...arguments);
        useCallStatus(this);
    },
    onChooseCallStatus(statusId) {
        const { activity, onActivityChanged } = this.props;
        return setCallStatus(this.env, activity, statusId, () => onActivityChanged?.());
    },
});
ActivityListPopoverItem.components = { ...ActivityListPopoverItem.components, CallStatusButtons };
