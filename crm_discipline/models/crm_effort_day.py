"""The working day by which time in the CRM is measured: "how much of the day goes into it"."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

# leave is often entered afterwards: so many days back are computed again every night
_DAYS_BACK = 14
# whom the night job fills days for: who was measured lately
_RECENT_DAYS = 30


class CrmEffortDay(models.Model):
    """How long a user was to work on one day, by the working calendar without leave."""

    _name = "crm.effort.day"
    _description = "Working Day of Time in the CRM"
    _log_access = False
    _order = "day desc, id desc"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", help="The user's own company."
    )
    day = fields.Date(required=True)
    work_seconds = fields.Float(required=True)

    _user_day_unique = models.UniqueIndex("(user_id, day)")
    _day_index = models.Index("(day, company_id)")

    @api.model
    def _fill(self, users, days):
        """Compute the working time of these days where it is not known yet."""
        missing = set(days)
        self.env.cr.execute(
            SQL(
                """
                SELECT day FROM crm_effort_day
                 WHERE user_id = ANY(%s) AND day = ANY(%s)
              GROUP BY day HAVING COUNT(*) = %s
                """,
                users.ids,
                list(missing),
                len(users),
            )
        )
        missing.difference_update(day for (day,) in self.env.cr.fetchall())
        if missing:
            self._compute_days_sudo(users, min(missing), max(missing), only=missing)

    @api.model
    def _cron_fill_days(self):
        """Fill the last days of everyone who is measured, those without any time included."""
        today = fields.Date.today()
        self.env.cr.execute(
            SQL(
                """
                SELECT company_id, MIN(day), ARRAY_AGG(DISTINCT user_id)
                  FROM crm_effort WHERE day >= %s
              GROUP BY company_id
                """,
                today - timedelta(days=_RECENT_DAYS),
            )
        )
        for company_id, first, user_ids in self.env.cr.fetchall():
            company = self.env["res.company"].browse(company_id)
            if company.discipline_track_effort:
                users = self.env["res.users"].browse(user_ids).exists()
                users = users.filtered(lambda user, company=company: user.company_id == company)
                first = max(first, today - timedelta(days=_DAYS_BACK))
                self._compute_days_sudo(users, first, today - timedelta(days=1))

    def _compute_days_sudo(self, users, first, last, only=None):
        """Write the working time of each day from ``first`` to ``last``, or of those in ``only``.

        As superuser: a salesperson reads neither colleagues' leave nor, always, the own calendar.
        """
        rows = []
        by_calendar = defaultdict(lambda: self.env["res.users"].sudo())
        for user in users.sudo():
            calendar = user.resource_calendar_id or user.company_id.resource_calendar_id
            by_calendar[calendar, user.company_id] |= user
        for (calendar, company), members in by_calendar.items():
            if not calendar:
                continue
            zone = pytz.timezone(company.discipline_tz)
            start = zone.localize(datetime.combine(first, time.min))
            stop = zone.localize(datetime.combine(last + timedelta(days=1), time.min))
            resources = members.resource_ids.filtered(
                lambda resource, company=company: resource.company_id == company
            )
            worked = calendar._work_intervals_batch(start, stop, resources)
            for user in members:
                own = resources.filtered(lambda resource, user=user: resource.user_id == user)[:1]
                seconds = defaultdict(float)
                for begin, end, _meta in worked[own.id]:
                    seconds[begin.astimezone(zone).date()] += (end - begin).total_seconds()
                rows += [
                    (user.id, company.id, day, seconds[day])
                    for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
                    if only is None or day in only
                ]
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_effort_day (user_id, company_id, day, work_seconds)
                    VALUES %s
                    ON CONFLICT (user_id, day) DO UPDATE SET work_seconds = EXCLUDED.work_seconds
                     WHERE crm_effort_day.work_seconds <> EXCLUDED.work_seconds
                    """,
                    SQL(", ").join(rows),
                )
            )
            self.invalidate_model()
