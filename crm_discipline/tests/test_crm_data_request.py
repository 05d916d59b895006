"""What a data request says, and who may do what with it."""

from datetime import timedelta

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
