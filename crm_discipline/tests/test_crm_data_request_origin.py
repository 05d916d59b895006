"""What waits for a requested client: a meeting, a call, an opportunity."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import CallCase, RequestCase


class TestRequestedMeeting(RequestCase):
    def prepare(self, request=None, **values):
        values = self.prepare_meeting(is_client_meeting=True, **values)
        return {
            **values,
            "partner_ids": [(6, 0, self.salesperson.partner_id.ids)],
            "client_request_id": request.id if request else False,
        }

    def meet(self, request=None, **values):
        return self.meetings_as(self.salesperson).create(self.prepare(request, **values))

    def test_it_is_saved_at_once_and_waits(self):
        with self.assertRefused(
            "rule_meeting_client", "rule_meeting_client_name", "rule_meeting_contact"
        ):
            self.meet()
        request = self.ask()
        meeting = self.meet(request)
        self.assertMissing(meeting, "rule_meeting_client_entered")
        self.assertTrue(meeting.is_client_meeting)
        self.assertEqual((request.origin_model, request.origin_id), (meeting._name, meeting.id))
        self.work(request).action_take()
        self.assertMissing(meeting, "rule_meeting_client_entered")
        meeting.name = "Offer, second"
        self.work(request).action_apply()
        self.assertEqual(meeting.client_id, request.partner_id)
        self.assertMissing(meeting)
        self.assertEqual(meeting.client_id.acquired_by_id, self.salesperson)

    def test_a_request_must_carry_the_data(self):
        with self.assertRefused("rule_meeting_contact"):
            self.meet(self.ask(phone=False))
        with self.assertRefused("rule_meeting_client_name"):
            self.meet(self.ask(first_name=False))

    def test_a_draft_says_the_same(self):
        Meeting = self.meetings_as(self.salesperson)
        draft = Meeting.new(self.prepare(self.ask()))
        self.assertEqual(draft.missing_data, self.rule("rule_meeting_client_entered").name)
        self.assertFalse(draft.is_data_complete)
        draft = Meeting.new(self.prepare(self.ask(phone=False)))
        self.assertEqual(
            [item["name"] for item in draft.missing_items if item["blocks"]],
            [self.rule("rule_meeting_contact").name],
        )

    def test_rejected_it_is_incomplete_until_asked_again(self):
        request = self.ask()
        meeting = self.meet(request)
        self.work(request).action_reject("Who is it?")
        self.assertMissing(
            meeting, "rule_meeting_client", "rule_meeting_client_name", "rule_meeting_contact"
        )
        context = request.with_user(self.salesperson).action_ask_again()["context"]
        again = self.env["crm.data.request"].with_user(self.salesperson).with_context(**context)
        again = again.create({"note": "The buyer"})
        self.assertEqual(meeting.client_request_id, again)
        self.assertMissing(meeting, "rule_meeting_client_entered")

    def test_the_operator_was_faster(self):
        request = self.ask()
        self.work(request).action_apply()
        meeting = self.meet(request)
        self.assertEqual(meeting.client_id, request.partner_id)

    def test_a_chosen_client_stays(self):
        request = self.ask()
        meeting = self.meet(request)
        meeting.client_id = self.client
        self.work(request).action_apply()
        self.assertEqual(meeting.client_id, self.client)

    def test_nobody_else_s_request(self):
        request = self.ask(user=self.colleague)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.meet(request)
        meeting = self.create_meeting()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            meeting.client_request_id = request


class TestCorrectedMeeting(RequestCase):
    """A meeting with a client who lacks data that the salesperson may not write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_operator_split = True

    def correct(self, **values):
        context = self.surname_only.with_user(self.salesperson).action_ask_correction()["context"]
        Request = self.env["crm.data.request"].with_user(self.salesperson)
        return Request.with_context(**context).create(values)

    def test_it_is_saved_with_the_correction_and_counts_once_applied(self):
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            self.create_meeting(client=self.surname_only)
        whole = {"name": "Petr Dvořák", "phone": "+420603456789"}
        request = self.correct(**whole)
        meeting = self.create_meeting(client=self.surname_only, client_request_id=request.id)
        self.assertEqual(meeting.client_id, self.surname_only)
        self.assertMissing(meeting, "rule_meeting_client_entered")
        self.work(request).action_apply()
        self.assertMissing(meeting)
        self.assertEqual(meeting.client_phone, "+420603456789")

    def test_what_it_does_not_say_is_still_missing(self):
        request = self.correct(phone="+420603456789")
        with self.assertRefused("rule_meeting_client_name"):
            self.create_meeting(client=self.surname_only, client_request_id=request.id)

    def test_rejected_it_is_missing_again(self):
        request = self.correct(name="Petr Dvořák", phone="+420603456789")
        meeting = self.create_meeting(client=self.surname_only, client_request_id=request.id)
        self.work(request).action_reject("Who is it?")
        self.assertMissing(meeting, "rule_meeting_client_name", "rule_meeting_contact")

    def test_it_is_of_the_client_and_goes_with_another(self):
        request = self.correct(name="Petr Dvořák", phone="+420603456789")
        with self.assertRaises(ValidationError):
            self.create_meeting(client_request_id=request.id)
        meeting = self.create_meeting(client=self.surname_only, client_request_id=request.id)
        meeting.client_id = self.client
        self.assertFalse(meeting.client_request_id)
        self.assertMissing(meeting)
        draft = self.create_meeting(client=self.surname_only, client_request_id=request.id)
        form = Form(draft)
        self.assertEqual(form.client_request_id, request)
        form.client_id = self.client
        self.assertFalse(form.client_request_id)
        # settled, it is no longer in the way of anybody
        self.work(request).action_apply()
        self.assertMissing(draft)


