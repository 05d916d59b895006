import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LOOKS = {
    answered: "fa-phone text-success",
    missed: "fa-phone text-danger o_call_missed",
    busy: "fa-minus-circle text-warning",
    failed: "fa-exclamation-circle text-warning",
    voicemail: "fa-envelope-o text-info",
};

/**
 * Seconds as minutes and seconds.
 *
 * @param {number} seconds
 * @returns {string} such as "3:12"
 */
export function formatCallDuration(seconds) {
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    const rest = String(seconds % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** What the telephone system says of a call: in or out, answered or not, for how long. */
export class CallCameField extends Component {
    static template = "crm_discipline.CallCameField";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }

    get isOutgoing() {
        return this.data.direction === "out";
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return selection.find(([value]) => value === this.data[this.props.name])?.[1];
    }

    get look() {
        return LOOKS[this.data[this.props.name]] || "fa-phone text-muted";
    }

    get duration() {
        return this.data.duration ? formatCallDuration(this.data.duration) : "";
    }
}

export const callCameField = {
    component: CallCameField,
    displayName: _t("What came of the line"),
    supportedTypes: ["selection"],
    fieldDependencies: [
        { name: "direction", type: "selection" },
        { name: "duration", type: "integer" },
    ],
};

registry.category("fields").add("call_came", callCameField);
