"""Carrying out a handover, and undoing it: in one transaction, whatever its size.

A small one is done in the request. A large one is the scheduled job's, in one transaction, too: a
server or a database that dies in the middle leaves everything where it was, and the job begins anew.
How far it is, is told in transactions of its own.
"""

import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.client_owner import run_uncompiled
from .crm_call_event import _read_committed
from .crm_handover_kind import Passage

_logger = logging.getLogger(__name__)

# As many things are handed over in the request; more of them by the scheduled job.
AT_ONCE = 2_000
# As many are moved in one statement, after which the progress is told.
CHUNK = 4_000
_TRIES = 5
_PASSING = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)


class CrmHandover(models.Model):
    _inherit = "crm.handover"

    def _start_sudo(self, state, **values):
        """Begin to hand over or to undo: at once, or by the scheduled job.

        In sudo: the caller has checked the rights, and what passes is not only what they may
        write; nobody writes the course of a handover but it itself.
        """
        self.ensure_one()
        handover = self.sudo()
        if state == "running":
            values["confirmed_on"] = fields.Datetime.now()
        handover.write({**values, "state": state, "progress": 0, "problem": False})
        size = self.total if state == "running" else handover._count_items()
        if size <= AT_ONCE:
            handover._lock(wait=False)
            handover._carry_out()
        else:
            self.env.ref("crm_discipline.ir_cron_handover").sudo()._trigger()

    def _count_items(self):
        return self.env["crm.handover.item"].search_count([("handover_id", "=", self.id)])

    @api.model
    def _cron_carry_out(self):
        """Carry out the handovers that wait, each in one transaction."""
        waiting = self.search([("state", "in", ("running", "undoing"))], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for handover in waiting:
            handover._carry_out_alone()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _carry_out_alone(self):
        """Carry out a handover in a transaction that sees what others commit meanwhile, so that a
        colleague who saves a client at that moment is waited for instead of ending it."""
        self.ensure_one()
        for attempt in range(1, _TRIES + 1):
            try:
                with _read_committed(self.env.cr):
                    self._lock(wait=True)
                    self.invalidate_recordset()
                    if self.state in ("running", "undoing"):
                        self._carry_out(self._tell_progress)
                    # the transaction that all of a handover is
                    self.env.cr.commit()  # pylint: disable=invalid-commit
                return
            except _PASSING:
                self._roll_back()
                if attempt == _TRIES:
                    raise
                time.sleep(attempt)
            except UserError as error:
                self._roll_back()
                self._give_up(str(error))
                return

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)

    def _give_up(self, problem):
        """Go back to where it was, and say why."""
        back = {"running": "draft", "undoing": "done"}[self.state]
        self.write({"state": back, "problem": problem, "progress": 0})
        self._announce()
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _lock(self, wait):
        """Let one handover of a person run at a time, on any number of servers."""
        function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        [(locked,)] = self.env.execute_query(
            SQL(
                "SELECT %s(hashtext('crm.handover'), %s)",
                SQL.identifier(function),
                self.from_user_id.id,
            )
        )
        if not wait and not locked:
            raise UserError(
                self.env._("Another handover of %(name)s is running. Wait until it is done.",
                           name=self.from_user_id.name)
            )  # fmt: skip

    # ------------------------------------------------------------
    # CARRYING OUT
    # ------------------------------------------------------------

    def _carry_out(self, tell=None):
        """Move all, or return all, within this transaction.

        :param tell: called with how many percent are done
        """
        self.ensure_one()
        author = self.confirmed_by_id if self.state == "running" else self.undone_by_id
        handover = self.with_context(lang=author.lang, allowed_company_ids=self.company_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        start = time.monotonic()
        run_uncompiled(self.env.cr)
        if self.state == "running":
            moved = handover._pass_things(tell)
            self.write({"state": "done", "progress": 100, "done_on": fields.Datetime.now()})
            handover._notify_receivers()
        else:
            moved = handover._return_things(tell)
            self.write({"state": "undone", "progress": 100, "undone_on": fields.Datetime.now()})
        self.env.flush_all()
        self._announce()
        _logger.info(
            "Handover %s: %s of %s things in %.1f s",
            self.id, self.state, moved, time.monotonic() - start,
        )  # fmt: skip

    def _pass_things(self, tell):
        self._check_ready()
        plan = self._get_plan_sql()
        self.env.cr.execute("DROP TABLE IF EXISTS crm_handover_plan")
        self.env.cr.execute(SQL("CREATE TEMP TABLE crm_handover_plan ON COMMIT DROP AS %s", plan))
        kinds = self.env["crm.handover.kind"]._get_kinds()
        passage = self._get_passage(self.confirmed_by_id)
        for line in self.line_ids.filtered("is_included"):
            kinds[line.kind]._keep(passage)
        ranges = self._get_ranges()
        total = sum(count for _first, _last, count in ranges.values())
        done = moved = 0
        for code, (first, last, count) in ranges.items():
            moved_of_kind = 0
            for chunk in range(first, last + 1, CHUNK):
                end = min(chunk + CHUNK - 1, last)
                chunk_passage = passage._replace(first_id=chunk, last_id=end)
                moved_of_kind += kinds[code]._move(chunk_passage)
                done += end - chunk + 1
                if tell:
                    tell(min(99, 100 * done // (total or 1)))
            if moved_of_kind < count:
                kinds[code]._forget_unmoved(self.id)
            moved += moved_of_kind
        self._finish_kinds("moved")
        return moved

    def _return_things(self, tell):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        passage = self._get_passage(self.undone_by_id)
        ranges = self._get_ranges()
        total = sum(count for _first, _last, count in ranges.values())
        done = 0
        for code, (first, last, _count) in ranges.items():
            for chunk in range(first, last + 1, CHUNK):
                end = min(chunk + CHUNK - 1, last)
                if code in kinds:
                    kinds[code]._return(passage._replace(first_id=chunk, last_id=end))
                done += end - chunk + 1
                if tell:
                    tell(min(99, 100 * done // (total or 1)))
        self._finish_kinds("returned")
        return total

    def _finish_kinds(self, state):
        """Forget what the cache holds of before, and let each kind do what follows."""
        self.env.invalidate_all(flush=False)
        kinds = self.env["crm.handover.kind"]._get_kinds()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, array_agg(id) FROM crm_handover_item
                 WHERE handover_id = %s AND state = %s GROUP BY kind
                """,
                self.id,
                state,
            )
        )
        items = dict(rows)
        for code, kind in kinds.items():
            if code in items:
                kind._after(self, items[code])
                # what is to be computed is not left to code that works as somebody else
                self.env.flush_all()

    def _get_passage(self, author):
        leaver = self.from_user_id
        return Passage(
            handover_id=self.id,
            leaver_id=leaver.id,
            leaver_partner_id=leaver.partner_id.id,
            company_id=self.company_id.id,
            writer_id=author.id,
            first_id=0,
            last_id=0,
        )

    def _get_ranges(self):
        """Return the items of each kind: ``{kind: (first id, last id, how many)}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, min(id), max(id), count(*) FROM crm_handover_item
                 WHERE handover_id = %s AND state = 'moved' GROUP BY kind ORDER BY min(id)
                """,
                self.id,
            )
        )
        return {kind: (first, last, count) for kind, first, last, count in rows}

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    def _tell_progress(self, percent):
        """Say how far it is, in a transaction of its own."""
        with self.env.registry.cursor() as cr:
            handover = self.with_env(self.env(cr=cr))
            cr.execute(SQL("UPDATE crm_handover SET progress = %s WHERE id = %s", percent, self.id))
            handover._announce()

    def _announce(self):
        """Tell the screens of who started it that something changed; they read it anew."""
        for user in self.confirmed_by_id | self.undone_by_id:
            user._bus_send("crm_discipline.handover_changed", {"id": self.id})

    def _notify_receivers(self):
        """Tell each receiver once, with counts, instead of thousands of times."""
        counts = self._get_kept_counts()
        kinds = self.env["crm.handover.kind"]
        for user in self._get_receivers():
            told = self.with_context(lang=user.lang)
            labels = kinds.with_context(lang=user.lang)._get_kinds()
            what = ", ".join(
                labels[code]._get_count_text(count)
                for (code, user_id), count in counts.items()
                if user_id == user.id
            )
            if not what:
                continue
            body = told.env._(
                "%(author)s handed over to you from %(leaver)s: %(what)s.",
                author=self.confirmed_by_id.name, leaver=self.from_user_id.name, what=what,
            )  # fmt: skip
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                author_id=self.confirmed_by_id.partner_id.id,
                subject=told.env._("Clients of %(leaver)s", leaver=self.from_user_id.name),
                body=body,
            )
