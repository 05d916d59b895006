import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A cell of the planning grid, by its row and column. */
const cell = (row, column) => `.o_plan_grid input[data-at="${row},${column}"]`;
const running = ".o_statusbar_status button[aria-checked=true]:contains('Running')";

tours.add("discipline_plan_tour", {
    steps: () => [
        {
            content: "A new plan of a team",
            trigger: ".o_list_button_add, .o-kanban-button-new",
            run: "click",
        },
        { trigger: ".o_field_widget[name=team_id] input", run: "edit North" },
        { trigger: ".o-autocomplete--dropdown-item:contains('North')", run: "click" },
        {
            content: "Its grid",
            trigger: ".o_plan_grid button:contains('Enter the targets')",
            run: "click",
        },
        {
            content: "A target that is typed is filled down",
            trigger: cell(0, 1),
            run: "edit 12 && press Tab",
        },
        {
            trigger: cell(0, 1),
            run: ({ anchor }) => {
                anchor.focus();
                anchor.dispatchEvent(
                    new KeyboardEvent("keydown", { key: "d", ctrlKey: true, bubbles: true })
                );
            },
        },
        { trigger: ".o_plan_grid tfoot td:eq(1):contains('24')" },
        { trigger: "button[name=action_start]", run: "click" },
        { trigger: running },
    ],
});

/** What waits, by its name. */
const step = (name) => `.o_next_step:contains('${name}')`;
const meetings = (actual) =>
    `.o_plan_card[data-code=meetings] .o_plan_card_actual:contains('${actual}')`;

/** A list with one record. */
const only = (name) =>
    `.o_list_view:not(:has(.o_data_row:nth-child(2))) .o_data_row:contains('${name}')`;

tours.add("discipline_my_plan_tour", {
    steps: () => [
        { content: "Nothing counts yet", trigger: meetings(0) },
        {
            content: "What came of a meeting is said by a click",
            trigger: `${step("Sunrise")} .o_next_step_result:contains('Agreed')`,
            run: "click",
        },
        {
            content: "It counts, and waits no more",
            trigger: `.o_my_plan:has(${meetings(1)}):not(:has(${step("Sunrise")}))`,
        },
        {
            content: "Nobody came to another",
            trigger: `${step("Sunset")} .o_next_step_no_show`,
            run: "click",
        },
        { trigger: `.o_my_plan:has(${meetings(1)}):not(:has(${step("Sunset")}))` },
        {
            content: "That was a mistake",
            trigger: ".o_notification:contains('Sunset') button:contains('Undo')",
            run: "click",
        },
        { content: "It waits again", trigger: step("Sunset") },
        {
            content: "A missed call is done by its key",
            trigger: ".o_next_step[data-kind=return_call]",
            run: ({ anchor }) => {
                anchor.focus();
                anchor.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
            },
        },
        { trigger: ".o_my_plan:not(:has(.o_next_step[data-kind=return_call]))" },
        {
            content: "What would count if it were complete is opened",
            trigger: ".o_plan_card_pending:contains('+1')",
            run: "click",
        },
        {
            content: "Just that",
            trigger: only("Third"),
        },
    ],
});

// (a page of its own: in tests nothing is committed, so the bus tells nobody)
tours.add("discipline_plan_counter_tour", {
    steps: () => [
        {
            content: "The counter in the top bar knows it on every screen",
            trigger: ".o_plan_counter:has(.o_plan_counter_figure:contains('1/5'))",
            run: "click",
        },
        { content: "And opens the plan", trigger: `.o_my_plan ${meetings(1)}` },
    ],
});

tours.add("discipline_team_plan_tour", {
    steps: () => [
        {
            content: "A row for each salesperson, and what they have together",
            trigger: ".o_team_plan_table tbody tr:contains('Colleague Tester')",
        },
        { trigger: ".o_team_plan_table tfoot .o_plan_cell_figure:contains('1 of 8')" },
        {
            content: "The plan beside what is",
            trigger: ".o_plan_against li:contains('Seller Tester')",
        },
        {
            content: "A number opens what it counts",
            trigger:
                ".o_team_plan_table tr:contains('Seller Tester') .o_plan_cell_open:contains('1')",
            run: "click",
        },
        {
            trigger: only("Held"),
        },
    ],
});

tours.add("discipline_targets_tour", {
    steps: () => [
        {
            content: "A column for each salesperson, how it goes by sign and word",
            trigger:
                ".o_kanban_group:contains('Seller Tester') .o_plan_cell:has(.o_plan_cell_pace .fa)",
        },
        {
            content: "A number opens what it counts",
            trigger:
                ".o_kanban_group:contains('Seller Tester') .o_plan_cell_open:contains('1 of 5')",
            run: "click",
        },
        { trigger: only("Held") },
    ],
});

tours.add("discipline_colleague_plan_tour", {
    steps: () => [
        {
            content: "A row of the board leads to the colleague's plan",
            trigger: ".o_team_board_person:contains('Seller Tester')",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Seller Tester')" },
        {
            content: "The figures, and not what only the colleague can do",
            trigger: `.o_my_plan:has(${meetings(1)}):not(:has(.o_next_steps))`,
        },
        {
            content: "The address keeps whose it is",
            trigger: ".o_my_plan",
            run: () => {
                if (!/\/my-plan\/\d+$/.test(window.location.pathname)) {
                    throw new Error(`An address of nobody's plan: ${window.location.pathname}`);
                }
            },
        },
    ],
});

/** On paper: these are to be seen, and nothing that can only be clicked. */
const paper = (...seen) => [
    {
        content: "Whose plan and as of when",
        trigger: ".o_plan_print_head:visible:contains('left')",
    },
    ...seen.map((trigger) => ({ trigger: `${trigger}:visible` })),
    {
        trigger: ".o_plan_print_head",
        run: () => {
            const buttons =
                ".o_control_panel, .o_next_steps, .o_team_plan_print, .o_plan_card_chart";
            const shown = [...document.querySelectorAll(buttons)].filter((one) =>
                one.checkVisibility()
            );
            if (shown.length) {
                throw new Error(`Printed as well: ${shown.map((one) => one.className)}`);
            }
        },
    },
];

tours.add("discipline_my_plan_paper_tour", {
    steps: () =>
        paper(".o_plan_print_head:contains('Seller Tester')", ".o_plan_card", ".o_plan_chart"),
});

tours.add("discipline_team_plan_paper_tour", {
    steps: () =>
        paper(
            ".o_team_plan_table th:contains('Meetings')",
            ".o_team_plan_table tfoot .o_plan_cell",
            ".o_plan_chart",
            ".o_plan_against"
        ),
});
