"""One click: a status acts, on one call or many, and is taken back by another click."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import CallCase


class TestCallStatus(CallCase):
    def set_status(self, calls, name):
        return calls.action_set_status(self.status(name).id)

    def undo(self, offer):
        params = offer["params"]
        self.assertEqual(offer["tag"], "crm_discipline.undo")
        ids, *args = params["args"]
        records = self.env[params["model"]].with_user(self.salesperson).browse(ids)
        return getattr(records, params["method"])(*args)

    def test_accepted_leaves_it_open_and_mine(self):
        call = self.create_call(user=self.supervisor, user_id=self.colleague.id)
        self.set_status(call.with_user(self.salesperson), "accepted")
        self.assertFalse(call.is_handled)
        self.assertEqual(call.user_id, self.salesperson)

    def test_completed_closes_it(self):
        call = self.create_call()
        self.set_status(call, "completed")
        self.assertTrue(call.is_handled)
        self.assertFalse(self.open_activities(self.client))

    def test_call_back_and_no_answer_plan_a_call(self):
        for name in ("callback", "no_answer"):
            with self.subTest(status=name):
                call = self.create_call()
                self.status(name).next_activity_days = 3
                self.set_status(call, name)
                activity = self.open_activities(self.client)
                self.assertEqual(activity, call.next_activity_id)
                self.assertEqual(activity.user_id, self.salesperson)
                self.assertEqual(activity.activity_category, "phonecall")
                today = fields.Date.context_today(call)
                self.assertEqual(activity.date_deadline, today + timedelta(days=3))
                self.assertTrue(call.is_handled)
                self.set_status(call, "completed")
                self.assertFalse(self.open_activities(self.client))

    def test_call_back_is_planned_with_the_opportunity(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.client.id, "user_id": self.salesperson.id}
        )
        call = self.create_call(lead_id=lead.id)
        self.set_status(call, "callback")
        self.assertEqual(self.open_activities(lead), call.next_activity_id)

    def test_call_back_of_an_unknown_number(self):
        call = self.create_call(partner_id=False, phone="+420777000111")
        self.set_status(call, "callback")
        self.assertFalse(call.next_activity_id.res_model)
        self.assertIn("+420777000111", call.next_activity_id.summary)
        self.assertEqual(call.next_activity_id.user_id, self.salesperson)

    def test_wrong_number(self):
        call = self.create_call()
        self.assertEqual(self.client.phone_state, "ok")
        self.set_status(call, "wrong_number")
        self.assertTrue(call.is_handled)
        self.assertEqual(self.client.phone_state, "wrong_number")
        self.assertFalse(self.open_activities(self.client))
        self.client.phone = "+420 602 000 111"
        self.assertEqual(self.client.phone_state, "ok")

    def test_wrong_number_is_said_also_by_who_may_not_write_the_client(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody writes clients",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": [(0, "=", 1)],
                "perm_read": False,
            }
        )
        self.assertFalse(self.client.with_user(self.salesperson).has_access("write"))
        self.set_status(self.create_call(), "wrong_number")
        self.assertEqual(self.client.phone_state, "wrong_number")

    def test_number_corrected_before_is_not_marked(self):
        call = self.create_call()
        self.client.phone = "+420 602 000 111"
        self.set_status(call, "wrong_number")
        self.assertEqual(self.client.phone_state, "ok")

    def test_phone_states(self):
        for phone, state in (
            (False, "missing"), ("  ", "missing"), ("12", "invalid"), ("601 234 568", "ok"),
        ):  # fmt: skip
            with self.subTest(phone=phone):
                self.client.phone = phone
                self.assertEqual(self.client.phone_state, state)
        self.env["phone.blacklist"].create({"number": "+420601234568"})
        self.assertEqual(self.client.phone_state, "opted_out")
        self.env["phone.blacklist"].remove("+420601234568")
        self.assertEqual(self.client.phone_state, "ok")

    def test_many_at_once(self):
        calls = self.create_call() + self.create_call(partner_id=False, phone="+420777000111")
        offer = self.set_status(calls, "completed")
        self.assertEqual(calls.status_id, self.status("completed"))
        self.undo(offer)
        self.assertFalse(calls.status_id)
        self.assertFalse(any(calls.mapped("is_handled")))

    def test_undo_takes_back_what_the_status_did(self):
        call = self.create_call(user=self.supervisor, user_id=self.colleague.id)
        call = call.with_user(self.salesperson)
        for name in ("accepted", "callback", "wrong_number", "completed"):
            with self.subTest(status=name):
                self.undo(self.set_status(call, name))
                self.assertFalse(call.status_id)
                self.assertFalse(call.is_handled)
                self.assertFalse(call.handled_on)
                self.assertEqual(call.user_id, self.colleague)
                self.assertFalse(self.open_activities(self.client))
                self.assertEqual(self.client.phone_state, "ok")

    def test_undo_restores_the_status_before_with_its_activity(self):
        call = self.create_call()
        self.set_status(call, "callback")
        self.undo(self.set_status(call, "completed"))
        self.assertEqual(call.status_id, self.status("callback"))
        self.assertEqual(len(self.open_activities(self.client)), 1)

    def test_undo_lets_missed_calls_wait_that_the_click_returned(self):
        """By a click on another call, on a client, and on a planned call."""
        missed = self.receive(self.prepare_missed("missed", -30))
        activity = missed.callback_activity_id
        client = self.client.with_user(self.salesperson)
        planned = client.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson.id
        )
        call = self.create_call(user_id=self.salesperson.id)
        status = self.status("completed")
        for click in (
            lambda: call.action_set_status(status.id),
            lambda: (
                self.env["crm.call"]
                .with_user(self.salesperson)
                ._log_made(client._prepare_call_vals(), status)
            ),
            lambda: planned.action_set_call_status(status.id),
        ):
            offer = click()
            self.assertTrue(missed.returned_on)
            self.assertTrue(missed.is_handled)
            self.assertFalse(activity.active)
            self.undo(offer)
            self.assertFalse(missed.returned_on)
            self.assertFalse(missed.is_handled)
            self.assertFalse(missed.status_id)
            self.assertTrue(activity.active)
            self.assertEqual(missed.callback_activity_id, activity)

    def test_undo_leaves_what_was_returned_before(self):
        missed = self.receive(self.prepare_missed("missed", -30))
        answered = self.receive(self.prepare_message("answered", -20)).with_user(self.salesperson)
        self.assertTrue(missed.returned_on)
        offer = self.set_status(answered, "completed")
        self.assertNotIn("returned_ids", offer["params"]["args"][1][0])
        self.undo(offer)
        self.assertTrue(missed.returned_on)

    def test_undo_only_what_was_offered(self):
        call = self.create_call()
        offer = self.set_status(call, "completed")
        change = offer["params"]["args"][1][0]
        with self.assertRaises(UserError):
            call.action_undo_status([{**change, "created": True}])
        with self.assertRaises(UserError):
            call.action_undo_status([{**change, "returned_ids": call.ids}])
        with self.assertRaises(UserError):
            call.action_undo_status([{"id": call.id, "status_id": False}])
        for token in ("žádný", 7, None):
            with self.assertRaises(UserError):
                call.action_undo_status([{**change, "token": token}])
        self.assertEqual(call.status_id, self.status("completed"))

    def test_status_that_is_gone(self):
        call = self.create_call()
        with self.assertRaises(UserError):
            call.action_set_status(self.env["crm.call.status"].search([], limit=1).id + 10_000)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_call_of_another_is_refused(self):
        call = self.create_call(user=self.supervisor, partner_id=False, phone="+420777000111")
        with self.assertRaises(AccessError):
            self.set_status(call.with_user(self.colleague), "completed")

    def test_dragged_on_the_board(self):
        """Writing the status acts like the click."""
        call = self.create_call()
        call.write({"status_id": self.status("callback").id})
        self.assertTrue(self.open_activities(self.client))


class TestPlannedCall(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity = cls.client.with_user(cls.salesperson).activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.salesperson.id, summary="Ask about the roof"
        )

    def test_status_makes_the_call_and_marks_the_activity_done(self):
        self.activity.action_set_call_status(self.status("completed").id)
        call = self.client.call_ids
        self.assertEqual(len(call), 1)
        self.assertEqual(call.planned_activity_id, self.activity)
        self.assertEqual(call.status_id, self.status("completed"))
        self.assertEqual(call.user_id, self.salesperson)
        self.assertEqual(call.direction, "out")
        self.assertFalse(self.activity.active)

    def test_no_answer_plans_another_try(self):
        self.activity.action_set_call_status(self.status("no_answer").id)
        again = self.open_activities(self.client)
        self.assertEqual(len(again), 1)
        self.assertNotEqual(again, self.activity)

    def test_undo_makes_it_planned_again(self):
        messages = self.client.message_ids
        offer = self.activity.action_set_call_status(self.status("no_answer").id)
        ids, changes = offer["params"]["args"]
        self.env["crm.call"].with_user(self.salesperson).browse(ids).action_undo_status(changes)
        self.assertFalse(self.client.call_ids)
        self.assertTrue(self.activity.active)
        self.assertFalse(self.activity.date_done)
        self.assertEqual(self.open_activities(self.client), self.activity)
        self.assertEqual(self.client.message_ids, messages)

    def test_about_an_opportunity(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.client.id, "user_id": self.salesperson.id}
        )
        activity = lead.with_user(self.salesperson).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson.id
        )
        activity.action_set_call_status(self.status("completed").id)
        call = self.client.call_ids
        self.assertEqual(call.lead_id, lead)

    def test_note_first(self):
        status = self.status("completed")
        status.requires_note = True
        dialog = self.activity.action_set_call_status(status.id)
        self.assertTrue(self.activity.active)
        wizard = (
            self.env["crm.call.note"]
            .with_user(self.salesperson)
            .with_context(**dialog["context"])
            .create({"note": "Agreed"})
        )
        wizard.action_confirm()
        self.assertFalse(self.activity.active)
        self.assertEqual(self.client.call_ids.note, "Agreed")

    def test_only_planned_calls(self):
        todo = self.client.activity_schedule("mail.mail_activity_data_todo")
        with self.assertRaises(UserError):
            todo.with_user(self.salesperson).action_set_call_status(self.status("completed").id)


class TestLogCall(CallCase):
    def test_newest_call_to_process_else_a_new_one(self):
        client = self.client.with_user(self.salesperson)
        call = self.create_call()
        self.assertEqual(client.call_to_process_id, call)
        client.action_log_call(self.status("completed").id)
        self.assertEqual(call.status_id, self.status("completed"))
        client.invalidate_recordset()
        self.assertFalse(client.call_to_process_id)
        client.action_log_call(self.status("no_answer").id)
        self.assertEqual(client.call_count, 2)
        self.assertEqual(
            set(client.call_ids.status_id), {self.status("completed"), self.status("no_answer")}
        )

    def test_undo_removes_the_call_that_was_made(self):
        client = self.client.with_user(self.salesperson)
        offer = client.action_log_call(self.status("callback").id)
        ids, changes = offer["params"]["args"]
        self.env["crm.call"].with_user(self.salesperson).browse(ids).action_undo_status(changes)
        self.assertFalse(self.client.call_ids)
        self.assertFalse(self.open_activities(self.client))

    def test_note_asked_for_and_not_given_leaves_no_call(self):
        self.status("completed").requires_note = True
        client = self.client.with_user(self.salesperson)
        dialog = client.action_log_call(self.status("completed").id)
        self.assertFalse(self.client.call_ids)
        wizard = (
            self.env["crm.call.note"]
            .with_user(self.salesperson)
            .with_context(**dialog["context"])
            .create({"note": "Agreed"})
        )
        wizard.action_confirm()
        self.assertEqual(self.client.call_ids.note, "Agreed")

    def test_on_an_opportunity(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.client.id, "user_id": self.salesperson.id}
        )
        lead.with_user(self.salesperson).action_log_call(self.status("completed").id)
        self.assertEqual(self.client.call_ids.lead_id, lead)
