"""Calls that arrive by themselves: kept, understood, and made calls, whatever the order."""

import itertools
import json
import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from ..models.crm_call_source import ActiveSource
from ..tools.call_message import TooManyRequests
from .common import CallCase

_EVENT_LOGGER = "odoo.addons.crm_discipline.models.crm_call_event"


class TestIngest(CallCase):
    def test_answered_call_of_a_client(self):
        call = self.receive(self.prepare_message())
        self.assertEqual(self.counts, (1, 0))
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(call.user_id, self.salesperson)
        self.assertEqual(call.match_state, "matched")
        self.assertEqual(call.disposition, "answered")
        self.assertEqual(call.duration, 60)
        self.assertEqual(call.phone, "+420601234567")
        self.assertFalse(call.is_handled)
        event = self.env["crm.call.event"].search([("call_id", "=", call.id)])
        self.assertEqual(event.state, "processed")
        self.assertFalse(self.open_activities(self.client))

    def test_written_values_are_those_that_the_orm_computes(self):
        team = self.env["crm.team"].create({"name": "North"})
        self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.salesperson.id})
        self.env.company.discipline_tz = "Asia/Kolkata"
        calls = self.receive(
            self.prepare_message("1"),
            self.prepare_missed("2", caller="601 234 567"),
            self.prepare_message("3", caller="anonymous"),
            self.prepare_message("4", caller="204", direction="internal"),
            self.prepare_message("5", caller="+420777000111"),
            self.prepare_message("6", direction="out", caller="12", callee="00420601234567"),
            self.prepare_message("7", caller="+999"),
        )
        self.assertEqual(len(calls), 7)
        stored = ("hour", "phone_sanitized", "match_state", "team_id", "is_handled", "partner_id")
        before = calls.read(stored)
        for fname in stored:
            self.env.add_to_compute(calls._fields[fname], calls)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(calls.read(stored), before)
        self.assertEqual(calls[0].team_id, team)

    def test_sent_again_is_the_same_call(self):
        message = self.prepare_message()
        call = self.receive(message)
        self.assertEqual(self.receive(message), call)
        self.assertEqual(self.counts, (0, 1))
        self.assertEqual(self.receive(message, message, self.prepare_message("2"))[0], call)
        self.assertEqual(self.counts, (1, 2))

    def test_any_order_ends_in_the_same_call(self):
        self.colleague.phone_extension = "22"
        rings = self.prepare_message("x", answer=None, end=None, disposition=None)
        answered = self.prepare_message("x", end=None, agent="22")
        over = self.prepare_message("x", recording_url="https://pbx.example.com/1.wav")
        missed = self.prepare_missed("x", agent="seller")
        fnames = (
            "start", "answered_on", "ended_on", "duration", "disposition", "recording_url",
            "user_id", "agent_id", "match_state", "partner_id", "direction", "hour", "is_handled",
        )  # fmt: skip
        outcomes = set()
        for number, order in enumerate(itertools.permutations([rings, answered, over, missed])):
            own = [message._replace(external_id=f"x{number}") for message in order]
            if number % 2:
                call = self.receive(*own)
            else:
                for message in own:
                    call = self.receive(message)
            self.assertEqual(len(call), 1)
            outcomes.add(tuple(str(call[fname]) for fname in fnames))
            self.assertFalse(self.open_activities(self.client), order)
        self.assertEqual(len(outcomes), 1, outcomes)
        self.assertEqual(call.disposition, "answered")
        self.assertEqual(call.user_id, self.colleague)

    def test_what_a_person_said_stays(self):
        call = self.receive(self.prepare_message("x", end=None))
        call.with_user(self.salesperson).action_set_status(self.status("accepted").id)
        call.user_id = self.supervisor
        call = self.receive(self.prepare_message("x", agent="colleague"))
        self.assertEqual(call.user_id, self.supervisor)
        self.assertEqual(call.status_id, self.status("accepted"))
        self.assertEqual(call.duration, 60)

    def test_agent(self):
        self.colleague.phone_extension = "SIP22"
        self.colleague.email = "colleague@example.com"
        for agent in ("colleague", "Colleague", "sip22", "colleague@example.com"):
            with self.subTest(agent=agent):
                call = self.receive(self.prepare_message(f"by {agent}", agent=agent))
                self.assertEqual(call.user_id, self.colleague)
                self.assertEqual(call.agent_id, self.colleague)
        missed = self.receive(self.prepare_missed("m", agent="colleague", caller="+420777000111"))
        self.assertEqual(missed.user_id, self.colleague)
        missed = self.receive(self.prepare_missed("n", agent="colleague"))
        self.assertEqual(missed.user_id, self.salesperson)
        nobody = self.receive(self.prepare_missed("o", agent="nobody", caller="+420777000112"))
        self.assertFalse(nobody.user_id)
        self.source.default_user_id = self.supervisor
        nobody = self.receive(self.prepare_missed("p", agent="nobody", caller="+420777000113"))
        self.assertEqual(nobody.user_id, self.supervisor)

    def test_number_of_several_clients(self):
        self.company_client.write({"phone": "601234567", "user_id": self.colleague.id})
        call = self.receive(self.prepare_missed())
        self.assertEqual(call.match_state, "ambiguous")
        self.assertFalse(call.partner_id)
        self.assertFalse(call.user_id)
        self.assertEqual(call.candidate_ids, self.client | self.company_client)
        call.action_choose_client(self.company_client.id)
        self.assertEqual(call.user_id, self.colleague)
        self.assertTrue(self.open_activities(self.company_client))

    def test_several_clients_of_one_salesperson(self):
        self.company_client.write({"phone": "601234567", "user_id": self.salesperson.id})
        call = self.receive(self.prepare_missed())
        self.assertEqual(call.match_state, "ambiguous")
        self.assertEqual(call.user_id, self.salesperson)

    def test_address_stands_for_its_contact(self):
        self.env["res.partner"].create(
            {
                "name": "Warehouse",
                "type": "delivery",
                "parent_id": self.client.id,
                "phone": "+420777000555",
            }
        )
        call = self.receive(self.prepare_message(caller="777 000 555"))
        self.assertEqual(call.partner_id, self.client)

    def test_archived_and_other_companys_clients_are_not_found(self):
        self.client.active = False
        self.assertEqual(self.receive(self.prepare_message("1")).match_state, "unknown")
        company = self.env["res.company"].create({"name": "Other Company"})
        self.client.write({"active": True, "company_id": company.id})
        self.assertEqual(self.receive(self.prepare_message("2")).match_state, "unknown")

    def test_anonymous_and_internal_are_never_matched(self):
        self.client.phone = "204"
        self.colleague.partner_id.phone = "+420777000999"
        for number, state in (
            ("anonymous", "anonymous"), ("", "anonymous"), ("+266696687", "anonymous"),
            ("204", "internal"), ("+420777000999", "internal"),
        ):  # fmt: skip
            with self.subTest(number=number):
                call = self.receive(self.prepare_missed(f"from {number}", caller=number))
                self.assertEqual(call.match_state, state)
                self.assertFalse(call.partner_id)
                self.assertEqual(call.is_handled, state == "internal")

    def test_open_lead_with_the_number(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "phone": "+420777000111", "user_id": self.colleague.id}
        )
        call = self.receive(self.prepare_missed(caller="777 000 111"))
        self.assertEqual(call.lead_id, lead)
        self.assertEqual(call.match_state, "matched")
        self.assertEqual(call.user_id, self.colleague)
        self.assertTrue(self.open_activities(lead))

    def test_unknown_caller_makes_nothing_or_one_lead(self):
        before = self.env["crm.lead"].search_count([])
        call = self.receive(self.prepare_missed("1", caller="+420777000111"))
        self.assertEqual(call.match_state, "unknown")
        self.assertEqual(self.env["crm.lead"].search_count([]), before)
        self.env.company.discipline_unknown_caller = "lead"
        first, second = self.receive(
            self.prepare_missed("2", caller="+420777000112"),
            self.prepare_missed("3", minutes=1, caller="777 000 112"),
        )
        self.assertTrue(first.lead_id)
        self.assertEqual(first.lead_id, second.lead_id)
        self.assertEqual(first.lead_id.phone_sanitized, "+420777000112")
        third = self.receive(self.prepare_message("4", minutes=2, caller="777 000 112"))
        self.assertEqual(third.lead_id, first.lead_id)
        outgoing = self.prepare_message("5", direction="out", caller="1", callee="+420777000113")
        self.assertFalse(self.receive(outgoing).lead_id)

    def test_statements_do_not_grow_with_the_batch(self):
        def statements(size, prefix):
            messages = [
                self.prepare_message(f"{prefix}{number}", minutes=number) for number in range(size)
            ]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.receive(*messages)
            return self.env.cr.sql_log_count - before

        statements(1, "warm")
        self.assertEqual(statements(1, "one"), statements(100, "hundred"))

    def test_rate(self):
        self.source.rate_limit = 2
        self.receive(self.prepare_message("1"), self.prepare_message("2"))
        self.receive(self.prepare_message("3"))
        with self.assertRaises(TooManyRequests):
            self.receive(self.prepare_message("4"))
        self.assertFalse(self.env["crm.call.event"].search([("external_id", "=", "4")]))

    @mute_logger(_EVENT_LOGGER)
    def test_what_fails_waits_and_is_retried(self):
        Call = self.env.registry["crm.call"]
        prepare = Call._prepare_rows

        def fail_for_two(calls, source, messages):
            if any(message.external_id == "2" for message in messages):
                raise ValueError("told to")
            return prepare(calls, source, messages)

        with patch.object(Call, "_prepare_rows", fail_for_two):
            calls = self.receive(*(self.prepare_message(str(number)) for number in (1, 2, 3)))
        self.assertEqual(set(calls.mapped("external_id")), {"1", "3"})
        event = self.env["crm.call.event"].search([("external_id", "=", "2")])
        self.assertEqual(event.state, "failed")
        self.assertEqual(event.error, "ValueError: told to")
        self.assertGreater(event.next_try, fields.Datetime.now())
        event.next_try = fields.Datetime.now()
        with self.enter_registry_test_mode():
            self.env.ref("crm_discipline.ir_cron_process_call_events").method_direct_trigger()
        event.invalidate_recordset()
        self.assertEqual(event.state, "processed")
        self.assertEqual(event.call_id.external_id, "2")
        self.assertEqual(event.call_id.partner_id, self.client)

    def test_replay_by_hand(self):
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "boss",
                "group_ids": [(4, self.env.ref("sales_team.group_sale_manager").id)],
            }
        )
        call = self.receive(self.prepare_message())
        event = self.env["crm.call.event"].search([("call_id", "=", call.id)])
        event.with_user(manager).action_replay()
        self.assertEqual(event.call_id, call)
        self.assertEqual(self.env["crm.call"].search_count([("external_id", "=", "1")]), 1)

    def test_test_call(self):
        with self.closed_commits():
            action = self.source.action_send_test_call()
        self.assertEqual(action["params"]["type"], "success", action)

    def test_rotated_secret_overlaps(self):
        old = self.source.secret
        self.source.action_rotate_secret()
        self.assertNotEqual(self.source.secret, old)
        active = self.env["crm.call.source"]._get_active_source(self.source.key)
        self.assertIsInstance(active, ActiveSource)
        now = fields.Datetime.now()
        self.assertEqual(active.secrets_at(now), (self.source.secret, old))
        self.assertEqual(active.secrets_at(now + timedelta(hours=25)), (self.source.secret,))

    def test_numbers_of_thirty_countries_in_five_formats(self):
        import phonenumbers

        formats = [
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            phonenumbers.PhoneNumberFormat.NATIONAL,
            phonenumbers.PhoneNumberFormat.RFC3966,
        ]
        codes = "AT BE BG CH CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LV NL NO PL PT RO SE SI SK US BR IN".split()
        random.seed(1)
        countries = self.env["res.country"].search([("code", "in", codes)])
        self.assertEqual(len(countries), 30)
        expected = {}
        vals = []
        for country in countries:
            example = phonenumbers.example_number_for_type(
                country.code, phonenumbers.PhoneNumberType.MOBILE
            )
            for style in range(5):
                number = phonenumbers.PhoneNumber(
                    country_code=example.country_code,
                    national_number=example.national_number + style,
                )
                if not phonenumbers.is_valid_number(number):
                    continue
                e164 = phonenumbers.format_number(number, formats[0])
                stored = (
                    phonenumbers.format_out_of_country_calling_number(number, "CZ")
                    if style == 4
                    else phonenumbers.format_number(number, formats[style])
                )
                # (who lives abroad dials 00 there; the company's country reads it)
                home = style != 4 and country.id
                vals.append({"name": e164, "phone": stored, "country_id": home})
                expected[e164] = stored
        self.env["res.partner"].create(vals)
        self.assertGreater(len(expected), 100)
        found = self.env["crm.call"]._find_parties(list(expected), self.env.company.id)
        self.assertEqual(
            {number: expected[number] for number in expected if number not in found}, {}
        )


