"""What saving a meeting costs the database: as many queries as without the module.

The figures without the module were read on the same database before it was installed; the
benchmark measures both side by side.
"""

from datetime import timedelta

from .common import DisciplineCase

CREATE_ONE = 12
CREATE_HUNDRED = 113
WRITE = 1


class TestQueryCounts(DisciplineCase):
    def count(self, action):
        """Return how many queries a warm ``action`` makes, all that it leaves to do included."""
        for _warming in range(2):
            self.settle()
            before = self.env.cr.sql_log_count
            action()
            self.settle()
            queries = self.env.cr.sql_log_count - before
        return queries

    def settle(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_create(self):
        meetings = self.meetings_as(self.salesperson)
        values = self.prepare_meeting()
        one = self.count(lambda: meetings.create(values))
        hundred = self.count(lambda: meetings.create([values] * 100))
        self.assertEqual((one, hundred), (CREATE_ONE, CREATE_HUNDRED))

    def test_write(self):
        one = self.create_meeting()
        many = self.meetings_as(self.salesperson).create([self.prepare_meeting()] * 100)
        names = iter("abcdefgh")
        for meetings in (one, many):
            self.assertEqual(self.count(lambda m=meetings: m.write({"name": next(names)})), WRITE)

    def test_checking_asks_the_database_nothing(self):
        many = self.meetings_as(self.salesperson).create([self.prepare_meeting()] * 100)
        many._check_discipline()
        with self.assertQueryCount(0):
            many._check_discipline()

    def test_reading_what_is_missing_is_one_query_for_any_number(self):
        many = self.meetings_as(self.salesperson).create([self.prepare_meeting()] * 100)
        for meetings in (many[:1], many):
            self.settle()
            meetings.mapped("is_data_complete")
            self.env["crm.discipline.mixin"]._invalidate_discipline()
            with self.assertQueryCount(1):
                self.assertTrue(all(meeting.is_data_complete for meeting in meetings))

    def test_moving_checks_nothing(self):
        meeting = self.create_incomplete_meeting()
        start = meeting.start + timedelta(days=1)
        self.count(lambda: meeting.write({"start": start, "stop": start + timedelta(hours=1)}))
