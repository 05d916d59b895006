import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What saying each status of a meeting does. */
export const STATUS_ACTIONS = {
    planned: "action_meeting_plan",
    held: "action_meeting_held",
    no_show: "action_meeting_no_show",
    cancelled: "action_meeting_cancel",
};

/** Looks of the statuses, so that they are told apart without their colour, too. */
export const STATUS_ICONS = {
    planned: "fa-calendar-o",
    held: "fa-check",
    no_show: "fa-user-times",
    cancelled: "fa-ban",
};

/**
 * All statuses of a meeting side by side, each said with one click.
 *
 * A click saves what was typed and runs the status' action, as a button of the view would: what
 * came of a meeting is never a mere change of a field, because a result is asked for and the
 * click can be undone.
 */
export class MeetingStatusField extends Component {
    static template = "crm_discipline.MeetingStatusField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get options() {
        return this.props.record.fields[this.props.name].selection.map(([value, label]) => ({
            value,
            label,
            icon: STATUS_ICONS[value],
            isCurrent: value === this.value,
        }));
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    async onClick(value) {
        if (value === this.value) {
            return;
        }
        const { record } = this.props;
        await this.env.onClickViewButton({
            clickParams: { type: "object", name: STATUS_ACTIONS[value] },
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

export const meetingStatusField = {
    component: MeetingStatusField,
    displayName: _t("Meeting status"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("meeting_status", meetingStatusField);
