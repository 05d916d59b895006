"""On which side of a border a record counts: the company's days, whatever the calendar does."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from freezegun import freeze_time

from .plan_common import PlanCase

SECOND = timedelta(seconds=1)


class TestPlanBorders(PlanCase):
    def check(self, period, day, first, after, tz="Europe/Prague", days=None):
        """Check a period by its first moment and the first moment after it, both in UTC.

        :param day: a day in the period
        :param days: the first and the last day, where they are not the period's own
        """
        self.env.company.discipline_tz = tz
        values = {"period": period, "date_from": day}
        if days:
            values.update(date_from=days[0], date_to=days[1])
        elif period != "custom":
            # as the form does when a day is chosen
            plan = self.env["crm.plan"].new({**values, "company_id": self.env.company.id})
            plan._onchange_date_from()
            values.update(date_from=plan.date_from, date_to=plan.date_to)
        plan = self.make_plan({"meetings": 5}, **values)
        target = plan.target_ids
        self.assertEqual((plan.utc_from, plan.utc_to), (first, after))
        inside = [first, after - SECOND]
        for moment in (first - SECOND, *inside, after):
            self.make_held(moment)
        self.assertFigure(target, 2)
        self.assertEqual(self.opened(target).sorted("start").mapped("start"), inside)
        # and in the course: one on the first day, one on the last
        counted = {day: amount for (_id, day), amount in target._count_by_day().items()}
        whole = (plan.date_from, plan.date_to)
        self.assertEqual(
            counted, {whole[0]: 1, whole[1]: 1} if whole[0] != whole[1] else {whole[0]: 2}
        )
        plan.action_close()
        return plan

    def test_month_with_a_leap_day(self):
        self.check("month", date(2028, 2, 10), datetime(2028, 1, 31, 23), datetime(2028, 2, 29, 23))

    def test_february_without_one(self):
        self.check("month", date(2026, 2, 10), datetime(2026, 1, 31, 23), datetime(2026, 2, 28, 23))

    def test_month_in_which_summer_time_begins(self):
        self.check("month", date(2026, 3, 1), datetime(2026, 2, 28, 23), datetime(2026, 3, 31, 22))

    def test_month_in_which_summer_time_ends(self):
        self.check(
            "month", date(2026, 10, 9), datetime(2026, 9, 30, 22), datetime(2026, 10, 31, 23)
        )

    def test_day_of_23_hours(self):
        day = date(2026, 3, 29)
        self.check(
            "custom", day, datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22), days=(day, day)
        )

    def test_day_of_25_hours(self):
        day = date(2026, 10, 25)
        plan = self.check(
            "custom", day, datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 23), days=(day, day)
        )
        # the hour that comes twice is of the same day both times
        for moment in (datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 30)):
            self.make_held(moment)
        self.assertFigure(plan.target_ids, 4)

    def test_day_whose_midnight_is_skipped(self):
        day = date(2026, 4, 24)
        self.check(
            "custom", day, datetime(2026, 4, 23, 22), datetime(2026, 4, 24, 21), "Africa/Cairo",
            days=(day, day),
        )  # fmt: skip

    def test_week_over_the_new_year(self):
        plan = self.check(
            "week", date(2027, 1, 1), datetime(2026, 12, 27, 23), datetime(2027, 1, 3, 23)
        )
        self.assertEqual((plan.date_from, plan.date_to), (date(2026, 12, 28), date(2027, 1, 3)))

    def test_week_in_which_summer_time_ends(self):
        self.check(
            "week", date(2026, 10, 21), datetime(2026, 10, 18, 22), datetime(2026, 10, 25, 23)
        )

    def test_fiscal_year(self):
        self.env.company.discipline_year_month = "4"
        plan = self.check(
            "year", date(2027, 3, 31), datetime(2026, 3, 31, 22), datetime(2027, 3, 31, 22)
        )
        self.assertEqual((plan.date_from, plan.date_to), (date(2026, 4, 1), date(2027, 3, 31)))

    def test_quarter_of_a_fiscal_year(self):
        self.env.company.discipline_year_month = "2"
        plan = self.check(
            "quarter", date(2026, 4, 30), datetime(2026, 1, 31, 23), datetime(2026, 4, 30, 22)
        )
        self.assertEqual((plan.date_from, plan.date_to), (date(2026, 2, 1), date(2026, 4, 30)))

    def test_the_fiscal_year_of_odoo_s_accounting_goes_first(self):
        company = type(self.env.company)
        for month, day, starts in (
            ("12", 31, (1, 1)),
            ("6", 30, (7, 1)),
            ("2", 28, (3, 1)),
            ("2", 29, (3, 1)),
            ("4", 5, (4, 6)),
        ):
            # (accounting is not installed in these tests: a company as it would have it)
            accounted = SimpleNamespace(
                _fields={"fiscalyear_last_month"},
                ensure_one=lambda: None,
                fiscalyear_last_month=month,
                fiscalyear_last_day=day,
            )
            with self.subTest(month=month, day=day):
                self.assertEqual(company._get_plan_year_start(accounted), starts)

    def test_west_and_east_of_greenwich(self):
        march, april = datetime(2026, 3, 1), datetime(2026, 4, 1)
        for tz, before, after in (
            ("America/New_York", 5, 4),
            ("Asia/Tokyo", -9, -9),
            ("Asia/Kathmandu", -5.75, -5.75),
            ("Pacific/Kiritimati", -14, -14),
        ):
            with self.subTest(tz), self.cr.savepoint() as undo:
                first, last = march + timedelta(hours=before), april + timedelta(hours=after)
                self.check("month", march.date(), first, last, tz)
                undo.rollback()

    def test_whoever_looks_sees_the_company_s_days(self):
        target = self.make_target("meetings", 3)
        self.make_held(datetime(2026, 2, 28, 23))
        self.make_held(datetime(2026, 3, 31, 22))
        for tz in ("Pacific/Kiritimati", "America/Los_Angeles", False):
            self.salesperson.tz = self.supervisor.tz = tz
            self.assertFigure(target, 1)

    def test_another_time_zone_moves_the_borders_of_what_there_is(self):
        target = self.make_target("meetings", 3)
        self.make_held(datetime(2026, 2, 28, 15, 30))
        self.assertFigure(target, 0)
        self.env.company.discipline_tz = "Asia/Tokyo"
        self.assertFigure(target, 1)

    @freeze_time(datetime(2026, 3, 16, 23, 30))
    def test_today_is_the_company_s(self):
        target = self.make_target("meetings", 22)
        days = {}
        for tz in ("Europe/Prague", "America/New_York"):
            self.env.company.discipline_tz = tz
            self.env.invalidate_all()
            days[tz] = target.plan_id._get_today(), target.days_left
        self.assertEqual(
            days,
            {
                "Europe/Prague": (date(2026, 3, 17), 11),
                "America/New_York": (date(2026, 3, 16), 12),
            },
        )
