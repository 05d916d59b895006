import { Component, onPatched, onWillStart, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { CallStatusButtons } from "../call_status/call_status_buttons";
import { setCallStatus } from "../call_status/call_status_field";
import { sayWhen } from "../time_ago/say_when";

const EDITABLE = "input, textarea, select, [contenteditable=true]";

/**
 * A step that brings a salesperson nearer to the plan, as the server's `crm_plan_next_step.py` says.
 *
 * @typedef {Object} Step
 * @property {"return_call" | "meeting_result" | "complete"} kind
 * @property {string} model
 * @property {number} id
 * @property {string} title
 * @property {string} when
 * @property {string | false} partner
 * @property {string | false} phone
 * @property {string[]} missing
 */

/**
 * What to do next, each done on the spot: by a click, or on the row with the focus by the number
 * beside the button.
 */
export class NextSteps extends Component {
    static template = "crm_discipline.NextSteps";
    static components = { CallStatusButtons };
    static props = {
        steps: Array,
        totals: Object,
        results: { type: Array, element: { type: Object, shape: { id: Number, name: String } } },
        onDone: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.list = useRef("list");
        const service = useService("crm_discipline.call_status");
        onWillStart(async () => {
            if (this.props.steps.some((step) => step.kind === "return_call")) {
                await service.load();
            }
        });
        this.loadStatuses = () => service.load();
        onPatched(() => this.focusNext());
    }

    key(step) {
        return `${step.model},${step.id}`;
    }

    what(step) {
        const kinds = { "calendar.event": _t("Meeting"), "crm.call": _t("Call") };
        if (step.kind === "return_call") {
            return _t("Missed call");
        }
        return kinds[step.model] || "";
    }

    title(step) {
        if (step.kind === "return_call") {
            return [step.phone, step.partner].filter(Boolean).join(" ");
        }
        return step.partner && step.partner !== step.title
            ? `${step.title}, ${step.partner}`
            : step.title;
    }

    when(step) {
        return sayWhen(step.when);
    }

    about(step) {
        if (step.kind === "complete") {
            return _t("missing: %s", step.missing.join(", "));
        }
        const question =
            step.kind === "meeting_result" ? _t("what came of it?") : _t("to be called back");
        return `${this.when(step)} · ${question}`;
    }

    get more() {
        const all = Object.values(this.props.totals).reduce((sum, count) => sum + count, 0);
        return Math.max(0, all - this.props.steps.length);
    }

    open(step) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: step.model,
            res_id: step.id,
            views: [[false, "form"]],
        });
    }

    completeAll() {
        return this.action.doAction("crm_discipline.action_complete_data");
    }

    complete(step) {
        this.dialog.add(FormViewDialog, {
            resModel: step.model,
            resId: step.id,
            title: this.title(step),
            onRecordSaved: () => this.props.onDone(),
        });
    }

    async setResult(step, resultId) {
        await this.say(step, "action_meeting_held", [[step.id], resultId]);
    }

    async setNoShow(step) {
        await this.say(step, "action_meeting_no_show", [[step.id]]);
    }

    async setStatus(step, statusId) {
        await this.once(step, () =>
            setCallStatus(this, [step.id], statusId, () => this.props.onDone())
        );
    }

    async say(step, method, args) {
        await this.once(step, async () => {
            const result = await this.orm.call(step.model, method, args);
            await this.action.doAction(result, { onClose: () => this.props.onDone() });
        });
    }

    /** A second click while the first still works would say the same twice. */
    async once(step, act) {
        if (this.busy === this.key(step)) {
            return;
        }
        this.busy = this.key(step);
        const hadFocus = this.list.el?.contains(document.activeElement);
        this.toFocus = hadFocus ? this.props.steps.indexOf(step) : undefined;
        try {
            await act();
        } finally {
            this.busy = undefined;
        }
    }

    /** The next step is where the last one was: it takes the focus. */
    focusNext() {
        const rows = this.list.el?.querySelectorAll(".o_next_step") || [];
        const isLost = !document.activeElement || document.activeElement === document.body;
        if (this.toFocus !== undefined && isLost && rows.length) {
            rows[Math.min(this.toFocus, rows.length - 1)].focus();
            this.toFocus = undefined;
        }
    }

    async onKeydown(ev, step) {
        const isModified = ev.ctrlKey || ev.altKey || ev.metaKey;
        if (isModified || ev.target.closest(EDITABLE) || !/^\d$/.test(ev.key)) {
            return;
        }
        if (step.kind === "return_call") {
            const status = (await this.loadStatuses()).find((one) => one.key === ev.key);
            if (status) {
                await this.setStatus(step, status.id);
            }
        } else if (step.kind === "meeting_result") {
            const result = this.props.results[Number(ev.key) - 1];
            if (result) {
                await this.setResult(step, result.id);
            } else if (ev.key === "0") {
                await this.setNoShow(step);
            }
        }
    }
}
