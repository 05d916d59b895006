import { AttendeeCalendarCommonPopover } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_popover";
import { patch } from "@web/core/utils/patch";
import { STATUS_ACTIONS, STATUS_ICONS } from "../meeting_status/meeting_status_field";

patch(AttendeeCalendarCommonPopover.prototype, {
    get isClientMeeting() {
        // a colleague's private meeting keeps its client to itself
        return this.props.record.rawRecord.is_client_meeting && this.isEventDetailsVisible;
    },

    get meetingStatus() {
        const { meeting_status: value } = this.props.record.rawRecord;
        const selection = this.props.model.fields.meeting_status.selection;
        return { value, label: Object.fromEntries(selection)[value], icon: STATUS_ICONS[value] };
    },

    get meetingMissing() {
        const items = this.props.record.rawRecord.missing_items || [];
        return items.map((item) => item.name).join(", ");
    },

    /** @returns {Object[]} the statuses that one click gives the meeting, without the present one */
    get meetingOutcomes() {
        return this.props.model.fields.meeting_status.selection
            .filter(([value]) => value !== "planned" && value !== this.meetingStatus.value)
            .map(([value, label]) => ({ value, label, icon: STATUS_ICONS[value] }));
    },

    async onClickOutcome(value) {
        const { close, model, record } = this.props;
        const action = await this.orm.call(model.resModel, STATUS_ACTIONS[value], [[record.id]]);
        close();
        await this.actionService.doAction(action, { onClose: () => model.load() });
    },
});
