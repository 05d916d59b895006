from odoo import models


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _action_send_sms_mass(self, records=None):
        """Leave out of a mailing to an audience whoever was sent something meanwhile."""
        mailing = self.mailing_id
        if mailing.audience_id:
            records = self._get_records() if records is None else records
            records = mailing.audience_id._lock_for_mailing_sudo(mailing._get_way(), records)
        return super()._action_send_sms_mass(records)
