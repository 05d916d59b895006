"""The periods of plans and the pace within them: plain functions, without the database.

A period runs from its first to its last day, both included. Where a day begins is the company's
time zone's to say.
"""

import math
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz

PERIODS = ("week", "month", "quarter", "year", "custom")
# Of the amount a day that the plan takes, what the days left may ask for before it is at risk.
_AT_RISK = 1.5
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Pace(NamedTuple):
    """How a target goes.

    ``state`` is ``ahead``, ``on_track``, ``behind`` or ``at_risk``, and None before the first day.
    ``expected`` is what the working days before today should have brought, ``due`` how much of it is
    late if it isn't there, ``projected`` what the period ends with at this pace, None before there is one.
    """

    state: str | None
    expected: float
    projected: float | None
    due: float


def get_period(period, day, year_starts=(1, 1), week_starts=0):
    """Return the first and the last day of the period that ``day`` is in.

    >>> get_period("month", date(2028, 2, 10))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    >>> get_period("week", date(2027, 1, 1))
    (datetime.date(2026, 12, 28), datetime.date(2027, 1, 3))
    >>> get_period("quarter", date(2026, 5, 1), year_starts=(4, 1))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    >>> get_period("year", date(2026, 3, 31), year_starts=(4, 1))
    (datetime.date(2025, 4, 1), datetime.date(2026, 3, 31))

    :param period: ``week``, ``month``, ``quarter``, ``year``, or ``custom``, which is the day itself
    :param year_starts: month and day of the fiscal year's first day
    :param week_starts: the week's first day, 0 for Monday
    """
    if period == "custom":
        return day, day
    if period == "week":
        first = day - timedelta(days=(day.weekday() - week_starts) % 7)
        return first, first + timedelta(days=6)
    if period == "month":
        first = day.replace(day=1)
        return first, _add_months(first, 1, 1) - timedelta(days=1)
    months = _MONTHS[period]
    month, starts = year_starts
    first = _safe_date(day.year, month, starts)
    if first > day:
        first = _safe_date(day.year - 1, month, starts)
    while (following := _add_months(first, months, starts)) <= day:
        first = following
    return first, following - timedelta(days=1)


def get_next_period(period, date_from, date_to, year_starts=(1, 1), week_starts=0):
    """Return the first and the last day of the period after one.

    One that was moved off the calendar's borders is followed by one of as many days.

    >>> get_next_period("month", date(2026, 1, 1), date(2026, 1, 31))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> get_next_period("custom", date(2026, 1, 5), date(2026, 1, 14))
    (datetime.date(2026, 1, 15), datetime.date(2026, 1, 24))
    """
    first = date_to + timedelta(days=1)
    regular = (date_from, date_to) == get_period(period, date_from, year_starts, week_starts)
    if period != "custom" and regular:
        return get_period(period, first, year_starts, week_starts)
    return first, first + (date_to - date_from)


def get_utc_borders(date_from, date_to, tz):
    """Return the moments between which the days lie, the second one excluded; naive UTC.

    Where the clocks skip midnight, the day begins when they go on.

    >>> get_utc_borders(date(2026, 3, 29), date(2026, 3, 29), "Europe/Prague")
    (datetime.datetime(2026, 3, 28, 23, 0), datetime.datetime(2026, 3, 29, 22, 0))
    >>> get_utc_borders(date(2026, 4, 24), date(2026, 4, 24), "Africa/Cairo")
    (datetime.datetime(2026, 4, 23, 22, 0), datetime.datetime(2026, 4, 24, 21, 0))
    """
    return _midnight(date_from, tz), _midnight(date_to + timedelta(days=1), tz)


def get_pace(target, actual, days, finished, today_works, is_whole, started=True, due=None):
    """Return the :class:`Pace` of a target.

    A whole target is compared with whole numbers: half a deal can't be late.

    >>> get_pace(20, 9, days=20, finished=10, today_works=True, is_whole=True).state
    'behind'
    >>> get_pace(20, 3, days=20, finished=10, today_works=True, is_whole=True).state
    'at_risk'
    >>> get_pace(3, 1, days=20, finished=10, today_works=True, is_whole=True)
    Pace(state='on_track', expected=1.5, projected=1.8181818181818181, due=1)
    >>> get_pace(20, 12, days=20, finished=10, today_works=True, is_whole=True).state
    'ahead'

    Of several together, what is due is what is due of each:

    >>> together = {"days": 20, "finished": 10, "today_works": True, "is_whole": True}
    >>> get_pace(6, 2, **together).state, get_pace(6, 2, **together, due=2).state
    ('behind', 'on_track')

    :param days: working days of the period
    :param finished: those before today
    :param today_works: whether today is one
    :param is_whole: whether the metric counts, rather than sums
    :param started: whether the period has begun
    :param due: what is late if it isn't there, where that is known
    """
    expected = target * finished / days if days else (target if started else 0.0)
    if not started:
        return Pace(None, 0.0, None, 0.0)
    elapsed = finished + bool(today_works)
    projected = actual * days / elapsed if elapsed else None
    if due is None:
        due = math.floor(expected + 1e-9) if is_whole else expected
    a_day = target / days if days else target
    left = days - finished
    if actual >= target:
        state = "ahead" if actual > target or left > 0 else "on_track"
    elif actual >= due:
        state = "ahead" if actual >= expected + 2 * a_day else "on_track"
    elif left <= 0 or target - actual > _AT_RISK * a_day * left:
        state = "at_risk"
    else:
        state = "behind"
    return Pace(state, expected, projected, due)


def get_progress(target, actual):
    """Return how much of a target is reached, in percent; nothing to reach is reached.

    >>> get_progress(10, 5), get_progress(0, 0), get_progress(10, 12)
    (50.0, 100.0, 120.0)
    """
    return 100.0 * actual / target if target else 100.0


def split(amount, weights, is_whole):
    """Return ``amount`` in parts by weight, which add up to it.

    >>> split(10, [1, 2], is_whole=True), split(10, [0, 0], is_whole=True)
    ([3, 7], [0, 0])
    >>> split(5, [1, 1, 1], is_whole=True)
    [2, 1, 2]
    """
    total = sum(weights)
    parts, given, passed = [], 0.0, 0.0
    for weight in weights:
        passed += weight
        upto = amount * passed / total if total else 0.0
        upto = math.floor(upto + 0.5) if is_whole else upto
        parts.append(upto - given)
        given = upto
    return [int(part) for part in parts] if is_whole else parts


def _midnight(day, tz):
    zone = pytz.timezone(tz or "UTC")
    moment = datetime.combine(day, time.min)
    try:
        local = zone.localize(moment, is_dst=None)
    except pytz.AmbiguousTimeError:
        local = zone.localize(moment, is_dst=True)
    except pytz.NonExistentTimeError:
        # read with the offset before the change it is the moment of the change
        local = zone.localize(moment, is_dst=False)
    return local.astimezone(pytz.utc).replace(tzinfo=None)


def _add_months(day, months, starts):
    month = day.month - 1 + months
    return _safe_date(day.year + month // 12, month % 12 + 1, starts)


def _safe_date(year, month, day):
    """Return a date, the month's last when the day is none of it (29 February)."""
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day, last))
