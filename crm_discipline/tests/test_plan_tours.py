"""The screens of plans, as the supervisor uses them."""

from odoo.tests import HttpCase, tagged

from .common import DisciplineCase


@tagged("post_install", "-at_install")
class TestPlanTours(HttpCase, DisciplineCase):
    def test_a_plan_in_a_minute(self):
        team = self.env["crm.team"].create({"name": "North"})
        self.env["crm.team.member"].create(
            [
                {"crm_team_id": team.id, "user_id": user.id}
                for user in (self.salesperson, self.colleague)
            ]
        )
        self.start_tour(
            "/odoo/action-crm_discipline.crm_plan_action",
            "discipline_plan_tour",
            login=self.supervisor.login,
        )
        plan = self.env["crm.plan"].search([("team_id", "=", team.id)])
        self.assertEqual(plan.state, "running")
        meetings = self.env.ref("crm_discipline.metric_meetings")
        self.assertEqual(plan.target_ids.metric_id, meetings)
        self.assertEqual(plan.target_ids.mapped("target"), [12, 12])
