"""A salesperson's incomplete records, in the order of their use, and completed."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import SQL

from .plan_common import NOON, PlanCase

MODEL = "crm.discipline.worklist"


class WorklistCase(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # (the clients that all tests share are nobody's)
        cls.worker = new_test_user(
            cls.env, "worker", "sales_team.group_sale_salesman", name="Worker Tester", tz="UTC"
        )

    def page(self, user=None, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[MODEL].with_user(user or self.worker).get_page(**kwargs)

    def listed(self, user=None, **kwargs):
        return [(item["model"], item["id"]) for item in self.page(user, **kwargs)["items"]]

    def place(self, record):
        return record._name, record.id

    def partner(self, name="Malá", days=0, user=None, **values):
        values = {"user_id": (user or self.worker).id, "phone": "+420602718393", **values}
        return self.env["res.partner"].create(
            {"name": name, "acquired_on": NOON - timedelta(days=days), **values}
        )

    def planned(self, days=1, client=None, **values):
        """Make the worker's planned meeting, whatever its data, as a synchronisation would."""
        start = NOON + timedelta(days=days)
        client = self.surname_only if client is None else client
        values = {"start": start, "stop": start, "user_id": self.worker.id, **values}
        return self.env["calendar.event"].create(self.prepare_meeting(client=client, **values))


