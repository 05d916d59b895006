"""The quick way of the common click: one statement where a status has nothing more to do.

Most clicks say of one's own call with a client that it is done, and that is all: nobody waits for a
call-back, nothing was planned, no number is wrong. For these, all that the ORM would read, check and
compute is known beforehand but for a few columns, so it is decided once per user and status
(:meth:`CrmCall._get_quick_status`, in the cache that a change of a rule, a right or a status clears),
and a click is one ``UPDATE``, or a second one for a call that is less common, that finds the call only if

- the user may write it, by the record rules as far as the row alone decides them,
- it is the user's own, and has another status so far,
- an earlier status has left nothing planned, and this one closes nothing besides the call.

It writes what the ORM would write and returns what the offer to undo says. Where it does not find the
call it writes nothing, and the ORM does everything: it refuses, asks for a note, takes over, plans,
and closes. There is no second definition of those: this file only knows when they would do
nothing. ``tests/test_crm_call_quick.py`` holds both ways against each other.

The ORM's way is always taken for several calls at once, which share its cost, and where somebody else
has a say: another module that overrides what is left out here (``_LEFT_OUT``), an automation rule, a
constraint on what is written, or a stored field computed from it.
"""

from typing import NamedTuple

from odoo import api, models, tools
from odoo.tools import SQL, Query

from ..tools import domain_facts

_WRITTEN = frozenset({"status_id", "is_handled", "handled_on", "write_uid", "write_date"})
# What of a status is known when a rule is decided; it is a rule's to ask about nothing else.
_KNOWN = ("is_handled", "is_contact", "is_wrong_number", "requires_note", "active")
# What a click runs in the ORM's way. Who overrides one of these expects to be called.
_LEFT_OUT = frozenset(
    {
        "write", "_write", "_write_multi", "modified", "_validate_fields", "_compute_field_value",
        "check_access", "has_access", "_check_access", "_check_field_access", "_has_field_access",
        "_set_status", "_get_status", "_prepare_call_vals", "_prepare_change", "_offer_undo",
        "_get_said_name", "_get_status_before", "_apply_status", "_compute_is_handled",
        "_take_over", "_mark_number_sudo", "_plan_next", "_close_callback_sudo", "_is_contact",
        "_contact_made", "_close_missed_sudo", "_get_returned_sudo", "_announce", "_check_discipline",
    }
)  # fmt: skip


# Stands for the id of the call in a statement.
_CALL_ID = object()


class QuickStatus(NamedTuple):
    """What a click on a status is to one user: plain values, and statements that lack the call's id."""

    id: int
    name: str
    common: SQL
    other: SQL


class Which(NamedTuple):
    """Which calls a statement is for."""

    condition: str  # on the row ``call``
    reached: str  # one more where the status says that the client was reached
    before: str  # the status so far


# Most clicks are the first on a call that a telephone system has recorded. Then there was no status, and
# what waited for the client to be reached was settled when the call arrived.
_COMMON = Which("call.status_id IS NULL", "call.disposition IS NOT NULL", "NULL::integer")
_OTHER = Which(
    "call.status_id IS DISTINCT FROM %(status)s",
    # no missed call of the client waits for the contact that this one was
    """
    (call.disposition IS NOT NULL OR NOT EXISTS (
        SELECT FROM crm_call missed
         WHERE (missed.partner_id = call.partner_id OR missed.phone_sanitized = call.phone_sanitized)
           AND missed.direction = 'in' AND missed.disposition <> 'answered'
           AND missed.returned_on IS NULL AND missed.is_handled IS NOT TRUE
           AND missed.start <= call.start AND missed.id <> call.id
    ))
    """,
    # what is selected is the call as it was; ``call`` itself returns what it has become
    "(SELECT old.status_id FROM crm_call old WHERE old.id = call.id)",
)


