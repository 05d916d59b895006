"""One phone or e-mail on many clients: more than duplicates would have."""

from odoo import models
from odoo.tools import SQL


class SharedPhone(models.AbstractModel):
    _name = "crm.discipline.finder.shared_phone"
    _inherit = "crm.discipline.finder.same"
    _description = "Finds one phone on many clients"
    _shared_field = "phone_sanitized"
    _finder_fields = ("phone",)

    def _is_odd(self):
        return SQL("shared.clients >= company.discipline_shared_limit")


class SharedEmail(models.AbstractModel):
    _name = "crm.discipline.finder.shared_email"
    _inherit = "crm.discipline.finder.same"
    _description = "Finds one e-mail on many clients"
    _shared_field = "email_normalized"
    _finder_fields = ("email",)

    def _is_odd(self):
        return SQL("shared.clients >= company.discipline_shared_limit")