class TestWorklist(WorklistCase):
    def test_what_counts_first_then_the_newest(self):
        old, new = self.partner(days=200), self.partner(days=90)
        planned = self.planned()
        held = self.make_held(NOON - timedelta(days=3), self.worker, self.surname_only)
        earlier = self.make_held(NOON - timedelta(days=4), self.worker, self.surname_only)
        self.make_target("meetings", 5, user=self.worker)
        self.partner("Eva Malá")
        expected = [held, earlier, planned, new, old]
        self.assertEqual(self.listed(), [self.place(record) for record in expected])
        page = self.page()
        self.assertEqual(page["total"], 5)
        self.assertFalse(page["has_more"])
        self.assertEqual(
            [bool(item["worth"]) for item in page["items"]], [True, True] + [False] * 3
        )

    def test_what_it_is_worth_and_what_it_lacks(self):
        target = self.make_target("meetings", 5, user=self.worker)
        self.make_held(user=self.worker, client=self.surname_only, name="Offer")
        page = self.page()
        [item], [counter] = page["items"], page["counters"]
        self.assertEqual(item["worth"], target.ids)
        self.assertEqual((counter["id"], counter["pending"]), (target.id, 1))
        self.assertEqual((item["title"], item["partner"]), ("Offer", "Dvořák"))
        self.assertEqual(
            [one["name"] for one in item["missing"]],
            [self.rule("rule_meeting_client_name").name, self.rule("rule_meeting_contact").name],
        )
        self.assertIn("client_phone", page["fields"]["calendar.event"])
        self.assertEqual(
            item["ask"], ["res.partner", self.surname_only.id, "action_ask_correction"]
        )

    def test_completed_it_counts_and_is_gone(self):
        target = self.make_target("meetings", 5, user=self.worker)
        held = self.make_held(user=self.worker, client=self.surname_only)
        self.assertFigure(target, 0, pending=1)
        [item] = self.page()["items"]
        held.with_user(self.worker).web_save(
            {"client_name": "Petr Dvořák", "client_phone": "+420602718393"}, {"missing_items": {}}
        )
        self.assertFigure(target, 1)
        answer = self.env[MODEL].with_user(self.worker).get_item(item["key"])
        self.assertEqual(answer["item"]["missing"], [])
        self.assertEqual([one["actual"] for one in answer["counters"]], [1])
        self.assertEqual(self.listed(), [])

    def test_all_governed_models(self):
        self.env["crm.discipline.rule"].create(
            {
                "name": "Expected revenue",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "filter_domain": "[('type', '=', 'opportunity')]",
                "required_domain": "[('expected_revenue', '>', 0)]",
                "severity": "warn",
            }
        )
        lead = self.env["crm.lead"].create(
            {"name": "Hall", "type": "opportunity", "user_id": self.worker.id}
        )
        status = self.env["crm.call.status"].create({"name": "Else", "requires_note": True})
        call = self.env["crm.call"].create(
            {
                "user_id": self.worker.id,
                "partner_id": self.client.id,
                "start": NOON,
                "status_id": status.id,
            }
        )
        partner, meeting = self.partner(), self.planned()
        self.assertEqual(
            set(self.listed()), {self.place(record) for record in (lead, call, partner, meeting)}
        )

    def test_in_parts_each_comes_once(self):
        self.make_target("meetings", 5, user=self.worker)
        for number in range(3):
            self.make_held(NOON - timedelta(days=number), self.worker, self.surname_only)
        # also where many are of one moment
        same = [self.partner(days=5) for _number in range(4)]
        self.planned()
        self.planned(days=-5)
        whole = self.page(limit=50)
        listed, after = [], None
        while True:
            page = self.page(limit=2, after=after)
            listed += [item["key"] for item in page["items"]]
            after = page["items"][-1]["key"]
            if not page["has_more"]:
                break
        self.assertEqual(listed, [item["key"] for item in whole["items"]])
        self.assertEqual(len(listed), whole["total"])
        self.assertEqual(whole["total"], 5 + len(same))

    def test_total_and_owner_are_those_of_the_quality_report(self):
        brought = self.partner(user_id=False, acquired_by_id=self.worker.id)
        self.partner(acquired_by_id=self.worker.id, user=self.colleague)
        company = self.partner("Firma", is_company=True)
        self.partner(user_id=False, parent_id=company.id, acquired_by_id=self.colleague.id)
        self.planned()
        rows = self.env["crm.discipline.quality.report"].search(
            [("user_id", "=", self.worker.id), ("is_complete", "=", False)]
        )
        listed = self.listed()
        self.assertIn(self.place(brought), listed)
        self.assertEqual(set(listed), {(row.record_model, row.record_id) for row in rows})
        self.assertEqual(self.page()["total"], len(listed))

    def test_a_finding_that_keeps_it_from_counting(self):
        self.make_target("meetings", 5, user=self.worker)
        held = self.make_held(user=self.worker, name="xxx")
        self.env.company.discipline_findings_block_count = True
        kind = self.env.ref("crm_discipline.finding_kind_placeholder_subject")
        self.env.flush_all()
        kind._look_at(held.ids)
        page = self.page()
        [item] = page["items"]
        self.assertEqual(item["missing"], [])
        [finding] = item["findings"]
        self.assertEqual((finding["kind"], finding["value"]), (kind.name, "xxx"))
        self.assertEqual(finding["fields"], ["name"])
        self.assertFalse(finding["can_ask"])
        self.assertIn("name", page["fields"]["calendar.event"])
        self.env["crm.discipline.finding"].with_user(self.worker).browse(
            finding["id"]
        ).action_mark_right()
        self.assertEqual(self.listed(), [])

    def test_what_the_operators_were_asked_for(self):
        client = self.partner(phone=False)
        action = client.with_user(self.worker).action_ask_correction()
        self.env["crm.data.request"].with_user(self.worker).with_context(
            **action["context"]
        ).create({"phone": "+420602718393"})
        [item] = self.page()["items"]
        self.assertEqual(item["request"]["state"], "new")
        self.assertEqual(item["ask"], ["res.partner", client.id, "action_ask_correction"])

    def test_as_many_queries_for_many(self):
        self.make_target("meetings", 5, user=self.worker)
        counts = []
        for number in (1, 12):
            for _number in range(number):
                self.partner()
                self.make_held(user=self.worker, client=self.surname_only)
                self.planned()
            self.page()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self.env[MODEL].with_user(self.worker).get_page(limit=40)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(page["items"]), 39)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 45)

    def test_own_only_and_a_supervisor_for_a_colleague(self):
        self.planned()
        mine = self.partner(user=self.colleague)
        self.assertEqual(self.listed(self.colleague), [self.place(mine)])
        page = self.page(self.supervisor, user_id=self.worker.id)
        self.assertEqual(
            (len(page["items"]), page["user"], page["is_own"]), (1, "Worker Tester", False)
        )
        with self.assertRaises(AccessError):
            self.page(self.colleague, user_id=self.worker.id)
        for user in (self.operator, self.employee, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.page(user)

    def test_nobody_reads_an_item_out_of_reach(self):
        self.env.company.discipline_own_clients_only = True
        foreign = self.partner(user=self.colleague)
        key = [1, "2026-03-16 11:00:00", "res.partner", foreign.id]
        self.env.flush_all()
        self.env.invalidate_all()
        worklist = self.env[MODEL].with_user(self.worker)
        self.assertFalse(worklist.get_item(key)["item"])
        self.assertTrue(worklist.with_user(self.colleague).get_item(key)["item"])
        self.assertFalse(worklist.get_item([1, key[1], "res.partner", foreign.id + 10**6])["item"])

    def test_places_that_are_none(self):
        for key in (
            [1], "x", [1, "yesterday", "res.partner", 1], [1, "2026-03-16 11:00:00", "res.users", 1],
            [1, "2026-03-16 11:00:00", "res.partner", "one"], [None, None, None, None], {"a": 1},
        ):  # fmt: skip
            with self.subTest(key=key), self.assertRaises(UserError):
                self.page(after=key)

    def test_another_company_s_records_stay_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner(company_id=other.id, user_id=False, acquired_by_id=self.worker.id)
        self.assertEqual(self.listed(), [])
        self.worker.write({"company_ids": [Command.link(other.id)]})
        seen = self.env[MODEL].with_user(self.worker)
        both = seen.with_context(allowed_company_ids=(self.env.company | other).ids)
        self.env.flush_all()
        self.assertEqual(len(both.get_page()["items"]), 1)


class TestOwner(WorklistCase):
    """Whose a record is, is said twice: in SQL for reports, and as a domain that indexes serve."""

    def test_both_say_the_same(self):
        self.partner()
        self.partner(user_id=False, acquired_by_id=self.worker.id)
        self.partner(user=self.colleague, acquired_by_id=self.worker.id)
        self.planned()
        self.env["crm.lead"].create({"name": "Hall", "user_id": self.worker.id})
        self.env["crm.call"].create(
            {
                "user_id": self.worker.id,
                "partner_id": self.client.id,
                "start": fields.Datetime.now(),
            }
        )
        self.env.flush_all()
        for model_name in self.env["crm.discipline.rule"]._get_governed_models():
            model = self.env[model_name].sudo()
            owned = model.search(model._get_owned_domain(self.worker.id))
            query = model._search(Domain.TRUE)
            _at, owner = model._get_time_and_owner(query)
            query.add_where(SQL("%s = %s", owner, self.worker.id))
            self.assertTrue(owned)
            self.assertEqual(owned, model.browse(query))
