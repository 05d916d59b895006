import { browser } from "@web/core/browser/browser";
import { uuid } from "@web/core/utils/strings";

export const ROUTE = "/crm_discipline/effort";
/** At most one request of a user in this time, however many tabs are open. */
export const INTERVAL = 60_000;
/** The server ignores what is older. */
const MOST_AGE = 31 * 24 * 3_600_000;
/** What one request holds at most; a request that outlives its page is limited to 64 KiB. */
const MOST_BATCHES = 100;
const MOST_BYTES = 50_000;

/**
 * Keeps what was measured in the browser's storage until the server has it.
 *
 * Each batch is an entry of its own, so tabs don't write over each other; its id makes it count
 * once, even if the server had it and the answer got lost.
 */
export class EffortOutbox {
    /** @param {string} name what tells databases and users of one browser apart */
    constructor(name) {
        this.prefix = `crm_discipline.effort.${name}.`;
        this.sentKey = `crm_discipline.effort_sent.${name}`;
    }

    get keys() {
        const { localStorage } = browser;
        return Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index))
            .filter((key) => key.startsWith(this.prefix))
            .sort();
    }

    get isEmpty() {
        return !this.keys.length;
    }

    /** @returns {number} milliseconds until the next request may be sent */
    get wait() {
        const sent = Number(browser.localStorage.getItem(this.sentKey)) || 0;
        const passed = Date.now() - sent;
        // (a clock that was set back must not silence it)
        return passed < 0 ? 0 : Math.max(0, INTERVAL - passed);
    }

    /**
     * @param {{reads: Object, operations: Object[]}} content
     * @param {number} company
     */
    add({ reads, operations }, company) {
        const batch = {
            company,
            at: Date.now(),
            reads,
            operations: operations.map(({ kind, ms, clicks, keys, at }) => [
                kind,
                Math.round(ms),
                clicks,
                keys,
                at,
            ]),
        };
        try {
            browser.localStorage.setItem(this.prefix + uuid(), JSON.stringify(batch));
        } catch {
            // a full storage loses a minute of figures, nothing of the user's work
        }
    }

    /** Forget all that was not sent yet. */
    clear() {
        this.keys.forEach((key) => browser.localStorage.removeItem(key));
    }

    prepare() {
        const now = Date.now();
        const ago = (at) => Math.max(0, Math.round(now - at));
        const batches = [];
        let bytes = 0;
        for (const key of this.keys) {
            const text = browser.localStorage.getItem(key);
            let batch;
            try {
                batch = JSON.parse(text);
            } catch {
                batch = null;
            }
            if (!batch || ago(batch.at) > MOST_AGE) {
                browser.localStorage.removeItem(key);
                continue;
            }
            bytes += text.length;
            if (batches.length === MOST_BATCHES || (batches.length && bytes > MOST_BYTES)) {
                break;
            }
            batches.push({
                id: key.slice(this.prefix.length),
                company: batch.company,
                ago: ago(batch.at),
                reads: batch.reads,
                operations: batch.operations.map(([kind, ms, clicks, keys, at]) => [
                    kind,
                    ms,
                    clicks,
                    keys,
                    ago(at),
                ]),
            });
        }
        return batches;
    }

    /**
     * Send what waits, unless a request was sent within the last minute.
     *
     * @param {boolean} [isLeaving] whether the page goes, and can wait for nothing
     * @returns {Promise<boolean>} false if the server has nothing to measure any more
     */
    async send(isLeaving = false) {
        const { locks } = navigator;
        if (!locks || isLeaving) {
            // (locks are only where the page is secure; else two tabs may send in one moment)
            return this._send();
        }
        return locks.request(this.sentKey, { ifAvailable: true }, (lock) =>
            lock ? this._send() : true
        );
    }

    async _send() {
        const batches = this.wait ? [] : this.prepare();
        if (!batches.length) {
            return true;
        }
        browser.localStorage.setItem(this.sentKey, Date.now());
        let answer;
        try {
            const response = await browser.fetch(ROUTE, {
                method: "POST",
                // (goes on when the page is closed)
                keepalive: true,
                // an ended session leads to the log-in page, which acknowledges nothing
                redirect: "manual",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ batches }),
            });
            if (response.status === 400) {
                // sent again, it would be refused again
                answer = { received: batches.map((batch) => batch.id), is_on: true };
            } else if (response.ok) {
                answer = await response.json();
            }
        } catch {
            // no connection, or no answer: it waits for the next time
        }
        for (const id of answer?.received || []) {
            browser.localStorage.removeItem(this.prefix + id);
        }
        return answer?.is_on !== false;
    }
}
