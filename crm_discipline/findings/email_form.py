from odoo import models
from odoo.tools import SQL


class EmailForm(models.AbstractModel):
    _name = "crm.discipline.finder.email_form"
    _inherit = "crm.discipline.finder"
    _description = "Finds e-mails that can't be written to"
    _finder_model = "res.partner"
    _finder_fields = ("email",)

    def _get_value(self):
        return SQL("record.email")

    def _get_condition(self):
        return SQL(
            r"""
            record.active IS TRUE AND record.partner_share IS TRUE AND record.email ~ '\S'
            AND (COALESCE(record.email_normalized, '') !~ '^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}$')
            """
        )
