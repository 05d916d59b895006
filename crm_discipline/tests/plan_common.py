"""What the tests of plans share: a month in Prague, and records that count in it."""

from datetime import date, datetime

from freezegun import freeze_time

from .common import DisciplineCase

MONTH = (date(2026, 3, 1), date(2026, 3, 31))
NOON = datetime(2026, 3, 16, 11)  # UTC; a Monday


class PlanCase(DisciplineCase):
    """A plan of March 2026 for the salesperson, looked at on the 16th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env.company.discipline_tz = "Europe/Prague"
        cls.metrics = {
            code: cls.env.ref(f"crm_discipline.metric_{code}")
            for code in ("contacts", "meetings", "deals", "calls", "revenue")
        }

    @classmethod
    def make_plan(cls, targets=(), state="running", user=None, **values):
        """Make a plan with ``targets``: {metric code: target} of one user, or (user, code, target)."""
        if isinstance(targets, dict):
            owner = user or cls.salesperson
            targets = [(owner, code, target) for code, target in targets.items()]
        plan = (
            cls.env["crm.plan"]
            .with_user(cls.supervisor)
            .create(
                {
                    "period": "month",
                    "date_from": MONTH[0],
                    "date_to": MONTH[1],
                    "target_ids": [
                        (0, 0, {
                            "user_id": owner.id,
                            "metric_id": cls.metrics[code].id,
                            "target": target,
                        })
                        for owner, code, target in targets
                    ],
                    **values,
                }
            )
        )  # fmt: skip
        if state == "running":
            plan.action_start()
        return plan

    @classmethod
    def make_target(cls, code="meetings", target=10, user=None, **values):
        return cls.make_plan({code: target}, user=user, **values).target_ids

    def make_held(self, start=NOON, user=None, client=None, **values):
        """Make a meeting that was held, whatever its data, as a synchronisation would."""
        user = user or self.salesperson
        held = {"meeting_status": "held", "meeting_result_id": self.agreed.id}
        values = {"start": start, "stop": start, "user_id": user.id, **held, **values}
        return self.env["calendar.event"].create(self.prepare_meeting(client=client, **values))

    def make_deal(self, closed=NOON, user=None, revenue=1000, **values):
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "user_id": (user or self.salesperson).id,
                "expected_revenue": revenue,
                **values,
            }
        )
        lead.stage_id = won
        lead.date_closed = closed
        return lead

    def opened(self, target, reader=None, pending=False):
        """Return the records that a click on a figure shows to a reader."""
        target = target.with_user(reader or target.user_id)
        action = target.action_view_pending() if pending else target.action_view_records()
        records = self.env[action["res_model"]].with_user(reader or target.user_id)
        return records.with_context(**action["context"]).search(action["domain"])

    def assertFigure(self, target, actual, pending=0):
        """Assert what a target shows to everybody who may see it, and that a click opens just that."""
        self.env.flush_all()
        self.env.invalidate_all()
        for reader in (target.user_id, self.supervisor):
            seen = target.with_user(reader)
            self.assertEqual((seen.actual, seen.pending), (actual, pending))
            definition = seen.metric_id._get_definition()
            for is_pending, figure in ((False, actual), (True, pending)):
                records = self.opened(target, reader, is_pending)
                measure = definition.measure
                total = sum(records.mapped(measure)) if measure else len(records)
                self.assertEqual(total, figure)
        [row] = (
            self.env["crm.plan.report"]
            .with_user(self.supervisor)
            .search_read([("target_id", "=", target.id)], ["actual", "pending", "target"])
        )
        self.assertEqual((row["actual"], row["pending"]), (actual, pending))
