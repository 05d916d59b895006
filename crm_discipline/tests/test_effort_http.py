"""Time in the CRM over real HTTP, and measured by a real browser."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisciplineCase

ROUTE = "/crm_discipline/effort"


@tagged("post_install", "-at_install")
class TestEffortHttp(HttpCase, DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.effort"].search([]).unlink()
        cls.company = cls.env.company
        cls.company.discipline_track_effort = True

    def kept(self):
        self.env.invalidate_all()
        return self.env["crm.effort"].search([], order="id")

    def post(self, body, content_type="application/json"):
        return self.url_open(
            ROUTE,
            data=body if isinstance(body, str) else json.dumps(body),
            headers={"Content-Type": content_type},
            allow_redirects=False,
        )

    def body(self, batch="0123abcd", **values):
        operations = [["contact_edit", 1500, 2, 9, 0]]
        return {
            "batches": [
                {
                    "id": batch,
                    "company": self.company.id,
                    "ago": 0,
                    "operations": operations,
                    **values,
                }
            ]
        }

    def test_kept_for_the_caller(self):
        self.authenticate("seller", "seller")
        for _ in range(2):
            response = self.post(self.body())
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.json(), {"received": ["0123abcd"], "is_on": True})
        kept = self.kept()
        self.assertEqual((kept.user_id, kept.seconds), (self.salesperson, 1.5))

    @mute_logger("odoo.http")
    def test_refused_as_a_whole(self):
        self.authenticate("seller", "seller")
        good = self.body()["batches"][0]
        for body, words in (
            ("{", "JSON"),
            ({"batches": [good, {**good, "id": "0123abce", "ago": "x"}]}, "batches[1].ago"),
            ({"batches": [good, {**good, "id": "0123abce", "user": 1}]}, "'user'"),
            (self.body(reads={"res.partner": -5}), "reads.res.partner"),
        ):
            response = self.post(body)
            self.assertEqual(response.status_code, 400)
            self.assertIn(words, response.json()["message"])
        # what a form of another site can send
        self.assertEqual(self.post(json.dumps(self.body()), "text/plain").status_code, 400)
        self.assertEqual(self.post(" " * (1 << 19)).status_code, 413)
        self.assertFalse(self.kept())

    def test_nobody(self):
        self.assertIn(self.post(self.body()).status_code, (302, 303))
        self.assertFalse(self.kept())

    def test_off(self):
        self.company.discipline_track_effort = False
        self.authenticate("seller", "seller")
        self.assertEqual(self.post(self.body()).json(), {"received": ["0123abcd"], "is_on": False})
        self.assertFalse(self.kept())

    def test_who_reads(self):
        self.authenticate("seller", "seller")
        self.post(self.body())
        for login, seen in (
            ("seller", 1),
            ("overseer", 1),
            ("colleague", 0),
            ("keeper", 0),
            ("employee", None),
            ("visitor", None),
        ):
            with self.subTest(login=login), mute_logger("odoo.http"):
                self.authenticate(login, login)
                answer = self.url_open(
                    "/web/dataset/call_kw/crm.effort.report/search_count",
                    data=json.dumps(
                        {
                            "params": {
                                "model": "crm.effort.report",
                                "method": "search_count",
                                "args": [[["kind", "=", "contact_edit"]]],
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertEqual(answer.get("result"), seen)

    def test_session_says_what_is_measured(self):
        def told(login):
            self.authenticate(login, login)
            answer = self.url_open(
                "/web/session/get_session_info",
                data="{}",
                headers={"Content-Type": "application/json"},
            )
            return answer.json()["result"].get("crm_effort")

        self.assertEqual(told("seller")["companies"], self.company.ids)
        self.assertFalse(told("employee"))
        self.assertFalse(told("visitor"))
        self.company.discipline_track_effort = False
        self.assertFalse(told("seller"))

    def test_a_contact_is_edited(self):
        """A person edits a contact: one operation is kept, though it is sent twice."""
        self.client.user_id = self.salesperson
        self.start_tour(
            f"/odoo/res.partner/{self.client.id}", "discipline_effort_tour", login="seller"
        )
        kept = self.kept()
        edited = kept.filtered(lambda row: row.kind == "contact_edit")
        self.assertEqual(len(edited), 1)
        self.assertEqual((edited.user_id, edited.model), (self.salesperson, "res.partner"))
        self.assertGreater(edited.clicks, 0)
        self.assertGreater(edited.seconds, 0)
        self.assertFalse((kept - edited).filtered(lambda row: row.kind != "read"))

    def test_off_listens_to_nothing(self):
        self.company.discipline_track_effort = False
        self.start_tour(
            f"/odoo/res.partner/{self.client.id}", "discipline_effort_off_tour", login="seller"
        )
        self.assertFalse(self.kept())
