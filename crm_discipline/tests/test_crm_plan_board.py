"""What the screens of plans ask: each in one request, under the rights of who asks."""

from datetime import timedelta

from odoo.exceptions import AccessError

from .plan_common import MONTH, NOON, PlanCase


class TestPlanBoard(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan(
            [
                (cls.salesperson, "meetings", 22),
                (cls.salesperson, "deals", 2),
                (cls.salesperson, "revenue", 5000),
                (cls.colleague, "meetings", 11),
            ]
        )
        cls.targets = cls.env["crm.plan.target"]

    def test_my_plan(self):
        self.make_held()
        self.make_held(client=self.surname_only)
        plan = self.targets.with_user(self.salesperson).get_my_plan()
        self.assertEqual(plan["period"]["key"], "2026-03-01/2026-03-31")
        self.assertEqual((plan["days"], plan["days_left"]), (22, 12))
        self.assertEqual(
            [counter["code"] for counter in plan["counters"]], ["meetings", "deals", "revenue"]
        )
        meetings, deals, revenue = plan["counters"]
        self.assertEqual(
            [meetings[key] for key in ("target", "actual", "remaining", "pending", "expected")],
            [22, 1, 21, 1, 10],
        )
        self.assertEqual((meetings["pace"], meetings["unit"]), ("at_risk", "count"))
        self.assertEqual(deals["pace"], "on_track")
        self.assertEqual(revenue["unit"], "money")
        self.assertEqual(revenue["currency_id"], self.env.company.currency_id.id)

    def test_the_plan_of_a_colleague(self):
        plan = self.targets.with_user(self.supervisor).get_my_plan(user_id=self.colleague.id)
        self.assertEqual((plan["user"], plan["is_own"]), (self.colleague.name, False))
        self.assertEqual([counter["target"] for counter in plan["counters"]], [11])
        own = self.targets.with_user(self.salesperson).get_my_plan(user_id=self.salesperson.id)
        self.assertTrue(own["is_own"])
        self.assertEqual(len(own["counters"]), 3)

    def test_the_plan_of_a_colleague_is_refused_to_all_but_supervisors(self):
        for user in (self.salesperson, self.operator, self.employee, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.targets.with_user(user).get_my_plan(user_id=self.colleague.id)
        for stranger in (self.employee, self.portal_user):
            with self.subTest(stranger.login), self.assertRaises(AccessError):
                self.targets.with_user(self.supervisor).get_my_plan(user_id=stranger.id)

    def test_a_row_of_the_board_opens_the_plan(self):
        board = self.env["crm.discipline.board"]
        action = board.with_user(self.supervisor).get_person_action(self.colleague.id)
        self.assertEqual(action["tag"], "crm_discipline.my_plan")
        self.assertEqual(action["params"], {"user_id": self.colleague.id})
        own = board.with_user(self.salesperson).get_person_action(self.salesperson.id)
        self.assertEqual(own["tag"], "crm_discipline.my_plan")
        with self.assertRaises(AccessError):
            board.with_user(self.salesperson).get_person_action(self.colleague.id)

    def test_another_period(self):
        april = self.plan.sudo()._copy_to_next_period()
        april.action_start()
        mine = self.targets.with_user(self.salesperson)
        plan = mine.get_my_plan()
        self.assertEqual(len(plan["periods"]), 2)
        self.assertEqual(plan["period"]["date_from"], "2026-03-01")
        plan = mine.get_my_plan(period=plan["periods"][0]["key"])
        self.assertEqual(plan["period"]["date_from"], "2026-04-01")
        self.assertFalse(plan["counters"][0]["pace"])
        self.assertEqual(mine.get_my_plan(date="2026-04-05")["period"], plan["period"])

    def test_counter_is_the_one_that_goes_worst(self):
        counter = self.targets.with_user(self.salesperson).get_counter()
        self.assertEqual(counter["counter"]["code"], "meetings")
        self.assertEqual((counter["reached"], counter["total"]), (0, 3))
        for user in (self.employee, self.operator, self.portal_user):
            self.assertFalse(self.targets.with_user(user).get_counter()["counter"])

    def test_team(self):
        self.make_held(user=self.colleague)
        board = self.targets.with_user(self.supervisor).get_team_plan()
        self.assertEqual(board["metrics"][0]["code"], "meetings")
        rows = {row["user_id"]: row for row in board["rows"]}
        meetings = self.metrics["meetings"].id
        self.assertEqual(rows[self.colleague.id]["cells"][meetings]["actual"], 1)
        total = board["totals"][meetings]
        self.assertEqual((total["target"], total["actual"], total["remaining"]), (33, 1, 32))
        # a salesperson sees only what is theirs
        board = self.targets.with_user(self.salesperson).get_team_plan()
        self.assertEqual([row["user_id"] for row in board["rows"]], self.salesperson.ids)

    def test_burn_up(self):
        self.make_held(NOON - timedelta(days=10))
        self.make_held(NOON - timedelta(days=10))
        self.make_held(NOON)
        target = self.plan.target_ids.filtered(
            lambda target: target.user_id == self.salesperson and target.target == 22
        )
        [series] = target.with_user(self.salesperson).get_burn_up()
        self.assertEqual(len(series["days"]), 31)
        self.assertEqual(series["planned"][-1], 22)
        self.assertEqual(series["planned"][0], 0)  # a Sunday
        self.assertEqual(len(series["actual"]), 16)
        self.assertEqual(series["actual"][4:7] + series["actual"][-2:], [0, 2, 2, 2, 3])
        with self.assertRaises(AccessError):
            target.with_user(self.colleague).get_burn_up()

    def test_next_steps(self):
        past = self.make_held(meeting_status="planned", meeting_result_id=False)
        past.write({"start": NOON - timedelta(hours=3), "stop": NOON - timedelta(hours=2)})
        pending = self.make_held(client=self.surname_only)
        call = self.env["crm.call"].create(
            {
                "direction": "in",
                "disposition": "missed",
                "user_id": self.salesperson.id,
                "partner_id": self.client.id,
                "start": NOON - timedelta(hours=1),
            }
        )
        found = self.targets.with_user(self.salesperson).get_next_steps()
        self.assertEqual(
            [(step["kind"], step["id"]) for step in found["steps"]],
            [("return_call", call.id), ("meeting_result", past.id), ("complete", pending.id)],
        )
        self.assertEqual(
            found["steps"][2]["missing"],
            [self.rule("rule_meeting_client_name").name, self.rule("rule_meeting_contact").name],
        )
        self.assertEqual(found["totals"], {"return_call": 1, "meeting_result": 1, "complete": 1})

    def test_missed_calls_leave_room_for_meetings(self):
        self.env["crm.call"].create(
            [
                {
                    "direction": "in",
                    "disposition": "missed",
                    "user_id": self.salesperson.id,
                    "phone": f"+4206012345{number:02}",
                    "start": NOON - timedelta(hours=number),
                }
                for number in range(9)
            ]
        )
        past = self.make_held(meeting_status="planned", meeting_result_id=False)
        past.write({"start": NOON - timedelta(hours=3), "stop": NOON - timedelta(hours=2)})
        for _number in range(9):
            self.make_held(client=self.surname_only)
        found = self.targets.with_user(self.salesperson).get_next_steps()
        kinds = [step["kind"] for step in found["steps"]]
        self.assertEqual(kinds, ["return_call"] * 2 + ["meeting_result"] + ["complete"] * 2)
        self.assertEqual(found["totals"], {"return_call": 9, "meeting_result": 1, "complete": 9})
        self.assertEqual(found["results"], self.env["crm.meeting.result"].search_read([], ["name"]))

    def test_a_result_is_said_at_once_where_nothing_else_is_asked(self):
        def past(**values):
            meeting = self.make_held(meeting_status="planned", meeting_result_id=False, **values)
            return meeting.with_user(self.salesperson)

        whole, incomplete, asking = past(), past(client=self.surname_only), past()
        said = whole.action_meeting_held(self.agreed.id)
        self.assertEqual(said["tag"], "crm_discipline.undo")
        self.assertEqual((whole.meeting_status, whole.meeting_result_id), ("held", self.agreed))
        # what is missing is asked for, with the result as it was chosen
        asked = incomplete.action_meeting_held(self.agreed.id)
        self.assertEqual(asked["res_model"], "crm.meeting.held")
        self.assertEqual(asked["context"]["default_result_id"], self.agreed.id)
        self.assertEqual(incomplete.meeting_status, "planned")
        note = self.agreed.copy({"name": "Other", "requires_note": True})
        self.assertEqual(asking.action_meeting_held(note.id)["res_model"], "crm.meeting.held")
        self.assertEqual(asking.meeting_status, "planned")

    def test_a_broken_metric_stops_no_other(self):
        self.make_held()
        self.metrics["deals"].date_field_id.sudo()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_plan_metric SET date_field_id = NULL WHERE id = %s",
            [self.metrics["deals"].id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        plan = self.targets.with_user(self.salesperson).get_my_plan()
        meetings, deals, revenue = plan["counters"]
        self.assertEqual((meetings["actual"], meetings["error"]), (1, False))
        self.assertIn("When", deals["error"])
        self.assertFalse(revenue["error"])
        rows = self.env["crm.plan.report"].with_user(self.supervisor)
        self.assertEqual(len(rows.search([("plan_id", "=", self.plan.id)])), 4)
        self.assertEqual(MONTH[0], self.plan.date_from)

    def test_query_count_does_not_grow_with_targets(self):
        def count(plan):
            targets = self.targets.with_user(self.supervisor).search([("plan_id", "=", plan.id)])
            for _warming in range(3):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                targets.mapped("pace")
                targets.mapped("pending")
                queries = self.env.cr.sql_log_count - before
            return queries

        users = self.env["res.users"].create(
            [{"name": f"Seller {number}", "login": f"seller_{number}"} for number in range(20)]
        )
        one = self.make_plan([(users[0], "meetings", 1)])
        many = self.make_plan([(user, "meetings", 1) for user in users[1:]])
        self.assertEqual(count(many), count(one))

    def test_the_board_asks_as_often_for_any_number(self):
        def count():
            boards = self.targets.with_user(self.supervisor)
            for _warming in range(3):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                boards.get_team_plan()
                queries = self.env.cr.sql_log_count - before
            return queries

        few = count()
        users = self.env["res.users"].create(
            [{"name": f"Seller {number}", "login": f"seller_{number}"} for number in range(20)]
        )
        self.make_plan([(user, "meetings", 1) for user in users])
        self.assertEqual(count(), few)
