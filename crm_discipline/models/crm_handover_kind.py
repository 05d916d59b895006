"""One kind of thing that passes in a handover, such as clients or open opportunities.

A kind is an abstract model named ``crm.handover.kind.<code>``; being defined is all it takes to be
offered. It says which records these are by one domain, which counts them, opens them and moves
them, and what moves with a record::

    class CrmHandoverTicket(models.AbstractModel):
        _name = "crm.handover.kind.ticket"
        _inherit = "crm.handover.kind"
        _description = "Tickets in a handover"
        _handover_model = "helpdesk.ticket"

        def _get_label(self):
            return self.env._("Tickets")

        def _get_domain(self, user, company):
            return Domain("user_id", "=", user.id) & Domain("is_open", "=", True)

Records are moved by SQL, some thousands in each statement.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

_PREFIX = "crm.handover.kind."
# What belongs together has the same number: a client's id times eight, or another record's plus
# one of these.
KEY_PARTNER, KEY_LEAD, KEY_EVENT, KEY_ACTIVITY, KEY_CALL, KEY_SERIES, KEY_OTHER = range(7)


class Passage(NamedTuple):
    """Some rows of ``crm.handover.item`` that are moved, or returned, in one statement."""

    handover_id: int
    leaver_id: int
    leaver_partner_id: int
    company_id: int
    writer_id: int
    first_id: int
    last_id: int


def key_sql(column, code):
    """Return the number of what belongs to the record in ``column``."""
    return SQL("(%s::bigint * 8 + %s)", column, code)


class CrmHandoverKind(models.AbstractModel):
    _name = "crm.handover.kind"
    _description = "Kind of thing in a handover"

    _handover_model = None
    _handover_rank = 100
    _owner = "user_id"
    # Whether somebody gets them; where not, they go back to where nobody has them.
    _has_receivers = True
    # Whether each of the receivers gets a part of each, rather than one of them all of it.
    _is_shared = False
    # Whether there are followers, in whose place the receiver comes.
    _has_followers = True
    # Whether the receiver follows what passes; where not, they take the leaver's place only.
    _receiver_follows = False
    # Stored fields that depend on the owner and that ``_get_move_sql`` sets itself.
    _settled_fields = frozenset()

    # ------------------------------------------------------------
    # WHICH KINDS THERE ARE
    # ------------------------------------------------------------

    @api.model
    def _get_kinds(self):
        """Return all kinds, in the order in which they are shown: ``{code: kind}``."""
        kinds = [self.env[name] for name in self.env.registry if name.startswith(_PREFIX)]
        kinds.sort(key=lambda kind: (kind._handover_rank, kind._name))
        return {kind._get_code(): kind for kind in kinds}

    @api.model
    def _get_code(self):
        return self._name.removeprefix(_PREFIX)

    @api.model
    def _get_label(self):
        """Return what the kind is called, in the reader's language."""
        raise NotImplementedError

    @api.model
    def _get_count_text(self, count):
        """Return a count with its noun, such as “3 clients”."""
        raise NotImplementedError

    @api.model
    def _say_number(self, count):
        """Return a count as it is written in the reader's language."""
        return formatLang(self.env, count, digits=0)

    @api.model
    def _get_nobody_text(self):
        """Return where they go that nobody gets, such as “back to the queue”."""
        return ""

    # ------------------------------------------------------------
    # WHICH RECORDS
    # ------------------------------------------------------------

    @api.model
    def _get_domain(self, user, company):
        """Return which records pass.

        :param user: the leaver
        :param company: whose records; all companies' where it is empty
        """
        raise NotImplementedError

    @api.model
    def _get_company_domain(self, company):
        if not company:
            return Domain.TRUE
        return Domain("company_id", "in", [False, company.id])

    @api.model
    def _get_records_sudo(self):
        """Return the model, as somebody who sees all: a handover leaves nothing behind that the
        supervisor happens not to see."""
        return self.env[self._handover_model].sudo().with_context(active_test=True)

    @api.model
    def _get_query(self, user, company):
        return self._get_records_sudo()._search(self._get_domain(user, company))

    @api.model
    def _count(self, user, company):
        return self._get_records_sudo().search_count(self._get_domain(user, company))

    @api.model
    def _get_things_sql(self, user, company, pool):
        """Return a SELECT of the records with what they belong to: ``(kind, pool, res_id, key,
        team_id)``."""
        query = self._get_query(user, company)
        key, team = self._get_key_sql(query)
        return query.select(
            SQL("%s::varchar AS kind", self._get_code()),
            SQL("%s::integer AS pool", pool),
            SQL("%s AS res_id", SQL.identifier(query.table, "id")),
            SQL("%s AS key", key),
            SQL("%s::integer AS team_id", team),
        )

    @api.model
    def _get_key_sql(self, query):
        """Return what a record belongs to and its sales team, as SQL; may add joins."""
        return key_sql(SQL.identifier(query.table, "id"), KEY_OTHER), SQL("NULL")

    @api.model
    def _get_client_key(self, query, column, table=None):
        """Return the number of a client with all of its company, NULL without a client."""
        client = query.left_join(table or query.table, column, "res_partner", "id", column)
        whole = SQL(
            "COALESCE(%s, %s)",
            SQL.identifier(client, "commercial_partner_id"),
            SQL.identifier(client, "id"),
        )
        return key_sql(whole, KEY_PARTNER)

    @api.model
    def _get_lead_key(self, query, column, table=None):
        """Return the number of an opportunity's client, else of the opportunity, and its team."""
        lead = query.left_join(table or query.table, column, "crm_lead", "id", column)
        client = query.left_join(lead, "partner_id", "res_partner", "id", "partner_id")
        whole = SQL(
            "COALESCE(%s, %s)",
            SQL.identifier(client, "commercial_partner_id"),
            SQL.identifier(client, "id"),
        )
        own = key_sql(SQL.identifier(lead, "id"), KEY_LEAD)
        key = SQL("COALESCE(%s, %s)", key_sql(whole, KEY_PARTNER), own)
        return key, SQL.identifier(lead, "team_id")

    # ------------------------------------------------------------
    # MOVING
    # ------------------------------------------------------------

    @api.model
    def _get_open_sql(self):
        """Return what still holds of a record, as ``thing``, that may pass or be returned."""
        return SQL("TRUE")

    @api.model
    def _get_before_sql(self):
        """Return what is kept of a record besides its owner, as an SQL jsonb.

        ``thing`` is the record, ``plan`` the row with ``user_id`` of the receiver, ``leaver_follows``
        and ``receiver_follows`` are followers.
        """
        return SQL("jsonb_build_object('follow', %s)", self._get_follow_sql())

    @api.model
    def _get_follow_sql(self):
        return SQL(
            """CASE WHEN leaver_follows.id IS NULL
                    THEN CASE WHEN receiver_follows.id IS NULL AND %s THEN 'added' ELSE 'none' END
                    WHEN receiver_follows.id IS NULL THEN 'moved' ELSE 'merged' END""",
            self._receiver_follows,
        )

    @api.model
    def _get_before_joins_sql(self, passage):
        """Return what :meth:`_get_before_sql` joins besides."""
        return SQL()

    @api.model
    def _keep(self, passage):
        """Keep who had what, for all planned records of this kind."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_handover_item
                       (handover_id, kind, model, res_id, from_user_id, to_user_id, before, state)
                SELECT %(handover)s, plan.kind, %(model)s, plan.res_id, %(leaver)s, plan.user_id,
                       %(before)s, 'moved'
                  FROM crm_handover_plan plan
                  JOIN %(table)s thing ON thing.id = plan.res_id
             LEFT JOIN res_users receiver ON receiver.id = plan.user_id
             LEFT JOIN mail_followers leaver_follows
                    ON leaver_follows.res_model = %(model)s AND leaver_follows.res_id = plan.res_id
                   AND leaver_follows.partner_id = %(leaver_partner)s
             LEFT JOIN mail_followers receiver_follows
                    ON receiver_follows.res_model = %(model)s
                   AND receiver_follows.res_id = plan.res_id
                   AND receiver_follows.partner_id = receiver.partner_id
                       %(joins)s
                 WHERE plan.kind = %(kind)s
                 ORDER BY plan.res_id, plan.user_id
                """,
                handover=passage.handover_id,
                model=self._handover_model,
                table=self._get_table(),
                leaver=passage.leaver_id,
                leaver_partner=passage.leaver_partner_id,
                before=self._get_before_sql(),
                joins=self._get_before_joins_sql(passage),
                kind=self._get_code(),
            )
        )

    @api.model
    def _get_move_sql(self, passage):
        """Return what else is set when a record passes, as a list of SQL assignments."""
        return []

    @api.model
    def _get_return_sql(self):
        """Return what else is set when a record is returned, as a list of SQL assignments."""
        return []

    @api.model
    def _move(self, passage):
        """Give the records of some items to their receivers; return how many."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s thing
                   SET %(sets)s
                  FROM crm_handover_item item
             LEFT JOIN res_users receiver ON receiver.id = item.to_user_id
             LEFT JOIN res_partner receiver_partner ON receiver_partner.id = receiver.partner_id
                 WHERE %(items)s AND thing.id = item.res_id AND %(still)s AND %(open)s
                """,
                table=self._get_table(),
                sets=SQL(", ").join(
                    [
                        self._get_owner_sql(),
                        *self._get_written_sql(passage),
                        *self._get_move_sql(passage),
                    ]
                ),
                items=self._get_items_sql(passage),
                still=self._get_still_sql(passage),
                open=self._get_open_sql(),
            )
        )
        moved = self.env.cr.rowcount
        if self._has_followers:
            self._move_followers(passage)
        return moved

    @api.model
    def _get_still_sql(self, passage):
        """Return what holds of a record, as ``thing``, that is still the leaver's."""
        return SQL("thing.%s = %s", SQL.identifier(self._owner), passage.leaver_id)

    @api.model
    def _get_owner_sql(self):
        return SQL("%s = item.to_user_id", SQL.identifier(self._owner))

    @api.model
    def _forget_unmoved(self, handover_id):
        """Drop the items of records that somebody changed or removed in the meantime."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_handover_item item
                 WHERE item.handover_id = %s AND item.kind = %s AND NOT EXISTS (
                       SELECT FROM %s thing WHERE thing.id = item.res_id AND %s)
                """,
                handover_id,
                self._get_code(),
                self._get_table(),
                self._get_moved_sql(),
            )
        )

    @api.model
    def _get_moved_sql(self):
        """Return what holds of a record, as ``thing``, that is as the handover left it."""
        return SQL("thing.%s = item.to_user_id", SQL.identifier(self._owner))

    @api.model
    def _return(self, passage):
        """Return the records of some items, unless something came in between."""
        self._mark_left(passage)
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s thing
                   SET %(sets)s
                  FROM crm_handover_item item
                 WHERE %(items)s AND thing.id = item.res_id
                """,
                table=self._get_table(),
                sets=SQL(", ").join(
                    [
                        *self._get_owner_back_sql(),
                        *self._get_written_sql(passage),
                        *self._get_return_sql(),
                    ]
                ),
                items=self._get_items_sql(passage),
            )
        )
        if self._has_followers:
            self._return_followers(passage)
        self.env.cr.execute(
            SQL(
                "UPDATE crm_handover_item item SET state = 'returned' WHERE %s",
                self._get_items_sql(passage),
            )
        )

    @api.model
    def _get_owner_back_sql(self):
        return [SQL("%s = item.from_user_id", SQL.identifier(self._owner))]

    @api.model
    def _mark_left(self, passage):
        """Mark what is no longer as the handover left it, with the reason; lock the rest."""
        self.env.cr.execute(
            SQL(
                """
                SELECT FROM %s thing JOIN crm_handover_item item ON item.res_id = thing.id
                 WHERE %s ORDER BY thing.id FOR NO KEY UPDATE OF thing
                """,
                self._get_table(),
                self._get_items_sql(passage),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_handover_item item
                   SET state = 'left', reason = now.reason
                  FROM (
                    SELECT item.id, CASE WHEN thing.id IS NULL THEN 'deleted'
                                         WHEN (%(moved)s) IS NOT TRUE THEN 'changed'
                                         WHEN (%(open)s) IS NOT TRUE THEN 'closed' END AS reason
                      FROM crm_handover_item item
                 LEFT JOIN %(table)s thing ON thing.id = item.res_id
                     WHERE %(items)s
                  ) now
                 WHERE item.id = now.id AND now.reason IS NOT NULL
                """,
                moved=self._get_moved_sql(),
                open=self._get_open_sql(),
                table=self._get_table(),
                items=self._get_items_sql(passage),
            )
        )

    @api.model
    def _after(self, handover, items):
        """Do what follows from all moves of this kind, once.

        :param items: ids of the items
        """
        self._recompute_dependents(items)

    @api.model
    def _recompute_dependents(self, items):
        """Compute anew what other modules store and derive from the owner."""
        field = self.env[self._handover_model]._fields[self._owner]
        stale = [
            dependent
            for dependent in self.env.registry.get_dependent_fields(field)
            if dependent.store and str(dependent) not in self._settled_fields
        ]
        if stale:
            records = self._get_records_sudo().browse(self._get_item_records(items)).exists()
            records.modified([self._owner])
            for settled in self._settled_fields:
                model_name, _dot, fname = settled.rpartition(".")
                if model_name == self._handover_model and fname in records._fields:
                    self.env.remove_to_compute(records._fields[fname], records)

    @api.model
    def _get_item_records(self, items):
        return [record_id for (record_id,) in self.env.execute_query(
            SQL("SELECT res_id FROM crm_handover_item WHERE id = ANY(%s)", items)
        )]  # fmt: skip

    # ------------------------------------------------------------
    # SQL THAT ALL SHARE
    # ------------------------------------------------------------

    @api.model
    def _get_table(self):
        return SQL.identifier(self.env[self._handover_model]._table)

    @api.model
    def _get_items_sql(self, passage):
        return SQL(
            """item.handover_id = %s AND item.kind = %s AND item.state = 'moved'
               AND item.id BETWEEN %s AND %s""",
            passage.handover_id,
            self._get_code(),
            passage.first_id,
            passage.last_id,
        )

    @api.model
    def _get_written_sql(self, passage):
        return [
            SQL("write_uid = %s", passage.writer_id),
            SQL("write_date = now() AT TIME ZONE 'UTC'"),
        ]
