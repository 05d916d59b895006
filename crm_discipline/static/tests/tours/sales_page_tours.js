import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const sentence =
    ".o_not_for_you .o_nocontent_help:contains('for salespeople and their supervisors')";

tours.add("discipline_sales_page_operator_tour", {
    steps: () => [
        { content: "An operator is told so, without an error", trigger: sentence },
        { trigger: "body:not(:has(.o_error_dialog))" },
        { content: "And led to the desk", trigger: ".o_not_for_you_desk", run: "click" },
        { trigger: ".o_kanban_view:not(:has(.o_not_for_you))" },
    ],
});

tours.add("discipline_sales_page_employee_tour", {
    steps: () => [
        { trigger: `${sentence}:not(:has(.o_not_for_you_desk))` },
        { trigger: "body:not(:has(.o_error_dialog))" },
    ],
});
