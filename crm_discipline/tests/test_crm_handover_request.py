"""Data requests in a handover: what the leaver asked, and what they worked on."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import RequestCase
from .test_crm_handover import HandoverCase


class TestHandoverRequest(HandoverCase, RequestCase):
    def counts_of(self, handover, kind):
        [row] = [row for row in handover.preview["rows"] if row["kind"] == kind]
        return row["total"], row["counts"]

    def take(self, request, user=None):
        self.work(request, user=user).action_take()
        self.env.flush_all()
        return request.sudo()

    # -- what the leaver asked -------------------------------------------------------------------

    def test_open_ones_pass_and_the_client_is_the_receivers(self):
        new, taken, done = (self.ask(phone=f"+42060211122{one}").sudo() for one in range(3))
        self.take(taken)
        self.work(done).action_apply()
        rejected = self.ask(surname="Nobody").sudo()
        self.work(rejected).action_reject("Who?")
        followed = self.leaver.partner_id in new.message_partner_ids
        handover = self.prepare(self.colleague)
        self.assertEqual(self.counts_of(handover, "request"), (2, [2]))
        self.assertIn("2 data requests", handover.preview["sentence"])
        handover.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((new | taken).requested_by_id, self.colleague)
        self.assertEqual((taken.state, taken.operator_id), ("in_progress", self.operator))
        # what was settled before stays with who asked, in every figure
        self.assertEqual((done | rejected).requested_by_id, self.leaver)
        self.assertEqual(done.partner_id.acquired_by_id, self.leaver)
        self.assertTrue(new.with_user(self.colleague).can_edit)
        self.assertFalse(
            self.env["crm.data.request"].with_user(self.leaver).search([("id", "=", new.id)])
        )
        self.assertEqual(self.colleague.partner_id in new.message_partner_ids, followed)
        self.work(new).action_apply()
        self.assertEqual(new.partner_id.user_id, self.colleague)
        self.assertEqual(new.partner_id.acquired_by_id, self.colleague)
        handover.action_undo()
        self.env.invalidate_all()
        self.assertEqual(taken.requested_by_id, self.leaver)
        self.assertEqual(new.requested_by_id, self.colleague)
        [left] = handover.item_ids.filtered(
            lambda item: item.state == "left" and item.kind == "request"
        )
        self.assertEqual((left.res_id, left.reason), (new.id, "closed"))

    def test_a_request_goes_where_what_waits_for_it_goes(self):
        self.create_clients(4)
        requests = self.env["crm.data.request"].sudo()
        origins = []
        for number in range(6):
            request = self.ask(phone=f"+42060255511{number}").sudo()
            meeting = self.create_meeting(
                client=self.env["res.partner"],
                partner_ids=[Command.set(self.leaver.partner_id.ids)],
                client_request_id=request.id,
            ).sudo()
            lead = self.env["crm.lead"].create({"name": "Chairs", "user_id": self.leaver.id})
            of_lead = self.ask(
                phone=f"+42060255522{number}", origin_model="crm.lead", origin_id=lead.id
            ).sudo()
            call = self.create_call(
                user=self.leaver, phone=f"+42060255533{number}", user_id=self.leaver.id
            ).sudo()
            of_call = self.ask(phone=call.phone, origin_model="crm.call", origin_id=call.id).sudo()
            origins += [(request, meeting), (of_lead, lead), (of_call, call)]
            requests |= request | of_lead | of_call
        correction = self.ask_correction(note="She has moved.").sudo()
        self.hand_over(self.colleague, self.second)
        for request, origin in origins:
            self.assertEqual(request.requested_by_id, origin.user_id, origin)
        self.assertEqual(correction.requested_by_id, self.client.user_id)
        self.assertEqual(requests.requested_by_id, self.colleague | self.second)

    def test_a_rejection_is_answered_by_who_takes_over(self):
        request = self.ask().sudo()
        self.work(request).action_reject("Which Eva?")
        for_colleague = request.with_user(self.colleague)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            for_colleague.action_ask_again()
        self.hand_over(self.colleague)
        self.assertTrue(for_colleague.can_ask_again)
        context = for_colleague.action_ask_again()["context"]
        again = self.ask(user=self.colleague, previous_id=context["default_previous_id"])
        self.assertEqual((again.requested_by_id, request.requested_by_id),
                         (self.colleague, self.leaver))  # fmt: skip
        self.assertFalse(self.open_activities(request))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            for_colleague.note = "Mine now"

    # -- what the leaver worked on ---------------------------------------------------------------

    def test_what_an_operator_has_taken_waits_again(self):
        first, second, other = (
            self.ask(user=self.colleague, phone=f"+42060211122{one}").sudo() for one in range(3)
        )
        self.take(first)
        self.take(second)
        self.take(other, user=self.other_operator)
        self.work(first).surname = "Malá-Nová"
        self.env.flush_all()
        taken_on, order = first.taken_on, first.requested_on
        # nobody need be chosen for it
        handover = self.prepare(from_user_id=self.operator.id, kinds=["request_work"])
        self.assertEqual(self.counts_of(handover, "request_work"), (2, []))
        self.assertIn(
            "2 data requests being worked on: back to the operators' queue",
            handover.preview["sentence"],
        )
        handover.action_confirm()
        self.env.invalidate_all()
        for request in first | second:
            self.assertEqual((request.state, request.taken_on), ("new", False))
            self.assertFalse(request.operator_id)
        self.assertEqual((first.surname, first.requested_on), ("Malá-Nová", order))
        self.assertEqual(other.operator_id, self.other_operator)
        self.assertEqual(handover.preview["total"], 2)
        action = handover.action_view_records("request_work")
        self.assertEqual(self.env["crm.data.request"].search(action["domain"]), first | second)
        # any operator goes on; what is taken by then stays
        action = self.work(second, user=self.other_operator).action_take()
        self.env.flush_all()
        handover.action_undo()
        self.env.invalidate_all()
        self.assertEqual(
            (first.state, first.operator_id, first.taken_on),
            ("in_progress", self.operator, taken_on),
        )
        self.assertEqual(second.operator_id, self.other_operator)
        why = {item.res_id: item.reason for item in handover.item_ids}
        self.assertEqual(why, {first.id: False, second.id: "changed"})

    def test_with_receivers_it_still_goes_to_the_queue(self):
        request = self.take(self.ask(user=self.colleague))
        self.client.user_id = self.operator
        handover = self.prepare(self.colleague, self.second, from_user_id=self.operator.id)
        self.assertEqual(self.counts_of(handover, "request_work"), (1, [0]))
        handover.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((request.state, request.operator_id.ids), ("new", []))
        self.assertIn(self.client.user_id, self.colleague | self.second)
        self.assertEqual(handover.preview["total"], 2)

    def test_an_operator_who_is_archived_with_taken_requests(self):
        self.take(self.ask(user=self.colleague))
        admin = new_test_user(self.env, "rights", "base.group_erp_manager")
        with self.assertRaisesRegex(UserError, "1 data request being worked on"):
            self.operator.with_user(admin).active = False
