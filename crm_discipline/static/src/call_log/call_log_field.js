import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CallStatusButtons } from "../call_status/call_status_buttons";

/**
 * On a client or an opportunity: what came of the call that waits, or of one just made, in one
 * click. Shows the call to process.
 */
export class CallLogField extends Component {
    static template = "crm_discipline.CallLogField";
    static components = { CallStatusButtons };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get call() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        return this.call ? _t("Call to process") : _t("Log a call");
    }

    async log(statusId) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, "action_log_call", [
            [record.resId],
            statusId,
        ]);
        await this.action.doAction(action, { onClose: () => record.load() });
    }
}

export const callLogField = {
    component: CallLogField,
    displayName: _t("Log a call"),
    supportedTypes: ["many2one"],
};

registry.category("fields").add("call_log", callLogField);
