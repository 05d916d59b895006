import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The row of a call by what it shows. */
const row = (text) => `.o_data_row:contains('${text}')`;
const status = (name) => `.o_call_status button:contains('${name}')`;
const SAID = ".o_notification:contains('Undo')";

tours.add("discipline_call_list_tour", {
    steps: () => [
        {
            content: "One click closes the call",
            trigger: `${row("First Caller")} ${status("Completed")}`,
            run: "click",
        },
        { trigger: `.o_list_view:not(:has(${row("First Caller")}))` },
        {
            content: "A wrong click is taken back",
            trigger: `${SAID} button:contains('Undo')`,
            run: "click",
        },
        {
            content: "One key on the row with the focus",
            trigger: `${row("First Caller")} td.o_data_cell[name=phone]`,
            run: ({ anchor }) => {
                anchor.focus();
                anchor.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
            },
        },
        { trigger: `.o_list_view:not(:has(${row("First Caller")}))` },
        {
            content: "Two clients share the number: a click says which",
            trigger: `${row("2 clients share it")} .o_call_candidate:contains('Shared Two')`,
            run: "click",
        },
        // (the choice itself names the client, too)
        { trigger: `${row("Shared Two")}:not(:has(.o_call_candidate))` },
        {
            content: "Several at once",
            trigger: `${row("Shared Two")} .o_list_record_selector input`,
            run: "click",
        },
        { trigger: `${row("Third Caller")} .o_list_record_selector input`, run: "click" },
        { trigger: `.o_selection_container ${status("Call back")}`, run: "click" },
        { trigger: ".o_view_nocontent:contains('Every call is processed')" },
    ],
});

/** What is pressed in the page from now on, as listeners hear it. */
function countPresses() {
    const presses = [];
    for (const type of ["click", "keydown"]) {
        addEventListener(type, (ev) => presses.push(`${type} ${ev.key || ""}`.trim()), true);
    }
    return presses;
}

/** From a call that arrived to one that is processed: a single press, counted. */
function onePress(press) {
    let presses;
    return [
        {
            trigger: row("First Caller"),
            run: () => {
                presses = countPresses();
            },
        },
        press,
        {
            trigger: `.o_list_view:not(:has(${row("First Caller")}))`,
            run: () => {
                if (presses.length !== 1) {
                    throw new Error(`One press is promised, it took: ${presses.join(", ")}`);
                }
            },
        },
        { trigger: `${SAID}:contains('First Caller: Completed')` },
    ];
}

tours.add("discipline_call_one_click_tour", {
    steps: () =>
        onePress({ trigger: `${row("First Caller")} ${status("Completed")}`, run: "click" }),
});

tours.add("discipline_call_one_key_tour", {
    steps: () => [
        {
            trigger: `${row("First Caller")} td.o_data_cell[name=phone]`,
            run: ({ anchor }) => anchor.focus(),
        },
        ...onePress({ trigger: `${row("First Caller")}:has(:focus)`, run: "press 2" }),
    ],
});

tours.add("discipline_call_kanban_tour", {
    steps: () => [
        { trigger: ".o_switch_view.o_kanban", run: "click" },
        {
            content: "Dropped on a status, the call has it",
            trigger: ".o_kanban_record:contains('First Caller')",
            run: "drag_and_drop (.o_kanban_group:has(.o_column_title:contains('Accepted')))",
        },
        {
            trigger:
                ".o_kanban_group:has(.o_column_title:contains('Accepted')) .o_kanban_record:contains('First Caller')",
        },
        { trigger: `${SAID}:contains('Accepted')` },
        {
            trigger: `.o_kanban_record:contains('Third Caller') ${status("Completed")}`,
            run: "click",
        },
        { trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains('Third Caller')))" },
    ],
});

tours.add("discipline_call_menu_tour", {
    steps: () => [
        {
            content: "The count in the top bar",
            trigger: "button[aria-label='Calls to process']:has(.o_call_count:contains('3'))",
            run: "click",
        },
        {
            trigger: `.o_call_menu_row:contains('First Caller') ${status("Completed")}`,
            run: "click",
        },
        { trigger: "button[aria-label='Calls to process']:has(.o_call_count:contains('2'))" },
    ],
});

tours.add("discipline_call_by_hand_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "A call of nobody is none",
            trigger: `.o_form_statusbar ${status("Completed")}`,
            run: "click",
        },
        { trigger: ".o_field_invalid[name=partner_id]" },
        { trigger: ".o_field_widget[name=partner_id] input", run: "edit First Caller" },
        { trigger: ".o-autocomplete--dropdown-item:contains('First Caller')", run: "click" },
        {
            content: "Contact, status, done",
            trigger: `.o_form_statusbar ${status("Completed")}`,
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});

tours.add("discipline_call_contact_tour", {
    steps: () => [
        {
            content: "The call that waits",
            trigger: `.o_call_log:contains('Call to process') ${status("Completed")}`,
            run: "click",
        },
        {
            content: "Then a call just made",
            trigger: `.o_call_log:contains('Log a call') ${status("No answer")}`,
            run: "click",
        },
        {
            content: "which planned another try; its activity takes a status, too",
            trigger: `.o-mail-Activity ${status("Completed")}`,
            run: "click",
        },
        { trigger: ".o-mail-Chatter:not(:has(.o-mail-Activity))" },
    ],
});