class TestIncomingCall(CallCase):
    def ring(self, **values):
        now = fields.Datetime.now()
        return self.receive(
            self.prepare_message(
                "ring", **{"start": now, "answer": None, "end": None, "disposition": None, **values}
            )
        )

    def setUp(self):
        super().setUp()
        self.env["mail.presence"].create({"user_id": self.salesperson.id, "status": "online"})

    def sent(self):
        """Return what was told to open screens: ``[(type, payload)]``."""
        messages = self.env["bus.bus"].search([], order="id").mapped("message")
        self.env["bus.bus"].search([]).unlink()
        return [(sent["type"], sent["payload"]) for sent in map(json.loads, messages)]

    def test_what_the_popup_shows(self):
        start = fields.Datetime.now() - timedelta(days=2)
        meeting = self.create_meeting(
            meeting_result_id=self.agreed.id,
            meeting_status="held",
            start=start,
            stop=start + timedelta(hours=1),
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": name, "partner_id": self.client.id, "user_id": self.salesperson.id}
                for name in "ABCDE"
            ]
        )
        call = self.ring()
        shown = self.env["crm.call"].with_user(self.salesperson).get_incoming_call(call.id)
        self.assertEqual(shown["partner"]["id"], self.client.id)
        self.assertEqual(shown["last_meeting"]["id"], meeting.id)
        self.assertEqual(shown["last_meeting"]["result"], self.agreed.name)
        self.assertEqual([lead["id"] for lead in shown["opportunities"]], leads[:1:-1].ids)
        self.assertEqual(shown["more_opportunities"], 2)
        self.assertFalse(shown["is_over"])
        self.assertFalse(self.env["crm.call"].with_user(self.colleague).get_incoming_call(call.id))

    def test_call_that_is_said_already_does_not_pop_up_again(self):
        call = self.ring().with_user(self.salesperson)
        call.action_set_status(self.status("accepted").id)
        self.assertTrue(call.get_incoming_call(call.id)["is_over"])

    def test_pops_up_and_goes(self):
        call = self.ring()
        self.assertIn(("crm_discipline.incoming_call", {"id": call.id}), self.sent())
        self.receive(self.prepare_message("ring", start=call.start))
        types = [kind for kind, _payload in self.sent()]
        self.assertNotIn("crm_discipline.incoming_call", types)
        self.assertIn("crm_discipline.call_over", types)
        self.assertIn("crm_discipline.calls_changed", types)

    def test_who_has_no_screen_open_is_not_told(self):
        self.env["mail.presence"].search([]).status = "offline"
        self.env.flush_all()
        self.sent()
        self.ring()
        self.assertFalse([kind for kind, _load in self.sent() if kind.startswith("crm_")])

    def test_late_message_of_an_old_call_does_not_ring(self):
        self.ring(start=self.start)
        self.assertNotIn("crm_discipline.incoming_call", [kind for kind, _load in self.sent()])


