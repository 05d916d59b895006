"""The people and the words that the tests share."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged


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
