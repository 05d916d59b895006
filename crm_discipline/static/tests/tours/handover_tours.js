import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const line = (kind) => `.o_field_widget[name=line_ids] .o_data_row:contains('${kind}')`;
const cell = (kind, count) =>
    `.o_handover_preview tr[data-kind=${kind}] button:contains('${count}')`;
const state = (name) => `.o_statusbar_status .o_arrow_button_current:contains('${name}')`;

/** Leave one kind where it is. */
const keep = (kind) => [
    { trigger: `${line(kind)} .o_boolean_toggle input:checked`, run: "click" },
    { trigger: `${line(kind)} .o_boolean_toggle input:not(:checked)` },
];

tours.add("discipline_handover_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=from_user_id] input", run: "edit Seller Tester" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Seller Tester')", run: "click" },
        {
            content: "What there is to pass is counted before anybody takes over",
            trigger: `${line("Clients")}:contains('1')`,
        },
        { trigger: ".o_field_widget[name=to_user_ids] input", run: "edit Colleague Tester" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Colleague Tester')", run: "click" },
        { trigger: cell("call", "1") },
        ...keep("Future meetings"),
        ...keep("Planned activities"),
        ...keep("Unprocessed calls"),
        {
            content: "One sentence says what will happen",
            trigger:
                ".o_handover_sentence:contains('to Colleague Tester: 1 client, 1 open opportunity.')",
        },
        { trigger: "button[name=action_confirm]", run: "click" },
        { trigger: state("Done") },
        {
            content: "It is still the same page, so the way back is the list",
            trigger: ".o_breadcrumb:not(:has(a:contains('Seller Tester'))) a:contains('Handovers')",
        },
        {
            content: "A count opens its records",
            trigger: cell("client", "1"),
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains('Jana Nováková')" },
        { trigger: ".o_back_button, .breadcrumb-item a:last", run: "click" },
        { trigger: "button[name=action_undo]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: state("Undone") },
    ],
});

tours.add("discipline_archive_tour", {
    steps: () => [
        { trigger: ".o_form_view .o_cp_action_menus button:has(.fa-cog)", run: "click" },
        { trigger: ".o-dropdown-item:contains('Archive')", run: "click" },
        { trigger: ".modal .btn-primary:contains('Archive')", run: "click" },
        {
            content: "Who still has clients is not archived but handed over",
            trigger: ".modal:contains('still has 1 client') button:contains('Hand over')",
            run: "click",
        },
        { trigger: ".o_field_widget[name=from_user_id]:has(input:value('Seller Tester'))" },
        { trigger: `${line("Open opportunities")}:contains('1')` },
    ],
});
