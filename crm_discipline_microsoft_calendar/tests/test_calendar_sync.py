from odoo.addons.crm_discipline.tests.common import DisciplineCase
from odoo.addons.crm_discipline.tools.automation import is_automation
from odoo.addons.microsoft_calendar.utils.microsoft_event import MicrosoftEvent


class TestCalendarSync(DisciplineCase):
    """What comes from Microsoft as a person's own is marked, not refused."""

    def setUp(self):
        super().setUp()
        self.surname_only.email = "dvorak@example.com"

    def prepare_microsoft_event(self, **values):
        return {
            "type": "singleInstance",
            "id": "discipline1",
            "iCalUId": "discipline1-universal",
            "subject": "Offer",
            "seriesMasterId": None,
            "showAs": "busy",
            "isAllDay": False,
            "isOrganizer": True,
            "isCancelled": False,
            "sensitivity": "normal",
            "importance": "normal",
            "reminderMinutesBeforeStart": 0,
            "isReminderOn": False,
            "lastModifiedDateTime": "2030-05-06T08:00:00Z",
            "body": {"content": "", "contentType": "html"},
            "location": {"displayName": "Brno"},
            "organizer": {"emailAddress": {"name": "", "address": self.salesperson.email}},
            "attendees": [
                {
                    "emailAddress": {"name": "", "address": "dvorak@example.com"},
                    "status": {"response": "none"},
                }
            ],
            "start": {"dateTime": "2030-05-06T10:00:00.0000000", "timeZone": "UTC"},
            "end": {"dateTime": "2030-05-06T11:00:00.0000000", "timeZone": "UTC"},
            **values,
        }

    def sync(self, **values):
        microsoft_events = MicrosoftEvent([self.prepare_microsoft_event(**values)])
        meetings = self.meetings_as(self.salesperson)
        synced, _recurrences = meetings._sync_microsoft2odoo(microsoft_events)
        self.assertFalse(is_automation(synced.env))
        return synced

    def test_new_and_changed_event(self):
        meeting = self.sync()
        self.assertEqual(meeting.client_id, self.surname_only)
        self.assertMissing(meeting, "rule_meeting_client_name")
        self.sync(subject="Contract", lastModifiedDateTime="2035-05-06T08:00:00Z")
        self.assertEqual(meeting.name, "Contract")
        self.assertMissing(meeting, "rule_meeting_client_name")

    def test_the_person_is_still_held_to_the_rules(self):
        meeting = self.sync()
        with self.assertRefused("rule_meeting_client_name"):
            meeting.name = "Contract"
