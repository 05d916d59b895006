import { AttendeeCalendarCommonRenderer } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_renderer";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { STATUS_ICONS } from "../meeting_status/meeting_status_field";

/**
 * @param {Object} rawRecord an event as the calendar read it
 * @returns {{icon: string, title: string}[]} signs of what is to be known of a client meeting
 */
export function getMeetingSigns(rawRecord, statusSelection) {
    if (!rawRecord.is_client_meeting) {
        return [];
    }
    const signs = [];
    if (rawRecord.meeting_status !== "planned") {
        const label = Object.fromEntries(statusSelection)[rawRecord.meeting_status];
        signs.push({ icon: STATUS_ICONS[rawRecord.meeting_status], title: label });
    }
    if (rawRecord.missing_items) {
        const names = rawRecord.missing_items.map((item) => item.name).join(", ");
        signs.push({ icon: "fa-exclamation-triangle", title: _t("Missing: %(names)s", { names }) });
    }
    return signs;
}

patch(AttendeeCalendarCommonRenderer.prototype, {
    convertRecordToEvent(record) {
        const { fields } = this.props.model;
        if (record?.rawRecord && fields.meeting_status) {
            record.meetingSigns = getMeetingSigns(
                record.rawRecord,
                fields.meeting_status.selection
            );
        }
        return super.convertRecordToEvent(record);
    },

    eventClassNames({ event }) {
        const classNames = super.eventClassNames(...arguments);
        const rawRecord = this.props.model.records[event.id]?.rawRecord;
        if (rawRecord?.is_client_meeting) {
            classNames.push(`o_meeting_${rawRecord.meeting_status}`);
        }
        return classNames;
    },
});
