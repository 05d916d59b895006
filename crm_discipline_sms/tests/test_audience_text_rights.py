"""Who may send an audience text messages, over HTTP."""

from odoo.addons.crm_discipline.tests.audience_common import AudienceHttpCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from .text_common import TextCase

_QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestAudienceTextRights(TextCase, AudienceHttpCase):
    def get_ways(self, audience):
        """Return all that sends text messages, or says to whom they can be sent."""
        ids = {"ids": audience.ids}
        sending = {"audience_id": audience.id, "way": "sms", "text_body": "Come"}
        wizard = self.env["crm.audience.send"].create(sending)
        return [
            ("crm.audience", "action_text", ids),
            ("crm.audience", "write", {**ids, "vals": {"text_body": "Mine"}}),
            ("crm.audience.member", "write", {
                "ids": audience.sudo().member_ids.ids, "vals": {"phone_line": "mobile"},
            }),
            ("crm.audience.send", "create", {"vals_list": [sending]}),
            ("crm.audience.send", "read", {"ids": wizard.ids, "fields": ["landline_count"]}),
            ("crm.audience.send", "action_confirm", {"ids": wizard.ids}),
        ]  # fmt: skip

    @mute_logger(*_QUIET)
    def test_only_supervisors_of_the_company(self):
        audience = self.create_audience()
        users = (self.salesperson, self.operator, self.employee, self.portal_user, self.stranger)
        ways = self.get_ways(audience)
        self.assertRefusedOverHttp(users[:-1], ways)
        self.assertRefusedOverHttp(users[-1:], [way for way in ways if way[1] != "create"])
        self.env.invalidate_all()
        self.assertFalse(audience.sudo().member_ids.filtered("sent_on"))
        self.assertFalse(audience.text_body)
        answer = self.post(self.supervisor, *ways[0][:2], **ways[0][2])
        self.assertEqual(answer.status_code, 200, answer.text)

    @mute_logger(*_QUIET)
    def test_two_who_press_send_at_once(self):
        audience = self.create_audience()
        senders = (self.supervisor, self.manager)
        values = {"audience_id": audience.id, "way": "sms", "text_body": "Come"}
        wizards = [self.env["crm.audience.send"].with_user(one).create(values) for one in senders]
        before = self.env["sms.sms"].search([], limit=1, order="id DESC").id or 0
        answers = self.post_at_once(
            *(
                (user, "crm.audience.send", "action_confirm", {"ids": wizard.ids})
                for user, wizard in zip(senders, wizards, strict=True)
            )
        )
        self.assertEqual(sorted(status for status, _answer in answers), [200, 422], answers)
        texts = self.env["sms.sms"].search([("id", ">", before)])
        self.assertEqual(len(texts), 3)
        self.assertEqual(texts.partner_id, self.good | self.missing | self.invalid)
