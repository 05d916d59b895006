"""Who brought a client, and when."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DisciplineCase

BEFORE = datetime(2024, 3, 4, 9, 0)


class TestAcquired(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env.ref("base.group_partner_manager")
        for user in (cls.salesperson, cls.colleague, cls.supervisor):
            user.group_ids += partners

    def enter(self, user, **values):
        return self.env["res.partner"].with_user(user).create({"name": "Petr Malý", **values})

    def assertAcquired(self, partner, user):
        self.assertEqual(partner.sudo().acquired_by_id, user)
        self.assertEqual(bool(partner.sudo().acquired_on), bool(user))

    def test_the_salesperson_else_who_enters_it(self):
        nobody = self.env["res.users"]
        both = self.operator.copy({"login": "both"})
        both.group_ids += self.env.ref("sales_team.group_sale_salesman")
        for user, values, expected in (
            (self.salesperson, {}, self.salesperson),
            (self.salesperson, {"user_id": self.colleague.id}, self.colleague),
            (self.operator, {}, nobody),
            (self.operator, {"user_id": self.colleague.id}, self.colleague),
            (both, {}, nobody),
            (self.supervisor, {}, nobody),
        ):
            with self.subTest(user=user.login, values=values):
                self.assertAcquired(self.enter(user, **values), expected)
        self.env["crm.team.member"].create(
            {
                "user_id": self.supervisor.id,
                "crm_team_id": self.env["crm.team"].search([], limit=1).id,
            }
        )
        self.assertAcquired(self.enter(self.supervisor), self.supervisor)

    def test_a_person_of_a_company_is_its_salesperson_s(self):
        self.company_client.user_id = self.colleague
        inside = {"parent_id": self.company_client.id}
        self.assertAcquired(self.enter(self.salesperson, **inside), self.colleague)
        self.company_client.with_user(self.salesperson).child_ids = [
            Command.create({"name": "Eva Malá", "user_id": self.salesperson.id})
        ]
        eva = self.company_client.child_ids.filtered(lambda child: child.name == "Eva Malá")
        self.assertAcquired(eva, self.salesperson)

    def test_no_client_no_credit(self):
        nobody = self.env["res.users"]
        address = self.enter(self.salesperson, type="delivery", parent_id=self.client.id)
        self.assertAcquired(address, nobody)
        # automation makes it for nobody, or for the salesperson whom it names
        self.assertAcquired(self.enter(self.salesperson).sudo().copy(), nobody)
        automatic = self.env["res.partner"].with_user(self.salesperson).sudo()
        self.assertAcquired(automatic.create({"name": "Web Visitor"}), nobody)
        named = automatic.create({"name": "Web Visitor", "user_id": self.colleague.id})
        self.assertAcquired(named, self.colleague)

    def test_a_colleague_is_no_client(self):
        self.salesperson.group_ids += self.env.ref("base.group_erp_manager")
        users = self.env["res.users"].with_user(self.salesperson)
        colleague = users.create({"name": "New Colleague", "login": "new"})
        self.assertAcquired(colleague.partner_id, self.env["res.users"])
        portal = self.env.ref("base.group_portal")
        visitor = users.create(
            {"name": "Visitor", "login": "v", "group_ids": [Command.set(portal.ids)]}
        )
        self.assertAcquired(visitor.partner_id, self.salesperson)
        # who was a client keeps whose they were
        client = self.enter(self.salesperson)
        users.create({"name": client.name, "login": "client", "partner_id": client.id})
        self.assertAcquired(client, self.salesperson)

    def test_a_lead_s_customer_is_the_lead_s_salesperson_s(self):
        lead = self.env["crm.lead"].create(
            {"name": "Desks", "contact_name": "Iva Nová", "user_id": self.colleague.id}
        )
        lead.with_user(self.supervisor)._handle_partner_assignment(create_missing=True)
        self.assertAcquired(lead.partner_id, self.colleague)

    def test_reassigning_changes_nothing(self):
        client = self.enter(self.salesperson)
        client.sudo().acquired_on = BEFORE
        client.with_user(self.supervisor).user_id = self.colleague
        client.with_user(self.supervisor).parent_id = self.company_client
        self.assertEqual(client.acquired_by_id, self.salesperson)
        self.assertEqual(client.acquired_on, BEFORE)
        self.assertAcquired(client.with_user(self.colleague).copy(), self.colleague)

    def test_only_supervisors_correct_it(self):
        client = self.enter(self.salesperson)
        for user in (self.colleague, self.salesperson, self.operator):
            for values in ({"acquired_by_id": user.id}, {"acquired_on": BEFORE}):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    client.with_user(user).write(values)
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    self.enter(user, **values)
            access = client.with_user(user).fields_get(["acquired_by_id"])
            self.assertTrue(access["acquired_by_id"]["readonly"])
        corrected = client.with_user(self.supervisor)
        self.flush_tracking()
        corrected.acquired_by_id = self.colleague
        self.flush_tracking()
        self.assertAcquired(client, self.colleague)
        changes = client.sudo().message_ids.tracking_value_ids
        self.assertIn(self.colleague.name, changes.mapped("new_value_char"))
        corrected.acquired_by_id = False
        self.assertAcquired(client, self.env["res.users"])
        corrected.acquired_by_id = self.salesperson
        self.assertEqual(client.acquired_on, client.create_date)
        given = self.enter(self.supervisor, acquired_by_id=self.colleague.id, acquired_on=BEFORE)
        self.assertEqual((given.acquired_by_id, given.acquired_on), (self.colleague, BEFORE))

    def test_what_a_screen_says_does_not_reach_code_with_all_rights(self):
        partners = self.env["res.partner"].with_user(self.salesperson)
        partners = partners.with_context(default_acquired_by_id=self.salesperson.id)
        made = partners.create({"name": "Petr Malý", "user_id": self.colleague.id})
        self.assertAcquired(made, self.colleague)
        made = partners.sudo().create({"name": "Petr Malý", "user_id": self.colleague.id})
        self.assertAcquired(made, self.colleague)

    def test_it_costs_no_query(self):
        partners = self.env["res.partner"].with_user(self.salesperson)
        values = [{"name": f"Client {number}"} for number in range(10)]
        partners.create(values)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        made = partners.create(values)
        self.env.flush_all()
        self.assertEqual(made.acquired_by_id, self.salesperson)
        queries = self.env.cr.sql_log_count - before
        self.patch(type(partners), "_compute_acquired_by_id", lambda partners: None)
        before = self.env.cr.sql_log_count
        partners.create(values)
        self.env.flush_all()
        self.assertEqual(queries, self.env.cr.sql_log_count - before)

    def test_clients_from_before_stay_without(self):
        """The columns are there before the ORM would compute them for everybody."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            "ALTER TABLE res_partner DROP COLUMN acquired_by_id CASCADE, DROP COLUMN acquired_on"
        )
        self.registry.init_models(cr, ["res.partner"], {"module": "crm_discipline"})
        self.env.flush_all()
        cr.execute("SELECT count(*) FROM res_partner WHERE acquired_by_id IS NOT NULL")
        self.assertEqual(cr.fetchone(), (0,))


@tagged("post_install", "-at_install")
class TestAcquiredHttp(HttpCase):
    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_salespeople_give_themselves_no_clients(self):
        seller = new_test_user(
            self.env, "rpc_seller", "sales_team.group_sale_salesman,base.group_partner_manager"
        )
        client = self.env["res.partner"].create({"name": "Jana Nováková"})
        key = self.env["res.users.apikeys"].with_user(seller).sudo()._generate("rpc", "Test", None)
        headers = {"Authorization": f"Bearer {key}"}
        for method, arguments in (
            ("write", {"ids": client.ids, "vals": {"acquired_by_id": seller.id}}),
            ("create", {"vals_list": [{"name": "Eva", "acquired_by_id": seller.id}]}),
        ):
            with self.subTest(method=method):
                answer = self.url_open(
                    f"/json/2/res.partner/{method}", json=arguments, headers=headers
                )
                self.assertEqual(answer.status_code, 403)
        self.assertFalse(client.acquired_by_id)
