"""The check of figures beyond the board and the reports: every other screen's numbers, right and wrong."""

from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..tools import audience_reach
from .audience_common import AudienceCase
from .board_common import BEFORE
from .check_common import EXAMPLES, RECORDS, CheckCase
from .plan_common import MONTH, NOON

NUMBERS = st.integers(0, 1)
# of whom, asked how many days ago, what became of it after how many hours, by an operator or nobody
SETTLED = st.tuples(
    st.just("settled"), NUMBERS, st.integers(0, 20),
    st.sampled_from(["new", "in_progress", "done", "rejected"]), st.sampled_from([0, 1, 7.5, 50]),
    st.booleans(),
)  # fmt: skip
# about a client or a meeting of whom, said to be right or not, in the own company or in none
FINDING = st.tuples(st.just("finding"), NUMBERS, st.booleans(), st.booleans(), st.booleans())
# of whom, on which day of the month, what, how long, how many clicks
EFFORT = st.tuples(
    st.just("effort"), NUMBERS, st.integers(1, 20),
    st.sampled_from(["read", "meeting_create", "call_status"]), st.integers(1, 3000),
    st.integers(0, 40),
)  # fmt: skip
# by which channel, to how many it was sent, what became of the mails, which figures came of it
AUDIENCE = st.tuples(
    st.just("audience"), st.sampled_from(["email", "phone", "any"]), st.integers(0, 3),
    st.sampled_from(["sent", "bounce", "ready", None]), st.booleans(), st.booleans(),
)  # fmt: skip
# what becomes of one of the audiences' clients afterwards
CHANGE = st.tuples(
    st.just("change"), st.integers(0, 7),
    st.sampled_from(["archive", "no_phone", "no_email", "block", "give", "number"]),
)  # fmt: skip
MORE = st.lists(st.one_of(SETTLED, FINDING, EFFORT, AUDIENCE, CHANGE), min_size=3, max_size=10)


