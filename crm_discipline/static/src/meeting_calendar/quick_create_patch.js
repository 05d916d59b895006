import {
    CalendarQuickCreateFormController,
    QUICK_CREATE_CALENDAR_EVENT_FIELDS,
} from "@calendar/views/calendar_form/calendar_quick_create";
import { patch } from "@web/core/utils/patch";

// “More options” carries on with what was typed about the client.
Object.assign(QUICK_CREATE_CALENDAR_EVENT_FIELDS, {
    is_client_meeting: { type: "boolean" },
    client_name: { type: "string" },
    client_phone: { type: "string" },
    client_email: { type: "string" },
});

patch(CalendarQuickCreateFormController.prototype, {
    goToFullEvent() {
        const { client_id: client, opportunity_id: opportunity } = this.model.root.data;
        const context = { ...this.props.context };
        if (client) {
            context.default_client_id = client.id;
        }
        if (opportunity) {
            context.default_opportunity_id = opportunity.id;
        }
        // the original reads the context from the props, which are not ours to change
        const controller = Object.create(this, { props: { value: { ...this.props, context } } });
        return super.goToFullEvent.call(controller);
    },
});
