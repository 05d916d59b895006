import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/**
 * A row of the board, or a sum, as the server's `crm_discipline_board.py` says.
 *
 * @typedef {Object} BoardRow
 * @property {number|false|null} user_id false: nobody's; null: a sum
 * @property {string} user
 * @property {Object<string, number[]>} figures
 * @property {number} hours working hours of the days ahead
 * @property {number} days working days of them, of all people of a sum
 * @property {Object<number, Object>} cells counters by metric
 * @property {number} at_risk
 */

/** @returns {number|null} a quotient; null where there is nothing to divide by */
export function share(part, whole) {
    return whole ? part / whole : null;
}

export const formatNumber = (value) => formatFloat(value, { digits: [16, 0] });

/** “1.8 a day”, and a dash where no day is worked */
export function formatPerDay(value) {
    return value === null ? "–" : _t("%s a day", formatFloat(value, { digits: [16, 1] }));
}

/** “82 %”, and a dash where nothing is known */
export function formatShare(value) {
    return value === null ? "–" : _t("%s %", formatNumber(Math.round(value * 100)));
}

/** “38 min”, “1 h 05 min” */
export function formatMinutes(minutes) {
    const whole = Math.round(minutes);
    if (whole < 60) {
        return keepUnits(_t("%s min", whole));
    }
    const rest = String(whole % 60).padStart(2, "0");
    const hours = Math.floor(whole / 60);
    return keepUnits(_t("%(hours)s h %(minutes)s min", { hours, minutes: rest }));
}

/** In a narrow column a number and its unit stay on one line. */
const keepUnits = (text) => String(text).replace(/(\d) /g, "$1\u00a0");

export function formatMoney(amount, currencyId) {
    return formatCurrency(Math.round(amount), currencyId, { digits: [16, 0] });
}

/** @param {BoardRow} row */
export const getLoad = (row) => share(row.figures.ahead_meetings[1], row.hours);
/** @param {BoardRow} row planned meetings and calls a working day */
export const getPerDay = ({ figures, days }) =>
    share(figures.ahead_meetings[0] + figures.ahead_calls[0], days);
/** @param {BoardRow} row */
export const getComplete = ({ figures }) =>
    share(figures.asked[0] - figures.missing[0], figures.asked[0]);
/** @param {BoardRow} row time in the CRM a day, in minutes */
export const getTime = ({ figures }) =>
    figures.time ? share(figures.time[0] * 60, figures.time[1]) : null;

/** What a row is sorted by, for each column; metrics by their progress. */
export const SORTS = {
    user: (row) => row.user,
    load: getLoad,
    complete: getComplete,
    held: (row) => row.figures.held[0],
    won: (row) => row.figures.won[1] || row.figures.won[0],
    handled: (row) => row.figures.handled[0],
    time: getTime,
    needs: (row) => getNeeds(row).reduce((sum, need) => sum + need.count, 0),
};

/**
 * Sort rows by a column; what is unknown comes last either way.
 *
 * @param {BoardRow[]} rows
 * @param {{column: string, descending: boolean}} sort
 */
export function sortRows(rows, { column, descending }) {
    const getValue = SORTS[column] || ((row) => row.cells[column]?.progress ?? null);
    const direction = descending ? -1 : 1;
    return [...rows].sort((one, other) => {
        const [a, b] = [getValue(one), getValue(other)];
        if (a === null || b === null) {
            return (a === null) - (b === null);
        }
        return direction * (typeof a === "string" ? a.localeCompare(b) : a - b);
    });
}

/**
 * What asks for the supervisor's attention in a row, each with the figure that it opens.
 *
 * @returns {{key: string, count: number, text: string}[]}
 */
export function getNeeds({ figures, at_risk: atRisk }) {
    const of = (key) => figures[key][0];
    return [
        {
            key: "meetings_waiting",
            count: of("meetings_waiting"),
            text: _t("%s without a result", of("meetings_waiting")),
        },
        {
            key: "missed_calls",
            count: of("missed_calls"),
            text: _t("Calls to return: %s", of("missed_calls")),
        },
        { key: "targets_at_risk", count: atRisk, text: _t("%s at risk", atRisk) },
        { key: "overdue", count: of("overdue"), text: _t("%s overdue", of("overdue")) },
        { key: "requests", count: of("requests"), text: _t("Requests: %s", of("requests")) },
        {
            key: "calls_to_process",
            count: of("calls_to_process"),
            text: _t("To process: %s", of("calls_to_process")),
        },
        {
            key: "clients_idle",
            count: of("clients_idle"),
            text: _t("%s without a next step", of("clients_idle")),
        },
    ].filter((need) => need.count);
}

const PACES = ["at_risk", "behind", "on_track", "ahead"];

/**
 * @param {{id: number}[]} metrics
 * @param {Object<number, Object>} totals counters by metric
 * @returns {{id: number}|undefined} the metric whose sum goes worst, the first of several
 */
export function getWorst(metrics, totals) {
    const rank = ({ id }) => {
        const at = PACES.indexOf(totals[id]?.pace);
        return at < 0 ? PACES.length : at;
    };
    return [...metrics].sort((one, other) => rank(one) - rank(other))[0];
}

/** @returns {string} the points of a polyline in a box of 100 by 100 */
export function getSparkline(values) {
    const most = Math.max(...values, 1);
    const step = 100 / (values.length - 1);
    return values
        .map((value, at) => `${(at * step).toFixed(1)},${(96 - (92 * value) / most).toFixed(1)}`)
        .join(" ");
}
