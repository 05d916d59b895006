"""What a check compares: each figure as a screen gets it, and as plain SQL computes it.

A figure is ``(report, figure, user id | False): [numbers]``. Those left out, because they are of a
company's own rules and metrics, are named.
"""

import ast
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from .. import checks
from ..checks import plans, quality


class Collected(NamedTuple):
    """What is compared, and what it is collected by."""

    shown: dict
    computed: dict
    left_out: list
    params: dict
    board: dict  # what the board counted
    known: dict  # {rule id: its name}: the rules that can be computed
    unknown: list  # ids of the others
    is_now: bool  # whether today is in the period: what waits is told of today only

    def leave_out(self, report, figure, user_id=False):
        """Say that a figure can't be computed."""
        self.left_out.append({"report": report, "figure": figure, "user_id": user_id})


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _collect(self, first, last):
        """Return ``(shown, computed, left out)`` of the company of the environment."""
        shown, computed, left_out = {}, {}, []
        board = self.env["crm.discipline.board"]
        users = board._get_salespeople()
        scope = board._get_scope(users, first, last)
        params = checks.get_params(self.env.company, first, last, scope.now, scope.today)
        counted = board._count_board(scope, users, "month")
        figures = Collected(
            shown, computed, left_out, params, counted, *self._get_known_rules(),
            is_now=first <= scope.today <= last,
        )  # fmt: skip
        self._collect_board(shown, computed, counted, params)
        self._collect_hours(shown, computed, counted, params)
        self._collect_activity(shown, computed, params)
        self._collect_quality(figures, scope)
        # (last: the sums are of all figures)
        self._collect_teams(shown, computed, left_out, counted, params)
        self._collect_on_top(shown, computed, counted)
        self._collect_plans(figures)
        self._collect_requests(figures)
        self._collect_audiences(figures)
        if counted["tracks_time"]:
            self._collect_time(figures)
        if figures.is_now:
            self._collect_waiting(figures)
        return shown, computed, left_out

    @api.model
    def _ask(self, computed, report, query, params):
        self.env.cr.execute(query, params)
        for figure, user_id, numbers in self.env.cr.fetchall():
            key = (report, figure, user_id or False)
            computed[key] = [float(number or 0) for number in numbers]

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    @api.model
    def _collect_board(self, shown, computed, board, params):
        queries = checks.BOARD + (checks.BOARD_TIME if board["tracks_time"] else ())
        for query in queries:
            self._ask(computed, "board", query, params)
        for row in board["rows"]:
            for figure, numbers in row["figures"].items():
                shown["board", figure, row["user_id"]] = numbers
        for figure, numbers in board["total"]["figures"].items():
            shown["board", f"{figure}_by_all", False] = numbers
            if figure == "returned":
                continue
            # the sum of all rows
            parts = [own for (_report, key, _user), own in computed.items() if key == figure]
            computed["board", f"{figure}_by_all", False] = [
                sum(part) for part in zip(*parts, strict=True)
            ]

    @api.model
    def _collect_hours(self, shown, computed, board, params):
        """Compare the working time ahead of the rows, and their sum."""
        found = {}
        self._ask(found, "board", checks.BOARD_HOURS, params)
        rows = [row for row in board["rows"] if row["user_id"]]
        for row in rows:
            key = ("board", "hours", row["user_id"])
            shown[key] = [row["hours"], row["days"]]
            computed[key] = found.get(key, [0.0, 0.0])
        total = board["total"]
        shown["board", "hours_by_all", False] = [total["hours"], total["days"]]
        computed["board", "hours_by_all", False] = _add_up(
            [computed["board", "hours", row["user_id"]] for row in rows], 2
        )

    @api.model
    def _collect_teams(self, shown, computed, left_out, board, params):
        """Compare the sums of teams with those of their members, who are told by SQL."""
        self.env.cr.execute("SELECT id, sale_team_id FROM res_users WHERE sale_team_id IS NOT NULL")
        team_of = dict(self.env.cr.fetchall())
        returned = {}
        for query in checks.BOARD_TEAMS:
            self._ask(returned, "board", query, params)
        unknown = {one["figure"] for one in left_out if one["report"] == "board"}
        for row in board["team_rows"]:
            team_id = row["team_id"]
            figures = {**row["figures"], "hours": [row["hours"], row["days"]]}
            for figure in figures.keys() - unknown:
                key = ("board", f"{figure}_by_team_{team_id}", False)
                shown[key] = figures[figure]
                length = len(figures[figure])
                if figure == "returned":
                    computed[key] = returned.get(("board", "returned", team_id), [0.0] * length)
                    continue
                parts = [
                    numbers
                    for (report, name, user_id), numbers in computed.items()
                    if report == "board" and name == figure and team_of.get(user_id) == team_id
                ]
                computed[key] = _add_up(parts, length)

    @api.model
    def _collect_on_top(self, shown, computed, board):
        """Compare the exceptions with the sums over all; targets at risk are no figure of records."""
        for exception in board["exceptions"]:
            key = exception["key"]
            if key in board["total"]["figures"]:
                shown["board", f"{key}_on_top", False] = [float(exception["count"])]
                total = computed["board", f"{key}_by_all", False]
                computed["board", f"{key}_on_top", False] = total[:1] or [0.0]

    @api.model
    def _collect_activity(self, shown, computed, params):
        groups = self.env["crm.discipline.activity.report"]._read_group(
            _in_period(params) & Domain("company_id", "=", params["company"]),
            ["kind", "user_id"],
            ["__count", "duration:sum", "revenue:sum"],
        )
        for kind, user, *numbers in groups:
            shown["activity", kind, user.id] = [float(number or 0) for number in numbers]
        for query in checks.ACTIVITY:
            self._ask(computed, "activity", query, params)

    @api.model
    def _collect_quality(self, figures, scope):
        """Compare what each rule asks for, what is missing by rule, and the board's sums if all rules can be
        computed."""
        shown, computed, left_out, params = figures[:4]
        known, unknown = figures.known, figures.unknown
        groups = self.env["crm.discipline.quality.report"]._read_group(
            _in_period(params)
            & Domain("company_id", "=", params["company"])
            & Domain("rule_id", "in", list(known)),
            ["rule_id", "user_id"],
            ["__count", "missing_count:sum", "share_complete:avg"],
        )
        for rule, user, *numbers in groups:
            shown["quality", f"rule_{rule.id}", user.id] = [float(number) for number in numbers]
        sellers = set(self.env["crm.discipline.board"]._get_salespeople().ids)
        sums = {}
        for rule_id, name in known.items():
            self._ask(computed, "quality", quality.get_query(name, rule_id), params)
        missing = self.env["crm.discipline.board"]._list_missing(scope)
        for rule in missing:
            if rule["rule_id"] in known:
                key = ("board", f"missing_rule_{rule['rule_id']}", False)
                shown[key] = [float(rule["count"])]
        for (report, rule, user_id), numbers in list(computed.items()):
            if report == "quality" and user_id in sellers:
                key = ("board", f"missing_{rule}", False)
                computed[key] = [computed.get(key, [0.0])[0] + numbers[1]]
                for figure, number in zip(("asked", "missing"), numbers[:2], strict=True):
                    sums[figure, user_id] = sums.get((figure, user_id), 0.0) + number
        if unknown:
            left_out += [{"report": "quality", "figure": f"rule_{rule_id}"} for rule_id in unknown]
            left_out += [{"report": "board", "figure": figure} for figure in ("asked", "missing")]
            for key in [one for one in shown if one[0] == "board"]:
                if key[1].removesuffix("_by_all") in ("asked", "missing"):
                    shown.pop(key)
                    computed.pop(key, None)
            return
        for (figure, user_id), number in sums.items():
            computed["board", figure, user_id] = [number]
        for figure in ("asked", "missing"):
            total = sum(number for (own, _user), number in sums.items() if own == figure)
            computed["board", f"{figure}_by_all", False] = [total]

    # ------------------------------------------------------------
    # WHAT CAN BE COMPUTED
    # ------------------------------------------------------------

    @api.model
    def _get_known_rules(self):
        """Return ``({id: name} of the active rules that are as shipped, [ids of the others])``."""
        Rule = self.env["crm.discipline.rule"]
        active = [
            rule.id
            for model_name in Rule._get_governed_models()
            for rule in Rule._get_active_rules(model_name)
        ]
        known = {}
        for rule in Rule.sudo().browse(active):
            name = _get_shipped_name(rule)
            shipped = quality.RULES.get(name)
            if shipped and not rule.company_id and (rule.model_name, *map(_read, (rule.filter_domain, rule.required_domain))) == (
                shipped.model, _normal(shipped.applies), _normal(shipped.requires),
            ):  # fmt: skip
                known[rule.id] = name
        return known, [rule_id for rule_id in active if rule_id not in known]

    @api.model
    def _get_known_metric(self, metric):
        """Return the name of a metric that is as it was shipped, else None."""
        name = _get_shipped_name(metric)
        if name not in plans.METRICS or _read(metric.filter_domain) != _normal(plans.METRICS[name]):
            return None
        measure = "expected_revenue" if name == "metric_revenue" else False
        shape = (
            metric.model_name, metric.user_field_id.name, metric.date_field_id.name,
            metric.requires_complete,
        )  # fmt: skip
        is_same = shape == plans.get_shape(name) and metric.measure_field_id.name == measure
        return name if is_same else None


def _in_period(params):
    return Domain("date", ">=", params["first"]) & Domain("date", "<=", params["last"])


def _add_up(parts, length):
    """Return the sums of lists of numbers.

    >>> _add_up([[1.0, 2.0], [3.0, 4.0]], 2), _add_up([], 2)
    ([4.0, 6.0], [0.0, 0.0])
    """
    return [sum(part) for part in zip(*parts, strict=True)] or [0.0] * length


def _get_shipped_name(record):
    xml_id = record.get_external_id()[record.id]
    return xml_id.removeprefix("crm_discipline.")


def _read(text):
    return _normal(ast.literal_eval(text))


def _normal(domain):
    """Return a domain so that lists and tuples are the same."""
    return [tuple(one) if isinstance(one, (list, tuple)) else one for one in domain]
