"""Database connections that keep what they have learned from one request to the next.

Odoo's pool lends a connection after ``DISCARD ALL``, so PostgreSQL plans everything anew in each
request: for a door through which the same statement goes all day, most of what a request costs. So a
few connections are borrowed for longer. They stay the pool's, which counts them, and closes them
with the others. Where a pooler between Odoo and PostgreSQL changes the connection underneath, only the
speed is lost.
"""

import logging
import os
import time
from contextlib import contextmanager, suppress

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED, TRANSACTION_STATUS_IDLE

from odoo import modules
from odoo.sql_db import Cursor

_logger = logging.getLogger(__name__)

# As many as requests that a threaded server handles at once; a worker needs one.
_MOST = 8
# Seconds after which a connection that was not needed goes back.
_IDLE = 60

# {(process, database): [(when it was used last, cursor)]}, the last used last
_waiting = {}


@contextmanager
def warm_cursor(registry):
    """Yield a cursor that commits each statement by itself.

    So locks are held no longer than a statement runs, and a statement sees what others committed
    (``READ COMMITTED``): those that write the same wait for each other, where Odoo's own isolation would
    make all but one of them errors.
    """
    if modules.module.current_test:
        cr = registry.cursor()
        if not isinstance(cr, Cursor):
            # a part of a test's transaction, and not for longer than that
            with cr:
                yield cr
            return
        cr.close()
    # (a process that was forked must not use its parent's connections)
    waiting = _waiting.setdefault((os.getpid(), registry.db_name), [])
    cr = _take(waiting) or _open(registry)
    try:
        yield cr
        cr.cache.clear()
        cr.transaction = None  # the registry may be another one by the next request
    except BaseException:
        _give_back(cr)
        raise
    waiting.append((time.monotonic(), cr))
    _give_back_old(waiting)


def _take(waiting):
    """Return the cursor that was used last, or None where none waits."""
    while waiting:
        try:
            _used, cr = waiting.pop()
        except IndexError:  # another thread was quicker
            break
        if not cr.closed and cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            return cr
        _give_back(cr)
    return None


def _give_back_old(waiting):
    """Return what nobody needed for a while, and what there is too much of."""
    with suppress(IndexError):  # where another thread was quicker
        while len(waiting) > _MOST or waiting[0][0] < time.monotonic() - _IDLE:
            _used, oldest = waiting.pop(0)
            _give_back(oldest)


def _open(registry):
    cr = registry.cursor()
    cr.connection.set_session(isolation_level=ISOLATION_LEVEL_READ_COMMITTED, autocommit=True)
    # else PostgreSQL, which underrates what planning costs, goes on making a plan for each call
    cr.execute("SET plan_cache_mode = force_generic_plan")
    return cr


def _give_back(cr):
    """Return a connection to Odoo's pool, which removes it where it is dead."""
    try:
        if not cr.closed:
            cr.connection.set_session(autocommit=False)
        cr.close()
    except psycopg2.Error as error:
        _logger.info("A database connection was lost: %s", type(error).__name__)
