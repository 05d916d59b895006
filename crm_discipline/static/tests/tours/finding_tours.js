import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("discipline_finding_merge_tour", {
    steps: () => [
        {
            content: "Two contacts with one phone",
            trigger:
                ".o_data_row:contains('Malá'):contains('+420602718393') button[name=action_merge]",
            run: "click",
        },
        {
            content: "Odoo's own merge",
            trigger: ".modal button[name=action_merge]",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "They are one, so nothing is found any more",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('+420602718393')))",
        },
    ],
});
