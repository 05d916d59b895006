"""What the board asks and opens: all its figures in one request, and the records behind each.

A row of :meth:`get_board` is::

    {"user_id": id | False (nobody's), "user", "team_id", "team", "active",
     "figures": {key: [numbers]}, "hours", "days": worked in the days ahead,
     "cells": {metric id: counter}, "at_risk": how many of them are}

Shares are quotients of the numbers, also in the sums: a percentage is never averaged.
"""

from odoo import api, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.board_figure import count_figures
from .crm_discipline_board_figures import EXCEPTIONS

_VIEWS = {
    "mail.activity": ["list", "form"],
    "crm.effort.report": ["pivot", "list"],
    "crm.discipline.quality.report": ["list", "pivot"],
}
# Of some the cards are below each other, which otherwise are in columns.
_CARDS = {
    "crm.data.request": "crm_discipline.crm_data_request_view_kanban_cards",
    "crm.plan.target": "crm_discipline.crm_plan_target_view_kanban_cards",
}
# What is told of targets, by their pace.
ON_TRACK = ("ahead", "on_track")
_PACES = {"targets_at_risk": ("at_risk",), "targets_on_track": ON_TRACK}


class CrmDisciplineBoard(models.AbstractModel):
    _inherit = "crm.discipline.board"

    @api.model
    @api.readonly
    def get_board(self, period="month", date=None, team_id=None):
        """Return the board of a period.

        :param period: ``day``, ``week``, ``month`` or ``quarter``
        :param date: a day in it (ISO); today unless given
        :param team_id: of one team only
        :return: ``{"period": {"period", "name", "date_from", "date_to", "previous", "next",
            "is_current"}, "today", "sees_all", "teams": [{"id", "name"}], "team_id", "currency_id",
            "tracks_time", "rows": [row], "team_rows": [row], "total": row,
            "plan": {"period", "metrics"}, "exceptions": [{"key", "title", "count"}],
            "check": the newest check of the figures, for who sees all}``
        """
        self._check_reader()
        first, last = self._get_period(period, date)
        teams = self._get_teams()
        team_id = self._check_team(team_id, teams)
        users = self._get_salespeople(team_id)
        scope = self._get_scope(users, first, last, team_id)
        return {
            **self._count_board(scope, users, period),
            "today": str(scope.today),
            "sees_all": self._sees_all(),
            "teams": teams,
            "team_id": team_id or False,
            "currency_id": self.env.company.currency_id.id,
            "check": self._sees_all() and self.env["crm.discipline.check"]._get_latest(first, last),
        }

    @api.model
    def _count_board(self, scope, users, period):
        """Return what the board counts of a scope: its rows, sums and exceptions."""
        first, last, team_id = scope.first, scope.last, scope.team_id
        amounts = count_figures(self.env, self._get_figures(scope))
        plan = self._prepare_plan(users, first, last)
        worked = self._get_working_time(users.ids, scope.now, scope.ahead_to)
        shown = [user for user in users if self._is_shown(user, amounts, plan)]
        rows = [self._prepare_row(user, amounts, plan, worked) for user in shown]
        rows.sort(key=lambda row: (row["team"] or "\uffff", row["user"]))
        nobody = self._prepare_row(self.env["res.users"], amounts, plan, worked)
        if any(map(any, nobody["figures"].values())):
            rows.append(nobody)
        total = self._prepare_sum(rows, amounts, plan)
        return {
            "period": self._prepare_period(period, first, last),
            "tracks_time": bool(self._tracks_time(scope)),
            "rows": rows,
            "team_rows": self._prepare_team_rows(rows, amounts, plan) if not team_id else [],
            "total": total,
            "plan": {"period": plan["period"], "metrics": plan["metrics"]},
            "exceptions": self._prepare_exceptions(total),
        }

    @api.model
    @api.readonly
    def get_figure_action(
        self, key, user_id=None, period="month", date=None, team_id=None, rule_id=None
    ):
        """Return the action that opens exactly the records behind a number of the board.

        :param key: of a figure, ``targets_at_risk`` or ``targets_on_track``
        :param user_id: whose; False for what is nobody's; None for all rows
        :param rule_id: of what is missing, only what this rule asks for
        """
        self._check_reader()
        first, last = self._get_period(period, date)
        team_id = self._check_team(team_id, self._get_teams())
        users = self._get_salespeople(team_id)
        name = self._get_titles().get(key)
        if user_id:
            users = users.filtered(lambda user: user.id == user_id)
            if not users:
                raise AccessError(self.env._("You can't see the figures of this colleague."))
            name = f"{name}: {users.sudo().name}"
        elif user_id is False:
            users = users.browse()
        if key in _PACES:
            targets, _period = self._get_targets(users, first, last)
            chosen = targets.filtered(lambda target: target.pace in _PACES[key])
            return self._prepare_action("crm.plan.target", name, Domain("id", "in", chosen.ids))
        # (a colleague's number holds nothing that is nobody's)
        scope = self._get_scope(users, first, last, team_id, nobody=not user_id)
        figures = {figure.key: figure for figure in self._get_figures(scope)}
        if key not in figures:
            raise UserError(self.env._("The board has no figure “%(key)s”.", key=str(key)[:50]))
        figure = figures[key]
        domain = figure.get_domain()
        if rule_id and key == "missing":
            domain &= Domain("rule_id", "=", rule_id)
        return self._prepare_action(figure.model_name, name, domain)

    @api.model
    def get_version(self):
        """Return a number that is another one after anything was written that figures come from.

        PostgreSQL counts what is written to each table, a second later at most, so nobody who saves pays
        for the boards that are open. (Not read-only: a replica does not know these numbers.)
        """
        self._check_reader()
        [(version,)] = self.env.execute_query(
            SQL(
                """
                SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint
                  FROM pg_stat_user_tables WHERE relid = ANY(%s::regclass[])
                """,
                self._get_source_tables(),
            )
        )
        return version

    @api.model
    @tools.ormcache()
    def _get_source_tables(self):
        """Return the names of the tables that hold what figures count."""
        today = self.env.company._get_plan_today()
        scope = self._get_scope(self.env["res.users"], today, today)
        tables = {"crm_plan_target"}
        for figure in self._get_figures(scope):
            model = self.env[figure.model_name]
            # (what a report is made of it says itself)
            names = [figure.model_name] if model._auto else model._depends
            tables.update(self.env[name]._table for name in names)
        return sorted(tables)

    @api.model
    @api.readonly
    def get_missing(self, period="month", date=None, team_id=None):
        """Return what is missing most, by rule: ``[{"rule_id", "name", "count"}]``.

        The counts add up to the figure ``missing`` of the sum.
        """
        self._check_reader()
        first, last = self._get_period(period, date)
        team_id = self._check_team(team_id, self._get_teams())
        return self._list_missing(
            self._get_scope(self._get_salespeople(team_id), first, last, team_id)
        )

    @api.model
    def _list_missing(self, scope):
        [missing] = [one for one in self._get_quality_figures(scope) if one.key == "missing"]
        groups = self.env[missing.model_name]._read_group(
            missing.get_domain(), ["rule_id"], ["__count"]
        )
        rules = [
            {"rule_id": rule.id, "name": rule.sudo().name, "count": count} for rule, count in groups
        ]
        return sorted(rules, key=lambda rule: -rule["count"])

    @api.model
    @api.readonly
    def get_person_action(self, user_id):
        """Return the action that opens a salesperson's plan: one's own, or a colleague's for a
        supervisor."""
        self._check_reader()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_discipline.action_my_plan")
        if user_id == self.env.uid:
            return action
        user = self.env["crm.plan.target"]._check_plan_reader(user_id)
        return dict(action, name=user.name, params={"user_id": user.id})

    @api.model
    def _prepare_action(self, model_name, name, domain):
        model = self.env[model_name]
        views = [(False, view) for view in _VIEWS.get(model_name, ())]
        if model_name in _CARDS:
            cards = self.env.ref(_CARDS[model_name])
            views = [(False, "list"), (cards.id, "kanban"), (False, "form")]
        elif "missing_data" in model._fields:
            views = model._get_discipline_views()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model_name,
            "views": views or [(False, "list"), (False, "form")],
            "mobile_view_mode": "kanban",
            "domain": list(domain),
            "context": {"create": False},
        }

    @api.model
    def _count_totals(self, users, first, last, keys):
        """Return some figures of all that the reader sees: ``{key: numbers}``, as the sum below the rows."""
        scope = self._get_scope(users, first, last)
        figures = [figure for figure in self._get_figures(scope) if figure.key in keys]
        amounts = count_figures(self.env, figures)
        return {key: amounts.of_users(key, [*users.ids, None]) for key in amounts.keys}

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    @api.model
    def _is_shown(self, user, amounts, plan):
        """Tell whether a salesperson has a row: who belongs to a team, has targets, or has records behind any
        figure, so that the rows add up to the sum."""
        if user == self.env.user and not self._sees_all():
            return True
        if (user.active and user.sale_team_id) or user.id in plan["cells"]:
            return True
        return any(any(amounts.of_user(key, user.id)) for key in amounts.keys)

    @api.model
    def _prepare_row(self, user, amounts, plan, worked):
        """Return the row of one user, or of nobody."""
        cells = plan["cells"].get(user.id, {})
        hours, days = worked.get(user.id, (0.0, 0))
        user = user.sudo()
        return {
            "user_id": user.id,
            "user": user.name or self.env._("Nobody's"),
            "active": user.active or not user,
            "team_id": user.sale_team_id.id,
            "team": user.sale_team_id.name,
            "figures": {key: amounts.of_user(key, user.id or None) for key in amounts.keys},
            "hours": hours,
            "days": days,
            "cells": cells,
            "at_risk": sum(counter["pace"] == "at_risk" for counter in cells.values()),
        }

    @api.model
    def _prepare_sum(self, rows, amounts, plan, team_id=None):
        """Return the sum of rows, as a row: of one of several teams, or of all."""
        user_ids = [row["user_id"] or None for row in rows]
        return {
            "user_id": None,
            "user": self.env.company.name,
            "team_id": team_id or False,
            "team": rows[0]["team"] if team_id else False,
            "figures": {key: amounts.of_users(key, user_ids, team_id) for key in amounts.keys},
            "hours": sum(row["hours"] for row in rows),
            "days": sum(row["days"] for row in rows),
            "cells": plan["totals"].get(team_id or "all", {}),
            "at_risk": sum(row["at_risk"] for row in rows),
        }

    @api.model
    def _prepare_team_rows(self, rows, amounts, plan):
        """Return a sum for each team, where there are several."""
        teams = dict.fromkeys(row["team_id"] for row in rows if row["team_id"])
        if len(teams) < 2:
            return []
        return [
            self._prepare_sum(
                [row for row in rows if row["team_id"] == team_id], amounts, plan, team_id
            )
            for team_id in teams
        ]

    @api.model
    def _prepare_exceptions(self, total):
        titles = self._get_titles()
        counts = {key: amounts[0] for key, amounts in total["figures"].items()}
        counts["targets_at_risk"] = total["at_risk"]
        return [{"key": key, "title": titles[key], "count": counts[key]} for key in EXCEPTIONS]

    # ------------------------------------------------------------
    # TEAMS
    # ------------------------------------------------------------

    @api.model
    def _get_teams(self):
        """Return the teams that the board can be narrowed to: none for who sees only themselves."""
        if not self._sees_all():
            return []
        teams = self.env["crm.team"].search_fetch(
            Domain("company_id", "in", [False, self.env.company.id]), ["name"]
        )
        return [{"id": team.id, "name": team.name} for team in teams]

    @api.model
    def _check_team(self, team_id, teams):
        """Return the asked team's id, or None; who sees only themselves has no choice."""
        if not team_id or not self._sees_all():
            return None
        if team_id not in {team["id"] for team in teams}:
            raise UserError(self.env._("There is no such sales team."))
        return team_id
