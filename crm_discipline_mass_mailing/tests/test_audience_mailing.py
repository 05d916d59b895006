"""An audience is sent a mailing: to whom it reaches when it leaves, and to nobody twice."""

import ast
from unittest.mock import patch

from odoo import Command
from odoo.addons.crm_discipline.models import crm_audience_fill
from odoo.addons.crm_discipline_mass_mailing.hooks import uninstall_hook
from odoo.exceptions import AccessError, UserError

from .mailing_common import MailingCase


class TestAudienceMailing(MailingCase):
    def setUp(self):
        super().setUp()
        self.patch(self.env.cr, "commit", self.env.cr.flush)

    def test_whoever_can_be_reached_gets_one(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        self.assertEqual(mailing.mailing_model_real, "res.partner")
        self.assertEqual(mailing.campaign_id, audience.campaign_id)
        self.assertEqual(mailing.total, 3)
        with self.mock_mail_gateway():
            mails = self.launch(mailing)
        self.assertEqual(mailing.state, "done")
        self.assertEqual(len(mails), 3)
        self.assertEqual(self.reached(audience), self.good | self.second | self.wrong)
        missed = {one.partner_id: one.missed_reason for one in audience.member_ids}
        self.assertEqual((missed[self.missing], missed[self.good]), ("missing", False))
        self.assertTrue(audience.sent_on)
        self.assertEqual(audience.with_user(self.supervisor).mailing_count, 1)

    def test_nobody_gets_it_twice_whatever_the_way(self):
        audience = self.create_audience()
        with self.mock_mail_gateway():
            self.launch(self.create_mailing(audience))
            with self.assertRaises(UserError):
                self.send(audience)
            with self.assertRaises(UserError):
                audience.with_user(self.supervisor).action_mailing()
            self.missing.email = "jan@example.com"
            mails = self.launch(self.create_mailing(audience))
        self.assertEqual(len(mails), 1)
        self.assertIn(self.missing, self.reached(audience))
        self.second.email = "else@example.com"
        self.invalid.email = "jiri@example.com"
        self.send(audience)
        self.assertEqual(self.mailed(), self.invalid)

    def test_who_comes_and_goes_until_it_leaves(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        mailing.action_launch()
        self.env["mail.blacklist"].create({"email": "adam@example.com"})
        self.member(audience, self.second).is_opted_out = True
        self.missing.email = "jan@example.com"
        new = self.env["res.partner"].create(
            {"name": "New", "email": "new@example.com", "category_id": [Command.set(self.tag.ids)]}
        )
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.assertEqual(self.reached(audience), self.wrong | self.missing | new)

    def test_a_long_list_is_brought_up_to_date_at_once(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        mailing.action_launch()
        with (
            patch.object(crm_audience_fill, "AT_ONCE", 1),
            patch.object(crm_audience_fill, "BATCH", 2),
        ):
            self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.assertEqual(self.reached(audience), self.good | self.second | self.wrong)
        self.assertFalse(audience.is_filling)

    def test_who_was_sent_something_meanwhile_is_left_out_of_the_batch(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        ids = mailing._get_remaining_recipients()
        self.send(audience)
        before = self.env["mailing.trace"].search_count([])
        mailing.sudo()._action_send_mail(ids)
        self.assertEqual(self.env["mailing.trace"].search_count([]), before)
        self.assertEqual(len(self.mails), 3)

    def test_either_a_mailing_or_another_way(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        mailing.action_launch()
        with self.assertRaises(UserError):
            self.send(audience)
        mailing.action_cancel()
        audience.sudo().is_sending = True
        with self.assertRaises(UserError):
            mailing.action_launch()
        audience.sudo().is_sending = False
        self.send(audience)
        with self.assertRaises(UserError):
            mailing.action_launch()

    def test_a_list_that_cannot_be_made_stops_the_mailing(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        mailing.action_launch()
        audience.user_id = self.supervisor
        self.supervisor.sudo().write(
            {"company_ids": [Command.set(self.env["res.company"].create({"name": "Other"}).ids)],
             "company_id": self.env["res.company"].search([("name", "=", "Other")]).id}
        )  # fmt: skip
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.assertEqual(mailing.state, "draft")
        self.assertIn("does not work for", audience.sudo().problem)
        self.assertFalse(self.reached(audience))

    def test_what_failed_is_sent_once_more(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        self.launch(mailing)
        mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        failed = mails.filtered(lambda mail: mail.res_id == self.good.id)
        failed.state = "exception"
        failed.mailing_trace_ids.set_failed(failure_type="mail_smtp")
        self.assertEqual(self.figures(audience)["bounced"], 1)
        mailing.action_retry_failed()
        self.assertNotIn(self.good, self.reached(audience))
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.assertIn(self.good, self.reached(audience))
        mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual(len(mails), 3)

    def test_what_came_of_it(self):
        audience = self.create_audience()
        self.launch(self.create_mailing(audience))
        member = audience.sudo().member_ids.filtered("mailing_trace_id")
        trace = {one.partner_id: one.mailing_trace_id for one in member}
        self.assertEqual(self.figures(audience)["delivered"], 0)
        trace[self.good].set_opened()
        trace[self.second].set_replied()
        trace[self.wrong].set_bounced()
        figures = self.figures(audience)
        self.assertEqual(
            [figures[name] for name in ("reached", "delivered", "bounced", "answered")],
            [3, 2, 1, 1],
        )
        self.assertEqual(audience.with_user(self.supervisor).results["answerable"], 3)
        for figure in ("reached", "delivered", "bounced", "answered"):
            opened = self.opened(audience, audience.action_view_results(figure))
            self.assertEqual(len(opened), figures[figure])
        self.assertEqual(self.figures(audience, self.salesperson)["delivered"], 1)

    def launch_with_results(self, audience):
        """Send a mailing that one opens, one answers and one sends back; return its members."""
        self.launch(self.create_mailing(audience))
        members = audience.sudo().member_ids.filtered("mailing_trace_id")
        trace = {member.partner_id: member.mailing_trace_id for member in members}
        trace[self.good].set_opened()
        trace[self.second].set_replied()
        trace[self.wrong].set_bounced()
        return members

    def test_what_came_of_it_agrees_with_the_check_of_figures(self):
        audience = self.create_audience()
        self.launch_with_results(audience)
        today = self.env.company._get_plan_today()
        Check = self.env["crm.discipline.check"]
        check = Check._check_figures(self.env.company, today, today)
        lines = check.line_ids.filtered(lambda line: line.report in ("audience", "my_plan"))
        self.assertEqual([(line.name, line.shown, line.computed) for line in lines], [])
        _shown, computed, _left_out = Check._collect(today, today)
        results = [
            numbers for key, numbers in computed.items() if key[1] == f"results_{audience.id}"
        ]
        self.assertEqual(
            [sum(own[place] for own in results) for place in (1, 2, 3, 4)], [3, 2, 1, 1]
        )

    def test_a_trace_of_no_mailing(self):
        """Odoo makes one where a mail is sent by other ways."""
        audience = self.create_audience()
        trace = self.env["mailing.trace"].create({"model": "res.partner", "res_id": self.good.id})
        self.assertFalse(trace.mass_mailing_id)
        self.assertFalse(self.reached(audience))

    def test_a_test_reaches_nobody(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        test = self.env["mailing.mailing.test"].create(
            {"mass_mailing_id": mailing.id, "email_to": "me@example.com"}
        )
        with self.mock_mail_gateway():
            test.send_mail_test()
        self.assertFalse(self.reached(audience))

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def test_who_sends_mailings_need_not_see_audiences(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience).with_user(self.marketer)
        self.assertEqual(mailing.total, 3)
        mailing.subject = "Better"
        mailing.action_launch()
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.assertEqual(len(self.reached(audience)), 3)

    def test_only_supervisors_choose_the_audience(self):
        audience = self.create_audience()
        with self.assertRaises(AccessError):
            self.create_mailing(audience, user=self.marketer)
        other = self.env["mailing.mailing"].with_user(self.marketer)
        other = other.create({"subject": "Mine", "body_html": "<p>Hi</p>"})
        with self.assertRaises(AccessError):
            other.audience_id = audience.id
        with self.assertRaises(AccessError):
            audience.with_user(self.salesperson).action_mailing()

    def test_who_gets_it_is_not_the_mailings_to_say(self):
        mailing = self.create_mailing(self.create_audience())
        mailing.mailing_domain = "[]"
        self.assertEqual(mailing.total, 3)

    # ------------------------------------------------------------
    # WITHOUT THE MODULE
    # ------------------------------------------------------------

    def test_what_is_queued_stops(self):
        audience = self.create_audience()
        mailing = self.create_mailing(audience)
        mailing.action_launch()
        uninstall_hook(self.env)
        self.assertEqual(mailing.state, "draft")
        self.assertIn("uninstalled", audience.problem)
        self.assertFalse(self.reached(audience))
        left = ast.literal_eval(mailing.mailing_domain)
        clients = self.env["res.partner"].search(left)
        self.assertEqual(clients, self.good | self.second | self.wrong)

    def test_what_came_of_it_stays_known(self):
        audience = self.create_audience()
        members = self.launch_with_results(audience)
        before = self.figures(audience)
        uninstall_hook(self.env)
        members.write({"mailing_trace_id": False})
        self.assertEqual(self.figures(audience), before)
        self.assertEqual(before["answered"], 1)
