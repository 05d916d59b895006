"""One law of figures, on random data and for each role: a figure is the number of records that a
click opens, the sum over their group-by, and the sum of the report."""

import os
from contextlib import suppress
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .plan_common import PlanCase

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "10"))
# around both borders of the month, the change to summer time, and in the middle
MOMENTS = st.sampled_from(
    [
        datetime(2026, 2, 28, 22, 59, 59),
        datetime(2026, 2, 28, 23, 0, 0),
        datetime(2026, 3, 15, 12, 0, 0),
        datetime(2026, 3, 29, 1, 30, 0),
        datetime(2026, 3, 31, 21, 59, 59),
        datetime(2026, 3, 31, 22, 0, 0),
    ]
)
OWNERS = st.integers(0, 3)
MEETING = st.tuples(
    MOMENTS,
    OWNERS,
    st.sampled_from(["planned", "held", "held", "held", "cancelled"]),
    st.integers(0, 2),  # which client
    st.booleans(),  # with a result
    st.sampled_from([False, "private", "confidential"]),
    st.booleans(),  # active
)
DEAL = st.tuples(
    MOMENTS,
    OWNERS,
    st.booleans(),  # won
    st.sampled_from([0, 0.5, 1000, 333.33]),
    st.sampled_from(["none", "own", "other"]),  # company
    st.booleans(),  # archived afterwards
)
CONTACT = st.tuples(
    MOMENTS,
    OWNERS,
    st.sampled_from(["Jan Novák", "Novák"]),
    st.sampled_from([False, "+420601111222"]),
    st.booleans(),
)
CALL = st.tuples(MOMENTS, OWNERS, st.booleans())


class Undo(Exception):
    """The next example begins anew."""


class TestPlanProperties(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.other_company = cls.env["res.company"].create(
            {
                "name": "Other Company",
                "currency_id": cls.env.ref("base.JPY").id,
            }
        )
        cls.other_company.discipline_tz = "Asia/Tokyo"
        cls.foreigner = cls.env["res.users"].create(
            {
                "name": "Foreigner Tester",
                "login": "foreigner",
                "company_id": cls.other_company.id,
                "company_ids": [(6, 0, (cls.env.company | cls.other_company).ids)],
                "group_ids": [(6, 0, cls.salesperson.group_ids.ids)],
            }
        )
        for user in (cls.supervisor, cls.salesperson, cls.colleague):
            user.company_ids |= cls.other_company
        cls.owners = [cls.salesperson, cls.colleague, cls.supervisor, cls.foreigner]
        cls.clients = cls.client | cls.surname_only | cls.company_client
        codes = ("contacts", "meetings", "deals", "calls", "revenue")
        targets = [(owner, code, 3) for owner in cls.owners for code in codes]
        cls.plans = cls.make_plan(targets) | cls.make_plan(targets, company_id=cls.other_company.id)

    def fill(self, meetings, deals, contacts, calls):
        Event = self.env["calendar.event"]
        Event.create(
            [
                {
                    "name": "Offer",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": self.owners[owner].id,
                    "partner_ids": [(6, 0, self.owners[owner].partner_id.ids)],
                    "client_id": self.clients[client].id,
                    "meeting_status": status,
                    "meeting_result_id": self.agreed.id if result else False,
                    "privacy": privacy,
                    "active": active,
                }
                for start, owner, status, client, result, privacy, active in meetings
            ]
        )
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        companies = {"none": False, "own": self.env.company.id, "other": self.other_company.id}
        for closed, owner, is_won, revenue, company, archived in deals:
            deal = self.env["crm.lead"].create(
                {
                    "name": "Deal",
                    "type": "opportunity",
                    "user_id": self.owners[owner].id,
                    "team_id": False,
                    "expected_revenue": revenue,
                    "company_id": companies[company],
                }
            )
            deal.company_id = companies[company]
            if is_won:
                deal.stage_id = won
                deal.date_closed = closed
            if archived and is_won:
                deal.active = False
        self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "phone": phone,
                    "acquired_by_id": self.owners[owner].id,
                    "acquired_on": moment,
                    "active": active,
                }
                for moment, owner, name, phone, active in contacts
            ]
        )
        status = self.env.ref("crm_discipline.call_status_completed")
        self.env["crm.call"].create(
            [
                {
                    "start": start,
                    "user_id": self.owners[owner].id,
                    "partner_id": self.client.id,
                    "status_id": status.id if handled else False,
                }
                for start, owner, handled in calls
            ]
        )

    @settings(
        max_examples=EXAMPLES,
        # time stands still here, by which Hypothesis would know when to give up making it smaller
        phases=(Phase.explicit, Phase.generate),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(MEETING, max_size=8),
        st.lists(DEAL, max_size=5),
        st.lists(CONTACT, max_size=5),
        st.lists(CALL, max_size=4),
        st.randoms(use_true_random=False),
    )
    def test_a_figure_is_its_records(self, meetings, deals, contacts, calls, chance):
        with suppress(Undo), self.cr.savepoint():
            self.fill(meetings, deals, contacts, calls)
            self.env.flush_all()
            self.env.invalidate_all()
            for target in chance.sample(list(self.plans.target_ids), 4):
                self.check_target(target)
            self.check_report(chance.choice(list(self.plans)))
            raise Undo
        self.env.invalidate_all()

    def check_target(self, target):
        definition = target.metric_id._get_definition()
        company = target.company_id
        for reader in (target.user_id, self.supervisor):
            if company not in reader.company_ids:
                continue
            seen = target.with_user(reader).with_company(company)
            for pending, figure in ((False, seen.actual), (True, seen.pending)):
                action = seen.action_view_pending() if pending else seen.action_view_records()
                model = self.env[action["res_model"]].with_user(reader).with_company(company)
                model = model.with_context(**action["context"])
                records = model.search(action["domain"])
                measure = definition.measure
                amounts = [record[measure] if measure else 1 for record in records.sudo()]
                self.assertAlmostEqual(sum(amounts), figure, msg=f"{target.display_name} opened")
                aggregate = f"{measure}:sum" if measure else "__count"
                for groupby in (definition.user_field, f"{definition.date_field}:day"):
                    groups = model._read_group(action["domain"], [groupby], [aggregate])
                    total = sum(amount for _value, amount in groups)
                    self.assertAlmostEqual(total, figure, msg=f"{target.display_name} {groupby}")

    def check_report(self, plan):
        report = self.env["crm.plan.report"].with_user(self.supervisor)
        report = report.with_company(plan.company_id)
        targets = plan.target_ids.with_user(self.supervisor)
        for groupby in ("metric_id", "user_id"):
            groups = report._read_group(
                [("plan_id", "=", plan.id)], [groupby], ["actual:sum", "pending:sum", "target:sum"]
            )
            for value, actual, pending, target in groups:
                own = targets.grouped(groupby)[value]
                self.assertAlmostEqual(sum(own.mapped("actual")), actual)
                self.assertAlmostEqual(sum(own.mapped("pending")), pending)
                self.assertAlmostEqual(sum(own.mapped("target")), target)

    def test_dates_are_those_of_the_law(self):
        self.assertEqual(
            {plan.utc_from for plan in self.plans},
            {datetime(2026, 2, 28, 23), datetime(2026, 2, 28, 15)},
        )
        self.assertEqual(self.plans.mapped("date_to"), [date(2026, 3, 31)] * 2)
