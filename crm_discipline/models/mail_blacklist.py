from odoo import models


class MailBlacklist(models.Model):
    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "crm.consent.source"]

    _consent_channel = "email"
    _consent_field = "email"
    _consent_client_field = "email_normalized"

    def _add(self, email, message=None):
        return super(MailBlacklist, self._with_consent_source(message))._add(email, message=message)

    def _remove(self, email, message=None):
        asked = self._with_consent_source(message)
        return super(MailBlacklist, asked)._remove(email, message=message)
