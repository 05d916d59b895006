from odoo.addons.crm_discipline.tools import rule_domain
from odoo.addons.crm_discipline.tools.rule_domain import RuleDomainError
from odoo.fields import Domain
from odoo.tests import TransactionCase

REFUSED = (
    ("[('name', '=', 'x'", "syntax"),
    ("name = 'x'", "syntax"),
    ("[('name', '=')]", "syntax"),
    ("['&', ('name', '=', 'x')]", "syntax"),
    ("__import__('os').system('true')", "syntax"),
    ("[('user_id', '=', uid)]", "syntax"),
    ("42", "syntax"),
    ("[('no_such_field', '=', 1)]", "field"),
    ("[('client_id.no_such_field', '=', 1)]", "field"),
    ("[('client_id', 'any', [('no_such_field', '=', 1)])]", "field"),
    ("[('missing_data', '!=', False)]", "not_allowed"),
    ("[('is_data_complete', '=', True)]", "not_allowed"),
    ("[('display_name', '=', 'x')]", "not_allowed"),
    ("[('client_phone', '=', 'x')]", "not_allowed"),
    ("[('client_id.signup_type', '=', 'x')]", "not_allowed"),
    ("[('description', '=', 'x')]", "not_allowed"),
    ("[('write_date', '<', '2026-01-01')]", "not_allowed"),
    ("[('client_id.barcode', '=', 'x')]", "not_allowed"),
    ("[('partner_ids.name', '=', 'x')]", "not_allowed"),
    ("[('partner_ids', 'any', [('name', '=', 'x')])]", "operator"),
    ("[('client_id', 'child_of', 1)]", "operator"),
    ("[('meeting_status', '<', 'held')]", "operator"),
    ("[('client_id', '=', 'Jana')]", "value"),
    ("[('client_id', 'in', [])]", "value"),
    ("[('start', '<', 'someday')]", "value"),
    ("[('is_client_meeting', '=', 'yes')]", "value"),
    ("[('duration', '>', 'long')]", "value"),
    ("[('client_id', '=', 99999999999)]", "value"),
    ("[('name', '=', 'a\\x00b')]", "value"),
    ("[('name', 'like', 'a\\\\')]", "value"),
)
ALLOWED = (
    "",
    "[]",
    "[('name', '!=', False)]",
    '[("client_id.phone", "!=", False)]',
    "[('client_id', 'any', [('email', '=like', '%@%')])]",
    "['!', '|', ('name', 'ilike', 'offer'), ('duration', '>=', 0.5)]",
    "[('start', '>=', 'today -7d')]",
    "[('start', '>=', '2026-01-01')]",
    "[('meeting_status', 'in', ['held', 'no_show'])]",
    "[('categ_ids', '!=', False)]",
    "[('opportunity_id.stage_id', '!=', False)]",
)


class TestRuleDomain(TransactionCase):
    def test_refused(self):
        model = self.env["calendar.event"]
        for text, reason in REFUSED:
            with self.subTest(text=text):
                with self.assertRaises(RuleDomainError) as caught:
                    rule_domain.check(rule_domain.parse(text), model)
                self.assertEqual(caught.exception.reason, reason)

    def test_allowed(self):
        model = self.env["calendar.event"]
        for text in ALLOWED:
            with self.subTest(text=text):
                domain = rule_domain.parse(text)
                rule_domain.check(domain, model)
                model.search(domain, limit=1)

    def test_substitute(self):
        aliases = {"client_id.phone": "client_phone"}
        expected = Domain("client_id", "!=", False) & Domain("client_phone", "=", "1")
        for text in (
            "[('client_id.phone', '=', '1')]",
            "[('client_id', 'any', [('phone', '=', '1')])]",
        ):
            with self.subTest(text=text):
                replaced = rule_domain.substitute(rule_domain.parse(text), aliases)
                self.assertEqual(
                    replaced.optimize(self.env["calendar.event"]),
                    expected.optimize(self.env["calendar.event"]),
                )
        other = rule_domain.parse("[('client_id', 'any', [('city', '=', 'Brno')])]")
        self.assertEqual(rule_domain.substitute(other, aliases), other)

    def test_join(self):
        """Nothing is left that the database would answer with a list of all contacts."""
        model = self.env["calendar.event"].sudo()
        requires = rule_domain.parse(
            "['|', ('client_id.phone', '!=', False), ('client_id.parent_id.city', '=', 'Brno')]"
        )
        sql = str(model._search(rule_domain.join(~requires, model)).select().code)
        self.assertNotIn("NOT IN (SELECT", sql)
        self.assertIn("LEFT JOIN", sql)