class ScreensCase(CheckCase, AudienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        company.discipline_track_effort = True
        # (one for clients and one for meetings: a finding of a kind is told by its record's id)
        cls.kinds = cls.env["crm.discipline.finding.kind"].search([], limit=2)
        for user in cls.users[:2]:
            for day in (9, 10):
                cls.env["crm.effort.day"].create(
                    {
                        "user_id": user.id,
                        "company_id": company.id,
                        "day": date(2026, 3, day),
                        "work_seconds": 3600 * day,
                    }
                )

    def make(self, what):
        kind, *rest = what
        makes = getattr(self, f"make_any_{kind}", None)
        return makes(*rest) if makes else super().make(what)

    def make_any_settled(self, number, days, state, hours, has_operator):
        asked_on = NOON - timedelta(days=days)
        request = self.env["crm.data.request"].with_user(self.users[number])
        request = request.create({"surname": "Malá"}).sudo()
        is_settled = state in ("done", "rejected")
        request.write(
            {
                "requested_on": asked_on,
                "state": state,
                "operator_id": has_operator and self.operator.id,
                "done_on": is_settled and asked_on + timedelta(hours=hours),
            }
        )
        return request

    def make_any_finding(self, number, is_client, is_right, is_at_home):
        user = self.users[number]
        record = self.make_event(user, start=BEFORE, meeting_status="held",
                                 meeting_result_id=self.agreed.id)  # fmt: skip
        if is_client:
            record = self.env["res.partner"].create(
                {"name": "Jan Malý", "phone": "+420601999888", "acquired_by_id": user.id,
                 "user_id": user.id, "acquired_on": BEFORE}
            )  # fmt: skip
        return self.env["crm.discipline.finding"].create(
            {
                "kind_id": self.kinds[is_client].id,
                "res_model": record._name,
                "res_id": record.id,
                "value": "x",
                "user_id": user.id,
                "company_id": is_at_home and self.env.company.id,
                "is_right": is_right,
            }
        )

    def make_any_effort(self, number, day, kind, seconds, clicks):
        values = {
            "user_id": self.users[number].id,
            "company_id": self.env.company.id,
            "day": date(2026, 3, day),
            "model": "calendar.event",
            "kind": kind,
        }
        totals = self.env["crm.effort"].sudo()
        is_total = kind == "read" or clicks % 3 == 0
        found = is_total and totals.search(
            [(name, "=", value) for name, value in values.items()] + [("is_total", "=", True)]
        )
        if not found:
            totals.create({**values, "seconds": seconds, "clicks": clicks, "keys": 2 * clicks,
                           "operations": 1 + (is_total and 4), "is_total": is_total})  # fmt: skip

    def make_any_audience(self, channel, count, status, has_meeting, has_deal):
        audience = self.create_audience(channel=channel).sudo()
        members = audience.member_ids.filtered("is_reachable")[:count]
        for member in members:
            message = self.env["mail.message"].create(
                {
                    "model": "res.partner",
                    "res_id": member.partner_id.id,
                    "notification_ids": [
                        (0, 0, {"res_partner_id": member.partner_id.id, "notification_type": "email",
                                "notification_status": status})
                    ] if status else [],
                }
            )  # fmt: skip
            if status == "ready":
                self.env["mail.message"].create(
                    {
                        "model": "res.partner",
                        "res_id": member.partner_id.id,
                        "parent_id": message.id,
                        "message_type": "email",
                    }
                )
            if status == "bounce":
                self.env["mail.mail"].create(
                    {"mail_message_id": message.id, "state": "exception", "failure_reason": "x"}
                )
            member.write({"sent_on": BEFORE, "mail_message_id": message.id})
        if members:
            audience.sent_on = BEFORE
            for member in audience.member_ids - members:
                member.missed_reason = member.reach_state != "ok" and member.reach_state
            client = members[-1].partner_id
            if has_meeting:
                event = self.make_event(self.salesperson, start=NOON, client_id=client.id)
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE calendar_event SET create_date = %s WHERE id = %s",
                    [BEFORE + timedelta(days=1), event.id],
                )
            if has_deal:
                self.make_deal(partner_id=client.id)
        return audience

    def make_any_change(self, number, what):
        client = self.clients[number]
        if what == "archive":
            client.active = not client.active
        elif what == "no_phone":
            client.phone = False
        elif what == "no_email":
            client.email = False
        elif what == "block":
            if client.email_normalized:
                self.env["mail.blacklist"]._add(client.email_normalized)
            if client.phone_sanitized:
                self.env["phone.blacklist"].add(client.phone_sanitized)
        elif what == "give":
            client.user_id = self.colleague if client.user_id == self.salesperson else False
        else:
            client.phone = "+420601000009"

    def lines_of(self, check, report):
        return {line.figure for line in check.line_ids if line.report == report}


