from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError

from .common import DisciplineCase

ALL_BUT_RESULT = (
    "rule_meeting_client",
    "rule_meeting_client_name",
    "rule_meeting_contact",
    "rule_meeting_subject",
)


class TestCalendarEventRules(DisciplineCase):
    def test_complete_meeting(self):
        self.assertMissing(self.create_meeting())

    def test_every_missing_item_is_named_at_once(self):
        with self.assertRefused(
            "rule_meeting_client_name", "rule_meeting_contact", "rule_meeting_subject"
        ):
            self.create_meeting(client=self.surname_only, name="   ")
        with self.assertRefused(*ALL_BUT_RESULT):
            self.create_meeting(partner_ids=[], is_client_meeting=True, name="\t")

    def test_phone_or_mail(self):
        self.surname_only.name = "Petr Dvořák"
        with self.assertRefused("rule_meeting_contact"):
            self.create_meeting(client=self.surname_only)
        for fname, value in (("phone", "+420603456789"), ("email", "petr@example.com")):
            self.surname_only.write({"phone": False, "email": False, fname: value})
            self.assertMissing(self.create_meeting(client=self.surname_only))

    def test_company_is_asked_for_the_person_met(self):
        with self.assertRefused("rule_meeting_client_name"):
            self.create_meeting(client=self.company_client)

    def test_result_from_the_moment_it_is_held(self):
        meeting = self.create_meeting()
        with self.assertRefused("rule_meeting_result"):
            meeting.meeting_status = "held"
        meeting.write({"meeting_status": "held", "meeting_result_id": self.agreed.id})
        self.assertMissing(meeting)

    def test_what_did_not_happen_needs_no_data(self):
        for status in ("cancelled", "no_show"):
            meeting = self.create_incomplete_meeting()
            meeting.meeting_status = status
            self.assertMissing(meeting)

    def test_refused_write_leaves_nothing(self):
        meeting = self.create_meeting()
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            meeting.write({"client_id": self.surname_only.id, "location": "Brno"})
        self.env.invalidate_all()
        self.assertEqual(meeting.client_id, self.client)
        self.assertFalse(meeting.location)

    def test_batch_names_each_record(self):
        values = self.prepare_meeting(client=self.surname_only)
        with self.assertRaises(ValidationError) as refusal:
            self.meetings_as(self.salesperson).create(
                [values, self.prepare_meeting(), {**values, "name": "Contract"}]
            )
        self.assertIn("“Offer”", str(refusal.exception))
        self.assertIn("“Contract”", str(refusal.exception))
        with self.assertRaises(ValidationError) as refusal:
            self.meetings_as(self.salesperson).create([values] * 30)
        self.assertIn("20 more", str(refusal.exception))

    def test_moving_is_never_refused(self):
        meeting = self.create_incomplete_meeting()
        moved = meeting.start + timedelta(days=1)
        meeting.write({"start": moved, "stop": moved + timedelta(hours=1)})
        meeting.write({"allday": True, "start_date": moved.date(), "stop_date": moved.date()})
        self.assertMissing(meeting, "rule_meeting_client_name", "rule_meeting_contact")

    def test_what_has_no_rule_is_never_refused(self):
        meeting = self.create_incomplete_meeting()
        meeting.write({"location": "Brno", "description": "Bring samples", "show_as": "free"})
        meeting.partner_ids = [Command.link(self.colleague.partner_id.id)]

    def test_touching_the_data_asks_for_all_of_them(self):
        meeting = self.create_incomplete_meeting()
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            meeting.name = "Contract"

    def test_becoming_a_client_meeting(self):
        meeting = self.create_meeting(partner_ids=[])
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            meeting.partner_ids = [Command.link(self.surname_only.id)]

    def test_data_lost_later_are_marked(self):
        meeting = self.create_meeting()
        self.client.write({"phone": False, "email": False})
        self.assertMissing(meeting, "rule_meeting_contact")
        self.client.name = "Nováková"
        self.assertMissing(meeting, "rule_meeting_client_name", "rule_meeting_contact")
        self.client.write({"name": "Jana Nováková", "phone": "+420601234567"})
        self.assertMissing(meeting)

    def test_subject_is_stripped_for_everybody(self):
        meeting = self.env["calendar.event"].create(self.prepare_meeting(name="  "))
        self.assertMissing(meeting, "rule_meeting_subject")
        meeting.name = "  Offer "
        self.assertEqual(meeting.name, "Offer")

    def test_import_names_what_is_missing_and_imports_nothing(self):
        before = self.env["calendar.event"].search_count([])
        columns = ["name", "start", "stop", "client_id/.id"]
        rows = [
            ["Offer", "2026-05-04 08:00:00", "2026-05-04 09:00:00", str(self.client.id)],
            ["Contract", "2026-05-05 08:00:00", "2026-05-05 09:00:00", str(self.surname_only.id)],
        ]
        result = self.meetings_as(self.salesperson).load(columns, rows)
        self.assertFalse(result["ids"])
        messages = " ".join(message["message"] for message in result["messages"])
        self.assertIn(self.rule("rule_meeting_contact").name, messages)
        self.assertEqual(self.env["calendar.event"].search_count([]), before)
        result = self.meetings_as(self.salesperson).load(columns, rows[:1])
        self.assertMissing(self.env["calendar.event"].browse(result["ids"]))

    def test_clients_are_warned_about_only(self):
        partners = self.env["res.partner"].with_user(self.salesperson)
        partner = partners.create({"name": "Malý"})
        self.assertMissing(partner, "rule_client_name", "rule_client_contact")
        partner.write({"name": "Jan Malý", "phone": "+420604567890"})
        self.assertMissing(partner)
        self.assertMissing(partners.create({"name": "Firma", "is_company": True, "phone": "1"}))
        address = {"name": "Dock", "type": "delivery", "parent_id": self.company_client.id}
        self.assertMissing(partners.create(address))
        self.salesperson.partner_id.write({"name": "Seller", "email": False, "phone": False})
        self.assertMissing(self.salesperson.partner_id)
