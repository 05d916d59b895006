"""A team's table: sums that are true, also over companies and currencies."""

from odoo import Command

from .plan_common import PlanCase


class TestPlanTeam(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan(
            [
                (cls.salesperson, "meetings", 22),
                (cls.salesperson, "revenue", 5000),
                (cls.colleague, "meetings", 11),
                (cls.colleague, "revenue", 1000),
            ]
        )
        cls.targets = cls.env["crm.plan.target"]

    def make_other_company(self, currency):
        company = self.env["res.company"].create(
            {"name": "Abroad", "currency_id": currency.id, "discipline_tz": "Europe/Prague"}
        )
        for user in (self.salesperson, self.supervisor):
            user.company_ids = [Command.link(company.id)]
        return company

    def board(self, *companies):
        boards = self.targets.with_user(self.supervisor)
        ids = [self.env.company.id, *(company.id for company in companies)]
        return boards.with_context(allowed_company_ids=ids).get_team_plan()

    def row(self, board, user):
        [row] = [row for row in board["rows"] if row["user_id"] == user.id]
        return row

    def test_two_targets_of_a_user_are_added_up(self):
        company = self.make_other_company(self.env.company.currency_id)
        self.make_plan({"meetings": 8}, company_id=company.id)
        self.make_held()
        board = self.board(company)
        cell = self.row(board, self.salesperson)["cells"][self.metrics["meetings"].id]
        self.assertEqual((cell["target"], cell["actual"], cell["remaining"]), (30, 1, 29))
        self.assertEqual(len(cell["target_ids"]), 2)
        total = board["totals"][self.metrics["meetings"].id]
        self.assertEqual((total["target"], len(total["target_ids"])), (41, 3))

    def test_several_currencies_do_not_add_up(self):
        euro = self.env.ref("base.EUR") - self.env.company.currency_id or self.env.ref("base.USD")
        euro.active = True
        company = self.make_other_company(euro)
        self.make_plan({"revenue": 300}, company_id=company.id)
        self.make_deal(revenue=700)
        board = self.board(company)
        revenue = self.metrics["revenue"].id
        total = board["totals"][revenue]
        self.assertIn("currencies", total["error"])
        self.assertEqual((total["target"], total["currency_id"], total["pace"]), (0, False, False))
        by_currency = {part["currency_id"]: part for part in total["by_currency"]}
        self.assertEqual(by_currency[euro.id]["target"], 300)
        own = by_currency[self.env.company.currency_id.id]
        self.assertEqual((own["target"], own["actual"]), (6000, 700))
        cell = self.row(board, self.salesperson)["cells"][revenue]
        self.assertEqual(len(cell["by_currency"]), 2)
        self.assertFalse(self.row(board, self.colleague)["cells"][revenue]["error"])

    def test_a_sum_says_what_is_wrong_with_any_part(self):
        targets = self.plan.target_ids.filtered(lambda target: target.metric_code == "meetings")
        counters = {target: target._get_counter() for target in targets}
        counters[targets[1]]["error"] = "The clock is broken"
        total = targets._add_up(counters, targets._get_courses())
        self.assertEqual((total["error"], total["pace"]), ("The clock is broken", False))

    def test_the_pace_of_a_sum_is_that_of_what_is_expected(self):
        # who joins late is expected to have done less
        late = self.plan.target_ids.filtered(
            lambda target: target.user_id == self.colleague and target.metric_code == "meetings"
        )
        late.joined_on = "2026-03-16"
        for _number in range(10):
            self.make_held()
        total = self.board()["totals"][self.metrics["meetings"].id]
        self.assertEqual((total["expected"], total["actual"]), (10, 10))
        self.assertEqual(total["pace"], "on_track")

    def test_a_sum_is_on_track_where_each_of_its_members_is(self):
        """Half a deal of one and half a deal of another aren't a deal that is late."""
        self.make_plan(
            [(self.salesperson, "deals", 4), (self.colleague, "deals", 4)],
        )
        # by now 1.8 are expected of each, together 3.6
        for user in (self.salesperson, self.colleague):
            self.make_deal(user=user)
        board = self.board()
        deals = self.metrics["deals"].id
        paces = {
            self.row(board, user)["cells"][deals]["pace"]
            for user in (self.salesperson, self.colleague)
        }
        self.assertEqual(paces, {"on_track"})
        self.assertEqual(board["totals"][deals]["pace"], "on_track")

    def test_a_sum_opens_exactly_what_it_counts(self):
        mine = self.make_held() | self.make_held(client=self.surname_only)
        theirs = self.make_held(user=self.colleague)
        total = self.board()["totals"][self.metrics["meetings"].id]
        targets = self.targets.with_user(self.supervisor).browse(total["target_ids"])
        for action, expected in (
            (targets.action_view_records(), mine[0] | theirs),
            (targets.action_view_pending(), mine[1]),
        ):
            records = self.env[action["res_model"]].with_user(self.supervisor)
            opened = records.with_context(**action["context"]).search(action["domain"])
            self.assertEqual(opened, expected)
        self.assertEqual((total["actual"], total["pending"]), (2, 1))

    def test_the_course_of_a_team(self):
        self.make_held()
        self.make_held(user=self.colleague)
        targets = self.plan.target_ids.filtered(lambda target: target.metric_code == "meetings")
        apart = targets.with_user(self.supervisor).get_burn_up()
        [together] = targets.with_user(self.supervisor).get_burn_up(together=True)
        self.assertEqual(together["planned"][-1], 33)
        self.assertEqual(together["actual"][-1], 2)
        self.assertEqual(
            together["actual"],
            [sum(day) for day in zip(*(one["actual"] for one in apart), strict=True)],
        )

    def test_the_report_adds_up_no_different_metrics(self):
        self.make_held()
        rows = self.env["crm.plan.report"].with_user(self.supervisor)
        domain = [("plan_id", "=", self.plan.id)]
        measures = ["target:sum", "actual:sum"]
        [whole], metrics = rows.formatted_read_grouping_sets(domain, [[], ["metric_id"]], measures)
        self.assertEqual((whole["target:sum"], whole["actual:sum"]), (False, False))
        self.assertNotIn("metric_id:count_distinct", whole)
        targets = {group["metric_id"][0]: group["target:sum"] for group in metrics}
        self.assertEqual(targets[self.metrics["meetings"].id], 33)
        self.assertEqual(targets[self.metrics["revenue"].id], 6000)
        meetings = [("metric_id", "=", self.metrics["meetings"].id)]
        [whole] = rows.formatted_read_group([*domain, *meetings], [], measures)
        self.assertEqual((whole["target:sum"], whole["actual:sum"]), (33, 1))
