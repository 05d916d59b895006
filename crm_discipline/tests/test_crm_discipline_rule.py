from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .common import DisciplineCase


class TestCrmDisciplineRule(DisciplineCase):
    def create_rule(self, **values):
        return (
            self.env["crm.discipline.rule"]
            .with_user(self.supervisor)
            .create(
                {
                    "name": "Place of the meeting",
                    "model_id": self.env["ir.model"]._get_id("calendar.event"),
                    "filter_domain": "[('is_client_meeting', '=', True)]",
                    "required_domain": "[('location', '!=', False)]",
                    **values,
                }
            )
        )

    def test_governed_models(self):
        governed = self.env["crm.discipline.rule"]._get_governed_models()
        self.assertGreaterEqual(set(governed), {"calendar.event", "crm.lead", "res.partner"})
        for model_name in governed:
            self.assertLessEqual(
                {"is_data_complete", "missing_data"}, set(self.env[model_name]._fields)
            )

    def test_new_rule_holds_at_once(self):
        meeting = self.create_meeting()
        self.assertTrue(meeting.is_data_complete)
        rule = self.create_rule()
        self.assertEqual(meeting.missing_data, "Place of the meeting")
        self.assertEqual(rule.violation_count, 1)
        with self.assertRaisesRegex(ValidationError, "Place of the meeting"):
            self.create_meeting()
        self.create_meeting(location="Brno")
        rule.active = False
        self.assertTrue(meeting.is_data_complete)
        self.create_meeting()
        rule.active = True
        rule.unlink()
        self.assertTrue(meeting.is_data_complete)

    def test_warning_saves_but_marks(self):
        self.create_rule(severity="warn")
        meeting = self.create_meeting()
        self.assertEqual(meeting.missing_data, "Place of the meeting")
        self.assertFalse(meeting.is_data_complete)

    def test_order_is_the_users(self):
        self.create_rule(sequence=1)
        with self.assertRaises(ValidationError) as refusal:
            self.create_meeting(client=self.surname_only)
        self.assertEqual(
            str(refusal.exception).splitlines()[1:],
            [
                "• Place of the meeting",
                "• Client's surname and first name",
                "• Client's phone or e-mail",
            ],
        )

    def test_every_governed_model_is_refused(self):
        for model_name, required, values in (
            ("crm.lead", "[('city', '!=', False)]", {"name": "Chairs"}),
            ("res.partner", "[('city', '!=', False)]", {"name": "Eva Malá"}),
        ):
            with self.subTest(model=model_name):
                self.create_rule(
                    name="City",
                    model_id=self.env["ir.model"]._get_id(model_name),
                    filter_domain="[]",
                    required_domain=required,
                )
                records = self.env[model_name].with_user(self.salesperson)
                with self.assertRaisesRegex(ValidationError, "City"):
                    records.create(values)
                record = records.create({**values, "city": "Brno"})
                with self.assertRaisesRegex(ValidationError, "City"):
                    record.city = False

    def test_bad_domain_names_the_field(self):
        for values, message in (
            ({"required_domain": "[('colour', '=', 1)]"}, "colour"),
            ({"filter_domain": "[('client_id.colour', '=', 1)]"}, "client_id.colour"),
            ({"required_domain": "[('missing_data', '=', False)]"}, "missing_data"),
            ({"required_domain": "[('name', '="}, "Must hold"),
            ({"required_domain": "[]"}, "Must hold"),
            ({"required_domain": "[('start', '>', 'someday')]"}, "start"),
            ({"model_id": self.env["ir.model"]._get_id("res.users")}, "User"),
            ({"name": "  "}, "one line"),
            ({"name": "Two\nlines"}, "one line"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, message):
                self.create_rule(**values)

    def test_lost_field_turns_the_rule_off(self):
        custom = self.env["ir.model.fields"].create(
            {
                "name": "x_room",
                "field_description": "Room",
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "ttype": "char",
            }
        )
        rule = self.create_rule(name="Room", required_domain="[('x_room', '!=', False)]")
        with self.assertRaisesRegex(ValidationError, "Room"):
            self.create_meeting()
        custom.unlink()
        self.assertFalse(rule.active)
        self.assertIn("x_room", rule.turned_off_reason)
        self.assertTrue(self.create_meeting().is_data_complete)
        with self.assertRaisesRegex(ValidationError, "x_room"):
            rule.active = True

    def test_broken_rule_never_stops_a_save(self):
        """Even before it was turned off, for example in another worker."""
        rule = self.create_rule()
        self.env.cr.execute(
            "UPDATE crm_discipline_rule SET required_domain = %s WHERE id = %s",
            ("[('gone', '!=', False)]", rule.id),
        )
        rule.invalidate_recordset()
        self.env.registry.clear_cache()
        with self.assertLogs("odoo.addons.crm_discipline.models.crm_discipline_rule", "WARNING"):
            meeting = self.create_meeting()
        self.assertTrue(meeting.is_data_complete)
        self.assertEqual(rule.violation_count, 0)
        self.assertFalse(meeting.search([("violated_rule_ids", "in", rule.ids)]))

    def test_violations_are_counted_and_opened_alike(self):
        self.create_incomplete_meeting()
        self.create_incomplete_meeting(privacy="private")
        self.create_incomplete_meeting(active=False)
        for user in (self.supervisor, self.salesperson):
            for rule in self.env["crm.discipline.rule"].search([]).with_user(user):
                action = rule.action_view_violations()
                opened = self.env[action["res_model"]].with_user(user).search(action["domain"])
                self.assertEqual(len(opened), rule.violation_count, rule.name)
        self.assertEqual(self.rule("rule_meeting_contact").violation_count, 2)

    def test_count_follows_the_form(self):
        self.create_incomplete_meeting()
        with Form(self.rule("rule_meeting_contact").with_user(self.supervisor)) as form:
            self.assertEqual(form.violation_count, 1)
            form.filter_domain = "[('is_client_meeting', '=', False)]"
            self.assertEqual(form.violation_count, 0)
            form.filter_domain = "[('no_such_field', '=', False)]"
            self.assertEqual(form.violation_count, 0)
            form.filter_domain = "[('is_client_meeting', '=', True)]"

    def test_supervisor_makes_a_rule_in_its_form(self):
        rules = self.env["crm.discipline.rule"].with_user(self.supervisor)
        partner_model = self.env["ir.model"].with_user(self.supervisor)._get("res.partner")
        self.assertTrue(partner_model.display_name)
        with Form(rules) as form:
            self.assertEqual(form.violation_count, 0)
            form.name = "City"
            form.model_id = partner_model
            form.required_domain = "[('city', '!=', False)]"
            self.assertTrue(form.violation_count)

    def test_what_is_computed_from_a_written_field_is_checked(self):
        self.rule("rule_client_name").severity = "block"
        with self.assertRaisesRegex(ValidationError, "Surname and first name"):
            self.client.with_user(self.operator).name = "X"

    def test_changes_are_tracked(self):
        rule = self.create_rule()
        self.flush_tracking()
        rule.required_domain = "[('location', 'ilike', 'Brno')]"
        rule.severity = "warn"
        self.flush_tracking()
        tracked = rule.sudo().message_ids.tracking_value_ids.mapped("field_id.name")
        self.assertGreaterEqual(set(tracked), {"required_domain", "severity"})

    def test_only_supervisors_change_rules(self):
        rule = self.create_rule()
        for user in (self.salesperson, self.operator, self.employee):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    rule.with_user(user).severity = "warn"
                with self.assertRaises(AccessError):
                    rule.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    rule.with_user(user).copy()
        with self.assertRaises(AccessError):
            rule.with_user(self.employee).read(["name"])

    def test_names_are_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self.create_rule()
        rule.with_context(lang="fr_FR").name = "Lieu du rendez-vous"
        meeting = self.create_incomplete_meeting(client=self.client)
        self.assertEqual(meeting.missing_data, "Place of the meeting")
        french = meeting.with_context(lang="fr_FR")
        self.assertEqual(french.missing_data, "Lieu du rendez-vous")
        with self.assertRaisesRegex(ValidationError, "Lieu du rendez-vous"):
            french.name = "Offre"
        rule.update_field_translations("name", {"fr_FR": "Endroit"})
        self.env["crm.discipline.mixin"]._invalidate_discipline()
        self.assertEqual(french.missing_data, "Endroit")


class TestRuleOfCompany(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.stranger = cls.colleague.copy({"login": "stranger", "name": "Stranger Tester"})
        cls.stranger.write(
            {"company_ids": [(6, 0, cls.other_company.ids)], "company_id": cls.other_company.id}
        )
        cls.place = cls.env["crm.discipline.rule"].create(
            {
                "name": "Place",
                "model_id": cls.env["ir.model"]._get_id("calendar.event"),
                "filter_domain": "[('is_client_meeting', '=', True)]",
                "required_domain": "[('location', '!=', False)]",
                "company_id": cls.other_company.id,
            }
        )

    def test_governs_its_own_people_only(self):
        self.create_meeting()
        with self.assertRaisesRegex(ValidationError, "Place"):
            self.create_meeting(user=self.stranger)

    def test_same_for_whoever_looks(self):
        values = self.prepare_meeting(user_id=self.stranger.id)
        meeting = self.env["calendar.event"].sudo().create(values)
        for user in (self.salesperson, self.stranger, self.supervisor):
            self.assertEqual(meeting.with_user(user).missing_data, "Place")

    def test_not_seen_by_other_companies(self):
        rules = self.env["crm.discipline.rule"]
        self.assertNotIn(self.place, rules.with_user(self.supervisor).search([]))
        self.assertIn(self.place, rules.with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            self.place.with_user(self.supervisor).severity = "warn"

    def test_shared_contacts_belong_to_their_salespersons_company(self):
        partner_rule = self.place.copy(
            {
                "name": "City",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "filter_domain": "[]",
                "required_domain": "[('city', '!=', False)]",
                "severity": "warn",
            }
        )
        partners = self.env["res.partner"]
        ours = partners.create({"name": "A B", "user_id": self.salesperson.id})
        theirs = partners.create({"name": "C D", "user_id": self.stranger.id})
        owned = partners.create({"name": "E F", "company_id": self.other_company.id})
        nobodys = partners.create({"name": "G H"})
        broken = partners.search([("violated_rule_ids", "in", partner_rule.ids)])
        everybody = ours | theirs | owned | nobodys
        self.assertEqual(broken & everybody, theirs | owned)
