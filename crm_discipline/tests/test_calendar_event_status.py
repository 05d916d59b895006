from odoo.tests import Form

from .common import DisciplineCase


class TestCalendarEventStatus(DisciplineCase):
    def hold(self, meetings, **values):
        """Click Held and answer the dialog."""
        action = meetings.action_meeting_held()
        self.assertEqual(action["res_model"], "crm.meeting.held")
        wizards = self.env["crm.meeting.held"].with_user(self.salesperson)
        with Form(wizards.with_context(**action["context"])) as form:
            form.result_id = self.agreed
            for fname, value in values.items():
                form[fname] = value
        return form.record.action_confirm()

    def test_held_asks_for_the_result(self):
        meeting = self.create_meeting()
        self.hold(meeting, note="Signed")
        self.assertEqual(meeting.meeting_status, "held")
        self.assertEqual(meeting.meeting_result_id, self.agreed)
        self.assertEqual(meeting.meeting_result_note, "Signed")
        self.assertMissing(meeting)

    def test_held_with_a_result_asks_nothing(self):
        meeting = self.create_meeting(meeting_result_id=self.agreed.id)
        action = meeting.action_meeting_held()
        self.assertEqual(action["tag"], "crm_discipline.undo")
        self.assertEqual(meeting.meeting_status, "held")

    def test_no_show_and_cancelled_are_one_click(self):
        meeting = self.create_meeting()
        meeting.action_meeting_no_show()
        self.assertEqual(meeting.meeting_status, "no_show")
        meeting.action_meeting_cancel()
        self.assertEqual(meeting.meeting_status, "cancelled")
        meeting.action_meeting_plan()
        self.assertEqual(meeting.meeting_status, "planned")
        self.assertMissing(meeting)

    def test_many_at_once(self):
        meetings = self.create_meeting() | self.create_meeting(name="Contract")
        self.hold(meetings)
        self.assertEqual(set(meetings.mapped("meeting_status")), {"held"})
        self.assertEqual(meetings.meeting_result_id, self.agreed)
        meetings.action_meeting_no_show()
        self.assertEqual(set(meetings.mapped("meeting_status")), {"no_show"})
        self.assertFalse(meetings.meeting_result_id)

    def test_a_wrong_click_is_undone(self):
        meeting = self.create_meeting()
        self.hold(meeting, note="Signed")
        action = meeting.action_meeting_no_show()
        self.assertFalse(meeting.meeting_result_id)
        meeting.action_meeting_undo(action["params"]["args"][1])
        self.assertEqual(meeting.meeting_status, "held")
        self.assertEqual(meeting.meeting_result_id, self.agreed)
        self.assertEqual(meeting.meeting_result_note, "Signed")

    def test_undo_restores_each_as_it_was(self):
        held = self.create_meeting()
        self.hold(held)
        planned = self.create_meeting()
        action = (held | planned).action_meeting_cancel()
        self.assertIn("2", action["params"]["message"])
        (held | planned).action_meeting_undo(action["params"]["args"][1])
        self.assertEqual(held.meeting_status, "held")
        self.assertEqual(planned.meeting_status, "planned")

    def test_missing_data_are_asked_for_in_the_same_dialog(self):
        meeting = self.create_incomplete_meeting()
        wizard = self.env["crm.meeting.held"].with_user(self.salesperson)
        context = meeting.action_meeting_held()["context"]
        form = Form(wizard.with_context(**context))
        self.assertTrue(form.asks_name)
        self.assertTrue(form.asks_contact)
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            self.hold(meeting)
        self.hold(meeting, client_name="Petr Dvořák", client_phone="+420603456789")
        self.assertEqual(self.surname_only.name, "Petr Dvořák")
        self.assertMissing(meeting)

    def test_note_is_asked_for_where_the_result_needs_it(self):
        meeting = self.create_meeting()
        other = self.env.ref("crm_discipline.meeting_result_other")
        vals = {"meeting_status": "held", "meeting_result_id": other.id}
        with self.assertRefused("rule_meeting_result_note"):
            meeting.write({**vals, "meeting_result_note": "  "})
        meeting.sudo().write(vals)
        self.assertMissing(meeting, "rule_meeting_result_note")
        meeting.meeting_result_note = "Moved to Brno"
        self.assertMissing(meeting)

    def test_undo_asks_for_nothing_that_was_missing_before(self):
        meeting = self.create_incomplete_meeting()
        outcomes = meeting.action_meeting_no_show()["params"]["args"][1]
        for token in ("0" * 64, "žádný", 7, None):
            forged = [{**outcomes[0], "token": token}]
            with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
                meeting.action_meeting_undo(forged)
        meeting.action_meeting_undo(outcomes)
        self.assertEqual(meeting.meeting_status, "planned")
        meeting.action_meeting_cancel()
        meeting.action_meeting_plan()
        self.assertEqual(meeting.meeting_status, "planned")
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            meeting.name = "Contract"

    def test_dialog_forgets_what_was_typed_for_another_client(self):
        whole = self.env["res.partner"].create({"name": "Eva Malá", "phone": "+420605678901"})
        meeting = (
            self.env["calendar.event"]
            .sudo()
            .create(
                self.prepare_meeting(
                    partner_ids=[], is_client_meeting=True, user_id=self.salesperson.id
                )
            )
        )
        meeting = meeting.with_user(self.salesperson)
        wizards = self.env["crm.meeting.held"].with_user(self.salesperson)
        with Form(wizards.with_context(**meeting.action_meeting_held()["context"])) as form:
            form.result_id = self.agreed
            form.client_id = self.surname_only
            form.client_phone = "+420603456789"
            form.client_id = whole
        form.record.action_confirm()
        self.assertEqual(meeting.client_id, whole)
        self.assertEqual(whole.phone, "+420605678901")
        self.assertFalse(self.surname_only.phone)

    def test_who_changed_what_is_logged(self):
        meeting = self.create_meeting()
        self.flush_tracking()
        meeting.action_meeting_no_show()
        meeting.client_id = self.env["res.partner"].create(
            {"name": "Petr Dvořák", "phone": "+420603456789"}
        )
        meeting.location = "Brno"
        self.flush_tracking()
        messages = meeting.sudo().message_ids.filtered("tracking_value_ids")
        self.assertEqual(messages.author_id, self.salesperson.partner_id)
        self.assertEqual(
            messages.tracking_value_ids.field_id.sorted("name").mapped("name"),
            ["client_id", "location", "meeting_status"],
        )
        status = messages.tracking_value_ids.filtered(lambda v: v.field_id.name == "meeting_status")
        self.assertEqual((status.old_value_char, status.new_value_char), ("Planned", "No-show"))

    def test_kanban_shows_every_status(self):
        self.create_meeting()
        groups = (
            self.env["calendar.event"]
            .with_context(read_group_expand=True)
            .web_read_group([("is_client_meeting", "=", True)], ["meeting_status"])["groups"]
        )
        self.assertEqual(
            [group["meeting_status"] for group in groups],
            ["planned", "held", "no_show", "cancelled"],
        )

    def test_smart_buttons_count_what_they_open(self):
        person = self.client
        person.parent_id = self.company_client
        opportunity = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "partner_id": person.id,
                "user_id": self.salesperson.id,
            }
        )
        self.create_meeting()
        self.create_meeting(opportunity_id=opportunity.id)
        self.create_meeting(opportunity_id=opportunity.id, privacy="private")
        for record, count in ((person, 3), (self.company_client, 3), (opportunity, 2)):
            record = record.with_user(self.supervisor)
            self.assertEqual(record.client_meeting_count, count)
            action = record.action_view_client_meetings()
            opened = self.meetings_as(self.supervisor).search(action["domain"])
            self.assertEqual(len(opened), count)
