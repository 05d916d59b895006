import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const POPUP = ".modal:not(.o_inactive_modal)";

/** A column by its title: the cards have buttons of the same names. */
const column = (title) => `.o_kanban_group:has(.o_column_title:contains('${title}'))`;

/** The slot of the day view at ten o'clock listens to the mouse, not to a click. */
function clickSlot(slot) {
    const { left, top, width } = slot.getBoundingClientRect();
    const position = { clientX: left + width / 2, clientY: top + 4, bubbles: true };
    for (const type of ["mousedown", "mouseup", "click"]) {
        slot.dispatchEvent(new MouseEvent(type, position));
    }
}

tours.add("discipline_quick_create_tour", {
    steps: () => [
        {
            content: "Click into the calendar",
            trigger: ".fc-timegrid-slot-lane[data-time='10:00:00']",
            run: ({ anchor }) => clickSlot(anchor),
        },
        {
            trigger: `${POPUP} .o_field_widget[name=name] input`,
            run: "edit Chairs for the office",
        },
        {
            content: "Nothing is said of an internal meeting",
            trigger: `${POPUP}:not(:has(.o_discipline_blocking))`,
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_id] input`,
            run: "edit Tour Client",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Client')",
            run: "click",
        },
        {
            content: "What is missing is said before saving",
            trigger: `${POPUP} .o_discipline_blocking:contains('One thing is missing before this meeting can be saved'):contains('phone or e-mail')`,
        },
        {
            trigger: `${POPUP} .o_discipline_missing[name=client_phone] input[aria-invalid=true]`,
        },
        {
            content: "Saving is refused",
            trigger: `${POPUP} .o_form_button_save`,
            run: "click",
        },
        {
            trigger: `${POPUP}:contains('saved yet'):contains('phone or e-mail') .modal-footer button`,
            run: "click",
        },
        {
            content: "What was typed is still there, and the item leads to its field",
            trigger: `${POPUP}:has(.o_field_widget[name=name] input:value('Chairs for the office')) .o_discipline_missing_link`,
            run: "click",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_phone] input:focus`,
            run: "edit +420 601 234 567 && press Tab",
        },
        {
            trigger: `${POPUP}:not(:has(.o_discipline_blocking)):not(:has(.o_discipline_missing))`,
        },
        {
            trigger: `${POPUP} .o_form_button_save`,
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .fc-event:contains('Chairs for the office')",
        },
    ],
});

