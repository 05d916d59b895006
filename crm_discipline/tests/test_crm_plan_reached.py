"""A target that is reached is celebrated once, by its salesperson only."""

from .plan_common import PlanCase


class TestPlanReached(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan({"meetings": 1, "deals": 2, "calls": 0})
        cls.targets = cls.env["crm.plan.target"]

    def claim(self, user=None):
        self.env.invalidate_all()
        mine = self.targets.with_user(user or self.salesperson)
        announced = mine.get_counter()["to_celebrate"]
        claimed = mine.claim_reached()
        self.assertEqual(announced, bool(claimed))
        return [counter["metric"] for counter in claimed]

    def test_once(self):
        self.assertEqual(self.claim(), [])
        self.make_held()
        self.assertEqual(self.claim(self.supervisor), [])
        self.assertEqual(self.claim(), [self.metrics["meetings"].name])
        self.assertEqual(self.claim(), [])

    def test_not_again_for_what_was_undone(self):
        meeting = self.make_held()
        self.claim()
        meeting.active = False
        self.assertEqual(self.claim(), [])
        meeting.active = True
        self.assertEqual(self.claim(), [])

    def test_a_raised_target_is_reached_anew(self):
        self.make_held()
        self.claim()
        target = self.plan.target_ids.filtered(lambda target: target.metric_code == "meetings")
        target.with_user(self.supervisor).target = 2
        self.assertEqual(self.claim(), [])
        self.make_held()
        self.assertEqual(self.claim(), [self.metrics["meetings"].name])
        target.with_user(self.supervisor).target = 1
        self.assertEqual(self.claim(), [])

    def test_who_has_no_plan(self):
        for user in (self.employee, self.operator, self.portal_user):
            self.assertEqual(self.targets.with_user(user).claim_reached(), [])

    def test_the_next_plan_celebrates_its_own(self):
        self.make_held()
        self.claim()
        following = self.plan.sudo()._copy_to_next_period()
        self.assertFalse(any(following.target_ids.mapped("celebrated_on")))
