"""The check of figures: all agree on any records, and what is wrong is found."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Domain
from odoo.tools import SQL

from .board_common import BEFORE
from .check_common import EXAMPLES, RECORDS, CheckCase
from .plan_common import MONTH, NOON


class TestCheck(CheckCase):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RECORDS)
    def test_any_records_agree(self, records):
        with self.forgotten():
            for record in records:
                self.make(record)
            self.assertAgrees(self.check())

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RECORDS, st.lists(st.integers(0, 2), min_size=12, max_size=12))
    def test_any_records_of_two_companies_agree(self, records, companies):
        with self.forgotten():
            other = self.use_companies()
            choices = [False, self.env.company, other]
            known = {
                name: self.env[name].search([])
                for name in ("crm.call", "crm.lead", "crm.data.request")
            }
            for record in records:
                self.make(record)
            for name, before in known.items():
                made = self.env[name].search([]) - before
                for record, number in zip(made, companies, strict=False):
                    # (a call and a request always have one)
                    company = choices[number] or (other if name != "crm.lead" else False)
                    record.company_id = company
            self.assertAgrees(self.check())
            self.assertAgrees(self.check(company=other))

    def test_working_time(self):
        """By any calendar: leaves, holidays, half days, weeks that alternate, and any time."""
        for leave in (
            ("leave", 0, True, 3, 20),
            ("leave", 0, True, 10, 30),
            ("leave", 2, True, 21, 24),
            ("leave", 2, False, 100, 2),
        ):
            self.make(leave)
        self.assertAgrees(self.check())
        calendar = self.calendar.copy({"name": "Other"})
        self.resource_of[self.colleague].calendar_id = calendar
        calendar.switch_calendar_type()
        self.assertTrue(calendar.two_weeks_calendar)
        calendar.attendance_ids.filtered(
            lambda line: line.week_type == "1" and line.dayofweek in "012"
        ).unlink()
        self.assertAgrees(self.check())
        board = self.board_as(self.supervisor).get_board()
        hours = {row["user_id"]: row["hours"] for row in board["rows"]}
        self.assertNotEqual(hours[self.salesperson.id], hours[self.colleague.id])
        calendar.switch_calendar_type()
        calendar.flexible_hours = True
        self.assertAgrees(self.check())

    def test_the_pace(self):
        """At risk or not, on any day of the plan, with leave and with who joined late."""
        plan = self.make_plan([(self.colleague, "deals", 4), (self.colleague, "calls", 9)])
        self.make(("leave", 1, True, 24, 60))
        plan.target_ids[0].joined_on = date(2026, 3, 12)
        for number in range(3):
            self.make(("meeting", 0, BEFORE - timedelta(days=number), "held", 0))
            self.make(("deal", 1, BEFORE, 10, True))
        at_risk = set()
        for day in (1, 6, 16, 24, 28, 31):
            with freeze_time(NOON.replace(day=day)):
                check = self.check()
                self.assertAgrees(check)
                at_risk.update(
                    self.env["crm.plan.target"]
                    .search([])
                    .filtered(lambda target: target.pace == "at_risk")
                    .ids
                )
        self.assertTrue(at_risk)
        self.assertLess(len(at_risk), len(self.env["crm.plan.target"].search([])))

    def test_time(self):
        self.env.company.discipline_track_effort = True
        for day, seconds in (("2026-03-10", 3600), ("2026-03-11", 600), ("2026-04-01", 60)):
            self.env["crm.effort"].sudo().create(
                {"user_id": self.salesperson.id, "company_id": self.env.company.id, "day": day,
                 "model": "crm.lead", "kind": "read", "is_total": True, "seconds": seconds}
            )  # fmt: skip
        self.assertAgrees(self.check())

    def test_a_wrong_figure_is_found(self):
        """On the board, in a report and in a counter: each is named with both numbers."""
        self.make(("meeting", 0, BEFORE, "held", 0))
        board = self.env.registry["crm.discipline.board"]
        count = board._count_board

        def wrong_board(board, scope, users, period):
            found = count(board, scope, users, period)
            [own] = [row for row in found["rows"] if row["user_id"] == self.salesperson.id]
            own["figures"]["held"] = [5.0]
            return found

        report = self.env.registry["crm.discipline.activity.report"]
        plans = self.env.registry["crm.plan.target"]

        def wrong_counter(targets):
            for target in targets:
                target.actual = target.pending = 3
                target.problem = False

        def wrong_time(_board, user_ids, _start, _stop):
            return dict.fromkeys(user_ids, (1.0, 1))

        def wrong_report(_report, domain, groupby, aggregates):
            targets = self.env["crm.plan.target"].search([])
            return [(target, 7.0, 0.0, target.target) for target in targets]

        reported = self.env.registry["crm.plan.report"]
        for model, name, wrong, where in (
            (board, "_get_working_time", wrong_time, ("board", None)),
            (reported, "_read_group", wrong_report, ("plan_report", None)),
            (board, "_count_board", wrong_board, ("board", "held")),
            (report, "_meetings", lambda report: _nothing(report), ("activity", "meeting")),
            (plans, "_compute_actual", wrong_counter, ("plan", None)),
        ):
            # (what rows are made of is made once)
            self.env.registry.clear_cache()
            with self.subTest(where=where), patch.object(model, name, wrong):
                check = self.check()
            self.env.registry.clear_cache()
            self.assertTrue(check.differing)
            lines = check.line_ids.filtered(lambda line, where=where: line.report == where[0])
            self.assertTrue(lines)
            # (what is made of the counters is wrong with them)
            others = check.line_ids - lines
            if where[0] == "plan":
                self.assertEqual(
                    {line.report for line in others}, {"board", "digest", "team_plan", "top_bar"}
                )
                others = others.filtered(
                    lambda line: not line.figure.startswith(("targets_", "metric_", "20"))
                )
            self.assertEqual(others.mapped("figure"), [])
            if where[1]:
                self.assertEqual(set(lines.mapped("figure")), {where[1]})
                self.assertIn(self.salesperson, lines.user_id)
        self.assertAgrees(self.check())

    def test_a_wrong_sum_is_found(self):
        """Of a team, of all, and on top: each is named for what it is."""
        self.make(("meeting", 0, BEFORE, "planned", 0))
        board = self.env.registry["crm.discipline.board"]
        count = board._count_board

        def wrong(board, scope, users, period):
            found = count(board, scope, users, period)
            [north] = [row for row in found["team_rows"] if row["team"] == "North"]
            north["figures"]["meetings_waiting"] = [8.0]
            found["total"]["figures"]["held"] = [9.0]
            found["exceptions"][0]["count"] = 7
            return found

        with patch.object(board, "_count_board", wrong):
            check = self.check()
        self.assertEqual(
            {(line.name, line.shown) for line in check.line_ids},
            {("Meetings Waiting for a Result: North", 8), ("Meetings Held", 9),
             ("Meetings Waiting for a Result", 7)},
        )  # fmt: skip

    def test_what_a_company_changed_is_left_out(self):
        rule = self.env.ref("crm_discipline.rule_meeting_subject")
        rule.required_domain = "[('name', '!=', 'x')]"
        check = self.check()
        self.assertFalse(check.differing)
        left_out = check.line_ids.mapped("figure")
        self.assertIn(f"rule_{rule.id}", left_out)
        self.assertIn("missing", left_out)
        self.assertEqual(check.unchecked, len(check.line_ids))
        self.assertTrue(check.line_ids.filtered(lambda line: line.name == rule.name))

    def test_the_job(self):
        old = self.check()
        old.checked_on = NOON - timedelta(days=40)
        job = self.env.ref("crm_discipline.ir_cron_check_figures")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertFalse(old.exists())
        checks = self.env["crm.discipline.check"].search([("company_id", "=", self.env.company.id)])
        months = {(check.date_from, check.date_to) for check in checks}
        self.assertIn(MONTH, months)
        self.assertEqual(len(months), 2)

    def test_shown_on_the_board(self):
        self.assertFalse(self.board_as(self.supervisor).get_board()["check"])
        check = self.check()
        shown = self.board_as(self.supervisor).get_board()["check"]
        self.assertEqual((shown["id"], shown["differing"]), (check.id, 0))
        self.assertFalse(self.board_as(self.salesperson).get_board()["check"])

    def test_of_ones_companies_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["crm.discipline.check"]._check_figures(other, *MONTH)
        seen = self.env["crm.discipline.check"].with_user(self.supervisor)
        self.assertNotIn(theirs, seen.search(Domain.TRUE))


def _nothing(report):
    """Return the meetings of the activity report without any row."""
    columns = report._select(0, {"record_id": SQL("0"), "at": SQL("NULL::timestamp")})
    return SQL("SELECT %s FROM res_company company WHERE FALSE", columns)
