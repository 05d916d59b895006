"""The module's check of itself: are the figures on screens those of plain SQL?

A check takes one period of one company. It asks reports, counters and board as a screen would, recomputes
each figure by the queries of ``checks/``, which know nothing of domains, and keeps what differs. Both are
read in one transaction, so they speak of the same moment.
"""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import plan_period

_KEPT = timedelta(days=30)
REPORTS = [
    ("board", "Board"),
    ("activity", "Activity report"),
    ("quality", "Quality report"),
    ("plan", "Plans"),
    ("plan_report", "Plan and Actual"),
    ("effort", "Time in the CRM"),
]
# What of a figure is meant where it is not a salesperson's own.
_RECORDS = {
    "rule": "crm.discipline.rule",
    "missing_rule": "crm.discipline.rule",
    "target": "crm.plan.target",
}
_PARTS = re.compile(r"(_by_all|_on_top|_by_team_(\d+))$")


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

    @api.depends("report", "figure")
    @api.depends_context("lang")
    def _compute_name(self):
        titles = self.env["crm.discipline.board"]._get_titles()
        titles["hours"] = self.env._("Working Time Ahead")
        activity = self.env["crm.discipline.activity.report"]
        titles.update(activity._fields["kind"]._description_selection(self.env))
        for line in self:
            prefix, _, record_id = line.figure.rpartition("_")
            model = _RECORDS.get(prefix)
            if model and record_id.isdigit():
                record = self.env[model].with_context(active_test=False).browse(int(record_id))
                line.name = record.exists().display_name or line.figure
                continue
            part = _PARTS.search(line.figure)
            figure = line.figure[: part.start()] if part else line.figure
            name = titles.get(figure, line.figure)
            if part and part[2]:
                team = self.env["crm.team"].with_context(active_test=False).browse(int(part[2]))
                name = f"{name}: {team.exists().display_name or part[2]}"
            line.name = name


def _is_same(shown, computed):
    """Tell whether two numbers are the same but for how sums of fractions round.

    >>> _is_same(0.1 + 0.2, 0.3), _is_same(3, 4), _is_same(1e9, 1e9 + 1)
    (True, False, False)
    """
    return abs(shown - computed) <= 1e-6 + 1e-12 * abs(computed)
