import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_discipline_team_board", {
    url: "/odoo/team-board",
    steps: () => [
        {
            content: "two meetings wait for a result",
            trigger: ".o_team_board_exception[data-key=meetings_waiting] strong:contains(2)",
        },
        {
            content: "sort by name",
            trigger: "button[data-sort=user]",
            run: "click",
        },
        {
            content: "sorted, and said so",
            trigger: "th[aria-sort=ascending]:has(button[data-sort=user])",
        },
        {
            content: "open what waits of the salesperson",
            trigger: "tr[data-user='Seller Tester'] button[data-figure=meetings_waiting]",
            run: "click",
        },
        {
            content: "exactly two meetings",
            trigger: ".o_list_view .o_data_row:nth-child(2):not(:has(+ .o_data_row))",
        },
        {
            content: "back to the board",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "the week before",
            trigger: "button[data-period=week]",
            run: "click",
        },
        {
            content: "it is shown",
            trigger: "button[data-period=week].active",
        },
        {
            content: "go back",
            trigger: ".o_team_board_previous",
            run: "click",
        },
        {
            content: "what waits does not depend on the period",
            trigger: ".o_team_board_exception[data-key=meetings_waiting] strong:contains(2)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_discipline_own_board", {
    url: "/odoo/team-board",
    steps: () => [
        {
            content: "one row, the own one",
            trigger: "tbody tr[data-user='Seller Tester']:only-child",
        },
        {
            content: "open what waits",
            trigger: ".o_team_board_exception[data-key=meetings_waiting]",
            run: "click",
        },
        {
            content: "exactly two meetings",
            trigger: ".o_list_view .o_data_row:nth-child(2):not(:has(+ .o_data_row))",
        },
    ],
});
