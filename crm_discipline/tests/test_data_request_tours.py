"""The screens of data requests, as the salesperson and the operator use them."""

from odoo.tests import HttpCase, tagged

from .common import RequestCase


@tagged("post_install", "-at_install")
class TestDataRequestTours(HttpCase, RequestCase):
    def last(self):
        return self.env["crm.data.request"].search(
            [("requested_by_id", "=", self.salesperson.id)], order="id DESC", limit=1
        )

    def start(self, path, tour, user=None):
        self.start_tour(f"/odoo/{path}", tour, login=(user or self.salesperson).login)

    def test_from_a_meeting(self):
        self.start(
            "action-crm_discipline.calendar_event_action_client_meetings?view_type=list",
            "discipline_request_meeting_tour",
        )
        request = self.last()
        self.assertEqual(request.name, "Lenka Tichá")
        meeting = self.env["calendar.event"].search([("client_request_id", "=", request.id)])
        self.assertEqual(meeting.name, "Shelves")
        self.assertEqual((request.origin_model, request.origin_id), (meeting._name, meeting.id))

    def test_from_a_meeting_with_a_client_who_lacks_data(self):
        self.env.company.discipline_operator_split = True
        self.start(
            "action-crm_discipline.calendar_event_action_client_meetings?view_type=list",
            "discipline_request_lacking_tour",
        )
        request = self.last()
        self.assertEqual((request.kind, request.partner_id), ("correct", self.surname_only))
        meeting = self.env["calendar.event"].search([("client_request_id", "=", request.id)])
        self.assertEqual((meeting.name, meeting.client_id), ("Shelves", self.surname_only))

    def test_from_the_top_bar(self):
        self.start(
            "action-crm_discipline.calendar_event_action_client_meetings",
            "discipline_request_menu_tour",
        )
        self.assertEqual(self.last().name, "Tichá")

    def test_from_a_contact(self):
        self.start(f"res.partner/{self.client.id}", "discipline_request_correction_tour")
        request = self.last()
        self.assertEqual((request.kind, request.proposed_fields), ("correct", ["email"]))

    def test_the_desk(self):
        self.env["crm.data.request"].search([("state", "in", ("new", "in_progress"))]).unlink()
        self.env.company.country_id = self.env.ref("base.cz")
        first = self.ask(
            surname="Nováková", first_name="Jana", phone="601 234 567", email="new@example.com"
        )
        self.client.email = False
        second = self.ask(surname="Malý", first_name="Petr", phone="+420602999111")
        first.sudo().requested_on = "2024-01-01 08:00:00"
        self.start("data-requests", "discipline_request_desk_tour", self.operator)
        self.assertEqual((first.state, first.partner_id), ("done", self.client))
        self.assertEqual(self.client.email, "new@example.com")
        self.assertEqual((second.state, second.reject_reason), ("rejected", "Who is it?"))
