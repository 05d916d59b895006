/** How the kinds of operations on a screen begin. */
const PREFIXES = {
    "calendar.event": "meeting",
    "crm.call": "call",
    "res.partner": "contact",
    "crm.lead": "lead",
    "crm.data.request": "request",
    other: "other",
};

const SAVES = ["web_save", "web_save_multi", "create", "write", "name_create"];

/** What is not said by a save, but by a method of its own. */
const METHODS = {
    "calendar.event": {
        action_meeting_held: "meeting_held",
        action_meeting_no_show: "meeting_status",
        action_meeting_cancel: "meeting_status",
        action_meeting_plan: "meeting_status",
    },
    "crm.meeting.held": { action_confirm: "meeting_held" },
    "crm.call": { action_set_status: "call_status", action_choose_client: "call_edit" },
    "crm.call.note": { action_confirm: "call_status" },
    "mail.activity": { action_set_call_status: "call_status" },
    "res.partner": { action_log_call: "call_status" },
    "crm.lead": {
        action_log_call: "call_status",
        action_set_won: "lead_status",
        action_set_won_rainbowman: "lead_status",
    },
    "crm.lead.lost": { action_lost_reason_apply: "lead_status" },
    "crm.lead2opportunity.partner": { action_apply: "lead_edit" },
    "crm.data.request": {
        action_take: "request_status",
        action_apply: "request_status",
        action_reject: "request_status",
    },
    "crm.data.request.reject": { action_confirm: "request_status" },
};

/**
 * Tell which kind of operation a request of the web client completes, if any.
 *
 * Only what is called is looked at, never what is written.
 *
 * @param {{model?: string, method?: string, args?: any[]}} params
 * @param {Object<string, string>} screens the screen of each counted model
 * @param {{resModel: string, viewType: string} | undefined} top the screen on top
 * @returns {string | undefined}
 */
export function operationOf({ model, method, args }, screens, top) {
    if (!model) {
        return;
    }
    const named = METHODS[model]?.[method];
    if (named) {
        return named;
    }
    // a dialog's own record is no data, and a name typed into a field of another form is a part
    // of that form's operation
    const isRecord = screens[model] === model || screens[model] === "other";
    const isField =
        method === "name_create" && !(top?.resModel === model && top.viewType === "kanban");
    if (!SAVES.includes(method) || !isRecord || isField) {
        return;
    }
    const isNew =
        method === "create" ||
        method === "name_create" ||
        (method === "web_save" && !args?.[0]?.length);
    return `${PREFIXES[screens[model]]}_${isNew ? "create" : "edit"}`;
}

/** @returns {string} the screen that an operation of this kind is counted on */
export function screenOf(kind) {
    const prefix = kind.split("_")[0];
    return Object.keys(PREFIXES).find((screen) => PREFIXES[screen] === prefix);
}
