"""A call event: one message of a telephone system, kept as it came.

It is committed before it is answered, with what became of it or, where that failed, alone; so what
was answered with 200 is never lost. Each message is an own row; several about one call end in the same call, in any order.
"""

import hashlib
import json
import logging
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.call_message import CallMessage, TooManyRequests
from ..tools.warm_cursor import warm_cursor

_logger = logging.getLogger(__name__)

_BATCH = 100
_TRIES = 10
# Processed messages are kept for so long, to answer "did you send this?".
_KEPT = timedelta(days=30)


class CrmCallEvent(models.Model):
    _name = "crm.call.event"
    _description = "Message of a Telephone System"
    _order = "id DESC"
    _rec_name = "external_id"

    source_id = fields.Many2one("crm.call.source", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="source_id.company_id")
    external_id = fields.Char("Id in the Telephone System", required=True, readonly=True)
    payload = fields.Text("As Received", readonly=True)
    message = fields.Json("As Understood", readonly=True)
    digest = fields.Char(required=True, readonly=True)
    is_first = fields.Boolean(
        readonly=True, help="The first of its request, by which requests are counted."
    )
    state = fields.Selection(
        [("pending", "Pending"), ("processed", "Processed"), ("failed", "Failed")],
        required=True,
        default="pending",
        readonly=True,
    )
    error = fields.Char(readonly=True)
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    call_id = fields.Many2one(
        "crm.call", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _digest_unique = models.UniqueIndex("(source_id, digest)")
    _requests_idx = models.Index("(source_id, create_date) WHERE is_first IS TRUE")
    _waiting_idx = models.Index("(next_try, id) WHERE state <> 'processed'")
    _by_source_idx = models.Index("(source_id, id)")

    # ------------------------------------------------------------
    # RECEIVING
    # ------------------------------------------------------------

    @api.model
    def _receive(self, source, items):
        """Keep the messages of one request and make calls of them, and commit both.

        Where no calls can be made of them, the messages are kept alone, to be tried again.

        :param source: the :class:`ActiveSource` that sent them
        :param items: ``[(as received, CallMessage)]``
        :return: ``(how many are new, how many were there already)``
        :raise TooManyRequests: beyond the source's rate; nothing is kept
        """
        cr = self.env.cr
        if not _is_idle(cr):
            # what was read to get here is over: the messages get transactions of their own
            cr.commit()  # pylint: disable=invalid-commit
        received = prepare_received(items)
        if not received:
            return 0, 0
        accepted = self._receive_at_once(source, received)
        if accepted is None:
            with _read_committed(cr):
                kept = self._keep(source, received)
                cr.commit()  # pylint: disable=invalid-commit
                self._process_kept(source, kept)
            accepted = len(kept)
        return accepted, len(items) - accepted

    @api.model
    def _receive_at_once(self, source, received):
        """Keep messages and make calls of them, in one statement, as nearly always can be done.

        :return: how many are new, or None where it could not be done, and nothing was
        :raise TooManyRequests: beyond the source's rate; nothing is kept
        """
        try:
            with _autocommit(self.env) as env:
                written = env["crm.call"]._ingest_at_once(source, received)
        except Exception as error:
            # (once they are processed apart, more is told)
            _logger.debug("Messages of call source %s failed: %s", source.id, type(error).__name__)
            self.env.invalidate_all(flush=False)
            return None
        if written is None:
            return None
        if written and written[0].refused:
            raise TooManyRequests
        self._follow(source, written)
        return written[0].messages_kept if written else 0

    @api.model
    def _follow(self, source, written):
        """Do what remains of messages that are kept, and commit it.

        It may fail or be killed: the scheduled job finds what is pending.

        :param written: ``[Written]``
        """
        cr = self.env.cr
        pending_ids = written[0].pending_ids if written else ()
        if pending_ids:
            with _read_committed(cr):
                pending = self.browse(pending_ids)
                self._process_kept(source, [(event.id, event._read_message()) for event in pending])
        told = [row for row in written if row.is_told]
        if told:
            self.env["crm.call"]._announce_written(told)
            cr.commit()  # pylint: disable=invalid-commit

    @api.model
    def _keep(self, source, received):
        """Insert messages; return ``[(id, CallMessage)]`` of those that are new."""
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                WITH recent AS (
                    SELECT count(*) AS requests
                      FROM crm_call_event
                     WHERE source_id = %(source)s AND is_first IS TRUE
                       AND create_date > (now() AT TIME ZONE 'UTC') - interval '1 second'
                ), kept AS (
                    INSERT INTO crm_call_event (
                        source_id, external_id, payload, message, digest, is_first, state,
                        create_uid, create_date, write_uid, write_date, next_try
                    )
                    SELECT %(source)s, row.external_id, row.payload, row.message::jsonb, row.digest,
                           row.number = 1, 'pending', 1, now() AT TIME ZONE 'UTC', 1,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' + interval '1 minute'
                      FROM unnest(%(ids)s, %(payloads)s, %(messages)s, %(digests)s)
                           WITH ORDINALITY
                           AS row(external_id, payload, message, digest, number)
                     WHERE (SELECT requests FROM recent) < %(limit)s
                    ON CONFLICT (source_id, digest) DO NOTHING
                 RETURNING id, digest
                )
                SELECT kept.id, kept.digest, recent.requests
                  FROM recent LEFT JOIN kept ON TRUE
                 ORDER BY kept.id
                """,
                source=source.id,
                limit=source.rate_limit,
                ids=[one.message.external_id for one in received],
                payloads=[one.payload for one in received],
                messages=[one.dumped for one in received],
                digests=[one.digest for one in received],
            ),
            log_exceptions=False,  # the statement holds numbers
        )
        found = cr.fetchall()
        if found[0][2] >= source.rate_limit:
            raise TooManyRequests
        by_digest = {one.digest: one.message for one in received}
        return [(id_, by_digest[digest]) for id_, digest, _requests in found if id_]

    # ------------------------------------------------------------
    # PROCESSING
    # ------------------------------------------------------------

    @api.model
    def _process_kept(self, source, messages):
        """Make calls of messages that were just committed."""
        cr = self.env.cr
        if not messages:
            return
        try:
            self._process(source, messages)
            cr.commit()  # pylint: disable=invalid-commit
        except _PASSING as error:
            # others are in the way; they are kept, and wait for the scheduled job
            self.env.invalidate_all(flush=False)
            cr.rollback()
            _logger.info("Messages of call source %s wait: %s", source.id, type(error).__name__)

    @api.model
    def _process(self, source, messages):
        """Make calls of kept messages, all at once; where that fails, one by one.

        :param source: :class:`ActiveSource`
        :param messages: ``[(event id, CallMessage)]``
        """
        Call = self.env["crm.call"]
        try:
            with self.env.cr.savepoint(flush=False):
                Call._ingest(source, messages)
                self.env.flush_all()
        except _PASSING:
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            if len(messages) > 1:
                for message in messages:
                    self._process(source, [message])
                return
            # (its text may hold a number, so only its kind is logged)
            _logger.warning(
                "Message %s of call source %s failed: %s",
                messages[0][0], source.id, type(error).__name__,
            )  # fmt: skip
            self._mark_failed(messages[0][0], error)

    @api.model
    def _mark_failed(self, event_id, error):
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_call_event
                   SET state = 'failed', error = %s, tries = COALESCE(tries, 0) + 1,
                       next_try = now() AT TIME ZONE 'UTC'
                           + interval '1 minute' * (2 ^ LEAST(COALESCE(tries, 0), 10))
                 WHERE id = %s
                """,
                f"{type(error).__name__}: {error}"[:500].replace("\x00", ""),
                event_id,
            )
        )

    def action_replay(self):
        """Process kept messages again. Ends in the same calls, however often it is done."""
        self.check_access("write")
        for source, events in self.sudo().grouped("source_id").items():
            events._process(
                source._prepare_active_source(),
                [(event.id, event._read_message()) for event in events],
            )
        self.invalidate_recordset()
        failed = self.filtered(lambda event: event.state == "failed")
        if failed and len(self) == 1:
            raise_message = self.env._("It failed again: %(error)s", error=failed.error)
            return _notify(raise_message, "danger")
        return _notify(
            self.env._(
                "%(done)s processed, %(failed)s failed",
                done=len(self) - len(failed), failed=len(failed),
            ),
            "warning" if failed else "success",
        )  # fmt: skip

    def _read_message(self):
        self.ensure_one()
        return CallMessage(
            **{
                key: fields.Datetime.to_datetime(value)
                if key in ("start", "answer", "end") and value
                else value
                for key, value in self.message.items()
            }
        )

    @api.model
    def _cron_process_waiting(self):
        """Process what waits: what failed, and what a server that died left behind."""
        waiting = self.search(
            [
                ("state", "!=", "processed"),
                ("next_try", "<=", fields.Datetime.now()),
                ("tries", "<", _TRIES),
            ],
            order="id",
        )
        remaining = len(waiting)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for start in range(0, remaining, _BATCH):
            batch = waiting[start : start + _BATCH]
            for source, events in batch.grouped("source_id").items():
                self._process(
                    source._prepare_active_source(),
                    [(event.id, event._read_message()) for event in events],
                )
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    @api.autovacuum
    def _gc_processed(self):
        """Remove old processed messages, a batch in each transaction."""
        limit = 10_000
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_call_event WHERE id IN (
                    SELECT id FROM crm_call_event
                     WHERE state = 'processed' AND create_date < %s
                     LIMIT %s
                )
                """,
                fields.Datetime.now() - _KEPT,
                limit,
            )
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == limit

    @api.model
    def _receive_test(self, source):
        """Send a test call of now, as the system itself would, and return its event."""
        now = fields.Datetime.now()
        number = source.default_user_id.partner_id.phone or "+12025550123"
        message = CallMessage(
            external_id=f"test-{now.timestamp():.0f}",
            direction="in",
            caller=number,
            callee="",
            start=now - timedelta(seconds=42),
            answer=now - timedelta(seconds=40),
            end=now,
            disposition="answered",
        )
        active = source._prepare_active_source()
        kept = self._keep(active, prepare_received([(json.dumps({"test": True}), message)]))
        if not kept:
            raise UserError(self.env._("Wait a second, then send another test call."))
        self._process(active, kept)
        self.invalidate_model()
        return self.browse(kept[0][0])


# Errors that mean "again", which Odoo's server does by itself.
_PASSING = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)


@contextmanager
def _autocommit(env):
    """Yield an environment in which each statement is a transaction, which sees what others commit.

    Where a transaction has begun already (in a test) they are a part of that one.
    """
    if _is_idle(env.cr):
        with warm_cursor(env.registry) as cr:
            yield env(cr=cr)
    else:
        with env.cr.savepoint(flush=False):
            yield env


@contextmanager
def _read_committed(cr):
    """Let transactions that begin within see what others commit meanwhile.

    Messages about one call that race each other then wait for each other and are merged, where
    Odoo's own isolation would make all but one of them errors. Where a transaction has begun already
    (in a test) nothing is changed.
    """
    if not _is_idle(cr):
        yield
        return
    connection = cr._cnx
    level = connection.isolation_level
    connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_READ_COMMITTED)
    try:
        yield
    finally:
        if not _is_idle(cr):
            # an error is on its way, and what was begun is lost with it
            cr.rollback()
        connection.set_isolation_level(level)


def _is_idle(cr):
    """Tell whether no transaction has begun."""
    status = cr._cnx.get_transaction_status()
    return status == psycopg2.extensions.TRANSACTION_STATUS_IDLE


class Received(NamedTuple):
    """A message that is not kept yet."""

    message: CallMessage
    payload: str  # as received
    dumped: str  # as understood, in JSON
    digest: str


def prepare_received(items):
    """Return each different message once.

    Messages are told from others about the same call by what they say rather than by their bytes, so
    that one sent again with its keys in another order is the same.

    :param items: ``[(as received, CallMessage)]``
    """
    received = {}
    for raw, message in items:
        dumped = _dump(message)
        digest = hashlib.sha256(dumped.encode()).hexdigest()
        received.setdefault(digest, Received(message, raw, dumped, digest))
    return list(received.values())


def _dump(message):
    values = message._asdict()
    for key in ("start", "answer", "end"):
        if values[key]:
            values[key] = values[key].isoformat(sep=" ")
    return json.dumps(values, sort_keys=True)


def _notify(message, kind):
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "message": message,
            "type": kind,
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
