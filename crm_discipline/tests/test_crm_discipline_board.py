"""The board's figures: what they count, that each opens its records, and who sees whose."""

import json
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .board_common import AHEAD, BEFORE, BoardCase
from .plan_common import NOON

MISSED = {"direction": "in", "disposition": "missed"}


class TestBoardFigures(BoardCase):
    def test_load(self):
        self.make_event(start=AHEAD, hours=1.5)
        self.make_event(start=AHEAD, hours=1, meeting_status="cancelled")
        self.make_event(start=NOON + timedelta(days=8))
        self.make_activity(self.client, days=1)
        self.make_activity(self.client, days=9)
        self.make_activity(self.client, days=1, kind="mail.mail_activity_data_todo")
        row = self.row_of(self.salesperson)
        self.assertEqual(row["figures"]["ahead_meetings"], [1, 1.5])
        self.assertEqual(row["figures"]["ahead_calls"], [1])
        # from noon on Monday to noon on Monday
        self.assertEqual((row["hours"], row["days"]), (40, 6))

    def test_hours_without_leave(self):
        calendar = self.env.company.resource_calendar_id
        resource = self.env["resource.resource"].create(
            {"name": "Seller", "user_id": self.salesperson.id, "calendar_id": calendar.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": resource.id,
                "calendar_id": calendar.id,
                "date_from": datetime(2026, 3, 17, 0),
                "date_to": datetime(2026, 3, 17, 22),
            }
        )
        row, other = self.row_of(self.salesperson), self.row_of(self.colleague)
        self.assertEqual((row["hours"], row["days"]), (32, 5))
        self.assertEqual((other["hours"], other["days"]), (40, 6))

    def test_what_waits(self):
        self.make_event(start=BEFORE)
        self.make_event(start=BEFORE, meeting_status="held", meeting_result_id=self.agreed.id)
        self.make_activity(self.client, days=-1)
        self.make_call(**MISSED)
        self.make_call(direction="out")
        self.env["crm.data.request"].with_user(self.salesperson).create({"surname": "Malá"})
        for key, count in (
            ("meetings_waiting", 1),
            ("overdue", 1),
            ("missed_calls", 1),
            ("calls_to_process", 2),
            ("requests", 1),
        ):
            self.assertEqual(self.figure(key), [count], key)

    def test_a_next_step(self):
        """A client is looked at as a whole: a step with one of its people is one with the client."""
        company = self.env["res.partner"].create(
            {"name": "Whole s.r.o.", "is_company": True, "user_id": self.salesperson.id}
        )
        person = self.env["res.partner"].create({"name": "Jan Malý", "parent_id": company.id})
        idle = self.figure("clients_idle")[0]
        self.assertIn(company, self.opened("clients_idle", self.salesperson.id, self.supervisor))
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": person.id})
        for step in (
            lambda: self.make_activity(person),
            lambda: self.make_activity(lead),
            lambda: self.make_event(start=AHEAD, client_id=person.id),
            lambda: self.env["crm.data.request"].create(
                {"kind": "correct", "partner_id": person.id, "phone": "+420601999888"}
            ),
        ):
            made = step()
            self.assertEqual(self.figure("clients_idle"), [idle - 1])
            self.assertTrue(company.has_next_step)
            self.assertTrue(person.has_next_step)
            made.unlink()
            self.assertEqual(self.figure("clients_idle"), [idle])
            company.invalidate_recordset()
            self.assertFalse(company.has_next_step)

    def test_results(self):
        lead = self.make_deal(partner_id=self.client.id, revenue=500)
        held = {"meeting_status": "held", "meeting_result_id": self.agreed.id}
        self.make_event(opportunity_id=lead.id, **held)
        open_lead = self.env["crm.lead"].create(
            {"name": "Open", "type": "opportunity", "partner_id": self.client.id}
        )
        self.make_event(opportunity_id=open_lead.id, **held)
        self.make_event(**held)
        self.make_event(meeting_status="no_show")
        # the day before the month begins in Prague, and its first moment
        self.make_event(start=datetime(2026, 2, 28, 22, 59), **held)
        self.make_event(start=datetime(2026, 2, 28, 23), **held)
        figures = self.row_of(self.salesperson)["figures"]
        self.assertEqual(figures["held"], [4])
        self.assertEqual(figures["held_opportunity"], [2])
        self.assertEqual(figures["held_won"], [1])
        self.assertEqual(figures["no_show"], [1])
        self.assertEqual(figures["won"], [1, 500])
        self.assertEqual(figures["held_weeks"][-1], 3)
        self.assertEqual(sum(figures["held_weeks"]), 5)

    def test_a_deal_put_away_stays_won(self):
        self.make_deal().active = False
        self.assertEqual(self.figure("won"), [1, 1000])
        self.assertOpens(self.supervisor)

    def test_response_time(self):
        """Median and percentile are of all calls behind them, also in sums: never averaged."""
        for minutes in (10, 20, 30):
            self.make_call(**MISSED).returned_on = BEFORE + timedelta(minutes=minutes)
        self.make_call(self.colleague, **MISSED).returned_on = BEFORE + timedelta(minutes=120)
        self.make_call(**MISSED)
        self.assertEqual(self.figure("returned"), [3, 20, 28])
        self.assertEqual(self.figure("returned", self.colleague), [1, 120, 120])
        total = self.row_of(None)["figures"]["returned"]
        self.assertEqual(total[:2], [4, 25])
        self.assertAlmostEqual(total[2], 93)
        board = self.board_as(self.supervisor).get_board()
        by_team = {
            row["team"]: row["figures"]["returned"]
            for row in board["team_rows"]
            if row["team"] in ("North", "South")
        }
        self.assertEqual(by_team, {"North": [3, 20, 28], "South": [1, 120, 120]})

    def test_missing_data(self):
        """Of what the rules ask for, what is missing: as the quality report says, by rule, too."""
        self.make_event(start=BEFORE)
        self.make_event(start=BEFORE, client_id=self.surname_only.id)
        figures = self.row_of(self.salesperson)["figures"]
        rows = self.env["crm.discipline.quality.report"].search(
            [
                ("user_id", "=", self.salesperson.id),
                ("date", ">=", "2026-03-01"),
                ("date", "<=", "2026-03-31"),
            ]
        )
        self.assertEqual(figures["asked"], [len(rows)])
        missing = rows.filtered(lambda row: not row.is_complete)
        self.assertTrue(missing)
        self.assertEqual(figures["missing"], [len(missing)])
        board = self.board_as(self.supervisor)
        rules = board.get_missing()
        self.assertEqual(
            sum(rule["count"] for rule in rules), self.row_of(None)["figures"]["missing"][0]
        )
        for rule in rules:
            opened = self.opened("missing", None, self.supervisor, rule_id=rule["rule_id"])
            self.assertEqual(len(opened), rule["count"])

    def test_calls_handled(self):
        """What was settled, but for calls between colleagues; in the month when it rang."""
        settled = {"status_id": self.env.ref("crm_discipline.call_status_completed").id}
        self.make_call(**settled)
        self.make_call(**settled, start=NOON - timedelta(days=30))
        self.make_call(**settled, match_state="internal")
        self.make_call()
        self.make_call(False, **settled)
        self.assertEqual(self.figure("handled"), [1])
        self.assertEqual(self.row_of(None)["figures"]["handled"], [2])

    def test_a_day(self):
        self.make_call(status_id=self.env.ref("crm_discipline.call_status_completed").id)
        board = self.board_as(self.supervisor).get_board(period="day", date=str(BEFORE.date()))
        self.assertEqual(board["total"]["figures"]["handled"], [1])
        self.assertEqual(board["period"]["name"], "03/11/2026")
        self.assertEqual(self.figure("handled", period="day", date="2026-03-12"), [0])

    def test_time(self):
        self.assertNotIn("time", self.row_of(self.salesperson)["figures"])
        self.env.company.discipline_track_effort = True
        self.env.cr.execute(
            """
            INSERT INTO crm_effort (user_id, company_id, day, model, kind, is_total, operations,
                                    seconds, clicks, keys)
            VALUES (%(user)s, %(company)s, '2026-03-10', 'crm.lead', 'read', TRUE, 0, 3600, 0, 0),
                   (%(user)s, %(company)s, '2026-03-11', 'crm.lead', 'read', TRUE, 0, 1800, 0, 0),
                   (%(user)s, %(company)s, '2026-02-11', 'crm.lead', 'read', TRUE, 0, 1800, 0, 0)
            """,
            {"user": self.salesperson.id, "company": self.env.company.id},
        )
        self.assertEqual(self.figure("time"), [1.5, 2])

    def test_plan(self):
        self.make_plan([(self.salesperson, "meetings", 40), (self.colleague, "meetings", 1)])
        self.make_event(
            self.colleague, meeting_status="held", meeting_result_id=self.agreed.id, start=BEFORE
        )
        metric_id = self.metrics["meetings"].id
        board = self.board_as(self.supervisor).get_board()
        rows = {row["user_id"]: row for row in board["rows"]}
        self.assertEqual(rows[self.salesperson.id]["cells"][metric_id]["pace"], "at_risk")
        self.assertEqual(rows[self.colleague.id]["cells"][metric_id]["actual"], 1)
        self.assertEqual((rows[self.salesperson.id]["at_risk"], board["total"]["at_risk"]), (1, 1))
        total = board["total"]["cells"][metric_id]
        self.assertEqual((total["target"], total["actual"]), (41, 1))
        [at_risk] = self.opened("targets_at_risk", None, self.supervisor)
        self.assertEqual(at_risk.user_id, self.salesperson)
        for period in ("week", "quarter"):
            # a month's plan is shown in its weeks; of a quarter there is none, so the month's again
            board = self.board_as(self.supervisor).get_board(period=period)
            self.assertEqual(board["plan"]["period"]["date_from"], "2026-03-01")
        board = self.board_as(self.supervisor).get_board(date="2026-05-01")
        self.assertFalse(board["plan"]["period"])

    def test_exceptions(self):
        self.make_call(**MISSED)
        self.make_call(False, **MISSED)
        board = self.board_as(self.supervisor).get_board()
        counts = {exception["key"]: exception["count"] for exception in board["exceptions"]}
        self.assertEqual(
            list(counts),
            ["meetings_waiting", "missed_calls", "targets_at_risk", "clients_idle", "requests"],
        )
        self.assertEqual(counts["missed_calls"], 2)


