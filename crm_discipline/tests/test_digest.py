"""The figures by e-mail: the board's own, for who may see them, each opening its records."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import lxml.html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.digest_digest import KPIS
from .board_common import BEFORE, BoardCase
from .plan_common import NOON

LAST_WEEK = NOON - timedelta(days=5)
MISSED = {"direction": "in", "disposition": "missed"}


class DigestCase(BoardCase):
    """Seen on Monday, the 16th of March: the last week is the one from the 9th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env.ref("crm_discipline.digest_team_figures")
        cls.digest.write(dict.fromkeys(KPIS, True))
        held = {"meeting_status": "held", "meeting_result_id": cls.agreed.id}
        lead = cls.make_deal(cls, user=cls.salesperson, closed=LAST_WEEK, revenue=1500)
        cls.make_event(start=LAST_WEEK, opportunity_id=lead.id, **held)
        cls.make_event(start=LAST_WEEK, **held)
        cls.make_event(cls.colleague, start=LAST_WEEK, **held)
        cls.make_event(start=LAST_WEEK - timedelta(days=7), **held)
        cls.make_event(start=LAST_WEEK, meeting_status="no_show")
        cls.make_event(start=BEFORE, client_id=cls.surname_only.id)
        # the last moment of Sunday, and the first of Monday, in Prague
        cls.make_event(start=NOON.replace(day=15, hour=22, minute=59), **held)
        cls.make_event(start=NOON.replace(day=15, hour=23, minute=0), **held)
        settled = cls.env.ref("crm_discipline.call_status_completed")
        cls.make_call(start=LAST_WEEK, status_id=settled.id)
        cls.make_call(start=LAST_WEEK, **MISSED)
        cls.make_call(start=LAST_WEEK, **MISSED).returned_on = LAST_WEEK + timedelta(minutes=75)
        cls.make_call(False, start=LAST_WEEK, **MISSED)
        cls.env["crm.data.request"].with_user(cls.salesperson).create({"surname": "Malá"})
        cls.make_plan([(cls.salesperson, "meetings", 40), (cls.colleague, "meetings", 1)])

    def kpis_of(self, user, digest=None, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        digest = (digest or self.digest).with_context(**context)
        kpis = digest._compute_kpis(user.company_id, user)
        self.kpis = {kpi["kpi_name"]: kpi for kpi in kpis}
        columns = {}
        for kpi in kpis:
            for at in (1, 2, 3):
                column = kpi[f"kpi_col{at}"]
                if "field" in column:
                    columns.setdefault(column["field"], []).append(column)
        return columns

    @staticmethod
    def parse(column):
        """Return the number of a column as it is read, and what its link asks for."""
        link = lxml.html.fromstring(column["value"])
        return link.text, dict(parse_qsl(urlsplit(link.get("href")).query))


class TestDigestFigures(DigestCase):
    def test_figures_are_the_boards(self):
        """Each number of each column is that of the board of its period, for both roles."""
        for reader in (self.supervisor, self.salesperson):
            kpis = self.kpis_of(reader)
            self.assertEqual(set(kpis), set(KPIS))
            for fname, columns in kpis.items():
                self.assertEqual(len(columns), 1 if KPIS[fname].waits else 3)
                for column in columns:
                    shown, asked = self.parse(column)
                    board = self.board_as(reader).get_board(
                        period=asked["period"], date=asked["date"]
                    )
                    figures = board["total"]["figures"]
                    expected = self.expect(fname, board, figures)
                    with self.subTest(reader=reader.name, figure=fname, asked=asked):
                        self.assertEqual(shown, expected)

    @staticmethod
    def expect(fname, board, figures):
        """Say by hand how the board's figures read in a mail."""
        name = fname.removeprefix("kpi_discipline_")
        if name == "conversion":
            held, taken = figures["held"][0], figures["held_opportunity"][0]
            return f"{100 * taken / held:.0f} %" if held else "–"
        if name == "data_complete":
            asked, missing = figures["asked"][0], figures["missing"][0]
            return f"{100 * (asked - missing) / asked:.0f} %" if asked else "–"
        if name == "calls_returned_in":
            return "1 h 15 min" if figures["returned"][0] else "–"
        if name == "revenue_won":
            return f"$\N{NO-BREAK SPACE}{figures['won'][1]:,.0f}"
        if name == "targets_on_track":
            cells = [cell for row in board["rows"] for cell in row["cells"].values()]
            going = [cell for cell in cells if cell["pace"] in ("ahead", "on_track")]
            return f"{len(going)} of {len(cells)}"
        key = {
            "meetings_held": "held", "no_shows": "no_show", "calls_handled": "handled",
        }.get(name, name)  # fmt: skip
        return f"{figures[key][0]:.0f}"

    def test_last_week(self):
        """The week ends on Sunday at midnight of the company, and says what was before."""
        kpis = self.kpis_of(self.supervisor)
        [week, month, quarter] = kpis["kpi_discipline_meetings_held"]
        shown, asked = self.parse(week)
        self.assertEqual((shown, asked["date"], asked["period"]), ("4", "2026-03-09", "week"))
        self.assertEqual(week["col_subtitle"], "Last week (1 before)")
        self.assertEqual(week["margin"], 300)
        [handled, *_longer] = kpis["kpi_discipline_calls_handled"]
        self.assertNotEqual(self.parse(handled)[0], "0")
        self.assertEqual(self.parse(month)[1]["date"], "2026-02-01")
        self.assertEqual(self.parse(quarter)[1]["date"], "2025-10-01")
        # of less is better nothing is praised
        self.assertFalse(kpis["kpi_discipline_no_shows"][0]["margin"])

    def test_daily(self):
        self.digest.periodicity = "daily"
        [day, week, _month] = self.kpis_of(self.supervisor)["kpi_discipline_meetings_held"]
        self.assertEqual(self.parse(day)[0], "1")
        self.assertEqual(self.parse(day)[1]["date"], "2026-03-15")
        self.assertEqual(self.parse(week)[0], "4")

    def test_each_number_opens_its_records(self):
        for reader in (self.supervisor, self.salesperson):
            for fname, columns in self.kpis_of(reader).items():
                for column in columns:
                    shown, asked = self.parse(column)
                    opened = self.opened(
                        asked["figure"], None, reader, period=asked["period"], date=asked["date"]
                    )
                    if shown.isdigit():
                        with self.subTest(reader=reader.name, figure=fname):
                            self.assertEqual(len(opened), int(shown))
                    elif KPIS[fname].unit == "of":
                        self.assertEqual(len(opened), int(shown.split()[0]))

    def test_a_company_without_data(self):
        company = self.env["res.company"].create({"name": "Young"})
        chief = new_test_user(
            self.env, "chief", "crm_discipline.group_supervisor",
            company_id=company.id, company_ids=[(6, 0, company.ids)],
        )  # fmt: skip
        kpis = self.kpis_of(chief)
        self.assertEqual(set(kpis), set(KPIS))
        for fname, columns in kpis.items():
            for column in columns:
                shown = self.parse(column)[0]
                self.assertIn(
                    shown, ("0", "–", f"{company.currency_id.symbol}\N{NO-BREAK SPACE}0"), fname
                )
        self.assertFalse(self.digest._get_team_table(company, chief))

    def test_of_one_company(self):
        """A digest of a company tells of it, and only who works there."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.digest.copy({"company_id": other.id})
        self.assertEqual(self.kpis_of(self.supervisor, theirs), {})
        self.supervisor.company_ids += other
        kpis = self.kpis_of(self.supervisor, theirs)
        shown, asked = self.parse(kpis["kpi_discipline_meetings_held"][0])
        self.assertEqual((shown, asked["company"]), ("0", str(other.id)))

    def test_who_has_no_business_gets_none(self):
        for user in (self.employee, self.operator):
            self.assertEqual(self.kpis_of(user), {})

    def test_only_what_is_chosen(self):
        self.digest.write(dict.fromkeys(KPIS, False))
        self.digest.kpi_discipline_missed_calls = True
        self.assertEqual(list(self.kpis_of(self.supervisor)), ["kpi_discipline_missed_calls"])

    def test_only_of_targets(self):
        """A figure that no records are counted for needs no other beside it."""
        self.digest.write(dict.fromkeys(KPIS, False))
        self.digest.kpi_discipline_targets_on_track = True
        columns = self.kpis_of(self.supervisor)
        self.assertEqual(list(columns), ["kpi_discipline_targets_on_track"])

    def test_beside_those_of_odoo(self):
        """In Odoo's own digest they stand after its figures, which are counted as ever."""
        digest = self.env.ref("digest.digest_digest_default")
        digest.kpi_discipline_meetings_held = True
        kpis = self.kpis_of(self.manager, digest)
        self.assertEqual(list(kpis), ["kpi_discipline_meetings_held"])
        self.assertEqual(list(self.kpis)[-1], "kpi_discipline_meetings_held")
        created = self.kpis["kpi_crm_lead_created"]
        self.assertEqual(created["kpi_col1"]["col_subtitle"], "Last 24 hours")
        self.assertFalse(digest._get_team_table(self.env.company, self.manager))

    def test_translated(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.env["ir.module.module"]._load_module_terms(["crm_discipline"], ["cs_CZ"])
        self.kpis_of(self.supervisor, lang="cs_CZ")
        kpi = self.kpis["kpi_discipline_meetings_held"]
        self.assertEqual(kpi["kpi_fullname"], "Proběhlé schůzky")
        self.assertEqual(kpi["kpi_col1"]["col_subtitle"], "Minulý týden (předtím 1)")
        self.supervisor.lang = "cs_CZ"
        text = lxml.html.fromstring(self.send(self.supervisor)).text_content()
        self.assertIn("Proběhlé schůzky", text)
        self.assertIn("Podle obchodníků", text)
        self.assertNotRegex(text, "Last week|Salesperson|Choose the figures")

    def test_mail(self):
        """What is sent holds the figures, a row for each salesperson, and links that are whole."""
        body = lxml.html.fromstring(self.send(self.supervisor))
        rows = {
            row[0].text_content().strip(): [cell.text_content().strip() for cell in row[1:]]
            for row in body.iter("tr")
            if len(row) == 6 and row[0].tag == "td"
        }
        board = self.board_as(self.supervisor).get_board(period="week", date="2026-03-09")
        shown = {row["user"]: row for row in board["rows"] if row["user_id"] and row["active"]}
        self.assertEqual(set(rows), set(shown))
        held, complete, on_track, waiting, missed = rows["Seller Tester"]
        figures = shown["Seller Tester"]["figures"]
        self.assertEqual(
            [held, waiting, missed],
            [f"{figures[key][0]:.0f}" for key in ("held", "meetings_waiting", "missed_calls")],
        )
        self.assertEqual((held, on_track), ("3", "0 of 1"))
        self.assertRegex(complete, r"^\d+ %$")
        links = [link.get("href") for link in body.iter("a")]
        figures = [link for link in links if "crm_discipline.board_figure" in link]
        self.assertGreater(len(figures), len(KPIS))
        base = self.env["ir.config_parameter"].get_param("web.base.url")
        for link in figures:
            self.assertTrue(link.startswith(f"{base}/odoo/action-crm_discipline."), link)
        self.assertNotIn("odoocdn", lxml.html.tostring(body).decode())

    def test_mail_of_a_salesperson(self):
        """Their own figures, and nothing of colleagues."""
        text = lxml.html.fromstring(self.send(self.salesperson)).text_content()
        self.assertIn("Meetings Held", text)
        self.assertNotIn("Colleague", text)
        self.assertNotIn("By Salesperson", text)

    def send(self, user):
        self.digest.user_ids = user
        self.env.flush_all()
        self.env.invalidate_all()
        known = self.env["mail.mail"].search([])
        self.digest.with_user(self.supervisor).action_send_figures()
        [mail] = self.env["mail.mail"].search([]) - known
        self.assertEqual(mail.email_to, user.email_formatted)
        return mail.body_html


class TestDigestAccess(DigestCase):
    def test_supervisors_choose(self):
        digest = self.digest.with_user(self.supervisor)
        digest.write({"kpi_discipline_no_shows": False, "user_ids": [(4, self.salesperson.id)]})
        digest.action_set_periodicity("monthly")
        digest.action_deactivate()
        self.assertEqual((digest.state, digest.periodicity), ("deactivated", "monthly"))
        made = self.env["digest.digest"].with_user(self.supervisor).create({"name": "Another"})
        self.assertTrue(made.is_team_figures)
        made.unlink()

    def test_only_their_own(self):
        """Not those of other applications, nor of companies that are not theirs."""
        others = self.env.ref("digest.digest_digest_default")
        with self.assertRaises(AccessError):
            others.with_user(self.supervisor).kpi_discipline_meetings_held = True
        with self.assertRaises(AccessError):
            self.digest.with_user(self.supervisor).is_team_figures = False
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.digest.copy({"company_id": other.id})
        with self.assertRaises(AccessError):
            theirs.with_user(self.supervisor).name = "Mine"

    def test_others_do_not(self):
        for user in (self.salesperson, self.operator, self.employee):
            digest = self.digest.with_user(user)
            self.assertTrue(digest.name)
            for change in (
                lambda digest=digest: digest.write({"kpi_discipline_no_shows": False}),
                lambda digest=digest: digest.action_send_figures(),
                lambda digest=digest: digest.copy(),
                lambda digest=digest: digest.unlink(),
            ):
                with self.assertRaises(AccessError):
                    change()

    def test_administrators_keep_all(self):
        admin = new_test_user(
            self.env, "boss", "base.group_erp_manager,crm_discipline.group_supervisor"
        )
        for digest in (self.digest, self.env.ref("digest.digest_digest_default")):
            digest.with_user(admin).kpi_discipline_no_shows = True

    def test_everybody_in_sales_may_subscribe(self):
        self.digest.with_user(self.salesperson).action_subscribe()
        self.assertIn(self.salesperson, self.digest.user_ids)
        self.digest.with_user(self.salesperson).action_unsubscribe()
        self.assertNotIn(self.salesperson, self.digest.user_ids)

    def test_the_job(self):
        """Sent on the day that is planned, and again a week later; nobody's stays weekly."""
        self.digest.next_run_date = date(2026, 3, 16)
        self.digest._cron_send_digest_email()
        self.assertEqual(self.digest.periodicity, "weekly")
        self.assertEqual(self.digest.next_run_date, date(2026, 3, 23))

    def test_shipped(self):
        shipped = self.env.ref("crm_discipline.digest_team_figures")
        self.assertEqual((shipped.periodicity, shipped.state), ("weekly", "activated"))
        self.assertFalse(shipped.user_ids)
        self.assertFalse(shipped.company_id)


@tagged("post_install", "-at_install")
class TestDigestTour(HttpCase, DigestCase):
    def test_a_number_in_a_mail_opens_its_records(self):
        [missed] = self.kpis_of(self.supervisor)["kpi_discipline_missed_calls"]
        link = lxml.html.fromstring(missed["value"]).get("href")
        self.start_tour(link, "crm_discipline_board_link", login="overseer")
        board = f"/odoo/action-{self.kpis['kpi_discipline_now']['kpi_action']}"
        self.start_tour(board, "crm_discipline_board_of_mail", login="overseer")
