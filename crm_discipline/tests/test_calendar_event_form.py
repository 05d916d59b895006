"""What the screens of client meetings ask the server for."""

from datetime import timedelta

from odoo import Command, fields
from odoo.addons.mail.tools.discuss import Store
from odoo.tests import Form, tagged

from .common import DisciplineCase


@tagged("post_install", "-at_install")
class TestCalendarEventForm(DisciplineCase):
    def test_needs_result(self):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        past = {"start": yesterday, "stop": yesterday + timedelta(hours=1)}
        waiting = self.create_meeting(**past)
        others = self.create_meeting(**past) | self.create_meeting()
        others[0].action_meeting_cancel()
        others |= self.env["calendar.event"].create({"name": "Internal", **past})
        events = waiting | others
        self.assertEqual(events.filtered("needs_result"), waiting)
        among = [("id", "in", events.ids)]
        self.assertEqual(events.search(among + [("needs_result", "=", True)]), waiting)
        self.assertEqual(events.search(among + [("needs_result", "=", False)]), others.sorted())

    def test_person_met_takes_the_companys_place(self):
        person = self.env["res.partner"].create(
            {"name": "Petr Svoboda", "parent_id": self.company_client.id, "phone": "+420601222333"}
        )
        meeting = self.create_incomplete_meeting(self.company_client)
        with Form(meeting) as form:
            self.assertTrue(form.client_is_company)
            form.person_met_id = person
            self.assertEqual(form.client_id, person)
            self.assertFalse(form.person_met_id)
            self.assertFalse(form.missing_items)
        self.assertEqual(meeting.client_id, person)

    def test_asked_name_stays_until_saved(self):
        meeting = self.create_incomplete_meeting(
            self.env["res.partner"].create({"name": "Svobodová", "phone": "+420601222333"})
        )
        with Form(meeting) as form:
            self.assertTrue(form.asks_client_name)
            form.client_name = "Eva Svobodová"
            self.assertTrue(form.asks_client_name, "The field must not vanish while it is typed.")
            self.assertFalse(form.missing_items)
        self.assertFalse(meeting.asks_client_name)

    def test_mending_fields(self):
        def items(record):
            return {item["id"]: item["fields"] for item in record.missing_items}

        found = items(self.create_incomplete_meeting())
        self.assertEqual(
            found[self.rule("rule_meeting_client_name").id],
            ["person_met_id", "client_name", "client_id"],
        )
        self.assertEqual(
            found[self.rule("rule_meeting_contact").id],
            ["client_phone", "client_email", "client_id"],
        )
        found = items(self.surname_only)
        self.assertEqual(found[self.rule("rule_client_name").id], ["name"])
        self.assertEqual(found[self.rule("rule_client_contact").id], ["phone", "email"])

    def test_held_dialog_asks_for_what_is_missing(self):
        def open_dialog(meetings):
            action = meetings.action_meeting_held()
            return (
                self.env[action["res_model"]]
                .with_user(self.salesperson)
                .with_context(**action["context"])
            )

        with Form(open_dialog(self.create_incomplete_meeting())) as dialog:
            self.assertTrue(dialog.asks_name and dialog.asks_contact)
            self.assertFalse(dialog.missing_elsewhere)
            dialog.result_id = self.agreed
        start = fields.Datetime.now()
        nobody = self.env["calendar.event"].create(
            {
                "name": "With whom?",
                "is_client_meeting": True,
                "user_id": self.salesperson.id,
                "partner_ids": [Command.set(self.salesperson.partner_id.ids)],
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )
        with Form(open_dialog(nobody.with_user(self.salesperson))) as dialog:
            self.assertTrue(dialog.asks_client)
            self.assertFalse(dialog.asks_name or dialog.asks_contact)
            self.assertFalse(dialog.missing_elsewhere)
            dialog.client_id = self.surname_only
            self.assertTrue(dialog.asks_name and dialog.asks_contact)
            self.assertEqual(dialog.client_name, "Dvořák")
            dialog.client_name = "Ivan Dvořák"
            dialog.client_phone = "+420601999888"
            dialog.result_id = self.agreed
        dialog.record.action_confirm()
        self.assertEqual(nobody.meeting_status, "held")
        self.assertEqual(nobody.client_id, self.surname_only)
        self.assertEqual(self.surname_only.name, "Ivan Dvořák")
        meetings = self.create_meeting() | self.create_meeting()
        with Form(open_dialog(meetings)) as dialog:
            self.assertEqual(dialog.event_count, 2)
            self.assertFalse(dialog.asks_name or dialog.missing_elsewhere)
            dialog.result_id = self.agreed

    def test_held_dialog_asks_whom_of_a_company(self):
        person = self.env["res.partner"].create(
            {"name": "Petr Svoboda", "parent_id": self.company_client.id, "phone": "+420601222333"}
        )
        meeting = self.create_incomplete_meeting(self.company_client)
        action = meeting.action_meeting_held()
        dialogs = self.env[action["res_model"]].with_user(self.salesperson)
        with Form(dialogs.with_context(**action["context"])) as dialog:
            self.assertTrue(dialog.asks_client)
            self.assertEqual(dialog.company_met_id, self.company_client)
            dialog.client_id = person
            dialog.result_id = self.agreed
        dialog.record.action_confirm()
        self.assertEqual((meeting.client_id, meeting.meeting_status), (person, "held"))
        self.assertEqual(self.company_client.name, "ACME s.r.o.")

    def test_held_dialog_names_what_it_cant_ask(self):
        self.env["crm.discipline.rule"].create(
            {
                "name": "Place",
                "filter_domain": "[('is_client_meeting', '=', True)]",
                "required_domain": "[('location', '!=', False)]",
            }
        )
        meeting = self.create_incomplete_meeting(self.client)
        action = meeting.action_meeting_held()
        dialogs = self.env[action["res_model"]].with_user(self.salesperson)
        with Form(dialogs.with_context(**action["context"])) as dialog:
            self.assertEqual(dialog.missing_elsewhere, "Place")
            self.assertFalse(dialog.asks_client or dialog.asks_name or dialog.asks_contact)
            dialog.result_id = self.agreed

    def test_chatter_knows_the_meeting_of_an_activity(self):
        meeting = self.create_meeting()
        activities = self.env["mail.activity"]
        activity = activities.create([activities._prepare_result_activity_vals(meeting)])
        data = Store().add(activity).get_result()["mail.activity"]
        self.assertEqual(data[0]["result_meeting_id"], meeting.id)

    def test_violations_of_meetings_open_in_their_own_list(self):
        action = self.rule("rule_meeting_client").action_view_violations()
        view = self.env.ref("crm_discipline.calendar_event_view_list_client_meetings")
        self.assertIn((view.id, "list"), action["views"])
