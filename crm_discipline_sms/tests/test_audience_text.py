"""An audience is sent a text message once to each, and the provider says what became of it."""

from unittest.mock import patch

from odoo.addons.crm_discipline.models import crm_audience_send
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .text_common import TextCase


class TestAudienceText(TextCase):
    def test_whoever_has_a_mobile_gets_one_message(self):
        audience = self.create_audience()
        texts = self.text(audience)
        self.assertEqual(texts.partner_id, self.good | self.missing | self.invalid)
        self.assertEqual(len(texts), 3)
        self.assertEqual(set(texts.mapped("state")), {"outgoing"}, "Odoo's queue sends them.")
        self.assertEqual(audience.member_ids.filtered("sent_on").partner_id, texts.partner_id)
        self.assertEqual(texts.mail_message_id.author_id, self.supervisor.partner_id)
        self.assertTrue(audience.campaign_id)
        self.assertFalse(audience.is_sending)
        with self.assertRaises(UserError):
            self.text(audience)

    def test_a_landline_stays_for_a_call(self):
        audience = self.create_audience()
        form = Form(
            self.env["crm.audience.send"]
            .with_user(self.supervisor)
            .with_context(**audience.action_text()["context"])
        )
        self.assertEqual((form.count, form.landline_count), (3, 1))
        self.text(audience)
        with self.assertRaisesRegex(UserError, "has a landline, which gets no SMS"):
            audience.with_user(self.supervisor).action_text()
        activities = self.call(audience)
        self.assertEqual(activities.mapped("res_id"), self.second.ids)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            audience.with_user(self.supervisor).action_text()

    def test_another_number_is_looked_at_anew(self):
        audience = self.create_audience()
        self.text(audience)
        self.second.phone = "+420601000002"
        self.assertEqual(self.text(audience).partner_id, self.second)

    def test_in_batches_of_which_some_have_landlines_only(self):
        audience = self.create_audience()
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(crm_audience_send, "SEND_BATCH", 1),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            self.text(audience)
            self.assertTrue(audience.is_sending)
            audience.member_ids.phone_line = False
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertFalse(audience.problem)
        reached = audience.member_ids.filtered("sent_on").partner_id
        self.assertEqual(reached, self.good | self.missing | self.invalid)

    def test_either_way_the_mail_goes_first(self):
        audience = self.create_audience(channel="any")
        self.send(audience)
        self.assertEqual(self.text(audience).partner_id, self.missing | self.invalid)

    def test_who_opted_out_meanwhile_is_left_alone(self):
        audience = self.create_audience()
        self.env["phone.blacklist"].create({"number": self.good.phone_sanitized})
        self.member(audience, self.missing).is_opted_out = True
        self.assertEqual(self.text(audience).partner_id, self.invalid)

    def test_what_fails_sends_nothing_and_says_why(self):
        audience = self.create_audience()
        composer = self.env.registry["sms.composer"]
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
            patch.object(composer, "_action_send_sms", side_effect=UserError("No provider")),
        ):
            self.assertFalse(self.text(audience))
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertEqual(audience.problem, "No provider")
        self.assertFalse(audience.member_ids.filtered("sent_on"))

    def test_who_and_what(self):
        audience = self.create_audience()
        with self.assertRaises(AccessError):
            self.text(audience, user=self.salesperson)
        with self.assertRaises(UserError):
            self.text(audience, text_body=" ")
        with self.assertRaises(UserError):
            self.text(self.create_audience(channel="email"))
        self.assertFalse(audience.sent_on)

    def test_the_words_of_a_template_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.good.lang = "cs_CZ"
        template = self.env["sms.template"].create(
            {
                "name": "Sale",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "lang": "{{ object.lang }}",
                "body": "Hello {{ object.name }}",
            }
        )
        template.with_context(lang="cs_CZ").body = "Ahoj {{ object.name }}"
        texts = self.text(
            self.create_audience(), text_template_id=template.id, text_body=template.body
        )
        body = {text.partner_id: text.body for text in texts}
        self.assertIn("Ahoj Adam Good", body[self.good])
        self.assertIn("Hello Jan Missing", body[self.missing])

    # ------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------

    def test_delivered_and_come_back(self):
        audience = self.create_audience()
        texts = self.text(audience)
        good = texts.filtered(lambda text: text.partner_id == self.good)
        missing = texts.filtered(lambda text: text.partner_id == self.missing)
        self.deliver(good)
        self.deliver(missing, "rejected")
        self.assertEqual(len(self._sms), 1)
        figures = self.figures(audience)
        self.assertEqual((figures["reached"], figures["delivered"], figures["bounced"]), (3, 1, 1))
        opened = self.opened(audience, audience.action_view_results("bounced"))
        self.assertEqual(opened.partner_id, self.missing)
        self.assertEqual(self.missing.phone_state, "ok", "Rejected says nothing of the number.")

    def test_whether_somebody_answered_is_not_known(self):
        audience = self.create_audience()
        texts = self.text(audience)
        self.deliver(texts)
        self.env.flush_all()
        results = audience.with_user(self.supervisor).results
        self.assertEqual((results["answerable"], self.figures(audience)["reached"]), (0, 3))
        self.assertFalse(any(person["answerable"] for person in results["salespeople"]))
        # a call to the one with the landline does tell
        self.call(audience)
        self.env.flush_all()
        self.env.invalidate_all()
        results = audience.with_user(self.supervisor).results
        self.assertEqual((results["answerable"], self.figures(audience)["reached"]), (1, 4))
        by_person = {person["id"]: person["answerable"] for person in results["salespeople"]}
        self.assertEqual(by_person, {self.salesperson.id: 0, self.colleague.id: 1})

    def test_a_provider_that_takes_none(self):
        audience = self.create_audience()
        texts = self.text(audience)
        with self.mockSMSGateway(sim_error="credit"):
            texts.send()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(audience.failed_count, 3)
        self.assertTrue(audience.failed_reason)
        self.good.with_user(self.salesperson).action_opt_out()
        audience.with_user(self.supervisor).action_retry_failed()
        self.assertFalse(texts.exists())
        again = self.env["sms.sms"].search([("id", ">", max(texts.ids))])
        self.assertEqual(again.partner_id, self.missing | self.invalid)
        self.assertEqual(set(again.mapped("state")), {"outgoing"})
        self.assertFalse(audience.failed_count)

    def test_a_number_that_is_none(self):
        audience = self.create_audience()
        texts = self.text(audience)
        good = texts.filtered(lambda text: text.partner_id == self.good)
        self.deliver(good, "invalid_destination")
        self.assertEqual(self.good.phone_state, "wrong_number")
        self.assertEqual(self.figures(audience)["bounced"], 1)
        self.assertEqual(self.states(self.create_audience())[self.good], "wrong_number")
        self.good.phone = "+420601000009"
        self.assertEqual(self.good.phone_state, "ok")

    def test_a_single_message_shows_it_too(self):
        with self.mockSMSGateway(sim_error="wrong_number_format"):
            self.good._message_sms("Hello")
        self.assertEqual(self.good.phone_state, "wrong_number")
        with self.mockSMSGateway(sim_error="wrong_number_format"):
            self.second._message_sms("Hello")
        self.assertEqual(self.second.phone_state, "ok", "A landline is no wrong number.")
        with self.mockSMSGateway(sim_error="credit"):
            self.missing._message_sms("Hello")
        self.assertEqual(self.missing.phone_state, "ok")