class TestBoardOpens(BoardCase):
    """Each number opens as many records as it says, for each role that sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_track_effort = True
        held = {"meeting_status": "held", "meeting_result_id": cls.agreed.id}
        for user in (cls.salesperson, cls.colleague):
            lead = cls.make_deal(cls, user=user, partner_id=cls.client.id)
            cls.make_event(user, start=BEFORE, opportunity_id=lead.id, **held)
            cls.make_event(user, start=BEFORE, **held)
            cls.make_event(user, start=BEFORE, meeting_status="no_show")
            cls.make_event(user, start=BEFORE)
            cls.make_event(user, start=AHEAD)
            cls.make_event(user, start=BEFORE, client_id=cls.surname_only.id)
            cls.make_call(user, **MISSED)
            cls.make_call(user, **MISSED).returned_on = NOON
            cls.make_call(user)
            cls.make_activity(lead, -2, user)
            cls.make_activity(cls.client, 1, user)
            cls.env["res.partner"].create({"name": f"Client of {user.name}", "user_id": user.id})
            cls.env["crm.data.request"].with_user(user).create({"surname": "Malá"})
        cls.make_call(False, **MISSED)
        cls.plan = cls.make_plan(
            [(cls.salesperson, "meetings", 40), (cls.colleague, "meetings", 1)]
        )
        effort = [
            {"user_id": user.id, "company_id": cls.env.company.id, "day": date(2026, 3, 10),
             "model": "crm.lead", "kind": "read", "is_total": True, "seconds": 60}
            for user in (cls.salesperson, cls.colleague)
        ]  # fmt: skip
        cls.env["crm.effort"].sudo().create(effort)

    def get_count(self, key, amounts):
        # (what is summed of the time is no number of rows; each has one)
        return amounts[1] if key == "time" else super().get_count(key, amounts)

    def test_supervisor(self):
        for options in ({}, {"period": "week"}, {"period": "quarter"}, {"date": "2026-02-10"}):
            board = self.assertOpens(self.supervisor, **options)
        self.assertEqual(board["rows"][-1]["user"], "Nobody's")

    def test_of_a_team(self):
        board = self.assertOpens(self.supervisor, team_id=self.team.id)
        self.assertEqual([row["user_id"] for row in board["rows"]], [self.salesperson.id])

    def test_salesperson(self):
        board = self.assertOpens(self.salesperson)
        self.assertEqual([row["user_id"] for row in board["rows"]], [self.salesperson.id])
        seen = self.row_of(self.salesperson)
        own = board["rows"][0]
        self.assertEqual(own["figures"], seen["figures"])
        self.assertEqual(own["cells"], seen["cells"])

    def test_own_clients_only(self):
        self.env.company.discipline_own_clients_only = True
        self.assertOpens(self.salesperson)
        self.assertOpens(self.colleague)

    def test_activities_are_those_that_a_search_finds(self):
        """Odoo decides one by one who may see an activity; here the query does, alike for everybody."""
        Partner = self.env["res.partner"]
        own = Partner.create({"name": "Of the colleague", "user_id": self.colleague.id})
        elsewhere = self.env["res.company"].create({"name": "Other"})
        other = Partner.create({"name": "Elsewhere", "company_id": elsewhere.id})
        archived = Partner.create({"name": "Gone", "active": False})
        lead = self.env["crm.lead"].create({"name": "Theirs", "user_id": self.colleague.id})
        team = self.env["crm.team"].create({"name": "Elsewhere", "company_id": elsewhere.id})
        far = self.env["crm.lead"].create(
            {"name": "Far", "company_id": elsewhere.id, "team_id": team.id, "user_id": False}
        )
        for record in (own, other, archived, lead, far):
            for user in (self.salesperson, self.colleague, self.supervisor):
                self.make_activity(record, -1, user)
        Activity = self.env["mail.activity"]
        readers = (self.supervisor, self.salesperson, self.manager, self.operator, self.employee)
        domain = [("res_model", "in", ["res.partner", "crm.lead"])]
        for own_only in (False, True):
            self.env.company.discipline_own_clients_only = own_only
            self.env.flush_all()
            for reader in readers:
                self.env.invalidate_all()
                activities = Activity.with_user(reader)
                query = activities._search_counted(domain, ("crm.lead", "res.partner"))
                with self.subTest(reader=reader.name, own_only=own_only):
                    self.assertEqual(set(query), set(activities.search(domain).ids))

    def test_missing_by_rule(self):
        """What is missing by rule opens as many rows as it says, for either role."""
        for reader in (self.supervisor, self.salesperson, self.manager):
            rules = self.board_as(reader).get_missing()
            self.assertTrue(rules)
            for rule in rules:
                opened = self.opened("missing", None, reader, rule_id=rule["rule_id"])
                self.assertEqual(len(opened), rule["count"])

    def test_exceptions(self):
        """What is on top opens as many records as it says, for either role."""
        for reader in (self.supervisor, self.salesperson, self.manager):
            for exception in self.board_as(reader).get_board()["exceptions"]:
                opened = self.opened(exception["key"], None, reader)
                with self.subTest(reader=reader.name, key=exception["key"]):
                    self.assertEqual(len(opened), exception["count"])
                    self.assertTrue(opened)

    def test_targets_on_track(self):
        """Neither at risk nor behind: one of the two, for who sees both."""
        self.make_event(
            self.colleague, start=BEFORE, meeting_status="held", meeting_result_id=self.agreed.id
        )
        [target] = self.opened("targets_on_track", None, self.supervisor)
        self.assertEqual(target.user_id, self.colleague)
        self.assertFalse(self.opened("targets_on_track", None, self.salesperson))

    def test_in_two_companies(self):
        """Each company counts its own, and what has none where its salesperson is at home."""
        other = self.env["res.company"].create({"name": "Other"})
        (self.salesperson | self.supervisor).company_ids += other
        self.make_call(company_id=other.id)
        self.make_deal(company_id=other.id, partner_id=False)
        home = self.row_of(self.salesperson)["figures"]
        self.assertOpens(self.supervisor)
        self.assertOpens(self.salesperson)
        for user in (self.supervisor, self.salesperson):
            board = self.board_as(user).with_company(other)
            board = board.with_context(allowed_company_ids=other.ids).get_board()
            [row] = [one for one in board["rows"] if one["user_id"] == self.salesperson.id]
            self.assertEqual(row["figures"]["won"], [1, 1000])
            self.assertEqual(row["figures"]["calls_to_process"], [1])
            # a meeting has no company: it counts at home
            self.assertEqual(row["figures"]["held"], [0])
        self.assertEqual(home["won"][0], 1)

    def test_private_meetings(self):
        """They count and open like others; Odoo shows “Busy” to who does not take part."""
        secret = self.make_event(
            start=BEFORE,
            name="Surprise",
            privacy="private",
            meeting_status="held",
            meeting_result_id=self.agreed.id,
        )
        before = self.figure("held")[0]
        self.assertOpens(self.supervisor)
        self.assertOpens(self.salesperson)
        opened = self.opened("held", self.salesperson.id, self.supervisor)
        self.assertIn(secret, opened)
        self.assertEqual(len(opened), before)
        for reader, name in ((self.supervisor, "Busy"), (self.salesperson, "Surprise")):
            self.env.invalidate_all()
            self.assertEqual(secret.with_user(reader).name, name)

    def test_sums(self):
        """Rows add up to the sum, and teams to the company, but for what is nobody's."""
        board = self.board_as(self.supervisor).get_board()
        for key in set(board["total"]["figures"]) - {"returned"}:
            rows = [row["figures"][key][0] for row in board["rows"]]
            self.assertEqual(sum(rows), board["total"]["figures"][key][0], key)
        of_teams = [row for row in board["rows"] if row["team_id"]]
        self.assertEqual(
            sum(row["figures"]["missed_calls"][0] for row in board["team_rows"]),
            sum(row["figures"]["missed_calls"][0] for row in of_teams),
        )

    def test_queries(self):
        """As many queries for forty salespeople as for few, and under 25."""
        counts = []
        for users in (0, 40):
            made = self.env["res.users"].browse()
            for number in range(users):
                made |= new_test_user(
                    self.env, f"seller{number}", "sales_team.group_sale_salesman", tz="UTC"
                )
            if made:
                self.team.member_ids = [Command.link(user.id) for user in made]
                self.make_plan([(user, "meetings", 5) for user in made], name="More")
                for user in made:
                    self.make_event(user, start=BEFORE)
                    self.make_activity(self.client, 1, user)
            board = self.board_as(self.supervisor)
            for _warming in range(3):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                rows = board.get_board()["rows"]
                queries = self.env.cr.sql_log_count - before
            self.assertGreaterEqual(len(rows), users)
            counts.append(queries)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 25)


