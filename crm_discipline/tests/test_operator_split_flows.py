"""Odoo's own flows go on while only operators write clients' data, also for those whom that binds."""

from odoo import Command
from odoo.addons.crm_discipline.tools.automation import as_automation
from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import DisciplineCase
from .test_automation import MAIL


class TestOperatorSplitFlows(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_operator_split = True
        cls.salesperson.group_ids |= cls.env.ref("base.group_partner_manager")
        # a sales administrator who administers the database, too, and is no operator
        cls.administrator = cls.env.ref("base.user_admin")
        cls.administrator.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.administrator.group_ids -= cls.env.ref("crm_discipline.group_operator")
        cls.lead_of_website = cls.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "lead",
                "contact_name": "Karel Nový",
                "partner_name": "Nový s.r.o.",
                "email_from": "karel@example.com",
                "phone": "+420601111222",
                "city": "Praha",
                "user_id": cls.salesperson.id,
            }
        )
        cls.env.flush_all()

    def as_seller(self, record):
        return record.with_user(self.salesperson)

    def convert(self, lead, **values):
        """Convert a lead by the dialog, as the salesperson."""
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.salesperson)
            .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
            .create({"name": "convert", "lead_id": lead.id, **values})
        )
        wizard.action_apply()
        return lead.partner_id

    # ------------------------------------------------------------
    # OPPORTUNITIES
    # ------------------------------------------------------------

    def test_lead_becomes_a_client(self):
        client = self.convert(self.lead_of_website, action="create")
        self.assertEqual(client.name, "Karel Nový")
        self.assertEqual(client.phone, "+420601111222")
        self.assertEqual(client.parent_id.name, "Nový s.r.o.")
        # the right to do it ended with it
        with self.assertRaises(AccessError):
            self.as_seller(client).name = "Somebody Else"
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.salesperson).create({"name": "Eva Malá"})

    def test_lead_becomes_a_client_without_what_a_context_adds(self):
        lead = self.lead_of_website.with_context(default_vat="CZ12345678", default_type="other")
        client = self.as_seller(lead)._create_customer()
        self.assertFalse(client.vat)
        self.assertEqual(client.type, "contact")

    def test_lead_is_given_a_client(self):
        self.assertEqual(
            self.convert(self.lead_of_website, action="exist", partner_id=self.client.id),
            self.client,
        )
        self.assertEqual(self.client.phone, "+420601234567")
        self.assertEqual(self.lead_of_website.phone, "+420601234567")

    def test_title_makes_no_client(self):
        lead = self.env["crm.lead"].with_user(self.salesperson).create(
            {"name": "Eva Malá", "type": "lead"}
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self.convert(lead, action="create")
        # of an address alone, the address
        lead.sudo().email_from = "eva@example.com"
        client = self.convert(lead, action="create")
        self.assertEqual((client.name, client.email), ("eva@example.com", "eva@example.com"))

    def test_one_title_stops_no_conversion_of_many(self):
        title = self.env["crm.lead"].create(
            {"name": "Desks", "type": "lead", "user_id": self.salesperson.id}
        )
        leads = title | self.lead_of_website
        self.env["crm.lead2opportunity.partner.mass"].with_user(self.salesperson).with_context(
            active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
        ).create({"deduplicate": False, "action": "each_exist_or_create"}).action_mass_convert()
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(self.lead_of_website.partner_id.name, "Karel Nový")
        self.assertFalse(title.partner_id)

    def test_merge_of_opportunities(self):
        other = self.lead_of_website.copy(
            {"contact_name": False, "phone": False, "street": "Nová 1", "type": "opportunity"}
        )
        leads = self.as_seller(other | self.lead_of_website)
        merged = leads.merge_opportunity()
        self.assertEqual(merged.contact_name, "Karel Nový")
        self.assertEqual(merged.phone, "+420601111222")
        self.assertEqual(merged.street, "Nová 1")
        with self.assertRaises(AccessError):
            merged.phone = "+420777888999"

    def test_opportunity_of_a_client_in_the_form(self):
        form = Form(self.env["crm.lead"].with_user(self.salesperson))
        form.partner_id = self.client
        form.name = "Chairs"
        lead = form.save()
        self.assertEqual(lead.phone, self.client.phone)
        self.assertEqual(lead.contact_name, self.client.name)
        with self.assertRaises(AssertionError):
            form.phone = "+420777888999"
        with self.assertRaises(AssertionError):
            form.partner_id = self.company_client

    def test_wrong_choice_in_a_form_is_corrected_before_it_is_saved(self):
        self.lead_of_website.type = "opportunity"
        form = Form(self.as_seller(self.lead_of_website))
        form.partner_id = self.company_client
        form.partner_id = self.client
        form.save()
        self.assertEqual(self.lead_of_website.partner_id, self.client)

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    def test_mail_gateway(self):
        """Also where a program hands mail over with the login of somebody whom the split binds."""
        domain = self.env["mail.alias.domain"].create({"name": "split.example.com"})
        team = self.env["crm.team"].create(
            {
                "name": "By mail",
                "alias_name": "split-sales",
                "alias_domain_id": domain.id,
                "alias_contact": "everyone",
                "use_opportunities": True,
            }
        )
        team.alias_id.alias_domain_id = domain
        mail = MAIL.format(alias=team.alias_id.alias_full_name, subject="From the gateway")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].with_user(self.administrator).message_process(None, mail)
        lead = self.env["crm.lead"].search([("name", "=", "From the gateway")])
        self.assertIn("client@example.com", lead.email_from)

    def test_template_to_a_lead(self):
        """The lead's own address becomes a contact, with what the lead holds; another does not."""
        template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Offer",
                "body_html": "<p>Chairs</p>",
                "email_to": "{{ object.email_from }}, nobody@example.com",
                "use_default_to": False,
            }
        )
        lead = self.as_seller(self.lead_of_website)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson)
            .create(
                {
                    "model": "crm.lead",
                    "res_ids": str(lead.ids),
                    "template_id": template.id,
                    "composition_mode": "comment",
                }
            )
        )
        self.assertEqual(composer.partner_ids.mapped("email"), ["karel@example.com"])
        self.assertEqual(composer.partner_ids.name, "Karel Nový")
        composer._action_send_mail()

    # ------------------------------------------------------------
    # USERS AND COMPANIES
    # ------------------------------------------------------------

    def test_own_preferences(self):
        seller = self.as_seller(self.salesperson)
        seller.write({"phone": "+420777888999", "email": "seller@example.com"})
        self.assertEqual(self.salesperson.partner_id.phone, "+420777888999")

    def test_users_are_administered(self):
        users = self.env["res.users"].with_user(self.administrator)
        user = users.create({"name": "New Colleague", "login": "fresh@example.com"})
        user.write({"name": "Newer Colleague", "phone": "+420777888999"})
        user.active = False
        user.partner_id.sudo().active = False
        user.active = True
        self.assertTrue(user.partner_id.active)
        self.assertEqual(user.env.context, users.env.context)
        visitor = users.create(
            {
                "name": "A Visitor",
                "login": "v@example.com",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        # who has access to the portal is a client
        with self.assertRaises(AccessError):
            visitor.name = "Another Visitor"
        with self.assertRaises(AccessError):
            users.create(
                {"partner_id": self.client.id, "login": "x@example.com", "phone": "+420777888999"}
            )

    def test_companies_are_administered(self):
        companies = self.env["res.company"].with_user(self.administrator)
        company = companies.create({"name": "Branch Office"})
        company.write({"phone": "+420777888999", "street": "Nová 1"})
        self.assertEqual(company.partner_id.street, "Nová 1")

    def test_visitor_of_the_portal_changes_own_address(self):
        visitor = self.portal_user.partner_id.with_user(self.portal_user).sudo()
        visitor.write({"street": "Nová 1", "phone": "+420777888999"})
        self.assertEqual(visitor.street, "Nová 1")

    # ------------------------------------------------------------
    # AUTOMATION, AND WHAT FOLLOWS FROM AN OPERATOR'S WORK
    # ------------------------------------------------------------

    def test_scheduled_job_of_a_person(self):
        job = self.env["ir.cron"].create(
            {
                "name": "Makes a client",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "model.create({'name': 'By a job'})",
                "user_id": self.salesperson.id,
            }
        )
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertTrue(self.env["res.partner"].search([("name", "=", "By a job")]))

    def test_synchronised_calendar_makes_attendees(self):
        thread = as_automation(self.env["mail.thread"].with_user(self.salesperson))
        attendee = thread._partner_find_from_emails_single(["Eva <eva@example.com>"])
        self.assertEqual(attendee.name, "Eva")

    def test_company_and_its_people(self):
        company = self.company_client.with_user(self.operator)
        person = company.create({"name": "Ivan Starý", "parent_id": company.id})
        company.write({"street": "Nová 1", "vat": "CZ12345678"})
        self.assertEqual((person.street, person.vat), ("Nová 1", "CZ12345678"))
        person.city = "Praha"
        self.assertEqual(company.city, "Praha")
        lead = self.env["crm.lead"].with_user(self.salesperson).create(
            {"name": "Chairs", "partner_id": person.id}
        )  # fmt: skip
        person.phone = "+420777888999"
        self.assertEqual(lead.phone, "+420777888999")
        # a salesperson's own word on the person pulls nothing along
        self.as_seller(person).write({"function": "Buyer", "street": "Nová 1"})

    def test_colleagues_and_own_company_are_no_clients(self):
        locked = self.salesperson.partner_id | self.env.company.partner_id | self.client
        locked = self.as_seller(locked)._filter_locked()
        self.assertEqual(locked, self.client)


class TestOperatorSplitCompanies(DisciplineCase):
    """One company leaves its clients to operators, another does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strict = cls.env.company
        cls.free = cls.env["res.company"].create({"name": "Free Hand"})
        cls.strict.discipline_operator_split = True
        cls.both = cls.salesperson
        cls.both.company_ids |= cls.free
        cls.colleague.write({"company_ids": [Command.set(cls.free.ids)], "company_id": cls.free.id})
        partners = cls.env["res.partner"]
        cls.of_strict = partners.create({"name": "Of Strict", "company_id": cls.strict.id})
        cls.of_free = partners.create({"name": "Of Free", "company_id": cls.free.id})
        cls.shared = cls.client
        cls.env.flush_all()

    def assertWrites(self, user, record, allowed, vals=None):
        vals = vals or {"phone": "+420777888999"}
        for companies in (self.strict, self.free, self.strict | self.free):
            mine = companies & user.company_ids
            record = record.with_user(user).with_context(allowed_company_ids=mine.ids)
            with self.subTest(user=user.login, record=record.sudo().name, companies=mine.ids):
                if not mine:
                    continue
                if allowed:
                    record.write(vals)
                else:
                    with self.assertRaises(AccessError):
                        record.write(vals)
            self.env.invalidate_all()

    def test_the_records_company_decides(self):
        free_lead, strict_lead = self.env["crm.lead"].create(
            [
                {"name": name, "company_id": company.id, "user_id": False, "team_id": False}
                for name, company in (("Free", self.free), ("Strict", self.strict))
            ]
        )
        self.assertWrites(self.both, self.of_strict.sudo(), False)
        self.assertWrites(self.both, strict_lead, False)
        for record in (self.of_free, free_lead):
            record = record.with_user(self.both).with_context(
                allowed_company_ids=(self.free | self.strict).ids
            )
            record.phone = "+420777888999"
            self.assertFalse(record.is_personal_data_locked)

    def test_a_shared_client_belongs_to_all_companies_of_who_writes(self):
        self.assertWrites(self.both, self.shared, False)
        self.assertWrites(self.colleague, self.shared, True)

    def test_new_clients(self):
        partners = self.env["res.partner"].with_user(self.both)
        self.assertTrue(partners.has_access("create"))
        partners = partners.with_context(allowed_company_ids=(self.free | self.strict).ids)
        self.assertTrue(partners.create({"name": "Eva Malá", "company_id": self.free.id}))
        for company in (self.strict, self.env["res.company"]):
            with self.subTest(company=company.name), self.assertRaises(AccessError):
                partners.create({"name": "Eva Malá", "company_id": company.id})

    def test_no_record_is_moved_to_be_changed(self):
        companies = (self.free | self.strict).ids
        for partner, company in ((self.of_strict, self.free), (self.of_free, self.strict)):
            mine = partner.with_user(self.both).with_context(allowed_company_ids=companies)
            for target in (company.id, False):
                if partner == self.of_strict and not target:
                    continue
                with self.subTest(partner=partner.name), self.assertRaises(AccessError):
                    mine.company_id = target
                self.env.invalidate_all()
        lead = self.env["crm.lead"].create(
            {"name": "Desks", "company_id": self.strict.id, "user_id": False, "team_id": False}
        )
        team = self.env["crm.team"].create({"name": "Free Team", "company_id": self.free.id})
        mine = lead.with_user(self.both).with_context(allowed_company_ids=companies)
        for vals in ({"company_id": self.free.id}, {"team_id": team.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)
            self.env.invalidate_all()

    def test_branches_follow(self):
        branch = self.env["res.company"].create(
            {"name": "Branch Office", "parent_id": self.strict.id}
        )
        self.assertTrue(branch.discipline_operator_split)
        self.strict.discipline_split_writers = "managers"
        self.assertEqual(branch.discipline_split_writers, "managers")

    def test_who_writes_is_each_companys_own(self):
        self.strict.discipline_split_writers = "supervisors"
        self.free.discipline_operator_split = True
        self.supervisor.company_ids |= self.free
        companies = (self.free | self.strict).ids
        mine = (self.of_strict | self.of_free | self.shared).with_user(self.supervisor)
        mine = mine.with_context(allowed_company_ids=companies)
        self.assertEqual(mine._filter_locked(), mine - self.of_strict)
