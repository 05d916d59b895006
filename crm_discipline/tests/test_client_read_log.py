"""Bulk reading is visible to supervisors, and nothing else is noted."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.test_cursor import TestCursor
from odoo.tools.misc import Callbacks

from .common import DisciplineCase

LIMIT = 30


@tagged("post_install", "-at_install")
class TestPrivacyReadLog(HttpCase, DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_read_limit = LIMIT
        cls.exporter = new_test_user(
            cls.env, "exporter", "sales_team.group_sale_salesman,base.group_allow_export"
        )
        cls.clients = cls.env["res.partner"].create(
            [{"name": f"Client Number{n}", "email": f"c{n}@example.com"} for n in range(60)]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": f"Lead {n}", "partner_id": client.id, "user_id": cls.exporter.id}
                for n, client in enumerate(cls.clients)
            ]
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        commit = TestCursor.commit

        def commit_and_follow(cr):
            """Do what follows a commit, which Odoo leaves out in tests."""
            following, cr.postcommit = cr.postcommit, Callbacks()
            commit(cr)
            following.run()

        self.patch(TestCursor, "commit", commit_and_follow)
        self.authenticate("exporter", "exporter")

    def call(self, model, method, *args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", answer)
        return answer["result"]

    def read_list(self, clients):
        return self.call(
            "res.partner",
            "web_search_read",
            [("id", "in", clients.ids)],
            specification={"name": {}, "email": {}},
            limit=80,
        )

    def shown(self):
        """What the supervisor sees: ``[(way, clients)]``."""
        self.env.invalidate_all()
        logs = self.env["crm.client.read.log"].with_user(self.supervisor).search([])
        logs = logs.filtered(lambda log: log.user_id == self.exporter)
        return sorted((log.way, log.client_count) for log in logs)

    def test_usual_day_makes_no_noise(self):
        for _times in range(3):
            self.read_list(self.clients[:20])
        self.call("res.partner", "web_read", self.clients[40].ids, specification={"name": {}})
        self.call("res.partner", "name_search", "Client", limit=8)
        self.call(
            "crm.lead", "web_search_read", [], specification={"name": {}, "stage_id": {}}, limit=80
        )
        self.assertEqual(self.shown(), [])

    def test_shown_as_soon_as_the_limit_is_passed(self):
        self.read_list(self.clients[:20])
        self.assertEqual(self.shown(), [])
        self.read_list(self.clients[5:35])
        self.assertEqual(self.shown(), [("screen", 35)])
        self.read_list(self.clients)
        self.assertEqual(self.shown(), [("screen", 60)])

    def test_every_way_counts(self):
        partners, leads = self.clients.ids, self.leads.ids
        ways = [
            ("res.partner", "read", (partners,), {"fields": ["email"]}),
            ("res.partner", "search_read", ([("id", "in", partners)],), {"fields": ["email"]}),
            ("res.partner", "web_read", (partners,), {"specification": {"email": {}}}),
            ("res.partner", "name_search", ("Client", [("id", "in", partners)]), {"limit": 100}),
            (
                "res.partner",
                "formatted_read_group",
                ([("id", "in", partners)],),
                {"groupby": [], "aggregates": ["email:array_agg"]},
            ),
            (
                "res.partner",
                "formatted_read_group",
                ([("id", "in", partners)],),
                {"groupby": ["email"], "aggregates": ["__count"]},
            ),
            (
                "res.partner",
                "web_read_group",
                ([("id", "in", partners)],),
                {"groupby": ["email"]},
            ),
            ("crm.lead", "read", (leads,), {"fields": ["email_from"]}),
            (
                "crm.lead",
                "web_read",
                (leads,),
                {"specification": {"partner_id": {"fields": {"email": {}}}}},
            ),
        ]
        for model, method, args, kwargs in ways:
            with self.subTest(model=model, method=method, kwargs=kwargs):
                self.env.cr.execute("DELETE FROM crm_client_read_seen")
                self.env.cr.execute("DELETE FROM crm_client_read_log")
                self.call(model, method, *args, **kwargs)
                self.assertEqual(self.shown(), [("screen", 60)])

    def test_groups_by_what_is_no_clients_own_are_not_counted(self):
        self.call(
            "res.partner",
            "formatted_read_group",
            [],
            groupby=["user_id", "city"],
            aggregates=["__count"],
        )
        self.assertEqual(self.shown(), [])

    def test_rpc_is_counted_however_little_is_asked(self):
        key = self.env["res.users.apikeys"].with_user(self.exporter).sudo()
        key = key._generate("rpc", "Test", fields.Datetime.now() + timedelta(days=1))
        for client in self.clients[: LIMIT + 1]:
            response = self.url_open(
                "/json/2/res.partner/read",
                data=json.dumps({"ids": client.ids, "fields": ["email"]}),
                headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
            )
            self.assertEqual(response.status_code, 200)
        self.assertEqual(self.shown(), [("api", LIMIT + 1)])

    def test_every_export_is_shown(self):
        for _times in range(2):
            self.call("res.partner", "export_data", self.clients[:3].ids, ["name", "email"])
        self.call("crm.lead", "export_data", self.leads[:2].ids, ["partner_id/email"])
        self.assertEqual(self.shown(), [("export", 2), ("export", 3), ("export", 3)])

    def test_printing(self):
        report = self.env["ir.actions.report"].create(
            {
                "name": "Clients",
                "model": "res.partner",
                "report_type": "qweb-html",
                "report_name": "crm_discipline.report_test",
            }
        )
        self.env["ir.ui.view"].create(
            {
                "name": "report_test",
                "key": "crm_discipline.report_test",
                "type": "qweb",
                "arch": "<t t-name='crm_discipline.report_test'><p t-foreach='docs' t-as='doc' t-out='doc.name'/></t>",
            }
        )
        ids = ",".join(map(str, self.clients.ids))
        response = self.url_open(f"/report/html/{report.report_name}/{ids}")
        self.assertIn("Client Number59", response.text)
        self.assertEqual(self.shown(), [("print", 60)])

    def test_no_limit_logs_exports_only(self):
        self.env.company.discipline_read_limit = 0
        self.env.flush_all()
        self.read_list(self.clients)
        self.call("res.partner", "export_data", self.clients[:3].ids, ["name"])
        self.assertEqual(self.shown(), [("export", 3)])
        self.env.cr.execute("SELECT count(*) FROM crm_client_read_seen")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_nobody_changes_or_deletes_it(self):
        self.call("res.partner", "export_data", self.clients[:3].ids, ["name"])
        log = self.env["crm.client.read.log"].search([])
        admin = self.env.ref("base.user_admin")
        for user in (self.exporter, self.supervisor, self.manager, admin):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(log.with_user(user).has_access(operation), (user.login, operation))
            with self.assertRaises(AccessError):
                log.with_user(user).unlink()
        with self.assertRaises(AccessError):
            log.with_user(self.exporter).mapped("client_count")

    def test_forgotten_in_time(self):
        self.env.company.discipline_read_log_days = 100
        self.read_list(self.clients)
        self.call("res.partner", "export_data", self.clients[:3].ids, ["name"])
        self.env.flush_all()
        Log = self.env["crm.client.read.log"]

        def age(days):
            for table in ("crm_client_read_log", "crm_client_read_seen"):
                self.env.cr.execute(f"UPDATE {table} SET date = date - %s", (days,))
            Log._gc_client_reads()
            self.env.cr.execute("SELECT count(*) FROM crm_client_read_seen")
            return self.env.cr.fetchone()[0], Log.search_count([])

        self.assertEqual(age(1), (60, 2))
        self.assertEqual(age(9), (0, 2))
        self.assertEqual(age(89), (0, 2))
        self.assertEqual(age(3), (0, 0))

    def test_of_another_company_is_not_seen(self):
        self.call("res.partner", "export_data", self.clients[:3].ids, ["name"])
        other = self.env["res.company"].create({"name": "Other Company"})
        self.env["crm.client.read.log"].search([]).company_id = other
        self.assertEqual(self.shown(), [])
