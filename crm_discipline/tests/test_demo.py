"""The plan of the demo's meetings; it needs no demo data."""

from datetime import datetime, time, timedelta
from itertools import pairwise

import pytz

from odoo.tests import BaseCase, tagged

from ..demo import calendar_event_demo as demo
from ..demo import crm_call_demo as call_demo
from ..demo import res_partner_demo as partner_demo

# two weeks around each change of the clock, and the turn of a year
NOWS = [
    datetime(*first, 9, 40) + timedelta(days=day)
    for first in ((2026, 3, 23), (2026, 10, 19), (2026, 12, 24))
    for day in range(14)
]


@tagged("post_install", "-at_install")
class TestDemoMeetings(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = demo.Client(1, 1, "Lípa", "Lidická 1, Praha", False)
        reachable = demo.Client(2, 1, "Lípa", "Lidická 1, Praha", True)
        vague = demo.Client(3, 1, "Lípa", "Lidická 1, Praha", False)
        other = demo.Client(4, 4, "Marek Kříž", "Praha", True)
        cls.clients = [company, reachable, vague, other]

    def plan(self, now, xml_id="user_salesperson_3"):
        deals = [demo.Deal(7, self.clients[1], "Desks", now.date() - timedelta(days=40), None)]
        return demo.plan_meetings(demo.HABITS[xml_id], self.clients, deals, now)

    def test_working_hours_of_working_days(self):
        for now in NOWS:
            for meeting in self.plan(now):
                start, stop = (
                    pytz.utc.localize(moment).astimezone(demo.TZ)
                    for moment in (meeting.start, meeting.stop)
                )
                self.assertLess(start.weekday(), 5, meeting)
                in_hours = any(
                    opens <= start.time() and stop.time() <= closes
                    for opens, closes in ((time(8), time(12)), (time(13), time(17)))
                )
                self.assertTrue(in_hours, meeting)

    def test_one_meeting_at_a_time(self):
        for now in NOWS:
            for xml_id in demo.HABITS:
                for meeting, following in pairwise(self.plan(now, xml_id)):
                    self.assertLessEqual(meeting.stop, following.start)

    def test_same_day_same_meetings(self):
        now = NOWS[0]
        self.assertEqual(self.plan(now), self.plan(now))
        keys = [meeting.key for meeting in self.plan(now)]
        self.assertEqual(len(keys), len(set(keys)))

    def test_nothing_came_of_what_is_ahead(self):
        for now in NOWS:
            plan = self.plan(now)
            self.assertTrue({meeting.status for meeting in plan} >= {"planned", "held"})
            for meeting in plan:
                if meeting.stop > now:
                    self.assertIn(meeting.status, ("planned", "cancelled"))
                    self.assertIsNone(meeting.result)
                if meeting.result == "meeting_result_other":
                    self.assertTrue(meeting.note)

    def test_diligence_shows(self):
        for now in NOWS:
            diligent = self.plan(now, "user_salesperson_2")
            self.assertTrue(all(meeting.client_id and meeting.name for meeting in diligent))
            self.assertFalse(
                [
                    meeting
                    for meeting in diligent
                    if meeting.stop <= now and meeting.status == "planned"
                ]
            )
            sloppy = self.plan(now, "user_salesperson_3")
            self.assertTrue([meeting for meeting in sloppy if not meeting.client_id])
            self.assertTrue(
                [
                    meeting
                    for meeting in sloppy
                    if meeting.stop <= now and meeting.status == "planned"
                ]
            )


@tagged("post_install", "-at_install")
class TestDemoCalls(BaseCase):
    def test_working_hours_of_working_days(self):
        for now in NOWS:
            calls = call_demo.plan_calls("salesperson", 2, [1, 2, 3], now)
            self.assertGreater(len(calls), 40)
            for call in calls:
                start = pytz.utc.localize(call.start).astimezone(demo.TZ)
                self.assertLess(start.weekday(), 5, call)
                self.assertTrue(time(8) <= start.time() <= time(17), call)
                self.assertLess(call.start, now)
                self.assertEqual(bool(call.seconds), call.disposition == "answered")

    def test_same_day_same_calls(self):
        def plan():
            return call_demo.plan_calls("salesperson", 2, [1, 2, 3], NOWS[0])

        self.assertEqual(plan(), plan())


@tagged("post_install", "-at_install")
class TestDemoAcquired(BaseCase):
    def test_working_hours_of_past_working_days(self):
        for now in NOWS:
            clients = partner_demo.plan_acquired("salesperson", 15, now)
            self.assertEqual(len(clients), 15)
            self.assertEqual(clients, partner_demo.plan_acquired("salesperson", 15, now))
            for client in clients:
                on = pytz.utc.localize(client.on).astimezone(demo.TZ)
                self.assertLess(on.weekday(), 5, client)
                self.assertTrue(time(8) <= on.time() <= time(17), client)
                self.assertLess(client.on, now)
            # the whole time is covered
            self.assertLess(clients[0].on, now - timedelta(days=70))
            self.assertGreater(clients[-1].on, now - timedelta(days=14))
