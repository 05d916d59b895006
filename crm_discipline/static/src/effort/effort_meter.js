import { screenOf } from "./effort_operations";

/** Within so many milliseconds after the last look at the clock, a sign of life costs nothing. */
const STEP = 1000;
/** A click this recent opened the dialog that came: it belongs to the dialog's operation. */
const OPENING = 10_000;
/** What the server takes for one operation; nobody works on one for longer. */
const MOST = 3_600_000;

/**
 * @typedef {Object} Screen
 * @property {string | undefined} model what its time is counted on; undefined: not at all
 * @property {string} resModel
 * @property {string} viewType
 * @property {{ms: number, clicks: number, keys: number} | null} operation what has begun on it
 */

/**
 * Adds up active time: it goes to the screen on top, there to the operation that has begun, or
 * else to reading. There is no timer; the time is looked at when something happens.
 */
export class EffortMeter {
    /**
     * @param {number} idle milliseconds without a sign of life that still count
     * @param {() => number} clock milliseconds that never go back
     */
    constructor(idle, clock = () => performance.now()) {
        this.idle = idle;
        this.clock = clock;
        this.last = clock();
        this.gesture = this.last;
        this.isPaused = false;
        /** @type {Screen[]} */
        this.screens = [];
        /** @type {string | undefined} a screen that is no view, such as a board */
        this.base = undefined;
        this.onContent = () => {};
        this.reset();
    }

    reset() {
        this.reads = {};
        this.operations = [];
    }

    get top() {
        return this.screens.at(-1);
    }

    /** The pointer moved, something scrolled: only a sign of life. */
    touch() {
        const now = this.clock();
        if (now - this.last >= STEP) {
            this.account(now);
        }
    }

    /** Give the time since the last look to what is on top. */
    account(now = this.clock()) {
        const active = Math.min(now - this.last, this.idle);
        this.last = now;
        if (this.isPaused || active <= 0) {
            return;
        }
        const operation = this.top?.operation;
        if (operation && operation.ms + active < MOST) {
            operation.ms += active;
        } else {
            this.read(this.top ? this.top.model : this.base, active);
        }
    }

    read(model, ms) {
        if (model && ms) {
            this.reads[model] = (this.reads[model] || 0) + ms;
            this.onContent();
        }
    }

    pause() {
        this.account();
        this.isPaused = true;
    }

    resume() {
        if (this.isPaused) {
            this.last = this.clock();
            this.isPaused = false;
        }
    }

    // -- screens ---------------------------------------------------------------------------

    /**
     * A screen came on top.
     *
     * @param {string | undefined} model
     * @param {{resModel: string, viewType: string, isNew: boolean, isDialog: boolean}} kind
     *     on a new record and in a dialog the operation begins at once
     * @returns {Screen}
     */
    open(model, { resModel, viewType, isNew, isDialog }) {
        this.account();
        const below = this.top;
        const screen = { model, resModel, viewType, operation: null };
        if (model && (isNew || isDialog)) {
            screen.operation = { ms: 0, clicks: 0, keys: 0 };
            if (isDialog && below?.model === model && below.operation?.ms < OPENING) {
                screen.operation = below.operation;
                below.operation = null;
            }
        }
        this.screens.push(screen);
        return screen;
    }

    /** A screen went; what had begun on it was not saved. */
    close(screen) {
        this.account();
        this.drop(screen);
        this.screens = this.screens.filter((other) => other !== screen);
    }

    drop(screen) {
        if (screen.operation) {
            this.read(screen.model, screen.operation.ms);
            screen.operation = null;
        }
    }

    // -- operations ------------------------------------------------------------------------

    /**
     * A click or a key: it begins an operation, or goes on with the one that has begun.
     *
     * @param {"clicks" | "keys"} counter
     * @param {boolean} isInput whether it is on something that takes input
     * @param {boolean} isAnew whether it leaves what has begun, as a click on another row does
     */
    press(counter, isInput, isAnew = false) {
        this.account();
        this.gesture = this.last;
        const screen = this.top;
        if (!screen?.model) {
            return;
        }
        if (isAnew) {
            this.drop(screen);
        }
        if (!screen.operation && isInput) {
            screen.operation = { ms: 0, clicks: 0, keys: 0 };
        }
        if (screen.operation) {
            screen.operation[counter] += 1;
        }
    }

    /**
     * Something was saved, or said with a click.
     *
     * @param {string} kind
     * @param {Screen | undefined} screen what was on top when it was asked for
     */
    complete(kind, screen) {
        this.account();
        let operation = screen?.operation;
        if (operation && screen.model === screenOf(kind)) {
            screen.operation = null;
        } else {
            // one click in the top bar, or in the history below a form: it took what it took
            const ms = this.takeBack(Math.min(this.last - this.gesture, this.idle));
            operation = { ms, clicks: 1, keys: 0 };
        }
        this.gesture = this.last;
        this.operations.push({ kind, ...operation, at: Date.now() });
        this.onContent();
    }

    /**
     * Take the last time from what is on top, to count it elsewhere.
     *
     * @returns {number} as much of it as is there; all, if nothing on top is counted
     */
    takeBack(ms) {
        const { top } = this;
        const model = top ? top.model : this.base;
        if (!model) {
            return ms;
        }
        const { operation } = top || {};
        const taken = Math.min(ms, operation ? operation.ms : this.reads[model] || 0);
        if (operation) {
            operation.ms -= taken;
            operation.clicks = Math.max(0, operation.clicks - 1);
        } else if (taken) {
            this.reads[model] -= taken;
        }
        return taken;
    }

    /**
     * Hand over what was measured, and begin anew.
     *
     * @param {boolean} [isLeaving] whether the page goes, and with it what has begun
     * @returns {{reads: Object, operations: Object[]} | null} null if there is nothing
     */
    take(isLeaving = false) {
        this.account();
        if (isLeaving) {
            this.screens.forEach((screen) => this.drop(screen));
        }
        const { reads, operations } = this;
        this.reset();
        for (const model in reads) {
            reads[model] = Math.min(Math.round(reads[model]), MOST);
        }
        return operations.length || Object.keys(reads).length ? { reads, operations } : null;
    }
}
