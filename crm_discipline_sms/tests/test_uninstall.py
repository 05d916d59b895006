"""Without the module nothing is half sent, and the audience says so."""

from unittest.mock import patch

from odoo.addons.crm_discipline.models import crm_audience_send
from odoo.addons.crm_discipline_sms.hooks import uninstall_hook
from odoo.tests import tagged

from .text_common import TextCase


@tagged("post_install", "-at_install")
class TestUninstall(TextCase):
    def test_what_waits_is_taken_back(self):
        audience = self.create_audience()
        texts = self.text(audience)
        gone = texts.filtered(lambda text: text.partner_id == self.good)
        self.deliver(gone)
        uninstall_hook(self.env)
        self.env.flush_all()
        self.assertEqual(set((texts - gone).mapped("state")), {"canceled"})
        self.assertEqual(audience.member_ids.filtered("sent_on").partner_id, self.good)
        self.assertIn("uninstalled", audience.problem)
        self.assertFalse(audience.sending_way)
        self.env["mail.notification"].search([("notification_type", "=", "sms")]).unlink()
        self.assertEqual(self.figures(audience)["delivered"], 1, "It stays known.")
        called = self.call(audience).mapped("res_id")
        self.assertEqual(set(called), set((self.second | self.missing | self.invalid).ids))

    def test_in_the_middle_of_sending(self):
        audience = self.create_audience()
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(crm_audience_send, "SEND_BATCH", 1),
        ):
            self.text(audience)
            audience.sudo()._send_next_batch()
            self.assertTrue(audience.is_sending)
            uninstall_hook(self.env)
        self.assertFalse(audience.is_sending)
        self.assertIn("uninstalled", audience.problem)
        self.assertFalse(audience.member_ids.filtered("sent_on"))
        self.assertFalse(self.env["sms.sms"].search([("state", "=", "outgoing")]))
        self.assertFalse(audience.sudo()._work_on(), "Nothing is left to do.")
        self.assertEqual(len(self.call(audience)), 4)
