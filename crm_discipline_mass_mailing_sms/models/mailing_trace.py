from odoo import models

MISSED = {
    "sms_blacklist": "opted_out",
    "sms_optout": "opted_out",
    "sms_duplicate": "duplicate",
    "sms_number_format": "invalid",
    "sms_number_missing": "missing",
}


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    def _get_missed_reasons(self):
        return {**super()._get_missed_reasons(), **MISSED}
