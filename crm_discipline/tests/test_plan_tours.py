"""The screens of plans, as salespeople and their supervisor use them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from .common import CallCase, DisciplineCase


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


@tagged("post_install", "-at_install")
class TestProgressTours(HttpCase, CallCase):
    """How plans go, seen and moved on by a click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        metric = cls.env.ref("crm_discipline.metric_meetings")
        cls.plan = cls.env["crm.plan"].create(
            {
                "period": "custom",
                "date_from": today - timedelta(days=30),
                "date_to": today + timedelta(days=30),
                "target_ids": [
                    Command.create({"user_id": user.id, "metric_id": metric.id, "target": target})
                    for user, target in ((cls.salesperson, 5), (cls.colleague, 3))
                ],
            }
        )
        cls.plan.action_start()

    def make_meeting(self, name, **values):
        start = fields.Datetime.now() - timedelta(hours=3)
        stop = start + timedelta(hours=1)
        values = {"name": name, "start": start, "stop": stop, **values}
        values["user_id"] = self.salesperson.id
        return self.env["calendar.event"].create(self.prepare_meeting(**values))

    def make_held(self, name, **values):
        held = {"meeting_status": "held", "meeting_result_id": self.agreed.id}
        return self.make_meeting(name, **held, **values)

    def test_my_plan(self):
        first, second = self.make_meeting("Sunrise"), self.make_meeting("Sunset")
        self.make_held("Third", client=self.surname_only)
        call = self.create_call(direction="in", disposition="missed")
        self.start_tour("/odoo/my-plan", "discipline_my_plan_tour", login="seller")
        self.assertEqual(first.meeting_result_id, self.agreed)
        self.assertEqual((first.meeting_status, second.meeting_status), ("held", "planned"))
        self.assertTrue(call.status_id.is_handled)
        self.start_tour("/odoo/contacts", "discipline_plan_counter_tour", login="seller")

    def test_team_plan(self):
        self.make_held("Held")
        self.start_tour("/odoo/team-plan", "discipline_team_plan_tour", login="overseer")

    def test_targets(self):
        self.make_held("Held")
        self.start_tour(
            "/odoo/action-crm_discipline.crm_plan_target_action",
            "discipline_targets_tour",
            login="overseer",
        )

    def test_the_plan_of_a_colleague(self):
        self.make_held("Held")
        self.start_tour("/odoo/team-board", "discipline_colleague_plan_tour", login="overseer")

    def test_on_paper(self):
        self.make_held("Held")
        navigate = ChromeBrowser.navigate_to

        def navigate_on_paper(browser, *args, **kwargs):
            browser._websocket_request("Emulation.setEmulatedMedia", params={"media": "print"})
            return navigate(browser, *args, **kwargs)

        with patch.object(ChromeBrowser, "navigate_to", navigate_on_paper):
            self.start_tour("/odoo/my-plan", "discipline_my_plan_paper_tour", login="seller")
            self.start_tour("/odoo/team-plan", "discipline_team_plan_paper_tour", login="overseer")
