from odoo import models

NO_NUMBER = {"sms_invalid_destination", "sms_number_format"}
"""What the provider says of a number that nobody has."""


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        result = super()._update_sms_notifications(
            notification_status, failure_type=failure_type, failure_reason=failure_reason
        )
        if failure_type in NO_NUMBER:
            for notification in self.sudo().mail_notification_id:
                notification.res_partner_id._note_no_number_sudo(notification.sms_number)
        return result
