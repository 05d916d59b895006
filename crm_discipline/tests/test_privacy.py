"""With own clients only, who sees which clients, and what works for whom a client is hidden."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import DisciplineCase

SECRET = "Skrytá"
SECRET_PHONE = "777000111"
SECRET_EMAIL = "tajna@"
SECRETS = (SECRET, SECRET_PHONE, SECRET_EMAIL)
OPEN = "Otevřená"


class PrivacyCase(DisciplineCase):
    """A client of each kind: own, of nobody, of a colleague, and mixed companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cz")
        cls.env.company.discipline_own_clients_only = True
        cls.exporter = new_test_user(
            cls.env,
            "exporter",
            "sales_team.group_sale_salesman,base.group_allow_export",
            name="Exporter Tester",
        )
        cls.full = new_test_user(
            cls.env, "alldocs", "sales_team.group_sale_salesman_all_leads", name="All Tester"
        )
        me = cls.exporter
        cls.own, cls.free, cls.hidden, cls.hidden_company = cls.env["res.partner"].create(
            [
                cls.prepare_client(f"{OPEN} Vlastní", "601000001", "vlastni@example.com", me),
                cls.prepare_client(f"{OPEN} Volná", "601000002", "volna@example.com", None),
                cls.prepare_client(f"{SECRET} Jana", SECRET_PHONE, SECRET_EMAIL, cls.colleague),
                cls.prepare_client(
                    f"{SECRET} s.r.o.", "1", "info@example.org", cls.colleague, True
                ),
            ]
        )
        cls.hidden_child = cls.env["res.partner"].create(
            {
                "name": f"{SECRET} Adresa",
                "parent_id": cls.hidden_company.id,
                "type": "delivery",
                "user_id": False,
            }
        )

    @classmethod
    def prepare_client(cls, name, phone, email, user, is_company=False):
        return {
            "name": name,
            "phone": phone,
            "email": f"{email}example.com" if email.endswith("@") else email,
            "user_id": user.id if user else False,
            "is_company": is_company,
        }


