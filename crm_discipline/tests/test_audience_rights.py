"""Who may do what with audiences, over HTTP: supervisors all, salespeople see own clients, others nothing."""

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .audience_common import AudienceHttpCase

_QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestAudienceRights(AudienceHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audience = cls.env["crm.audience"].with_user(cls.supervisor).create(
            cls.prepare_audience()
        )  # fmt: skip
        cls.members = cls.audience.sudo().member_ids

    def get_reading_ways(self):
        """Return what shows who is in an audience and what came of it."""
        ids, members = {"ids": self.audience.ids}, {"ids": self.members.ids}
        today = fields.Date.to_string(fields.Date.today())
        return [
            ("crm.audience", "read", {**ids, "fields": ["name"]}),
            ("crm.audience", "search_read", {"domain": [], "fields": ["name"]}),
            ("crm.audience", "web_search_read", {"domain": [], "specification": {"name": {}}}),
            ("crm.audience", "action_view_members", ids),
            ("crm.audience", "action_view_reachable", ids),
            ("crm.audience", "action_view_unreachable", ids),
            ("crm.audience", "action_view_results", ids),
            ("crm.audience", "action_view_my_missed", ids),
            ("crm.audience", "get_my_reach", {"date_from": today, "date_to": today}),
            ("crm.audience.member", "read", {**members, "fields": ["partner_id"]}),
            ("crm.audience.member", "search_read", {"domain": [], "fields": ["partner_id"]}),
            (
                "crm.audience.member",
                "formatted_read_group",
                {"domain": [], "groupby": ["reach_state"], "aggregates": ["__count"]},
            ),
            ("crm.audience.report", "search_read", {"domain": [], "fields": ["partner_id"]}),
            (
                "crm.audience.report",
                "formatted_read_group",
                {"domain": [], "groupby": ["user_id"], "aggregates": ["reached:sum"]},
            ),
        ]

    def get_changing_ways(self):
        """Return all that changes an audience, sends to it or takes it away."""
        ids, members = {"ids": self.audience.ids}, {"ids": self.members.ids}
        sending = {"audience_id": self.audience.id, "way": "email"}
        wizard = self.env["crm.audience.send"].create({**sending, "subject": "x", "body": "x"})
        return [
            ("crm.audience", "create", {"vals_list": [self.prepare_audience()]}),
            ("crm.audience", "write", {**ids, "vals": {"name": "Mine"}}),
            ("crm.audience", "copy", ids),
            ("crm.audience", "unlink", ids),
            ("crm.audience", "read", {**ids, "fields": ["domain"]}),
            ("crm.audience", "read", {**ids, "fields": ["failed_count"]}),
            ("crm.audience", "action_refresh", ids),
            ("crm.audience", "action_send", ids),
            ("crm.audience", "action_call", ids),
            ("crm.audience", "action_request_fixes", ids),
            ("crm.audience", "action_retry_failed", ids),
            ("crm.audience", "action_export_csv", ids),
            ("crm.audience", "action_export_xlsx", ids),
            (
                "crm.audience.member",
                "create",
                {"vals_list": [{"audience_id": self.audience.id, "partner_id": self.client.id}]},
            ),
            ("crm.audience.member", "write", {**members, "vals": {"is_opted_out": True}}),
            ("crm.audience.member", "unlink", members),
            ("crm.audience.member", "export_data", {**members, "fields_to_export": ["partner_id"]}),
            (
                "crm.audience.report",
                "export_data",
                {**members, "fields_to_export": ["partner_id/email"]},
            ),
            ("crm.audience.send", "create", {"vals_list": [sending]}),
            ("crm.audience.send", "read", {"ids": wizard.ids, "fields": ["count"]}),
            ("crm.audience.send", "write", {"ids": wizard.ids, "vals": {"subject": "Mine"}}),
            ("crm.audience.send", "action_confirm", {"ids": wizard.ids}),
        ]

    def assertUntouched(self):
        self.env.invalidate_all()
        self.assertEqual(self.audience.name, "Spring sale")
        self.assertEqual(self.audience.sudo().member_ids, self.members)
        self.assertFalse(self.members.filtered(lambda one: one.sent_on or one.is_opted_out))
        self.assertFalse(self.members.partner_id._get_fix_activities_sudo())

    @mute_logger(*_QUIET)
    def test_others_see_nothing(self):
        strangers = (self.operator, self.employee, self.portal_user)
        self.assertRefusedOverHttp(strangers, self.get_reading_ways())

    @mute_logger(*_QUIET)
    def test_others_change_nothing(self):
        strangers = (self.salesperson, self.operator, self.employee, self.portal_user)
        self.assertRefusedOverHttp(strangers, self.get_changing_ways())
        self.assertUntouched()

    @mute_logger(*_QUIET)
    def test_nobody_makes_members_by_hand(self):
        for method, arguments in (
            ("create", {"vals_list": [{"audience_id": self.audience.id, "partner_id": 1}]}),
            ("unlink", {"ids": self.members.ids}),
        ):
            answer = self.post(self.supervisor, "crm.audience.member", method, **arguments)
            self.assertEqual(answer.status_code, 403, answer.text)
        self.assertUntouched()

    @mute_logger(*_QUIET)
    def test_a_supervisor_of_another_company(self):
        by_id = [way for way in self.get_reading_ways() if "ids" in way[2]]
        changing = [way for way in self.get_changing_ways() if way[1] != "create"]
        self.assertRefusedOverHttp([self.stranger], [*by_id, *changing])
        values = self.prepare_audience(company_id=self.audience.company_id.id)
        answer = self.post(self.stranger, "crm.audience", "create", vals_list=[values])
        self.assertEqual(answer.status_code, 422, answer.text)
        self.assertIn("does not work for", answer.json()["message"])
        for model in ("crm.audience", "crm.audience.member", "crm.audience.report"):
            answer = self.post(self.stranger, model, "search", domain=[])
            self.assertEqual(answer.json(), [], model)
        self.assertUntouched()

    def test_salespeople_see_their_own(self):
        self.send(self.audience)
        own = self.members.filtered(lambda one: one.user_id == self.salesperson)
        self.env.flush_all()
        for model in ("crm.audience.member", "crm.audience.report"):
            answer = self.post(
                self.salesperson,
                model,
                "search",
                domain=[["audience_id", "=", self.audience.id]],
            )
            self.assertEqual(sorted(answer.json()), own.ids, model)
        for model, method, arguments in self.get_reading_ways():
            if arguments.get("ids") != self.members.ids:
                with self.subTest(model=model, method=method):
                    answer = self.post(self.salesperson, model, method, **arguments)
                    self.assertEqual(answer.status_code, 200, answer.text)
                    self.assertNotIn("Eva Second", answer.text)
        answer = self.post(
            self.salesperson, "crm.audience", "read", ids=self.audience.ids, fields=["total_count"]
        )
        self.assertEqual(answer.json()[0]["total_count"], len(own))

    @mute_logger(*_QUIET)
    def test_only_who_may_export_exports_and_it_is_logged(self):
        self.send(self.audience)
        self.env.flush_all()
        ways = [
            way for way in self.get_changing_ways() if "export" in way[1]
        ]  # fmt: skip
        self.assertEqual(len(ways), 4)
        for model, method, arguments in ways:
            answer = self.post(self.supervisor, model, method, **arguments)
            # (Odoo itself refuses to export in words)
            status = 422 if method == "export_data" else 403
            self.assertEqual(answer.status_code, status, f"{model} {method}: {answer.text}")
        self.supervisor.group_ids = [Command.link(self.export.id)]
        for model, method, arguments in ways:
            answer = self.post(self.supervisor, model, method, **arguments)
            self.assertEqual(answer.status_code, 200, f"{model} {method}: {answer.text}")

    @mute_logger(*_QUIET)
    def test_a_contact_and_its_campaigns(self):
        ids = {"ids": self.good.ids}
        ways = [
            ("res.partner", "action_opt_out", ids),
            ("res.partner", "read", {**ids, "fields": ["campaign_count"]}),
            ("res.partner", "read", {**ids, "fields": ["audience_member_ids"]}),
        ]
        self.assertRefusedOverHttp((self.employee, self.portal_user), ways)
        self.assertEqual(self.good.email_state, "ok")
        for model in ("crm.consent", "crm.audience.member"):
            refused = [(model, "search_read", {"domain": [], "fields": ["display_name"]})]
            self.assertRefusedOverHttp((self.employee, self.portal_user), refused)

    @mute_logger(*_QUIET)
    def test_two_who_press_send_at_once(self):
        values = {
            "audience_id": self.audience.id,
            "way": "email",
            "subject": "S",
            "body": "<p>B</p>",
        }
        senders = (self.supervisor, self.manager)
        wizards = [self.env["crm.audience.send"].with_user(one).create(values) for one in senders]
        before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
        answers = self.post_at_once(
            *(
                (user, "crm.audience.send", "action_confirm", {"ids": wizard.ids})
                for user, wizard in zip(senders, wizards, strict=True)
            )
        )
        self.assertEqual(sorted(status for status, _answer in answers), [200, 422], answers)
        [refusal] = [answer["message"] for status, answer in answers if status == 422]
        self.assertIn("Nobody is left", refusal)
        mails = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(
            sorted(mails.recipient_ids.ids), sorted((self.good | self.second | self.wrong).ids)
        )
        self.assertEqual(len(mails), 3)
        self.assertFalse(self.audience.sudo().is_sending)
