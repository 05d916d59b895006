"""What is kept of the time spent in the CRM, who sees it, and what the report makes of it."""

import json
import statistics
from datetime import date, datetime, timedelta

import pytz
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..demo import crm_effort_demo as demo
from ..models.crm_effort import KIND_MODELS, KINDS, MODELS
from ..tools.effort_message import MOST_AGO, BadEffort, parse_effort
from .common import DisciplineCase

# a Wednesday, 14:00 in Prague
NOW = datetime(2026, 11, 25, 13, 0)
TODAY = date(2026, 11, 25)


class EffortCase(DisciplineCase):
    """A company that measures, in Prague, on one afternoon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        # the demo may have measured already
        cls.env["crm.effort"].search([]).unlink()
        cls.env["crm.effort.day"].search([]).unlink()
        cls.company = cls.env.company
        cls.company.write({"discipline_track_effort": True, "discipline_tz": "Europe/Prague"})

    def send(self, *operations, user=None, batch="0123abcd", company=None, ago=0, **reads):
        """Receive one batch as the salesperson, or as ``user``; return whether it is measured.

        :param operations: (kind, seconds, clicks, keys)
        :param reads: seconds of reading, by screen with ``_`` for ``.``
        """
        body = {
            "batches": [
                {
                    "id": batch,
                    "company": (company or self.company).id,
                    "ago": ago,
                    "reads": {
                        model.replace("_", "."): int(seconds * 1000)
                        for model, seconds in reads.items()
                    },
                    "operations": [
                        [kind, int(seconds * 1000), clicks, keys, ago]
                        for kind, seconds, clicks, keys in operations
                    ],
                }
            ]
        }
        ids, items = parse_effort(json.dumps(body), dict(MODELS), KIND_MODELS)
        return self.env["crm.effort"].with_user(user or self.salesperson)._receive(ids, items)

    def report(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.effort.report"].with_user(user or self.supervisor)

    def kept(self, *fnames):
        """Return what is kept, oldest first."""
        self.env.invalidate_all()
        rows = self.env["crm.effort"].search([], order="id")
        return [tuple(row[fname] for fname in fnames) for row in rows]


@tagged("post_install", "-at_install")
class TestEffortReceive(EffortCase):
    def test_an_operation_and_reading(self):
        self.assertTrue(self.send(("contact_edit", 12.5, 3, 40), res_partner=30, crm_lead=5))
        self.assertEqual(
            sorted(self.kept("model", "kind", "seconds", "clicks", "keys", "operations", "day")),
            [
                ("crm.lead", "read", 5, 0, 0, 0, TODAY),
                ("res.partner", "contact_edit", 12.5, 3, 40, 1, TODAY),
                ("res.partner", "read", 30, 0, 0, 0, TODAY),
            ],
        )

    def test_a_batch_sent_twice_counts_once(self):
        for _ in range(3):
            self.send(("contact_edit", 10, 1, 1), res_partner=30)
        self.assertEqual(sorted(self.kept("kind", "seconds")), [("contact_edit", 10), ("read", 30)])

    def test_the_same_id_of_another_user_is_another_batch(self):
        self.send(res_partner=30)
        self.send(res_partner=20, user=self.colleague)
        self.assertEqual(
            self.kept("user_id", "seconds"), [(self.salesperson, 30), (self.colleague, 20)]
        )

    def test_reading_of_a_day_is_one_row(self):
        self.send(res_partner=30)
        self.send(res_partner=20, batch="0123abce")
        self.send(res_partner=10, batch="0123abcf", ago=24 * 3_600_000)
        self.assertEqual(
            self.kept("seconds", "day"), [(50, TODAY), (10, TODAY - timedelta(days=1))]
        )

    def test_the_day_is_the_companys(self):
        # 14 hours before 14:00 in Prague it was midnight there, and still yesterday in UTC
        self.send(("contact_edit", 1, 1, 1), ago=14 * 3_600_000)
        self.send(("contact_edit", 1, 1, 1), ago=14 * 3_600_000 + 1, batch="0123abce")
        self.assertEqual(self.kept("day"), [(TODAY,), (TODAY - timedelta(days=1),)])

    def test_off_keeps_nothing(self):
        self.company.discipline_track_effort = False
        self.assertFalse(self.send(("contact_edit", 1, 1, 1)))
        self.assertFalse(self.kept("id"))

    def test_a_company_that_is_off_beside_one_that_is_on(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.salesperson.company_ids = [Command.link(other.id)]
        self.assertTrue(self.send(("contact_edit", 1, 1, 1), company=other))
        self.assertFalse(self.kept("id"))
        other.discipline_track_effort = True
        self.send(("contact_edit", 1, 1, 1), company=other, batch="0123abce")
        self.assertEqual(self.kept("company_id"), [(other,)])

    def test_a_company_of_others(self):
        other = self.env["res.company"].create(
            {"name": "Other Company", "discipline_track_effort": True}
        )
        self.send(("contact_edit", 1, 1, 1), company=other)
        self.assertFalse(self.kept("id"))

    def test_only_whose_work_is_the_crm(self):
        Effort = self.env["crm.effort"]
        for user, measured in (
            (self.salesperson, True),
            (self.operator, True),
            (self.supervisor, True),
            (self.employee, False),
            (self.portal_user, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(Effort.with_user(user)._get_session_info()), measured)
                self.assertEqual(self.send(("contact_edit", 1, 1, 1), user=user), measured)
        self.assertEqual(len(self.kept("id")), 3)

    def test_too_old_is_left_out(self):
        self.assertTrue(self.send(("contact_edit", 1, 1, 1), ago=MOST_AGO + 1))
        self.assertFalse(self.kept("id"))

    def test_no_more_than_the_day_has_had(self):
        """At 14:00 nobody has worked 16 hours today; yesterday nobody worked 26."""
        for number in range(14):
            self.send(res_partner=3600, batch=f"0123ab{number:02}")
        self.send(res_partner=3600, batch="0123ab99")
        before = self.kept("seconds")
        with self.assertRaises(BadEffort):
            self.send(res_partner=3600, batch="0123abff")
        self.assertEqual(self.kept("seconds"), before)
        # what was kept already may come again
        self.send(res_partner=3600, batch="0123ab99")
        self.assertEqual(self.kept("seconds"), before)

    def test_queries_do_not_grow(self):
        def queries(number, count):
            operations = [("contact_edit", 1, 1, 1)] * count
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.send(*operations, batch=f"0123ab{number:02}", res_partner=1)
            return self.env.cr.sql_log_count - before

        queries(1, 1)
        self.assertEqual(queries(2, 1), queries(3, 300))

    def test_screens_of_every_kind_are_known(self):
        screens = dict(MODELS)
        self.assertLessEqual(set(KIND_MODELS.values()), set(screens))
        self.assertEqual(set(KIND_MODELS) | {"read"}, set(dict(KINDS)))
        told = self.env["crm.effort"]._get_screens()
        self.assertLessEqual(set(told.values()), set(screens))
        self.assertEqual(told["crm.meeting.held"], "calendar.event")
        self.assertEqual(told["crm.discipline.rule"], "other")
        self.assertNotIn("res.users", told)


@tagged("post_install", "-at_install")
class TestEffortReport(EffortCase):
    def test_each_sees_own_and_supervisors_see_their_companys(self):
        other = self.env["res.company"].create(
            {"name": "Other Company", "discipline_track_effort": True}
        )
        self.colleague.company_ids = [Command.link(other.id)]
        self.send(res_partner=30)
        self.send(res_partner=20, user=self.colleague)
        self.send(res_partner=10, user=self.colleague, company=other, batch="0123abce")

        def seen(user):
            return self.report(user).search([("kind", "=", "read")]).mapped("user_id")

        self.assertEqual(seen(self.salesperson), self.salesperson)
        self.assertEqual(seen(self.colleague), self.colleague)
        self.assertFalse(seen(self.operator))
        self.assertEqual(seen(self.supervisor), self.salesperson | self.colleague)
        self.assertEqual(
            sum(self.report().search([("kind", "=", "read")]).mapped("hours")) * 3600, 50
        )
        for user in (self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                seen(user)
        for model in ("crm.effort", "crm.effort.day", "crm.effort.batch"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).search([])

    def test_all_leads_is_not_yet_a_supervisor(self):
        self.send(res_partner=20, user=self.colleague)
        self.salesperson.group_ids = [
            Command.link(self.env.ref("sales_team.group_sale_salesman_all_leads").id)
        ]
        self.assertFalse(self.report(self.salesperson).search([]))

    def test_share_of_the_working_day(self):
        """Of a Wednesday of eight hours, two in the CRM are a quarter, one entered an eighth."""
        self.send(("contact_edit", 3600, 1, 1), res_partner=3600)
        [(share, entry_share, work)] = self.report()._read_group(
            [("user_id", "=", self.salesperson.id)],
            [],
            ["share:avg", "entry_share:avg", "work_hours:sum"],
        )
        self.assertEqual((work, share, entry_share), (8, 0.25, 0.125))

    def test_share_without_a_working_day_is_unknown(self):
        # a Sunday
        self.send(res_partner=60, ago=3 * 24 * 3_600_000)
        self.assertEqual(
            self.report()._read_group([], [], ["work_hours:sum", "share:avg"]), [(0, False)]
        )

    def test_days_without_time_count_in_the_share(self):
        self.send(res_partner=3600, ago=2 * 24 * 3_600_000)
        self.env["crm.effort.day"]._cron_fill_days()
        # Monday and Tuesday; today is not over
        self.assertEqual(
            self.report()._read_group([], [], ["work_hours:sum", "share:avg"]), [(16, 1 / 16)]
        )

    def test_leave_is_no_working_time(self):
        calendar = self.company.resource_calendar_id
        midnight = pytz.timezone("Europe/Prague").localize(datetime(2026, 11, 25))
        midnight = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": midnight,
                "date_to": midnight + timedelta(days=1),
            }
        )
        self.send(res_partner=60)
        self.assertEqual(self.report()._read_group([], [], ["work_hours:sum"]), [(0,)])

    def test_every_number_opens_its_rows(self):
        for number, seconds in enumerate((10, 20, 90)):
            self.send(("contact_edit", seconds, number, 2 * number), batch=f"0123ab{number:02}")
        self.send(("call_status", 2, 1, 0), batch="0123abff")
        groups = self.report().formatted_read_group(
            [("is_entry", "=", True)],
            ["kind"],
            ["operations:sum", "median_seconds:avg", "p90_seconds:avg", "median_keys:avg"],
        )
        by_kind = {group["kind"]: group for group in groups}
        edited = by_kind["contact_edit"]
        self.assertEqual(edited["operations:sum"], 3)
        self.assertEqual(edited["median_seconds:avg"], 20)
        self.assertAlmostEqual(edited["p90_seconds:avg"], 76)
        self.assertEqual(edited["median_keys:avg"], 2)
        for group in groups:
            rows = self.report().search([("is_entry", "=", True), *group["__extra_domain"]])
            self.assertEqual(len(rows), group["operations:sum"])
            self.assertEqual(
                statistics.median(rows.mapped("median_seconds")), group["median_seconds:avg"]
            )

    def test_seconds_by_user(self):
        self.send(("contact_edit", 10, 1, 1), res_partner=30)
        self.send(res_partner=7, user=self.colleague)
        self.send(res_partner=99, ago=48 * 3_600_000, batch="0123abce")
        report = self.report()
        user_ids = (self.salesperson | self.colleague | self.supervisor).ids
        # (the groups and the rules of who asks are read before)
        report._get_seconds_by_user(user_ids, TODAY, TODAY)
        with self.assertQueryCount(1):
            seconds = report._get_seconds_by_user(user_ids, TODAY, TODAY)
        self.assertEqual(
            {uid: round(value) for uid, value in seconds.items()},
            {self.salesperson.id: 40, self.colleague.id: 7},
        )

    def test_old_operations_become_totals_and_then_go(self):
        for number in range(4):
            self.send(("contact_edit", 10, 2, 5), res_partner=3, batch=f"0123ab{number:02}")

        def clean():
            total, more = 0, True
            while more:
                done, more = self.env["crm.effort"]._gc_effort()
                total += done
            return total

        self.assertFalse(clean())
        self.company.discipline_effort_detail_days = 30
        with freeze_time(NOW + timedelta(days=31)):
            self.assertEqual(clean(), 1)
            self.assertEqual(clean(), 0)
        self.assertEqual(
            sorted(self.kept("kind", "operations", "seconds", "clicks", "keys")),
            [("contact_edit", 4, 40, 8, 20), ("read", 0, 12, 0, 0)],
        )
        [(operations, median)] = self.report()._read_group(
            [("is_entry", "=", True)], [], ["operations:sum", "median_seconds:avg"]
        )
        self.assertEqual((operations, median), (4, False))
        self.assertEqual(self.env["crm.effort.batch"].search_count([]), 4)
        with freeze_time(NOW + timedelta(days=800)):
            clean()
        self.assertFalse(self.kept("id"))
        self.assertFalse(self.env["crm.effort.day"].search([]))
        self.assertFalse(self.env["crm.effort.batch"].search([]))

    def test_clean_up_goes_on_in_rounds(self):
        for week in range(4):
            self.send(
                ("contact_edit", 1, 1, 1), ago=week * 7 * 24 * 3_600_000, batch=f"0123ab{week:02}"
            )
        rounds = 1
        with freeze_time(NOW + timedelta(days=200)):
            while self.env["crm.effort"]._gc_effort()[1]:
                rounds += 1
        self.assertGreater(rounds, 1)
        self.assertEqual(set(self.kept("is_total")), {(True,)})

    @mute_logger("odoo.sql_db")
    def test_limits_of_the_settings(self):
        with self.assertRaises(IntegrityError):
            self.company.discipline_effort_keep_months = 0
            self.env.flush_all()

    def test_menus_come_with_the_setting(self):
        menus = self.env["ir.ui.menu"].with_user(self.supervisor)
        mine = self.env.ref("crm_discipline.menu_effort_mine").id
        self.assertIn(mine, menus.load_menus(False))
        self.env["res.company"].search([]).discipline_track_effort = False
        self.assertNotIn(mine, menus.load_menus(False))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
BATCH = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["0123abcd", "x", ""]) | JSON,
        "company": st.integers(-1, 3) | JSON,
        "ago": st.integers(-1, 10) | JSON,
        "reads": st.dictionaries(st.sampled_from(["res.partner", "x"]), st.integers(-1, 10) | JSON)
        | JSON,
        "operations": st.lists(
            st.tuples(
                st.sampled_from(["contact_edit", "read", "x"]) | JSON,
                *[st.integers(-1, 4_000_000) | JSON] * 4,
            )
        )
        | JSON,
    },
)


@tagged("post_install", "-at_install")
class TestEffortMessage(BaseCase):
    @given(st.fixed_dictionaries({"batches": st.lists(BATCH | JSON, max_size=3) | JSON}) | JSON)
    def test_anything_is_read_or_refused(self, message):
        try:
            ids, items = parse_effort(json.dumps(message), dict(MODELS), KIND_MODELS)
        except BadEffort as error:
            self.assertTrue(str(error))
            return
        self.assertEqual(len(ids), len(message["batches"]))
        for item in items:
            self.assertIn(item.batch, ids)
            self.assertIn(item.model, dict(MODELS))
            self.assertTrue(item.kind == "read" or KIND_MODELS[item.kind] == item.model)
            self.assertTrue(0 <= item.milliseconds <= 3_600_000)
            self.assertTrue(0 <= item.clicks <= 200 + 25 * item.milliseconds / 1000)

    def test_refusals_say_where(self):
        good = {"id": "0123abcd", "company": 1, "ago": 0}
        for batches, words in (
            ([], "batches"),
            ([good, good], "given twice"),
            ([{**good, "ago": -1}], "ago"),
            ([{**good, "ago": True}], "ago"),
            ([{**good, "reads": {"res.users": 1}}], "'res.users' is not counted"),
            ([{**good, "reads": {"res.partner": 3_600_001}}], "reads.res.partner"),
            ([{**good, "operations": [["read", 1, 1, 1, 1]]}], "'read' is no kind"),
            ([{**good, "operations": [["contact_edit", 1000, 226, 0, 0]]}], "clicks"),
            ([{**good, "operations": [["contact_edit", 1000, 0, 0.5, 0]]}], "keys"),
            ([{**good, "text": "secret"}], "unknown 'text'"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(BadEffort, words):
                parse_effort(json.dumps({"batches": batches}), dict(MODELS), KIND_MODELS)
        for body in (b"", b"\xff", b"{", b"[" * 100_000):
            with self.assertRaises(BadEffort):
                parse_effort(body, dict(MODELS), KIND_MODELS)


@tagged("post_install", "-at_install")
class TestDemoEffort(BaseCase):
    def test_same_day_same_figures(self):
        def plan(day):
            return demo.plan_effort("salesperson", day, *demo._USERS["user_salesperson"])

        self.assertEqual(plan(TODAY), plan(TODAY))
        self.assertFalse(plan(TODAY + timedelta(days=3)))

    def test_plausible(self):
        for name, args in demo._USERS.items():
            for back in range(demo.DAYS_BACK):
                plan = demo.plan_effort(name, TODAY - timedelta(days=back), *args)
                self.assertLess(sum(effort.seconds for effort in plan), 6 * 3600)
                for effort in plan:
                    self.assertGreaterEqual(effort.seconds, 0)
