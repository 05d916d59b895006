import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { Field } from "@web/views/fields/field";
import { formatAmount } from "../plan_cell/plan_words";
import { sayWhen } from "../time_ago/say_when";
import { chooseInputs } from "./asked_fields";

const EDITABLE =
    "input:not([disabled]):not([type=hidden]), textarea:not([disabled]), [contenteditable=true]";
const FOCUSABLE = `${EDITABLE}, [role=radio][tabindex="0"]`;
/** Refusals that a person can do something about: said in place, the others in a dialog. */
const REFUSALS = [
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.AccessError",
];

/**
 * One record of the work list: just what it lacks as inputs, and what looks odd about it.
 *
 * Enter leads through what is missing, and saves when nothing is missing any more.
 */
export class CompleteForm extends Component {
    static template = "crm_discipline.CompleteForm";
    static components = { Field };
    static props = {
        item: Object,
        fields: { type: Array, element: String },
        counters: Array,
        // whether it is the user's own list
        isOwn: Boolean,
        form: Object,
        record: Object,
        onReady: Function,
        onSaved: Function,
        onDone: Function,
        onItemChanged: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({ refusal: "", hint: "", isBusy: false });
        // What was asked for stays while it is filled in.
        this.asked = new Map();
        this.shown = new Set();
        onMounted(() => {
            this.props.onReady(this);
            // (after the widgets, which take the focus themselves)
            Promise.resolve().then(() => {
                this.focusFirst();
                this.isStarted = true;
            });
        });
        useEffect(() => {
            this.markInputs();
            this.keepFocus();
        });
    }

    get record() {
        return this.props.record;
    }

    /** @returns {import("../missing_items/missing_items_field").MissingItem[]} */
    get missing() {
        return this.record.data.missing_items || [];
    }

    get when() {
        return sayWhen(this.props.item.when);
    }

    /** Who and where: what tells the record apart from others. */
    get about() {
        const { about, partner } = this.props.item;
        return [partner, ...about].filter(Boolean).join(" · ");
    }

    /** “+1 for your plan: Meetings, 8 of 20” */
    get worth() {
        const ids = this.props.item.worth;
        return this.props.counters
            .filter((counter) => ids.includes(counter.id))
            .map((counter) => {
                const values = {
                    metric: counter.metric,
                    actual: formatAmount(counter, counter.actual),
                    target: formatAmount(counter, counter.target),
                };
                if (counter.unit !== "count") {
                    return this.props.isOwn
                        ? _t("Counts for your plan: %(metric)s", values)
                        : _t("Counts for the plan: %(metric)s", values);
                }
                return this.props.isOwn
                    ? _t("+1 for your plan: %(metric)s, %(actual)s of %(target)s so far", values)
                    : _t("+1 for the plan: %(metric)s, %(actual)s of %(target)s so far", values);
            });
    }

    get requested() {
        const { request } = this.props.item;
        const day = request && formatDate(deserializeDateTime(request.on));
        return request && _t("The operators were asked on %s.", day);
    }

    /**
     * What is asked for: what is missing or was a moment ago, with its inputs. Items that are mended by
     * the same inputs are one question.
     */
    get questions() {
        for (const item of this.missing) {
            this.asked.set(item.id, item);
        }
        const open = new Set(this.missing.map((item) => item.id));
        const questions = [];
        const taken = new Map();
        for (const item of this.asked.values()) {
            const inputs = chooseInputs(this.props.form, item.fields, this.record);
            const same = inputs.length && taken.get(inputs[0].name);
            if (same) {
                same.names.push(item.name);
                same.isOpen ||= open.has(item.id);
                continue;
            }
            const question = {
                id: item.id,
                names: [item.name],
                inputs,
                isOpen: open.has(item.id),
                blocks: item.blocks,
                canFill: inputs.some((input) => !input.isReadonly),
            };
            for (const input of inputs) {
                taken.set(input.name, question);
            }
            questions.push(question);
        }
        // what nothing in sight mends is mended with what is asked before it
        return questions.filter(
            (question) =>
                question.inputs.length || !questions.some((one) => one.inputs.length && one.isOpen)
        );
    }

    /** The inputs that mend a finding, but those that are asked for already. */
    findingInputs(finding) {
        const asked = new Set(
            this.questions.flatMap(({ inputs }) => inputs.map((one) => one.name))
        );
        return finding.fields
            .filter((name) => !asked.has(name))
            .map((name) => chooseInputs(this.props.form, [name], this.record)[0])
            .filter((input) => input && !input.isReadonly);
    }

    inputId(input, owner) {
        return `o_complete_${owner}_${input.name}`;
    }

    label(input) {
        return input.info.string || this.record.fields[input.name].string;
    }

    /** A single input is named by its question. */
    showLabel(question, input) {
        return !input.isHelp && question.inputs.filter((one) => !one.isHelp).length > 1;
    }

    get canAsk() {
        return Boolean(this.props.item.ask);
    }

    isMultiline(question) {
        return question.inputs.some((input) =>
            ["text", "html"].includes(this.record.fields[input.name].type)
        );
    }

    // ------------------------------------------------------------
    // THE KEYBOARD
    // ------------------------------------------------------------

