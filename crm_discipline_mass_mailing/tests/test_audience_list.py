"""An audience as a mailing list: refreshing adds and removes, and keeps opt-outs."""

from unittest.mock import patch

from odoo import Command
from odoo.addons.crm_discipline_mass_mailing.models import crm_audience_list
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .mailing_common import MailingCase


class TestAudienceList(MailingCase):
    def setUp(self):
        super().setUp()
        self.patch(self.env.cr, "commit", self.env.cr.flush)
        self.audience = self.create_audience()

    def keep_list(self):
        self.audience.with_user(self.supervisor).action_keep_list()
        self.mailing_list = self.audience.sudo().mailing_list_id
        return self.mailing_list

    def listed(self, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("list_id", "=", self.mailing_list.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        found = self.env["mailing.subscription"].search(domain)
        return sorted(found.contact_id.mapped("email"))

    def test_who_is_on_it(self):
        known = self.env["mailing.contact"].create({"name": "Eva", "email": "Eva@example.com"})
        self.keep_list()
        self.assertEqual(self.mailing_list.name, "Spring sale")
        self.assertFalse(self.mailing_list.is_public)
        self.assertEqual(self.listed(), ["Eva@example.com", "adam@example.com", "vera@example.com"])
        self.assertEqual(known.list_ids, self.mailing_list)

    def test_the_list_says_whose_it_is_and_who_is_added_by_hand_goes(self):
        self.keep_list()
        form = Form(self.mailing_list.with_user(self.marketer))
        self.assertEqual(form.kept_for, "Spring sale")
        self.env["mailing.contact"].create(
            {
                "name": "By Hand",
                "email": "hand@example.com",
                "list_ids": [Command.set(self.mailing_list.ids)],
            }
        )
        self.assertIn("hand@example.com", self.listed())
        self.audience.with_user(self.supervisor).action_refresh()
        self.assertNotIn("hand@example.com", self.listed())
        self.assertFalse(self.env["mailing.list"].create({"name": "Other"}).kept_for)

    def test_refreshing_adds_and_removes_and_keeps_opt_outs(self):
        self.keep_list()
        contacts = {
            one.contact_id.email: one
            for one in self.env["mailing.subscription"].search(
                [("list_id", "=", self.mailing_list.id)]
            )
        }
        contacts["eva@example.com"].opt_out = True
        self.second.category_id = False
        self.good.category_id = False
        self.missing.email = "jan@example.com"
        self.audience.with_user(self.supervisor).action_refresh()
        self.assertEqual(
            self.listed(),
            ["adam@example.com", "eva@example.com", "jan@example.com", "vera@example.com"],
        )
        self.assertEqual(self.listed(opt_out=True), ["eva@example.com"])
        adam = self.audience.member_ids.filtered("is_reachable").partner_id & self.twin
        self.assertEqual(adam, self.twin, "The address is another client's now.")
        self.second.category_id = [Command.set(self.tag.ids)]
        self.audience.with_user(self.supervisor).action_refresh()
        self.assertEqual(self.listed(opt_out=True), ["eva@example.com"])
        self.assertEqual(self.states(self.audience)[self.second], "opted_out")

    def test_another_address_is_another_contact(self):
        self.keep_list()
        self.good.email = "adam@elsewhere.com"
        self.twin.category_id = False
        self.audience.with_user(self.supervisor).action_refresh()
        self.assertEqual(
            self.listed(), ["adam@elsewhere.com", "eva@example.com", "vera@example.com"]
        )

    def test_unsubscribing_counts_everywhere(self):
        self.keep_list()
        self.mailing_list._update_subscription_from_email("eva@example.com", opt_out=True)
        self.assertEqual(self.second.email_state, "opted_out")
        consent = self.env["crm.consent"].search([("address", "=", "eva@example.com")])
        self.assertIn("Spring sale", consent.source)
        self.assertEqual(
            self.states(self.create_audience(channel="phone"))[self.second], "opted_out"
        )
        other = self.env["mailing.list"].create({"name": "Not of an audience"})
        contact = self.env["mailing.contact"].search([("email", "=", "vera@example.com")])
        contact.list_ids |= other
        other._update_subscription_from_email("vera@example.com", opt_out=True)
        self.assertEqual(self.wrong.email_state, "ok")

    def test_many_in_batches(self):
        with (
            patch.object(crm_audience_list, "LIST_AT_ONCE", 1),
            patch.object(crm_audience_list, "LIST_BATCH", 2),
        ):
            self.keep_list()
            self.assertTrue(self.audience.is_listing)
            self.assertFalse(self.listed())
            self.env["crm.audience"]._cron_work()
        self.assertFalse(self.audience.is_listing)
        self.assertEqual(len(self.listed()), 3)

    def test_a_mailing_to_the_list_reaches_the_clients(self):
        self.keep_list()
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring",
                "body_html": "<p>Come!</p>",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": [Command.set(self.mailing_list.ids)],
            }
        )
        with self.mock_mail_gateway():
            self.launch(mailing)
        self.assertEqual(self.reached(self.audience), self.good | self.second | self.wrong)
        with self.assertRaises(UserError):
            self.send(self.audience)

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.audience.with_user(self.salesperson).action_keep_list()
        with self.assertRaises(AccessError):
            self.audience.with_user(self.manager).action_keep_list()
        with self.assertRaises(AccessError):
            self.audience.with_user(self.marketer).action_keep_list()
        self.assertFalse(self.audience.sudo().mailing_list_id)
        with self.assertRaises(UserError):
            self.create_audience(channel="phone").with_user(self.supervisor).action_keep_list()
