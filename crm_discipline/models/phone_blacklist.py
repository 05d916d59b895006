from odoo import api, models


class PhoneBlacklist(models.Model):
    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        blocked = super().create(vals_list)
        self._restate_phones_sudo(blocked.mapped("number"))
        return blocked

    def write(self, vals):
        numbers = set(self.mapped("number"))
        result = super().write(vals)
        self._restate_phones_sudo(numbers | set(self.mapped("number")))
        return result

    def unlink(self):
        numbers = self.mapped("number")
        result = super().unlink()
        self._restate_phones_sudo(numbers)
        return result

    def _restate_phones_sudo(self, numbers):
        """State anew whether the clients with these numbers can be called, whoever may see them."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.search([("phone_sanitized", "in", list(numbers))])
        self.env.add_to_compute(partners._fields["phone_state"], partners)
