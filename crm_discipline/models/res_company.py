from odoo import api, fields, models
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
        [("call", "Nothing but the call"), ("lead", "A lead")],
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
