"""How many hours and days salespeople work in the days ahead, by Odoo's calendars."""

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain


class CrmDisciplineBoard(models.AbstractModel):
    _inherit = "crm.discipline.board"

    @api.model
    def _get_working_time(self, user_ids, start, stop):
        """Return how long each user works between two moments, leaves left out, and on how many days.

        Who has no leave of their own shares the hours of their calendar with all others.

        :param start: naive UTC
        :return: ``{user id: (hours, days)}``
        """
        company = self.env.company.sudo()
        # in sudo: how long a colleague works is known to everybody; why they do not is not read
        resources = (
            self.env["resource.resource"]
            .sudo()
            .search_fetch(
                [("user_id", "in", list(user_ids)), ("company_id", "=", company.id)],
                ["user_id", "calendar_id"],
                order="id",
            )
        )
        resource_of = {resource.user_id.id: resource for resource in resources}
        away = (
            self.env["resource.calendar.leaves"]
            .sudo()
            ._read_group(
                Domain("resource_id", "in", resources.ids)
                & Domain("date_from", "<", stop)
                & Domain("date_to", ">", start),
                ["resource_id"],
            )
        )
        away_ids = {resource.id for (resource,) in away}
        members = defaultdict(list)
        for user_id in user_ids:
            resource = resource_of.get(user_id, resources.browse())
            members[resource.calendar_id or company.resource_calendar_id].append(
                (user_id, resource if resource.id in away_ids else resources.browse())
            )
        found = {}
        for calendar, people in members.items():
            worked = self._list_working_time(
                calendar, resources.union(*(resource for _user, resource in people)), start, stop
            )
            found.update({user_id: worked[resource.id] for user_id, resource in people})
        return found

    @api.model
    def _list_working_time(self, calendar, resources, start, stop):
        """Return ``{resource id, False for nobody's own: (hours, days)}``."""
        tz = pytz.timezone(self.env.company._get_plan_tz())
        if not calendar or calendar.flexible_hours:
            # who works at any time works a day's hours from Monday to Friday
            days = [start + timedelta(days=n) for n in range((stop - start).days)]
            a_day = calendar.hours_per_day if calendar else 8.0
            worked = sum(day.weekday() < 5 for day in days)
            return dict.fromkeys([False, *resources.ids], (a_day * worked, worked))
        intervals = calendar._work_intervals_batch(
            pytz.utc.localize(start),
            pytz.utc.localize(stop),
            resources,
            # (Odoo adds to this as to a list)
            domain=[
                ("company_id", "in", [self.env.company.id, False]),
                ("time_type", "=", "leave"),
            ],
            tz=tz,
        )
        return {resource_id: _add_up(work) for resource_id, work in intervals.items()}


def _add_up(intervals):
    """Return how many hours intervals hold, and on how many days."""
    hours, days = 0.0, set()
    for begin, end, _what in intervals:
        hours += (end - begin).total_seconds() / 3600
        days.add(begin.date())
    return hours, len(days)
