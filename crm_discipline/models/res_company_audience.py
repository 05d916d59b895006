from odoo import fields, models


# what a company wants of its campaigns is kept beside the rest of it
class ResCompany(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    discipline_opt_out_everywhere = fields.Boolean(
        "An Opt-out Counts Everywhere",
        default=True,
        help="Who opted out of calls or of e-mails is left alone by every audience.",
    )
    discipline_campaign_days = fields.Integer(
        "Results of a Campaign Within",
        default=30,
        help="Days after a client was reached, in which meetings and deals count as its results.",
    )

    _discipline_campaign_days_positive = models.Constraint(
        "CHECK (discipline_campaign_days >= 0)",
        "The days in which results of a campaign count can't be negative.",
    )
