"""The plan counters on the board: a cell for each salesperson and metric."""

from odoo import api, fields, models
from odoo.fields import Domain

# what counters read of targets
_FIELDS = [
    "plan_id", "user_id", "metric_id", "target", "joined_on", "left_on", "company_id", "team_id",
    "state", "date_from", "date_to", "metric_sequence",
]  # fmt: skip


class CrmDisciplineBoard(models.AbstractModel):
    _inherit = "crm.discipline.board"

    @api.model
    def _get_targets(self, users, first, last):
        """Return the targets that the board shows: of plans for the very period, else of the shortest
        plans that hold its last day until today.

        :return: (targets, period of the plans | False)
        """
        Target = self.env["crm.plan.target"]
        plans = self.env["crm.plan"].search_fetch(
            Domain("company_id", "=", self.env.company.id)
            & Domain("state", "!=", "draft")
            & Domain("date_from", "<=", last)
            & Domain("date_to", ">=", first),
            ["period", "date_from", "date_to", "state", "name", "company_id", "utc_from", "utc_to"],
        )
        periods = {period["key"]: period for period in plans._get_periods()}
        chosen = periods.get(f"{first}/{last}")
        if not chosen:
            day = str(max(first, min(last, self.env.company._get_plan_today())))
            holding = [one for one in periods.values() if one["date_from"] <= day <= one["date_to"]]
            chosen = min(holding, key=_get_length, default=False)
        targets = Target.search_fetch(
            plans._in_period(chosen) & Domain("user_id", "in", users.ids),
            _FIELDS,
        )
        return targets, chosen

    @api.model
    def _prepare_plan(self, users, first, last):
        """Return the counters: ``{"period", "metrics": […], "cells": {user id: {metric id: counter}},
        "totals": {team id or "all": {metric id: counter}}}``."""
        targets, period = self._get_targets(users, first, last)
        courses = targets._get_courses()
        # computed together: what reads them one after the other would ask for the days again
        paces = [targets._fields[fname] for fname in ("pace", "expected", "projected", "days_left")]
        with self.env.protecting(paces, targets):
            targets._set_pace(courses)
        counters = {target: target._get_counter() for target in targets}
        team_of = {user.id: user.sudo().sale_team_id.id for user in users}
        cells = {}
        for target in targets:
            own = cells.setdefault(target.user_id.id, {})
            own.setdefault(target.metric_id.id, counters[target])
        groups = {"all": targets}
        groups.update(targets.grouped(lambda target: team_of[target.user_id.id]))
        return {
            "period": period,
            "metrics": [
                {
                    "id": metric.id,
                    "name": metric.name,
                    "code": metric.code,
                    "icon": metric.icon,
                    "unit": metric._get_unit(),
                }
                for metric in targets.metric_id.sorted("sequence")
            ],
            "cells": cells,
            "totals": {
                key: {
                    metric.id: own._add_up(counters, courses)
                    for metric, own in members.grouped("metric_id").items()
                }
                for key, members in groups.items()
            },
        }


def _get_length(period):
    first, last = (fields.Date.to_date(period[border]) for border in ("date_from", "date_to"))
    return last - first
