import { Component, useEffect, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * @typedef {Object} MissingItem what a rule asks for and the record lacks
 * @property {number} id the rule
 * @property {string} name what is missing, in the user's language
 * @property {boolean} blocks whether a person's save is refused without it
 * @property {string[]} fields where it can be mended, the most direct field first
 */

const FOCUSABLE =
    "input:not([disabled]):not([type=hidden]), textarea:not([disabled]), [contenteditable=true]";

/**
 * Tells what a record lacks before it is saved, each item a link to the field that mends it.
 *
 * Shows a JSON field that holds a list of {@link MissingItem}, or false.
 */
export class MissingItemsField extends Component {
    static template = "crm_discipline.MissingItemsField";
    static props = { ...standardFieldProps };

    setup() {
        this.root = useRef("root");
        // Without dependencies: the inputs of a field come and go with its visibility.
        useEffect(() => this.markInputs());
    }

    /** @returns {MissingItem[]} */
    get items() {
        return this.props.record.data[this.props.name] || [];
    }

    get blocking() {
        return this.items.filter((item) => item.blocks);
    }

    get warnings() {
        return this.items.filter((item) => !item.blocks);
    }

    get blockingCount() {
        const count = this.blocking.length;
        const phrases = [
            _t("One thing is missing"),
            _t("Two things are missing"),
            _t("Three things are missing"),
            _t("Four things are missing"),
            _t("Five things are missing"),
        ];
        return phrases[count - 1] || _t("%(count)s things are missing", { count });
    }

    get blockingConsequence() {
        const { isNew, resModel } = this.props.record;
        if (resModel === "calendar.event") {
            return isNew
                ? _t("before this meeting can be saved:")
                : _t("and the meeting stays incomplete without:");
        }
        return isNew
            ? _t("before this can be saved:")
            : _t("and the record stays incomplete without:");
    }

    get form() {
        return this.root.el?.closest(".o_form_renderer, .o_form_view");
    }

    /**
     * @param {MissingItem} item
     * @returns {HTMLElement | undefined} the input of the first of its fields that the form shows
     */
    findInput(item) {
        for (const name of item.fields) {
            const inputs = this.form?.querySelectorAll(
                `.o_field_widget[name="${CSS.escape(name)}"] :is(${FOCUSABLE})`
            );
            const visible = [...(inputs || [])].find((input) => input.offsetParent);
            if (visible) {
                return visible;
            }
        }
    }

    onClickItem(item) {
        const input = this.findInput(item);
        if (input) {
            input.scrollIntoView({ block: "center" });
            input.focus();
        }
    }

    /** Tell assistive technology which inputs are concerned. Their look is a class of the field. */
    markInputs() {
        const marked = new Set(
            this.form?.querySelectorAll(`.o_discipline_missing :is(${FOCUSABLE})`)
        );
        for (const input of this.form?.querySelectorAll("[data-discipline-missing]") || []) {
            if (!marked.has(input)) {
                input.removeAttribute("aria-invalid");
                delete input.dataset.disciplineMissing;
            }
        }
        for (const input of marked) {
            input.setAttribute("aria-invalid", "true");
            input.dataset.disciplineMissing = "";
        }
    }
}

export const missingItemsField = {
    component: MissingItemsField,
    displayName: _t("Missing data"),
    supportedTypes: ["json"],
    // An empty list is an answer, too, and a live region has to be there before it speaks.
    isEmpty: () => false,
};

registry.category("fields").add("discipline_missing", missingItemsField);
