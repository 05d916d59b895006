from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    discipline_tz = fields.Selection(related="company_id.discipline_tz", readonly=False)
    discipline_result_hours = fields.Integer(
        related="company_id.discipline_result_hours", readonly=False
    )
    discipline_unknown_caller = fields.Selection(
        related="company_id.discipline_unknown_caller", readonly=False, required=True
    )
    discipline_operator_split = fields.Boolean(
        related="company_id.discipline_operator_split", readonly=False
    )
    discipline_split_writers = fields.Selection(
        related="company_id.discipline_split_writers", readonly=False, required=True
    )
    discipline_callback_hours = fields.Integer(
        related="company_id.discipline_callback_hours", readonly=False
    )
    discipline_year_month = fields.Selection(
        related="company_id.discipline_year_month", readonly=False, required=True
    )
    discipline_opt_out_everywhere = fields.Boolean(
        related="company_id.discipline_opt_out_everywhere", readonly=False
    )
    discipline_campaign_days = fields.Integer(
        related="company_id.discipline_campaign_days", readonly=False
    )
