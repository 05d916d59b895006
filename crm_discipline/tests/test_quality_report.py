"""How complete the data are is said by the rules themselves, and every number opens its records."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings

from odoo import Command
from odoo.exceptions import AccessError

from . import test_rule_properties as laws
from .common import DisciplineCase


class TestQualityReport(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_tz = "Europe/Prague"
        # in Prague it is April already
        cls.incomplete = cls.make_meeting(
            cls.surname_only, datetime(2026, 3, 31, 22, 30), meeting_status="held"
        )
        cls.whole = cls.make_meeting(cls.client, datetime(2026, 4, 10, 9))
        cls.others = cls.make_meeting(
            cls.surname_only, datetime(2026, 4, 11, 9), user_id=cls.colleague.id
        )
        cls.env.flush_all()
        cls.april = [
            ("date", ">=", "2026-04-01"),
            ("date", "<=", "2026-04-30"),
            ("record_model", "=", "calendar.event"),
        ]

    @classmethod
    def make_meeting(cls, client, start, **values):
        values = {"user_id": cls.salesperson.id, "start": start, "stop": start, **values}
        return cls.env["calendar.event"].create(cls.prepare_meeting(client=client, **values))

    def report_as(self, user):
        return self.env["crm.discipline.quality.report"].with_user(user)

    def rules_of(self, rows):
        names = {self.rule(name): name for name in self.asked_of_held()}
        return {names[row.rule_id]: row.is_complete for row in rows}

    @staticmethod
    def asked_of_held():
        return (
            "rule_meeting_client",
            "rule_meeting_client_name",
            "rule_meeting_contact",
            "rule_meeting_subject",
            "rule_meeting_result",
        )

    def test_one_row_for_each_rule_that_is_about_the_record(self):
        report = self.report_as(self.salesperson)
        rows = report.search([*self.april, ("record_id", "=", self.incomplete.id)])
        self.assertEqual(
            self.rules_of(rows),
            {
                "rule_meeting_client": True,
                "rule_meeting_client_name": False,
                "rule_meeting_contact": False,
                "rule_meeting_subject": True,
                "rule_meeting_result": False,
            },
        )
        planned = report.search([*self.april, ("record_id", "=", self.whole.id)])
        self.assertNotIn(self.rule("rule_meeting_result"), planned.rule_id)
        self.assertTrue(all(planned.mapped("is_complete")))

    def test_share_is_of_what_is_asked_for(self):
        groups = self.report_as(self.supervisor).formatted_read_group(
            [*self.april, ("user_id", "=", self.salesperson.id)],
            ["user_id", "date:month"],
            ["__count", "share_complete:avg", "missing_count:sum"],
        )
        (group,) = groups
        self.assertEqual(group["__count"], 9)
        self.assertEqual(group["missing_count:sum"], 3)
        self.assertAlmostEqual(group["share_complete:avg"], 6 / 9)
        self.assertEqual(group["date:month"][0], "2026-04-01")

    def test_shares_for_other_screens(self):
        report = self.report_as(self.supervisor)
        shares = report._get_shares(self.april)
        share = shares[self.salesperson.id]
        self.assertEqual((share.asked, share.held, share.missing), (9, 6, 3))
        self.assertEqual(shares[self.colleague.id].missing, 2)
        self.assertEqual(
            set(self.report_as(self.colleague)._get_shares(self.april)), {self.colleague.id}
        )

    def test_shares_are_one_query_for_any_number(self):
        report = self.report_as(self.supervisor)
        report._get_shares(self.april)
        for days in (1, 28):
            for day in range(days):
                self.make_meeting(self.client, datetime(2026, 4, 1 + day, 12))
            self.env.flush_all()
            with self.assertQueryCount(1):
                report._get_shares(self.april)

    def test_every_number_opens_its_rows_and_a_row_its_record(self):
        report = self.report_as(self.supervisor)
        for group in report.formatted_read_group(
            self.april, ["user_id", "rule_id"], ["__count", "missing_count:sum"]
        ):
            rows = report.search([*self.april, *group["__extra_domain"]])
            self.assertEqual(len(rows), group["__count"])
            self.assertEqual(sum(rows.mapped("missing_count")), group["missing_count:sum"])
        row = report.search([*self.april, ("record_id", "=", self.whole.id)], limit=1)
        row.invalidate_recordset()
        action = row.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("calendar.event", self.whole.id))
        self.assertEqual(row.display_name, self.whole.display_name)

    def test_a_mended_record_holds(self):
        self.surname_only.write({"name": "Jan Dvořák", "phone": "+420602000111"})
        self.incomplete.meeting_result_id = self.agreed
        missing = [*self.april, ("is_complete", "=", False)]
        self.assertFalse(self.report_as(self.supervisor).search(missing))

    def test_rules_that_are_off_ask_nothing(self):
        self.env["crm.discipline.rule"].search([]).active = False
        self.assertFalse(self.report_as(self.supervisor).search([]))

    def test_rules_of_a_company_are_about_its_records(self):
        other = self.env["res.company"].create({"name": "Other", "discipline_tz": "Asia/Tokyo"})
        rule = self.rule("rule_meeting_subject").copy({"company_id": other.id})
        report = self.report_as(self.supervisor)
        self.assertFalse(report.search([("rule_id", "=", rule.id)]))
        self.colleague.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        self.env.flush_all()
        everywhere = report.sudo().search([("rule_id", "=", rule.id)])
        self.assertIn(self.others.id, everywhere.mapped("record_id"))
        self.assertEqual(everywhere.company_id, other)
        # who does not belong to that company does not see its rows
        self.assertFalse(report.search([("record_id", "=", self.others.id), *self.april]))

    def test_a_client_is_of_who_is_in_charge_else_of_who_brought_it(self):
        brought = self.env["res.partner"].with_user(self.salesperson).create({"name": "Malá"})
        rows = self.report_as(self.salesperson).search(
            [("record_model", "=", "res.partner"), ("record_id", "=", brought.id)]
        )
        self.assertEqual(
            {row.rule_id: row.is_complete for row in rows},
            {self.rule("rule_client_name"): False, self.rule("rule_client_contact"): False},
        )
        brought.sudo().user_id = self.colleague
        self.env.invalidate_all()
        again = [("record_model", "=", "res.partner"), ("record_id", "=", brought.id)]
        self.assertEqual(len(self.report_as(self.colleague).search(again)), 2)
        self.assertFalse(self.report_as(self.salesperson).search(again))

    def test_who_sees_what(self):
        self.assertEqual(
            self.report_as(self.salesperson).search(self.april).user_id, self.salesperson
        )
        both = self.salesperson | self.colleague
        self.assertEqual(self.report_as(self.supervisor).search(self.april).user_id, both)
        for user in (self.employee, self.portal_user, self.operator):
            with self.assertRaises(AccessError):
                self.report_as(user).search(self.april)
            with self.assertRaises(AccessError):
                self.report_as(user)._get_shares(self.april)

    def test_a_private_meeting_counts_and_keeps_its_name(self):
        self.others.privacy = "private"
        self.others.partner_ids = self.colleague.partner_id | self.surname_only
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.report_as(self.supervisor).search(
            [*self.april, ("user_id", "=", self.colleague.id)]
        )
        self.assertEqual(len(rows), 4)
        self.assertNotIn("Offer", rows.mapped("display_name"))


class TestQualityLaws(DisciplineCase):
    """On random rules and data a row is there and holds exactly as the rule says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.discipline.rule"].search([]).active = False
        Rule = cls.env["crm.discipline.rule"].with_context(tracking_disable=True)
        cls.any_rule = Rule.create(
            {
                "name": "Anything",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "required_domain": "[('name', '!=', False)]",
                "severity": "warn",
            }
        )
        cls.partners = laws.TestRuleProperties.make_partners.__func__(cls)
        cls.events = laws.TestRuleProperties.make_events.__func__(cls)

    check = settings(
        max_examples=laws.EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    def assertRowsAreVerdicts(self, records, filter_domain, required_domain):
        if laws.Domain(required_domain).optimize(records).is_true():
            return
        self.any_rule.write(
            {
                "model_id": self.env["ir.model"]._get_id(records._name),
                "filter_domain": repr(filter_domain),
                "required_domain": repr(required_domain),
            }
        )
        (rule,) = self.any_rule._get_active_rules(records._name)
        active = records.filtered("active")
        judged = active._with_discipline_env(rule.tz)
        about = set(judged.filtered_domain(rule.applies)._ids)
        broken = active.search([("violated_rule_ids", "in", self.any_rule.ids)])
        broken = set((broken & active)._ids)
        report = self.env["crm.discipline.quality.report"]
        rows = report.search([("record_id", "in", records.ids)])
        self.env.invalidate_all()
        found = {row.record_id: row.is_complete for row in rows}
        self.assertEqual(len(found), len(rows))
        self.assertEqual(set(found), about)
        self.assertEqual({one for one, holds in found.items() if not holds}, broken)

    @check
    @given(laws.domains(laws.conditions(laws.EVENT)), laws.domains(laws.conditions(laws.EVENT)))
    def test_events(self, filter_domain, required_domain):
        self.assertRowsAreVerdicts(self.events, filter_domain, required_domain)

    @check
    @given(laws.domains(laws.conditions(laws.PARTNER)), laws.domains(laws.conditions(laws.PARTNER)))
    def test_partners(self, filter_domain, required_domain):
        self.assertRowsAreVerdicts(self.partners, filter_domain, required_domain)
