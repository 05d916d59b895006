"""Laws of who gets what, and of carrying it out, whatever the numbers."""

from unittest.mock import patch

import psycopg2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

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


@tagged("post_install", "-at_install")
class TestHandoverKilled(BaseCase):
    """Real transactions, whose connection dies in the middle."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.remove)
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            users = env["res.users"].with_context(no_reset_password=True).create(
                [
                    {
                        "name": f"Killed {group}",
                        "login": f"killed_{group}",
                        "group_ids": env.ref(group).ids,
                    }
                    for group in (
                        "sales_team.group_sale_salesman",
                        "crm_discipline.group_operator",
                        "crm_discipline.group_supervisor",
                    )
                ]
            )  # fmt: skip
            self.leaver, self.receiver, self.supervisor = self.user_ids = users.ids
            clients = env["res.partner"].create(
                [{"name": f"Killed {n}", "user_id": self.leaver} for n in range(25)]
            )
            self.client_ids = clients.ids
            handover = env["crm.handover"].with_user(self.supervisor).create(
                {
                    "from_user_id": self.leaver,
                    "to_user_ids": [Command.set([self.receiver])],
                    "line_ids": [Command.create({"kind": "client"})],
                }
            )  # fmt: skip
            with patch.object(crm_handover_run, "AT_ONCE", 3):
                handover.action_confirm()
            self.handover_id = handover.id

    def environment(self, cr):
        return Environment(cr, 1, {})

    def remove(self):
        with self.registry.cursor() as cr:
            # a handover that is done can't be deleted, whoever asks
            cr.execute("DELETE FROM crm_handover WHERE id = %s", [self.handover_id])
            env = self.environment(cr)
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id | env["res.partner"].browse(self.client_ids)
            cr.execute("UPDATE res_partner SET user_id = NULL WHERE id = ANY(%s)", [partners.ids])
            users.unlink()
            partners.unlink()

    def carry_out(self, die_after=None):
        """Do what the scheduled job does; let PostgreSQL end its connection after some chunks."""
        with self.registry.cursor() as cr:
            handover = self.environment(cr)["crm.handover"].browse(self.handover_id)
            told, tell = [], type(handover)._tell_progress

            def telling(record, percent):
                tell(record, percent)
                told.append(percent)
                if len(told) == die_after:
                    with self.registry.cursor() as other:
                        pid = cr.connection.info.backend_pid
                        other.execute("SELECT pg_terminate_backend(%s)", [pid])

            with (
                patch.object(type(handover), "_tell_progress", telling),
                patch.object(crm_handover_run, "CHUNK", 10),
            ):
                handover._carry_out_alone()
        return told

    def look(self):
        """Return the state, whose the clients are, and how much is kept of who had what."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            handover = env["crm.handover"].browse(self.handover_id)
            clients = env["res.partner"].browse(self.client_ids)
            return handover.state, clients.user_id.ids, len(handover.item_ids)

    @mute_logger("odoo.sql_db")
    def test_nothing_has_moved_and_run_again_it_completes(self):
        self.assertEqual(self.look(), ("running", [self.leaver], 0))
        for die_after in (1, 2):
            with self.assertRaises(psycopg2.Error):
                self.carry_out(die_after)
            self.assertEqual(self.look(), ("running", [self.leaver], 0))
        told = self.carry_out()
        self.assertEqual(len(told), 3)
        self.assertEqual(self.look(), ("done", [self.receiver], 25))
