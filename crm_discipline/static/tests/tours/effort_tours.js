import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const getEffort = () => odoo.__WOWL_DEBUG__.root.env.services["crm_discipline.effort"];

tours.add("discipline_effort_tour", {
    steps: () => [
        {
            content: "The person looks, then clicks and types",
            trigger: ".o_form_view .o_field_widget[name=function] input",
            run: ({ anchor }) => {
                for (const type of ["pointermove", "pointerdown", "keydown"]) {
                    anchor.dispatchEvent(new PointerEvent(type, { bubbles: true }));
                }
            },
        },
        {
            trigger: ".o_form_view .o_field_widget[name=function] input",
            run: "edit Buyer",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "What was measured is sent, as it would be after a minute",
            trigger: ".o_form_saved",
            run: async () => {
                const effort = getEffort();
                await effort.flush();
                if (!effort.outbox.isEmpty) {
                    throw new Error("The server did not acknowledge what was measured");
                }
            },
        },
    ],
});

tours.add("discipline_effort_off_tour", {
    steps: () => [
        {
            trigger: ".o_form_view .o_field_widget[name=function] input",
            run: "edit Buyer",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
            run: () => {
                if (getEffort()) {
                    throw new Error("It measures where that is turned off");
                }
            },
        },
    ],
});
