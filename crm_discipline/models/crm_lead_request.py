"""Asking the operators for the client of an opportunity, or for a correction of it."""

from odoo import models

# an opportunity's field: what a request calls it
_NAMES = {
    "contact_name": "name",
    "partner_name": "company_name",
    "phone": "phone",
    "email_from": "email",
    "function": "function",
    "street": "street",
    "street2": "street2",
    "zip": "zip",
    "city": "city",
    "state_id": "state_id",
    "country_id": "country_id",
    "website": "website",
}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_ask_correction(self):
        """Open the dialog that asks for a correction of the client, or for a client where there is
        none yet, with what the opportunity says."""
        self.ensure_one()
        self.check_access("read")
        Request = self.env["crm.data.request"]
        origin = {"default_origin_model": self._name, "default_origin_id": self.id}
        if self.partner_id:
            action = self.partner_id.action_ask_correction()
            action["context"].update(origin)
            return action
        values = {
            f"default_{name}": value
            for fname, name in _NAMES.items()
            if (value := Request._get_value(self, fname))
        }
        return Request._get_ask_action({**values, **origin})
