"""A series of meetings keeps what happened in its occurrences when it changes."""

import itertools

import pytz

from odoo import fields, models

from ..tools import automation


class CalendarRecurrence(models.Model):
    _inherit = "calendar.recurrence"

    settled_event_ids = fields.One2many(
        "calendar.event",
        "series_id",
        "Settled Occurrences",
        help="Occurrences that were held, cancelled or missed. They stand by themselves.",
    )

    def _apply_recurrence(self, *args, **kwargs):
        # occurrences repeat what a person saved and was told about once
        series = automation.as_automation(self)
        return super(CalendarRecurrence, series)._apply_recurrence(*args, **kwargs)

    def _reconcile_events(self, ranges):
        """Plan no occurrence anew where one has been settled already."""
        starts = {*self._get_settled().mapped("start")}
        # of the series that this one was made from
        starts.update(self.env.context.get("discipline_settled_starts") or ())
        return super()._reconcile_events(drop_nearest(ranges, starts) if starts else ranges)

    def _get_settled(self):
        return self.with_context(active_test=False).settled_event_ids

    def _move_base(self, old_start):
        """Begin these series at their first occurrence again, and end them when they ended before.

        :param old_start: when the base event that the number of occurrences counted from begins
        """
        for series in self:
            series._select_new_base_event()
            new_start = series.base_event_id.start
            if series.end_type == "count" and new_start and old_start:
                series.count = max(series.count - series._count_dates(old_start, new_start), 1)

    def _count_dates(self, start, stop):
        """Return how many dates of the rule lie from ``start`` to before ``stop``; negative when
        ``stop`` is the earlier."""
        if stop < start:
            return -self._count_dates(stop, start)
        timezone = pytz.utc if self._is_allday() else self._get_timezone()
        start, stop = (
            pytz.utc.localize(moment).astimezone(timezone).replace(tzinfo=None)
            for moment in (start, stop)
        )
        rule = self._get_rrule(dtstart=start).replace(count=None, until=None)
        return sum(date < stop for date in rule.between(start, stop, inc=True))


def drop_nearest(ranges, starts):
    """Return ``ranges`` without those that stand for the occurrences that began at ``starts``.

    A range stands for an occurrence when it is the nearest one, and nearer than half the way to
    its neighbours: a weekly series moved from Monday to Tuesday keeps last Monday's meeting and
    plans none for last Tuesday.

    :param ranges: iterable of (start, stop)
    :param starts: iterable of datetimes

    >>> from datetime import datetime
    >>> tuesdays = [(datetime(2026, 1, day, 9), datetime(2026, 1, day, 10)) for day in (6, 13, 20)]
    >>> [start.day for start, stop in drop_nearest(tuesdays, [datetime(2026, 1, 12, 9)])]
    [6, 20]
    >>> [start.day for start, stop in drop_nearest(tuesdays, [datetime(2025, 12, 29, 9)])]
    [6, 13, 20]
    """
    remaining = sorted(ranges)
    if not remaining:
        return remaining
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(remaining)]
    reach = min(gaps) / 2 if gaps else None
    for start in sorted(starts):
        if not remaining:
            break
        nearest = min(remaining, key=lambda candidate: abs(candidate[0] - start))
        distance = abs(nearest[0] - start)
        if distance < reach if reach is not None else nearest[0].date() == start.date():
            remaining.remove(nearest)
    return remaining
