from odoo import api, models


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _get_audience_delivery(self):
        """Of a text message nobody knows whether it was answered."""
        told = super()._get_audience_delivery()
        answerable = f"CASE mail.type WHEN 'sms' THEN FALSE ELSE {told['answerable']} END"
        return {**told, "answerable": answerable}

    @api.model
    def _get_audience_not_taken(self):
        """A provider that takes nothing, whatever the number."""
        return [
            *super()._get_audience_not_taken(),
            """SELECT mail_message_id FROM sms_sms
                WHERE state = 'error' AND to_delete IS NOT TRUE
                  AND failure_type IN ('sms_credit', 'sms_server', 'sms_acc', 'sms_registration_needed')""",
        ]
