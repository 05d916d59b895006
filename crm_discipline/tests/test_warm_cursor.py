"""Connections that keep their plans: what happens to them when something goes wrong."""

from unittest.mock import patch

import psycopg2

from odoo import sql_db
from odoo.tests import TransactionCase, tagged

from ..tools import warm_cursor
from ..tools.warm_cursor import warm_cursor as open_warm_cursor


@tagged("post_install", "-at_install")
class TestWarmCursor(TransactionCase):
    def setUp(self):
        super().setUp()
        # (the real pool, where the test has a cursor of its own)
        connection = sql_db.db_connect(self.env.cr.dbname)
        self.startPatcher(patch.object(warm_cursor, "_waiting", {}))
        self.startPatcher(patch.object(self.env.registry, "cursor", connection.cursor))
        self.addCleanup(self.forget)

    def forget(self):
        for waiting in warm_cursor._waiting.values():
            for _used, cr in waiting:
                warm_cursor._give_back(cr)

    def waiting(self):
        return [cr for waiting in warm_cursor._waiting.values() for _used, cr in waiting]

    def use(self, query="SELECT 1"):
        """Run a query, and return the process of PostgreSQL that ran it."""
        with open_warm_cursor(self.env.registry) as cr:
            cr.execute(query)
            return cr.connection.get_backend_pid()

    def test_keeps_what_the_connection_learned(self):
        first = self.use("PREPARE learned AS SELECT 1")
        self.assertEqual(self.use("EXECUTE learned"), first)

    def test_commits_each_statement_and_sees_what_others_commit(self):
        with open_warm_cursor(self.env.registry) as cr:
            cr.execute("SHOW transaction_isolation")
            self.assertEqual(cr.fetchone(), ("read committed",))
            cr.execute("SELECT pg_current_xact_id()")
            first = cr.fetchone()
            cr.execute("SELECT pg_current_xact_id()")
            self.assertNotEqual(cr.fetchone(), first)

    def test_two_at_once_have_two(self):
        with open_warm_cursor(self.env.registry) as one, open_warm_cursor(self.env.registry) as two:
            self.assertIsNot(one.connection, two.connection)
        self.assertEqual(len(self.waiting()), 2)

    def test_lost_connection_is_replaced(self):
        lost = self.use()
        self.env.cr.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
        with self.assertRaises(psycopg2.OperationalError):
            self.use()
        self.assertEqual(self.waiting(), [])
        self.assertNotEqual(self.use(), lost)

    def test_closed_connection_is_replaced(self):
        self.use()
        self.waiting()[0].connection.close()
        self.use()
        self.assertEqual(len(self.waiting()), 1)

    def test_after_an_error_it_is_as_new_in_the_pool(self):
        with self.assertRaises(ZeroDivisionError), open_warm_cursor(self.env.registry) as cr:
            connection = cr.connection
            raise ZeroDivisionError
        self.assertFalse(connection._pool_in_use)
        self.assertFalse(connection.autocommit)

    def test_no_more_wait_than_are_needed(self):
        registry = self.env.registry
        with (
            patch.object(warm_cursor, "_MOST", 1),
            open_warm_cursor(registry),
            open_warm_cursor(registry),
        ):
            pass
        self.assertEqual(len(self.waiting()), 1)
        with patch.object(warm_cursor, "_IDLE", -1):
            self.use()
        self.assertEqual(self.waiting(), [])
