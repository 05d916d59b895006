from odoo import api, models


class PhoneBlacklist(models.Model):
    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "crm.consent.source"]

    _consent_channel = "phone"
    _consent_field = "number"

    @api.model
    def _restate_clients_sudo(self, addresses):
        """State anew whether the clients with these numbers can be called, whoever may see them."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.search([("phone_sanitized", "in", list(addresses))])
        self.env.add_to_compute(partners._fields["phone_state"], partners)
        partners.modified(["phone_state"])
        partners.filtered("is_data_wanted")._close_settled_fixes_sudo()

    def _add(self, numbers, message=None):
        return super(PhoneBlacklist, self._with_consent_source(message))._add(
            numbers, message=message
        )

    def _remove(self, numbers, message=None):
        asked = self._with_consent_source(message)
        return super(PhoneBlacklist, asked)._remove(numbers, message=message)
