import { Component, onError, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { getDefaultConfig } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { formatAmount } from "../plan_cell/plan_words";
import { forSalespeople } from "../sales_page/sales_page";
import { CompleteRecord } from "./complete_record";

const MODEL = "crm.discipline.worklist";
const PAGE = 20;
/** How many are left of what was read when more is read. */
const RESERVE = 5;
const COMING = 7;

/**
 * A salesperson's incomplete records, completed in place one after another: what counts for the plan
 * first, then what is newest.
 *
 * A supervisor may do so for a colleague.
 */
export class CompleteData extends Component {
    static template = "crm_discipline.CompleteData";
    static components = { CompleteRecord, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.userId = this.props.resId || this.props.action.params?.user_id || null;
        if (this.userId) {
            this.props.updateActionState?.({ resId: this.userId });
        }
        this.state = useState({
            items: [],
            index: 0,
            total: 0,
            hasMore: false,
            counters: [],
            outcomes: {},
            said: "",
            user: "",
            isOwn: true,
            version: 0,
        });
        this.form = null;
        useSetupAction({
            beforeLeave: () => this.form?.save(),
            beforeUnload: (ev) => this.beforeUnload(ev),
            getLocalState: () => ({ list: this.remember() }),
        });
        onWillStart(() => this.start());
        onError((error) => this.onError(error));
    }

    // ------------------------------------------------------------
    // THE LIST
    // ------------------------------------------------------------

    async start() {
        const list = this.props.state?.list;
        if (list) {
            const { lastKey, ...state } = list;
            this.lastKey = lastKey;
            Object.assign(this.state, state);
            await this.read();
            if (this.current) {
                await this.refreshItem();
            }
        } else {
            await this.begin();
        }
        this.env.config.setDisplayName?.(
            this.state.isOwn
                ? _t("Complete My Data")
                : _t("Complete the data of %s", this.state.user)
        );
    }

    /** Read the list from its beginning. */
    async begin() {
        Object.assign(this.state, { items: [], index: 0, total: 0, outcomes: {}, said: "" });
        this.lastKey = null;
        const page = await this.read();
        this.state.total = page.total;
    }

    remember() {
        const { items, index, total, hasMore, outcomes } = this.state;
        const { lastKey } = this;
        return { items: [...items], index, total, hasMore, outcomes: { ...outcomes }, lastKey };
    }

    /** Read the next part of the list; what is in it already stays where it is. */
    async read() {
        const { items } = this.state;
        const page = await this.orm.call(MODEL, "get_page", [], {
            after: this.lastKey || null,
            limit: PAGE,
            user_id: this.userId,
        });
        const known = new Set(items.map((item) => this.key(item)));
        items.push(...page.items.filter((item) => !known.has(this.key(item))));
        this.lastKey = page.items.at(-1)?.key || this.lastKey;
        this.fields = page.fields;
        Object.assign(this.state, {
            hasMore: page.has_more,
            user: page.user,
            isOwn: page.is_own,
        });
        this.updateCounters(page.counters);
        this.state.total = Math.max(this.state.total, items.length);
        return page;
    }

    readMore() {
        const { hasMore, items, index } = this.state;
        if (hasMore && items.length - index <= RESERVE) {
            this.reading ||= this.read().finally(() => (this.reading = null));
        }
        return this.reading;
    }

    /** A counter stays in sight when nothing waits for it any more. */
    updateCounters(counters) {
        const known = new Map(this.state.counters.map((counter) => [counter.id, counter]));
        for (const counter of counters) {
            if (counter.pending || known.has(counter.id)) {
                known.set(counter.id, counter);
            }
        }
        this.state.counters = [...known.values()];
    }

    key(item) {
        return `${item.model},${item.id}`;
    }

    get current() {
        return this.state.items[this.state.index];
    }

    get coming() {
        const { items, index } = this.state;
        return items.slice(index + 1, index + 1 + COMING);
    }

    get moreCount() {
        return Math.max(0, this.state.total - this.state.index - 1 - this.coming.length);
    }

    /** What to do about a record: what is missing, else what looks odd. */
    missing(item) {
        const names = item.missing.map((one) => one.name);
        return (names.length ? names : item.findings.map((one) => one.kind)).join(", ");
    }

    /** A record that is called like all of its kind is told apart by its people. */
    title(item) {
        const who = item.title === item.kind && (item.partner || item.about[0]);
        return who ? `${item.title}: ${who}` : item.title;
    }

    // ------------------------------------------------------------
    // WORDS
    // ------------------------------------------------------------

    /** “3 of 12, 9 left” */
    get progress() {
        const { index, total } = this.state;
        return _t("%(position)s of %(total)s, %(left)s left", {
            position: index + 1,
            total,
            left: total - index - 1,
        });
    }

    /** What who hears rather than sees is told of the record that comes. */
    get announcement() {
        return `${this.progress}. ${this.current.kind} ${this.title(this.current)}: ${this.missing(this.current)}`;
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.state.index) / this.state.total) : 100;
    }

    count(outcome) {
        return Object.values(this.state.outcomes).filter((one) => one === outcome).length;
    }

    get summary() {
        const parts = [];
        const done = this.count("done");
        const skipped = this.count("skipped");
        if (done) {
            parts.push(_t("%s completed", done));
        }
        if (skipped) {
            parts.push(_t("%s skipped", skipped));
        }
        return parts.join(", ");
    }

    counterText(counter) {
        return _t("%(metric)s: %(actual)s of %(target)s", {
            metric: counter.metric,
            actual: formatAmount(counter, counter.actual),
            target: formatAmount(counter, counter.target),
        });
    }

    // ------------------------------------------------------------
    // ONE AFTER ANOTHER
    // ------------------------------------------------------------

    onReady(form) {
        this.form = form;
    }

    setOutcome(outcome) {
        this.state.outcomes[this.key(this.current)] = outcome;
    }

    async next() {
        this.form = null;
        this.state.index++;
        if (!this.current) {
            await this.readMore();
        }
        this.readMore();
    }

    /** The current record is as it should be: the next one. */
    async onDone() {
        this.setOutcome("done");
        await this.next();
    }

    /** Something of the current record was saved. */
    onSaved(isComplete) {
        const item = this.current;
        this.state.said = isComplete ? _t("Saved: %s", item.title) : "";
        this.saved = this.readItem(item).then(({ counters }) => {
            if (isComplete && item.worth.length) {
                const moved = counters.filter((counter) => item.worth.includes(counter.id));
                const figures = moved.map((counter) => this.counterText(counter)).join(", ");
                this.state.said = _t("Saved: %(title)s. %(figures)s", {
                    title: item.title,
                    figures,
                });
            }
        });
    }

    async readItem(item) {
        const answer = await this.orm.call(MODEL, "get_item", [item.key], {
            user_id: this.userId,
        });
        if (answer.item) {
            Object.assign(item, { ...answer.item, worth: item.worth });
        }
        this.updateCounters(answer.counters);
        return answer;
    }

    async refreshItem() {
        const { item } = await this.readItem(this.current);
        if (!item) {
            return this.next();
        }
    }

    /** A dialog about the current record was closed: merged, asked for, or said to be right. */
    async onItemChanged() {
        const before = this.current;
        const hadRequest = Boolean(before.request);
        const { item } = await this.readItem(before);
        if (!item || (!item.missing.length && !item.findings.length)) {
            return this.onDone();
        }
        if (item.request && !hadRequest) {
            this.setOutcome("asked");
            return this.next();
        }
    }

    async skip() {
        if (this.current && (!this.form || (await this.form.save()))) {
            this.state.outcomes[this.key(this.current)] ||= "skipped";
            await this.next();
        }
    }

    async back() {
        if (this.state.index && (!this.form || (await this.form.save()))) {
            this.form = null;
            this.state.index--;
            await this.refreshItem();
        }
    }

    /** What was chosen comes now, and the current record after it. */
    async choose(item) {
        if (!this.form || (await this.form.save())) {
            const { items, index } = this.state;
            const [chosen] = items.splice(items.indexOf(item), 1);
            this.form = null;
            items.splice(index, 0, chosen);
        }
    }

    async beforeUnload(ev) {
        const record = this.form?.record;
        if (record?.dirty && !(await record.urgentSave())) {
            ev.preventDefault();
            ev.returnValue = "Unsaved changes";
        }
    }

    /** A record that is gone, or out of reach, is passed over. */
    onError(error) {
        const cause = error.cause || error;
        if (!(cause instanceof FetchRecordError) || !this.current) {
            throw error;
        }
        this.notification.add(_t("“%s” is gone.", this.current.title), { type: "warning" });
        this.state.outcomes[this.key(this.current)] = "gone";
        this.next();
    }
}

registry.category("actions").add("crm_discipline.complete_data", forSalespeople(CompleteData));
