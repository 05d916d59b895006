import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { uuid } from "@web/core/utils/strings";
import { session } from "@web/session";
import { EffortMeter } from "./effort_meter";
import { operationOf } from "./effort_operations";
import { EffortOutbox, INTERVAL } from "./effort_outbox";

/** What was left by a closed tab is sent when the page has had time to load. */
const START_DELAY = 5000;
/** Where a click or a key is input, and not only looking around. */
const INPUT =
    ".o_field_widget, .o_data_row, .o_kanban_record, .fc-event, .fc-timegrid-slot, button";
/** In a view of many records: where a click goes on with what has begun. */
const GOES_ON = ".o_popover, .o_cw_popover, .o-dropdown--menu, .o_selected_row";
const EDITED = ".o_selected_row, .o_kanban_quick_create";
const OUR_ACTION = /^crm_discipline\./;

/**
 * Measures the time spent in CRM screens, where the company has turned that on.
 *
 * It listens and never acts: that there is activity, how many clicks and keys, and what was
 * called when something is saved. Not which key, where, or what was written.
 */
export class Effort {
    constructor(env, { companies, models, idle }) {
        this.env = env;
        this.models = models;
        this.company = user.activeCompany.id;
        this.companies = companies;
        this.meter = new EffortMeter(idle * 1000);
        this.meter.onContent = () => this.schedule();
        const name = `${session.db}.${user.userId}`;
        this.outbox = new EffortOutbox(name);
        this.id = uuid();
        this.ownerKey = `crm_discipline.effort_active.${name}`;
        this.isOwner = false;
        this.pending = new Map();
        this.timer = undefined;
        this.isOn = true;
        this.stops = [];
    }

    start() {
        const quiet = { capture: true, passive: true };
        const touch = () => this.touch();
        for (const type of ["pointermove", "wheel", "scroll"]) {
            this.listen(window, type, touch, quiet);
        }
        this.listen(window, "pointerdown", (ev) => this.onPointerdown(ev), quiet);
        this.listen(window, "keydown", (ev) => this.onKeydown(ev), quiet);
        this.listen(window, "blur", () => this.onFocusChange(), quiet);
        this.listen(window, "focus", () => this.claim(), quiet);
        this.listen(window, "storage", (ev) => this.onStorage(ev));
        this.listen(document, "visibilitychange", () => this.onVisibilityChange());
        this.listen(window, "pagehide", () => this.flush(true));
        this.listen(rpcBus, "RPC:REQUEST", ({ detail }) => this.onRequest(detail));
        this.listen(rpcBus, "RPC:RESPONSE", ({ detail }) => this.onResponse(detail));
        this.listen(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => this.onAction());
        if (document.visibilityState === "visible" && document.hasFocus()) {
            this.claim();
        } else {
            this.meter.pause();
        }
        if (!this.outbox.isEmpty) {
            this.schedule(START_DELAY);
        }
        return this;
    }

    listen(target, type, listener, options) {
        target.addEventListener(type, listener, options);
        this.stops.push(() => target.removeEventListener(type, listener, options));
    }

    stop() {
        this.isOn = false;
        this.stops.forEach((stop) => stop());
        this.stops = [];
        browser.clearTimeout(this.timer);
    }

    // -- which tab counts ------------------------------------------------------------------

    /**
     * From now on this tab counts, and no other of this user in this browser: those hear of it
     * and pause. The storage is written to when another tab had the word, not otherwise.
     */
    claim() {
        if (!this.isOwner) {
            this.isOwner = true;
            try {
                browser.localStorage.setItem(this.ownerKey, this.id);
            } catch {
                // a full storage: the others don't hear of it
            }
        }
        this.meter.resume();
    }

    onStorage({ key, newValue }) {
        if (this.isOwner && key === this.ownerKey && newValue !== this.id) {
            this.meter.pause();
            this.isOwner = false;
        }
    }

    // -- what happens ----------------------------------------------------------------------

    touch() {
        if (this.meter.isPaused && !this.isOwner && document.hasFocus()) {
            this.claim();
        }
        this.meter.touch();
    }

    onPointerdown({ target }) {
        this.claim();
        const view = this.meter.top?.viewType;
        const isInput = Boolean(target.closest?.(INPUT));
        const isAnew =
            view &&
            view !== "form" &&
            isInput &&
            !target.closest(GOES_ON) &&
            !document.querySelector(EDITED);
        this.meter.press("clicks", isInput, isAnew);
    }

    onKeydown({ target, repeat }) {
        if (!repeat) {
            this.claim();
            this.meter.press("keys", Boolean(target.closest?.(INPUT)));
        }
    }

    /** Work in another program is not work in the CRM. */
    onFocusChange() {
        // (a frame within the page may have it: an editor of formatted text)
        if (!document.hasFocus()) {
            this.meter.pause();
        }
    }

    onVisibilityChange() {
        if (document.visibilityState === "hidden") {
            this.meter.pause();
            this.flush();
        } else if (document.hasFocus()) {
            this.claim();
        }
    }

    onRequest({ data }) {
        const { top } = this.meter;
        const kind = data.params && operationOf(data.params, this.models, top);
        if (kind) {
            this.pending.set(data.id, { kind, screen: top });
        }
    }

    onResponse({ data, result, error }) {
        const pending = this.pending.get(data.id);
        if (!pending) {
            return;
        }
        this.pending.delete(data.id);
        // what was refused goes on, and so does what asks more in a dialog
        if (!error && result?.target !== "new") {
            this.meter.complete(pending.kind, pending.screen);
        }
    }

    /** A board of ours is no view. */
    onAction() {
        const action = this.env.services.action.currentController?.action;
        const isOurs = action?.type === "ir.actions.client" && OUR_ACTION.test(action.tag);
        this.meter.account();
        this.meter.base = isOurs ? "other" : undefined;
    }

    // -- screens ---------------------------------------------------------------------------

    /** @returns what to give to {@link close} when the view goes */
    open({ resModel, resId, type }, isDialog) {
        const model = this.models[resModel];
        return this.meter.open(model, {
            resModel,
            viewType: type,
            isNew: type === "form" && !resId,
            isDialog,
        });
    }

    close(screen) {
        this.meter.close(screen);
    }

    // -- sending ---------------------------------------------------------------------------

    schedule(delay = INTERVAL) {
        if (this.isOn && !this.timer) {
            this.timer = browser.setTimeout(() => this.flush(), Math.max(delay, this.outbox.wait));
        }
    }

    /** Keep what was measured, and send it if a minute has passed. */
    async flush(isLeaving = false) {
        browser.clearTimeout(this.timer);
        this.timer = undefined;
        const content = this.meter.take(isLeaving);
        if (content) {
            this.outbox.add(content, this.company);
        }
        const isOn = await this.outbox.send(isLeaving);
        if (!isOn) {
            // turned off in the meantime
            this.stop();
            this.outbox.clear();
        } else if (!isLeaving && !this.outbox.isEmpty) {
            this.schedule();
        }
    }
}

export const effortService = {
    start(env) {
        const info = session.crm_effort;
        if (!info || !info.companies.includes(user.activeCompany?.id)) {
            return null;
        }
        return new Effort(env, info).start();
    },
};

registry.category("services").add("crm_discipline.effort", effortService);
