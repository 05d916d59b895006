import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** The dialog that asks for a meeting's result: Enter confirms, but where it means a new line. */
export class MeetingHeldFormController extends FormController {
    setup() {
        super.setup();
        useEffect(
            (root) => {
                const onKeydown = (ev) => this.onKeydown(ev);
                root?.addEventListener("keydown", onKeydown);
                return () => root?.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
    }

    onKeydown(ev) {
        const isPlainEnter =
            ev.key === "Enter" && !ev.ctrlKey && !ev.altKey && !ev.metaKey && !ev.isComposing;
        const confirms = "input:not(.o-autocomplete input), [role=radio][aria-checked=true]";
        if (!isPlainEnter || !ev.target.matches(confirms)) {
            return;
        }
        ev.preventDefault();
        this.rootRef.el.closest(".modal")?.querySelector("[name=action_confirm]")?.click();
    }
}

registry.category("views").add("meeting_held_form", {
    ...formView,
    Controller: MeetingHeldFormController,
});
