"""The quick way of a click ends as the ORM's way does, and is taken only where it may be."""

import os
import re
from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import CallCase

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "20"))
PEOPLE = ("salesperson", "colleague", "supervisor", "operator", "employee")
STATUSES = ("accepted", "completed", "callback", "no_answer", "wrong_number")
# What differs between two runs of the same, and says nothing: when, and the ids of what was made.
_WHEN = ("write_date", "handled_on", "returned_on")
_MADE = ("next_activity_id", "callback_activity_id")

CALLS = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["in", "out"]),
        "disposition": st.sampled_from([False, "answered", "missed", "voicemail"]),
        "client": st.sampled_from(["client", "client", "company_client", None]),
        "owner": st.sampled_from(["salesperson", "salesperson", "colleague", None]),
        "note": st.sampled_from([False, "Said so"]),
        "phone": st.sampled_from(["+420601234567", "+420777000111", False]),
    }
)
CLICKS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(0, 2), st.sampled_from(STATUSES)),
    min_size=1,
    max_size=4,
)


class RolledBack(Exception):
    """Ends a run whose traces must go."""


class TestQuickStatus(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call_class = type(cls.env["crm.call"])
        cls.company_client.phone = "+420777000111"

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def set_status(self, call, status):
        """Click, and return the offer to undo with the number of queries."""
        self.settle()
        before = self.env.cr.sql_log_count
        offer = call.action_set_status(status.id)
        return offer, self.env.cr.sql_log_count - before

    def is_quick(self, call, status="completed", queries=1):
        """Tell whether a click is so many queries, once what it needs to know is known; nothing stays."""
        status = self.status(status)
        counts = []
        for _warming in range(2):
            with self.env.cr.savepoint(flush=False) as savepoint:
                counts.append(self.set_status(call, status)[1])
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        return counts[-1] == queries

    def test_a_running_plan_hears_of_it(self):
        call = self.create_call(disposition="answered")
        target = {"user_id": self.salesperson.id, "target": 10}
        target["metric_id"] = self.env.ref("crm_discipline.metric_calls").id
        plan = self.env["crm.plan"].create({"target_ids": [(0, 0, target)]})
        plan.action_start()
        self.set_status(call, self.status("accepted"))
        self.env["crm.plan.target"]._get_changes().clear()
        self.set_status(call, self.status("completed"))
        self.assertIn(call.id, self.env["crm.plan.target"]._get_changes()["crm.call"])

    # ------------------------------------------------------------
    # BOTH WAYS END ALIKE
    # ------------------------------------------------------------

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(CALLS, min_size=3, max_size=3), CLICKS, st.booleans())
    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_both_ways_end_alike(self, calls, clicks, undo):
        quick = self.run_clicks(calls, clicks, undo)
        with patch.object(self.call_class, "_set_status_quickly", lambda call, status_id: False):
            slow = self.run_clicks(calls, clicks, undo)
        for one, other in zip(quick, slow, strict=True):
            self.assertEqual(one, other)

    def run_clicks(self, prepared, clicks, undo):
        """Make calls, click, and return what is there after each click; nothing stays."""
        seen = []
        self.settle()
        try:
            with self.env.cr.savepoint():
                calls = self.make_calls(prepared)
                for login, number, status in clicks:
                    call = calls[number].with_user(getattr(self, login))
                    seen.append(self.run_click(call, self.status(status), undo))
                    self.settle()
                    seen.append(self.read_world(calls))
                raise RolledBack
        except RolledBack:
            self.env.invalidate_all(flush=False)
        return seen

    def make_calls(self, prepared):
        calls = self.env["crm.call"]
        for number, values in enumerate(prepared):
            values = dict(values)
            client, owner = values.pop("client"), values.pop("owner")
            call = calls.create(
                {
                    **values,
                    "partner_id": client and getattr(self, client).id,
                    "user_id": owner and getattr(self, owner).id,
                    "source_id": self.source.id,
                    "external_id": f"quick {number}",
                    "start": self.start,
                }
            )
            call._ask_for_callback()
            calls += call
        self.env.flush_all()
        # a run must not tell by its ids which one it is
        self.ids = {call.id: number for number, call in enumerate(calls)}
        return calls

    def run_click(self, call, status, undo):
        self.settle()
        try:
            with self.env.cr.savepoint():
                offer = call.action_set_status(status.id)
                # each as a request of its own, which is flushed as who asked
                call.env.flush_all()
                if undo:
                    ids, changes = offer["params"]["args"]
                    call.browse(ids).action_undo_status(changes)
                    call.env.flush_all()
        except (AccessError, UserError, ValidationError) as error:
            return type(error), re.sub(r"\d+", "#", str(error))
        change = dict(offer["params"]["args"][1][0], token=None)
        change["id"] = self.ids[change["id"]]
        change["returned_ids"] = [self.ids[one] for one in change.get("returned_ids", ())]
        return offer["params"]["message"], change

    def read_world(self, calls):
        """Return all that a click can change."""
        columns = [
            name
            for name, field in calls._fields.items()
            if field.store and name not in ("id", "source_id", "create_date")
        ]
        rows = calls.sudo().read(columns, load=None)
        for row in rows:
            row["id"] = self.ids[row["id"]]
            row["returned_by_id"] = self.ids.get(row["returned_by_id"])
            row.update({name: bool(row[name]) for name in (*_WHEN, *_MADE)})
        clients = self.client + self.company_client
        activities = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", "res.partner"), ("res_id", "in", clients.ids)])
        )
        return (
            rows,
            sorted(
                (one.res_id, one.summary, one.user_id.id, str(one.date_deadline), one.active)
                for one in activities
            ),
            [(one.phone_state, bool(one.wrong_number_call_id)) for one in clients],
        )

    # ------------------------------------------------------------
    # WHEN IT IS TAKEN
    # ------------------------------------------------------------

    def test_common_click_is_one_query(self):
        call = self.create_call(disposition="answered")
        for status in ("accepted", "completed"):
            self.assertTrue(self.is_quick(call, status))
        self.set_status(call, self.status("accepted"))
        self.assertTrue(self.is_quick(call, queries=2), "and a later one looks up what there was")
        call = self.create_call(user=self.supervisor, disposition="missed")
        self.assertTrue(self.is_quick(call.with_user(self.supervisor)))
        self.assertTrue(self.is_quick(self.create_call(), queries=2), "logged by hand")

    def test_an_answered_call_has_reached_the_client(self):
        """Whatever is said of it afterwards, and whoever wrote it down."""
        missed = self.receive(self.prepare_missed("m", -5))
        call = self.create_call(disposition="answered")
        self.assertEqual(missed.returned_by_id, call)
        self.assertTrue(self.is_quick(call), "nothing waits for its status")
        later = self.receive(self.prepare_missed("n", 5))
        unclear = self.create_call(start=self.start + timedelta(minutes=9), disposition="missed")
        self.assertFalse(later.returned_on)
        unclear.sudo().disposition = "answered"
        self.assertEqual(later.returned_by_id, unclear)

    def test_more_to_do_is_for_the_orm(self):
        call = self.create_call()
        for status in ("callback", "no_answer", "wrong_number"):
            self.assertFalse(self.is_quick(call, status))
        self.assertFalse(self.is_quick(call.with_user(self.supervisor)))
        missed = self.receive(self.prepare_missed("m", -5)).with_user(self.salesperson)
        self.assertFalse(self.is_quick(missed), "a call-back is open")
        self.assertFalse(self.is_quick(call), "a missed call of the client is returned")

    def test_who_marked_the_number_takes_the_mark_back(self):
        call = self.create_call()
        self.set_status(call, self.status("wrong_number"))
        self.assertEqual(self.client.phone_state, "wrong_number")
        self.set_status(call, self.status("completed"))
        self.assertEqual(self.client.phone_state, "ok")

    def test_status_that_changes_is_not_remembered(self):
        call = self.create_call(disposition="answered")
        status = self.status("completed")
        self.assertTrue(self.is_quick(call))
        status.requires_note = True
        self.assertEqual(call.action_set_status(status.id)["res_model"], "crm.call.note")
        status.requires_note = False
        status.name = "Settled"
        self.assertIn("Settled", call.action_set_status(status.id)["params"]["message"])

    def test_data_rule_of_the_company(self):
        """A rule that asks more than the status tells is left to the ORM, which refuses."""
        call = self.create_call(disposition="answered")
        self.assertTrue(self.is_quick(call))
        self.env["crm.discipline.rule"].create(
            {
                "name": "Note on what is closed",
                "model_id": self.env["ir.model"]._get_id("crm.call"),
                "filter_domain": "[('is_handled', '=', True)]",
                "required_domain": "[('note', '!=', False)]",
            }
        )
        with self.assertRaises(ValidationError):
            call.action_set_status(self.status("completed").id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_record_rules(self):
        call = self.create_call(disposition="answered")
        self.assertTrue(self.is_quick(call))
        rule = self.env["ir.rule"].create(
            {
                "name": "Outgoing only",
                "model_id": self.env["ir.model"]._get_id("crm.call"),
                "domain_force": "[('direction', '=', 'out')]",
            }
        )
        self.assertTrue(self.is_quick(call), "the row alone decides")
        call.sudo().direction = "in"
        with self.assertRaises(AccessError):
            call.action_set_status(self.status("completed").id)
        rule.domain_force = "[('partner_id.name', '!=', 'Jana Nováková')]"
        with self.assertRaises(AccessError):
            call.action_set_status(self.status("completed").id)

    def test_client_who_may_not_be_read_is_not_named(self):
        call = self.create_call()
        self.env["ir.rule"].create(
            {
                "name": "No clients",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('partner_share', '=', False)]",
            }
        )
        offer, _queries = self.set_status(call, self.status("completed"))
        self.assertNotIn(self.client.name, offer["params"]["message"])
        self.assertIn(call.phone, offer["params"]["message"])

    def test_another_module_that_overrides_write_is_asked(self):
        call = self.create_call(disposition="answered")
        self.assertTrue(self.is_quick(call))
        original = self.call_class.write
        written = []

        def write(records, vals):
            written.append(vals)
            return original(records, vals)

        with patch.object(self.call_class, "write", write):
            call.action_set_status(self.status("completed").id)
        self.assertTrue(written)

    def test_open_screens_are_told(self):
        call = self.create_call()
        self.env["mail.presence"].sudo().search([]).unlink()
        self.env["mail.presence"].sudo().create(
            {"user_id": self.salesperson.id, "status": "online"}
        )
        self.env["bus.bus"].sudo().search([]).unlink()
        call.action_set_status(self.status("completed").id)
        self.flush_tracking()
        told = self.env["bus.bus"].sudo().search([]).mapped("message")
        self.assertTrue(any("crm_discipline.calls_changed" in message for message in told))
