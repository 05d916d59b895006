"""What the screens of a salesperson's plan ask, each in one request: the counters, the counter in the
top bar, and the burn-up.

All figures are those of :class:`CrmPlanTarget`, read under the rights of who asks. A *counter* is::

    {"id", "target_ids": [id] (several where counters are added up),
     "plan_id", "plan", "user_id", "user", "metric_id", "metric", "code", "icon",
     "unit": "count" | "sum" | "money", "currency_id": id | False,
     "target", "actual", "remaining", "pending", "progress" (percent),
     "pace": "ahead" | "on_track" | "behind" | "at_risk" | False (not begun, or not computable),
     "expected" (by today), "projected" (at the end, at this pace), "days_left" (working days),
     "error": why it is not computable | False}

A *period* is::

    {"key", "name", "period", "date_from", "date_to", "state": "running" | "closed" | "draft"}
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .crm_plan_metric import MetricError

_WORST_FIRST = {"at_risk": 0, "behind": 1, "on_track": 2, "ahead": 3, False: 4}
_COUNTER_FIELDS = [
    "plan_id", "user_id", "metric_id", "target", "joined_on", "left_on", "celebrated_on",
    "company_id", "team_id", "state",
]  # fmt: skip


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    # ------------------------------------------------------------
    # THE SALESPERSON
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_my_plan(self, date=None, period=None, user_id=None):
        """Return the counters of one salesperson and one period.

        :param date: a day in the period (ISO); today unless given
        :param period: the key of one of ``periods``, which goes before ``date``
        :param user_id: whose, as a supervisor may ask; the caller's own unless given
        :return: ``{"today", "periods": [period], "period": period | False, "counters": [counter],
            "days_left", "days": working days of the salesperson, "user_id", "user",
            "is_own": whether it is the caller's}``
        """
        user = self._check_plan_reader(user_id)
        plans = self.env["crm.plan"].search(
            Domain("target_ids.user_id", "=", user.id) & Domain("state", "!=", "draft")
        )
        today = self.env.company._get_plan_today()
        periods = plans._get_periods()
        chosen = plans._choose_period(periods, period, date or str(today))
        own = Domain("user_id", "=", user.id)
        targets = self._search_board(own & plans._in_period(chosen))
        courses = targets._get_courses().values()
        return {
            "today": str(today),
            "user_id": user.id,
            "user": user.name,
            "is_own": user == self.env.user,
            "periods": periods,
            "period": chosen,
            "counters": [target._get_counter() for target in targets],
            "days": max((course.days for course in courses), default=0),
            "days_left": max(targets.mapped("days_left"), default=0),
        }

    @api.model
    def _check_plan_reader(self, user_id):
        """Return whose plan is asked for; refused unless it is the caller's, or the caller supervises."""
        if not user_id or user_id == self.env.uid:
            return self.env.user
        board = self.env["crm.discipline.board"]
        user = board._get_salespeople().filtered(lambda user: user.id == user_id)
        if not user or not board._sees_all():
            raise AccessError(self.env._("You can't see the figures of this colleague."))
        return user.with_env(self.env)

    @api.model
    @api.readonly
    def get_counter(self):
        """Return the caller's most telling counter of today, for the top bar.

        That is, of what is not reached yet, the one that goes worst; once all is reached, the one
        that went best.

        :return: ``{"counter": counter | False, "reached": how many targets are, "total": of how many,
            "to_celebrate": whether one was reached that nobody has been told of, "user_id"}``
        """
        targets = self.browse()
        if self.has_access("read"):
            targets = self._search_board(self._get_current_domain())
        counters = [target._get_counter() for target in targets]
        sound = [counter for counter in counters if not counter["error"]]
        is_open = [counter for counter in sound if counter["progress"] < 100]
        if is_open:
            telling = min(
                is_open, key=lambda counter: (_WORST_FIRST[counter["pace"]], counter["progress"])
            )
        else:
            telling = max(sound, key=lambda counter: counter["progress"], default=False)
        return {
            "user_id": self.env.uid,
            "counter": telling or (counters[0] if counters else False),
            "reached": sum(counter["progress"] >= 100 for counter in sound),
            "total": len(counters),
            "to_celebrate": bool(targets._get_to_celebrate()),
        }

    @api.model
    def _get_current_domain(self, user_id=None):
        """Return the domain of the targets of one user that run today, the caller's own unless given."""
        today = self.env.company._get_plan_today()
        return (
            Domain("user_id", "=", user_id or self.env.uid)
            & Domain("state", "=", "running")
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )

    # ------------------------------------------------------------
    # THE COURSE OF A PERIOD
    # ------------------------------------------------------------

    @api.readonly
    def get_burn_up(self, together=False):
        """Return how these targets were approached, day by day.

        :param together: add up those of a metric and a period; their ``id`` is that of the first
        :return: ``[{"id", "days": [ISO day], "planned": [number], "actual": [number]}]``: both add up
            from the first day; ``actual`` ends with today, ``planned`` rises on working days only.
        """
        self.check_access("read")
        by_day = self._count_by_day()
        series = []
        for target, course in self._get_courses().items():
            span = (target.date_to - target.date_from).days + 1
            days = [target.date_from + timedelta(days=number) for number in range(span)]
            planned, actual, passed, reached = [], [], 0, 0.0
            for day in days:
                passed += day in course.working
                planned.append(target.target * passed / course.days if course.days else 0.0)
                reached += by_day.get((target.id, day), 0.0)
                if day <= course.today:
                    actual.append(reached)
            series.append(
                {
                    "id": target.id,
                    "days": [str(day) for day in days],
                    "planned": planned,
                    "actual": actual,
                }
            )
        if not together:
            return series
        sums = {}
        for one in series:
            target = self.browse(one["id"])
            key = target.metric_id, target.date_from, target.date_to
            total = sums.setdefault(key, one)
            if total is not one:
                for line in ("planned", "actual"):
                    total[line] = [sum(day) for day in zip(total[line], one[line], strict=False)]
        return list(sums.values())

    def _count_by_day(self):
        """Return ``{(target id, day): what counts on it}``, in one query for all targets that share
        a metric and a period."""
        found = {}
        for (metric, measured), by_user in self._group_by_measured().items():
            users = self.env["res.users"].browse(by_user)
            try:
                counted = self._count(metric, measured, users, by_day=True)
            except MetricError:
                continue
            for (user_id, day), (amount, _pending) in counted.items():
                found.update(((target_id, day), amount) for target_id in by_user[user_id])
        return found

    # ------------------------------------------------------------
    # COUNTERS
    # ------------------------------------------------------------

    @api.model
    def _search_board(self, domain):
        """Return the targets with what a counter shows, in one query."""
        return self.search_fetch(domain, _COUNTER_FIELDS)

    def _get_counter(self):
        """Return one counter, as the top of this file says."""
        self.ensure_one()
        metric = self.metric_id
        return {
            "id": self.id,
            "target_ids": self.ids,
            "plan_id": self.plan_id.id,
            "plan": self.plan_id.name,
            "user_id": self.user_id.id,
            "user": self.user_id.name,
            "metric_id": metric.id,
            "metric": metric.name,
            "code": metric.code,
            "icon": metric.icon,
            "unit": metric._get_unit(),
            "currency_id": metric.is_monetary and self.currency_id.id,
            "target": self.target,
            "actual": self.actual,
            "remaining": self.remaining,
            "pending": self.pending,
            "progress": self.progress,
            "pace": self.pace,
            "expected": self.expected,
            "projected": self.projected,
            "days_left": self.days_left,
            "error": self.problem,
        }


class CrmPlan(models.Model):
    _inherit = "crm.plan"

    # ------------------------------------------------------------
    # PERIODS
    # ------------------------------------------------------------

    def _get_periods(self):
        """Return the periods of these plans, the latest first."""
        periods = {}
        for plan in self:
            key = plan._get_period_key()
            found = periods.setdefault(
                key,
                {
                    "key": key,
                    "name": plan._get_period_name(),
                    "period": plan.period,
                    "date_from": str(plan.date_from),
                    "date_to": str(plan.date_to),
                    "state": plan.state,
                },
            )
            if plan.state == "running":
                found["state"] = "running"
        return sorted(
            periods.values(), key=lambda one: (one["date_from"], one["date_to"]), reverse=True
        )

    def _in_period(self, period):
        """Return the domain of the targets of those of these plans that are of a period."""
        if not period:
            return Domain.FALSE
        key = period["key"]
        return Domain("plan_id", "in", [plan.id for plan in self if plan._get_period_key() == key])

    def _get_period_key(self):
        return f"{self.date_from}/{self.date_to}"

    @api.model
    def _choose_period(self, periods, key, day):
        """Return the asked period: by its key, else the shortest that runs on ``day`` and holds it,
        else the latest that has begun, else the first."""
        for period in periods:
            if period["key"] == key:
                return period
        holding = [one for one in periods if one["date_from"] <= day <= one["date_to"]]
        if holding:
            return min(
                holding,
                key=lambda one: (
                    one["state"] != "running",
                    fields.Date.to_date(one["date_to"]) - fields.Date.to_date(one["date_from"]),
                ),
            )
        begun = [one for one in periods if one["date_from"] <= day]
        return begun[0] if begun else (periods[-1] if periods else False)


class CrmPlanMetric(models.Model):
    _inherit = "crm.plan.metric"

    def _get_unit(self):
        """Return how to write an amount: ``count``, ``sum`` or ``money``."""
        self.ensure_one()
        if self.aggregate == "count":
            return "count"
        return "money" if self.is_monetary else "sum"