class TestBoardVersion(BoardCase):
    def test_of_all_that_is_counted(self):
        tables = self.board_as(self.supervisor)._get_source_tables()
        self.assertLessEqual(
            {"calendar_event", "crm_call", "crm_data_request", "crm_lead", "crm_plan_target",
             "mail_activity", "res_partner"},
            set(tables),
        )  # fmt: skip

    def test_one_query_and_not_of_a_replica(self):
        board = self.board_as(self.salesperson)
        board.get_version()
        with self.assertQueryCount(1):
            self.assertIsInstance(board.get_version(), int)
        self.assertFalse(getattr(type(board).get_version, "_readonly", False))


class TestBoardAccess(BoardCase):
    def test_a_number_opens_cards_on_a_phone(self):
        """One below the other, where the model's own are in columns, of which the first may be empty."""
        board = self.board_as(self.supervisor)
        for key in ("held", "meetings_waiting", "clients_idle", "requests", "targets_at_risk"):
            action = board.get_figure_action(key)
            with self.subTest(figure=key):
                views = {kind: view_id for view_id, kind in action["views"]}
                self.assertEqual(action["mobile_view_mode"], "kanban")
                model = self.env[action["res_model"]].with_user(self.supervisor)
                arch = model.get_view(views["kanban"], "kanban")["arch"]
                self.assertNotIn("default_group_by", arch)
                self.assertEqual(action["views"][0][1], "list")

    def test_others_are_refused(self):
        for user in (self.employee, self.portal_user, self.operator):
            with self.assertRaises(AccessError):
                self.board_as(user).get_version()
            with self.assertRaises(AccessError):
                self.board_as(user).get_board()
            with self.assertRaises(AccessError):
                self.board_as(user).get_figure_action("held")

    def test_a_colleague_s_number_is_refused(self):
        with self.assertRaises(AccessError):
            self.board_as(self.salesperson).get_figure_action("held", self.colleague.id)
        action = self.board_as(self.salesperson).get_figure_action("held")
        self.assertNotIn(str(self.colleague.id), str(action["domain"]).split("'user_id'")[1])

    def test_what_is_asked_wrongly(self):
        board = self.board_as(self.supervisor)
        for options in (
            {"period": "decade"},
            {"date": "tomorrow"},
            {"date": "9999-12-31"},
            {"team_id": 0x7FFFFFFF},
        ):
            with self.assertRaises(UserError):
                board.get_board(**options)
        with self.assertRaises(UserError):
            board.get_figure_action("sales")

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.company_ids |= other
        self.salesperson.company_ids |= other
        self.make_call(**MISSED).company_id = other
        self.make_event(start=BEFORE)
        here = self.row_of(self.salesperson)["figures"]
        self.assertEqual((here["missed_calls"], here["meetings_waiting"]), ([0], [1]))
        board = self.board_as(self.supervisor).with_context(allowed_company_ids=other.ids)
        [row] = board.get_board()["rows"]
        there = row["figures"]
        self.assertEqual((there["missed_calls"], there["meetings_waiting"]), ([1], [0]))

    def test_who_left_keeps_a_row_while_work_is_left(self):
        self.make_event(start=BEFORE)
        self.salesperson.active = False
        self.assertFalse(self.row_of(self.salesperson)["active"])


@tagged("post_install", "-at_install")
class TestBoardHttp(HttpCase, BoardCase):
    def call(self, method, *args):
        response = self.url_open(
            f"/web/dataset/call_kw/crm.discipline.board/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": "crm.discipline.board",
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    @mute_logger("odoo.http")
    def test_roles(self):
        for login, refused in (("employee", True), ("keeper", True), ("seller", False)):
            self.authenticate(login, login)
            for method, args in (
                ("get_board", []),
                ("get_missing", []),
                ("get_figure_action", ["held"]),
            ):
                answer = self.call(method, *args)
                self.assertEqual("error" in answer, refused, (login, method))
        answer = self.call("get_figure_action", "held", self.colleague.id)
        self.assertIn("colleague", answer["error"]["data"]["message"])
        for hidden in ("_get_scope", "_get_salespeople", "_get_figures"):
            self.assertIn("error", self.call(hidden))
        self.authenticate("overseer", "overseer")
        user_ids = {row["user_id"] for row in self.call("get_board")["result"]["rows"]}
        self.assertTrue({self.salesperson.id, self.colleague.id} <= user_ids)
