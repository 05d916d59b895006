"""The days on which people work, by Odoo's calendars."""

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, models

from ..tools import plan_period


class CrmPlan(models.Model):
    _inherit = "crm.plan"

    @api.model
    def _get_working_days(self, asked):
        """Return the days on which people work, by Odoo's calendars, leaves left out.

        A day counts if any of it is worked. A person's own calendar and leaves are those of their
        resource in the company; who has none works by the company's calendar.

        :param asked: set of (company id, user id, first day, last day)
        :return: ``{one of asked: sorted list of days}``
        """
        found = {}
        by_company = defaultdict(set)
        for company_id, user_id, first, last in asked:
            by_company[company_id].add((user_id, first, last))
        # in sudo: everybody may know how many working days a plan has
        Company = self.env["res.company"].sudo()
        Resource = self.env["resource.resource"].sudo()
        resources = Resource.search(
            [
                ("user_id", "in", [user_id for _company, user_id, *_days in asked if user_id]),
                ("company_id", "in", list(by_company)),
            ],
            order="id",
        )
        resource_of = {
            (resource.company_id.id, resource.user_id.id): resource for resource in resources
        }
        for company_id, wanted in by_company.items():
            company = Company.browse(company_id)
            grouped = defaultdict(lambda: defaultdict(list))
            for user_id, first, last in wanted:
                resource = resource_of.get((company_id, user_id), Resource)
                calendar = resource.calendar_id or company.resource_calendar_id
                grouped[calendar, first, last][resource].append(user_id)
            for (calendar, first, last), users_of in grouped.items():
                people = Resource.union(*users_of)
                days_of = self._list_working_days(company, calendar, people, first, last)
                for resource, user_ids in users_of.items():
                    for user_id in user_ids:
                        found[company_id, user_id, first, last] = days_of[resource.id]
        return found

    @api.model
    def _list_working_days(self, company, calendar, resources, first, last):
        """Return ``{resource id, False for nobody's own: sorted list of days}``."""
        tz = pytz.timezone(company.discipline_tz or "UTC")
        every_day = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if not calendar or calendar.flexible_hours:
            # who works at any time works on the days from Monday to Friday
            weekdays = [day for day in every_day if day.weekday() < 5]
            return dict.fromkeys([False, *resources.ids], weekdays)
        start, stop = plan_period.get_utc_borders(first, last, tz.zone)
        intervals = calendar._work_intervals_batch(
            pytz.utc.localize(start),
            pytz.utc.localize(stop),
            resources,
            # (Odoo adds to this as to a list)
            domain=[("company_id", "in", [company.id, False]), ("time_type", "=", "leave")],
            tz=tz,
        )
        return {
            resource_id: sorted(
                {
                    day
                    for begins, ends, _attendance in work
                    for day in every_day
                    if begins.date() <= day <= (ends - timedelta(microseconds=1)).date()
                }
            )
            for resource_id, work in intervals.items()
        }
