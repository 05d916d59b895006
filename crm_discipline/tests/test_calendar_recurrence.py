from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common import DisciplineCase

MONDAY = datetime(2026, 3, 2, 9)


@freeze_time("2026-03-10 12:00:00")
class TestCalendarRecurrence(DisciplineCase):
    def setUp(self):
        super().setUp()
        self.series = self.create_series()

    def create_series(self, meetings=None, **values):
        if meetings is None:
            meetings = self.meetings_as(self.salesperson)
        first = meetings.create(
            self.prepare_meeting(
                start=MONDAY,
                stop=MONDAY + timedelta(hours=1),
                recurrency=True,
                rrule_type="weekly",
                mon=True,
                interval=1,
                count=5,
                end_type="count",
                event_tz="UTC",
                **values,
            )
        )
        return first.recurrence_id.calendar_event_ids.sorted("start")

    def hold(self, meeting):
        meeting.write({"meeting_status": "held", "meeting_result_id": self.agreed.id})

    def starts(self, status=None):
        """Return the days in March and April on which the salesperson meets the client."""
        domain = [("client_id", "=", self.client.id), ("start", ">=", "2026-01-01")]
        if status:
            domain.append(("meeting_status", "=", status))
        found = self.meetings_as(self.salesperson).search(domain)
        return sorted(meeting.start.strftime("%m-%d") for meeting in found)

    def test_each_occurrence_has_its_own_outcome(self):
        self.hold(self.series[0])
        self.assertEqual(self.starts("held"), ["03-02"])
        self.assertEqual(self.starts("planned"), ["03-09", "03-16", "03-23", "03-30"])
        self.assertFalse(self.series[1].meeting_result_id)

    def test_occurrences_know_their_client(self):
        self.assertEqual(self.series.client_id, self.client)
        self.assertEqual(len(self.series), 5)

    def test_held_survives_another_time_of_all(self):
        self.hold(self.series[0])
        self.hold(self.series[1])
        later = self.series[2]
        later.write(
            {
                "recurrence_update": "all_events",
                "start": later.start + timedelta(days=1),
                "stop": later.stop + timedelta(days=1),
            }
        )
        self.assertEqual(self.starts("held"), ["03-02", "03-09"])
        self.assertEqual(self.starts("planned"), ["03-17", "03-24", "03-31"])

    def test_held_in_the_middle_is_not_planned_again(self):
        self.hold(self.series[2])
        first = self.series[0]
        first.write(
            {
                "recurrence_update": "all_events",
                "start": first.start + timedelta(hours=1),
                "stop": first.stop + timedelta(hours=1),
            }
        )
        self.assertEqual(self.starts("held"), ["03-16"])
        self.assertEqual(self.starts("planned"), ["03-02", "03-09", "03-23", "03-30"])
        # and again: the new series knows it, too
        planned = first.recurrence_id.calendar_event_ids.sorted("start")[0]
        planned.write(
            {
                "recurrence_update": "all_events",
                "start": planned.start + timedelta(hours=1),
                "stop": planned.stop + timedelta(hours=1),
            }
        )
        self.assertEqual(self.starts("held"), ["03-16"])
        self.assertEqual(self.starts("planned"), ["03-02", "03-09", "03-23", "03-30"])

    def test_held_survives_another_time_of_the_following(self):
        self.hold(self.series[0])
        self.hold(self.series[3])
        second = self.series[1]
        second.write(
            {
                "recurrence_update": "future_events",
                "start": second.start + timedelta(hours=2),
                "stop": second.stop + timedelta(hours=2),
            }
        )
        self.assertEqual(self.starts("held"), ["03-02", "03-23"])
        self.assertEqual(self.starts("planned"), ["03-09", "03-16", "03-30"])

    def test_held_survives_the_end_of_the_series(self):
        self.hold(self.series[0])
        self.series[1].write({"recurrence_update": "all_events", "recurrency": False})
        self.assertIn("03-02", self.starts("held"))
        self.hold(self.series[1])
        self.assertIn("03-09", self.starts("held"))

    def test_held_survives_deletion_of_the_series(self):
        self.hold(self.series[0])
        self.series[1].action_mass_deletion("all_events")
        self.assertEqual(self.starts(), ["03-02"])

    def names(self, status):
        """Return the subjects of the meetings with the client, however often they were remade."""
        domain = [("client_id", "=", self.client.id), ("meeting_status", "=", status)]
        return self.meetings_as(self.salesperson).search(domain, order="start").mapped("name")

    def test_held_keeps_its_subject(self):
        self.hold(self.series[0])
        self.series[1].write({"recurrence_update": "all_events", "name": "Contract"})
        self.assertEqual(self.names("held"), ["Offer"])
        self.assertEqual(self.names("planned"), ["Contract"] * 4)

    def test_outcome_is_never_of_the_whole_series(self):
        self.series[1].write(
            {
                "recurrence_update": "all_events",
                "name": "Contract",
                "meeting_status": "held",
                "meeting_result_id": self.agreed.id,
            }
        )
        self.assertEqual(self.starts("held"), ["03-09"])
        self.assertEqual(self.starts("planned"), ["03-02", "03-16", "03-23", "03-30"])
        self.assertEqual(self.names("held") + self.names("planned"), ["Contract"] * 5)

    def test_outcome_with_the_following(self):
        self.series[2].write(
            {
                "recurrence_update": "future_events",
                "name": "Contract",
                "meeting_status": "no_show",
            }
        )
        self.assertEqual(self.starts("no_show"), ["03-16"])
        self.assertEqual(self.starts("planned"), ["03-02", "03-09", "03-23", "03-30"])
        self.assertEqual(self.names("planned"), ["Offer", "Offer", "Contract", "Contract"])

    def test_outcome_with_another_time_of_all_is_asked_to_be_separate(self):
        later = self.series[1].start + timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "one occurrence"):
            self.series[1].write(
                {
                    "recurrence_update": "all_events",
                    "start": later,
                    "stop": later + timedelta(hours=1),
                    "meeting_status": "no_show",
                }
            )

    def test_undone_returns_to_the_series(self):
        recurrence = self.series.recurrence_id
        for position in (0, 2):
            occurrence = self.series[position]
            outcomes = occurrence.action_meeting_no_show()["params"]["args"][1]
            self.assertFalse(occurrence.recurrence_id)
            occurrence.action_meeting_undo(outcomes)
            self.assertEqual(occurrence.recurrence_id, recurrence)
            self.assertEqual(occurrence.meeting_status, "planned")
        self.assertEqual(recurrence.base_event_id, self.series[0])
        self.assertEqual(recurrence.count, 5)
        self.assertEqual(recurrence.calendar_event_ids, self.series)

    def move_all(self, hours=1):
        """Move what is left of the series, as from the form of one of its meetings."""
        domain = [("client_id", "=", self.client.id), ("recurrence_id", "!=", False)]
        meeting = self.meetings_as(self.salesperson).search(domain, order="start desc", limit=1)
        meeting.write(
            {
                "recurrence_update": "all_events",
                "start": meeting.start + timedelta(hours=hours),
                "stop": meeting.stop + timedelta(hours=hours),
            }
        )

    def test_a_moved_series_ends_when_it_did(self):
        for order in ([1, 0], [0, 1], [2, 0, 1], [0, 3]):
            with self.subTest(settled=order):
                self.start_afresh()
                for position in order:
                    self.hold(self.series[position])
                self.move_all()
                days = ["03-02", "03-09", "03-16", "03-23", "03-30"]
                self.assertEqual(self.starts("held"), sorted(days[place] for place in order))
                left = [day for place, day in enumerate(days) if place not in order]
                self.assertEqual(self.starts("planned"), left)

    def start_afresh(self):
        self.meetings_as(self.salesperson).search(
            [("client_id", "=", self.client.id)]
        ).sudo().unlink()
        self.series = self.create_series()

    def test_undone_in_any_order_the_series_is_whole(self):
        for order in ([0, 1, 2], [2, 1, 0], [0, 1, 2, 3, 4], [4, 0, 2]):
            with self.subTest(undone=order):
                self.start_afresh()
                undo = {
                    place: self.series[place].action_meeting_no_show() for place in sorted(order)
                }
                for place in order:
                    self.series[place].action_meeting_undo(undo[place]["params"]["args"][1])
                self.move_all()
                self.assertEqual(
                    self.starts("planned"), ["03-02", "03-09", "03-16", "03-23", "03-30"]
                )

    def test_remade_by_others_plans_nothing_settled_anew(self):
        self.hold(self.series[2])
        self.series[0].recurrence_id.sudo()._apply_recurrence()
        self.assertEqual(self.starts("planned"), ["03-02", "03-09", "03-23", "03-30"])

    def test_last_occurrence_settled(self):
        for occurrence in self.series:
            self.hold(occurrence)
        self.assertEqual(len(self.starts("held")), 5)
        self.series[4].action_meeting_plan()
        self.assertEqual(len(self.starts("held")), 4)

    def test_incomplete_series_is_refused_once_and_spread_freely(self):
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            self.create_series(client=self.surname_only)
        series = self.create_series(
            meetings=self.env["calendar.event"].sudo(),
            client=self.surname_only,
            user_id=self.salesperson.id,
        ).with_user(self.salesperson)
        series[0].write(
            {
                "recurrence_update": "all_events",
                "start": series[0].start + timedelta(hours=1),
                "stop": series[0].stop + timedelta(hours=1),
            }
        )
        found = self.meetings_as(self.salesperson).search(
            [("client_id", "=", self.surname_only.id), ("is_data_complete", "=", False)]
        )
        self.assertEqual(len(found), 5)
