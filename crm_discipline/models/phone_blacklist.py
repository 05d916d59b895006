from odoo import models


class PhoneBlacklist(models.Model):
    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "crm.consent.source"]

    _consent_channel = "phone"
    _consent_field = "number"
    _consent_client_field = "phone_sanitized"

    def _add(self, numbers, message=None):
        return super(PhoneBlacklist, self._with_consent_source(message))._add(
            numbers, message=message
        )

    def _remove(self, numbers, message=None):
        asked = self._with_consent_source(message)
        return super(PhoneBlacklist, asked)._remove(numbers, message=message)
