from calendar import monthrange
from datetime import date, timedelta

from odoo import api, fields, models, tools
from odoo.addons.base.models.res_partner import _tz_get


class ResCompany(models.Model):
    _inherit = "res.company"

    discipline_tz = fields.Selection(
        _tz_get,
        string="Time Zone of Figures",
        compute="_compute_discipline_tz",
        store=True,
        readonly=False,
        help="Where a day, a week and a month begin, the same for everybody who looks at a figure.",
    )
    discipline_result_hours = fields.Integer(
        "Ask for the Result After",
        default=4,
        help="Hours after the end of a client meeting, when its owner is asked what came of it.",
    )

    discipline_unknown_caller = fields.Selection(
        [("call", "Nothing but the call"), ("lead", "A lead"), ("request", "A data request")],
        "An Unknown Caller Makes",
        required=True,
        default="call",
        help="What an incoming call of a number that no client has makes besides the call.",
    )
    discipline_callback_hours = fields.Integer(
        "Return Missed Calls Within",
        default=4,
        help="Working hours after a missed call of a client, by which it is to be returned.",
    )

    discipline_year_month = fields.Selection(
        [
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        "Fiscal Year Begins In",
        required=True,
        default="1",
        help="Where the quarters and years of plans begin. With Odoo's accounting, its fiscal year "
        "decides.",
    )

    _discipline_callback_hours_positive = models.Constraint(
        "CHECK (discipline_callback_hours >= 0)",
        "The hours within which a missed call is to be returned can't be negative.",
    )
    _discipline_result_hours_positive = models.Constraint(
        "CHECK (discipline_result_hours >= 0)",
        "The hours after which a result is asked for can't be negative.",
    )

    @api.depends("resource_calendar_id.tz")
    def _compute_discipline_tz(self):
        for company in self:
            company.discipline_tz = (
                company.resource_calendar_id.tz or company.discipline_tz or "UTC"
            )
        # rules keep the time zone that they are decided in
        self.env.registry.clear_cache()

    def write(self, vals):
        result = super().write(vals)
        if not {"discipline_tz", "discipline_unknown_caller", "country_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def _get_plan_year_start(self):
        """Return the month and the day on which the company's fiscal year begins."""
        self.ensure_one()
        if "fiscalyear_last_month" in self._fields:
            # Odoo's accounting knows better; 28 February is as late as 29
            month, day = int(self.fiscalyear_last_month), self.fiscalyear_last_day
            last = min(day, monthrange(2001, month)[1])
            first = date(2001, month, last) + timedelta(days=1)
            return first.month, first.day
        return int(self.discipline_year_month), 1

    @tools.ormcache("self.id")
    def _get_plan_tz(self):
        """Return the time zone of the company's figures; everybody may know it."""
        return self.sudo().discipline_tz or "UTC"

    def _get_plan_today(self):
        """Return today where the company is."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self._get_plan_tz()))