class TestRequestedElsewhere(CallCase, RequestCase):
    def test_the_dialogs(self):
        contact = self.client.with_user(self.salesperson).action_ask_correction()
        self.assertEqual(contact["context"]["default_phone"], self.client.phone)
        lead = self.env["crm.lead"].create(
            {
                "name": "Desks",
                "contact_name": "Eva Malá",
                "phone": "+420602111222",
                "user_id": self.salesperson.id,
            }
        )
        mine = lead.with_user(self.salesperson)
        context = mine.action_ask_correction()["context"]
        Request = self.env["crm.data.request"].with_user(self.salesperson)
        request = Request.with_context(**context).create({})
        self.assertEqual((request.name, request.origin_id), ("Eva Malá", lead.id))
        self.work(request).action_apply()
        self.assertEqual(lead.partner_id, request.partner_id)
        self.assertEqual(lead.partner_id.acquired_by_id, self.salesperson)
        # it has a client now: then it is a correction
        context = mine.action_ask_correction()["context"]
        self.assertEqual(context["default_kind"], "correct")
        self.assertEqual(context["default_origin_model"], "crm.lead")

    def test_a_call_of_an_unknown_number(self):
        call = self.create_call(partner_id=False, phone="+420603999000", direction="in")
        context = call.action_ask_client()["context"]
        Request = self.env["crm.data.request"].with_user(self.salesperson)
        request = Request.with_context(**context).create({"surname": "Malá", "first_name": "Eva"})
        self.assertEqual(call.data_request_id, request)
        self.assertEqual(call.action_ask_client()["res_id"], request.id)
        self.work(request).action_apply()
        self.assertEqual(call.partner_id, request.partner_id)
        self.assertEqual(call.match_state, "matched")

    def test_linked_to_a_client_with_another_number(self):
        call = self.create_call(partner_id=False, phone="+420603999000", direction="in")
        second = self.create_call(partner_id=False, phone="+420603999000", direction="in")
        request = self.ask(phone="+420603999000", origin_model="crm.call", origin_id=call.id)
        self.work(request).action_link(self.client.id)
        self.work(request).action_apply()
        self.assertEqual((call | second).partner_id, self.client)
        self.assertEqual(self.client.phone, "+420601234567")

    def test_unknown_callers_ask_by_themselves_once(self):
        self.env.company.discipline_unknown_caller = "request"
        Request = self.env["crm.data.request"]
        number = [("caller_number", "=", "+420603999111")]
        unknown = {"caller": "+420603999111"}
        self.receive(
            self.prepare_message("1", 0, **unknown), self.prepare_message("2", 1, **unknown)
        )
        calls = self.receive(
            self.prepare_message("1", 0, **unknown), self.prepare_missed("3", 2, **unknown)
        )
        request = Request.search(number)
        self.assertEqual(len(request), 1)
        self.assertEqual(calls.data_request_id, request)
        self.assertEqual((request.origin_model, request.kind), ("crm.call", "create"))
        self.assertEqual(request.phone, "+420603999111")
        work = self.work(request)
        work.name = "Eva Malá"
        work.action_apply()
        self.assertEqual(calls.partner_id, request.partner_id)
        self.assertEqual(set(calls.mapped("match_state")), {"matched"})
        # known now; and a number that was refused may ask anew
        self.receive(self.prepare_message("4", 3, **unknown))
        self.assertEqual(Request.search_count(number), 1)
        other = {"caller": "+420603999222"}
        self.receive(self.prepare_message("5", 4, **other))
        first = Request.search([("caller_number", "=", "+420603999222")])
        self.work(first).action_reject("Spam")
        self.receive(self.prepare_message("6", 5, **other))
        self.assertEqual(Request.search_count([("caller_number", "=", "+420603999222")]), 2)

    def test_only_incoming_unknown_numbers_ask(self):
        self.env.company.discipline_unknown_caller = "request"
        before = self.env["crm.data.request"].search_count([])
        self.receive(
            self.prepare_message("1", 0),
            self.prepare_message("2", 1, caller="anonymous"),
            self.prepare_message(
                "3", 2, direction="out", caller="+420222333444", callee="+420603999333"
            ),
        )
        self.assertEqual(self.env["crm.data.request"].search_count([]), before)
