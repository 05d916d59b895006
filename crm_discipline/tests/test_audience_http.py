"""An audience over HTTP: its file, its link to opt out, and what salespeople may not."""

import csv
import io
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.test_cursor import TestCursor
from odoo.tools.misc import Callbacks

from ..models import crm_audience_file
from .audience_common import SendCase


@tagged("post_install", "-at_install")
class TestAudienceHttp(HttpCase, SendCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor.group_ids |= cls.env.ref("base.group_allow_export")
        cls.salesperson.group_ids |= cls.env.ref("base.group_allow_export")
        cls.audience = cls.env["crm.audience"].with_user(cls.supervisor).create(
            cls.prepare_audience()
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        commit = TestCursor.commit

        def commit_and_follow(cr):
            """Do what follows a commit, which Odoo leaves out in tests."""
            following, cr.postcommit = cr.postcommit, Callbacks()
            commit(cr)
            following.run()

        self.patch(TestCursor, "commit", commit_and_follow)

    def fetch(self, kind, user):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/crm_discipline/audience/{self.audience.id}/{kind}")

    def rpc(self, user, model, method, args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        ).json()

    def test_the_file(self):
        self.good.name = "=HYPERLINK(evil)"
        answer = self.fetch("csv", self.supervisor)
        self.assertEqual(answer.status_code, 200)
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        names = [row[0] for row in rows[1:]]
        left = self.good + self.second + self.missing + self.invalid + self.wrong
        self.assertEqual(len(names), len(left))
        self.assertIn("'=HYPERLINK(evil)", names)
        self.assertNotIn(self.blocked.name, names)
        self.assertTrue(any("+420601000002" in row for row in rows[1:]), rows)
        logged = self.env["crm.client.read.log"].search(
            [("user_id", "=", self.supervisor.id), ("way", "=", "export")]
        )
        self.assertEqual(logged.client_count, len(left))
        spreadsheet = self.fetch("xlsx", self.supervisor)
        sheet = load_workbook(io.BytesIO(spreadsheet.content)).active
        self.assertEqual([[cell.value or "" for cell in row] for row in sheet.iter_rows()], rows)

    def test_a_spreadsheet_that_would_end_in_the_middle(self):
        with patch.object(crm_audience_file, "SHEET_ROWS", 4):
            with self.assertRaisesRegex(UserError, "place for 4 clients"):
                self.audience.action_export_xlsx()
            answer = self.fetch("xlsx", self.supervisor)
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Take the CSV file", answer.text)
            self.assertEqual(self.fetch("csv", self.supervisor).status_code, 200)

    def test_the_file_is_among_the_actions(self):
        for kind in ("csv", "xlsx"):
            action = self.env.ref(f"crm_discipline.crm_audience_action_export_{kind}")
            chosen = {
                "active_model": "crm.audience",
                "active_id": self.audience.id,
                "active_ids": self.audience.ids,
            }
            found = action.with_user(self.supervisor).with_context(**chosen).run()
            self.assertEqual(found["url"], f"/crm_discipline/audience/{self.audience.id}/{kind}")
            with self.assertRaises(AccessError):
                action.with_user(self.salesperson).with_context(**chosen).run()

    def test_the_file_is_not_for_everybody(self):
        for user in (self.salesperson, self.operator, self.employee, self.portal_user):
            for kind in ("csv", "xlsx"):
                with self.subTest(user=user.login, kind=kind):
                    self.assertEqual(self.fetch(kind, user).status_code, 404)
        self.authenticate(None, None)
        path = f"/crm_discipline/audience/{self.audience.id}/csv"
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        self.supervisor.group_ids -= self.env.ref("base.group_allow_export")
        self.assertEqual(self.fetch("csv", self.supervisor).status_code, 404)
        self.assertEqual(self.fetch("exe", self.supervisor).status_code, 404)

    def test_what_salespeople_may_not_over_rpc(self):
        audience = self.audience
        for method, args in (
            ("write", [audience.ids, {"name": "Mine"}]),
            ("unlink", [audience.ids]),
            ("create", [[{"name": "Mine"}]]),
            ("read", [audience.ids, ["domain"]]),
            ("action_refresh", [audience.ids]),
            ("action_request_fixes", [audience.ids]),
            ("action_send", [audience.ids]),
            ("action_export_csv", [audience.ids]),
        ):
            with self.subTest(method=method):
                answer = self.rpc(self.salesperson, "crm.audience", method, args)
                self.assertIn("AccessError", str(answer["error"]))
        found = self.rpc(
            self.salesperson, "crm.audience.member", "search_read", [[], ["partner_id"]]
        )
        ids = {row["partner_id"][0] for row in found["result"]}
        self.assertNotIn(self.second.id, ids)
        self.assertIn(self.good.id, ids)

    def test_opting_out_by_the_link(self):
        self.send(self.audience)
        member = self.member(self.audience, self.second)
        path = "/" + member._get_opt_out_url().split("/", 3)[3]
        self.authenticate(None, None)
        self.assertIn("No more e-mails", self.url_open(path).text)
        self.assertEqual(self.second.email_state, "ok", "A link that is only opened does nothing.")
        answer = self.url_open(path, data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.second.email_state, "opted_out")
        consent = self.env["crm.consent"].search([("address", "=", "eva@example.com")])
        self.assertIn("Spring sale", consent.source)
        self.assertFalse(consent.user_id)
        for wrong in ("x", "ř"):
            self.assertEqual(self.url_open(path[:-1] + wrong).status_code, 404)
