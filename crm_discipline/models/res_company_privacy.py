from odoo import fields, models


# what a company wants of privacy is kept beside the rest of it
class ResCompany(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    discipline_own_clients_only = fields.Boolean(
        "Own Clients Only",
        help="A salesperson sees own clients and those without a salesperson, not colleagues'.",
    )
    discipline_read_limit = fields.Integer(
        "Clients Read a Day",
        default=500,
        help="How many clients one user may read a day before it is logged; 0 logs exports only.",
    )
    discipline_read_log_days = fields.Integer(
        "Keep the Log of Bulk Reading",
        default=365,
        help="Days after which the log of bulk reading is deleted.",
    )

    _discipline_read_limit_positive = models.Constraint(
        "CHECK (discipline_read_limit >= 0)",
        "The number of clients read a day can't be negative.",
    )
    _discipline_read_log_days_positive = models.Constraint(
        "CHECK (discipline_read_log_days > 0)",
        "The log of bulk reading is kept for at least a day.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "discipline_own_clients_only" in vals:
            # the record rules depend on it
            self.env.flush_all()
            self.env.registry.clear_cache()
        return result


class ResConfigSettings(models.TransientModel):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    discipline_own_clients_only = fields.Boolean(
        related="company_id.discipline_own_clients_only", readonly=False
    )
    discipline_read_limit = fields.Integer(
        related="company_id.discipline_read_limit", readonly=False
    )
    discipline_read_log_days = fields.Integer(
        related="company_id.discipline_read_log_days", readonly=False
    )
