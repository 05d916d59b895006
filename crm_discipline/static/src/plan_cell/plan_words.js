import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/**
 * A counter: a target with its progress, or the sum of several, as the server's
 * `crm_plan_board.py` says.
 *
 * @typedef {Object} Counter
 * @property {number} [id]
 * @property {number[]} target_ids
 * @property {string} metric
 * @property {"count" | "sum" | "money"} unit
 * @property {number | false} currency_id
 * @property {number} target
 * @property {number} actual
 * @property {number} remaining
 * @property {number} pending
 * @property {number} progress in percent
 * @property {"ahead" | "on_track" | "behind" | "at_risk" | false} pace
 * @property {number} expected by today
 * @property {number} projected at the end
 * @property {string | false} error
 * @property {Counter[]} [by_currency]
 */

/** How the paces are told apart without their colours. */
const SIGNS = {
    reached: "fa-check",
    ahead: "fa-angle-double-up",
    on_track: "fa-arrow-right",
    behind: "fa-arrow-down",
    at_risk: "fa-exclamation-triangle",
    error: "fa-chain-broken",
    none: "fa-clock-o",
};

/** @returns {keyof SIGNS} how a counter stands; reached goes before any pace */
export function getStanding(counter) {
    if (counter.error) {
        return "error";
    }
    if (counter.progress >= 100) {
        return "reached";
    }
    return counter.pace || "none";
}

/** @returns {{standing: string, sign: string, word: string}} */
export function getPace(counter) {
    const standing = getStanding(counter);
    const words = {
        reached: _t("Reached"),
        ahead: _t("Ahead"),
        on_track: _t("On track"),
        behind: _t("Behind"),
        at_risk: _t("At risk"),
        error: _t("Not computable"),
        none: _t("Not begun"),
    };
    return { standing, sign: SIGNS[standing], word: words[standing] };
}

/** Write an amount of a counter: whole numbers for what is counted, the company's money for money. */
export function formatAmount(counter, amount) {
    if (counter.unit === "money" && counter.currency_id) {
        return formatCurrency(Math.round(amount), counter.currency_id, { digits: [16, 0] });
    }
    const isWhole = counter.unit === "count" || Number.isInteger(amount);
    return formatFloat(isWhole ? Math.round(amount) : amount, {
        digits: [16, isWhole ? 0 : 1],
    });
}

/** “of 10” */
export function sayTarget(counter) {
    return _t("of %s", formatAmount(counter, counter.target));
}

/** “5 left”, and beyond the target “2 more” */
export function sayRemaining(counter) {
    if (counter.actual > counter.target) {
        return _t("%s more", formatAmount(counter, counter.actual - counter.target));
    }
    return _t("%s left", formatAmount(counter, counter.remaining));
}

/**
 * “Behind · 13 expected by now”, “On track · 25 expected by 11/30”
 *
 * @param {Counter} counter
 * @param {string} [dateTo] the last day of the period
 */
export function sayPace(counter, dateTo) {
    const { standing, word } = getPace(counter);
    if (standing === "error") {
        return _t("Not computable: %s", counter.error);
    }
    if (standing === "behind" || standing === "at_risk") {
        const expected = formatAmount(counter, Math.floor(counter.expected + 1e-9));
        return _t("%(pace)s · %(amount)s expected by now", { pace: word, amount: expected });
    }
    if (dateTo && (standing === "on_track" || standing === "ahead")) {
        return _t("%(pace)s · %(amount)s expected by %(date)s", {
            pace: word,
            amount: formatAmount(counter, counter.projected),
            date: formatDate(deserializeDate(dateTo)),
        });
    }
    return word;
}

/** All of a counter in one sentence, for who hears rather than sees. */
export function describe(counter) {
    return `${counter.metric}: ${describeProgress(counter)}`;
}

/** The same without what it counts. */
export function describeProgress(counter) {
    if (counter.error) {
        return sayPace(counter);
    }
    const actual = formatAmount(counter, counter.actual);
    return `${actual} ${sayTarget(counter)}, ${sayRemaining(counter)}. ${sayPace(counter)}`;
}