class TestCheckScreens(ScreensCase):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RECORDS, MORE, st.booleans())
    def test_any_records_agree(self, records, more, blocks):
        with self.forgotten():
            self.env.company.discipline_findings_block_count = blocks
            for record in records + more:
                self.make(record)
            self.assertAgrees(self.check())

    def test_every_screen_is_compared(self):
        """So that a screen that shows nothing at all is no agreement."""
        self.make(("finding", 0, True, False, True))
        self.make(("settled", 0, 1, "done", 2, True))
        self.make(("effort", 0, 3, "meeting_create", 30, 4))
        self.make(("audience", "any", 2, "sent", True, True))
        self.make_call()
        check = self.env["crm.discipline.check"].with_context(
            allowed_company_ids=self.env.company.ids
        )
        self.env.flush_all()
        shown, computed, left_out = check._collect(date(2026, 3, 1), date(2026, 3, 31))
        self.assertFalse(left_out)
        self.assertEqual(
            {key[0] for key in shown},
            {report for report, _name in check.line_ids._fields["report"].selection},
        )
        self.assertFalse({key for key, numbers in computed.items() if any(numbers)} - set(shown))
        for report, figure, _user in shown:
            for place in range(len(shown[report, figure, _user])):
                line = check.env["crm.discipline.check.line"].new(
                    {"report": report, "figure": figure, "place": place}
                )
                with self.subTest(figure=figure, place=place):
                    self.assertNotEqual(line.name, figure)
                    self.assertNotIn("_", line.name.replace("_Tester", ""))

    def test_an_open_finding_keeps_from_counting(self):
        """Where the company wants it; the counter, its chart and the work list say the same."""
        target = self.env["crm.plan.target"].search(
            [("user_id", "=", self.salesperson.id), ("metric_id", "=", self.metrics["meetings"].id)]
        )
        finding = self.make_any_finding(0, False, False, True)
        self.assertEqual((target.actual, target.pending), (1, 0))
        self.assertAgrees(self.check())
        self.env.company.discipline_findings_block_count = True
        self.assertAgrees(self.check())
        self.assertEqual((target.actual, target.pending), (0, 1))
        finding.with_user(self.salesperson).action_mark_right()
        self.assertAgrees(self.check())
        self.assertEqual((target.actual, target.pending), (1, 0))

    def test_a_wrong_number_is_found_on_each_screen(self):
        self.make(("finding", 0, True, False, True))
        self.make(("settled", 0, 1, "rejected", 2, True))
        self.make(("settled", 0, 1, "new", 2, True))
        self.make(("effort", 0, 3, "meeting_create", 30, 4))
        audience = self.make_any_audience("any", 2, "sent", True, True)
        self.make(("call", 0, BEFORE, "missed", None))
        models = self.env.registry

        def more(model, name, change):
            method = getattr(models[model], name)

            def wrong(*args, **kwargs):
                found = method(*args, **kwargs)
                return change(found)

            return patch.object(models[model], name, wrong)

        def in_dict(*keys):
            def change(found):
                found = dict(found)
                for key in keys:
                    found[key] += 1
                return found

            return change

        def in_groups(groups):
            return [(*group[:-1], (group[-1] or 0) + 1) for group in groups]

        def in_lists(series):
            return [{**one, "actual": [day + 1 for day in one["actual"]]} for one in series]

        def in_totals(plan):
            totals = plan["totals"].values()
            for total in totals:
                total["projected"] += 1
            return plan

        def in_steps(steps):
            return {**steps, "totals": {**steps["totals"], "return_call": 9}}

        def more_meetings(figures):
            return {key: [number + 1 for number in numbers] for key, numbers in figures.items()}

        cases = [
            (more("crm.discipline.finding", "_read_group", in_groups), "findings"),
            (more("crm.effort.report", "_read_group", in_groups), "effort"),
            (more("crm.data.request", "_read_group", in_groups), "requests"),
            (more("crm.data.request", "get_counts", in_dict("rejected")), "top_bar"),
            (more("crm.data.request", "get_counts", in_dict("waiting")), "top_bar"),
            (more("crm.call", "get_calls_to_process", in_dict("count")), "top_bar"),
            (more("crm.plan.target", "get_counter", in_dict("reached")), "top_bar"),
            (more("crm.plan.target", "get_next_steps", in_steps), "top_bar"),
            (more("crm.plan.target", "get_my_plan", in_dict("days_left")), "my_plan"),
            (more("crm.plan.target", "get_burn_up", in_lists), "burn_up"),
            (more("crm.plan.target", "get_team_plan", in_totals), "team_plan"),
            (more("crm.plan.target", "_get_counter", in_dict("expected")), "plan"),
            (more("crm.discipline.worklist", "get_page", in_dict("total")), "worklist"),
            (more("crm.audience.report", "_read_group", in_groups), "audience"),
            (more("crm.discipline.board", "_count_totals", more_meetings), "digest"),
            (
                more("crm.audience", "get_my_reach", lambda rows: [in_dict("missed")(rows[0])]),
                "my_plan",
            ),
            (
                patch.object(audience_reach, "REASONS", ("missing",)),
                "audience",
            ),
            (
                patch.object(
                    models["crm.audience"], "_compute_failed",
                    lambda audiences: audiences.update({"failed_count": 3, "failed_reason": "x"}),
                ),
                "audience",
            ),
            (
                patch.object(
                    models["crm.discipline.rule"], "_compute_violation_count",
                    lambda rules: rules.update({"violation_count": 99}),
                ),
                "rules",
            ),
            (
                patch.object(
                    models["res.partner"], "_compute_campaign_count",
                    lambda partners: partners.update({"campaign_count": 7}),
                ),
                "contact",
            ),
        ]  # fmt: skip
        for wrong, report in cases:
            with self.subTest(wrong=wrong), wrong:
                check = self.check()
                self.assertIn(report, {line.report for line in check.line_ids})
                self.assertTrue(check.differing)
        self.assertAgrees(self.check())
        # lists that do not follow their clients
        self.make_any_audience("phone", 0, None, False, False)
        self.assertAgrees(self.check())
        for query, value in (
            ("UPDATE crm_audience_member SET reach_state = 'archived' WHERE reach_state = 'missing'"
             " AND audience_id <> %s", audience.id),
            ("UPDATE res_partner SET phone = NULL WHERE id = %s", self.second.id),
        ):  # fmt: skip
            with self.forgotten():
                self.env.cr.execute(query, [value])
                lines = self.check().line_ids
                self.assertEqual(set(lines.mapped("report")), {"audience"})

    def test_what_a_company_made_is_left_out(self):
        """Its own rule leaves out the work lists, its own metric the work lists of who has a target."""
        metric = self.metrics["meetings"].copy({"name": "Ours", "filter_domain": "[]"})
        self.metrics["ours"] = metric
        self.addCleanup(self.metrics.pop, "ours")
        self.make_plan([(self.colleague, "ours", 5)])
        check = self.check()
        self.assertFalse(check.differing)
        left_out = check.line_ids.filtered(lambda line: line.report == "worklist")
        self.assertEqual(left_out.user_id, self.colleague)
        self.env.ref("crm_discipline.rule_client_name").company_id = self.env.company
        check = self.check()
        self.assertFalse(check.differing)
        self.assertIn("rules", check.line_ids.mapped("report"))
        self.assertIn("worklist", check.line_ids.mapped("report"))

    def test_what_waits_is_told_of_today_only(self):
        check = self.env["crm.discipline.check"].with_context(
            allowed_company_ids=self.env.company.ids
        )
        shown, _computed, _left_out = check._collect(date(2026, 2, 1), date(2026, 2, 28))
        self.assertFalse({key[0] for key in shown} & {"worklist", "top_bar", "findings", "rules"})

    def test_of_many_salespeople_some_are_compared_each_day_in_turn(self):
        """A check is one transaction, and ends in a night however many there are."""
        module = "odoo.addons.crm_discipline.models.crm_discipline_check_waiting"
        Check = self.env["crm.discipline.check"]
        sellers = self.env["crm.discipline.board"]._get_salespeople().filtered("active")
        self.assertGreater(len(sellers), 2)
        turns = []
        with patch(f"{module}._PEOPLE", 2):
            for day in range(len(sellers)):
                today = MONTH[0] + timedelta(days=day)
                with patch(f"{module}.fields.Date.today", return_value=today):
                    turns.append(Check._get_whose_turn(sellers))
            self.assertAgrees(self.check())
        self.assertEqual({len(users) for users in turns}, {2})
        self.assertEqual(set().union(*(users.ids for users in turns)), set(sellers.ids))
        self.assertEqual(Check._get_whose_turn(sellers), sellers)
        self.assertFalse(Check._get_whose_turn(sellers.browse()))
