"""The check of what waits and of what is measured: data requests, findings, work lists, the top bar, smart
buttons, time in the CRM."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .. import checks
from ..checks import plans, quality, tasks
from .digest_digest import KPIS

# of so many clients the numbers on their buttons are compared each day, those met last
_CLIENTS = 100
# of so many salespeople what they see themselves is compared each day, in turn
_PEOPLE = 40


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    # ------------------------------------------------------------
    # OF A PERIOD
    # ------------------------------------------------------------

    @api.model
    def _collect_time(self, figures):
        """Compare time by user and by operation."""
        Report = self.env["crm.effort.report"]
        domain = _in_days("day", figures) & Domain("company_id", "=", figures.params["company"])
        for user, *numbers in Report._read_group(
            domain,
            ["user_id"],
            ["hours:sum", "entry_hours:sum", "work_hours:sum", "share:avg", "entry_share:avg"],
        ):
            figures.shown["effort", "time", user.id] = _to_floats(numbers)
        for kind, *numbers in Report._read_group(
            domain & Domain("is_entry", "=", True),
            ["kind"],
            ["operations:sum", "clicks:sum", "keys:sum", "median_seconds:avg", "p90_seconds:avg",
             "median_clicks:avg", "median_keys:avg"],
        ):  # fmt: skip
            figures.shown["effort", f"operation_{kind}", False] = _to_floats(numbers)
        for query in checks.TIME:
            self._ask(figures.computed, "effort", query, figures.params)

    @api.model
    def _collect_requests(self, figures):
        """Compare the operators' load: by who works on requests, and by who asked."""
        Request = self.env["crm.data.request"]
        domain = _in_days("requested_date", figures)
        domain &= Domain("company_id", "=", figures.params["company"])
        for figure, fname in (
            ("requests_worked", "operator_id"),
            ("requests_asked", "requested_by_id"),
        ):
            for user, *numbers in Request._read_group(
                domain,
                [fname],
                ["__count", "waiting_hours:avg", "waiting_median:avg", "waiting_p90:avg",
                 "rejected_percent:avg"],
            ):  # fmt: skip
                figures.shown["requests", figure, user.id] = _to_floats(numbers)
        for query in checks.REQUESTS:
            self._ask(figures.computed, "requests", query, figures.params)

    # ------------------------------------------------------------
    # OF NOW
    # ------------------------------------------------------------

    @api.model
    def _collect_waiting(self, figures):
        """Compare what is told as it is now, whatever the period."""
        self._collect_desk(figures)
        self._collect_findings(figures)
        self._collect_violations(figures)
        users = self._get_whose_turn(self.env["crm.discipline.board"]._get_salespeople())
        users = self.env["res.users"].browse(users.ids)
        self._collect_work_lists(figures, users)
        self._collect_tasks(figures, users)
        self._collect_contacts(figures)
        self._collect_mail(figures)

    @api.model
    def _get_whose_turn(self, users):
        """Return the salespeople whose own pages are compared today: of many as many as a night can take."""
        users = users.filtered("active")
        first = _PEOPLE * fields.Date.today().toordinal() % (len(users) or 1)
        return (users[first:] + users[:first])[:_PEOPLE]

    @api.model
    def _collect_desk(self, figures):
        """Compare how many requests wait for an operator, and are worked on."""
        Request = self.env["crm.data.request"]
        company = Domain("company_id", "=", figures.params["company"])
        for state, count in Request._read_group(
            company & Request._get_open_domain(), ["state"], ["__count"]
        ):
            figures.shown["requests", f"requests_{state}", False] = [float(count)]
        for query in checks.DESK:
            self._ask(figures.computed, "requests", query, figures.params)

    @api.model
    def _collect_findings(self, figures):
        """Compare the open findings of each kind and salesperson."""
        for kind, user, count in self.env["crm.discipline.finding"]._read_group(
            Domain("is_right", "=", False) & Domain("company_id", "=", figures.params["company"]),
            ["kind_id", "user_id"],
            ["__count"],
        ):
            figures.shown["findings", f"kind_{kind.id}", user.id] = [float(count)]
        self._ask(figures.computed, "findings", checks.FINDINGS, figures.params)

    @api.model
    def _collect_violations(self, figures):
        """Compare how many records break each rule."""
        for rule in self.env["crm.discipline.rule"].browse(figures.known):
            query = quality.get_query_of_violations(figures.known[rule.id], rule.id)
            figures.shown["rules", f"violations_{rule.id}", False] = [float(rule.violation_count)]
            self._ask(figures.computed, "rules", query, figures.params)
        for rule_id in figures.unknown:
            figures.leave_out("rules", f"violations_{rule_id}")

    @api.model
    def _collect_work_lists(self, figures, users):
        """Compare how many records each salesperson has to complete, as their supervisor sees it."""
        reader = self._get_supervisor()
        company_id = figures.params["company"]
        users = users.filtered(lambda user: user.company_id.id == company_id)
        if not reader or not users:
            return
        if figures.unknown:
            figures.leave_out("worklist", "to_complete")
            return
        pending, unknown = self._list_pending(figures, users)
        Worklist = self.env["crm.discipline.worklist"].with_user(reader)
        for user in users:
            if user.id in unknown:
                figures.leave_out("worklist", "to_complete", user.id)
                continue
            total = Worklist.get_page(limit=1, user_id=user.id)["total"]
            figures.shown["worklist", "to_complete", user.id] = [float(total)]
        rows = sorted(pending)
        asked = {
            **figures.params,
            "users": [user.id for user in users if user.id not in unknown],
            "models": [model for model, _id, _owner in rows],
            "ids": [record_id for _model, record_id, _owner in rows],
            "owners": [owner for _model, _id, owner in rows],
        }
        query = quality.get_query_of_incomplete(figures.known.values())
        self._ask(figures.computed, "worklist", query, asked)

    @api.model
    def _list_pending(self, figures, users):
        """Return what would count for the targets of these users that run today.

        :return: ``({(model, id, user id)}, ids of the users of whom it can't be computed)``
        """
        today = figures.params["today"]
        targets = self.env["crm.plan.target"].search(
            Domain("company_id", "=", figures.params["company"])
            & Domain("user_id", "in", users.ids)
            & Domain("state", "=", "running")
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )
        found, unknown = set(), set()
        for (metric, first, last), members in targets.grouped(
            lambda target: (target.metric_id, target.date_from, target.date_to)
        ).items():
            query = self._get_plan_query(figures, metric)
            if not query:
                unknown.update(members.user_id.ids)
                continue
            owners = set(members.user_id.ids)
            asked = self._prepare_plan_params(figures.params, first, last)
            self.env.cr.execute(plans.get_query_of_pending(*query), asked)
            found.update(
                (metric.model_name, record_id, user_id)
                for user_id, record_id in self.env.cr.fetchall()
                if user_id in owners
            )
        return {row for row in found if row[2] not in unknown}, unknown

    @api.model
    def _collect_tasks(self, figures, users):
        """Compare what the top bar and the next steps say, each as who sees it."""
        shown, params = figures.shown, figures.params
        for user in users:
            own = self.with_user(user)
            calls = own.env["crm.call"].get_calls_to_process(limit=1)
            steps = own.env["crm.plan.target"].get_next_steps(limit=1)["totals"]
            counts = own.env["crm.data.request"].get_counts()
            for figure, number in (
                ("calls_to_process", calls["count"]),
                ("return_call", steps.get("return_call", 0)),
                ("meeting_result", steps.get("meeting_result", 0)),
                ("requests_rejected", counts["rejected"]),
            ):
                shown["top_bar", figure, user.id] = [float(number)]
        group_id = self.env["ir.model.data"]._xmlid_to_res_id("crm_discipline.group_operator")
        operators = self.env["res.users"].search(
            Domain("all_group_ids", "in", [group_id])
            & Domain("company_ids", "in", [params["company"]])
            & Domain("share", "=", False)
        )
        for user in operators:
            counts = self.env["crm.data.request"].with_user(user).get_counts()
            shown["top_bar", "requests_waiting", user.id] = [float(counts["waiting"])]
        asked = {**params, "users": users.ids, "operators": operators.ids}
        for query in (*tasks.TASKS, tasks.WAITING):
            self._ask(figures.computed, "top_bar", query, asked)

    @api.model
    def _collect_contacts(self, figures):
        """Compare the numbers on the buttons of the clients with whom something was last."""
        self.env.cr.execute(tasks.CLIENTS, {**figures.params, "most": _CLIENTS})
        clients = self.env["res.partner"].browse(row[0] for row in self.env.cr.fetchall())
        for client in clients:
            figures.shown["contact", f"client_{client.id}", False] = _to_floats(
                [
                    client.call_count,
                    client.client_meeting_count,
                    client.open_request_count,
                    client.campaign_count,
                ]
            )
        if clients:
            asked = {**figures.params, "clients": clients.ids}
            self._ask(figures.computed, "contact", tasks.CONTACTS, asked)

    @api.model
    def _collect_mail(self, figures):
        """Compare what a mail with figures tells a supervisor of the last week and month, and of the ones
        before."""
        today = figures.params["today"]
        monday = today - timedelta(days=today.weekday())
        days = [monday - timedelta(days=7 * weeks) for weeks in range(3)]
        firsts = [today.replace(day=1)]
        while len(firsts) < 3:
            firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
        keys = {key for kpi in KPIS.values() if not kpi.waits for key in kpi.figures}
        if figures.unknown:
            keys -= {"asked", "missing"}
        told = self.env["crm.discipline.board"]._get_digest_figures(keys, ("week", "month"))
        for column, borders in zip(told["periods"], (days, firsts), strict=True):
            for name, until, first in (
                ("figures", borders[0], borders[1]),
                ("before", borders[1], borders[2]),
            ):
                last = until - timedelta(days=1)
                found = self._compute_mail(
                    figures, {**figures.params, "first": first, "last": last}
                )
                for key in keys:
                    place = ("digest", f"{first}/{last} {key}", False)
                    figures.shown[place] = column[name][key]
                    figures.computed[place] = found.get(key, [])

    @api.model
    def _compute_mail(self, figures, asked):
        """Return the sums of a period by SQL: ``{figure: numbers}``."""
        own = {}
        for query in checks.PERIOD:
            self._ask(own, "digest", query, asked)
        sums = {}
        for (_report, key, _user), numbers in own.items():
            key = key.removesuffix("_by_all")
            known = sums.get(key, [0.0] * len(numbers))
            sums[key] = [one + other for one, other in zip(known, numbers, strict=True)]
        sellers = set(self.env["crm.discipline.board"]._get_salespeople().ids)
        own = {}
        for rule_id, name in figures.known.items():
            self._ask(own, "digest", quality.get_query(name, rule_id), asked)
        of_sellers = [
            numbers for (_report, _rule, user_id), numbers in own.items() if user_id in sellers
        ]
        for place, key in enumerate(("asked", "missing")):
            sums[key] = [sum(numbers[place] for numbers in of_sellers)]
        return sums


def _in_days(fname, figures):
    first, last = figures.params["first"], figures.params["last"]
    return Domain(fname, ">=", first) & Domain(fname, "<=", last)


def _to_floats(numbers):
    return [float(number or 0) for number in numbers]
