"""What a figure counts, on which day, and for whom."""

from datetime import datetime

from odoo.exceptions import AccessError

from .plan_common import NOON, PlanCase


class TestPlanProgress(PlanCase):
    def test_meetings_count_when_held_and_complete(self):
        target = self.make_target("meetings", 3)
        self.assertFigure(target, 0)
        self.make_held()
        self.make_held(client=self.surname_only)
        self.make_held(meeting_status="planned", meeting_result_id=False)
        self.make_held(user=self.colleague)
        self.assertFigure(target, 1, pending=1)
        self.assertEqual((target.remaining, round(target.progress, 1)), (2, 33.3))
        self.surname_only.write({"name": "Jan Dvořák", "phone": "+420602345678"})
        self.assertFigure(target, 2)

    def test_contacts(self):
        target = self.make_target("contacts", 3)
        partners = self.env["res.partner"].with_user(self.salesperson)
        partners.create({"name": "Petr Malý", "phone": "+420603111222"})
        partners.create({"name": "Malý"})
        self.assertFigure(target, 1, pending=1)

    def test_a_contact_entered_by_the_operator_counts_for_the_salesperson(self):
        target = self.make_target("contacts", 3)
        theirs = self.make_target("contacts", 3, user=self.colleague)
        partners = self.env["res.partner"].with_user(self.operator)
        partner = partners.create(
            {"name": "Petr Malý", "phone": "+420603111222", "user_id": self.salesperson.id}
        )
        self.assertFigure(target, 1)
        partner.phone = False
        self.assertFigure(target, 0, pending=1)
        # who looks after the client later did not bring it
        partner.sudo().user_id = self.colleague
        self.assertFigure(target, 0, pending=1)
        self.assertFigure(theirs, 0)

    def test_calls_count_when_they_are_processed(self):
        target = self.make_target("calls", 3)
        completed = self.env.ref("crm_discipline.call_status_completed")
        calls = self.env["crm.call"].with_user(self.salesperson)
        first, _waiting, inside = calls.create(
            [
                {"start": NOON, "partner_id": self.client.id},
                {"start": NOON, "partner_id": self.client.id},
                {"start": NOON, "phone": "+420601999888"},
            ]
        )
        inside.sudo().match_state = "internal"
        self.assertFigure(target, 0)
        undo = first.action_set_status(completed.id)
        inside.action_set_status(completed.id)
        self.assertFigure(target, 1)
        first.action_undo_status(undo["params"]["args"][-1])
        self.assertFigure(target, 0)

    def test_a_deal_that_is_lost_or_deleted_is_undone(self):
        target = self.make_target("deals", 3)
        revenue = self.make_target("revenue", 3000)
        lost, deleted = self.make_deal(), self.make_deal()
        self.assertFigure(target, 2)
        lost.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        lost.action_set_lost()
        self.assertFigure(target, 1)
        deleted.unlink()
        self.assertFigure(target, 0)
        self.assertFigure(revenue, 0)

    def test_a_meeting_that_is_moved_counts_where_it_is(self):
        target = self.make_target("meetings", 3)
        theirs = self.make_target("meetings", 3, user=self.colleague)
        meeting = self.make_held()
        self.assertFigure(target, 1)
        meeting.user_id = self.colleague
        self.assertFigure(target, 0)
        self.assertFigure(theirs, 1)
        april = datetime(2026, 4, 2, 8)
        meeting.write({"start": april, "stop": april})
        self.assertFigure(theirs, 0)

    def test_deals_and_revenue(self):
        deals = self.make_target("deals", 3)
        revenue = self.make_target("revenue", 3000)
        deal = self.make_deal(revenue=1500)
        self.assertFigure(deals, 1)
        self.assertFigure(revenue, 1500)
        deal.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.assertFigure(deals, 0)
        self.assertFigure(revenue, 0)

    def test_borders_are_the_company_s(self):
        target = self.make_target("meetings", 3)
        self.make_held(datetime(2026, 2, 28, 22, 59, 59))
        self.make_held(datetime(2026, 2, 28, 23, 0, 0))
        self.make_held(datetime(2026, 3, 31, 21, 59, 59))  # summer time meanwhile
        self.make_held(datetime(2026, 3, 31, 22, 0, 0))
        self.assertFigure(target, 2)

    def test_pace(self):
        target = self.make_target("meetings", 22)
        for _number in range(3):
            self.make_held(NOON)
        self.assertEqual((target.expected, target.days_left), (10, 12))
        self.assertEqual(target.pace, "at_risk")

    def test_two_plans_of_the_same_days(self):
        running = self.make_target("meetings", 3)
        draft = self.make_target("meetings", 5, state="draft")
        self.make_held()
        self.make_held(client=self.surname_only)
        both = running | draft
        self.assertEqual([target.actual for target in both], [1, 1])
        self.assertEqual([target.pending for target in both], [1, 1])
        self.assertEqual(both._count_by_day(), {(target.id, NOON.date()): 1 for target in both})

    def test_target_of_zero_is_reached(self):
        target = self.make_target("meetings", 0)
        self.assertEqual((target.progress, target.remaining), (100, 0))
        self.make_held()
        self.assertFigure(target, 1)
        self.assertEqual((target.progress, target.remaining, target.pace), (100, 0, "ahead"))

    def test_more_than_the_target_leaves_nothing(self):
        target = self.make_target("meetings", 1)
        self.make_held()
        self.make_held()
        self.assertEqual((target.remaining, target.progress), (0, 200))

    def test_deleted_and_archived_meetings_do_not_count(self):
        target = self.make_target("meetings", 3)
        deleted, archived = self.make_held(), self.make_held()
        self.assertFigure(target, 2)
        deleted.unlink()
        archived.active = False
        self.assertFigure(target, 0)

    def test_reassigned_opportunity(self):
        mine = self.make_target("deals", 3)
        theirs = self.make_target("deals", 3, user=self.colleague)
        deal = self.make_deal()
        self.assertFigure(mine, 1)
        deal.user_id = self.colleague
        self.assertFigure(mine, 0)
        self.assertFigure(theirs, 1)

    def test_won_deal_that_is_put_away_stays_won(self):
        target = self.make_target("deals", 3)
        self.make_deal().active = False
        self.assertFigure(target, 1)

    def test_archived_user_keeps_what_was_reached(self):
        target = self.make_target("deals", 3)
        self.make_deal()
        self.salesperson.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        seen = target.with_user(self.supervisor)
        self.assertEqual(seen.actual, 1)
        self.assertEqual(len(self.opened(target, self.supervisor)), 1)

    def test_private_meeting_counts_and_shows_as_busy(self):
        target = self.make_target("meetings", 3)
        self.make_held(privacy="private", name="Secret")
        self.assertFigure(target, 1)
        seen = self.opened(target, self.supervisor)
        self.assertEqual(seen.name, "Busy")

    def test_companies_and_currencies(self):
        other = self.env["res.company"].create(
            {"name": "Other Company", "currency_id": self.env.ref("base.JPY").id}
        )
        self.supervisor.company_ids |= other
        self.salesperson.company_ids |= other
        here = self.make_target("revenue", 3000)
        there = self.make_target("revenue", 3000, company_id=other.id)
        for company, revenue in ((self.env.company, 1000), (other, 20000), (False, 500)):
            deal = self.make_deal(revenue=revenue, team_id=False)
            deal.company_id = company
        self.env.flush_all()
        self.env.invalidate_all()
        # what belongs to no company counts at home
        self.assertEqual((here.actual, here.currency_id), (1500, self.env.company.currency_id))
        self.assertEqual((there.actual, there.currency_id), (20000, other.currency_id))
        seen = there.with_user(self.supervisor)
        self.assertFalse(seen.with_company(self.env.company).search([("id", "=", there.id)]))
        self.assertTrue(seen.with_company(other).search([("id", "=", there.id)]))

    def test_targets_of_others_are_not_read(self):
        target = self.make_target("meetings", 3, user=self.colleague)
        mine = self.make_target("meetings", 3, state="draft")
        targets = self.env["crm.plan.target"].with_user(self.salesperson)
        self.assertFalse(targets.search([("id", "in", (target | mine).ids)]))
        rows = self.env["crm.plan.report"].with_user(self.salesperson)
        self.assertFalse(rows.search([("target_id", "in", (target | mine).ids)]))
        # nor asked for by way of their records
        self.make_held(user=self.colleague)
        meetings = self.env["calendar.event"].with_user(self.salesperson)
        self.assertFalse(meetings.search([("counted_target_ids", "in", target.ids)]))
        with self.assertRaises(AccessError):
            target.with_user(self.salesperson).action_view_records()

    def test_what_a_record_counts_for(self):
        target = self.make_target("meetings", 3)
        complete, incomplete = self.make_held(), self.make_held(client=self.surname_only)
        self.env.flush_all()
        self.assertEqual(complete.counted_target_ids, target)
        self.assertEqual(incomplete.pending_target_ids, target)
        self.assertFalse(incomplete.counted_target_ids)
