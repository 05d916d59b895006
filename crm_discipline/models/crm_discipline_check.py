"""The module's check of itself: are the figures on screens those of plain SQL?

A check takes one period of one company. It asks reports, counters and board as a screen would, recomputes
each figure by the queries of ``checks/``, which know nothing of domains, and keeps what differs. Both are
read in one transaction, so they speak of the same moment.
"""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import plan_period

_KEPT = timedelta(days=30)
REPORTS = [
    ("board", "Board"),
    ("activity", "Activity report"),
    ("quality", "Quality report"),
    ("plan", "Plans"),
    ("plan_report", "Plan and Actual"),
    ("effort", "Time in the CRM"),
    ("burn_up", "Course of a Plan"),
    ("team_plan", "Team Plan"),
    ("my_plan", "My Plan"),
    ("top_bar", "Top Bar"),
    ("worklist", "Complete Data"),
    ("rules", "Data Rules"),
    ("findings", "Findings"),
    ("requests", "Data Requests"),
    ("audience", "Audiences"),
    ("contact", "Contacts"),
    ("digest", "Figures by E-mail"),
]
# What of a figure is meant where it is not a salesperson's own: ``rule_5`` is rule 5.
_RECORDS = {
    "rule": "crm.discipline.rule",
    "missing_rule": "crm.discipline.rule",
    "violations": "crm.discipline.rule",
    "target": "crm.plan.target",
    "planned": "crm.plan.target",
    "reached": "crm.plan.target",
    "metric": "crm.plan.metric",
    "kind": "crm.discipline.finding.kind",
    "audience": "crm.audience",
    "audience_reasons": "crm.audience",
    "audience_own": "crm.audience",
    "audience_failed": "crm.audience",
    "results": "crm.audience",
    "my_reach": "crm.audience",
    "client": "res.partner",
}
_PARTS = re.compile(r"(_by_all|_on_top|_by_team_(\d+))$")
_PERIOD = re.compile(r"^(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d) ")


class CrmDisciplineCheck(models.Model):
    _name = "crm.discipline.check"
    _description = "Check of Figures"
    _order = "checked_on DESC, id DESC"
    _rec_name = "checked_on"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date_from = fields.Date(required=True, readonly=True)
    date_to = fields.Date(required=True, readonly=True)
    checked_on = fields.Datetime(required=True, readonly=True)
    compared = fields.Integer("Figures Compared", readonly=True)
    differing = fields.Integer("Figures That Differ", readonly=True)
    unchecked = fields.Integer(
        "Figures Left Out",
        readonly=True,
        help="Rules and metrics of your own have no SQL written for the check.",
    )
    line_ids = fields.One2many("crm.discipline.check.line", "check_id", readonly=True)

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _check_figures(self, company, first, last):
        """Check a period, both days included, and return the check."""
        # as a screen would, of this company only
        checking = self.with_company(company).with_context(allowed_company_ids=company.ids)
        checking.env.flush_all()
        shown, computed, left_out = checking._collect(first, last)
        lines = [{"kind": "unchecked", **one} for one in left_out]
        for key in sorted(set(shown) | set(computed), key=str):
            report, figure, user_id = key
            theirs, ours = shown.get(key, ()), computed.get(key, ())
            for place in range(max(len(theirs), len(ours))):
                there = theirs[place] if place < len(theirs) else 0.0
                here = ours[place] if place < len(ours) else 0.0
                if not _is_same(there, here):
                    lines.append(
                        {
                            "kind": "differs",
                            "report": report,
                            "figure": figure,
                            "place": place,
                            "user_id": user_id,
                            "shown": there,
                            "computed": here,
                        }
                    )
        return self.create(
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "checked_on": fields.Datetime.now(),
                "compared": len(set(shown) | set(computed)),
                "differing": sum(line["kind"] == "differs" for line in lines),
                "unchecked": len(left_out),
                "line_ids": [(0, 0, line) for line in lines],
            }
        )

    @api.model
    def _cron_check(self):
        """Check the running month and the one before for each company, and forget old checks."""
        Cron = self.env["ir.cron"]
        self.search([("checked_on", "<", fields.Datetime.now() - _KEPT)]).unlink()
        asked = []
        for company in self.env["res.company"].search(Domain.TRUE):
            month = plan_period.get_period("month", company._get_plan_today())
            before = plan_period.get_period("month", month[0] - timedelta(days=1))
            asked += [(company, *before), (company, *month)]
        Cron._commit_progress(remaining=len(asked))
        for company, first, last in asked:
            self._check_figures(company, first, last)
            if not Cron._commit_progress(1):
                break

    # ------------------------------------------------------------
    # SHOWING
    # ------------------------------------------------------------

    @api.model
    def _get_latest(self, first, last):
        """Return what the board says of the newest check that touches a period; False without one."""
        check = self.search_fetch(
            Domain("company_id", "=", self.env.company.id)
            & Domain("date_from", "<=", last)
            & Domain("date_to", ">=", first),
            ["checked_on", "compared", "differing", "unchecked"],
            limit=1,
        )
        return {
            "id": check.id,
            "checked_on": fields.Datetime.to_string(check.checked_on),
            "compared": check.compared,
            "differing": check.differing,
            "unchecked": check.unchecked,
        } if check else False  # fmt: skip


