"""The people and the words that the tests share."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import freezegun

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools.call_message import CallMessage

# What is logged has its real time, also where a test stops the clock.
freezegun.configure(extend_ignore_list=["logging"])


@tagged("post_install", "-at_install")
class DisciplineCase(TransactionCase):
    """One user for each role, a whole client and an incomplete one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_mail_to_attendees=True, tz="UTC"))
        cls.make_people()

    @classmethod
    def make_people(cls):
        def user(login, groups, **values):
            return new_test_user(
                cls.env, login, groups, name=f"{login.capitalize()} Tester", tz="UTC", **values
            )

        cls.salesperson = user("seller", "sales_team.group_sale_salesman")
        cls.colleague = user("colleague", "sales_team.group_sale_salesman")
        cls.supervisor = user("overseer", "crm_discipline.group_supervisor")
        cls.manager = user("manager", "sales_team.group_sale_manager")
        cls.operator = user("keeper", "crm_discipline.group_operator")
        cls.employee = user("employee", "base.group_user")
        cls.portal_user = user("visitor", "base.group_portal")
        partners = cls.env["res.partner"]
        cls.client = partners.create(
            {"name": "Jana Nováková", "phone": "+420601234567", "email": "jana@example.com"}
        )
        cls.surname_only = partners.create({"name": "Dvořák"})
        cls.company_client = partners.create(
            {"name": "ACME s.r.o.", "is_company": True, "email": "info@example.com"}
        )
        cls.agreed = cls.env.ref("crm_discipline.meeting_result_agreed")

    @classmethod
    def prepare_meeting(cls, client=None, **values):
        """Return the values of a complete planned client meeting of tomorrow."""
        start = fields.Datetime.now().replace(microsecond=0, second=0) + timedelta(days=1)
        client = cls.client if client is None else client
        return {
            "name": "Offer",
            "start": start,
            "stop": start + timedelta(hours=1),
            "partner_ids": [Command.set((cls.salesperson.partner_id | client).ids)],
            **values,
        }

    def meetings_as(self, user):
        return self.env["calendar.event"].with_user(user)

    def create_meeting(self, user=None, **values):
        """Create a meeting as the salesperson, or as ``user``."""
        return self.meetings_as(user or self.salesperson).create(self.prepare_meeting(**values))

    def create_incomplete_meeting(self, client=None, **values):
        """Create, as a synchronisation would, the salesperson's meeting with missing data."""
        client = self.surname_only if client is None else client
        values = self.prepare_meeting(client=client, user_id=self.salesperson.id, **values)
        return self.env["calendar.event"].sudo().create(values).with_user(self.salesperson)

    def rule(self, name):
        return self.env.ref(f"crm_discipline.{name}")

    def assertMissing(self, record, *rule_names):
        """Assert which shipped rules a record breaks, wherever that can be seen."""
        expected = [self.rule(name) for name in rule_names]
        self.assertEqual(record.missing_data or "", "\n".join(rule.name for rule in expected))
        self.assertEqual(record.is_data_complete, not expected)
        found = record.search([("id", "in", record.ids), ("is_data_complete", "=", False)])
        self.assertEqual(bool(found), bool(expected))
        for rule in expected:
            self.assertIn(record, record.search([("violated_rule_ids", "in", rule.ids)]))

    def open_activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    @contextmanager
    def assertRefused(self, *rule_names):
        """A save is refused, naming exactly these rules, in their order."""
        with self.assertRaises(ValidationError) as refusal:
            yield
        lines = str(refusal.exception).splitlines()
        items = [line.removeprefix("• ") for line in lines if line.startswith("• ")]
        self.assertEqual(items, [self.rule(name).name for name in rule_names])


class RequestCase(DisciplineCase):
    """A second operator, and requests as salespeople make them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_operator = new_test_user(
            cls.env, "keeper2", "crm_discipline.group_operator", name="Second Keeper", tz="UTC"
        )

    def ask(self, user=None, **values):
        """Ask as the salesperson, or as ``user``, for a new client."""
        values = {"surname": "Malá", "first_name": "Eva", "phone": "+420602111222", **values}
        return self.env["crm.data.request"].with_user(user or self.salesperson).create(values)

    def ask_correction(self, user=None, partner=None, **values):
        """Ask as the salesperson, or as ``user``, for a correction of the client."""
        partner = partner or self.client
        values = {"kind": "correct", "partner_id": partner.id, **values}
        return self.env["crm.data.request"].with_user(user or self.salesperson).create(values)

    def work(self, request, user=None):
        """Return the request as the operator has it, or as ``user``."""
        return request.with_user(user or self.operator)


class CallCase(DisciplineCase):
    """A client of the salesperson's with a phone, and a telephone system that sends calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cz")
        cls.client.user_id = cls.salesperson
        cls.source = cls.env["crm.call.source"].create({"name": "Office", "provider": "generic"})
        cls.start = fields.Datetime.now().replace(microsecond=0) - timedelta(minutes=10)

    def status(self, name):
        return self.env.ref(f"crm_discipline.call_status_{name}")

    def create_call(self, user=None, **values):
        """Log a call as the salesperson, or as ``user``."""
        values = {"partner_id": self.client.id, "start": self.start, **values}
        return self.env["crm.call"].with_user(user or self.salesperson).create(values)

    def prepare_message(self, external_id="1", minutes=0, **values):
        """Return what a telephone system says of an answered call of the client."""
        start = self.start + timedelta(minutes=minutes)
        values = {
            "direction": "in",
            "caller": self.client.phone,
            "callee": "+420222333444",
            "start": start,
            "answer": start + timedelta(seconds=5),
            "end": start + timedelta(seconds=65),
            "disposition": "answered",
            **values,
        }
        return CallMessage(external_id=external_id, **values)

    def prepare_missed(self, external_id="1", minutes=0, **values):
        return self.prepare_message(
            external_id, minutes, **{"answer": None, "disposition": "missed", **values}
        )

    def receive(self, *messages):
        """Let messages arrive in one request; return their calls, oldest first."""
        Event = self.env["crm.call.event"].sudo()
        active = self.env["crm.call.source"]._get_active_source(self.source.key)
        with self.closed_commits():
            self.counts = Event._receive(active, [(repr(one), one) for one in messages])
        self.env.invalidate_all()
        ids = {message.external_id for message in messages}
        return self.env["crm.call"].search(
            [("source_id", "=", self.source.id), ("external_id", "in", list(ids))],
            order="start, id",
        )

    @contextmanager
    def closed_commits(self):
        """Let code commit that commits, in the one transaction of a test."""
        with patch.object(self.env.cr, "commit", self.env.cr.flush):
            yield
