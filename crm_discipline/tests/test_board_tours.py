"""A supervisor and a salesperson use the board in a browser."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import DisciplineCase


@tagged("post_install", "-at_install")
class TestBoardTours(HttpCase, DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["calendar.event"].search([("is_client_meeting", "=", True)]).active = False
        team = {"name": "North", "member_ids": [Command.set(cls.salesperson.ids)]}
        cls.env["crm.team"].create(team)
        start = fields.Datetime.now() - timedelta(hours=3)
        for hours in (0, 1):
            begins = start + timedelta(hours=hours)
            cls.env["calendar.event"].create(
                cls.prepare_meeting(
                    user_id=cls.salesperson.id, start=begins, stop=begins + timedelta(minutes=30)
                )
            )

    def test_supervisor(self):
        today = fields.Date.today()
        plan = self.env["crm.plan"].create(
            {
                "period": "month",
                "date_from": today.replace(day=1),
                "date_to": today.replace(day=1) + relativedelta(months=1, days=-1),
                "target_ids": [
                    Command.create(
                        {
                            "user_id": self.salesperson.id,
                            "metric_id": self.env.ref(f"crm_discipline.metric_{code}").id,
                            "target": 5,
                        }
                    )
                    for code in ("meetings", "deals")
                ],
            }
        )
        plan.action_start()
        self.start_tour("/odoo/team-board", "crm_discipline_team_board", login="overseer")

    def test_salesperson(self):
        self.start_tour("/odoo/team-board", "crm_discipline_own_board", login="seller")
