import { onMounted, onWillUnmount } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { View } from "@web/views/view";

/** Every view, in a dialog or not, is a screen while it is there. */
patch(View.prototype, {
    setup() {
        super.setup(...arguments);
        const effort = this.env.services["crm_discipline.effort"];
        if (!effort) {
            return;
        }
        let screen;
        onMounted(() => {
            screen = effort.open(this.props, Boolean(this.env.inDialog));
        });
        onWillUnmount(() => effort.close(screen));
    },
});
