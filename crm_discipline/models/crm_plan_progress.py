"""How far targets are: computed when it is read, by one grouped query for all targets that share
a metric, a company and a period.

The query runs with all rights and the company's time zone, so the figure is the same whoever looks.
What a click opens is the same condition as a part of the reader's own search.
"""

from collections import defaultdict
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import plan_period
from .crm_plan_metric import MetricError


class Course(NamedTuple):
    """Of one target: the days on which its user works in the period."""

    working: list
    days: int
    finished: int  # those before today
    today: date
    started: bool


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    actual = fields.Float(
        compute="_compute_actual", digits=(16, 2), help="What counts so far, on this day and now."
    )
    pending = fields.Float(
        compute="_compute_actual",
        digits=(16, 2),
        help="What would count if its data were complete.",
    )
    remaining = fields.Float(compute="_compute_remaining", digits=(16, 2))
    progress = fields.Float(
        compute="_compute_remaining", digits=(16, 1), help="In percent of the target."
    )
    problem = fields.Char(
        "Not Computable", compute="_compute_actual", help="Why the target can't be computed."
    )
    pace = fields.Selection(
        [
            ("ahead", "Ahead"),
            ("on_track", "On Track"),
            ("behind", "Behind"),
            ("at_risk", "At Risk"),
        ],
        compute="_compute_pace",
    )
    expected = fields.Float(
        compute="_compute_pace",
        digits=(16, 2),
        help="What the working days before today should have brought.",
    )
    projected = fields.Float(
        "Expected End", compute="_compute_pace", digits=(16, 2), help="The end at this pace."
    )
    days_left = fields.Integer(
        "Working Days Left", compute="_compute_pace", help="Working days from today on."
    )

    @api.depends("plan_id", "user_id", "metric_id")
    def _compute_actual(self):
        self.actual = self.pending = 0.0
        self.problem = False
        selects, targets_of = [], []
        for (metric, measured), by_user in self._group_by_measured().items():
            users = self.env["res.users"].browse(by_user)
            try:
                select = self._select_counts(metric, measured, users)
            except MetricError as error:
                self.browse(chain.from_iterable(by_user.values())).problem = error.reason
                continue
            selects.append(SQL("(SELECT %s, counted.* FROM (%s) counted)", len(selects), select))
            targets_of.append(by_user)
        if not selects:
            return
        # what cannot be seen from one metric to the next is one request to the database
        actual, pending = defaultdict(list), defaultdict(list)
        for number, user_id, counted, waiting in self.env.execute_query(
            SQL(" UNION ALL ").join(selects)
        ):
            target_ids = targets_of[number][user_id]
            actual[float(counted)] += target_ids
            pending[float(waiting)] += target_ids
        # many have the same: to write once for all of them costs less than the counting otherwise
        for amount, ids in actual.items():
            self.browse(ids).actual = amount
        for amount, ids in pending.items():
            self.browse(ids).pending = amount

    def _group_by_measured(self):
        """Return the targets that share a metric, a company and a period:
        ``{(metric, what _get_measured returns): {user id: [target id]}}``.

        A user has several where a plan runs and a draft is of the same days.
        """
        found, of_plan = {}, {}
        keys = zip(self._list_ids("plan_id"), self._list_ids("metric_id"), strict=True)
        for target_id, user_id, key in zip(self._ids, self._list_ids("user_id"), keys, strict=True):
            if key not in of_plan:
                plan_id, metric_id = key
                measured = self.env["crm.plan"].browse(plan_id)._get_measured()
                metric = self.env["crm.plan.metric"].browse(metric_id)
                of_plan[key] = found.setdefault((metric, measured), defaultdict(list))
            of_plan[key][_get_origin_id(user_id)].append(target_id)
        return found

    def _list_ids(self, fname):
        """Return the id that each of the targets has in a many2one field.

        Of hundreds of targets, to ask each record would take as long as PostgreSQL to count.
        """
        cache = self._fields[fname]._get_cache(self.env)
        if all(target_id in cache for target_id in self._ids):
            return [cache[target_id] for target_id in self._ids]
        return [target[fname].id for target in self]

    @api.depends("target", "actual")
    def _compute_remaining(self):
        for target in self:
            target.remaining = max(0.0, target.target - target.actual)
            target.progress = (
                0.0 if target.problem else plan_period.get_progress(target.target, target.actual)
            )

    @api.depends("target", "actual", "joined_on", "left_on")
    def _compute_pace(self):
        self._set_pace(self._get_courses())

    def _set_pace(self, courses):
        """Say how targets go.

        :param courses: what :meth:`_get_courses` returns
        """
        for target, course in courses.items():
            target.days_left = course.days - course.finished
            if target.problem:
                target.pace, target.expected, target.projected = False, 0.0, 0.0
                continue
            pace = target._get_pace(course, target.target, target.actual)
            target.pace = pace.state or False
            target.expected = pace.expected
            target.projected = pace.projected if pace.projected is not None else target.actual

    def _get_pace(self, course, target, actual, due=None):
        return plan_period.get_pace(
            target,
            actual,
            days=course.days,
            finished=course.finished,
            today_works=course.today in course.working,
            is_whole=not self._is_fractional(),
            started=course.started,
            due=due,
        )

    def _get_courses(self):
        """Return the :class:`Course` of each target: ``{target: course}``."""
        found = {}
        today = {company: company._get_plan_today() for company in self.company_id}
        for target, days in self._get_plan_days().items():
            first = max(filter(None, (target.date_from, target.joined_on)))
            last = min(filter(None, (target.date_to, target.left_on)))
            now = today[target.company_id]
            working = [day for day in days if first <= day <= last]
            found[target] = Course(
                working=working,
                days=len(working),
                finished=sum(1 for day in working if day < now),
                today=now,
                started=now >= first,
            )
        return found

    def _get_measured(self):
        """Return what the targets of a company and a period share."""
        self.ensure_one()
        return self.plan_id._get_measured()

    # ------------------------------------------------------------
    # THE DEFINITION IN SQL
    # ------------------------------------------------------------

    @api.model
    def _count(self, metric, measured, users, by_day=False):
        """Return ``{user id: (what counts, what is pending)}``, in one query.

        :param measured: what :meth:`_get_measured` returns
        :param by_day: by ``(user id, day of the company)`` instead
        :raise MetricError: when the metric can't be computed
        """
        return {
            (tuple(key) if by_day else key[0]): (float(counted), float(waiting))
            for *key, counted, waiting in self.env.execute_query(
                self._select_counts(metric, measured, users, by_day)
            )
        }

    @api.model
    def _select_counts(self, metric, measured, users, by_day=False):
        """Return the query that :meth:`_count` makes."""
        company, *_borders = measured
        tz = company._get_plan_tz()
        definition = metric._get_definition()
        counting = metric._get_counting(definition, tz)
        # (as one literal, which PostgreSQL reads faster than hundreds of numbers)
        user_ids = SQL("%s::int[]", f"{{{','.join(map(str, users.ids))}}}")
        at_home = SQL(
            "%s IN (SELECT id FROM res_users WHERE id = ANY(%s) AND company_id = %s)",
            counting.user,
            user_ids,
            company.id,
        )
        self.env["res.users"].flush_model(["company_id"])
        groups = counting.user
        if by_day:
            day = counting.moment
            if definition.is_moment:
                day = SQL("(timezone(%s, timezone('UTC', %s)))::date", tz, day)
            groups = SQL("%s, %s", groups, day)
        return SQL(
            "SELECT %s, %s, %s FROM %s WHERE %s AND %s AND %s GROUP BY %s",
            groups,
            counting.actual,
            counting.pending,
            counting.source,
            counting.condition,
            counting.is_of(
                SQL("%s", company.id),
                SQL("= ANY(%s)", user_ids),
                at_home,
            ),
            counting.is_between(self._get_borders(definition, measured)),
            SQL("1, 2") if by_day else SQL("1"),
        )

    @api.model
    def _get_borders(self, definition, measured):
        """Return SQL of the first value of the date field that counts, and of the first later."""
        _company, date_from, date_to, utc_from, utc_to = measured
        if definition.is_moment:
            return SQL("%s", utc_from), SQL("%s", utc_to)
        return SQL("%s", date_from), SQL("%s", date_to + timedelta(days=1))

    @api.model
    def _get_domain(self, definition, measured, users):
        """Return the domain of what counts for ``users``, complete or not: what ``_count`` counts,
        as a domain.

        A record without a company counts in the plans of its salesperson's own.
        """
        company, date_from, date_to, utc_from, utc_to = measured
        at_home = users.sudo().filtered(lambda user: user.company_id == company)
        whose = Domain(definition.user_field, "in", users.ids)
        if definition.has_company:
            whose &= Domain("company_id", "=", company.id) | (
                Domain("company_id", "=", False) & Domain(definition.user_field, "in", at_home.ids)
            )
        else:
            whose = Domain(definition.user_field, "in", at_home.ids)
        when = definition.date_field
        if definition.is_moment:
            period = Domain(when, ">=", utc_from) & Domain(when, "<", utc_to)
        else:
            period = Domain(when, ">=", date_from) & Domain(when, "<=", date_to)
        return definition.domain & whose & period

    def _get_records_domain(self, definition, pending=False):
        """Return the domain of the records behind the figure of this target, or behind the sum of
        those that share a metric, a company and a period."""
        domain = self._get_domain(definition, self[0]._get_measured(), self.user_id)
        counts = self.env["crm.plan.metric"]._get_counting_domain(definition)
        return domain & (~counts if pending else counts)

    def _get_definition_or_problem(self):
        """Return the metric's definition, or why there is none: ``(definition, problem)``."""
        try:
            return self.metric_id._get_definition(), None
        except MetricError as error:
            return None, error.reason


class CrmPlan(models.Model):
    _inherit = "crm.plan"

    def _get_measured(self):
        """Return what the plans of a company and a period share."""
        self.ensure_one()
        return self.company_id, self.date_from, self.date_to, self.utc_from, self.utc_to


def _get_origin_id(record_id):
    """Return the id of what a draft in a form stands for; others are their own."""
    return getattr(record_id, "origin", record_id)
