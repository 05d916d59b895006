"""Open screens are told that figures may have changed: once, whom it concerns, and nobody else."""

import json

from odoo import fields

from .plan_common import PlanCase


class TestPlanWatch(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_plan({"meetings": 10, "deals": 3})
        for user in (cls.salesperson, cls.colleague, cls.supervisor):
            cls.env["mail.presence"].create(
                {"user_id": user.id, "status": "online", "last_poll": fields.Datetime.now()}
            )

    def setUp(self):
        super().setUp()
        self.flush_tracking()
        self.env["bus.bus"].search([]).unlink()

    def heard(self):
        """Return what was sent: {channel: [user ids named]}."""
        self.flush_tracking()
        messages = {}
        for row in self.env["bus.bus"].search([]):
            message = json.loads(row.message)
            if message["type"] == "crm_discipline.plan_changed":
                channel = tuple(json.loads(row.channel)[1:])
                messages.setdefault(channel, []).append(message["payload"]["user_ids"])
        self.env["bus.bus"].search([]).unlink()
        return messages

    @property
    def expected(self):
        group = self.env.ref("crm_discipline.group_supervisor")
        ids = self.salesperson.ids
        return {
            ("res.partner", self.salesperson.partner_id.id): [ids],
            ("res.groups", group.id): [ids],
        }

    def test_a_meeting_that_is_held(self):
        meeting = self.create_meeting()
        self.assertEqual(self.heard(), self.expected)
        meeting.write({"meeting_status": "held", "meeting_result_id": self.agreed.id})
        self.assertEqual(self.heard(), self.expected)
        meeting.unlink()
        self.assertEqual(self.heard(), self.expected)

    def test_a_client_who_completes_a_meeting(self):
        self.make_held(client=self.surname_only)
        self.heard()
        self.surname_only.phone = "+420602345678"
        self.assertEqual(self.heard(), self.expected)

    def test_a_deal_that_changes_hands(self):
        deal = self.make_deal()
        self.heard()
        deal.user_id = self.colleague
        self.assertEqual(self.heard(), self.expected)

    def test_a_thousand_changes_are_one_message(self):
        self.env["crm.lead"].create(
            [
                {"name": f"Offer {number}", "user_id": self.salesperson.id}
                for number in range(50)
            ]
        )  # fmt: skip
        self.assertEqual(self.heard(), self.expected)

    def test_who_has_no_plan_hears_nothing(self):
        self.make_deal(user=self.colleague)
        self.assertEqual(self.heard(), {})

    def test_what_changes_no_figure(self):
        meeting = self.create_meeting()
        self.heard()
        meeting.location = "Brno"
        self.assertEqual(self.heard(), {})

    def test_a_target(self):
        self.env["crm.plan.target"].search([("user_id", "=", self.salesperson.id)])[0].target = 4
        self.assertEqual(self.heard(), self.expected)

    def test_a_rule(self):
        self.rule("rule_meeting_contact").active = False
        self.assertEqual(self.heard(), self.expected)
