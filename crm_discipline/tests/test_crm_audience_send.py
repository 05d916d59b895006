"""An audience is sent once to each, in batches, and what comes of it is counted."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..models import crm_audience_retry, crm_audience_send
from .audience_common import SendCase


class TestAudienceSend(SendCase):
    def test_whoever_can_be_reached_gets_one_mail(self):
        audience = self.create_audience()
        wizard = self.send(audience)
        self.assertEqual(self.mailed(), self.good | self.second | self.wrong)
        self.assertEqual(len(self.mails), 3)
        self.assertEqual(self.mails.author_id, self.supervisor.partner_id)
        self.assertFalse(audience.is_sending)
        self.assertTrue(audience.campaign_id)
        reached = audience.member_ids.filtered("sent_on")
        self.assertEqual(reached.partner_id, self.mailed())
        self.assertEqual(len(reached.mail_message_id), 3)
        missed = {one.partner_id: one.missed_reason for one in audience.member_ids - reached}
        self.assertEqual(missed[self.missing], "missing")
        self.assertEqual(missed[self.twin], "duplicate")
        self.assertEqual(wizard.count, 0)

    def test_nobody_is_sent_it_twice(self):
        audience = self.create_audience()
        self.send(audience)
        with self.assertRaises(UserError):
            self.send(audience)
        self.assertFalse(self.mails)
        self.missing.email = "jan@example.com"
        self.good.email = "elsewhere@example.com"
        self.send(audience)
        self.assertEqual(self.mailed(), self.missing | self.twin)
        self.assertFalse(self.member(audience, self.missing).missed_reason)

    def test_who_was_reached_stays_though_no_longer_chosen(self):
        audience = self.create_audience()
        self.send(audience)
        self.good.category_id = False
        audience.action_refresh()
        self.assertEqual(self.states(audience)[self.good], "ok")
        self.assertEqual(self.states(audience)[self.twin], "duplicate", "The address had it.")
        with self.assertRaises(UserError):
            audience.unlink()

    def test_who_opted_out_since_the_list_was_filled_is_left_alone(self):
        audience = self.create_audience()
        self.env["mail.blacklist"].create({"email": "eva@example.com"})
        self.second.action_archive()
        self.send(audience)
        self.assertEqual(self.mailed(), self.good | self.wrong)

    def test_a_client_who_is_deleted_meanwhile(self):
        audience = self.create_audience()
        self.second.unlink()
        self.send(audience)
        self.assertEqual(self.mailed(), self.good | self.wrong)

    def test_many_are_sent_in_batches(self):
        audience = self.create_audience()
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 1),
            patch.object(crm_audience_send, "SEND_BATCH", 2),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            self.send(audience)
            self.assertTrue(audience.is_sending)
            self.assertFalse(self.mails)
            before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
            audience.sudo()._send_next_batch()
            self.assertEqual(len(self.env["mail.mail"].search([("id", ">", before)])), 2)
            with self.assertRaises(UserError):
                audience.action_send()
            self.env["crm.audience"]._cron_work()
        sent = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(sent.recipient_ids, self.good | self.second | self.wrong)
        self.assertEqual(len(sent), 3)
        self.assertFalse(audience.is_sending)

    def test_what_fails_sends_nothing_and_says_why(self):
        audience = self.create_audience()
        composer = self.env.registry["mail.compose.message"]
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
            patch.object(composer, "_action_send_mail", side_effect=UserError("No mail server")),
        ):
            self.send(audience)
            before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertEqual(audience.problem, "No mail server")
        self.assertFalse(audience.member_ids.filtered("sent_on"))
        self.assertFalse(self.env["mail.mail"].search([("id", ">", before)]))

    def test_clients_who_go_and_become_one_between_two_batches(self):
        audience = self.create_audience()
        extra = self.good.copy({"email": "more@example.com"}) | self.good.copy(
            {"email": "most@example.com"}
        )
        extra.category_id = self.tag
        self.twin.category_id = False
        audience.action_refresh()
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(crm_audience_send, "SEND_BATCH", 1),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            self.send(audience)
            before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
            self.assertTrue(audience.sudo()._send_next_batch())
            reached = audience.member_ids.filtered("sent_on").partner_id
            waiting = audience.member_ids.filtered("is_reachable").partner_id - reached
            self.assertEqual((len(reached), len(waiting)), (1, 4))
            merged, archived, deleted, left = waiting
            self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((reached | merged).ids)],
                    "dst_partner_id": merged.id,
                }
            ).action_merge()
            archived.action_archive()
            deleted.sudo().unlink()
            self.env.invalidate_all()
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertFalse(audience.problem)
        mails = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(len(mails), 2, "Who became one had it already.")
        self.assertEqual(mails.recipient_ids, merged | left)
        self.assertEqual(self.member(audience, archived).missed_reason, "archived")

    def test_whom_somebody_is_just_changing_is_sent_to_a_little_later(self):
        audience = self.create_audience()
        nothing = self.env["crm.audience.member"]
        job = self.env.ref("crm_discipline.ir_cron_audience")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        members = self.env.registry["crm.audience.member"]
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            self.send(audience)
            with patch.object(members, "try_lock_for_update", lambda self, **_kw: nothing):
                self.env["crm.audience"]._cron_work()
            self.assertTrue(audience.is_sending)
            self.assertFalse(audience.problem)
            after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
            self.assertGreater(after, triggers)
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertEqual(len(audience.member_ids.filtered("sent_on")), 3)

    def test_a_sender_without_an_email(self):
        audience = self.create_audience()
        self.supervisor.partner_id.email = False
        with self.assertRaisesRegex(UserError, "no e-mail to send from"):
            audience.action_send()
        with self.assertRaisesRegex(UserError, "no e-mail to send from"):
            audience._start_sending("email", mail_subject="S", mail_body="<p>B</p>")
        self.assertFalse(audience.is_sending)
        # who loses it while it waits
        self.supervisor.partner_id.email = "overseer@example.com"
        with (
            patch.object(crm_audience_send, "SEND_AT_ONCE", 0),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            self.send(audience)
            self.supervisor.partner_id.email = "no address"
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertIn("no e-mail to send from", audience.problem)
        self.assertFalse(audience.member_ids.filtered("sent_on"))

    # ------------------------------------------------------------
    # WHAT WAS NOT TAKEN
    # ------------------------------------------------------------

    def refuse(self, audience):
        """Send, and let the mail server be away when the queue sends."""
        self.send(audience)
        with (
            self.mock_mail_gateway(mail_unlink_sent=False),
            patch.object(
                self.env.registry["ir.mail_server"], "_connect__", side_effect=OSError("refused")
            ),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self.mails.send()
        self.env.invalidate_all()

    def test_a_mail_server_that_refuses(self):
        audience = self.create_audience()
        self.refuse(audience)
        self.assertEqual(audience.failed_count, 3)
        self.assertIn("refused", audience.failed_reason)
        figures = self.figures(audience)
        self.assertEqual((figures["delivered"], figures["bounced"]), (0, 3))
        self.assertEqual(self.good.email_state, "ok", "It says nothing of the address.")
        with self.assertRaises(UserError):
            audience.action_send()

    def test_what_was_not_taken_is_sent_once_more(self):
        audience = self.create_audience()
        self.refuse(audience)
        refused = self.mails
        messages = refused.mail_message_id
        self.env["mail.blacklist"].create({"email": "eva@example.com"})
        audience.action_retry_failed()
        self.assertFalse(refused.exists())
        self.assertFalse(messages.exists())
        self.mails = self.env["mail.mail"].search([("id", ">", max(refused.ids))])
        self.assertEqual(self.mailed(), self.good | self.wrong)
        self.assertEqual(set(self.mails.mapped("subject")), {"Spring"})
        self.assertEqual(self.member(audience, self.second).missed_reason, "opted_out")
        self.assertFalse(audience.failed_count)
        with self.mock_mail_gateway():
            self.mails.send()
        self.assertEqual(self.figures(audience)["delivered"], 2)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            audience.action_retry_failed()

    def test_many_that_were_not_taken(self):
        audience = self.create_audience()
        self.refuse(audience)
        refused = max(self.mails.ids)
        with (
            patch.object(crm_audience_retry, "RETRY_BATCH", 1),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            audience.action_retry_failed()
            self.assertTrue(audience.is_retrying)
            self.assertFalse(self.env["mail.mail"].search([("id", ">", refused)]))
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_retrying or audience.is_sending)
        mails = self.env["mail.mail"].search([("id", ">", refused)])
        self.assertEqual(len(mails), 3)
        self.assertEqual(mails.recipient_ids, self.good | self.second | self.wrong)

    def test_nobody_of_those_can_be_reached_any_more(self):
        audience = self.create_audience(domain=f"[('id', '=', {self.good.id})]")
        self.refuse(audience)
        self.good.email = False
        action = audience.action_retry_failed()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(audience.failed_count or audience.is_sending)
        self.assertEqual(audience.member_ids.missed_reason, "missing")

    def test_a_way_whose_module_was_removed(self):
        audience = self.create_audience()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_audience SET is_sending = TRUE, sending_way = 'fax', sender_id = %s WHERE id = %s",
            [self.supervisor.id, audience.id],
        )
        self.env.invalidate_all()
        with patch.object(self.env.cr, "commit", self.env.cr.flush):
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_sending)
        self.assertIn("not installed any more", audience.problem)
        self.assertFalse(audience.member_ids.filtered("sent_on"))
        self.send(audience)
        self.assertFalse(audience.problem)

    def test_an_empty_message_is_refused(self):
        audience = self.create_audience()
        for values in ({"subject": " "}, {"body": "<p><br></p>"}):
            with self.assertRaises(UserError):
                self.send(audience, **values)
        self.assertFalse(audience.is_sending)
        with self.assertRaises(UserError):
            audience.action_call()

    def test_nobody_to_send_to(self):
        audience = self.create_audience(domain="[('id', '=', 0)]")
        with self.assertRaises(UserError):
            self.send(audience)
        self.assertFalse(audience.sent_on)

    def test_only_supervisors_send(self):
        audience = self.create_audience().with_user(self.salesperson)
        with self.assertRaises(AccessError):
            audience.action_send()
        with self.assertRaises(AccessError):
            audience.action_call()
        with self.assertRaises(AccessError):
            self.env["crm.audience.send"].with_user(self.salesperson).create(
                {"audience_id": audience.id, "way": "email"}
            )

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    def test_a_list_of_calls_is_shared_out(self):
        (self.missing | self.good).user_id = False
        audience = self.create_audience(channel="phone")
        activities = self.call(
            audience, caller_ids=[Command.set((self.salesperson | self.manager).ids)]
        )
        callers = {one.res_id: one.user_id for one in activities}
        self.assertEqual(
            set(callers), set((self.good | self.second | self.missing | self.invalid).ids)
        )
        self.assertEqual(callers[self.second.id], self.colleague)
        self.assertEqual(
            callers[self.good.id] | callers[self.missing.id], self.salesperson | self.manager
        )
        self.assertEqual(set(activities.mapped("activity_category")), {"phonecall"})
        self.assertEqual(
            set(activities.mapped("date_deadline")), {fields.Date.to_date("2030-01-15")}
        )
        with self.assertRaises(UserError):
            self.call(audience)

    def test_either_way_mails_first_and_calls_the_others(self):
        audience = self.create_audience(channel="any")
        self.send(audience)
        self.assertEqual(self.mailed(), self.good | self.second | self.wrong)
        activities = self.call(audience)
        self.assertEqual(set(activities.mapped("res_id")), set((self.missing | self.invalid).ids))

    # ------------------------------------------------------------
    # OPTING OUT
    # ------------------------------------------------------------

    def test_each_mail_has_a_link_to_opt_out(self):
        audience = self.create_audience()
        self.send(audience)
        for mail in self.mails:
            member = self.member(audience, mail.recipient_ids)
            self.assertIn(member._get_opt_out_url(), mail.body_html)
            self.assertIn("List-Unsubscribe", mail.headers)
            self.assertEqual(mail.body_html.count("/crm_discipline/opt_out/"), 1)

    def test_a_client_is_left_alone_after_saying_so(self):
        self.good.with_user(self.salesperson).action_opt_out()
        self.assertEqual((self.good.phone_state, self.good.email_state), ("opted_out",) * 2)
        self.assertIn("Seller Tester", self.good.with_user(self.salesperson).opt_out_text)
        self.assertEqual(self.states(self.create_audience())[self.good], "opted_out")
        self.assertEqual(self.states(self.create_audience())[self.twin], "opted_out")
        with self.assertRaises(AccessError):
            self.second.with_user(self.employee).action_opt_out()

    # ------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------

    def test_mails_that_arrive_come_back_and_are_answered(self):
        audience = self.create_audience()
        self.send(audience)
        self.assertEqual(self.figures(audience)["delivered"], 0, "It still waits in the queue.")
        with self.mock_mail_gateway():
            self.mails.send()
        self.assertEqual(self.figures(audience)["delivered"], 3)
        message = self.member(audience, self.second).mail_message_id
        self.second._message_receive_bounce("eva@example.com", self.second)
        message.sudo().notification_ids.notification_status = "bounce"
        self.good.message_post(
            body="I will come.",
            message_type="email",
            parent_id=self.member(audience, self.good).mail_message_id.id,
        )
        figures = self.figures(audience)
        self.assertEqual(
            (figures["clients"], figures["reached"], figures["delivered"], figures["bounced"]),
            (8, 3, 2, 1),
        )
        self.assertEqual(figures["answered"], 1)
        self.assertEqual(self.second.email_state, "invalid")
        for figure in ("reached", "delivered", "bounced", "answered"):
            opened = self.opened(audience, audience.action_view_results(figure))
            self.assertEqual(len(opened), figures[figure])

    def test_meetings_and_deals_within_the_days(self):
        audience = self.create_audience()
        self.send(audience)
        self.let_time_pass(audience, minutes=5)
        self.create_meeting(client=self.good)
        self.create_meeting(client=self.missing)
        lead = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "partner_id": self.second.id,
                "expected_revenue": 100,
            }
        )
        lead.action_set_won()
        figures = self.figures(audience)
        self.assertEqual((figures["meetings"], figures["deals"]), (1, 1))
        self.let_time_pass(audience, days=40)
        figures = self.figures(audience)
        self.assertEqual((figures["meetings"], figures["deals"]), (0, 0))
        self.env.company.discipline_campaign_days = 60
        figures = self.figures(audience)
        self.assertEqual((figures["meetings"], figures["deals"]), (1, 1))

    def test_a_call_in_which_the_client_was_spoken_to_is_an_answer(self):
        audience = self.create_audience(channel="phone")
        activities = self.call(audience)
        done = activities.filtered(lambda one: one.res_id == self.second.id)
        done.with_user(self.colleague).action_set_call_status(
            self.env.ref("crm_discipline.call_status_completed").id
        )
        activities.filtered(lambda one: one.res_id == self.good.id).with_user(
            self.salesperson
        ).action_set_call_status(self.env.ref("crm_discipline.call_status_no_answer").id)
        figures = self.figures(audience)
        self.assertEqual((figures["reached"], figures["answered"], figures["delivered"]), (4, 1, 1))

    def test_a_salesperson_sees_what_the_own_data_did(self):
        audience = self.create_audience()
        self.send(audience)
        self.let_time_pass(audience, minutes=5)
        self.create_meeting(client=self.good)
        self.env.flush_all()
        today = fields.Date.today()
        [mine] = self.env["crm.audience"].with_user(self.salesperson).get_my_reach(
            today - timedelta(days=1), today + timedelta(days=1)
        )  # fmt: skip
        self.assertEqual((mine["reached"], mine["clients"], mine["meetings"]), (1, 5, 1))
        self.assertEqual(mine["missed"], 1)
        own = audience.with_user(self.salesperson)
        self.assertEqual(self.opened(own, own.action_view_my_missed()).partner_id, self.missing)
        self.assertEqual(self.figures(audience, self.salesperson)["clients"], 5)
        past = today - timedelta(days=90)
        self.assertFalse(
            self.env["crm.audience"].with_user(self.salesperson).get_my_reach(past, past)
        )

    def test_a_salesperson_is_told_what_came_back(self):
        audience = self.create_audience()
        self.send(audience)
        for member in (self.member(audience, self.good), self.member(audience, self.second)):
            member.mail_message_id.sudo().notification_ids.notification_status = "bounce"
        self.env.flush_all()
        own = audience.with_user(self.salesperson)
        today = fields.Date.today()
        [mine] = own.get_my_reach(today - timedelta(days=1), today + timedelta(days=1))
        self.assertEqual((mine["reached"], mine["bounced"]), (1, 1))
        opened = self.opened(own, own.action_view_results("bounced", self.salesperson.id))
        self.assertEqual(opened.partner_id, self.good)

    def test_a_contact_tells_its_campaigns(self):
        audience = self.create_audience()
        self.send(audience)
        good, missing = (one.with_user(self.salesperson) for one in (self.good, self.missing))
        self.assertEqual((good.campaign_count, missing.campaign_count), (1, 1))
        [member] = self.opened(missing, missing.action_view_campaigns())
        self.assertEqual(member.missed_reason, "missing")
        self.assertTrue(self.opened(good, good.action_view_campaigns()).sent_on)
