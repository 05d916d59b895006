import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

/** How long to wait for more of the same, so that what changes together is read once. */
export const SETTLE = 100;
/** The least time between two readings; while changes go on it doubles up to the longest. */
export const REST = 500;
export const LONGEST_REST = 8000;

/**
 * Reads what is announced to have changed, and never more than needed.
 *
 * A single change is read at once. However many follow, one reading runs at a time and rests longer
 * and longer, and the last change is always read. While nobody looks at the tab nothing is read.
 */
export class LiveReader {
    /** @param {() => Promise} read */
    constructor(read) {
        this.read = read;
        this.timer = null;
        this.isReading = false;
        this.isStale = false;
        this.isStopped = false;
        this.rest = REST;
        this.lastRead = -Infinity;
        this.day = new Date().toDateString();
    }

    announce() {
        this.isStale = true;
        if (this.timer || this.isReading || this.isStopped || document.hidden) {
            return;
        }
        const rested = Date.now() - this.lastRead;
        this.rest = rested < 2 * this.rest ? Math.min(2 * this.rest, LONGEST_REST) : REST;
        this.timer = browser.setTimeout(() => this.run(), Math.max(SETTLE, this.rest - rested));
    }

    async run() {
        this.timer = null;
        this.isStale = false;
        this.isReading = true;
        try {
            await this.read();
            this.day = new Date().toDateString();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            // the connection comes back, and then it is read
            this.isStale = true;
        } finally {
            this.isReading = false;
            this.lastRead = Date.now();
            if (this.isStale) {
                this.announce();
            }
        }
    }

    /** The tab is looked at again. */
    wake() {
        if (this.isStale || this.day !== new Date().toDateString()) {
            this.announce();
        }
    }

    stop() {
        this.isStopped = true;
        browser.clearTimeout(this.timer);
    }
}
