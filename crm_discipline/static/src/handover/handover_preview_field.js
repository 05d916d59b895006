import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How often a running handover is looked at where the live connection tells nothing. */
const POLL_MS = 3000;

/**
 * Who gets how much in a handover, as a table of kinds and receivers whose counts open the records;
 * above it, what confirming does, or how far it is.
 */
export class HandoverPreviewField extends Component {
    static template = "crm_discipline.HandoverPreviewField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const bus = useService("bus_service");
        this.onChanged = ({ id }) => id === this.props.record.resId && this.reload();
        bus.subscribe("crm_discipline.handover_changed", this.onChanged);
        onWillUnmount(() => bus.unsubscribe("crm_discipline.handover_changed", this.onChanged));
        useEffect(
            (isRunning) => {
                if (!isRunning) {
                    return;
                }
                const timer = setInterval(() => this.reload(), POLL_MS);
                return () => clearInterval(timer);
            },
            () => [this.isRunning]
        );
    }

    get preview() {
        return this.props.record.data[this.props.name] || { receivers: [], rows: [] };
    }

    get state() {
        return this.props.record.data.state;
    }

    get isRunning() {
        return this.state === "running" || this.state === "undoing";
    }

    get progress() {
        return this.props.record.data.progress;
    }

    /** A number as it is written in the user's language. */
    count(number) {
        return formatInteger(number);
    }

    get hint() {
        const { data } = this.props.record;
        if (!data.from_user_id) {
            return _t("Choose whose clients pass.");
        }
        if (this.preview.problem) {
            return this.preview.problem;
        }
        if (this.state === "draft" && !this.preview.receivers.length && !this.preview.sentence) {
            return this.preview.total
                ? _t("Choose who takes over, to see who gets what.")
                : _t("There is nothing to hand over.");
        }
        return "";
    }

    get hasTable() {
        const { receivers, rows, sentence } = this.preview;
        return receivers.length || (rows.length && (sentence || this.state !== "draft"));
    }

    async reload() {
        await this.props.record.load();
    }

    async open(kind, userId = false) {
        await this.openBy("action_view_records", [kind, userId]);
    }

    async openLeft() {
        await this.openBy("action_view_left", []);
    }

    async openBy(method, args) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        this.action.doAction(
            await this.orm.call(record.resModel, method, [[record.resId], ...args])
        );
    }
}

export const handoverPreviewField = {
    component: HandoverPreviewField,
    displayName: _t("Who gets what"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "progress", type: "integer" },
        { name: "from_user_id", type: "many2one" },
    ],
};

registry.category("fields").add("handover_preview", handoverPreviewField);
