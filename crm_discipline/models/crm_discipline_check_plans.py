"""The check of plans: each counter with its pace, the same counters wherever they are shown and added up."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..checks import course, load, plans, quality

# The places of the pace among a counter's numbers: one of them is 1.
PACES = ("at_risk", "behind", "on_track", "ahead")


class Told(NamedTuple):
    """What the check computed of one target."""

    actual: float
    pending: float
    course: course.Course
    days: tuple = ()  # on which its user works

    def get_numbers(self):
        return [self.actual, self.pending, *_get_numbers(self.course)]


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _collect_plans(self, figures):
        """Compare the counters of all plans that touch the period, each in its own days."""
        params = figures.params
        targets = self.env["crm.plan.target"].search(
            Domain("company_id", "=", params["company"])
            & Domain("state", "!=", "draft")
            & Domain("date_from", "<=", params["last"])
            & Domain("date_to", ">=", params["first"])
        )
        told = {}
        groups = targets.grouped(
            lambda target: (target.metric_id, target.date_from, target.date_to)
        )
        for (metric, first, last), members in groups.items():
            asked = self._prepare_plan_params(params, first, last)
            query = self._get_plan_query(figures, metric)
            if not query:
                for target in members:
                    figures.leave_out("plan", f"target_{target.id}", target.user_id.id)
                continue
            told.update(self._compute_targets(figures, members, query, asked))
            self._collect_burn_up(figures, members, told, query, asked)
        self._collect_counters(figures, told)
        self._collect_board_counters(figures, targets, told)
        self._collect_team_plans(figures, targets, told)
        if figures.is_now:
            self._collect_my_plans(figures, targets, told)

    @api.model
    def _prepare_plan_params(self, params, first, last):
        blocking = list(self.env["res.company"]._get_blocking_company_ids())
        return {**params, "first": first, "last": last, "blocking": blocking}

    @api.model
    def _get_plan_query(self, figures, metric):
        """Return what the queries of a metric are made by, or None where it is none that was shipped."""
        name = self._get_known_metric(metric)
        Rule = self.env["crm.discipline.rule"]
        own_rules = Rule.browse(figures.unknown).mapped("model_name")
        if not name or (metric.requires_complete and metric.model_name in own_rules):
            return None
        rules = [
            one for one in figures.known.values() if quality.RULES[one].model == metric.model_name
        ]
        return name, rules, metric.model_name in Rule._get_governed_models()

    @api.model
    def _compute_targets(self, figures, members, query, asked):
        """Return what targets of one metric and period have, by SQL: ``{id: Told}``."""
        counted = {}
        self._ask(counted, "plan", plans.get_query(*query), asked)
        self.env.cr.execute(load.DAYS, asked)
        days_of = dict(self.env.cr.fetchall())
        told = {}
        for target in members:
            actual, pending = counted.get(("plan", query[0], target.user_id.id), [0.0, 0.0])
            first = max(filter(None, (target.date_from, target.joined_on)))
            last = min(filter(None, (target.date_to, target.left_on)))
            days = [day for day in days_of.get(target.user_id.id) or () if first <= day <= last]
            own = course.get_course(
                target.target,
                actual,
                days,
                asked["today"],
                is_sum=target.metric_id.aggregate == "sum",
                has_begun=asked["today"] >= first,
            )
            told[target.id] = Told(actual, pending, own, tuple(days))
        return told

    # ------------------------------------------------------------
    # WHERE THEY ARE SHOWN
    # ------------------------------------------------------------

    @api.model
    def _collect_counters(self, figures, told):
        """Compare the counters, and the same in *Plan and Actual*."""
        Target = self.env["crm.plan.target"]
        rows = self.env["crm.plan.report"]._read_group(
            Domain("target_id", "in", list(told)),
            ["target_id"],
            ["actual:sum", "pending:sum", "target:sum", "remaining:sum"],
        )
        reported = {target.id: numbers for target, *numbers in rows}
        for target in Target.browse(told):
            own = told[target.id]
            key = ("plan", f"target_{target.id}", target.user_id.id)
            figures.shown[key] = _get_shown(target._get_counter())
            figures.computed[key] = own.get_numbers()
            key = ("plan_report", *key[1:])
            figures.shown[key] = reported.get(target.id, [])
            figures.computed[key] = [
                own.actual,
                own.pending,
                target.target,
                max(0.0, target.target - own.actual),
            ]

    @api.model
    def _collect_burn_up(self, figures, members, told, query, asked):
        """Compare the lines of the chart, day by day."""
        self.env.cr.execute(plans.get_query_by_day(*query), asked)
        by_day = {(user_id, day): amount for user_id, day, amount in self.env.cr.fetchall()}
        for line in members.get_burn_up():
            target = members.browse(line["id"])
            days = told[target.id].days
            planned, reached, worked, amount = [], [], 0, 0.0
            day = asked["first"]
            while day <= asked["last"]:
                worked += day in days
                planned.append(target.target * worked / len(days) if days else 0.0)
                if day <= asked["today"]:
                    amount += float(by_day.get((target.user_id.id, day), 0))
                    reached.append(amount)
                day += timedelta(days=1)
            for name, shown, computed in (
                ("planned", line["planned"], planned),
                ("reached", line["actual"], reached),
            ):
                key = ("burn_up", f"{name}_{target.id}", target.user_id.id)
                figures.shown[key], figures.computed[key] = shown, computed

    @api.model
    def _collect_board_counters(self, figures, targets, told):
        """Compare what the board makes of the counters: how many are at risk, and the sums below."""
        board = figures.board
        period = board["plan"]["period"]
        sellers = set(self.env["crm.discipline.board"]._get_salespeople().ids)
        on_board = targets.filtered(
            lambda target: (
                period
                and f"{target.date_from}/{target.date_to}" == period["key"]
                and target.user_id.id in sellers
            )
        )
        known = on_board.filtered(lambda target: target.id in told)
        if known == on_board:
            at_risk = [target for target in on_board if told[target.id].course.pace == "at_risk"]
            for row in board["rows"]:
                key = ("board", "targets_at_risk", row["user_id"])
                figures.shown[key] = [float(row["at_risk"])]
                figures.computed[key] = [
                    float(sum(target.user_id.id == row["user_id"] for target in at_risk))
                ]
            key = ("board", "targets_at_risk_on_top", False)
            [figures.shown[key]] = [
                [float(one["count"])]
                for one in board["exceptions"]
                if one["key"] == "targets_at_risk"
            ]
            figures.computed[key] = [float(len(at_risk))]
            self._collect_on_track(figures, on_board, told)
        self.env.cr.execute("SELECT id, sale_team_id FROM res_users")
        team_of = dict(self.env.cr.fetchall())
        sums = [("by_all", board["total"], on_board)]
        sums += [
            (
                f"by_team_{row['team_id']}",
                row,
                on_board.filtered(
                    lambda target, row=row: team_of[target.user_id.id] == row["team_id"]
                ),
            )
            for row in board["team_rows"]
        ]
        for name, row, members in sums:
            self._compare_sums(figures, "board", f"metric_%s_{name}", row["cells"], members, told)

    @api.model
    def _collect_on_track(self, figures, on_board, told):
        """Compare how many targets of the running month are on track, as a mail says."""
        month = figures.params["today"].replace(day=1)
        if not figures.is_now or figures.params["first"] != month or not _is_month(figures.params):
            return
        keys = {"targets_on_track"}
        now = self.env["crm.discipline.board"]._get_digest_figures(keys, ())["now"]
        key = ("digest", "targets_on_track", False)
        figures.shown[key] = [float(number) for number in now["figures"]["targets_on_track"]]
        good = [
            target for target in on_board if told[target.id].course.pace in ("ahead", "on_track")
        ]
        figures.computed[key] = [float(len(good)), float(len(on_board))]

    @api.model
    def _collect_team_plans(self, figures, targets, told):
        """Compare the sums of *Team Plan*, as a supervisor of the company sees them."""
        reader = self._get_supervisor()
        if not reader:
            return
        for (first, last), members in targets.grouped(
            lambda target: (target.date_from, target.date_to)
        ).items():
            period = f"{first}/{last}"
            seen = self.env["crm.plan.target"].with_user(reader)
            totals = seen.get_team_plan(period=period)["totals"]
            self._compare_sums(figures, "team_plan", f"{period} metric_%s", totals, members, told)

    @api.model
    def _compare_sums(self, figures, report, name, totals, targets, told):
        """Compare sums of counters.

        :param name: of the figure, with a place for the metric's id
        :param totals: ``{metric id: counter}`` as shown
        :param targets: those of which the sums are to be
        """
        for metric, members in targets.grouped("metric_id").items():
            if any(target.id not in told for target in members):
                continue
            parts = [told[target.id] for target in members]
            added = course.add_up(
                members.mapped("target"),
                [part.actual for part in parts],
                [part.course for part in parts],
            )
            total = Told(
                sum(part.actual for part in parts),
                sum(part.pending for part in parts),
                added,
            )
            key = (report, name % metric.id, False)
            figures.shown[key] = _get_shown(totals[metric.id]) if metric.id in totals else []
            figures.computed[key] = total.get_numbers()

    @api.model
    def _collect_my_plans(self, figures, targets, told):
        """Compare what *My Plan* and the top bar say of all targets of a salesperson that run today."""
        today = figures.params["today"]
        running = targets.filtered(
            lambda target: (
                target.state == "running"
                and target.date_from <= today <= target.date_to
                and target.user_id.active
            )
        )
        reader = self._get_supervisor()
        for user, own in running.grouped("user_id").items():
            if any(target.id not in told for target in own):
                continue
            company = figures.params["company"]
            if company not in user.company_ids.ids:
                continue
            counters = [told[target.id] for target in own]
            seen = self.env["crm.plan.target"].with_user(user)
            counter = seen.get_counter()
            key = ("top_bar", "targets_reached", user.id)
            figures.shown[key] = [float(counter["reached"]), float(counter["total"])]
            figures.computed[key] = [
                float(sum(one.course.progress >= 100 for one in counters)),
                float(len(counters)),
            ]
            for (first, last), members in own.grouped(
                lambda target: (target.date_from, target.date_to)
            ).items():
                if not reader:
                    break
                period = f"{first}/{last}"
                plan = self.env["crm.plan.target"].with_user(reader)
                plan = plan.get_my_plan(period=period, user_id=user.id)
                courses = [told[target.id].course for target in members]
                key = ("my_plan", f"{period} working_days", user.id)
                figures.shown[key] = [float(plan["days"]), float(plan["days_left"])]
                figures.computed[key] = [
                    float(max(one.days for one in courses)),
                    float(max(one.days_left for one in courses)),
                ]

    @api.model
    def _get_supervisor(self):
        """Return a supervisor of the company, as whom screens are asked that show what their reader may see."""
        group_id = self.env["ir.model.data"]._xmlid_to_res_id("crm_discipline.group_supervisor")
        return self.env["res.users"].search(
            Domain("all_group_ids", "in", [group_id])
            & Domain("company_ids", "in", self.env.company.ids)
            & Domain("share", "=", False),
            limit=1,
            order="id",
        )


def _is_month(params):
    """Tell whether a period that begins with a month is that month."""
    after = params["last"] + timedelta(days=1)
    return after.day == 1 and params["last"].month == params["first"].month


def _get_numbers(told):
    return [
        told.remaining,
        told.progress,
        told.expected,
        told.projected,
        told.days_left,
        *(told.pace == pace for pace in PACES),
    ]


def _get_shown(counter):
    """Return the numbers of a counter as a screen gets it, in the places of :meth:`Told.get_numbers`."""
    names = (
        "actual", "pending", "remaining", "progress", "expected", "projected", "days_left",
    )  # fmt: skip
    paces = [counter["pace"] == pace for pace in PACES]
    return [float(number) for number in (*[counter[name] for name in names], *paces)]
