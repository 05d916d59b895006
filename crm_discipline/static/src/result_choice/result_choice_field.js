import { Component, onMounted, useExternalListener, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EDITABLE = "input, textarea, select, [contenteditable=true]";

/**
 * A few results as buttons, chosen with a click, the arrows, or the number beside them.
 *
 * Shows a many2one of ``crm.meeting.result``. The option ``note`` names the field that takes the
 * note which some results ask for; choosing such a result leads there.
 */
export class ResultChoiceField extends Component {
    static template = "crm_discipline.ResultChoiceField";
    static props = { ...standardFieldProps, note: { type: String, optional: true } };

    setup() {
        this.root = useRef("root");
        this.results = useSpecialData((orm, props) =>
            orm.call(
                props.record.fields[props.name].relation,
                "search_read",
                [[], ["display_name", "requires_note"]],
                { context: props.record.context }
            )
        );
        onMounted(() => this.focus(Math.max(this.chosenIndex, 0)));
        useExternalListener(window, "keydown", this.onWindowKeydown);
    }

    get options() {
        return Array.isArray(this.results.data) ? this.results.data : [];
    }

    get value() {
        return this.props.record.data[this.props.name]?.id;
    }

    get chosenIndex() {
        return this.options.findIndex((result) => result.id === this.value);
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    /** Only one of the buttons is reached with Tab, as in any group of radio buttons. */
    isTabStop(index) {
        return index === Math.max(this.chosenIndex, 0);
    }

    focus(index) {
        this.root.el?.querySelectorAll("[role=radio]")[index]?.focus();
    }

    async choose(index) {
        const result = this.options[index];
        if (!result || this.props.readonly) {
            return;
        }
        await this.props.record.update({
            [this.props.name]: { id: result.id, display_name: result.display_name },
        });
        if (result.requires_note && this.props.note) {
            const form = this.root.el?.closest(".o_form_view, .o_form_renderer");
            form?.querySelector(
                `.o_field_widget[name="${this.props.note}"] :is(${EDITABLE})`
            )?.focus();
        } else {
            this.focus(index);
        }
    }

    onKeydown(ev) {
        const index = [...this.root.el.querySelectorAll("[role=radio]")].indexOf(ev.target);
        const count = this.options.length;
        const next = {
            ArrowRight: (index + 1) % count,
            ArrowDown: (index + 1) % count,
            ArrowLeft: (index - 1 + count) % count,
            ArrowUp: (index - 1 + count) % count,
        }[ev.key];
        if (index >= 0 && next !== undefined) {
            ev.preventDefault();
            this.focus(next);
        }
    }

    /** The numbers work wherever the focus is, except where they are text. */
    onWindowKeydown(ev) {
        const number = /^[1-9]$/.test(ev.key) && Number(ev.key);
        const isModified = ev.ctrlKey || ev.altKey || ev.metaKey;
        const isElsewhere = this.root.el?.closest(".o_inactive_modal");
        if (!number || isModified || isElsewhere || ev.target.closest?.(EDITABLE)) {
            return;
        }
        ev.preventDefault();
        this.choose(number - 1);
    }
}

export const resultChoiceField = {
    component: ResultChoiceField,
    displayName: _t("Result buttons"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }) => ({ note: options.note }),
};

registry.category("fields").add("result_choice", resultChoiceField);
