from odoo.addons.crm_discipline.tests.common import DisciplineCase
from odoo.addons.crm_discipline.tools.automation import is_automation
from odoo.addons.google_calendar.utils.google_event import GoogleEvent


class TestCalendarSync(DisciplineCase):
    """What comes from Google as a person's own is marked, not refused."""

    def setUp(self):
        super().setUp()
        self.surname_only.email = "dvorak@example.com"
        self.patch(
            type(self.env["google.service"]), "_do_request", lambda *args, **kwargs: (200, {}, None)
        )

    def prepare_google_event(self, **values):
        return {
            "id": "discipline1",
            "summary": "Offer",
            "updated": "2030-05-06T08:00:00Z",
            "organizer": {"email": self.salesperson.email, "self": True},
            "attendees": [{"email": "dvorak@example.com", "responseStatus": "needsAction"}],
            "reminders": {"useDefault": True},
            "start": {"dateTime": "2030-05-06T10:00:00+01:00"},
            "end": {"dateTime": "2030-05-06T11:00:00+01:00"},
            **values,
        }

    def sync(self, **values):
        google_event = GoogleEvent([self.prepare_google_event(**values)])
        synced = self.meetings_as(self.salesperson)._sync_google2odoo(google_event)
        self.assertFalse(is_automation(synced.env))
        return synced

    def test_new_and_changed_event(self):
        meeting = self.sync()
        self.assertEqual(meeting.client_id, self.surname_only)
        self.assertMissing(meeting, "rule_meeting_client_name")
        self.sync(summary="Contract", updated="2035-05-06T08:00:00Z")
        self.assertEqual(meeting.name, "Contract")
        self.assertMissing(meeting, "rule_meeting_client_name")

    def test_new_series(self):
        google_event = GoogleEvent(
            [self.prepare_google_event(recurrence=["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO"])]
        )
        recurrences = self.env["calendar.recurrence"].with_user(self.salesperson)
        series = recurrences._sync_google2odoo(google_event)
        self.assertEqual(len(series.calendar_event_ids), 3)
        for meeting in series.calendar_event_ids:
            self.assertMissing(meeting, "rule_meeting_client_name")

    def test_the_person_is_still_held_to_the_rules(self):
        meeting = self.sync()
        with self.assertRefused("rule_meeting_client_name"):
            meeting.name = "Contract"
