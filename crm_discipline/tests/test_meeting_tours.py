"""The screens of client meetings and rules, as the people use them who work with them."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DisciplineCase


class MeetingTourCase(HttpCase, DisciplineCase):
    def start_as(self, user, path, tour):
        self.start_tour(f"/odoo/{path}", tour, login=user.login)

    def start_on_meeting(self, meeting, tour):
        self.start_as(self.salesperson, f"calendar.event/{meeting.id}", tour)


@tagged("post_install", "-at_install")
class TestMeetingCalendarTour(MeetingTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tour_client = cls.env["res.partner"].create({"name": "Tour Client"})

    def test_quick_create_tour(self):
        self.start_as(
            self.salesperson,
            "action-calendar.action_calendar_event",
            "discipline_quick_create_tour",
        )
        meeting = self.env["calendar.event"].search([("name", "=", "Chairs for the office")])
        self.assertEqual(meeting.client_id, self.tour_client)
        self.assertEqual(self.tour_client.phone, "+420 601 234 567")
        self.assertMissing(meeting)

    def test_more_options_tour(self):
        self.start_as(
            self.salesperson,
            "action-calendar.action_calendar_event",
            "discipline_more_options_tour",
        )
        meeting = self.env["calendar.event"].search([("name", "=", "Carried on")])
        self.assertEqual(meeting.client_id, self.tour_client)
        self.assertEqual(self.tour_client.email, "tour@example.com")

    def test_popover_tour(self):
        noon = fields.Datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)
        meeting = self.create_incomplete_meeting(
            self.tour_client, name="Tour incomplete", start=noon, stop=noon + timedelta(hours=2)
        )
        self.start_as(
            self.salesperson, "action-calendar.action_calendar_event", "discipline_popover_tour"
        )
        self.assertEqual(meeting.meeting_status, "cancelled")


@tagged("post_install", "-at_install")
class TestMeetingFormTour(MeetingTourCase):
    def test_form_tour(self):
        meeting = self.create_meeting()
        self.start_on_meeting(meeting, "discipline_form_tour")
        self.assertEqual(meeting.meeting_status, "held")
        self.assertEqual(meeting.location, "Prague")
        self.assertEqual(meeting.meeting_result_note, "They moved to another town")

    def test_held_completes_client_tour(self):
        client = self.env["res.partner"].create({"name": "Karel Turista"})
        meeting = self.create_incomplete_meeting(client)
        self.start_on_meeting(meeting, "discipline_held_completes_client_tour")
        self.assertEqual(meeting.meeting_status, "held")
        self.assertEqual(client.phone, "+420 602 345 678")

    def test_held_asks_client_tour(self):
        client = self.env["res.partner"].create({"name": "Tour Client 2"})
        meeting = self.create_incomplete_meeting(self.env["res.partner"], is_client_meeting=True)
        self.start_on_meeting(meeting, "discipline_held_asks_client_tour")
        self.assertEqual(meeting.meeting_status, "held")
        self.assertEqual(meeting.client_id, client)
        self.assertEqual(client.email, "tour2@example.com")

    def test_company_tour(self):
        company = self.env["res.partner"].create(
            {"name": "Tour Company", "is_company": True, "phone": "+420 222 333 444"}
        )
        meeting = self.create_incomplete_meeting(company)
        self.start_on_meeting(meeting, "discipline_company_tour")
        self.assertEqual(meeting.client_id.name, "Petr Tourist")
        self.assertEqual(meeting.client_id.parent_id, company)
        self.assertEqual(meeting.client_id.phone, "+420 603 456 789")
        self.assertMissing(meeting)

    def test_activity_tour(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Tour chairs",
                "type": "opportunity",
                "partner_id": self.client.id,
                "user_id": self.salesperson.id,
            }
        )
        yesterday = fields.Datetime.now() - timedelta(days=1)
        meeting = self.create_meeting(
            opportunity_id=lead.id, start=yesterday, stop=yesterday + timedelta(hours=1)
        )
        activities = self.env["mail.activity"]
        activities.create([activities._prepare_result_activity_vals(meeting)])
        self.start_as(self.salesperson, f"crm.lead/{lead.id}", "discipline_activity_tour")
        self.assertEqual(meeting.meeting_status, "held")


@tagged("post_install", "-at_install")
class TestMeetingListTour(MeetingTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["calendar.event"].search([("user_id", "=", cls.salesperson.id)]).unlink()

    def make_meetings(self):
        meetings = [self.create_meeting(name=f"Tour meeting {number}") for number in (1, 2, 3)]
        meetings.append(self.create_incomplete_meeting(name="Tour meeting 4"))
        return meetings

    def test_list_tour(self):
        meetings = self.make_meetings()
        self.start_as(
            self.salesperson,
            "action-crm_discipline.calendar_event_action_client_meetings",
            "discipline_list_tour",
        )
        self.assertEqual(
            [meeting.meeting_status for meeting in meetings],
            ["no_show", "cancelled", "cancelled", "planned"],
        )

    def test_kanban_tour(self):
        meetings = self.make_meetings()
        self.start_as(
            self.salesperson,
            "action-crm_discipline.calendar_event_action_client_meetings",
            "discipline_kanban_tour",
        )
        self.assertEqual(
            [meeting.meeting_status for meeting in meetings[:3]], ["held", "planned", "planned"]
        )
        self.assertEqual(
            meetings[0].meeting_result_id, self.env.ref("crm_discipline.meeting_result_next")
        )


@tagged("post_install", "-at_install")
class TestRuleTour(MeetingTourCase):
    def test_rule_tour(self):
        rule = self.env["crm.discipline.rule"].create(
            {
                "name": "Tour rule",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "filter_domain": "[('name', '=', 'Tour violation')]",
                "required_domain": "[('website', '!=', False)]",
            }
        )
        self.env["res.partner"].create({"name": "Tour violation"})
        self.start_as(
            self.supervisor,
            "action-crm_discipline.crm_discipline_rule_action",
            "discipline_rule_tour",
        )
        self.assertEqual(rule.severity, "warn")
