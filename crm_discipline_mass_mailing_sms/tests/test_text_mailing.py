"""An audience is sent a mailing by text message."""

from odoo.addons.crm_discipline_mass_mailing.tests.mailing_common import MailingCase
from odoo.addons.crm_discipline_sms.tests.text_common import TextCase
from odoo.exceptions import UserError


class TestTextMailing(TextCase, MailingCase):
    def setUp(self):
        super().setUp()
        self.patch(self.env.cr, "commit", self.env.cr.flush)

    def create_text_mailing(self, audience):
        context = audience.with_user(self.supervisor).action_text_mailing()["context"]
        mailings = self.env["mailing.mailing"].with_user(self.supervisor)
        return mailings.with_context(**context).create(
            {"subject": "Spring", "body_plaintext": "Come on Friday"}
        )

    def launch_texts(self, mailing):
        before = self.env["sms.sms"].search([], limit=1, order="id DESC").id or 0
        mailing.action_launch()
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        return self.env["sms.sms"].search([("id", ">", before)])

    def test_mobiles_get_one_message(self):
        audience = self.create_audience()
        mailing = self.create_text_mailing(audience)
        self.assertEqual(mailing.mailing_type, "sms")
        self.assertEqual(mailing.total, 3)
        texts = self.launch_texts(mailing)
        self.assertEqual(texts.partner_id, self.good | self.missing | self.invalid)
        self.assertEqual(self.reached(audience), texts.partner_id)
        self.deliver(texts)
        self.assertEqual(mailing.state, "done")
        with self.assertRaises(UserError):
            self.text(audience)
        self.assertEqual(self.call(audience).mapped("res_id"), self.second.ids)

    def test_another_way_waits(self):
        audience = self.create_audience()
        mailing = self.create_text_mailing(audience)
        mailing.action_launch()
        with self.assertRaises(UserError):
            self.text(audience)
        with self.assertRaises(UserError):
            self.call(audience)

    def test_who_was_sent_something_meanwhile_is_left_out(self):
        audience = self.create_audience()
        mailing = self.create_text_mailing(audience)
        ids = mailing._get_remaining_recipients()
        self.assertEqual(len(self.text(audience)), 3)
        mailing.sudo().action_send_sms(ids)
        self.assertFalse(self.env["sms.sms"].search([("mailing_id", "=", mailing.id)]))

    def test_what_came_of_it(self):
        audience = self.create_audience()
        texts = self.launch_texts(self.create_text_mailing(audience))
        by_client = {text.partner_id: text for text in texts}
        self.deliver(by_client[self.good])
        self.deliver(by_client[self.missing], "invalid_destination")
        figures = self.figures(audience)
        self.assertEqual([figures[name] for name in ("reached", "delivered", "bounced")], [3, 1, 1])
        self.assertEqual(self.missing.phone_state, "wrong_number")
        self.assertEqual(self.good.phone_state, "ok")
        results = audience.with_user(self.supervisor).results
        self.assertEqual(results["answerable"], 0, "An SMS has no way back.")
