"""How targets go, by the days that are worked: arithmetic that was written for the check alone."""

import math
from typing import NamedTuple


class Course(NamedTuple):
    """What is told of a target besides what it counts, and of several the sums."""

    remaining: float
    progress: float
    expected: float
    projected: float
    days: int
    days_left: int
    pace: str
    due: float
    has_begun: bool = True


def get_course(target, actual, days, today, is_sum, has_begun):
    """Return the :class:`Course` of a target.

    >>> days = [1, 2, 3, 4]
    >>> [get_course(8, actual, days, 3, False, True).pace for actual in (1, 2, 4, 9)]
    ['at_risk', 'behind', 'on_track', 'ahead']
    >>> get_course(8, 2, days, 3, False, True)[:6]
    (6.0, 25.0, 4.0, 2.67, 4, 2)
    >>> get_course(8, 7, days, 5, False, True).pace, get_course(8, 0, days, 1, False, True).pace
    ('at_risk', 'on_track')

    :param days: those that are worked of the target's own time, which has begun or not
    """
    passed = sum(day < today for day in days)
    worked = passed + (today in days)
    expected = target * passed / len(days) if days else target
    # half a deal can't be late
    due = expected if is_sum else int(expected + 1e-9)
    return Course(
        remaining=_round(target - min(target, actual), 2),
        progress=_round(100.0 * actual / target, 1) if target else 100.0,
        expected=_round(expected, 2) if has_begun else 0.0,
        projected=_round(actual * len(days) / worked if worked and has_begun else actual, 2),
        days=len(days),
        days_left=len(days) - passed,
        pace=_get_pace(target, actual, expected, due, len(days), passed) if has_begun else "",
        due=due if has_begun else 0.0,
        has_begun=has_begun,
    )


def add_up(targets, actuals, courses):
    """Return the :class:`Course` of several targets together, by the days of who works most.

    Of them is due what is due of each.

    >>> slow = get_course(8, 1, [1, 2, 3, 4], 3, False, True)
    >>> quick = get_course(2, 9, [3, 4], 3, False, True)
    >>> add_up([8, 2], [1, 9], [slow, quick])[:7]
    (7.0, 100.0, 4.0, 19.33, 4, 2, 'ahead')
    """
    target, actual = sum(targets), sum(actuals)
    expected = sum(course.expected for course in courses)
    most = max(courses, key=lambda course: course.days)
    # as many of those days are over as what is expected stands for
    passed = most.days * expected / target if target else most.days - most.days_left
    due = sum(course.due for course in courses)
    now = expected if target and most.days else target
    return Course(
        remaining=sum(course.remaining for course in courses),
        progress=100.0 * actual / target if target else 100.0,
        expected=expected,
        projected=sum(course.projected for course in courses),
        days=most.days,
        days_left=most.days_left,
        pace=_get_pace(target, actual, now, due, most.days, passed) if most.has_begun else "",
        due=due,
        has_begun=most.has_begun,
    )


def _get_pace(target, actual, expected, due, days, passed):
    """Return ``at_risk`` where each day left would ask for more than half again what the plan asks."""
    a_day = target / days if days else target
    left = days - passed
    if actual >= target:
        return "ahead" if actual > target or left > 0 else "on_track"
    if actual >= due:
        return "ahead" if actual >= expected + 2 * a_day else "on_track"
    return "at_risk" if left <= 0 or target - actual > 1.5 * a_day * left else "behind"


def _round(number, digits):
    """Round as fields do, half of the last digit up.

    >>> _round(1.875, 2), _round(0.125, 2), _round(33.3333, 1)
    (1.88, 0.13, 33.3)
    """
    times = 10**digits
    return math.floor(number * times + 0.5 + 1e-9) / times
