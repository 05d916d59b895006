"""What a check compares: each figure as a screen gets it, and as plain SQL computes it.

A figure is ``(report, figure, user id | False): [numbers]``. Those left out, because they are of a
company's own rules and metrics, are named.
"""

import ast

from odoo import api, models
from odoo.fields import Domain

from .. import checks
from ..checks import plans, quality


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
        self._collect_board(shown, computed, board._count_board(scope, users, "month"), params)
        self._collect_activity(shown, computed, params)
        self._collect_quality(shown, computed, left_out, params)
        self._collect_plans(shown, computed, left_out, users, params)
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
    def _collect_quality(self, shown, computed, left_out, params):
        """Compare what each rule asks for, and the board's sums if all rules can be computed."""
        known, unknown = self._get_known_rules()
        groups = self.env["crm.discipline.quality.report"]._read_group(
            _in_period(params)
            & Domain("company_id", "=", params["company"])
            & Domain("rule_id", "in", list(known)),
            ["rule_id", "user_id"],
            ["__count", "missing_count:sum"],
        )
        for rule, user, *numbers in groups:
            shown["quality", f"rule_{rule.id}", user.id] = [float(number) for number in numbers]
        sellers = set(self.env["crm.discipline.board"]._get_salespeople().ids)
        sums = {}
        for rule_id, name in known.items():
            self._ask(computed, "quality", quality.get_query(name, rule_id), params)
        for (report, _rule, user_id), numbers in computed.items():
            if report == "quality" and user_id in sellers:
                for figure, number in zip(("asked", "missing"), numbers, strict=True):
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

    @api.model
    def _collect_plans(self, shown, computed, left_out, users, params):
        """Compare the counters of all plans that touch the period, each in its own days."""
        targets = self.env["crm.plan.target"].search(
            Domain("company_id", "=", params["company"])
            & Domain("state", "!=", "draft")
            & Domain("date_from", "<=", params["last"])
            & Domain("date_to", ">=", params["first"])
        )
        blocking = list(self.env["res.company"]._get_blocking_company_ids())
        known, unknown = self._get_known_rules()
        own_rules = self.env["crm.discipline.rule"].browse(unknown).mapped("model_name")
        governed = self.env["crm.discipline.rule"]._get_governed_models()
        groups = targets.grouped(
            lambda target: (target.metric_id, target.date_from, target.date_to)
        )
        for (metric, first, last), members in groups.items():
            name = self._get_known_metric(metric)
            if not name or (metric.requires_complete and metric.model_name in own_rules):
                left_out += [
                    {
                        "report": "plan",
                        "figure": f"target_{target.id}",
                        "user_id": target.user_id.id,
                    }
                    for target in members
                ]
                continue
            rules = [one for one in known.values() if quality.RULES[one].model == metric.model_name]
            query = plans.get_query(name, rules, metric.model_name in governed)
            counted = {}
            asked = {**params, "first": first, "last": last, "blocking": blocking}
            self._ask(counted, "plan", query, asked)
            for target in members:
                key = ("plan", f"target_{target.id}", target.user_id.id)
                shown[key] = [target.actual, target.pending]
                computed[key] = counted.get(("plan", name, target.user_id.id), [0.0, 0.0])

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
            if shipped and (rule.model_name, *map(_read, (rule.filter_domain, rule.required_domain))) == (
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


def _get_shipped_name(record):
    xml_id = record.get_external_id()[record.id]
    return xml_id.removeprefix("crm_discipline.")


def _read(text):
    return _normal(ast.literal_eval(text))


def _normal(domain):
    """Return a domain so that lists and tuples are the same."""
    return [tuple(one) if isinstance(one, (list, tuple)) else one for one in domain]
