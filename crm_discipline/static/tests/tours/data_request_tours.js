import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Presses a hotkey as Odoo shows them while Alt is held. */
const press = (key) => () =>
    document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, altKey: true, bubbles: true })
    );

tours.add("discipline_request_meeting_tour", {
    steps: () => [
        { trigger: ".o_form_button_create, .o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Shelves" },
        {
            content: "The client is not in the list",
            trigger: ".o_client_request_ask",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=surname] input", run: "edit Tichá" },
        { trigger: ".modal .o_field_widget[name=first_name] input", run: "edit Lenka" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit +420605787212" },
        { trigger: ".modal .o_request_send", run: "click" },
        {
            content: "The request stands in the client's place",
            trigger: ".o_client_request:contains('Lenka Tichá'):contains('waits for the operator')",
        },
        {
            content: "and the meeting is saved at once",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        { trigger: ".o_form_saved" },
    ],
});

tours.add("discipline_request_lacking_tour", {
    steps: () => [
        { trigger: ".o_form_button_create, .o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Shelves" },
        { trigger: ".o_field_widget[name=client_id] input", run: "edit Dvořák" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Dvořák')", run: "click" },
        {
            content: "Who may not complete the client asks for it",
            trigger: ".o_client_request_ask:contains('Ask for a correction')",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Petr Dvořák" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit +420605787212" },
        { trigger: ".modal .o_request_send", run: "click" },
        { trigger: ".o_client_request:contains('waits for the operator')" },
        {
            content: "and the meeting is saved at once",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        { trigger: ".o_form_saved" },
    ],
});

tours.add("discipline_request_menu_tour", {
    steps: () => [
        { trigger: "button.o_request_menu", run: "click" },
        { trigger: ".o_request_ask_new", run: "click" },
        { trigger: ".modal .o_field_widget[name=surname] input", run: "edit Tichá" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit +420605787212" },
        { trigger: ".modal .o_request_send", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("discipline_request_correction_tour", {
    steps: () => [
        { trigger: ".o_ask_correction", run: "click" },
        { trigger: ".modal .o_field_widget[name=email] input", run: "edit new@example.com" },
        { trigger: ".modal .o_request_send", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("discipline_request_desk_tour", {
    steps: () => [
        {
            content: "The oldest first",
            trigger: ".o_kanban_group:first .o_kanban_record:first:contains('Jana Nováková')",
        },
        { content: "Take the next by keyboard", trigger: ".o_request_next", run: press("g") },
        {
            content: "We may have this client: it is said before one is made",
            trigger: ".o_request_duplicate:contains('same phone')",
            run: press("y"),
        },
        {
            content: "Old and new side by side",
            trigger: ".o_request_changed[data-field=email] input:value(new@example.com)",
        },
        {
            trigger: "button[name=action_apply]:enabled",
            run: press("q"),
        },
        { trigger: ".o_arrow_button_current:contains('Done')" },
        { trigger: "button[name=action_take_next]", run: press("g") },
        {
            content: "The next one opens in place",
            trigger: ".o_request h2:contains('Petr Malý')",
        },
        { trigger: "button[name=action_reject]", run: press("r") },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit Who is it?" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Rejected')" },
    ],
});
