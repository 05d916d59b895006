import { registry } from "@web/core/registry";

const legend = (state, count) =>
    `.o_audience_legend button[data-state=${state}]:contains('${count}')`;

registry.category("web_tour.tours").add("discipline_audience_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Spring sale" },
        {
            content: "A ready filter chooses the clients",
            trigger: "[data-filter=bought]",
            run: "click",
        },
        {
            content: "Who can be reached is counted before anything is saved",
            trigger: ".o_audience_sentence:contains('1 of 3')",
        },
        { trigger: legend("missing", "1") },
        {
            content: "A part of the bar opens its clients",
            trigger: legend("opted_out", "1"),
            run: "click",
        },
        { trigger: ".o_list_view .o_group_header:contains('Seller Tester')", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Petr Blocked')" },
        { trigger: ".o_back_button, .breadcrumb-item a:last", run: "click" },
        { trigger: "button[name=action_request_fixes]", run: "click" },
        { trigger: ".o_notification:contains('Asked for the data of one client')" },
        { trigger: "button[name=action_send]", run: "click" },
        { trigger: ".modal .o_field_widget[name=subject] input", run: "edit Our sale" },
        {
            trigger: ".modal .o_field_widget[name=body] .odoo-editor-editable",
            run: "editor Come to our sale.",
        },
        { trigger: ".modal button[name=action_confirm]:contains('Send')", run: "click" },
        {
            content: "What came of it is told from now on",
            trigger: ".o_audience_results button:contains('1')",
        },
    ],
});
