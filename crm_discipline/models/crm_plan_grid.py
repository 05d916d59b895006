"""The planning grid: a row for each salesperson, a column for each metric, a target in each cell."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class CrmPlan(models.Model):
    _inherit = "crm.plan"

    @api.readonly
    def get_grid(self):
        """Return the plan as a grid.

        :return: ``{"is_editable", "currency_id", "metrics": [{"id", "name", "code", "icon", "unit"}],
            "rows": [{"user_id", "user", "active", "cells": {metric id: {"target", "last"}}}]}``;
            ``target`` is None where there is none, ``last`` is the target of the period before.
        """
        self.ensure_one()
        self.check_access("read")
        metrics = self._get_grid_metrics()
        users = self._get_grid_users()
        targets = {(target.user_id, target.metric_id): target.target for target in self.target_ids}
        last = {
            (target.user_id, target.metric_id): target._get_full_target()
            for target in self._get_plan_before().target_ids
        }
        return {
            "is_editable": self.state != "closed" and self.has_access("write"),
            "currency_id": self.currency_id.id,
            "metrics": [
                {
                    "id": metric.id,
                    "name": metric.name,
                    "code": metric.code,
                    "icon": metric.icon,
                    "unit": metric._get_unit(),
                }
                for metric in metrics
            ],
            "rows": [
                {
                    "user_id": user.id,
                    "user": user.name,
                    "active": user.active,
                    "cells": {
                        metric.id: {
                            "target": targets.get((user, metric)),
                            "last": last.get((user, metric)),
                        }
                        for metric in metrics
                    },
                }
                for user in users
            ],
        }

    def set_grid(self, cells):
        """Write cells of the grid, all of them or none.

        :param cells: ``[{"user_id", "metric_id", "target": number, or None for no target}]``
        """
        self.ensure_one()
        found = {(target.user_id.id, target.metric_id.id): target for target in self.target_ids}
        gone = self.target_ids.browse()
        commands = {}
        for cell in cells:
            key = cell["user_id"], cell["metric_id"]
            target, amount = found.get(key), cell["target"]
            if amount is None or amount is False:
                gone |= target or gone.browse()
                commands.pop(key, None)
            elif target:
                target.target = amount
            else:
                vals = {"user_id": key[0], "metric_id": key[1], "target": amount}
                commands[key] = Command.create(vals)
        gone.unlink()
        if commands:
            self.target_ids = list(commands.values())
        return True

    def action_fill_from_last(self, percentage=100.0):
        """Fill the grid with the targets of the period before, times a percentage. What is there
        already is replaced; who has no target there keeps theirs."""
        self.ensure_one()
        before = self._get_plan_before()
        if not before:
            raise UserError(self.env._("There is no plan of an earlier period to copy from."))
        vals_list = [
            target._prepare_next_vals(percentage / 100.0)
            for target in before.target_ids
            if target.user_id.active and target.metric_id.active and not target.left_on
        ]
        return self.set_grid(vals_list)

    def _get_plan_before(self):
        """Return the latest earlier plan of the same team and kind of period."""
        self.ensure_one()
        return self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("team_id", "=", self.team_id.id)
            & Domain("period", "=", self.period)
            & Domain("date_to", "<", self.date_from)
            & Domain("target_ids", "!=", False),
            order="date_to DESC, id DESC",
            limit=1,
        )

    def _get_grid_metrics(self):
        """Return the metrics that can be planned, and those that are."""
        metrics = self.env["crm.plan.metric"].search(Domain.TRUE)
        return (metrics | self.target_ids.metric_id).sorted(
            lambda metric: (metric.sequence, metric.id)
        )

    def _get_grid_users(self):
        """Return the salespeople of the team, or of all teams, and those who have a target."""
        # in sudo: a team says who is in it only to those who manage teams
        teams = self.team_id.sudo()
        if not teams:
            teams = teams.search([("company_id", "in", [False, self.company_id.id])])
        members = self.env["crm.team.member"].sudo().search([("crm_team_id", "in", teams.ids)])
        users = members.user_id.filtered(lambda user: self.company_id in user.company_ids)
        users = self.env["res.users"].browse(users.ids) | self.target_ids.user_id
        return users.sorted(lambda user: (not user.active, user.name or ""))
