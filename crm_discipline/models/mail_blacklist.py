from odoo import api, models


class MailBlacklist(models.Model):
    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "crm.consent.source"]

    _consent_channel = "email"
    _consent_field = "email"

    @api.model
    def _restate_clients_sudo(self, addresses):
        """State anew whether the clients with these addresses want mails, whoever may see them."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.search([("email_normalized", "in", list(addresses))])
        self.env.add_to_compute(partners._fields["email_state"], partners)
        partners.modified(["email_state"])
        partners.filtered("is_data_wanted")._close_settled_fixes_sudo()

    def _add(self, email, message=None):
        return super(MailBlacklist, self._with_consent_source(message))._add(email, message=message)

    def _remove(self, email, message=None):
        asked = self._with_consent_source(message)
        return super(MailBlacklist, asked)._remove(email, message=message)