class TestPrivacy(PrivacyCase):
    def visible(self, user, *partners):
        found = self.env["res.partner"].with_user(user).search([])
        return [partner in found for partner in partners]

    def test_who_sees_what(self):
        clients = self.own, self.free, self.hidden, self.hidden_company, self.hidden_child
        self.assertEqual(self.visible(self.exporter, *clients), [True, True, False, False, False])
        self.assertEqual(self.visible(self.salesperson, *clients), [False, True] + [False] * 3)
        self.assertEqual(self.visible(self.colleague, *clients), [False, True, True, True, True])
        for role in (self.full, self.supervisor, self.operator, self.manager, self.employee):
            with self.subTest(role=role.login):
                self.assertEqual(self.visible(role, *clients), [True] * 5)

    def test_colleagues_and_own_companies_stay_readable(self):
        company = self.env.company.partner_id
        company.user_id = self.colleague
        worker = self.supervisor.partner_id
        worker.user_id = self.colleague
        self.assertEqual(self.visible(self.exporter, company, worker), [True, True])
        self.assertFalse((company | worker).discipline_owner_id)
        self.assertTrue(company.with_user(self.exporter).name)

    def test_switch(self):
        """What is seen follows the setting and the user's roles at once."""
        self.assertEqual(self.visible(self.exporter, self.hidden), [False])
        self.env.company.discipline_own_clients_only = False
        self.assertEqual(self.visible(self.exporter, self.hidden), [True])
        self.env.company.discipline_own_clients_only = True
        self.assertEqual(self.visible(self.exporter, self.hidden), [False])
        self.exporter.group_ids = [Command.link(self.ref("crm_discipline.group_operator"))]
        self.assertEqual(self.visible(self.exporter, self.hidden), [True])
        self.exporter.group_ids = [Command.unlink(self.ref("crm_discipline.group_operator"))]
        self.assertEqual(self.visible(self.exporter, self.hidden), [False])
        self.env.ref("crm_discipline.group_supervisor").user_ids = [Command.link(self.exporter.id)]
        self.assertEqual(self.visible(self.exporter, self.hidden), [True])

    def test_owner_follows(self):
        """The owner is the contact's salesperson, else the company's; both see a person of both."""
        child = self.hidden_child
        self.assertEqual(child.discipline_owner_id, self.colleague)
        child.user_id = self.exporter
        self.assertEqual(child.discipline_owner_id, self.exporter)
        self.assertEqual(child.discipline_company_owner_id, self.colleague)
        # with the person comes the company, for Odoo climbs to it; not what else is of the company
        self.assertEqual(self.visible(self.exporter, child, self.hidden_company), [True, True])
        sibling = child.copy({"parent_id": self.hidden_company.id, "user_id": False})
        self.assertEqual(self.visible(self.exporter, sibling), [False])
        self.assertEqual(self.visible(self.colleague, child), [True])
        self.assertEqual(self.visible(self.salesperson, child), [False])
        child.user_id = False
        self.hidden_company.user_id = self.salesperson
        self.assertEqual(self.visible(self.salesperson, child), [True])
        self.hidden_company.user_id = False
        self.assertEqual(self.visible(self.exporter, child, self.hidden_company), [True, True])

    def test_owner_follows_what_moves_by_sql(self):
        """A handover and a merge move contacts past the ORM."""
        self.assertEqual(self.hidden_child.discipline_owner_id, self.colleague)
        handover = (
            self.env["crm.handover"]
            .with_user(self.supervisor)
            .create(
                {
                    "from_user_id": self.colleague.id,
                    "to_user_ids": [Command.set(self.salesperson.ids)],
                }
            )
        )
        handover.action_confirm()
        self.env.invalidate_all()
        moved = self.hidden | self.hidden_company | self.hidden_child
        self.assertEqual(moved.discipline_owner_id, self.salesperson)
        self.assertEqual(self.visible(self.salesperson, *moved), [True] * 3)
        self.assertEqual(self.visible(self.colleague, *moved), [False] * 3)
        twin = self.hidden_company.copy({"user_id": self.exporter.id, "email": "info@example.org"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.hidden_company | twin).ids, twin)
        self.assertEqual(self.hidden_child.parent_id, twin)
        self.assertEqual(self.hidden_child.discipline_owner_id, self.exporter)

    def test_two_companies(self):
        """One of two companies wants it: its clients and those of no company are narrowed."""
        other = self.env["res.company"].create({"name": "Open Company"})
        self.exporter.company_ids = [Command.link(other.id)]
        theirs = self.hidden.copy({"company_id": other.id, "user_id": self.colleague.id})
        ours = self.hidden.copy({"company_id": self.env.company.id, "user_id": self.colleague.id})
        for allowed in ([other.id], [other.id, self.env.company.id]):
            with self.subTest(allowed=allowed):
                partners = self.env["res.partner"].with_user(self.exporter)
                found = partners.with_context(allowed_company_ids=allowed).search([])
                self.assertIn(theirs, found)
                self.assertNotIn(ours, found)
                self.assertNotIn(self.hidden, found)
        # who does not work in the company that wants it sees all of the other
        stranger = new_test_user(
            self.env,
            "stranger",
            "sales_team.group_sale_salesman",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertEqual(self.visible(stranger, theirs, self.hidden), [True, True])

    def test_off_costs_nothing(self):
        partners = self.env["res.partner"].with_user(self.exporter)
        self.assertIn("discipline_owner_id", partners._search([]).select().code)
        self.env.company.discipline_own_clients_only = False
        self.assertNotIn("discipline", partners._search([]).select().code)

    def test_predicate_and_query_agree(self):
        """What a search finds and what a check allows are the same, for every governed model."""
        events, leads, calls = self.make_work()
        for records in (events, leads, calls):
            for user in (self.exporter, self.salesperson, self.colleague):
                with self.subTest(model=records._name, user=user.login):
                    mine = records.with_user(user)
                    self.assertEqual(
                        mine.search([("id", "in", records.ids)]), mine._filtered_access("read")
                    )

    def make_work(self):
        people = (self.exporter, self.colleague, None)
        clients = (self.own, self.free, self.hidden, self.hidden_child, None)
        start = fields.Datetime.now() + timedelta(days=1)
        pairs = [(user, client) for user in people for client in clients]
        events = self.env["calendar.event"].create(
            [
                {
                    "name": "Meeting",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": user and user.id,
                    "client_id": client and client.id,
                    "is_client_meeting": True,
                    "partner_ids": [Command.set(user.partner_id.ids if user else [])],
                }
                for user, client in pairs
            ]
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": "Lead", "user_id": user and user.id, "partner_id": client and client.id}
                for user, client in pairs
            ]
        )
        calls = self.env["crm.call"].create(
            [
                {"user_id": user and user.id, "partner_id": client and client.id}
                for user, client in pairs
            ]
        )
        self.env.flush_all()
        return events.sorted(), leads.sorted(), calls.sorted()

    # ------------------------------------------------------------
    # TAKING HOLD OF A HIDDEN CLIENT
    # ------------------------------------------------------------

    def test_nobody_takes_hold_of_a_hidden_client(self):
        env = self.env(user=self.exporter)
        start = fields.Datetime.now()
        meeting = {"name": "Meeting", "start": start, "stop": start + timedelta(hours=1)}
        mine = self.exporter.partner_id.ids
        hidden_lead = self.env["crm.lead"].create(
            {"name": SECRET, "user_id": self.colleague.id, "partner_id": self.hidden.id}
        )
        for model_name, values in (
            ("crm.lead", {"name": "Lead", "partner_id": self.hidden.id}),
            ("crm.call", {"partner_id": self.hidden.id}),
            ("crm.call", {"lead_id": hidden_lead.id}),
            ("res.partner", {"name": "Child", "parent_id": self.hidden_company.id}),
            ("crm.data.request", {"kind": "correct", "partner_id": self.hidden.id, "note": "?"}),
            ("crm.data.request", {"name": "Jana Nová", "parent_id": self.hidden_company.id}),
            ("calendar.event", {**meeting, "client_id": self.hidden.id}),
            ("calendar.event", {**meeting, "opportunity_id": hidden_lead.id}),
            ("calendar.event", {**meeting, "partner_ids": [Command.set(mine + self.hidden.ids)]}),
        ):
            with self.subTest(model=model_name, values=values):
                with self.assertRaises(AccessError) as refused:
                    env[model_name].create(values)
                self.assertNotIn(SECRET, str(refused.exception))
                defaults = {f"default_{key}": value for key, value in values.items()}
                with self.assertRaises(AccessError):
                    env[model_name].with_context(**defaults).create({})
        lead = env["crm.lead"].create({"name": "Lead", "partner_id": self.own.id})
        with self.assertRaises(AccessError):
            lead.partner_id = self.hidden.id
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.own.with_user(self.exporter).parent_id = self.hidden_company.id

    def test_onchange_tells_nothing(self):
        env = self.env(user=self.exporter)
        spec = {"phone": {}, "email_from": {}, "partner_id": {"fields": {"display_name": {}}}}
        hidden = self.hidden.id
        with self.assertRaises(AccessError):
            env["crm.lead"].onchange({"partner_id": hidden}, ["partner_id"], spec)
        with self.assertRaises(AccessError):
            env["crm.lead"].onchange({"partner_id": {"id": hidden}}, ["partner_id"], spec)
        with self.assertRaises(AccessError):
            env["crm.lead"].with_context(default_partner_id=hidden).onchange({}, [], spec)
        nested = {"opportunity_ids": [[Command.CREATE, "virtual_1", {"partner_id": hidden}]]}
        for values in (nested, {"child_ids": [[Command.CREATE, "virtual_2", nested]]}):
            with self.assertRaises(AccessError):
                env["res.partner"].onchange(
                    values, list(values), {"opportunity_ids": {"fields": spec}, "child_ids": {}}
                )
        result = env["crm.lead"].onchange({"partner_id": self.own.id}, ["partner_id"], spec)
        self.assertEqual(result["value"]["phone"].replace(" ", ""), f"+420{self.own.phone}")

    # ------------------------------------------------------------
    # WHAT STILL WORKS
    # ------------------------------------------------------------

    def test_meeting_of_a_colleagues_client_opens(self):
        """Who attends sees who the client is, by name; the rest of the client stays hidden."""
        start = fields.Datetime.now() + timedelta(days=1)
        people = self.colleague.partner_id | self.exporter.partner_id | self.hidden
        meeting = self.env["calendar.event"].create(
            {
                "name": "Together",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.colleague.id,
                "partner_ids": [Command.set(people.ids)],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(meeting.client_id, self.hidden)
        mine = meeting.with_user(self.exporter)
        with Form(mine) as form:
            self.assertEqual(form.client_id.id, self.hidden.id)
            self.assertFalse(form.client_phone)
            # the client's data are judged all the same: nothing is asked for that is there
            self.assertFalse(form.missing_items)
            form.location = "Office"
        self.assertEqual(meeting.location, "Office")
        self.assertIn(self.hidden, meeting.partner_ids)
        self.env.invalidate_all()
        self.assertFalse(mine.client_email)
        self.assertIn(SECRET, mine.read(["client_id"])[0]["client_id"][1])
        mine.action_meeting_cancel()
        self.assertEqual(meeting.meeting_status, "cancelled")
        self.assertNotIn(meeting, self.meetings_as(self.salesperson).search([]))

    def test_own_opportunity_of_a_colleagues_client(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Mine",
                "type": "opportunity",
                "user_id": self.exporter.id,
                "partner_id": self.hidden.id,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        mine = lead.with_user(self.exporter)
        with Form(mine) as form:
            form.name = "Mine, renamed"
            form.phone = "+420602000000"
        self.assertEqual(lead.name, "Mine, renamed")
        self.assertEqual(self.hidden.phone, SECRET_PHONE)
        action = mine.action_schedule_meeting()
        defaults = {
            key: value for key, value in action["context"].items() if key.startswith("default_")
        }
        start = fields.Datetime.now() + timedelta(days=1)
        event = (
            self.meetings_as(self.exporter)
            .with_context(**defaults)
            .create({"name": "About it", "start": start, "stop": start + timedelta(hours=1)})
        )
        self.assertEqual(event.client_id, self.hidden)

    def test_own_call_of_a_colleagues_client(self):
        call = self.env["crm.call"].create(
            {"user_id": self.exporter.id, "partner_id": self.hidden.id}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        mine = call.with_user(self.exporter)
        self.assertIn(SECRET, mine.display_name)
        with Form(mine) as form:
            form.note = "Asked for an offer"
        for status in ("callback", "completed"):
            mine.action_set_status(self.ref(f"crm_discipline.call_status_{status}"))
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertTrue(call.is_handled)

    def test_own_request_about_a_client_who_became_a_colleagues(self):
        request = (
            self.env["crm.data.request"]
            .with_user(self.exporter)
            .create({"kind": "correct", "partner_id": self.own.id, "phone": "+420602000000"})
        )
        self.own.user_id = self.colleague
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(request) as form:
            form.phone = "+420603000000"
        self.assertEqual(request.phone_sanitized, "+420603000000")

    def test_person_in_a_colleagues_company(self):
        """Own person in a colleague's company, and own company of a colleague's holding."""
        holding = self.hidden_company.copy({"user_id": self.salesperson.id})
        self.hidden_company.parent_id = holding
        self.hidden_child.write({"user_id": self.exporter.id, "type": "contact"})
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(self.hidden_child.with_user(self.exporter)) as form:
            form.phone = "+420602000000"
        self.assertEqual(self.hidden_child.phone_sanitized, "+420602000000")
        partners = self.hidden_child | self.hidden_company | holding
        mine = partners.with_user(self.exporter)
        self.env.invalidate_all()
        self.assertEqual(mine.search([("id", "in", partners.ids)]), mine.sorted())
        self.assertEqual(mine._filtered_access("read"), mine)
        mine.mapped("application_statistics")

    def test_duplicates_of_colleagues_are_not_counted(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "user_id": user.id, "email_from": "same@firma.cz"}
                for user in (self.exporter, self.colleague)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(leads[0].with_user(self.exporter).duplicate_lead_count, 0)
        self.env.invalidate_all()
        self.assertEqual(leads[0].with_user(self.supervisor).duplicate_lead_count, 1)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_refusal_is_one_clear_sentence(self):
        self.exporter.group_ids = [Command.link(self.ref("base.group_no_one"))]
        for operation in (
            lambda client: client.name,
            lambda client: client.write({"phone": "1"}),
            lambda client: client.read(["phone"]),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError) as refused:
                operation(self.hidden.with_user(self.exporter))
            self.assertIn("colleague's client", str(refused.exception))
            self.assertNotIn(SECRET, str(refused.exception))
