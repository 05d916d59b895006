"""A team's table: a row per salesperson, a cell per metric, and sums.

A cell or a sum is a counter as ``crm_plan_board.py`` says; where it adds up several targets it has
their ``target_ids``, and a sum has no ``id``, ``user…`` and ``plan…``.
"""

from odoo import api, models
from odoo.fields import Domain

from ..tools import plan_period

_SUMMED = ("target", "actual", "remaining", "pending", "expected", "projected")


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    @api.model
    @api.readonly
    def get_team_plan(self, period=None, team_id=None, plan_id=None, date=None):
        """Return the counters of a period as a table: a row per salesperson, a cell per metric.

        Of the targets that the caller may read.

        :param period: the key of one of ``periods``
        :param team_id: of one team only; all unless given
        :param plan_id: of one plan only, whatever its state
        :param date: a day in the period (ISO), when no key is given; today unless given
        :return: ``{"today", "periods", "period", "teams": [{"id", "name"}], "team_id",
            "metrics": [{"id", "name", "code", "icon", "unit", "currency_id"}],
            "rows": [{"user_id", "user", "team_id", "team", "cells": {metric id: counter}}],
            "totals": {metric id: counter}, "days", "days_left": working days of who has most}``;
            two targets of a user for a metric (of plans of two companies) are added up in one cell
        """
        chosen_plan = Domain("id", "=", plan_id) if plan_id else Domain("state", "!=", "draft")
        plans = self.env["crm.plan"].search(chosen_plan)
        today = self.env.company._get_plan_today()
        periods = plans._get_periods()
        chosen = plans._choose_period(periods, period, date or str(today))
        targets = self._search_board(plans._in_period(chosen))
        teams = targets.team_id
        if team_id:
            targets = targets.filtered(lambda target: target.team_id.id == team_id)
        counters = {target: target._get_counter() for target in targets}
        courses = targets._get_courses()
        rows = []
        for user, own in targets.grouped("user_id").items():
            team = own.team_id[:1]
            cells = {
                metric.id: counters[cell] if len(cell) == 1 else cell._add_up(counters, courses)
                for metric, cell in own.grouped("metric_id").items()
            }
            rows.append(
                {
                    "user_id": user.id,
                    "user": user.name,
                    "team_id": team.id,
                    "team": team.name,
                    "cells": cells,
                }
            )
        return {
            "today": str(today),
            "periods": periods,
            "period": chosen,
            "teams": [{"id": team.id, "name": team.name} for team in teams.sorted("sequence")],
            "team_id": team_id or False,
            "metrics": [
                {
                    "id": metric.id,
                    "name": metric.name,
                    "code": metric.code,
                    "icon": metric.icon,
                    "unit": metric._get_unit(),
                    "currency_id": metric.is_monetary and own.currency_id[:1].id,
                }
                for metric, own in sorted(
                    targets.grouped("metric_id").items(), key=lambda item: item[0].sequence
                )
            ],
            "rows": sorted(rows, key=lambda row: (row["team"] or "", row["user"])),
            "totals": {
                metric.id: own._add_up(counters, courses)
                for metric, own in targets.grouped("metric_id").items()
            },
            "days": max((course.days for course in courses.values()), default=0),
            "days_left": max(
                (course.days - course.finished for course in courses.values()), default=0
            ),
        }

    def _add_up(self, counters, courses):
        """Return the sum of targets of one metric, as a counter; percentages are of the sums.

        Amounts in several currencies do not add up: then ``error`` says so, and ``by_currency`` has a
        sum for each.

        :param counters: ``{target: counter}``
        :param courses: what :meth:`_get_courses` returns
        """
        if self.metric_id.is_monetary and len(self.currency_id) > 1:
            return {
                **self._sum_up(counters, courses),
                **dict.fromkeys((*_SUMMED, "progress"), 0.0),
                "currency_id": False,
                "pace": False,
                "error": self.env._("Amounts in several currencies don't add up."),
                "by_currency": [
                    own._sum_up(counters, courses)
                    for own in self.grouped("currency_id").values()
                ],
            }  # fmt: skip
        return self._sum_up(counters, courses)

    def _sum_up(self, counters, courses):
        own = [counters[target] for target in self]
        total = {key: sum(counter[key] for counter in own) for key in _SUMMED}
        error = next((counter["error"] for counter in own if counter["error"]), False)
        # the days of who works most, and of them as many as the sum of what is expected stands for
        course = max((courses[target] for target in self), key=lambda course: course.days)
        days_left = course.days - course.finished
        if total["target"]:
            finished = course.days * total["expected"] / total["target"]
            course = course._replace(finished=finished)
        due = sum(
            target._get_pace(courses[target], counters[target]["target"], 0.0).due
            for target in self
        )
        pace = self[0]._get_pace(course, total["target"], total["actual"], due)
        metric = self.metric_id
        return {
            **total,
            "target_ids": self.ids,
            "metric_id": metric.id,
            "metric": metric.name,
            "code": metric.code,
            "icon": metric.icon,
            "unit": metric._get_unit(),
            "currency_id": metric.is_monetary and self.currency_id[:1].id,
            "progress": plan_period.get_progress(total["target"], total["actual"]),
            "days_left": days_left,
            "error": error,
            "pace": False if error else pace.state or False,
        }
