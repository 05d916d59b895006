"""The call log: what a call is, and what the screens ask of it."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import CallCase


class TestCrmCall(CallCase):
    def test_logged_by_hand_with_contact_and_status_only(self):
        call = self.env["crm.call"].with_user(self.salesperson).create(
            {"partner_id": self.client.id, "status_id": self.status("completed").id}
        )  # fmt: skip
        self.assertEqual(call.user_id, self.salesperson)
        self.assertEqual(call.phone, self.client.phone)
        self.assertEqual(call.phone_sanitized, "+420601234567")
        self.assertEqual(call.match_state, "matched")
        self.assertEqual(call.direction, "out")
        self.assertTrue(call.is_handled)
        self.assertTrue(call.handled_on)
        self.assertTrue(call.is_data_complete)

    def test_number_typed_by_hand_finds_the_client(self):
        call = self.create_call(partner_id=False, phone="601 234 567")
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(call.match_state, "matched")

    def test_number_shared_by_two_offers_both(self):
        other = self.company_client
        other.phone = "00420 601 234 567"
        call = self.create_call(partner_id=False, phone="+420601234567")
        self.assertEqual(call.match_state, "ambiguous")
        self.assertFalse(call.partner_id)
        self.assertEqual(call.candidate_ids, self.client | other)
        self.assertEqual({row["id"] for row in call.candidates}, {self.client.id, other.id})
        call.action_choose_client(other.id)
        self.assertEqual(call.partner_id, other)
        self.assertEqual(call.match_state, "matched")
        self.assertFalse(call.candidates)

    def test_operator_says_whose_number_it_is(self):
        self.company_client.write({"phone": "+420601234567", "user_id": self.colleague.id})
        call = self.env["crm.call"].create(
            {"phone": "+420601234567", "direction": "in", "disposition": "missed", "user_id": False}
        )
        self.assertEqual(call.match_state, "ambiguous")
        call.with_user(self.operator).action_choose_client(self.company_client.id)
        self.assertEqual(call.partner_id, self.company_client)
        self.assertEqual(call.user_id, self.colleague)
        self.assertEqual(self.open_activities(self.company_client).user_id, self.colleague)
        seen = self.env["crm.call"].with_user(self.operator).search([("id", "=", call.id)])
        self.assertFalse(seen)

    def test_hour_is_the_companys(self):
        self.env.company.discipline_tz = "Europe/Prague"
        self.assertEqual(self.create_call(start="2026-01-15 23:30:00").hour, 0)
        self.assertEqual(self.create_call(start="2026-07-15 22:30:00").hour, 0)
        self.assertEqual(self.create_call(start="2026-07-15 06:30:00").hour, 8)

    def test_to_process(self):
        Call = self.env["crm.call"].with_user(self.salesperson)
        before = Call.get_calls_to_process()["count"]
        calls = self.create_call() + self.create_call() + self.create_call()
        found = Call.get_calls_to_process(limit=2)
        self.assertEqual(found["count"], before + 3)
        self.assertEqual(len(found["calls"]), 2)
        calls[0].action_set_status(self.status("completed").id)
        calls[1].action_set_status(self.status("accepted").id)
        self.assertEqual(Call.get_calls_to_process()["count"], before + 2)

    def test_status_that_closes_is_changed_for_all_its_calls(self):
        status = self.status("accepted")
        calls = self.create_call(status_id=status.id) + self.create_call(status_id=status.id)
        self.assertFalse(any(calls.mapped("is_handled")))
        status.is_handled = True
        self.assertTrue(all(calls.mapped("is_handled")))
        status.is_handled = False
        self.assertFalse(any(calls.mapped("is_handled")))

    def test_wrong_number_must_close(self):
        with self.assertRaises(ValidationError):
            self.status("wrong_number").is_handled = False

    def test_counts_of_client_and_opportunity_are_the_calls_they_open(self):
        person = self.env["res.partner"].create(
            {"name": "Petr Dvořák", "parent_id": self.company_client.id}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": person.id, "user_id": self.salesperson.id}
        )
        other = self.env["crm.lead"].create({"name": "Door", "partner_id": person.id})
        self.create_call(partner_id=person.id)
        self.create_call(partner_id=person.id, lead_id=lead.id)
        self.create_call(partner_id=person.id, lead_id=other.id)
        self.create_call(partner_id=self.company_client.id)
        for record, count in ((self.company_client, 4), (person, 3), (lead, 2)):
            with self.subTest(record=record.display_name):
                action = record.with_user(self.supervisor).action_view_calls()
                found = self.env["crm.call"].with_user(self.supervisor).search(action["domain"])
                self.assertEqual(record.with_user(self.supervisor).call_count, count)
                self.assertEqual(len(found), count)

    def test_client_entered_later_gets_the_waiting_calls(self):
        call = self.create_call(partner_id=False, phone="+420777000111")
        self.assertEqual(call.match_state, "unknown")
        partner = self.env["res.partner"].with_user(self.operator).create(
            {"name": "Eva Malá", "phone": "777 000 111"}
        )  # fmt: skip
        self.assertEqual(call.partner_id, partner.with_user(self.salesperson))
        self.assertEqual(call.match_state, "matched")

    def test_deleted_opportunity_leaves_the_call(self):
        lead = self.env["crm.lead"].create({"name": "Roof"})
        call = self.create_call(lead_id=lead.id)
        lead.unlink()
        self.assertTrue(call.exists())

    def test_merged_opportunities_keep_their_calls(self):
        leads = self.env["crm.lead"].create(
            [{"name": name, "type": "opportunity", "partner_id": self.client.id} for name in "AB"]
        )
        calls = [self.create_call(lead_id=lead.id) for lead in leads]
        merged = leads.merge_opportunity()
        self.assertEqual({call.lead_id.id for call in calls}, {merged.id})

    def test_note_that_the_status_asks_for(self):
        status = self.status("completed")
        status.requires_note = True
        call = self.create_call()
        with self.assertRefused("rule_call_note"):
            call.status_id = status
        call.invalidate_recordset()
        dialog = call.action_set_status(status.id)
        self.assertEqual(dialog["res_model"], "crm.call.note")
        self.assertFalse(call.status_id)
        wizard = (
            self.env["crm.call.note"]
            .with_user(self.salesperson)
            .with_context(**dialog["context"])
            .create({"note": " Agreed "})
        )
        wizard.action_confirm()
        self.assertEqual(call.status_id, status)
        self.assertEqual(call.note, "Agreed")
        self.assertTrue(call.is_data_complete)

    @mute_logger("odoo.sql_db")
    def test_negative_duration(self):
        with self.assertRaises(IntegrityError):
            self.create_call(duration=-1)

    def test_who_sees_which_calls(self):
        team = self.env["crm.team"].create({"name": "North", "company_id": False})
        self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.colleague.id})
        lead = self.env["crm.lead"].create({"name": "Roof", "user_id": self.salesperson.id})
        calls = self.env["crm.call"].create(
            [
                {"phone": "+420777000001", "user_id": self.salesperson.id},
                {"partner_id": self.client.id, "user_id": self.colleague.id},
                {"lead_id": lead.id, "user_id": self.supervisor.id},
                {"phone": "+420777000002", "user_id": False, "team_id": team.id},
                {"phone": "+420777000003", "user_id": self.colleague.id},
            ]
        )
        own, of_client, of_lead, of_team, of_colleague = calls
        expected = {
            self.salesperson: own | of_client | of_lead,
            self.colleague: of_client | of_team | of_colleague,
            self.supervisor: calls,
            self.operator: own | of_team | of_colleague,
        }
        for user, seen in expected.items():
            with self.subTest(user=user.login):
                found = self.env["crm.call"].with_user(user).search([("id", "in", calls.ids)])
                self.assertEqual(found.sudo(), seen)

    def test_calls_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        call = self.env["crm.call"].create(
            {"phone": "+420777000001", "company_id": company.id, "user_id": self.salesperson.id}
        )
        for user in (self.salesperson, self.supervisor, self.operator):
            with self.subTest(user=user.login):
                self.assertFalse(
                    self.env["crm.call"].with_user(user).search([("id", "=", call.id)])
                )

    def test_call_of_a_merged_contact(self):
        twin = self.client.copy({"name": "Jana Nováková"})
        call = self.create_call(partner_id=twin.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set((twin | self.client).ids)],
                "dst_partner_id": self.client.id,
            }
        )
        wizard.action_merge()
        self.assertEqual(call.partner_id, self.client.with_user(self.salesperson))