class TestMissedCall(CallCase):
    def test_becomes_a_call_back_of_the_owner(self):
        call = self.receive(self.prepare_missed())
        activity = self.open_activities(self.client)
        self.assertEqual(activity, call.callback_activity_id)
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(activity.activity_category, "phonecall")
        self.assertGreaterEqual(activity.date_deadline, fields.Date.today())

    def test_second_one_adds_none(self):
        first, second = self.receive(self.prepare_missed("1"), self.prepare_missed("2", 1))
        third = self.receive(self.prepare_missed("3", 2))
        self.assertEqual(len(self.open_activities(self.client)), 1)
        self.assertEqual(first.callback_activity_id, second.callback_activity_id)
        self.assertEqual(first.callback_activity_id, third.callback_activity_id)

    def test_closes_with_the_next_contact_whoever_makes_it(self):
        def by_machine():
            self.receive(self.prepare_message("back", 5, direction="out", agent="colleague",
                                              caller="22", callee="+420601234567"))  # fmt: skip

        def by_hand():
            self.create_call(
                user=self.supervisor,
                start=self.start + timedelta(minutes=5),
                status_id=self.status("completed").id,
            )

        def by_meeting():
            meeting = self.create_meeting(
                user=self.supervisor,
                start=self.start + timedelta(minutes=5),
                stop=self.start + timedelta(minutes=9),
                meeting_result_id=self.agreed.id,
            )
            meeting.meeting_status = "held"

        for number, contact in enumerate((by_machine, by_hand, by_meeting)):
            with self.subTest(contact=contact.__name__):
                calls = self.receive(
                    self.prepare_missed(f"a{number}"), self.prepare_missed(f"b{number}", 1)
                )
                activity = self.open_activities(self.client)
                self.assertEqual(len(activity), 1)
                contact()
                self.assertFalse(self.open_activities(self.client))
                self.assertFalse(activity.active)
                self.assertTrue(all(calls.mapped("returned_on")))
                self.assertTrue(all(calls.mapped("is_handled")))
                # the next round must not find this contact after its missed calls
                self.start += timedelta(minutes=10)

    def test_contact_that_was_no_contact_closes_nothing(self):
        self.receive(self.prepare_missed())
        self.receive(self.prepare_message("busy", 5, direction="out", caller="22",
                                          callee="+420601234567", answer=None,
                                          disposition="busy"))  # fmt: skip
        self.create_call(
            status_id=self.status("no_answer").id, start=self.start + timedelta(minutes=6)
        )
        asking = self.env["crm.call"].search([("external_id", "=", "1")]).callback_activity_id
        self.assertTrue(asking.active)

    def test_arriving_after_the_contact_asks_nothing(self):
        self.receive(self.prepare_message("later", 5))
        call = self.receive(self.prepare_missed("1"))
        self.assertFalse(self.open_activities(self.client))
        self.assertTrue(call.returned_on)
        self.assertTrue(call.is_handled)

    def test_earlier_contact_arriving_late_closes_nothing(self):
        self.receive(self.prepare_missed("1", 5))
        self.receive(self.prepare_message("earlier", 0))
        self.assertTrue(self.open_activities(self.client))

    def test_done_by_hand(self):
        call = self.receive(self.prepare_missed())
        self.open_activities(self.client).with_user(self.salesperson).action_feedback(feedback="ok")
        self.assertTrue(call.returned_on)
        self.assertTrue(call.is_handled)

    def test_quick_status_on_the_call_back_closes_the_missed_call(self):
        call = self.receive(self.prepare_missed())
        self.open_activities(self.client).with_user(self.salesperson).action_set_call_status(
            self.status("completed").id
        )
        self.assertTrue(call.is_handled)
        self.assertFalse(self.open_activities(self.client))

    def test_no_answer_on_the_call_back_leaves_one_try(self):
        self.receive(self.prepare_missed())
        self.open_activities(self.client).with_user(self.salesperson).action_set_call_status(
            self.status("no_answer").id
        )
        self.assertEqual(len(self.open_activities(self.client)), 1)

    def test_status_on_the_missed_call_closes_its_call_back_and_undo_opens_it(self):
        call = self.receive(self.prepare_missed()).with_user(self.salesperson)
        activity = self.open_activities(self.client)
        offer = call.action_set_status(self.status("completed").id)
        self.assertFalse(self.open_activities(self.client))
        ids, changes = offer["params"]["args"]
        self.env["crm.call"].with_user(self.salesperson).browse(ids).action_undo_status(changes)
        self.assertEqual(self.open_activities(self.client), activity)

    def test_deadline_is_a_working_day(self):
        friday_evening = fields.Datetime.to_datetime("2026-11-20 20:00:00")
        self.start = friday_evening
        self.env.company.resource_calendar_id.tz = "UTC"
        call = self.receive(self.prepare_missed())
        self.assertEqual(str(call.callback_activity_id.date_deadline), "2026-11-23")

    def test_client_of_nobody(self):
        self.client.user_id = False
        call = self.receive(self.prepare_missed())
        self.assertFalse(call.user_id)
        self.assertEqual(len(self.open_activities(self.client)), 1)
        self.assertFalse(self.open_activities(self.client).user_id)
