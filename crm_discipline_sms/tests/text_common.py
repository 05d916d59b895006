from odoo.addons.crm_discipline.tests.audience_common import SendCase
from odoo.addons.sms.tests.common import SMSCase


class TextCase(SMSCase, SendCase):
    """Four clients who have a number; the one of Eva is a landline's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second.phone = "+420221234567"

    def create_audience(self, user=None, **values):
        return super().create_audience(user, **{"channel": "phone", **values})

    def text(self, audience, user=None, **values):
        """Send a text message as the supervisor, or as ``user``; return the messages."""
        audience = audience.with_user(user or self.supervisor)
        context = audience.action_text()["context"]
        before = self.env["sms.sms"].search([], limit=1, order="id DESC").id or 0
        wizard = self.env["crm.audience.send"].with_user(user or self.supervisor)
        wizard = wizard.with_context(**context).create({"text_body": "Come on Friday", **values})
        wizard.action_confirm()
        return self.env["sms.sms"].search([("id", ">", before)])

    def deliver(self, texts, status="delivered"):
        """Let the provider take messages, and say later what became of them."""
        with self.mockSMSGateway():
            texts.send()
        trackers = self.env["sms.tracker"].search([("sms_uuid", "in", texts.mapped("uuid"))])
        state = texts.IAP_TO_SMS_STATE_SUCCESS.get(status)
        if state:
            trackers._action_update_from_sms_state(state)
        else:
            trackers._action_update_from_provider_error(status)
