"""Making a metric: what is refused, with which sentence, and what happens when it breaks later."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .plan_common import PlanCase


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

    def test_breaking_later_is_said_on_the_card(self):
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "name": "x_offered",
                "ttype": "boolean",
                "field_description": "Offered",
            }
        )
        metric = self.make_metric(filter_domain="[('x_offered', '=', True)]")
        self.metrics["offers"] = metric
        broken, sound = self.make_plan({"offers": 2, "meetings": 1}).target_ids.sorted(
            lambda target: target.metric_id.code, reverse=True
        )
        self.assertFalse(broken.problem)
        self.make_held()
        field = self.env["ir.model.fields"]._get("crm.lead", "x_offered")
        field.with_context(_force_unlink=True).unlink()
        self.env.invalidate_all()
        self.assertIn("x_offered", metric.problem)
        self.assertIn("x_offered", broken.problem)
        self.assertEqual((broken.actual, broken.pace, broken.progress), (0, False, 0))
        self.assertEqual(sound.actual, 1)
        with self.assertRaisesRegex(UserError, "not computable"):
            broken.action_view_records()
        rows = self.env["crm.plan.report"].with_user(self.supervisor)
        found = rows.search([("plan_id", "=", sound.plan_id.id)])
        self.assertEqual(sum(found.mapped("actual")), 1)
        metric.filter_domain = "[]"
        self.env.invalidate_all()
        self.assertFalse(broken.problem)
