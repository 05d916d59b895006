from datetime import timedelta

from odoo import fields

from .common import DisciplineCase


class TestMailActivity(DisciplineCase):
    def setUp(self):
        super().setUp()
        self.meeting = self.create_past_meeting(hours=5)

    def create_past_meeting(self, hours, **values):
        """Create a meeting of the salesperson that ended so many hours ago."""
        stop = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=hours)
        values = {"user_id": self.salesperson.id, **values}
        return self.env["calendar.event"].create(
            self.prepare_meeting(start=stop - timedelta(hours=1), stop=stop, **values)
        )

    def ask(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_discipline.ir_cron_ask_for_results").method_direct_trigger()

    def questions(self, meeting=None):
        return self.env["mail.activity"].search(
            [("result_meeting_id", "=", (meeting or self.meeting).id)]
        )

    def test_owner_is_asked_once(self):
        self.ask()
        question = self.questions()
        self.assertEqual(len(question), 1)
        self.assertEqual(question.user_id, self.salesperson)
        self.assertEqual(question.res_model, "res.partner")
        self.assertEqual(question.res_id, self.client.id)
        self.assertIn("Offer", question.summary)
        self.ask()
        self.assertEqual(self.questions(), question)

    def test_no_mail_is_sent(self):
        self.salesperson.notification_type = "email"
        before = self.env["mail.mail"].search_count([])
        self.ask()
        self.assertTrue(self.questions())
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_asked_on_the_opportunity(self):
        opportunity = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "partner_id": self.client.id,
                "user_id": self.salesperson.id,
            }
        )
        self.meeting.opportunity_id = opportunity
        colleagues = opportunity.copy({"user_id": self.colleague.id})
        helping = self.create_past_meeting(hours=5, opportunity_id=colleagues.id)
        self.ask()
        self.assertEqual(self.questions().res_model, "crm.lead")
        self.assertEqual(self.questions().res_id, opportunity.id)
        self.assertEqual(self.questions(helping).res_model, "res.partner")

    def test_who_is_not_asked(self):
        company = self.salesperson.company_id
        company.discipline_result_hours = 4
        just_over = self.create_past_meeting(hours=2)
        history = self.create_past_meeting(hours=24 * 60)
        internal = self.create_past_meeting(hours=5, partner_ids=[])
        settled = self.create_past_meeting(hours=5, meeting_status="cancelled")
        self.ask()
        for meeting in (just_over, history, internal, settled):
            self.assertFalse(self.questions(meeting))
        company.discipline_result_hours = 1
        self.ask()
        self.assertTrue(self.questions(just_over))

    def test_nobody_to_ask(self):
        self.salesperson.active = False
        self.ask()
        self.assertFalse(self.questions())

    def test_nothing_to_ask_about(self):
        lonely = self.create_past_meeting(hours=5, partner_ids=[], is_client_meeting=True)
        self.ask()
        self.assertTrue(self.questions())
        self.assertFalse(self.questions(lonely))

    def test_closes_itself_with_the_result(self):
        self.ask()
        question = self.questions()
        self.meeting.with_user(self.colleague).sudo().write(
            {"meeting_status": "held", "meeting_result_id": self.agreed.id}
        )
        self.assertFalse(question.active)
        self.assertEqual(question.feedback, "Agreed")

    def test_closes_itself_for_a_no_show(self):
        self.ask()
        self.meeting.with_user(self.salesperson).action_meeting_no_show()
        self.assertFalse(self.questions())

    def test_asked_again_after_an_undo(self):
        self.ask()
        meeting = self.meeting.with_user(self.salesperson)
        outcomes = meeting.action_meeting_no_show()["params"]["args"][1]
        meeting.action_meeting_undo(outcomes)
        self.ask()
        self.assertEqual(len(self.questions()), 1)

    def test_answered_from_the_activity(self):
        self.ask()
        action = self.questions().with_user(self.salesperson).action_enter_result()
        self.assertEqual(action["res_model"], "crm.meeting.held")

    def test_in_the_owners_language(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.env["ir.module.module"]._load_module_terms(["crm_discipline"], ["cs_CZ"])
        self.salesperson.lang = "cs_CZ"
        self.ask()
        self.assertIn("„Offer“", self.questions().summary)

    def test_many_in_batches(self):
        for number in range(5):
            self.create_past_meeting(hours=6, name=f"Offer {number}")
        self.patch(type(self.env["mail.activity"]), "_result_batch", 2)
        self.ask()
        asked = self.env["mail.activity"].search_count([("result_meeting_id", "!=", False)])
        self.assertEqual(asked, 6)
