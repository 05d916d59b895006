"""What the tests of the check of figures share: any records of two salespeople, and a check of them."""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta

from hypothesis import strategies as st

from .board_common import AHEAD, BEFORE, BoardCase
from .plan_common import MONTH, NOON

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "10"))
STARTS = st.sampled_from(
    [BEFORE, AHEAD, NOON, datetime(2026, 2, 28, 22, 59), datetime(2026, 2, 28, 23),
     datetime(2026, 3, 29, 1), datetime(2026, 3, 31, 21, 59), datetime(2026, 3, 31, 22)]
)  # fmt: skip
NUMBERS = st.integers(0, 1)
MEETING = st.tuples(
    st.just("meeting"),
    NUMBERS,
    STARTS,
    st.sampled_from(["planned", "held", "no_show", "cancelled"]),
    NUMBERS,
)
CALL = st.tuples(
    st.just("call"), st.integers(0, 2), STARTS,
    st.sampled_from(["missed", "answered", "busy"]), st.sampled_from([None, 5, 90]),
)  # fmt: skip
DEAL = st.tuples(st.just("deal"), NUMBERS, STARTS, st.sampled_from([0, 99.5]), st.booleans())
CLIENT = st.tuples(
    st.just("client"), NUMBERS, st.booleans(), st.booleans(), st.sampled_from([None, -1, 0, 7, 8])
)
REQUEST = st.tuples(st.just("request"), NUMBERS)
# of one salesperson or of all; of the own calendar or of any; from which hour for how many
LEAVE = st.tuples(
    st.just("leave"), st.integers(0, 2), st.booleans(), st.integers(-20, 180), st.integers(1, 60)
)
RECORDS = st.lists(st.one_of(MEETING, CALL, DEAL, CLIENT, REQUEST, LEAVE), min_size=3, max_size=12)


class CheckCase(BoardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = [cls.salesperson, cls.colleague, False]
        cls.calendar = cls.env.company.resource_calendar_id
        cls.resource_of = {
            user: cls.env["resource.resource"].create(
                {"name": user.name, "user_id": user.id, "calendar_id": cls.calendar.id}
            )
            for user in (cls.salesperson, cls.colleague)
        }
        cls.make_plan(
            [(cls.salesperson, code, 5) for code in cls.metrics] + [(cls.colleague, "meetings", 1)]
        )

    def check(self, month=MONTH, company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        company = company or self.env.company
        return self.env["crm.discipline.check"]._check_figures(company, *month)

    def make(self, what):
        kind, number, *rest = what
        user = self.users[number]
        if kind == "meeting":
            start, status, nameless = rest
            result = {"meeting_result_id": self.agreed.id} if status == "held" else {}
            client = self.surname_only if nameless else self.client
            lead = self.make_deal(user=user) if nameless else self.env["crm.lead"]
            self.make_event(user, start=start, meeting_status=status, client_id=client.id,
                            opportunity_id=lead.id, **result)  # fmt: skip
        elif kind == "call":
            start, disposition, minutes = rest
            call = self.make_call(user, start=start, direction="in", disposition=disposition)
            if minutes:
                call.returned_on = start + timedelta(minutes=minutes)
        elif kind == "deal":
            closed, revenue, active = rest
            self.make_deal(user=user, closed=closed, revenue=revenue).active = active
        elif kind == "client":
            has_phone, is_company, days = rest
            client = self.env["res.partner"].create(
                {"name": "Jan Malý", "user_id": user.id, "is_company": is_company,
                 "phone": has_phone and "+420601999888"}
            )  # fmt: skip
            if days is not None:
                self.make_activity(client, days, user)
        elif kind == "leave":
            of_calendar, hour, hours = rest
            begin = NOON + timedelta(hours=hour)
            self.env["resource.calendar.leaves"].create(
                {"name": "Away", "date_from": begin, "date_to": begin + timedelta(hours=hours),
                 "calendar_id": of_calendar and self.calendar.id,
                 "resource_id": user and self.resource_of[user].id,
                 "company_id": self.env.company.id}
            )  # fmt: skip
        else:
            self.env["crm.data.request"].with_user(user).create({"surname": "Malá"})

    def use_companies(self):
        """Let the salesperson work in a second company, where the colleague is at home."""
        other = self.env["res.company"].create({"name": "Other", "discipline_tz": "Asia/Tokyo"})
        (self.salesperson | self.supervisor | self.colleague).company_ids += other
        self.colleague.company_id = other
        return other

    def assertAgrees(self, check):
        lines = [
            (line.report, line.name, line.user_id.name, line.shown, line.computed)
            for line in check.line_ids
        ]
        self.assertEqual(lines, [])
        self.assertGreater(check.compared, 0)

    @contextmanager
    def forgotten(self):
        """Whatever is made in this block is gone after it."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()
