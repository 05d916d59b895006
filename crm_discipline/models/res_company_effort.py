from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    discipline_track_effort = fields.Boolean(
        "Measure Time in the CRM",
        help="Measure how long, and with how many clicks and keys, work in CRM screens takes.",
    )
    discipline_effort_detail_days = fields.Integer(
        "Keep Single Operations For",
        default=180,
        help="Days after which single operations are summed up by user, day and kind.",
    )
    discipline_effort_keep_months = fields.Integer(
        "Keep Time in the CRM For", default=24, help="Months after which nothing of it is left."
    )

    _discipline_effort_kept = models.Constraint(
        "CHECK (discipline_effort_detail_days >= 0 AND discipline_effort_keep_months > 0)",
        "Time in the CRM is kept for at least a month, and days can't be negative.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "discipline_track_effort" in vals:
            # the menus come and go with it
            self.env.registry.clear_cache()
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    discipline_track_effort = fields.Boolean(
        related="company_id.discipline_track_effort", readonly=False
    )
    discipline_effort_detail_days = fields.Integer(
        related="company_id.discipline_effort_detail_days", readonly=False
    )
    discipline_effort_keep_months = fields.Integer(
        related="company_id.discipline_effort_keep_months", readonly=False
    )
