"""The link in a text message, over HTTP."""

from odoo.tests import tagged

from .text_common import TextCase


@tagged("post_install", "-at_install")
class TestAudienceTextHttp(TextCase):
    def test_opting_out_by_the_link(self):
        audience = self.create_audience()
        text = self.text(audience).filtered(lambda one: one.partner_id == self.good)
        url = self.member(audience, self.good)._get_text_opt_out_url()
        self.assertIn(url, text.body)
        path = "/" + url.split("/", 3)[3]
        self.assertLess(len(path), 40)
        self.authenticate(None, None)
        self.assertIn("No more messages", self.url_open(path).text)
        self.assertEqual(self.good.phone_state, "ok", "A link that is only opened does nothing.")
        answer = self.url_open(path, data={"yes": "1"})
        self.assertIn("You will get no more", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.good.phone_state, "opted_out")
        consent = self.env["crm.consent"].search([("address", "=", self.good.phone_sanitized)])
        self.assertEqual((consent.channel, consent.decision), ("phone", "out"))
        self.assertIn("Spring sale", consent.source)
        self.assertEqual(self.states(self.create_audience(channel="email"))[self.good], "opted_out")
        self.assertEqual(self.url_open(path[:-1] + "!").status_code, 404)
        mail_path = path.replace("/sms/out/", "/crm_discipline/opt_out/")
        self.assertEqual(self.url_open(mail_path).status_code, 404)

    def test_without_the_link(self):
        audience = self.create_audience()
        texts = self.text(audience, text_has_link=False)
        self.assertEqual(set(texts.mapped("body")), {"Come on Friday"})