tours.add("discipline_more_options_tour", {
    steps: () => [
        {
            trigger: ".fc-timegrid-slot-lane[data-time='10:00:00']",
            run: ({ anchor }) => clickSlot(anchor),
        },
        {
            trigger: `${POPUP} .o_field_widget[name=name] input`,
            run: "edit Carried on",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_id] input`,
            run: "edit Tour Client",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Client')",
            run: "click",
        },
        {
            trigger: `${POPUP} .o_discipline_missing[name=client_email] input`,
            run: "edit tour@example.com && press Tab",
        },
        {
            trigger: `${POPUP}:not(:has(.o_discipline_blocking)) button:contains('More Options')`,
            run: "click",
        },
        {
            content: "The form has the client, and the e-mail typed in the popup",
            trigger:
                ".o_form_view:has(.o_field_widget[name=client_id] input:value('Tour Client')) .o_field_widget[name=client_email] input:value('tour@example.com')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});

tours.add("discipline_form_tour", {
    steps: () => [
        {
            trigger: ".o_meeting_status [data-value=planned][aria-pressed=true]",
        },
        {
            content: "The form has unsaved changes",
            trigger: ".o_field_widget[name=location] input",
            run: "edit Prague",
        },
        {
            trigger: ".o_meeting_status [data-value=held]",
            run: "click",
        },
        {
            content: "The focus is on the results",
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 2",
        },
        {
            trigger: `${POPUP} [role=radio][aria-checked=true]:contains('Agreed'):focus`,
            run: "press Enter",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_meeting_status [data-value=held][aria-pressed=true]",
        },
        {
            trigger: ".o_field_widget[name=meeting_result_id] input:value('Agreed')",
        },
        {
            trigger: ".o_notification:contains('Held') button:contains('Undo')",
            run: "click",
        },
        {
            trigger: ".o_meeting_status [data-value=planned][aria-pressed=true]",
        },
        {
            trigger: ".o_form_view:not(:has(.o_field_widget[name=meeting_result_id]))",
        },
        {
            trigger: ".o_meeting_status [data-value=held]",
            run: "click",
        },
        {
            content: "A result that asks for a note leads there",
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 6",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=note] textarea:focus`,
            run: "edit They moved to another town",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=note] textarea`,
            run: "press Control+Enter",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_meeting_status [data-value=held][aria-pressed=true]",
        },
        {
            trigger: ".o_field_widget[name=meeting_result_note] textarea:value('They moved')",
        },
    ],
});

tours.add("discipline_held_completes_client_tour", {
    steps: () => [
        {
            trigger: ".o_meeting_status [data-value=held]",
            run: "click",
        },
        {
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 1",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_phone] input`,
            run: "edit +420 602 345 678",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_phone] input`,
            run: "press Enter",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_meeting_status [data-value=held][aria-pressed=true]",
        },
        {
            trigger: ".o_form_view:not(:has(.o_discipline_blocking))",
        },
    ],
});

tours.add("discipline_held_asks_client_tour", {
    steps: () => [
        {
            trigger: ".o_meeting_status [data-value=held]",
            run: "click",
        },
        {
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 1",
        },
        {
            content: "Numbers choose a result, but not where they are text",
            trigger: `${POPUP} .o_field_widget[name=client_id] input`,
            run: "edit Tour Client 2",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Client 2')",
            run: "click",
        },
        {
            trigger: `${POPUP} [role=radio][aria-checked=true]:contains('Offer requested')`,
        },
        {
            content: "Now it is known what that client lacks",
            trigger: `${POPUP} .o_field_widget[name=client_email] input`,
            run: "edit tour2@example.com",
        },
        {
            trigger: `${POPUP} .o_field_widget[name=client_email] input`,
            run: "press Enter",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_meeting_status [data-value=held][aria-pressed=true]",
        },
    ],
});

tours.add("discipline_company_tour", {
    steps: () => [
        {
            content: "A company was chosen: who was met?",
            trigger: ".o_discipline_missing_link:contains('surname')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=person_met_id] input:focus",
            run: "edit Petr Tourist",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Petr Tourist')",
            run: "click",
        },
        {
            trigger:
                ".o_form_view:not(:has(.o_field_widget[name=person_met_id])) .o_field_widget[name=client_id] input:value('Petr Tourist')",
        },
        {
            trigger: ".o_field_widget[name=client_company_id]:contains('Tour Company')",
        },
        {
            trigger: ".o_field_widget[name=client_phone] input",
            run: "edit +420 603 456 789 && press Tab",
        },
        {
            trigger: ".o_form_view:not(:has(.o_discipline_blocking)) .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});

tours.add("discipline_list_tour", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('Tour meeting 1') button[name=action_meeting_no_show]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('Tour meeting 1'):contains('No-show')",
        },
        {
            trigger: ".o_data_row:contains('Tour meeting 1') .o_field_badge:contains('No-show')",
        },
        {
            trigger: ".o_data_row:contains('Tour meeting 2') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('Tour meeting 3') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel:contains('2 selected') button[name=action_meeting_cancel]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('2 meetings: Cancelled')",
        },
        {
            trigger: ".o_data_row:contains('Tour meeting 2') .o_field_badge:contains('Cancelled')",
        },
        {
            trigger: ".o_data_row:contains('Tour meeting 3') .o_field_badge:contains('Cancelled')",
        },
        {
            content: "The incomplete meeting says what it lacks",
            trigger: ".o_data_row:contains('Tour meeting 4') .o_discipline_missing_tags",
        },
    ],
});

tours.add("discipline_kanban_tour", {
    steps: () => [
        {
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "All statuses are there, empty or not",
            trigger: ".o_kanban_renderer:has(.o_kanban_group:eq(3))",
        },
        {
            trigger: ".o_kanban_record:contains('Tour meeting 1')",
            run: `drag_and_drop (${column("Held")})`,
        },
        {
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 3",
        },
        {
            trigger: `${POPUP} [role=radio][aria-checked=true]:focus`,
            run: "press Enter",
        },
        {
            trigger: `body:not(:has(.modal)) ${column("Held")} .o_kanban_record:contains('Tour meeting 1'):contains('Next meeting agreed')`,
        },
        {
            content: "Dropped elsewhere, it is said at once",
            trigger: ".o_kanban_record:contains('Tour meeting 2')",
            run: `drag_and_drop (${column("No-show")})`,
        },
        {
            trigger: `${column("No-show")} .o_kanban_record:contains('Tour meeting 2')`,
        },
        {
            trigger: ".o_notification:contains('No-show') button:contains('Undo')",
            run: "click",
        },
        {
            trigger: `${column("Planned")} .o_kanban_record:contains('Tour meeting 2')`,
        },
    ],
});

tours.add("discipline_popover_tour", {
    steps: () => [
        {
            content: "An incomplete meeting is known by its sign",
            trigger:
                ".fc-event:contains('Tour incomplete'):has(.o_meeting_sign.fa-exclamation-triangle)",
            run: "click",
        },
        {
            trigger: ".o_cw_popover .o_meeting_missing:contains('phone or e-mail')",
        },
        {
            trigger: ".o_cw_popover .o_meeting_popover [data-value=cancelled]",
            run: "click",
        },
        {
            trigger:
                ".fc-event:contains('Tour incomplete'):has(.o_meeting_sign.fa-ban):not(:has(.fa-exclamation-triangle))",
        },
    ],
});

tours.add("discipline_rule_tour", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('Tour rule') .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=severity] input[data-value=warn]",
            run: "click",
        },
        {
            trigger: ".o_discipline_rule_effect:contains('reminded')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            trigger: "button[name=action_view_violations]:contains('1')",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains('Tour rule')",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Tour violation')",
        },
    ],
});

tours.add("discipline_activity_tour", {
    steps: () => [
        {
            trigger: ".o-mail-Activity .o_discipline_enter_result",
            run: "click",
        },
        {
            trigger: `${POPUP} .o_result_choice [role=radio]:focus`,
            run: "press 1",
        },
        {
            trigger: `${POPUP} [role=radio][aria-checked=true]:focus`,
            run: "press Enter",
        },
        {
            content: "The question is answered",
            trigger:
                ".o-mail-Chatter:not(:has(.o_discipline_enter_result)) .o-mail-Message:contains('Offer requested')",
        },
    ],
});