class CrmCall(models.Model):
    _inherit = "crm.call"

    def _set_status_quickly(self, status_id):
        """Set a status that has nothing more to do on this one call.

        :return: the offer to undo; False when nothing was done, and the ORM's way is to be taken
        """
        if len(self) != 1 or not self.id or not _LEFT_OUT.isdisjoint(vars(type(self))):
            return False  # several, a draft, or an automation rule has patched the model
        status = self._get_quick_status(status_id)
        if not status:
            return False
        self.env.flush_all()
        row = self._update_quickly(status.common) or self._update_quickly(status.other)
        if not row:
            return False
        old_status_id, note, client_name, is_listening = row
        if is_listening:
            self._tell(self.env.user)
        self._watch_plans()
        self.env.invalidate_all(flush=False)
        if not client_name:
            # nobody's call, or one whose client is not to be read or is marked by it
            self._mark_number_sudo(self.env["crm.call.status"].browse(status.id))
        change = {
            "id": self.id,
            "status_id": old_status_id or False,
            "user_id": self.env.uid,
            "note": note or False,
        }
        said = self._get_said_of_one(status.name, client_name or self._get_said_name())
        return self._prepare_undo_action(said, [self._sign_change(change)])

    def _update_quickly(self, statement):
        """Write a status where the call is as it must be, and return what the offer to undo says."""
        params = [self.id if param is _CALL_ID else param for param in statement.params]
        self.env.cr.execute(statement.code, params)
        return self.env.cr.fetchone()

    # ------------------------------------------------------------
    # DECIDED BEFOREHAND
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache(
        "status_id",
        "self.env.uid",
        "self.env.su",
        "self.env.lang",
        "tuple(self.env['ir.rule']._compute_domain_context_values())",
    )
    def _get_quick_status(self, status_id):
        """Return the :class:`QuickStatus` of a status for the user, or None when it has none."""
        user = self.env.user
        if self.env.su or not user._is_internal() or not self._is_quick_possible():
            return None
        status = self._get_status(status_id)
        if status.requires_note or status.is_wrong_number or status.next_activity_type_id:
            return None
        if not self.browse().has_access("write") or not self._is_never_refused(status):
            return None
        allowed = self._get_row_rules(self, "write", {"user_id": user.id}, "call")
        if allowed is None:
            return None
        conditions = [allowed]
        if status.is_handled:
            conditions.append(SQL("call.callback_activity_id IS NULL"))
        client_fit = self._get_row_rules(self.env["res.partner"], "read", {}, "partner")
        common, other = (
            SQL(
                _UPDATE,
                id=_CALL_ID,
                status=status.id,
                is_handled=SQL("TRUE" if status.is_handled else _HANDLED_ANYHOW),
                handled_on=SQL(
                    "%s" if status.is_handled else f"CASE WHEN {_HANDLED_ANYHOW} THEN %s END",
                    SQL(_HANDLED_ON),
                ),
                uid=user.id,
                fit=SQL(" AND ").join(
                    [
                        SQL(which.condition, status=status.id),
                        *conditions,
                        *([SQL(which.reached)] if status.is_contact else []),
                    ]
                ),
                client_fit=client_fit or SQL("FALSE"),
                before=SQL(which.before),
            )
            for which in (_COMMON, _OTHER)
        )
        return QuickStatus(status.id, status.name, common, other)

    @api.model
    def _is_never_refused(self, status):
        """Tell whether no blocking data rule can be broken by giving a call this status."""
        violations, touching = self.env["crm.discipline.rule"]._get_blocking_rules(self._name)
        if "status_id" not in touching:
            return True
        facts = {"status_id": status.id}
        facts |= {f"status_id.{fname}": status[fname] for fname in _KNOWN}
        if status.is_handled:
            facts["is_handled"] = True
        return all(
            domain_facts.assume(violation, facts).is_false() for _tz, violation in violations
        )

    @api.model
    def _get_row_rules(self, model, operation, facts, alias):
        """Return the user's record rules as a condition on a row.

        :param facts: what is known of the row, see :func:`domain_facts.assume`
        :return: an :class:`~odoo.tools.SQL`, or None when more than the row decides
        """
        if not model.browse().has_access(operation):
            return None
        judged = model.sudo().with_context(active_test=False)
        domain = self.env["ir.rule"]._compute_domain(model._name, operation)
        domain = domain_facts.assume(domain, facts)
        if not domain_facts.is_of_row(domain, model):
            return None
        if domain.is_true() or domain.is_false():
            return SQL("TRUE") if domain.is_true() else None
        query = Query(self.env, alias, SQL.identifier(model._table))
        return domain.optimize_full(judged)._to_sql(judged, alias, query)

    @api.model
    @tools.ormcache()
    def _is_quick_possible(self):
        """Tell whether nobody but this module has a say in what a click does."""
        ours = __name__.rpartition(".models.")[0]
        for cls in type(self).mro():
            if not cls.__module__.startswith((f"{ours}.", "odoo.orm.")):
                if not _LEFT_OUT.isdisjoint(vars(cls)):
                    return False
        if any(not _WRITTEN.isdisjoint(check._constrains) for check in self._constraint_methods):
            return False
        return not any(
            dependent.store and dependent.name not in _WRITTEN
            for fname in _WRITTEN
            for dependent in self.pool.get_dependent_fields(self._fields[fname])
        )


# A call is processed without a status, too: see ``CrmCall._compute_is_handled``.
_HANDLED_ANYHOW = "(call.returned_on IS NOT NULL OR call.match_state = 'internal')"
_HANDLED_ON = """
COALESCE(call.handled_on, date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC'))
"""
_UPDATE = """
UPDATE crm_call call
   SET status_id = %(status)s, is_handled = %(is_handled)s, handled_on = %(handled_on)s,
       write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
 WHERE call.id = %(id)s AND call.user_id = %(uid)s
   AND call.next_activity_id IS NULL AND %(fit)s
RETURNING %(before)s,
          call.note,
          (SELECT partner.complete_name
             FROM res_partner partner
            WHERE partner.id = call.partner_id AND %(client_fit)s
              AND partner.wrong_number_call_id IS DISTINCT FROM call.id),
          EXISTS (
              SELECT FROM mail_presence WHERE user_id = call.user_id AND status <> 'offline'
          )
"""
