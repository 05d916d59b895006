"""Running targets in a handover: the days before stay the leaver's, the rest is divided."""

from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from ..models import crm_handover_run
from .plan_common import PlanCase
from .test_crm_handover import HandoverCase


class TestHandoverTarget(HandoverCase, PlanCase):
    def setUp(self):
        super().setUp()
        self.leaver_plan = self.make_plan(
            [
                (self.leaver, "meetings", 22),
                (self.leaver, "deals", 5),
                (self.colleague, "meetings", 10),
            ]
        )
        self.own = self.leaver_plan.target_ids.filtered(lambda one: one.user_id == self.leaver)

    def snapshot(self, *plans):
        plans = self.leaver_plan.union(*plans)
        self.env.invalidate_all()
        targets = self.env["crm.plan.target"].search([("plan_id", "in", plans.ids)])
        return {
            (target.plan_id.id, target.user_id.login, target.metric_id.code): (
                target.target, target.joined_on, target.left_on,
            )
            for target in targets
        }  # fmt: skip

    def by_user(self):
        return {key[1:]: values[0] for key, values in self.snapshot().items()}

    def test_the_rest_passes_by_working_days(self):
        before = self.snapshot()
        handover = self.prepare(self.colleague, self.second)
        [row] = [row for row in handover.preview["rows"] if row["kind"] == "target"]
        # each of the two gets a part of both
        self.assertEqual((row["total"], row["counts"]), (2, [2, 2]))
        self.assertIn("2 running targets", handover.preview["sentence"])
        self.assertEqual(handover.preview["total"], 7)
        handover.action_confirm()
        # the 16th of March: ten of 22 working days are over
        self.assertEqual(
            self.by_user(),
            {
                ("seller", "meetings"): 10,
                ("seller", "deals"): 2,
                ("colleague", "meetings"): 16,
                ("colleague", "deals"): 2,
                ("second", "meetings"): 6,
                ("second", "deals"): 1,
            },
        )
        self.assertEqual(set(self.own.mapped("left_on")), {date(2026, 3, 15)})
        [row] = [row for row in handover.preview["rows"] if row["kind"] == "target"]
        self.assertEqual((row["total"], row["counts"]), (2, [2, 2]))
        action = handover.action_view_records("target", self.second.id)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.own)
        # nothing is left to hand over, nor asked for when the leaver is archived
        self.assertNotIn("target", ", ".join(self.leaver._get_open_work_sudo()))
        handover.action_undo()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(set(handover.item_ids.mapped("state")), {"returned"})

    def test_whatever_was_reached_stays(self):
        closed = self.make_plan(
            {"meetings": 8, "deals": 3, "revenue": 2000, "contacts": 4},
            date_from=date(2026, 2, 1), date_to=date(2026, 2, 28),
        )  # fmt: skip
        self.leaver_plan.target_ids = [
            Command.create(
                {"user_id": self.leaver.id, "metric_id": self.metrics[code].id, "target": 9}
            )
            for code in ("revenue", "contacts", "calls")
        ]
        for day in (datetime(2026, 2, 10, 9), datetime(2026, 3, 10, 9)):
            self.make_held(start=day)
            self.make_deal(closed=day)
            self.env["res.partner"].create(
                {
                    "name": "Petr Nový",
                    "phone": "+420603000111",
                    "user_id": self.leaver.id,
                    "acquired_by_id": self.leaver.id,
                    "acquired_on": day,
                }
            )
            self.create_call(user_id=self.leaver.id, start=day).action_set_status(
                self.status("completed").id
            )
        closed.action_close()
        targets = closed.target_ids | self.leaver_plan.target_ids
        self.env.flush_all()
        self.env.invalidate_all()
        figures = {target: (target.actual, target.pending) for target in targets}
        promised = self.snapshot(closed)
        self.assertEqual(
            {figures[target][0] for target in targets if target.user_id == self.leaver}, {1, 1000}
        )
        handover = self.hand_over(self.colleague)
        self.assertEqual({target: (target.actual, target.pending) for target in targets}, figures)
        for target in closed.target_ids:
            key = (closed.id, "seller", target.metric_id.code)
            self.assertEqual(self.snapshot(closed)[key], promised[key])
        self.assertFalse(
            handover.item_ids.filtered(
                lambda item: item.kind == "target" and item.res_id in closed.target_ids.ids
            )
        )
        handover.action_undo()
        self.assertEqual(self.snapshot(closed), promised)
        self.assertEqual({target: (target.actual, target.pending) for target in targets}, figures)

    def test_what_is_over_draft_or_left_already_is_none(self):
        self.leaver_plan.target_ids.filtered(lambda one: one.user_id == self.leaver).sudo().write(
            {"left_on": date(2026, 3, 1)}
        )
        self.make_plan({"deals": 4}, state="draft", date_from=date(2026, 4, 1),
                       date_to=date(2026, 4, 30))  # fmt: skip
        over = self.make_plan({"deals": 4}, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28))
        self.assertEqual(over.state, "running")
        before = self.snapshot(over)
        handover = self.hand_over(self.colleague)
        self.assertNotIn("target", handover.item_ids.mapped("kind"))
        self.assertEqual(self.snapshot(over), before)

    def test_a_plan_that_has_not_begun_passes_whole(self):
        april = self.make_plan({"deals": 4}, date_from=date(2026, 4, 1), date_to=date(2026, 4, 30))
        before = self.snapshot(april)
        handover = self.hand_over(self.colleague)
        now = self.snapshot(april)
        self.assertEqual(now[april.id, "seller", "deals"][0], 0)
        self.assertEqual(now[april.id, "colleague", "deals"][:2], (4, False))
        self.assertNotIn("target", ", ".join(self.leaver._get_open_work_sudo()))
        handover.action_undo()
        self.assertEqual(self.snapshot(april), before)

    def test_who_joined_late_leaves_the_share_of_their_own_days(self):
        # 12 working days from the 16th on, 22 in all; joined on the 9th: 5 of 17 are over
        target = self.own.filtered(lambda one: one.metric_id.code == "meetings")
        target.sudo().write({"joined_on": date(2026, 3, 9), "target": 17})
        self.hand_over(self.second)
        self.assertEqual(self.by_user()["seller", "meetings"], 5)
        self.assertEqual(self.by_user()["second", "meetings"], 12)

    def test_a_receiver_with_a_plan_of_their_own(self):
        same_days = self.make_plan([(self.second, "meetings", 3)])
        self.hand_over(self.second, kinds=["target"])
        now = self.snapshot(same_days)
        self.assertEqual(now[same_days.id, "second", "meetings"][0], 15)
        self.assertNotIn((self.leaver_plan.id, "second", "meetings"), now)
        self.assertEqual(now[self.leaver_plan.id, "second", "deals"][0], 3)

    def test_a_receiver_who_had_left_is_back(self):
        theirs = self.leaver_plan.target_ids - self.own
        theirs.write({"left_on": date(2026, 3, 5)})
        before = self.snapshot()
        handover = self.hand_over(self.colleague, kinds=["target"])
        self.assertEqual((theirs.target, theirs.left_on), (22, False))
        handover.action_undo()
        self.assertEqual(self.snapshot(), before)

    def test_a_receiver_with_other_periods_is_refused_clearly(self):
        self.make_plan(
            [(self.second, "meetings", 3)], period="week", date_from=date(2026, 3, 16),
            date_to=date(2026, 3, 22),
        )  # fmt: skip
        before = self.snapshot()
        handover = self.prepare(self.second)
        with (
            self.assertRaisesRegex(
                UserError, "already has a target.*Leave the running targets out"
            ),
            self.cr.savepoint(),
        ):
            handover.action_confirm()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.client.user_id, self.leaver)
        handover.line_ids.filtered(lambda line: line.kind == "target").is_included = False
        handover.action_confirm()
        self.assertEqual(handover.state, "done")

    def test_undo_leaves_what_was_changed_since(self):
        for change, reason in (
            (lambda mine, theirs: mine.write({"target": 11}), "edited"),
            (lambda mine, theirs: theirs.write({"target": 99}), "edited"),
            (lambda mine, theirs: theirs.unlink(), "deleted"),
            (lambda mine, theirs: mine.plan_id.action_close(), "closed"),
        ):
            with self.subTest(reason=reason), self.cr.savepoint() as savepoint:
                handover = self.hand_over(self.second, kinds=["target"])
                mine = self.own.filtered(lambda one: one.metric_id.code == "meetings")
                theirs = self.leaver_plan.target_ids.filtered(
                    lambda one: one.user_id == self.second and one.metric_id.code == "meetings"
                )
                change(mine, theirs)
                self.env.flush_all()
                changed = self.snapshot()
                handover.action_undo()
                self.env.invalidate_all()
                reasons = {item.res_id: item.reason for item in handover.item_ids}
                self.assertEqual(reasons[mine.id], reason)
                for key, values in self.snapshot().items():
                    if key[2] == "meetings":
                        self.assertEqual(values, changed[key])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_cut_into_pieces_each_is_divided_once(self):
        handover = self.prepare(self.colleague, self.second)
        with (
            patch.object(crm_handover_run, "AT_ONCE", 1),
            patch.object(crm_handover_run, "CHUNK", 1),
            patch.object(type(handover), "_tell_progress", lambda _self, _percent: None),
            self.closed_commits(),
        ):
            handover.action_confirm()
            before = self.snapshot()
            self.env["crm.handover"].sudo()._cron_carry_out()
            self.assertEqual(self.by_user()["seller", "meetings"], 10)
            self.assertEqual(sum(self.by_user().values()), sum(v[0] for v in before.values()))
            handover.action_undo()
            self.env["crm.handover"].sudo()._cron_carry_out()
        self.assertEqual(self.snapshot(), before)

    def test_to_the_plans_team(self):
        team = self.env["crm.team"].create({"name": "South", "member_ids": self.second.ids})
        home = self.env["crm.team"].create(
            {"name": "North", "member_ids": [Command.set((self.leaver | self.colleague).ids)]}
        )
        self.assertEqual(self.leaver.sale_team_id, home)
        self.own.sudo().unlink()
        self.make_plan({"deals": 4}, team_id=team.id, date_from=date(2026, 4, 1),
                       date_to=date(2026, 4, 30))  # fmt: skip
        handover = self.prepare(way="team")
        self.assertEqual(self.counts(handover)["target", "Second Tester"], 1)
        self.assertNotIn(("target", "Colleague Tester"), self.counts(handover))
