import { mailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models } from "@web/../tests/web_test_helpers";

const MISSING_CONTACT = {
    id: 3,
    name: "Phone or e-mail",
    blocks: true,
    fields: ["client_phone", "client_email", "client_id"],
};
const MISSING_NAME = { id: 2, name: "Full name", blocks: true, fields: ["client_name"] };

/** A meeting with what the widgets need, and with two rules for its data. */
export class CalendarEvent extends models.Model {
    _name = "calendar.event";

    name = fields.Char();
    client_id = fields.Many2one({ relation: "res.partner" });
    client_name = fields.Char({ onChange: (record) => CalendarEvent.judge(record) });
    client_phone = fields.Char({ onChange: (record) => CalendarEvent.judge(record) });
    client_email = fields.Char({ onChange: (record) => CalendarEvent.judge(record) });
    client_candidate_ids = fields.Many2many({ relation: "res.partner" });
    missing_items = fields.Json();
    meeting_status = fields.Selection({
        selection: [
            ["planned", "Planned"],
            ["held", "Held"],
            ["no_show", "No-show"],
            ["cancelled", "Cancelled"],
        ],
        default: "planned",
    });
    result_id = fields.Many2one({ relation: "crm.meeting.result", string: "Result" });
    note = fields.Text();

    _records = [
        {
            id: 1,
            name: "Offer",
            client_name: "Nováková",
            meeting_status: "planned",
            missing_items: [MISSING_NAME, MISSING_CONTACT],
        },
        {
            id: 2,
            name: "Complete",
            client_name: "Jana Nováková",
            client_phone: "1",
            meeting_status: "planned",
            missing_items: false,
        },
        {
            id: 3,
            name: "Reminder",
            client_name: "Jana Nováková",
            missing_items: [{ ...MISSING_CONTACT, blocks: false }],
        },
    ];

    static judge(record) {
        const items = [];
        if (!(record.client_name || "").includes(" ")) {
            items.push(MISSING_NAME);
        }
        if (!record.client_phone && !record.client_email) {
            items.push(MISSING_CONTACT);
        }
        record.missing_items = items.length ? items : false;
    }
}

export class CrmMeetingResult extends models.Model {
    _name = "crm.meeting.result";

    name = fields.Char();
    requires_note = fields.Boolean();

    _records = [
        { id: 11, name: "Offer requested", requires_note: false },
        { id: 12, name: "Agreed", requires_note: false },
        { id: 13, name: "Other", requires_note: true },
    ];
}

export function defineDisciplineModels() {
    defineModels({ ...mailModels, CalendarEvent, CrmMeetingResult });
}
