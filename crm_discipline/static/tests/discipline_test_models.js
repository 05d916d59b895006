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

export class CrmCallStatus extends models.Model {
    _name = "crm.call.status";

    name = fields.Char();

    _records = [
        { id: 21, name: "Accepted" },
        { id: 22, name: "Completed" },
    ];

    get_call_statuses() {
        return this.map((status, index) => ({
            id: status.id,
            name: status.name,
            icon: "fa-check",
            color: 0,
            key: String(index + 1),
            requires_note: false,
            is_handled: status.id === 22,
        }));
    }
}

export class CrmDataRequest extends models.Model {
    _name = "crm.data.request";

    name = fields.Char();
}

/** Contacts, which the user may create. */
export class ResPartner extends mailModels.ResPartner {
    has_access() {
        return true;
    }
}

/** Three calls: accepted of a client, missed of two who share the number, and of nobody. */
export class CrmCall extends models.Model {
    _name = "crm.call";

    phone = fields.Char();
    direction = fields.Selection({
        selection: [
            ["in", "Incoming"],
            ["out", "Outgoing"],
        ],
        default: "in",
    });
    disposition = fields.Selection({
        selection: [
            ["answered", "Answered"],
            ["missed", "Missed"],
        ],
    });
    duration = fields.Integer();
    match_state = fields.Selection({
        selection: [
            ["matched", "Matched"],
            ["unknown", "Unknown Number"],
            ["ambiguous", "Several Clients"],
        ],
    });
    candidates = fields.Json();
    partner_id = fields.Many2one({ relation: "res.partner" });
    lead_id = fields.Many2one({ relation: "res.partner" });
    status_id = fields.Many2one({ relation: "crm.call.status" });
    data_request_id = fields.Many2one({ relation: "crm.data.request" });
    data_request_state = fields.Selection({ selection: [["new", "New"]] });

    _records = [
        {
            id: 1,
            phone: "+420601234567",
            status_id: 21,
            disposition: "answered",
            duration: 192,
            match_state: "matched",
        },
        {
            id: 2,
            phone: "+420733111222",
            disposition: "missed",
            match_state: "ambiguous",
            candidates: [
                { id: 31, name: "Dvořák", company: "" },
                { id: 32, name: "Dvořák s.r.o.", company: "" },
            ],
        },
        {
            id: 3,
            phone: "+49301234567",
            disposition: "answered",
            duration: 4000,
            match_state: "unknown",
        },
    ];

    get_calls_to_process() {
        return { count: 0, calls: [] };
    }
}

export function defineDisciplineModels() {
    defineModels({
        ...mailModels,
        CalendarEvent,
        CrmMeetingResult,
        CrmCall,
        CrmCallStatus,
        CrmDataRequest,
        ResPartner,
    });
}
