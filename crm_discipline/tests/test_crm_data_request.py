"""What a data request says, and who may do what with it."""

import random
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisciplineCase, RequestCase


class TestDataRequest(RequestCase):
    def test_name_of_its_parts(self):
        request = self.ask()
        self.assertEqual((request.name, request.has_full_name), ("Eva Malá", True))
        self.assertFalse(self.ask(first_name=False).has_full_name)
        self.assertEqual(self.ask(surname=False, first_name=False, name="ACME").name, "ACME")

    def test_it_is_about_somebody(self):
        with self.assertRaises(ValidationError):
            self.ask(surname=" ", first_name=False, phone=False)
        for kind in ("correct", "merge"):
            with self.assertRaises(ValidationError):
                self.ask(kind=kind)
        with self.assertRaises(ValidationError):
            self.ask(kind="merge", partner_id=self.client.id)

    def test_a_correction_keeps_what_differs(self):
        request = self.ask_correction(
            name=self.client.name, phone="+420602000000", email=False, city=False, street=" "
        )
        self.assertEqual(request.proposed_fields, ["phone", "email"])
        self.assertFalse(request.name)
        rows = {row["name"]: row for row in request.comparison}
        self.assertEqual(rows["phone"]["old"], self.client.phone)
        self.assertTrue(rows["email"]["is_taken"])
        self.assertFalse(rows["name"]["is_changed"])
        with self.assertRaises(ValidationError):
            self.ask_correction(name=self.client.name, phone=self.client.phone)
        # what is wrong may be said in words
        self.assertTrue(self.ask_correction(note="She has moved."))

    def test_who_sees_it(self):
        mine, theirs = self.ask(), self.ask(user=self.colleague)
        both = mine | theirs
        Request = self.env["crm.data.request"]
        for user, seen in (
            (self.salesperson, mine),
            (self.colleague, theirs),
            (self.operator, both),
            (self.supervisor, both),
        ):
            found = Request.with_user(user).search([("id", "in", both.ids)])
            self.assertEqual(found, seen)
        for user in (self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                Request.with_user(user).search([])
        company = self.env["res.company"].create({"name": "Other Company"})
        mine.sudo().company_id = company
        self.assertEqual(Request.with_user(self.operator).search([("id", "in", both.ids)]), theirs)

    def test_who_changes_it(self):
        request = self.ask()
        request.phone = "+420602333444"
        for values in (
            {"state": "done"},
            {"operator_id": self.salesperson.id},
            {"requested_by_id": self.colleague.id},
            {"reject_reason": "No"},
            {"requested_on": "2020-01-01"},
            {"requested_date": "2020-01-01"},
            {"waiting_hours": 1.0},
            {"company_id": self.env["res.company"].create({"name": "Another Company"}).id},
        ):
            with self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(AccessError):
            self.ask(state="done")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.ask(requested_by_id=self.colleague.id)
        for user in (self.colleague, self.supervisor):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                request.with_user(user).note = "Changed"
        self.work(request).action_take()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            request.phone = "+420602555666"
        self.work(request).phone = "+420602555666"
        for user in (self.salesperson, self.operator, self.supervisor):
            with self.assertRaises(AccessError):
                request.with_user(user).unlink()

    def test_a_request_is_about_what_its_asker_has_to_do_with(self):
        lead = self.env["crm.lead"].create({"name": "Desks", "user_id": self.colleague.id})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.ask(origin_model="crm.lead", origin_id=lead.id)
        with self.assertRaises(ValidationError):
            self.ask(origin_model="res.users", origin_id=self.supervisor.id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.ask(previous_id=self.ask(user=self.colleague).id)

    def test_duplicates(self):
        self.company_client.child_ids = [
            (0, 0, {"name": "Karel Novotný"}),
            (0, 0, {"name": "Petra Dvořáková"}),
        ]
        karel = self.company_client.child_ids.filtered(lambda child: "Karel" in child.name)
        for values, expected in (
            ({"phone": "+420 601 234 567"}, {self.client: ["phone"]}),
            ({"email": "Jana <JANA@example.com>"}, {self.client: ["email"]}),
            ({"surname": "nováková", "first_name": "jana"}, {self.client: ["name"]}),
            ({"surname": "Jana", "first_name": "Nováková"}, {self.client: ["name"]}),
            (
                {"surname": "novotny", "first_name": "KAREL", "parent_id": self.company_client.id},
                {karel: ["name"]},
            ),
            (
                {"surname": "Nováková", "first_name": "Jana", "email": "jana@example.com"},
                {self.client: ["email", "name"]},
            ),
            ({}, {}),
        ):
            with self.subTest(values=values):
                values = {"phone": "+420602999888", "surname": "Xu", "first_name": "Yi", **values}
                request = self.work(self.ask(**values))
                self.assertEqual(request._find_duplicates(), expected)
                shown = {found["id"]: found["reasons"] for found in request.duplicates or []}
                self.assertEqual(shown, {key.id: value for key, value in expected.items()})
        # a correction is not a duplicate of whom it is about
        correction = self.ask_correction(phone="+420602111000", email="jana@example.com")
        self.assertFalse(self.work(correction).duplicates)
        twin = self.client.copy({"name": "Jana Nováková"})
        self.assertEqual(
            self.work(correction)._find_duplicates(), {twin: ["phone", "email", "name"]}
        )

    def test_an_address_of_a_client_is_no_further_reason(self):
        address = {"type": "delivery", "name": "Warehouse", "phone": self.client.phone}
        self.client.child_ids = [(0, 0, {**address, "email": self.client.email})]
        request = self.work(self.ask(phone=self.client.phone, email=self.client.email))
        self.assertEqual(request._find_duplicates(), {self.client: ["phone", "email"]})

    def test_duplicates_take_the_same_queries_for_any_number_of_clients(self):
        def count():
            request = self.work(self.ask())
            self.env.flush_all()
            self.env.invalidate_all()
            request.mapped("name")
            before = self.env.cr.sql_log_count
            request._find_duplicates()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.env["res.partner"].create([{"name": f"Client {n}"} for n in range(50)])
        self.assertEqual(count(), few)

    def test_figures(self):
        Request = self.env["crm.data.request"].with_user(self.supervisor)
        requests = self.ask() | self.ask() | self.ask() | self.ask()
        for request, hours, state in zip(
            requests, (1, 2, 9, 0), ("done", "done", "rejected", "new"), strict=True
        ):
            asked = request.requested_on.replace(microsecond=0)
            request.sudo().write(
                {
                    "state": state,
                    "done_on": asked + timedelta(hours=hours) if state != "new" else False,
                    "requested_on": asked,
                }
            )
        domain = [("id", "in", requests.ids)]
        measures = ["waiting_hours:avg", "waiting_median:avg", "waiting_p90:avg"]
        [row] = Request._read_group(domain, [], ["__count", *measures, "rejected_percent:avg"])
        self.assertEqual(row[:3], (4, 4.0, 2.0))
        self.assertAlmostEqual(row[3], 7.6)
        self.assertAlmostEqual(row[4], 100 / 3)
        # as the graph and the pivot ask for it
        [total], groups = Request.formatted_read_grouping_sets(
            domain, [[], ["state"]], ["__count", "waiting_median:avg", "rejected_percent:avg"]
        )
        self.assertEqual(total["waiting_median:avg"], 2.0)
        by_state = {group["state"]: group for group in groups}
        self.assertEqual(by_state["done"]["waiting_median:avg"], 1.5)
        self.assertEqual(by_state["rejected"]["rejected_percent:avg"], 100)
        fields_ = Request.fields_get(["waiting_median", "waiting_p90", "rejected_percent"])
        self.assertEqual({field["aggregator"] for field in fields_.values()}, {"avg"})


class TestRequestFigures(RequestCase):
    """The operators' load, as pivot and graph ask for it, is what plain SQL says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.discipline_tz = "Europe/Prague"
        dice = random.Random(11)
        users = (cls.salesperson, cls.colleague)
        operators = (cls.operator, cls.other_operator)
        first = datetime(2026, 3, 27, 12)  # clocks change on the 29th
        cls.requests = cls.env["crm.data.request"].create(
            [
                {"name": f"Client {number}", "requested_by_id": dice.choice(users).id}
                for number in range(120)
            ]
        )
        for request in cls.requests:
            state = dice.choice(["new", "in_progress", "done", "done", "done", "rejected"])
            asked = first + timedelta(minutes=dice.randrange(6 * 24 * 60))
            settled = state in ("done", "rejected")
            request.write(
                {
                    "requested_on": asked,
                    "state": state,
                    "operator_id": state != "new" and dice.choice(operators).id,
                    "done_on": settled and asked + timedelta(seconds=dice.randrange(9 * 86400)),
                }
            )
        cls.env.flush_all()

    def count_by_sql(self, *columns):
        """Return ``{group: (requests, median, 90th percentile, rejected share)}``."""
        by = "".join(f"{column}, " for column in columns)
        waited = "EXTRACT(EPOCH FROM done_on - requested_on) / 3600"
        # what is put together are names of columns
        self.env.cr.execute(
            f"""
            SELECT {by} count(*),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY {waited}),
                   percentile_cont(0.9) WITHIN GROUP (ORDER BY {waited}),
                   100.0 * sum((state = 'rejected')::int) / NULLIF(count(done_on), 0)
              FROM crm_data_request
             WHERE id = ANY(%s)
             {"GROUP BY " + ", ".join(columns) if columns else ""}
            """,
            [self.requests.ids],
        )
        width = len(columns)
        return {row[:width]: row[width:] for row in self.env.cr.fetchall()}

    def assertSame(self, found, expected):
        self.assertEqual(found.keys(), expected.keys())
        for group, (count, *figures) in expected.items():
            self.assertEqual(found[group][0], count, group)
            for one, other in zip(found[group][1:], figures, strict=True):
                self.assertEqual(not one, not other, group)
                self.assertAlmostEqual(one or 0, float(other or 0), 6, group)

    def test_they_are_those_of_plain_sql(self):
        day = "to_char(requested_on AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Prague', 'YYYY-MM-DD')"
        asker, operator, date = "requested_by_id", "operator_id", "requested_date:day"
        for specs, columns in (
            ((), ()),
            ((asker,), (asker,)),
            ((operator,), ("COALESCE(operator_id, 0)",)),
            ((date,), (day,)),
            ((date, asker), (day, asker)),
            ((date, operator), (day, "COALESCE(operator_id, 0)")),
            ((asker, operator, "state"), (asker, "COALESCE(operator_id, 0)", "state")),
        ):
            expected = self.count_by_sql(*columns)
            # a day is the company's, wherever the reader is
            for tz in ("UTC", "Pacific/Auckland"):
                self.supervisor.tz = tz
                with self.subTest(specs=specs, tz=tz):
                    self.check(specs, expected)

    def check(self, specs, expected):
        user = self.supervisor.with_context(tz=self.supervisor.tz)
        Request = self.env["crm.data.request"].with_user(user).with_context(tz=user.tz)
        measures = ["waiting_median:avg", "waiting_p90:avg", "rejected_percent:avg"]
        domain = [("id", "in", self.requests.ids)]
        found = {}
        for row in Request.formatted_read_group(domain, specs, ["__count", *measures]):
            group = tuple(
                row[spec] if isinstance(row[spec], str) else (row[spec] and row[spec][0]) or 0
                for spec in specs
            )
            found[group] = tuple(row[measure] for measure in ("__count", *measures))
            # a click on the figure opens its requests
            opened = Request.search_count([*domain, *row["__extra_domain"]])
            self.assertEqual(opened, row["__count"])
        self.assertSame(found, expected)

    def test_the_day_follows_the_company_s_time_zone(self):
        request = self.requests[0]
        request.requested_on = "2026-03-27 23:30:00"
        self.assertEqual(str(request.requested_date), "2026-03-28")
        self.env.company.discipline_tz = "America/New_York"
        self.assertEqual(str(request.requested_date), "2026-03-27")


class TestDuplicatesAtSize(RequestCase):
    """Among many contacts, who it may be already is looked up by indexes."""

    def test_no_look_up_reads_all_contacts(self):
        columns = [
            column
            for column, field in self.env["res.partner"]._fields.items()
            if field.store and field.column_type and column not in ("id", "name")
        ]
        own = {
            "complete_name": "'Person Number' || n",
            "phone": "'+420' || 700000000 + n",
            "phone_sanitized": "'+420' || 700000000 + n",
            "email": "'p' || n || '@example.com'",
            "email_normalized": "'p' || n || '@example.com'",
        }
        chosen = ", ".join(own.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        self.env.flush_all()
        # (names of columns only)
        self.env.cr.execute(
            f"INSERT INTO res_partner (name, {names})"
            f" SELECT 'Person Number' || n, {chosen}"
            "   FROM res_partner, generate_series(1, 30000) n WHERE id = %s",
            [self.client.id],
        )
        self.env.cr.execute("ANALYZE res_partner")
        self.company_client.child_ids = [(0, 0, {"name": "Karel Novotný"})]
        request = self.work(
            self.ask(
                surname="Novotny",
                first_name="Karel",
                phone="+420700000007",
                email="p8@example.com",
                parent_id=self.company_client.id,
            )
        )
        request.mapped("name")
        self.env.flush_all()
        asked = []
        execute = type(self.env.cr).execute

        def listening(cursor, query, params=None, **more):
            asked.append((query, params))
            return execute(cursor, query, params, **more)

        with patch.object(type(self.env.cr), "execute", listening):
            found = request._find_duplicates()
        reasons = {partner.name: reasons for partner, reasons in found.items()}
        self.assertEqual(
            reasons,
            {
                "Person Number7": ["phone"],
                "Person Number8": ["email"],
                "Karel Novotný": ["name"],
            },
        )
        looked_up = 0
        for query, params in asked:
            code = getattr(query, "code", query)
            if 'FROM "res_partner"' not in code:
                continue
            looked_up += 1
            with self.subTest(query=code):
                params = getattr(query, "params", params)
                self.env.cr.execute(f"EXPLAIN {code}", params)
                plan = "\n".join(line for (line,) in self.env.cr.fetchall())
                self.assertNotIn("Seq Scan on res_partner", plan)
                self.assertIn("Index Cond", plan)
        self.assertGreaterEqual(looked_up, 4)


@tagged("post_install", "-at_install")
class TestDataRequestHttp(HttpCase, DisciplineCase):
    def call(self, user, method, **arguments):
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", None)
        return self.url_open(
            f"/json/2/crm.data.request/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {key}"},
        )

    @mute_logger(
        "odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule"
    )
    def test_roles(self):
        values = {"name": "Eva Malá", "phone": "+420602111222"}
        answer = self.call(self.salesperson, "create", vals_list=[values])
        self.assertEqual(answer.status_code, 200)
        ids = answer.json()
        refused = (
            (self.employee, "read", {"ids": ids, "fields": ["name"]}),
            (self.employee, "create", {"vals_list": [values]}),
            (self.portal_user, "search_read", {"domain": [], "fields": ["name"]}),
            (self.colleague, "read", {"ids": ids, "fields": ["name"]}),
            (self.salesperson, "action_take", {"ids": ids}),
            (self.salesperson, "action_apply", {"ids": ids}),
            (self.salesperson, "action_reject", {"ids": ids, "reason": "No"}),
            (self.supervisor, "action_take", {"ids": ids}),
            (self.supervisor, "action_apply", {"ids": ids}),
            (self.salesperson, "write", {"ids": ids, "vals": {"state": "done"}}),
            (self.operator, "write", {"ids": ids, "vals": {"state": "done"}}),
            (self.operator, "unlink", {"ids": ids}),
        )
        for user, method, arguments in refused:
            with self.subTest(user=user.login, method=method):
                self.assertEqual(self.call(user, method, **arguments).status_code, 403)
        for method in ("_settle", "_take_sudo", "_give_client_sudo", "_request_correction_sudo"):
            self.assertNotEqual(self.call(self.operator, method, ids=ids).status_code, 200)
        self.assertEqual(self.call(self.operator, "action_take", ids=ids).status_code, 200)
        self.assertEqual(self.call(self.operator, "action_apply", ids=ids).status_code, 200)
        request = self.env["crm.data.request"].browse(ids)
        self.assertEqual(request.state, "done")
        self.assertEqual(request.partner_id.acquired_by_id, self.salesperson)
