"""Data requests over real HTTP: companies kept apart, and two operators at once."""

import json

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RequestCase
from .json_common import JsonCase


class RequestHttpCase(JsonCase, RequestCase):
    def call(self, user, method, model="crm.data.request", **arguments):
        """Call JSON-2 as ``user``; return the status and the answer's JSON."""
        response = self.post(user, model, method, **arguments)
        return response.status_code, response.json()


@tagged("post_install", "-at_install")
class TestDataRequestCompanies(RequestHttpCase):
    """Nobody of another company sees, takes, settles or writes what is this company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.strangers = {
            role: new_test_user(
                cls.env,
                f"stranger_{role}",
                f"{group},base.group_allow_export",
                company_id=cls.other_company.id,
                company_ids=[Command.set(cls.other_company.ids)],
                tz="UTC",
            )
            for role, group in (
                ("salesperson", "sales_team.group_sale_salesman"),
                ("operator", "crm_discipline.group_operator"),
                ("supervisor", "crm_discipline.group_supervisor"),
                ("manager", "sales_team.group_sale_manager"),
            )
        }
        cls.waiting = cls.env["crm.data.request"].create(
            {"name": "Eva Secretová", "phone": "+420602111222", "note": "Secret"}
        )
        cls.taken = cls.waiting.copy({"name": "Ota Secret"})
        cls.taken.with_user(cls.operator).action_take()
        cls.both = cls.waiting | cls.taken
        cls.env.flush_all()

    def picture(self):
        self.env.invalidate_all()
        return self.both.read(["name", "note", "state", "operator_id", "partner_id", "write_date"])

    @mute_logger(
        "odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule"
    )
    def test_nobody_of_another_company_acts_on_it(self):
        stranger = self.env["res.partner"].create(
            {"name": "Petr Cizí", "company_id": self.other_company.id}
        )
        before = self.picture()
        for ids in (self.waiting.ids, self.taken.ids):
            refused = {
                "read": {"fields": ["name"]},
                "web_read": {"specification": {"name": {}}},
                "export_data": {"fields_to_export": ["name"]},
                "write": {"vals": {"note": "Mine"}},
                "web_save": {"vals": {"note": "Mine"}, "specification": {}},
                "unlink": {},
                "copy": {},
                "message_post": {"body": "Hello"},
                "action_take": {},
                "action_apply": {},
                "action_reject": {"reason": "No"},
                "action_give_back": {},
                "action_link": {"partner_id": stranger.id},
                "action_unlink_client": {},
                "action_merge_duplicate": {"partner_id": stranger.id},
                "action_ask_again": {},
            }
            for role, user in self.strangers.items():
                for method, arguments in refused.items():
                    with self.subTest(role=role, method=method):
                        status, answer = self.call(user, method, ids=ids, **arguments)
                        self.assertEqual(status, 403, answer)
                        self.assertNotIn("Secret", json.dumps(answer))
        self.assertEqual(self.picture(), before)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_nobody_of_another_company_finds_it(self):
        total = {"domain": [], "groupby": [], "aggregates": ["id:array_agg"]}
        by_name = {"domain": [], "groupby": ["name"], "aggregates": ["__count"]}
        asked = [
            ("search_count", {"domain": []}, 0),
            ("search_read", {"domain": [], "fields": ["name"]}, []),
            ("name_search", {"name": "Secret"}, []),
            (
                "web_search_read",
                {"domain": [], "specification": {"name": {}}},
                {"length": 0, "records": []},
            ),
            ("formatted_read_group", by_name, []),
            ("formatted_read_group", total, [{"__extra_domain": [[1, "=", 1]], "id:array_agg": []}]),
            ("get_counts", {"context": {}}, {"waiting": 0, "rejected": 0}),
        ]  # fmt: skip
        for role, user in self.strangers.items():
            for method, arguments, nothing in asked:
                with self.subTest(role=role, method=method):
                    self.assertEqual(self.call(user, method, **arguments), (200, nothing))
        status, answer = self.call(self.strangers["operator"], "action_take_next", ids=[])
        self.assertEqual((status, answer["tag"]), (200, "display_notification"))
        # while those of this company do find it
        self.assertIn(
            self.waiting.id, self.call(self.operator, "search", domain=[["state", "=", "new"]])[1]
        )

    @mute_logger(
        "odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule"
    )
    def test_nobody_asks_in_another_company_s_name(self):
        user = self.strangers["salesperson"]
        values = {"name": "Jan Nový", "phone": "+420602000999"}
        status, ids = self.call(user, "create", vals_list=[values])
        self.assertEqual(status, 200, ids)
        request = self.env["crm.data.request"].browse(ids)
        self.assertEqual(request.company_id, self.other_company)
        self.assertNotIn(request.id, self.call(self.operator, "search", domain=[])[1])
        for more in (
            {"company_id": self.env.company.id},
            {"previous_id": self.waiting.id},
        ):
            status, answer = self.call(user, "create", vals_list=[{**values, **more}])
            self.assertEqual(status, 403, answer)
        status, answer = self.call(user, "write", ids=ids, vals={"company_id": self.env.company.id})
        self.assertEqual(status, 403, answer)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_who_works_in_both_sees_what_is_chosen(self):
        self.operator.company_ids |= self.other_company
        theirs = self.call(
            self.strangers["salesperson"], "create", vals_list=[{"name": "Jan Nový"}]
        )[1]
        for companies, seen in (
            (self.other_company.ids, theirs),
            (self.env.company.ids, self.waiting.ids),
            ((self.other_company | self.env.company).ids, sorted(theirs + self.waiting.ids)),
        ):
            answer = self.call(
                self.operator,
                "search",
                domain=[["id", "in", theirs + self.waiting.ids]],
                context={"allowed_company_ids": companies},
            )
            self.assertEqual((answer[0], sorted(answer[1])), (200, seen))


@tagged("post_install", "-at_install")
class TestTwoOperatorsHttp(RequestHttpCase):
    def at_once(self, *calls):
        """Call requests as several users at the same moment; return the statuses and answers."""
        return self.post_at_once(
            *((user, "crm.data.request", method, arguments) for user, method, arguments in calls)
        )

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_one_gets_it_and_the_other_is_told_who(self):
        operators = (self.operator, self.other_operator)
        for method, arguments in (
            ("action_take", {}),
            ("action_apply", {}),
            ("action_reject", {"reason": "No such client"}),
        ):
            request = self.ask()
            with self.subTest(method=method):
                answers = self.at_once(
                    *((user, method, {"ids": request.ids, **arguments}) for user in operators)
                )
                self.assertEqual(sorted(status for status, _answer in answers), [200, 422])
                winner = operators[[status for status, _answer in answers].index(200)]
                self.assertEqual(request.operator_id, winner)
                [refusal] = [answer["message"] for status, answer in answers if status == 422]
                self.assertIn(request.display_name, refusal)
                if method == "action_take":
                    self.assertIn(winner.name, refusal)

    def test_next_gives_each_another(self):
        Request = self.env["crm.data.request"]
        Request.search([("state", "in", ("new", "in_progress"))]).unlink()
        waiting = self.ask() | self.ask(surname="Nová")
        answers = self.at_once(
            (self.operator, "action_take_next", {"ids": []}),
            (self.other_operator, "action_take_next", {"ids": []}),
        )
        self.assertEqual({status for status, _answer in answers}, {200})
        self.assertEqual({answer["res_id"] for _status, answer in answers}, set(waiting.ids))
        self.assertEqual(waiting.operator_id, self.operator | self.other_operator)
