import { onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { useBus, useService } from "@web/core/utils/hooks";
import { LiveReader } from "./live_reader";
import { VersionWatch } from "./version_watch";

/**
 * Reads anew when figures of plans have changed, after a lost connection, and when a tab is looked at
 * again that missed a change or slept over midnight.
 *
 * @param {() => Promise} read
 * @param {(userIds: number[]) => boolean} [concerns] whether a change is shown here
 * @param {() => Promise<any>} [askVersion] for what is not announced: a version that changes with it
 * @returns {{isLive: boolean}} whether changes are heard at the moment
 */
export function usePlanChanges(read, concerns = () => true, askVersion = null) {
    const bus = useService("bus_service");
    const state = useState({ isLive: true });
    const reader = new LiveReader(read);
    const onChanged = ({ user_ids: userIds }) => concerns(userIds) && reader.announce();
    const watch = askVersion && new VersionWatch(askVersion, () => reader.announce());
    const onVisible = () => {
        reader.wake();
        watch?.look();
    };
    bus.subscribe("crm_discipline.plan_changed", onChanged);
    document.addEventListener("visibilitychange", onVisible);
    const onLost = () => (state.isLive = false);
    // a connection that the browser itself took for lost is opened as a first one, not as a renewed one
    const onConnected = () => {
        const missed = !state.isLive;
        state.isLive = true;
        return missed && reader.announce();
    };
    useBus(bus, "BUS:DISCONNECT", onLost);
    useBus(bus, "BUS:CONNECT", onConnected);
    useBus(bus, "BUS:RECONNECT", onConnected);
    useExternalListener(window, "offline", onLost);
    // the bus is back seconds after the network: what was missed is not waited for
    useExternalListener(window, "online", () => reader.announce());
    onWillUnmount(() => {
        reader.stop();
        watch?.stop();
        document.removeEventListener("visibilitychange", onVisible);
        bus.unsubscribe("crm_discipline.plan_changed", onChanged);
    });
    return state;
}