class CrmDisciplineCheckLine(models.Model):
    _name = "crm.discipline.check.line"
    _description = "Figure That Differs"
    _order = "check_id DESC, kind, report, figure, id"
    _rec_name = "name"

    check_id = fields.Many2one(
        "crm.discipline.check", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("differs", "Differs"), ("unchecked", "Not checked")], required=True, readonly=True
    )
    report = fields.Selection(REPORTS, "Where", required=True, readonly=True)
    figure = fields.Char("Technical Name", required=True, readonly=True)
    place = fields.Integer("Number", readonly=True, help="Which of the figure's numbers, from 0.")
    name = fields.Char("Figure", compute="_compute_name")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True, ondelete="set null")
    shown = fields.Float("On the Screen", readonly=True, aggregator=None)
    computed = fields.Float("Computed Again", readonly=True, aggregator=None)

    @api.depends("report", "figure", "place")
    @api.depends_context("lang")
    def _compute_name(self):
        titles, numbers = self._get_figure_titles(), self._get_number_names()
        for line in self:
            figure, ending = line.figure, ""
            period = _PERIOD.match(figure)
            if period:
                first, last = (format_date(self.env, day) for day in period.groups())
                figure, ending = figure[period.end() :], f" ({first} – {last})"
            part = _PARTS.search(figure)
            if part:
                figure = figure[: part.start()]
            if part and part[2]:
                team = self.env["crm.team"].with_context(active_test=False).browse(int(part[2]))
                ending = f": {team.exists().display_name or part[2]}{ending}"
            prefix, _, record_id = figure.rpartition("_")
            model, name = _RECORDS.get(prefix), titles.get(figure)
            if model and record_id.isdigit():
                record = self.env[model].with_context(active_test=False).browse(int(record_id))
                name = record.exists().display_name
            else:
                prefix = figure
            # (on top a figure is told by its first number only)
            names = numbers.get((line.report, prefix), ())
            if line.report == "burn_up":
                ending += self.env._(", day %s", line.place + 1)
            elif line.place < len(names):
                ending += f", {names[line.place]}"
            line.name = f"{name or line.figure}{ending}"

    @api.model
    def _get_figure_titles(self):
        """Return what to call figures that are no record's."""
        env = self.env
        board = env["crm.discipline.board"]._get_titles()
        states = dict(env["crm.data.request"]._fields["state"]._description_selection(env))
        kinds = env["crm.discipline.activity.report"]._fields["kind"]._description_selection(env)
        operations = env["crm.effort"]._fields["kind"]._description_selection(env)
        return {
            **board,
            **dict(kinds),
            **{f"operation_{kind}": label for kind, label in operations},
            **{f"requests_{state}": label for state, label in states.items()},
            "hours": env._("Working Time Ahead"),
            "working_days": env._("Working Days"),
            "requests_worked": env._("Requests of an Operator"),
            "requests_asked": env._("Requests of Who Asked"),
            "requests_waiting": env._("Requests That Wait for an Operator"),
            "requests_rejected": env._("Rejected Requests"),
            "to_complete": env._("Records to Complete"),
            "targets_reached": env._("Targets Reached"),
            "return_call": board["missed_calls"],
            "meeting_result": board["meetings_waiting"],
        }

    @api.model
    def _get_number_names(self):
        """Return what the numbers of figures with several are called: ``{(where, which): [name]}``."""
        env = self.env

        def labels(model_name, *fnames):
            fields_ = env[model_name]._fields
            return [fields_[fname]._description_string(env) for fname in fnames]

        number = env._("Number")
        asked = env._("Data Asked For")
        hours = env._("Hours")
        days = env._("Days")
        of_all = env._("Of All")
        won = [number, env._("Revenue")]
        returned = [number, env._("Median Minutes"), env._("90th Percentile")]
        reached = [env._("Clients Reached"), of_all]
        mended = env._("Could Be Mended")
        good = env._("A Good Address")
        not_taken = env._("Not Taken")
        buttons = [env._("Calls"), env._("Meetings"), env._("Open Requests"), env._("Campaigns")]
        target = "crm.plan.target"
        paces = dict(env[target]._fields["pace"]._description_selection(env))
        counter = [
            *labels(target, "actual", "pending", "remaining", "progress", "expected", "projected",
                    "days_left"),
            *(paces[pace] for pace in ("at_risk", "behind", "on_track", "ahead")),
        ]  # fmt: skip
        states = env["crm.audience.member"]._fields["reach_state"]._description_selection(env)
        states = dict(states)
        reasons = ("missing", "invalid", "wrong_number", "opted_out", "archived")
        results = labels(
            "crm.audience.report", "clients", "reached", "delivered", "bounced", "answered",
            "meetings", "deals", "answerable",
        )  # fmt: skip
        requests = [
            number,
            *labels("crm.data.request", "waiting_hours", "waiting_median", "waiting_p90",
                    "rejected_percent"),
        ]  # fmt: skip
        operation = labels(
            "crm.effort.report", "operations", "clicks", "keys", "median_seconds", "p90_seconds",
            "median_clicks", "median_keys",
        )  # fmt: skip
        kinds = [kind for kind, _label in env["crm.effort"]._fields["kind"].selection]
        activity = [number, *labels("crm.discipline.activity.report", "duration", "revenue")]
        lately = [env._("%s weeks ago", weeks) for weeks in range(7, 0, -1)]
        lately.append(env._("This Week"))
        return {
            ("board", "ahead_meetings"): [number, hours],
            ("board", "hours"): [hours, days],
            ("board", "time"): [hours, days],
            ("board", "won"): won,
            ("board", "returned"): returned,
            ("digest", "won"): won,
            ("digest", "returned"): returned,
            ("digest", "targets_on_track"): [number, of_all],
            ("board", "held_weeks"): lately,
            ("board", "metric"): counter,
            ("team_plan", "metric"): counter,
            ("plan", "target"): counter,
            ("plan_report", "target"): labels(
                "crm.plan.report", "actual", "pending", "target", "remaining"
            ),
            ("quality", "rule"): [
                asked,
                *labels("crm.discipline.quality.report", "missing_count", "share_complete"),
            ],
            **{("activity", kind): activity for kind in ("meeting", "call", "contact", "deal")},
            ("effort", "time"): labels(
                "crm.effort.report", "hours", "entry_hours", "work_hours", "share", "entry_share"
            ),
            **{("effort", f"operation_{kind}"): operation for kind in kinds},
            ("my_plan", "working_days"): [days, *labels(target, "days_left")],
            ("my_plan", "my_reach"): [
                *(results[place] for place in (0, 1, 5, 6)),
                mended,
            ],
            ("top_bar", "targets_reached"): reached,
            ("requests", "requests_worked"): requests,
            ("requests", "requests_asked"): requests,
            ("audience", "audience"): labels(
                "crm.audience", "total_count", "reachable_count", "unreachable_count"
            ),
            ("audience", "audience_reasons"): [
                good,
                *(states[reason] for reason in reasons),
            ],
            ("audience", "audience_own"): labels("crm.audience", "total_count", "reachable_count"),
            ("audience", "audience_failed"): [not_taken],
            ("audience", "results"): results,
            ("contact", "client"): buttons,
        }


def _is_same(shown, computed):
    """Tell whether two numbers are the same but for how sums of fractions round.

    >>> _is_same(0.1 + 0.2, 0.3), _is_same(3, 4), _is_same(1e9, 1e9 + 1)
    (True, False, False)
    """
    return abs(shown - computed) <= 1e-6 + 1e-12 * abs(computed)
