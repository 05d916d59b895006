import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** “today 2:30 PM”, “yesterday 9:00 AM”, “Nov 3, 9:00 AM” */
export function sayWhen(moment) {
    const when = deserializeDateTime(moment);
    const time = when.toLocaleString(DateTime.TIME_SIMPLE);
    if (when.hasSame(DateTime.now(), "day")) {
        return _t("today %s", time);
    }
    if (when.hasSame(DateTime.now().minus({ days: 1 }), "day")) {
        return _t("yesterday %s", time);
    }
    return toLocaleDateTimeString(when, { showSeconds: false });
}
