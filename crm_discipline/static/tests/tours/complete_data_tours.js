import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const at = (progress) => `.o_complete_progress:contains('${progress}')`;
const record = (title) => `.o_complete_title:contains('${title}')`;
const input = (name) => `.o_complete_question .o_field_widget[name=${name}] input`;
const focused = (name) => `.o_complete_form:has(${input(name)}:focus)`;

/** Press a key where the focus is, as a person does. */
const press = (key, options = {}) =>
    function () {
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options })
        );
    };
const skip = (content) => ({ content, trigger: ".o_complete_skip", run: "click" });

// With two meetings (the first held, without a whole name and a phone, the second without a phone), a
// contact without a name, and one that is skipped.
tours.add("discipline_complete_data_tour", {
    steps: () => [
        { content: "What counts comes first", trigger: at("1 of 4, 3 left") },
        { trigger: record("Sunrise") },
        { trigger: ".o_complete_worth:contains('Meetings, 0 of 5')" },
        { content: "The focus is where to type", trigger: focused("client_name") },
        { trigger: input("client_name"), run: "edit Petr Dvořák" },
        { trigger: input("client_name"), run: press("Enter") },
        { content: "Enter leads to what is missing still", trigger: focused("client_phone") },
        { trigger: input("client_phone"), run: "edit +420602718393" },
        {
            content: "Enter saves and goes to the next",
            trigger: input("client_phone"),
            run: press("Enter"),
        },
        { trigger: at("2 of 4, 2 left") },
        { content: "It counts", trigger: ".o_complete_said:contains('Sunrise. Meetings: 1 of 5')" },
        { trigger: record("Sunset") },
        skip("A meeting is skipped"),
        { trigger: at("3 of 4, 1 left") },
        { trigger: record("Malá") },
        { trigger: focused("name") },
        { trigger: input("name"), run: "edit Eva Malá" },
        { trigger: input("name"), run: press("Enter") },
        { content: "The last one", trigger: at("4 of 4, 0 left") },
        { trigger: ".o_complete_back", run: "click" },
        { content: "Back at what was completed", trigger: record("Eva Malá") },
        skip("It is as it should be"),
        { trigger: at("4 of 4, 0 left") },
        skip("Nothing is known of the last one"),
        { trigger: ".o_complete_end .o_complete_summary:contains('2 completed, 2 skipped')" },
        { trigger: ".o_complete_end button:contains('See what is left')", run: "click" },
        { content: "What was skipped is left", trigger: at("1 of 2, 1 left") },
    ],
});

// A meeting that was held with its result to come, and a note that the result asks for.
tours.add("discipline_complete_result_tour", {
    steps: () => [
        { trigger: record("Sunrise") },
        {
            content: "A result by its number",
            trigger: ".o_result_choice [role=radio]:first:focus",
            run: press("1"),
        },
        { trigger: ".o_result_choice [role=radio][aria-checked=true]:focus" },
        { trigger: ".o_result_choice [aria-checked=true]", run: press("Enter") },
        { trigger: ".o_complete_end .o_complete_summary:contains('1 completed')" },
    ],
});

// The operators keep clients' data.
tours.add("discipline_complete_split_tour", {
    steps: () => [
        { trigger: record("Malá") },
        {
            content: "What the operators keep is asked for",
            trigger: ".o_complete_ask_button",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit +420602718393" },
        { trigger: ".modal footer button.btn-primary", run: "click" },
        { content: "And the next one comes", trigger: ".o_complete_end .o_nocontent_help" },
        { trigger: ".o_complete_end button:contains('See what is left')", run: "click" },
        {
            content: "It waits for the operators",
            trigger: ".o_complete_requested:contains('The operators were asked')",
        },
    ],
});

// A meeting whose subject is a placeholder, and a contact with a double.
tours.add("discipline_complete_finding_tour", {
    steps: () => [
        { trigger: record("xxx") },
        { trigger: ".o_complete_finding:contains('Placeholder for a subject')" },
        {
            content: "What looks odd is mended in place",
            trigger: ".o_complete_finding .o_field_widget[name=name] input",
            run: "edit Offer",
        },
        {
            trigger: ".o_complete_finding .o_field_widget[name=name] input",
            run: press("Enter"),
        },
        { content: "Or it is right", trigger: record("yyy") },
        { trigger: ".o_complete_right", run: "click" },
        { trigger: ".o_complete_end .o_nocontent_help" },
    ],
});

tours.add("discipline_complete_from_plan_tour", {
    steps: () => [
        {
            content: "From the plan to what would count",
            trigger: ".o_plan_card[data-code=meetings] .o_plan_card_do",
            run: "click",
        },
        { trigger: record("Sunrise") },
        {
            content: "And nothing is lost on the way to the record",
            trigger: input("client_phone"),
            run: "edit +420602718393",
        },
        { trigger: ".o_complete_open_record", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=client_phone] input:value('+420602718393')" },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('Complete My Data')",
            run: "click",
        },
        { trigger: ".o_complete_end .o_nocontent_help, .o_complete_form" },
    ],
});

tours.add("discipline_complete_nothing_tour", {
    steps: () => [{ trigger: ".o_nocontent_help:contains('All data are complete')" }],
});
