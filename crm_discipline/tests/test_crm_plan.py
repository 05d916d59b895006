"""Making, starting, copying and closing plans, and sharing targets by working days."""

from datetime import date, datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .plan_common import PlanCase


class TestPlan(PlanCase):
    def test_period_gives_the_days_and_the_name(self):
        plans = self.env["crm.plan"].with_user(self.supervisor)
        plan = plans.create({"period": "month"})
        self.assertEqual((plan.date_from, plan.date_to), (date(2026, 3, 1), date(2026, 3, 31)))
        self.assertEqual(plan.name, "March 2026")
        plan = plans.create({"period": "week"})
        self.assertEqual((plan.date_from, plan.date_to), (date(2026, 3, 16), date(2026, 3, 22)))
        self.env.company.discipline_year_month = "4"
        plan = plans.create({"period": "year"})
        self.assertEqual((plan.date_from, plan.date_to), (date(2025, 4, 1), date(2026, 3, 31)))

    def test_start_needs_targets(self):
        plan = self.make_plan({}, state="draft")
        with self.assertRaisesRegex(UserError, "has no targets yet"):
            plan.action_start()

    def test_period_that_ends_before_it_starts(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.make_plan({}, state="draft", date_from="2026-03-31", date_to="2026-03-01")
            self.env.flush_all()

    def test_negative_target(self):
        for target in (-1, -0.5):
            with (
                self.subTest(target=target),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.make_plan({"meetings": target}, state="draft")
                self.env.flush_all()

    def test_overlap_is_refused_with_one_message(self):
        first = self.make_plan({"meetings": 5, "deals": 1})
        self.make_plan({"deals": 1}, user=self.colleague)
        second = self.make_plan(
            {"meetings": 2}, state="draft", period="week", date_from=date(2026, 3, 30),
            date_to=date(2026, 4, 5),
        )  # fmt: skip
        with self.assertRaises(ValidationError) as refusal:
            second.action_start()
        for part in (self.salesperson.name, self.metrics["meetings"].name, first.name):
            self.assertIn(part, str(refusal.exception))
        self.assertEqual(second.state, "draft")
        # the day after is free, and so is another company
        second.write({"date_from": date(2026, 4, 1), "date_to": date(2026, 4, 5)})
        second.action_start()
        with self.assertRaises(ValidationError):
            second.date_from = date(2026, 3, 31)
        with self.assertRaises(ValidationError):
            self.make_plan({"calls": 1}).target_ids.copy({"metric_id": self.metrics["deals"].id})
        first.action_close()
        second.date_from = date(2026, 3, 31)

    def test_closed_plan_keeps_what_it_promised(self):
        plan = self.make_plan({"meetings": 5})
        self.make_held()
        plan.action_close()
        self.assertFigure(plan.target_ids, 1)
        for change in (
            lambda: plan.target_ids.write({"target": 1}),
            lambda: plan.target_ids.unlink(),
            lambda: plan.write({"date_to": date(2026, 3, 20)}),
            lambda: plan.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "Reopen it first"):
                change()
        plan.action_reopen()
        plan.target_ids.target = 1

    def test_copy_to_the_next_period(self):
        plan = self.make_plan({"meetings": 10, "revenue": 999})
        self.colleague.active = False
        plan.target_ids.sudo().create(
            {"plan_id": plan.id, "user_id": self.colleague.id,
             "metric_id": self.metrics["meetings"].id, "target": 3}
        )  # fmt: skip
        following = plan._copy_to_next_period(115)
        self.assertEqual(
            (following.date_from, following.date_to), (date(2026, 4, 1), date(2026, 4, 30))
        )
        self.assertEqual(following.state, "draft")
        self.assertEqual(
            [(t.metric_id.code, round(t.target, 2)) for t in following.target_ids],
            [("meetings", 12), ("revenue", 1148.85)],
        )
        action = plan.action_copy_to_next_period()
        self.assertEqual(self.env["crm.plan"].browse(action["res_id"]).state, "draft")

    def roll(self):
        with patch.object(self.env.cr, "commit", self.env.cr.flush):
            self.env["crm.plan"]._cron_roll_plans()

    def test_plans_roll_by_themselves(self):
        plan = self.make_plan(
            {"meetings": 10}, date_from=date(2026, 1, 1), date_to=date(2026, 1, 31),
            copies_itself=True, copy_percentage=110,
        )  # fmt: skip
        still = self.make_plan({"deals": 10})
        over = self.make_plan({"calls": 10}, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28))
        self.roll()
        self.assertEqual((plan.state, still.state, over.state), ("closed", "running", "closed"))
        february = plan.next_plan_ids
        march = february.next_plan_ids
        self.assertEqual((february.state, march.state), ("closed", "running"))
        self.assertEqual(march.target_ids.target, 12)
        self.assertFalse(over.next_plan_ids)
        self.roll()
        self.assertFalse(march.next_plan_ids)

    def test_a_plan_that_overlaps_does_not_stop_the_others(self):
        plan = self.make_plan(
            {"meetings": 10}, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28),
            copies_itself=True,
        )  # fmt: skip
        self.make_plan({"meetings": 4}, name="By hand")
        over = self.make_plan({"calls": 1}, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28))
        self.roll()
        self.assertEqual((plan.state, over.state), ("closed", "closed"))
        self.assertEqual(plan.next_plan_ids.state, "draft")

    # -- working days --------------------------------------------------------------------------

    def test_who_leaves_keeps_the_share_of_the_days_worked(self):
        plan = self.make_plan({"meetings": 22, "deals": 5})
        received = plan.target_ids._split_by_working_days(
            date(2026, 3, 16), {self.colleague: 2, self.supervisor: 1}
        )
        own = plan.target_ids.filtered(lambda target: target.user_id == self.salesperson)
        self.assertEqual(own.mapped("target"), [10, 2])
        self.assertEqual(own.mapped("left_on"), [date(2026, 3, 15)] * 2)
        self.assertEqual(
            [(t.user_id, t.metric_id.code, t.target) for t in received],
            [
                (self.colleague, "meetings", 8),
                (self.supervisor, "meetings", 4),
                (self.colleague, "deals", 2),
                (self.supervisor, "deals", 1),
            ],
        )
        self.assertEqual(sum(plan.target_ids.mapped("target")), 27)
        # the receiver's pace is that of the days from then on
        self.assertEqual(received[0].expected, 0)
        self.assertEqual(received[0].days_left, 12)

    def test_who_joins(self):
        plan = self.make_plan({"meetings": 22})
        wizard = (
            self.env["crm.plan.share"]
            .with_user(self.supervisor)
            .create(
                {
                    "plan_id": plan.id,
                    "kind": "join",
                    "user_id": self.colleague.id,
                    "like_user_id": self.salesperson.id,
                    "day": date(2026, 3, 16),
                }
            )
        )
        wizard.action_confirm()
        joined = plan.target_ids.filtered(lambda target: target.user_id == self.colleague)
        self.assertEqual((joined.target, joined.joined_on), (12, date(2026, 3, 16)))
        # a whole month is asked for again in the next
        following = plan._copy_to_next_period()
        self.assertEqual(following.target_ids.mapped("target"), [22, 22])

    def test_leaves_and_calendars_count(self):
        calendar = self.env.company.resource_calendar_id
        resource = self.env["resource.resource"].create(
            {
                "name": "Seller",
                "user_id": self.salesperson.id,
                "company_id": self.env.company.id,
                "calendar_id": calendar.id,
            }
        )
        self.env["resource.calendar.leaves"].create(
            [
                {  # a public holiday
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "company_id": self.env.company.id,
                    "date_from": datetime(2026, 3, 3, 0),
                    "date_to": datetime(2026, 3, 3, 22),
                },
                {  # the salesperson's own
                    "name": "Leave",
                    "calendar_id": calendar.id,
                    "company_id": self.env.company.id,
                    "resource_id": resource.id,
                    "date_from": datetime(2026, 3, 4, 0),
                    "date_to": datetime(2026, 3, 6, 22),
                },
            ]
        )
        mine = self.make_target("meetings", 18)
        theirs = self.make_target("meetings", 21, user=self.colleague)
        self.assertEqual((mine.expected, mine.days_left), (6, 12))
        self.assertEqual((theirs.expected, theirs.days_left), (9, 12))

    # -- the grid ------------------------------------------------------------------------------

    def test_grid(self):
        team = self.env["crm.team"].create({"name": "North"})
        self.env["crm.team.member"].create(
            [
                {"crm_team_id": team.id, "user_id": user.id}
                for user in (self.salesperson, self.colleague)
            ]
        )
        february = self.make_plan(
            [(self.salesperson, "meetings", 10), (self.colleague, "deals", 3)],
            date_from=date(2026, 2, 1), date_to=date(2026, 2, 28), team_id=team.id,
        )  # fmt: skip
        self.assertTrue(february)
        plan = self.make_plan({}, state="draft", team_id=team.id)
        meetings, deals = self.metrics["meetings"].id, self.metrics["deals"].id
        grid = plan.get_grid()
        self.assertEqual(
            [row["user_id"] for row in grid["rows"]], [self.colleague.id, self.salesperson.id]
        )
        self.assertEqual(grid["rows"][1]["cells"][meetings], {"target": None, "last": 10})
        plan.action_fill_from_last(120)
        grid = plan.get_grid()
        self.assertEqual(grid["rows"][1]["cells"][meetings]["target"], 12)
        self.assertEqual(grid["rows"][0]["cells"][deals]["target"], 4)
        plan.set_grid(
            [
                {"user_id": self.salesperson.id, "metric_id": meetings, "target": None},
                {"user_id": self.salesperson.id, "metric_id": deals, "target": 7},
                {"user_id": self.colleague.id, "metric_id": deals, "target": 0},
            ]
        )
        self.assertEqual(
            [(t.user_id, t.metric_id.id, t.target) for t in plan.target_ids.sorted("target")],
            [(self.colleague, deals, 0), (self.salesperson, deals, 7)],
        )
