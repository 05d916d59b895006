from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Say in one sentence that a client is a colleague's; Odoo's own words name the record."""
        error = super()._make_access_error(operation, records)
        user = self.env.user
        if not user._sees_own_clients_only():
            return error
        rules = self._get_rules(records._name, mode=operation).sudo()
        if not any("_get_privacy_domain" in (rule.domain_force or "") for rule in rules):
            return error
        return AccessError(self._get_privacy_message())

    def _get_privacy_message(self):
        return self.env._(
            "This is about a colleague's client. Salespeople see their own clients and those without "
            "a salesperson; ask your supervisor if you are to take over."
        )