    /** @returns {HTMLElement[]} where to type for a question */
    getTargets(question) {
        const box = this.root.el?.querySelector(`[data-question="${question.id}"]`);
        return [...(box?.querySelectorAll(FOCUSABLE) || [])].filter((el) => el.offsetParent);
    }

    focusFirst() {
        if (this.root.el && !this.focusOpen()) {
            this.root.el.focus();
        }
    }

    /** What had the focus may have gone with what was chosen there. */
    keepFocus() {
        const { activeElement } = document;
        if (this.isStarted && (!activeElement || activeElement === document.body)) {
            this.focusFirst();
        }
    }

    /**
     * Put the focus to where the next missing thing is filled in.
     *
     * @param {HTMLElement} [from] the last input; what comes after it
     * @returns {boolean} whether there was anything
     */
    focusOpen(from) {
        const after = from?.closest("[data-question]")?.dataset.question;
        let isAfter = !after;
        for (const question of this.questions) {
            if (isAfter && question.isOpen) {
                const [target] = this.getTargets(question);
                if (target) {
                    target.focus();
                    return true;
                }
            }
            isAfter ||= String(question.id) === after;
        }
        return false;
    }

    async onKeydown(ev) {
        if (
            ev.defaultPrevented ||
            ev.isComposing ||
            ev.key !== "Enter" ||
            ev.altKey ||
            ev.shiftKey
        ) {
            return;
        }
        const { target } = ev;
        const isForced = ev.ctrlKey || ev.metaKey;
        if (!isForced && target.matches("textarea, [contenteditable=true]")) {
            return;
        }
        const button = target.closest("button, a[href]");
        if (button && button.getAttribute("aria-checked") !== "true") {
            return;
        }
        ev.preventDefault();
        await this.goOn(target);
    }

    /** Lead to what is missing still, or save. */
    async goOn(from) {
        if (this.state.isBusy) {
            return;
        }
        const isDirty = await this.record.isDirty();
        if (this.missing.length && from && this.focusOpen(from)) {
            return;
        }
        if (!isDirty) {
            if (this.missing.length) {
                this.state.hint = _t("Nothing was filled in yet. Skip it with Alt+N.");
                this.focusFirst();
            } else {
                this.props.onDone();
            }
            return;
        }
        await this.saveAndGoOn();
    }

    /** Save whatever was typed, also where something is missing still. */
    async submit() {
        if (await this.record.isDirty()) {
            await this.saveAndGoOn();
        } else {
            await this.goOn();
        }
    }

    async saveAndGoOn() {
        if (this.state.isBusy || !(await this.save())) {
            return;
        }
        if (this.missing.length) {
            this.state.hint = _t("Saved. Still missing:");
            this.focusFirst();
        } else {
            this.props.onDone();
        }
    }

    // ------------------------------------------------------------
    // SAVING
    // ------------------------------------------------------------

    /** Save what was typed. A refusal is said in place, and what was typed stays. */
    async save() {
        if (!(await this.record.isDirty())) {
            return true;
        }
        this.state.isBusy = true;
        this.state.refusal = this.state.hint = "";
        let isRefused = false;
        try {
            const isSaved = await this.record.save({
                onError: (error) => {
                    isRefused = true;
                    if (!REFUSALS.includes(error.data?.name)) {
                        throw error;
                    }
                    this.state.refusal = error.data.message;
                },
            });
            if (isRefused || isSaved === false) {
                return false;
            }
        } finally {
            this.state.isBusy = false;
        }
        await this.checkFindings();
        this.props.onSaved(this.missing.length === 0);
        return true;
    }

    async discard() {
        await this.record.discard();
        this.state.refusal = this.state.hint = "";
        this.focusFirst();
    }

    /** What was mended is no finding any more, without waiting for the job. */
    async checkFindings() {
        const ids = this.props.item.findings.map((finding) => finding.id);
        if (ids.length) {
            await this.orm.call("crm.discipline.finding", "action_check_again", [ids]);
        }
    }

    // ------------------------------------------------------------
    // BUTTONS
    // ------------------------------------------------------------

    async ask() {
        const [model, id, method] = this.props.item.ask;
        await this.doAction(await this.orm.call(model, method, [[id]]));
    }

    async onFinding(finding, method) {
        if (await this.save()) {
            const args = [[finding.id]];
            await this.doAction(await this.orm.call("crm.discipline.finding", method, args));
        }
    }

    async doAction(action) {
        if (action?.type) {
            await this.action.doAction(action, { onClose: () => this.props.onItemChanged() });
        } else {
            await this.props.onItemChanged();
        }
    }

    async open() {
        if (await this.save()) {
            await this.action.doAction({
                type: "ir.actions.act_window",
                res_model: this.props.item.model,
                res_id: this.props.item.id,
                views: [[false, "form"]],
            });
        }
    }

    /** Tell assistive technology which inputs are concerned. Their look is a class of the field. */
    markInputs() {
        const inputs = this.root.el?.querySelectorAll(`[data-question] :is(${EDITABLE})`) || [];
        for (const input of inputs) {
            const isMissing = Boolean(input.closest(".o_discipline_missing"));
            input.toggleAttribute("data-discipline-missing", isMissing);
            if (isMissing) {
                input.setAttribute("aria-invalid", "true");
            } else {
                input.removeAttribute("aria-invalid");
            }
        }
    }
}
