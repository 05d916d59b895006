"""An occurrence of a series: what happened leaves it, so that no change of the series takes it away."""

from odoo import models
from odoo.exceptions import UserError

from .calendar_event import OUTCOME_FIELDS, SETTLED


# a series is a concept of its own, apart from what a meeting is
class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    def _is_outcome_in_series_update(self, vals):
        return (
            vals.get("recurrence_update") in ("all_events", "future_events")
            and not vals.keys().isdisjoint(OUTCOME_FIELDS)
            and len(self) == 1
            and bool(self.recurrence_id)
        )

    def _write_outcome_of_one(self, vals):
        """Write a change of a whole series in which one occurrence also got its outcome.

        What came of a meeting is of this occurrence alone; the rest is of the others, too.
        """
        if (self._get_time_fields() | self._get_recurrent_fields() | {"recurrency"}) & vals.keys():
            raise UserError(
                self.env._(
                    "What came of a meeting belongs to one occurrence. Save it with “This event”, "
                    "then change the time of the others."
                )
            )
        others = self.recurrence_id.calendar_event_ids - self
        if vals["recurrence_update"] == "future_events":
            others = others.filtered(lambda event: event.start > self.start)
        self.write({**vals, "recurrence_update": "self_only"})
        common = {fname: value for fname, value in vals.items() if fname not in OUTCOME_FIELDS}
        if others and len(common) > 1:
            # one of them changes all, as if the user had opened it
            others.sorted("start")[0].write(common)
        return True

    def _get_settling(self, vals):
        """Return the occurrences of a series that ``vals`` settle."""
        if vals.get("meeting_status") not in SETTLED:
            return self.browse()
        return self.filtered("recurrence_id")

    def _leave_series(self):
        """Take settled occurrences out of their series.

        A change of a whole series archives its occurrences and makes them anew; what has happened
        must not vanish with them.
        """
        for recurrence, events in self.grouped("recurrence_id").items():
            first = recurrence.base_event_id
            events.write(
                {
                    "series_id": recurrence.id,
                    "recurrence_id": False,
                    "recurrency": False,
                    "follow_recurrence": False,
                }
            )
            if first in events and recurrence.calendar_event_ids:
                recurrence._move_base(first.start)

    def _return_to_series(self):
        """Put occurrences that are planned again back into the series they came from."""
        for recurrence, events in self.filtered("series_id").grouped("series_id").items():
            first = recurrence.base_event_id
            events.write(
                {
                    "series_id": False,
                    "recurrence_id": recurrence.id,
                    "recurrency": True,
                    "follow_recurrence": True,
                }
            )
            if any(event.start < first.start for event in events):
                recurrence._move_base(first.start)

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        first = self.recurrence_id.base_event_id
        settled = self.recurrence_id._get_settled()
        result = super(CalendarEvent, self._keeping(settled))._rewrite_recurrence(
            values, time_values, recurrence_values
        )
        # the series was made anew
        settled.series_id = first.recurrence_id
        return result

    def _update_future_events(self, values, time_values, recurrence_values):
        start = self.start
        settled = self.recurrence_id._get_settled().filtered(lambda event: event.start >= start)
        result = super(CalendarEvent, self._keeping(settled))._update_future_events(
            values, time_values, recurrence_values
        )
        settled.series_id = self.recurrence_id
        return result

    def _keeping(self, settled):
        """Return this occurrence so that a change of its series plans none of ``settled`` anew."""
        return self.with_context(discipline_settled_starts=tuple(settled.mapped("start")))
