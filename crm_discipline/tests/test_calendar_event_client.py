from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import DisciplineCase


class TestCalendarEventClient(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_client = cls.env["res.partner"].create(
            {"name": "Petr Dvořák", "phone": "+420602345678"}
        )
        cls.opportunity = cls.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "partner_id": cls.client.id,
                "user_id": cls.salesperson.id,
            }
        )

    def test_only_attendee_from_outside(self):
        meeting = self.create_meeting()
        self.assertEqual(meeting.client_id, self.client)
        self.assertTrue(meeting.is_client_meeting)

    def test_contact_of_the_opportunity(self):
        meeting = self.create_meeting(
            opportunity_id=self.opportunity.id,
            partner_ids=[Command.set((self.salesperson.partner_id | self.other_client).ids)],
        )
        self.assertEqual(meeting.client_id, self.client)

    def test_colleagues_make_no_client_meeting(self):
        colleagues = self.salesperson.partner_id | self.colleague.partner_id
        meeting = self.create_meeting(partner_ids=[Command.set(colleagues.ids)])
        self.assertFalse(meeting.client_id)
        self.assertFalse(meeting.is_client_meeting)
        self.assertTrue(meeting.is_data_complete)

    def test_portal_user_is_a_client(self):
        meeting = self.create_meeting(
            partner_ids=[Command.set(self.portal_user.partner_id.ids)],
        )
        self.assertEqual(meeting.client_id, self.portal_user.partner_id)

    def test_several_are_asked_about(self):
        both = self.client | self.other_client
        values = {"partner_ids": [Command.set(both.ids)]}
        with self.assertRefused(
            "rule_meeting_client", "rule_meeting_client_name", "rule_meeting_contact"
        ):
            self.create_meeting(**values)
        meeting = self.create_meeting(**values, client_id=self.other_client.id)
        self.assertEqual(meeting.client_id, self.other_client)
        draft = self.meetings_as(self.salesperson).new({"partner_ids": [Command.set(both.ids)]})
        self.assertEqual(draft.client_candidate_ids._origin, both)

    def test_explicit_choice_stays(self):
        meeting = self.create_meeting(client_id=self.other_client.id)
        self.assertEqual(meeting.client_id, self.other_client)
        meeting.partner_ids = [Command.link(self.colleague.partner_id.id)]
        self.assertEqual(meeting.client_id, self.other_client)

    def test_follows_the_attendee_who_takes_the_place(self):
        meeting = self.create_meeting()
        meeting.partner_ids = [Command.unlink(self.client.id), Command.link(self.other_client.id)]
        self.assertEqual(meeting.client_id, self.other_client)

    def test_follows_the_opportunity(self):
        other = self.opportunity.copy({"partner_id": self.other_client.id, "name": "Tables"})
        meeting = self.create_meeting(opportunity_id=self.opportunity.id)
        meeting.opportunity_id = other
        self.assertEqual(meeting.client_id, self.other_client)

    def test_follows_the_attendee_who_is_left(self):
        meeting = self.create_meeting()
        meeting.partner_ids = [Command.link(self.other_client.id)]
        self.assertEqual(meeting.client_id, self.client)
        meeting.partner_ids = [Command.unlink(self.client.id)]
        self.assertEqual(meeting.client_id, self.other_client)

    def test_uninvited_client_stays_client(self):
        meeting = self.create_meeting()
        meeting.partner_ids = [Command.unlink(self.client.id)]
        self.assertEqual(meeting.client_id, self.client)

    def test_opportunity_that_gets_a_contact(self):
        self.opportunity.partner_id = False
        meeting = (
            self.env["calendar.event"]
            .sudo()
            .create(self.prepare_meeting(opportunity_id=self.opportunity.id, partner_ids=[]))
        )
        self.assertFalse(meeting.client_id)
        self.assertTrue(meeting.is_client_meeting)
        self.opportunity.with_user(self.salesperson).partner_id = self.client
        self.assertEqual(meeting.client_id, self.client)
        held = self.create_meeting(
            opportunity_id=self.opportunity.id,
            meeting_status="held",
            meeting_result_id=self.agreed.id,
        )
        chosen = self.create_meeting(
            opportunity_id=self.opportunity.id, client_id=self.portal_user.partner_id.id
        )
        self.opportunity.partner_id = self.other_client
        self.assertEqual(meeting.client_id, self.other_client)
        self.assertEqual(held.client_id, self.client)
        self.assertEqual(chosen.client_id, self.portal_user.partner_id)

    def test_marked_as_internal(self):
        meeting = self.create_meeting()
        meeting.is_client_meeting = False
        self.assertFalse(meeting.client_id)
        self.assertTrue(meeting.is_data_complete)
        meeting.client_id = self.client
        self.assertTrue(meeting.is_client_meeting)

    def test_copy_is_a_planned_meeting_with_the_same_client(self):
        meeting = self.create_meeting(meeting_status="held", meeting_result_id=self.agreed.id)
        copy = meeting.copy()
        self.assertEqual(copy.client_id, self.client)
        self.assertEqual(copy.meeting_status, "planned")
        self.assertFalse(copy.meeting_result_id)

    def test_client_with_meetings_is_not_deleted(self):
        self.create_meeting()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.client.unlink()

    def test_colleague_outside_of_sales(self):
        """Whoever works with the calendar can do so, without any right in the CRM."""
        meeting = self.create_meeting(
            user=self.employee,
            partner_ids=[Command.set((self.employee.partner_id | self.client).ids)],
        )
        self.assertEqual(meeting.client_id, self.client)
        linked = self.create_incomplete_meeting(
            client=self.client,
            opportunity_id=self.opportunity.id,
        ).with_user(self.employee)
        self.assertTrue(linked.is_data_complete)
        linked.partner_ids = [Command.link(self.employee.partner_id.id)]
        self.assertEqual(linked.sudo().client_id, self.client)

    def test_form_follows_until_the_user_chooses(self):
        with Form(self.meetings_as(self.salesperson)) as form:
            form.name = "Offer"
            form.partner_ids.add(self.client)
            self.assertEqual(form.client_id, self.client)
            self.assertTrue(form.is_client_meeting)
            form.partner_ids.remove(self.client.id)
            form.partner_ids.add(self.other_client)
            self.assertEqual(form.client_id, self.other_client)
            form.client_id = self.client
            form.partner_ids.add(self.colleague.partner_id)
            self.assertEqual(form.client_id, self.client)
        self.assertEqual(form.record.client_id, self.client)

    def test_form_says_what_is_missing_and_takes_it_in_place(self):
        with Form(self.meetings_as(self.salesperson)) as form:
            form.name = ""
            form.partner_ids.add(self.surname_only)
            self.assertEqual(
                [item["id"] for item in form.missing_items],
                [
                    self.rule(name).id
                    for name in (
                        "rule_meeting_client_name",
                        "rule_meeting_contact",
                        "rule_meeting_subject",
                    )
                ],
            )
            form.client_phone = "+420603456789"
            form.client_name = "Petr Dvořák"
            form.name = "Offer"
            self.assertFalse(form.missing_items)
        self.assertEqual(self.surname_only.phone, "+420603456789")
        self.assertEqual(self.surname_only.name, "Petr Dvořák")
        self.assertMissing(form.record)
