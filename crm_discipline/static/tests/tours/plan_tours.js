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
