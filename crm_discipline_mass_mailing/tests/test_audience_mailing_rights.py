"""Who may make mailings to audiences and keep them as lists, over HTTP."""

from odoo.addons.crm_discipline.tests.audience_common import AudienceHttpCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mailing_common import MailingCase

_QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestAudienceMailingRights(AudienceHttpCase, MailingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audience = cls.env["crm.audience"].with_user(cls.supervisor).create(
            cls.prepare_audience()
        )  # fmt: skip

    def get_ways(self):
        """Return all that makes a mailing to the audience, or tells of those that there are."""
        ids = {"ids": self.audience.ids}
        values = {"subject": "Mine", "body_html": "<p>Hi</p>", "audience_id": self.audience.id}
        return [
            ("crm.audience", "action_mailing", ids),
            ("crm.audience", "action_keep_list", ids),
            ("crm.audience", "read", {**ids, "fields": ["mailing_ids"]}),
            ("crm.audience", "read", {**ids, "fields": ["mailing_list_id"]}),
            ("mailing.mailing", "create", {"vals_list": [values]}),
        ]

    @mute_logger(*_QUIET)
    def test_only_supervisors_who_send_mailings(self):
        mailing = self.create_mailing(self.audience)
        ways = self.get_ways()
        everybody = (self.salesperson, self.operator, self.portal_user)
        mailings = [
            ("mailing.mailing", "action_launch", {"ids": mailing.ids}),
            ("mailing.mailing", "action_put_in_queue", {"ids": mailing.ids}),
            ("mailing.mailing", "read", {"ids": mailing.ids, "fields": ["audience_id"]}),
        ]
        self.assertRefusedOverHttp(everybody, [*ways, *mailings])
        # who sends mailings, but has nothing to do with the audience
        self.marketer.group_ids |= self.env.ref("mass_mailing.group_mass_mailing_user")
        self.assertRefusedOverHttp((self.marketer,), ways)
        # supervisors of another company
        self.stranger.group_ids |= self.env.ref("mass_mailing.group_mass_mailing_user")
        self.assertRefusedOverHttp((self.stranger,), ways)
        self.env.invalidate_all()
        self.assertEqual(self.audience.sudo().mailing_ids, mailing)
        self.assertFalse(self.audience.sudo().mailing_list_id)
        self.assertEqual(mailing.state, "draft")
        # a supervisor who sends no mailings makes none
        makes = [way for way in ways if way[1] in ("action_keep_list", "create", "read")]
        self.assertRefusedOverHttp((self.manager,), makes)
        answer = self.post(
            self.salesperson, "crm.audience", "action_view_mailings", ids=self.audience.ids
        )
        self.assertEqual(answer.status_code, 200, "It opens mailings, which Odoo guards.")
        refused = [("crm.audience", "action_view_mailings", {"ids": self.audience.ids})]
        self.assertRefusedOverHttp((self.operator, self.portal_user, self.stranger), refused)

    def test_the_members_of_a_list_are_not_told_to_salespeople(self):
        self.audience.with_user(self.supervisor).action_keep_list()
        self.env.flush_all()
        with mute_logger(*_QUIET):
            self.assertRefusedOverHttp(
                (self.salesperson, self.operator, self.portal_user),
                [
                    ("mailing.contact", "search_read", {"domain": [], "fields": ["email"]}),
                    ("mailing.subscription", "search_read", {"domain": [], "fields": ["list_id"]}),
                    (
                        "crm.audience.member",
                        "search_read",
                        {"domain": [], "fields": ["mailing_contact_id"]},
                    ),
                ],
            )

    @mute_logger(*_QUIET)
    def test_a_mailing_and_a_mail_at_once(self):
        mailing = self.create_mailing(self.audience)
        wizard = (
            self.env["crm.audience.send"]
            .with_user(self.manager)
            .create(
                {
                    "audience_id": self.audience.id,
                    "way": "email",
                    "subject": "S",
                    "body": "<p>B</p>",
                }
            )
        )
        before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
        answers = self.post_at_once(
            (self.supervisor, "mailing.mailing", "action_launch", {"ids": mailing.ids}),
            (self.manager, "crm.audience.send", "action_confirm", {"ids": wizard.ids}),
        )
        self.assertEqual(sorted(status for status, _answer in answers), [200, 422], answers)
        self.patch(self.env.cr, "commit", self.env.cr.flush)
        with self.mock_mail_gateway():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
        clients = self.good | self.second | self.wrong
        mails = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(sorted(mails.mapped("res_id")), sorted(clients.ids))
        self.assertEqual(self.reached(self.audience), clients)
