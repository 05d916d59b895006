"""Laws of who gets what, and of carrying it out, whatever the numbers."""

from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command

from ..models import crm_handover_run
from .test_crm_handover import HandoverCase


class TestHandoverPlan(HandoverCase):
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[
            HealthCheck.differing_executors,
            HealthCheck.function_scoped_fixture,
        ],
        derandomize=True,
    )
    @given(sizes=st.lists(st.integers(0, 5), min_size=1, max_size=9), receivers=st.integers(1, 3))
    def test_groups_stay_whole_and_work_is_balanced(self, sizes, receivers):
        with self.env.cr.savepoint() as savepoint:
            users = (self.colleague | self.second | self.supervisor)[:receivers]
            self.client.user_id = False
            companies = self.create_clients(len(sizes), is_company=True)
            self.env["res.partner"].create(
                [
                    {"name": "Child", "parent_id": company.id, "user_id": self.leaver.id}
                    for company, size in zip(companies, sizes, strict=True)
                    for _number in range(size)
                ]
            )
            handover = self.prepare(*users, kinds=["client"])
            again = self.counts(self.prepare(*users, kinds=["client"]))
            self.assertEqual(self.counts(handover), again)
            handover.action_confirm()
            self.env.invalidate_all()
            groups, things = dict.fromkeys(users, 0), dict.fromkeys(users, 0)
            for company, size in zip(companies, sizes, strict=True):
                self.assertEqual(company.child_ids.user_id | company.user_id, company.user_id)
                groups[company.user_id] += 1
                things[company.user_id] += 1 + size
            self.assertLessEqual(max(groups.values()) - min(groups.values()), 1)
            self.assertLessEqual(max(things.values()) - min(things.values()), 1 + max(sizes))
            savepoint.rollback()
            self.env.invalidate_all()

    def test_as_many_queries_for_any_number(self):
        def count_queries():
            handover = self.prepare(self.colleague, kinds=["client"])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            handover.sudo()._start_sudo("running", confirmed_by_id=self.supervisor.id)
            queries = self.env.cr.sql_log_count - before
            self.env.invalidate_all()
            return queries

        self.create_clients(3)
        count_queries()
        self.create_clients(3)
        few = count_queries()
        self.create_clients(60)
        self.assertEqual(count_queries(), few)

    def test_a_large_one_is_the_scheduled_jobs(self):
        self.create_clients(25)
        handover = self.prepare(self.colleague)
        told = []
        with (
            patch.object(crm_handover_run, "AT_ONCE", 3),
            patch.object(crm_handover_run, "CHUNK", 10),
            patch.object(
                type(handover), "_tell_progress", lambda _self, percent: told.append(percent)
            ),
            self.closed_commits(),
        ):
            handover.action_confirm()
            self.assertEqual(handover.state, "running")
            self.assertEqual(self.client.user_id, self.leaver)
            self.env["crm.handover"].sudo()._cron_carry_out()
            self.env.invalidate_all()
            self.assertEqual(handover.state, "done")
            self.assertEqual(self.client.user_id, self.colleague)
            self.assertGreater(len(told), 3)
            self.assertEqual(told, sorted(told))
            handover.action_undo()
            self.assertEqual(handover.state, "undoing")
            self.env["crm.handover"].sudo()._cron_carry_out()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "undone")
        self.assertEqual(self.client.user_id, self.leaver)

    def test_a_receiver_archived_meanwhile(self):
        handover = self.prepare(self.colleague)
        with patch.object(crm_handover_run, "AT_ONCE", 3):
            handover.action_confirm()
        self.colleague.active = False
        with (
            patch.object(type(handover), "_roll_back", lambda _self: None),
            self.closed_commits(),
        ):
            self.env["crm.handover"].sudo()._cron_carry_out()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "draft")
        self.assertIn("Colleague Tester is archived", handover.problem)
        self.assertEqual(self.client.user_id, self.leaver)

    def test_a_client_deleted_meanwhile(self):
        [gone] = self.create_clients(1)
        handover = self.prepare(self.colleague)
        kinds = type(self.env["crm.handover.kind"])
        keep = kinds._keep

        def keep_then_delete(kind, passage):
            keep(kind, passage)
            if kind._get_code() == "client":
                self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [gone.id])

        with patch.object(kinds, "_keep", keep_then_delete):
            handover.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "done")
        self.assertNotIn(
            gone.id, handover.item_ids.filtered(lambda i: i.kind == "client").mapped("res_id")
        )
        self.assertEqual(self.client.user_id, self.colleague)

    def test_no_counts_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.create_clients(1, company_id=other.id)
        draft = self.env["crm.handover"].with_user(self.supervisor).new(
            {
                "from_user_id": self.leaver.id,
                "company_id": other.id,
                "to_user_ids": [Command.set(self.colleague.ids)],
            }
        )  # fmt: skip
        self.assertFalse(draft.preview["total"])
        self.assertFalse(any(draft.line_ids.mapped("count")))
