import { onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useBus, useService } from "@web/core/utils/hooks";

/** How long to wait for more of the same, so that what changes together is read once. */
export const SETTLE = 200;
/** The least time between two readings; while changes go on it doubles up to the longest. */
export const REST = 500;
export const LONGEST_REST = 8000;

/**
 * Reads anew when figures of plans have changed.
 *
 * A single change is read at once. However many follow, one reading runs at a time and rests longer
 * and longer, and the last change is always read. A tab that nobody looks at reads when somebody
 * does, as does one that slept over midnight or was cut off.
 *
 * @param {() => Promise} read
 * @param {(userIds: number[]) => boolean} [concerns] whether a change is shown here
 * @returns {{isLive: boolean}} whether changes are heard at the moment
 */
export function usePlanChanges(read, concerns = () => true) {
    const bus = useService("bus_service");
    const state = useState({ isLive: true });
    let timer = null;
    let isReading = false;
    let isStale = false;
    let isUnmounted = false;
    let rest = REST;
    let lastRead = 0;
    let readOn = new Date().toDateString();

    const schedule = () => {
        isStale = true;
        if (timer || isReading || document.hidden || isUnmounted) {
            return;
        }
        const rested = Date.now() - lastRead;
        rest = rested < 2 * rest ? Math.min(2 * rest, LONGEST_REST) : REST;
        timer = browser.setTimeout(run, Math.max(SETTLE, rest - rested));
    };
    const run = async () => {
        timer = null;
        isStale = false;
        isReading = true;
        try {
            await read();
            readOn = new Date().toDateString();
        } catch (error) {
            // the connection comes back, and then it is read
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        } finally {
            isReading = false;
            lastRead = Date.now();
            if (isStale) {
                schedule();
            }
        }
    };
    const onChanged = ({ user_ids: userIds }) => concerns(userIds) && schedule();
    const onVisible = () => {
        if (!document.hidden && (isStale || readOn !== new Date().toDateString())) {
            schedule();
        }
    };

    bus.subscribe("crm_discipline.plan_changed", onChanged);
    document.addEventListener("visibilitychange", onVisible);
    useBus(bus, "BUS:DISCONNECT", () => (state.isLive = false));
    useBus(bus, "BUS:CONNECT", () => (state.isLive = true));
    useBus(bus, "BUS:RECONNECT", () => {
        state.isLive = true;
        schedule();
    });
    onWillUnmount(() => {
        isUnmounted = true;
        browser.clearTimeout(timer);
        document.removeEventListener("visibilitychange", onVisible);
        bus.unsubscribe("crm_discipline.plan_changed", onChanged);
    });
    return state;
}
