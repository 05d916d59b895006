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
            content: "the course of a metric",
            trigger: ".o_team_board_course button[data-metric=deals]",
            run: "click",
        },
        {
            content: "it is drawn",
            trigger:
                ".o_team_board_course:has(button[data-metric=deals].active) svg.o_plan_chart[aria-label*=Deals]",
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

registry.category("web_tour.tours").add("crm_discipline_board_link", {
    steps: () => [
        {
            content: "the missed calls that nobody returned, and no more",
            trigger: ".o_breadcrumb:contains(Missed Calls Not Returned)",
        },
        {
            content: "one of the salesperson's and one that is nobody's",
            trigger: ".o_list_view .o_data_row:nth-child(2):not(:has(+ .o_data_row))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_discipline_board_of_mail", {
    steps: () => [
        {
            content: "the board",
            trigger:
                ".o_team_board .o_team_board_exception[data-key=missed_calls] strong:contains(2)",
        },
        {
            content: "who gets the figures by e-mail",
            trigger: ".o_team_board_mails",
            run: "click",
        },
        {
            content: "the digest that is shipped",
            trigger:
                ".o_list_view .o_data_row:contains(Figures of the Sales Teams) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "one click, and it comes",
            trigger: "button[name=action_subscribe]",
            run: "click",
        },
        {
            content: "it may be sent now, and refused",
            trigger: "button[name=action_unsubscribe]",
        },
    ],
});
