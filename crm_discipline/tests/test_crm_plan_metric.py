"""Making a metric: what is refused, with which sentence, and what happens when it breaks later."""

import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .plan_common import MONTH, PlanCase


class TestPlanMetric(PlanCase):
    def field(self, model, name):
        return self.env["ir.model.fields"]._get(model, name).id

    def make_metric(self, model="crm.lead", user="user_id", date="date_deadline", **values):
        values = {
            "name": "Offers",
            "code": "offers",
            "model_id": self.env["ir.model"]._get_id(model),
            "user_field_id": self.field(model, user),
            "date_field_id": self.field(model, date),
            **values,
        }
        return self.env["crm.plan.metric"].with_user(self.supervisor).create(values)

    def assertProblem(self, words, **values):
        with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
            self.make_metric(**values)
        self.assertIn(words, str(refusal.exception))

    def test_a_metric_of_one_s_own(self):
        metric = self.make_metric(filter_domain="[('type', '=', 'opportunity')]")
        self.metrics["offers"] = metric
        target = self.make_target("offers", 2)
        self.env["crm.lead"].create(
            [
                {
                    "name": "Offer",
                    "type": "opportunity",
                    "user_id": self.salesperson.id,
                    "date_deadline": day,
                }
                for day in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01", False)
            ]
        )
        self.assertFigure(target, 2)

    def test_a_metric_is_made_in_its_form(self):
        form = Form(self.env["crm.plan.metric"].with_user(self.supervisor))
        form.name = "Value of offers"
        form.code = "offers"
        form.model_id = self.env["ir.model"]._get("crm.lead")
        form.filter_domain = "[('type', '=', 'opportunity')]"
        fields = self.env["ir.model.fields"]
        form.user_field_id = fields._get("crm.lead", "user_id")
        form.date_field_id = fields._get("crm.lead", "date_deadline")
        form.aggregate = "sum"
        form.measure_field_id = fields._get("crm.lead", "expected_revenue")
        self.metrics["offers"] = form.save()
        target = self.make_target("offers", 500)
        for revenue in (100, 300):
            self.env["crm.lead"].create(
                {
                    "name": "Offer",
                    "type": "opportunity",
                    "user_id": self.salesperson.id,
                    "date_deadline": "2026-03-31",
                    "expected_revenue": revenue,
                }
            )
        self.assertFigure(target, 400)

    def test_what_is_refused(self):
        self.assertProblem("does not have", filter_domain="[('nonsense', '=', 1)]")
        self.assertProblem("not a valid condition", filter_domain="[('name', ")
        self.assertProblem("does not hold a user", user="stage_id")
        self.assertProblem("When", date="name")
        self.assertProblem("Field to Add Up", aggregate="sum")
        self.assertProblem(
            "Field to Add Up", aggregate="sum", measure_field_id=self.field("crm.lead", "name")
        )
        self.assertProblem("No data rules", model="mail.activity", requires_complete=True)

    def test_what_its_maker_may_not_read_is_refused(self):
        with self.assertRaises(AccessError):
            self.make_metric(model="res.users.log", user="create_uid", date="create_date")

    def test_another_model_opens_what_it_counts(self):
        """A model that is not governed is counted and opened, too."""
        self.metrics["todo"] = self.make_metric(model="mail.activity", code="todo")
        target = self.make_target("todo", 2)
        lead = self.make_deal()
        lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.salesperson.id)
        self.assertEqual(target.actual, 1)
        self.assertEqual(len(self.opened(target)), 1)

    # -- what breaks later ----------------------------------------------------------------------

    def add_field(self, ttype):
        return self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "name": "x_offered",
                "ttype": ttype,
                "field_description": "Offered",
            }
        )

    def make_two(self, metric):
        """Start a plan of a metric and of meetings, of which one was held."""
        self.metrics["offers"] = metric
        targets = self.make_plan({"offers": 2, "meetings": 1}).target_ids
        self.make_held()
        broken = targets.filtered(lambda target: target.metric_id == metric)
        return broken, targets - broken

    def assertBroken(self, broken, sound, words):
        """Assert that one target says why it can't be computed, on every screen, and all else goes on."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(words, broken.metric_id.problem)
        self.assertIn(words, broken.problem)
        self.assertEqual((broken.actual, broken.pace, broken.progress), (0, False, 0))
        self.assertEqual(sound.actual, 1)
        with self.assertRaisesRegex(UserError, "not computable"):
            broken.action_view_records()
        rows = self.env["crm.plan.report"].with_user(self.supervisor)
        found = rows.search([("plan_id", "=", sound.plan_id.id)])
        self.assertEqual(sum(found.mapped("actual")), 1)
        targets = self.env["crm.plan.target"]
        counters = targets.with_user(self.salesperson).get_my_plan()["counters"]
        errors = {counter["id"]: counter["error"] for counter in counters}
        self.assertIn(words, errors[broken.id])
        self.assertFalse(errors[sound.id])
        self.assertEqual(
            targets.with_user(self.salesperson).get_counter()["counter"]["id"], sound.id
        )
        total = targets.with_user(self.supervisor).get_team_plan()["totals"]
        self.assertIn(words, total[broken.metric_id.id]["error"])
        self.assertEqual(total[sound.metric_id.id]["actual"], 1)
        series = (broken | sound).with_user(self.supervisor).get_burn_up()
        self.assertEqual(
            {one["id"]: one["actual"][-1] for one in series}, {broken.id: 0, sound.id: 1}
        )
        # and what is saved is saved
        self.make_deal(user=self.salesperson)
        self.make_held()
        self.env["crm.plan.target"]._send_changes()
        self.env.invalidate_all()
        self.assertEqual(sound.actual, 2)

    def test_a_field_of_the_domain_is_gone(self):
        field = self.add_field("boolean")
        metric = self.make_metric(filter_domain="[('x_offered', '=', True)]")
        broken, sound = self.make_two(metric)
        self.assertFalse(broken.problem)
        field.with_context(_force_unlink=True).unlink()
        self.assertBroken(broken, sound, "x_offered")
        metric.filter_domain = "[]"
        self.env.invalidate_all()
        self.assertFalse(broken.problem)

    def test_a_field_of_the_domain_is_another(self):
        field = self.add_field("char")
        broken, sound = self.make_two(self.make_metric(filter_domain="[('x_offered', '=', 'y')]"))
        field.with_context(_force_unlink=True).unlink()
        self.add_field("integer")
        self.assertBroken(broken, sound, "x_offered")

    def test_the_date_field_is_gone(self):
        field = self.add_field("date")
        broken, sound = self.make_two(self.make_metric(date="x_offered"))
        field.with_context(_force_unlink=True).unlink()
        self.assertBroken(broken, sound, "When")

    def test_the_records_are_gone(self):
        model = self.env["ir.model"].create({"name": "Offer", "model": "x_offer"})
        self.env["ir.model.access"].create(
            {"name": "Offers", "model_id": model.id, "perm_read": True,
             "group_id": self.env.ref("base.group_user").id}
        )  # fmt: skip
        fields = self.env["ir.model.fields"].create(
            [
                {"model_id": model.id, "name": "x_user_id", "ttype": "many2one",
                 "relation": "res.users", "field_description": "User"},
                {"model_id": model.id, "name": "x_day", "ttype": "date",
                 "field_description": "Day"},
            ]
        )  # fmt: skip
        metric = self.make_metric(model="x_offer", user="x_user_id", date="x_day")
        broken, sound = self.make_two(metric)
        self.env["x_offer"].create({"x_user_id": self.salesperson.id, "x_day": MONTH[0]})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(broken.actual, 1)
        self.assertTrue(fields)
        model.with_context(_force_unlink=True).unlink()
        self.assertBroken(broken, sound, "do not exist any more")


@tagged("post_install", "-at_install")
class TestPlanBadInput(HttpCase, PlanCase):
    """What the web client is told of bad input: one sentence that says what is wrong."""

    def save(self, model, values):
        """Save a new record as the supervisor's form does, and return what is refused."""
        self.authenticate("overseer", "overseer")
        params = {
            "model": model,
            "method": "web_save",
            "args": [[], values],
            "kwargs": {"specification": {}},
        }
        with mute_logger("odoo.http", "odoo.sql_db"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/web_save",
                data=json.dumps({"jsonrpc": "2.0", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.assertIn("error", answer)
        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.ValidationError")
        # (Odoo says the same before each refusal of the database)
        message = answer["error"]["data"]["message"]
        return message.removeprefix("The operation cannot be completed: ")

    def test_one_clear_sentence(self):
        target = {"user_id": self.salesperson.id, "metric_id": self.metrics["meetings"].id}
        days = {"period": "custom", "date_from": "2026-03-31", "date_to": "2026-03-01"}
        self.assertEqual(self.save("crm.plan", days), "A period can't end before it starts.")
        month = {"period": "month", "date_from": "2026-03-01", "date_to": "2026-03-31"}
        below = {**month, "target_ids": [[0, 0, {**target, "target": -1}]]}
        self.assertEqual(self.save("crm.plan", below), "A target can't be negative.")
        twice = {**month, "target_ids": [[0, 0, {**target, "target": 1}]] * 2}
        self.assertEqual(
            self.save("crm.plan", twice), "A plan has one target for a salesperson and a metric."
        )
        metric = {
            "name": "Offers",
            "code": "offers",
            "model_id": self.env["ir.model"]._get_id("crm.lead"),
            "user_field_id": self.field("user_id"),
            "date_field_id": self.field("date_deadline"),
            "filter_domain": "[('nonsense', '=', 1)]",
        }
        self.assertIn("nonsense", self.save("crm.plan.metric", metric))

    def field(self, name):
        return self.env["ir.model.fields"]._get("crm.lead", name).id
