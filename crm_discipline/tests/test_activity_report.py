"""What salespeople did is counted at its own date, and every number opens its rows."""

from collections import Counter
from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .common import CallCase


class TestActivityReport(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_tz = "Europe/Prague"
        seller = cls.salesperson
        cls.held = cls.env["calendar.event"].create(
            cls.prepare_meeting(
                user_id=seller.id,
                # in Prague it is the second of March already
                start=datetime(2026, 3, 1, 23, 30),
                stop=datetime(2026, 3, 2, 0, 30),
                meeting_status="held",
                meeting_result_id=cls.agreed.id,
            )
        )
        cls.no_show = cls.env["calendar.event"].create(
            cls.prepare_meeting(
                user_id=seller.id,
                start=datetime(2026, 3, 10, 9),
                stop=datetime(2026, 3, 10, 10),
                meeting_status="no_show",
            )
        )
        cls.internal = cls.env["calendar.event"].create(
            {
                "name": "Team",
                "user_id": seller.id,
                "start": datetime(2026, 3, 11, 9),
                "stop": datetime(2026, 3, 11, 10),
                "partner_ids": [Command.set((seller | cls.colleague).partner_id.ids)],
            }
        )
        cls.call = cls.create_call(cls, start=datetime(2026, 3, 12, 9), duration=1800)
        cls.acquired = cls.env["res.partner"].create(
            {"name": "Petr Malý", "phone": "+420601111222", "user_id": seller.id}
        )
        cls.acquired.acquired_on = datetime(2026, 3, 13, 9)
        cls.won = cls.env["crm.lead"].create(
            {"name": "Won", "type": "opportunity", "user_id": seller.id, "expected_revenue": 500}
        )
        cls.won.action_set_won()
        cls.won.date_closed = datetime(2026, 3, 14, 9)
        cls.open = cls.env["crm.lead"].create(
            {"name": "Open", "type": "opportunity", "user_id": seller.id}
        )
        cls.env.flush_all()
        cls.march = [
            ("date", ">=", "2026-03-01"),
            ("date", "<=", "2026-03-31"),
            ("user_id", "=", seller.id),
        ]

    def report_as(self, user):
        return self.env["crm.discipline.activity.report"].with_user(user)

    def test_one_row_for_each(self):
        rows = self.report_as(self.supervisor).search(self.march)
        found = {(row.record_model, row.record_id) for row in rows}
        expected = (self.held, self.no_show, self.call, self.acquired, self.won)
        self.assertEqual(found, {(record._name, record.id) for record in expected})
        self.assertEqual(len(rows), len(expected))
        self.assertEqual(sum(rows.mapped("revenue")), 500)

    def test_days_are_the_company_s(self):
        self.check_days()

    def test_days_are_the_company_s_where_others_have_other_days(self):
        self.env["res.company"].create({"name": "Far"}).discipline_tz = "Asia/Tokyo"
        self.check_days()
        self.test_every_number_opens_its_rows()

    def check_days(self):
        report = self.report_as(self.supervisor).with_context(tz="America/New_York")
        row = report.search([*self.march, ("meeting_status", "=", "held")])
        self.assertEqual(str(row.date), "2026-03-02")
        self.assertFalse(report.search([("id", "=", row.id), ("date", "<", "2026-03-02")]))
        self.assertEqual(report.search([("id", "=", row.id), ("date", "=", "2026-03-02")]), row)
        one = [("id", "=", row.id)]
        for domain in (one, [*one, ("date", ">=", "2026-03-02"), ("date", "<=", "2026-03-02")]):
            for granularity, start in (("day", "02"), ("week", "01"), ("month", "01")):
                groups = report.formatted_read_group(domain, [f"date:{granularity}"], ["__count"])
                self.assertEqual(groups[0][f"date:{granularity}"][0], f"2026-03-{start}")

    def test_columns_have_one_type(self):
        """In all kinds: else PostgreSQL computes all columns of all rows before it counts any."""
        report = self.env["crm.discipline.activity.report"]
        kinds = set()
        for part in (report._meetings(), report._calls(), report._contacts(), report._deals()):
            self.env.cr.execute(SQL("SELECT * FROM (%s) part LIMIT 0", part))
            kinds.add(tuple(column.type_code for column in self.env.cr.description))
        self.assertEqual(len(kinds), 1)

    def test_groups_are_in_the_order_of_names(self):
        """As PostgreSQL would sort them, by far more rows: also where nobody's rows are among them."""
        self.env["crm.call"].create({"start": datetime(2026, 3, 3, 9), "user_id": False})
        for name, user in (("Žofie", self.colleague), ("Adam", self.salesperson)):
            user.name = name
            for day in (1, 2):
                self.create_call(user, start=datetime(2026, day, 5, 9))
        self.env.flush_all()
        report = self.env["crm.discipline.activity.report"]
        domain = [("date", ">=", "2026-01-01"), ("date", "<", "2026-04-01")]
        groupby = ["user_id", "date:month"]
        for terms in (
            ["partner_id"],
            ["team_id", "partner_id", "date:week"],
            ["user_id", "user_id"],
            groupby,
        ):
            groups = report.formatted_read_group(domain, terms, ["__count"])
            # (with a limit PostgreSQL sorts)
            sorted_by_sql = report.formatted_read_group(domain, terms, ["__count"], limit=1000)
            self.assertEqual(groups, sorted_by_sql)
        names = [group["user_id"] and group["user_id"][1] for group in groups]
        self.assertLess(names.index("Adam"), names.index("Žofie"))
        self.assertFalse(names[-1])

    def test_every_number_opens_its_rows(self):
        report = self.report_as(self.supervisor)
        groups = report.formatted_read_group(
            self.march, ["kind", "date:month"], ["__count", "revenue:sum", "duration:sum"]
        )
        self.assertEqual(
            {group["kind"]: group["__count"] for group in groups},
            {"meeting": 2, "call": 1, "contact": 1, "deal": 1},
        )
        for group in groups:
            rows = report.search([*self.march, *group["__extra_domain"]])
            self.assertEqual(len(rows), group["__count"])
        self.assertEqual(
            {group["kind"]: group["duration:sum"] for group in groups if group["duration:sum"]},
            {"meeting": 2, "call": 0.5},
        )

    def test_groups_are_the_same_with_and_without_the_salespeople_s_own_records(self):
        """Without team and company in the question rows are read from indexes alone, else as a whole."""
        self.colleague.name = "Žofie"
        self.create_call(self.colleague, start=datetime(2026, 3, 2, 9))
        self.create_call(self.colleague, start=datetime(2026, 4, 2, 9))
        self.env.flush_all()
        for user in (self.salesperson, self.supervisor):
            report = self.report_as(user)
            for last in ("2026-03-31", "2026-04-30"):
                period = [("date", ">=", "2026-03-01"), ("date", "<=", last)]
                for domain in (
                    period,
                    [*period, ("kind", "!=", "deal")],
                    [*period, ("partner_id.name", "ilike", "malý")],
                    [*period, ("partner_id", "=", False)],
                    [*period, ("company_id", "=", self.env.company.id)],
                ):
                    self.check_groups(report, domain)

    def check_groups(self, report, domain):
        groupby = ["user_id", "date:month"]
        counted = report.formatted_read_group(domain, groupby, ["__count", "duration:sum"])
        self.assertEqual(sum(group["__count"] for group in counted), report.search_count(domain))
        for group in counted:
            rows = report.search([*domain, *group["__extra_domain"]])
            self.assertEqual(len(rows), group["__count"])
            self.assertEqual(rows.user_id.display_name, group["user_id"][1])
            self.assertEqual(group["date:month"][1], f"{rows[0].date:%B %Y}")
            self.assertAlmostEqual(sum(rows.mapped("duration")), group["duration:sum"])
        whole = Counter()
        for _team, user, day, count in report._read_group(
            domain, ["team_id", *groupby], ["__count"]
        ):
            whole[user, day] += count
        narrow = {
            (user, day): count
            for user, day, count in report._read_group(domain, groupby, ["__count"])
        }
        self.assertEqual(narrow, whole)

    def test_days_are_the_same_asked_of_the_moment_and_of_the_row(self):
        """Whatever is asked of days, and however they are grouped, a group opens its rows."""
        self.create_call(start=datetime(2026, 3, 31, 22, 30))
        self.create_call(start=datetime(2025, 12, 31, 23, 30))
        self.env.flush_all()
        report = self.report_as(self.supervisor)
        for domain in (
            self.march,
            [("date", "=", "2026-03-12")],
            [("date", "in", ["2026-03-02", "2026-03-12"])],
            [("date", ">=", "2026-01-01"), ("date", "<=", "2026-04-01")],
            [("date", ">", "2025-12-31")],
            ["!", ("date", "<", "2026-03-12")],
            ["|", ("date", "<", "2026-03-03"), ("kind", "=", "deal")],
            [("date", "!=", False)],
            [("at", ">=", "2026-03-01 00:00:00")],
        ):
            for spec in (
                "date:day", "date:week", "date:month", "date:quarter", "date:year",
                "date:month_number", "at:month",
            ):  # fmt: skip
                for groupby in ([spec], ["user_id", spec], [spec, "kind"]):
                    with self.subTest(domain=domain, groupby=groupby):
                        self.check_opened(report, domain, groupby)

    def check_opened(self, report, domain, groupby):
        counted = report.formatted_read_group(domain, groupby, ["__count", "date:max"])
        self.assertEqual(sum(group["__count"] for group in counted), report.search_count(domain))
        without_day = report.formatted_read_group(domain, groupby, ["__count"])
        for group, other in zip(counted, without_day, strict=True):
            rows = report.search([*domain, *group["__extra_domain"]])
            self.assertEqual(len(rows), group["__count"])
            self.assertEqual(max(rows.mapped("date")), group.pop("date:max"))
            self.assertEqual(group, other)

    def test_groups_are_formatted_as_odoo_s(self):
        self.env["crm.call"].create({"start": datetime(2026, 3, 3, 9), "user_id": False})
        self.env.flush_all()
        report = self.report_as(self.supervisor)
        aggregates = ("__count", "duration:sum")
        for groupby in (
            (),
            ("user_id",),
            ("user_id", "date:month"),
            ("date:week", "kind", "disposition"),
            ("partner_id", "at:day", "duration"),
            ("partner_id.country_id", "date:year"),
            ("record_model", "date:month_number"),
        ):
            groups = report._read_group(self.march[:2], groupby, aggregates)
            # (its own, with nothing of the report's)
            expected = self.registry["base"]._web_read_group_format(
                report, groupby, aggregates, groups
            )
            with self.subTest(groupby=groupby):
                self.assertEqual(
                    report._web_read_group_format(groupby, aggregates, groups), expected
                )
        self.assertEqual(report._web_read_group_format(("user_id",), (), []), [])

    def test_a_month_of_nothing_has_no_groups(self):
        report = self.report_as(self.supervisor)
        domain = [("date", ">=", "2020-03-01"), ("date", "<", "2020-04-01")]
        for groupby in (["date:month"], ["user_id", "date:month"]):
            self.assertEqual(report.formatted_read_group(domain, groupby, ["__count"]), [])

    def test_a_reader_of_one_company_counts_its_rows_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.company_ids += other
        self.call.company_id = other
        self.env.flush_all()
        report = self.report_as(self.supervisor)
        for companies, expected in (
            (other, 1),
            (self.env.company, 4),
            (self.env.company | other, 5),
        ):
            some = report.with_context(allowed_company_ids=companies.ids)
            [(_user, _day, count)] = some._read_group(
                self.march, ["user_id", "date:month"], ["__count"]
            )
            self.assertEqual(count, expected)

    def test_no_client_chooses_the_columns(self):
        report = self.report_as(self.supervisor).with_context(discipline_columns=["kind"])
        self.assertEqual(len(report.search(self.march)), 5)
        self.assertEqual(report._read_group(self.march, ["kind"], ["__count"])[0][0], "call")

    def test_a_row_opens_its_record(self):
        row = self.report_as(self.salesperson).search([*self.march, ("kind", "=", "call")])
        action = row.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.call", self.call.id))

    def test_undone_work_goes(self):
        self.held.active = False
        self.won.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.env.flush_all()
        kinds = self.report_as(self.supervisor).search(self.march).mapped("kind")
        self.assertEqual(sorted(kinds), ["call", "contact", "meeting"])

    def test_who_sees_what(self):
        self.assertEqual(len(self.report_as(self.salesperson).search(self.march)), 5)
        self.assertFalse(self.report_as(self.colleague).search(self.march))
        for user in (self.employee, self.portal_user, self.operator):
            with self.assertRaises(AccessError):
                self.report_as(user).search(self.march)

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.salesperson.write({"company_ids": [Command.link(other.id)]})
        self.call.company_id = other
        self.env.flush_all()
        kinds = self.report_as(self.supervisor).search(self.march).mapped("kind")
        self.assertNotIn("call", kinds)
