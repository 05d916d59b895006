import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How often a list that is being filled is looked at where the live connection tells nothing. */
const POLL_MS = 3000;
/** So many salespeople are shown at first. */
const FEW = 8;

/** A bar of parts, each as wide as its share; a click opens what it stands for. */
export class AudienceReachBar extends Component {
    static template = "crm_discipline.AudienceReachBar";
    static props = { parts: Array, onOpen: Function };
}

/**
 * Who of an audience can be reached, and who can't and why: a bar whose parts open their clients, and
 * the same for each salesperson.
 */
export class AudienceReachField extends Component {
    static template = "crm_discipline.AudienceReachField";
    static components = { AudienceReachBar };
    static props = { ...standardFieldProps, brief: { type: Boolean, optional: true } };
    static defaultProps = { brief: false };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        if (this.props.brief) {
            return;
        }
        const bus = useService("bus_service");
        this.onChanged = ({ id }) => id === this.props.record.resId && this.reload();
        bus.subscribe("crm_discipline.audience_changed", this.onChanged);
        onWillUnmount(() => bus.unsubscribe("crm_discipline.audience_changed", this.onChanged));
        useEffect(
            (isWorking) => {
                if (!isWorking) {
                    return;
                }
                const timer = setInterval(() => this.reload(), POLL_MS);
                return () => clearInterval(timer);
            },
            () => [this.isWorking]
        );
    }

    get data() {
        return this.props.record.data;
    }

    get figures() {
        return (
            this.data[this.props.name] || { total: 0, reachable: 0, reasons: [], salespeople: [] }
        );
    }

    get isWorking() {
        const { is_filling, is_sending, is_fixing } = this.data;
        return Boolean(is_filling || is_sending || is_fixing);
    }

    get workText() {
        if (this.data.is_filling) {
            return _t("The list is being filled. You may leave this page: it goes on by itself.");
        }
        if (this.data.is_sending) {
            return _t("It is being sent. You may leave this page: it goes on by itself.");
        }
        return _t("The missing data are being asked for. You may leave this page.");
    }

    get parts() {
        return this.partsOf(this.figures.reachable, this.figures.reasons);
    }

    get salespeople() {
        const labels = Object.fromEntries(
            this.figures.reasons.map(({ state, label }) => [state, label])
        );
        return this.figures.salespeople.slice(0, FEW).map((person) => ({
            ...person,
            parts: this.partsOf(
                person.reachable,
                Object.entries(labels)
                    .filter(([state]) => person.reasons[state])
                    .map(([state, label]) => ({ state, label, count: person.reasons[state] }))
            ),
        }));
    }

    get moreText() {
        const more = this.figures.salespeople.length - FEW;
        return more > 0 ? _t("and %s more", more) : "";
    }

    get sentence() {
        const { reachable, total } = this.figures;
        return _t("%(reachable)s of %(total)s clients can be reached", {
            reachable: this.format(reachable),
            total: this.format(total),
        });
    }

    countText({ reachable, total }) {
        return _t("%(reachable)s of %(total)s", {
            reachable: this.format(reachable),
            total: this.format(total),
        });
    }

    partsOf(reachable, reasons) {
        const parts = reachable
            ? [{ state: "ok", label: _t("Reachable"), count: reachable }, ...reasons]
            : reasons;
        const total = parts.reduce((sum, { count }) => sum + count, 0);
        return parts.map((part) => ({ ...part, percent: (100 * part.count) / total }));
    }

    format(count) {
        return count.toLocaleString();
    }

    async reload() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    async open(state, userId) {
        const { record } = this.props;
        if (this.props.brief || !(await record.save())) {
            return;
        }
        const kwargs = userId === undefined ? {} : { user_id: userId };
        const action =
            state === "ok"
                ? await this.orm.call(
                      record.resModel,
                      "action_view_reachable",
                      [[record.resId]],
                      kwargs
                  )
                : await this.orm.call(
                      record.resModel,
                      "action_view_unreachable",
                      [[record.resId], state],
                      kwargs
                  );
        this.action.doAction(action);
    }
}

export const audienceReachField = {
    component: AudienceReachField,
    displayName: _t("Who can be reached"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ brief: Boolean(options.brief) }),
};

registry.category("fields").add("audience_reach", audienceReachField);
