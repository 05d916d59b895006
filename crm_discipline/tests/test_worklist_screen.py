"""The work list over HTTP and on the screen, as a salesperson uses it."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common import CallCase, DisciplineCase

MODEL = "crm.discipline.worklist"


class TestWorklistHttp(HttpCase, DisciplineCase):
    """Over HTTP, as the role that does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = new_test_user(
            cls.env, "worker", "sales_team.group_sale_salesman", name="Worker Tester", tz="UTC"
        )

    def partner(self, name, **values):
        return self.env["res.partner"].create({"name": name, "user_id": self.worker.id, **values})

    def call(self, user, model, method, args=(), **kwargs):
        user.password = "long enough 1"
        self.authenticate(user.login, "long enough 1")
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        ).json()

    def test_read_and_save_as_a_salesperson(self):
        client = self.partner("Malá")
        page = self.call(self.worker, MODEL, "get_page", limit=5)["result"]
        [item] = page["items"]
        self.assertEqual((item["model"], item["id"]), ("res.partner", client.id))
        saved = self.call(
            self.worker,
            "res.partner",
            "web_save",
            [client.ids, {"name": "Eva Malá", "phone": "+420602718393"}],
            specification={"missing_items": {}},
        )["result"]
        self.assertFalse(saved[0]["missing_items"])
        self.assertEqual(self.call(self.worker, MODEL, "get_page")["result"]["total"], 0)

    def test_the_split_holds(self):
        client = self.partner("Malá")
        self.env.company.discipline_operator_split = True
        with mute_logger("odoo.http"):
            refused = self.call(
                self.worker,
                "res.partner",
                "web_save",
                [client.ids, {"phone": "+420602718393"}],
                specification={},
            )
        self.assertEqual(refused["error"]["data"]["name"], "odoo.exceptions.AccessError")
        page = self.call(self.worker, MODEL, "get_page")["result"]
        [item] = page["items"]
        model, client_id, method = item["ask"]
        action = self.call(self.worker, model, method, [[client_id]])["result"]
        self.assertEqual(action["res_model"], "crm.data.request")

    def test_others_are_refused(self):
        for user in (self.employee, self.operator):
            with self.subTest(user=user.login), mute_logger("odoo.http"):
                answer = self.call(user, MODEL, "get_page")
                self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")


class TestWorklistTours(HttpCase, CallCase):
    """By keyboard, one after another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.client.user_id = cls.salesperson
        cls.plan = cls.env["crm.plan"].create(
            {
                "period": "custom",
                "date_from": today - timedelta(days=30),
                "date_to": today + timedelta(days=30),
                "target_ids": [
                    Command.create(
                        {
                            "user_id": cls.salesperson.id,
                            "metric_id": cls.env.ref("crm_discipline.metric_meetings").id,
                            "target": 5,
                        }
                    )
                ],
            }
        )
        cls.plan.action_start()

    def make_held(self, name, hours=3, client=None, **values):
        start = fields.Datetime.now() - timedelta(hours=hours)
        held = {"meeting_status": "held", "meeting_result_id": self.agreed.id, **values}
        held.update(start=start, stop=start, user_id=self.salesperson.id)
        client = self.surname_only if client is None else client
        return self.env["calendar.event"].create(
            self.prepare_meeting(name=name, client=client, **held)
        )

    def run_tour(self, tour, path="complete-my-data"):
        self.start_tour(f"/odoo/{path}", tour, login=self.salesperson.login)

    def test_one_after_another(self):
        meeting = self.make_held("Sunrise")
        other = self.env["res.partner"].create({"name": "Petr Malý"})
        skipped = self.make_held("Sunset", hours=4, client=other)
        old, older = (fields.Datetime.now() - timedelta(days=days) for days in (2, 3))
        client, left = self.env["res.partner"].create(
            [
                {"name": "Malá", "phone": "+420602718394", "acquired_on": old},
                {"name": "Holub", "phone": "+420602718395", "acquired_on": older},
            ]
        )
        (client | left).user_id = self.salesperson
        self.run_tour("discipline_complete_data_tour")
        self.assertTrue(meeting.is_data_complete)
        self.assertEqual(self.surname_only.name, "Petr Dvořák")
        self.assertEqual(self.surname_only.phone, "+420602718393")
        self.assertFalse(skipped.is_data_complete)
        self.assertEqual((client.name, left.name), ("Eva Malá", "Holub"))
        self.assertEqual(self.plan.target_ids.actual, 1)

    def test_a_result(self):
        meeting = self.make_held("Sunrise", client=self.client, meeting_result_id=False)
        self.run_tour("discipline_complete_result_tour")
        self.assertTrue(meeting.meeting_result_id)
        self.assertTrue(meeting.is_data_complete)

    def test_what_the_operators_keep(self):
        self.env.company.discipline_operator_split = True
        client = self.env["res.partner"].create({"name": "Malá", "phone": "+420602718394"})
        client.user_id = self.salesperson
        self.run_tour("discipline_complete_split_tour")
        request = self.env["crm.data.request"].search([("partner_id", "=", client.id)])
        self.assertEqual(request.requested_by_id, self.salesperson)
        self.assertEqual(client.phone, "+420602718394")

    def test_findings(self):
        self.env.company.discipline_findings_block_count = True
        mended = self.make_held("xxx", client=self.client)
        right = self.make_held("yyy", hours=4, client=self.client)
        self.env.company.discipline_placeholders = "xxx, yyy"
        kind = self.env.ref("crm_discipline.finding_kind_placeholder_subject")
        self.env.flush_all()
        kind._look_at((mended | right).ids)
        self.run_tour("discipline_complete_finding_tour")
        self.assertEqual(mended.name, "Offer")
        finding = self.env["crm.discipline.finding"].search(
            [("res_model", "=", "calendar.event"), ("res_id", "in", (mended | right).ids)]
        )
        self.assertEqual((finding.res_id, finding.is_right), (right.id, True))

    def test_from_the_plan(self):
        self.surname_only.name = "Petr Dvořák"
        meeting = self.make_held("Sunrise")
        self.run_tour("discipline_complete_from_plan_tour", "my-plan")
        self.assertTrue(meeting.is_data_complete)

    def test_nothing_to_complete(self):
        self.run_tour("discipline_complete_nothing_tour")
