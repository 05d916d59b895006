"""The list of an audience: filled, and brought up to date.

By SQL, in ranges of clients. A short list in the request, a long one by the scheduled job in batches
that commit and resume. Who was sent something, or opted out of this audience, stays on the list.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import audience_reach
from .crm_audience import AudienceError

# As many clients are listed in the request; more of them by the scheduled job.
AT_ONCE = 10_000
# As many in one batch of the job.
BATCH = 20_000
# From so many clients on PostgreSQL is told how many there are, before their addresses are compared.
_MANY = 1_000
_LAST_ID = 2**31 - 1


# filling the list is a concept of its own, apart from what an audience is
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    filled_on = fields.Datetime("List of", readonly=True, copy=False)
    is_filling = fields.Boolean("Being Filled", readonly=True, copy=False)
    fill_from = fields.Integer(readonly=True, copy=False, help="The client that comes next.")
    progress = fields.Integer(readonly=True, copy=False, help="Percent of what is going on.")
    problem = fields.Char(
        "Stopped Because", readonly=True, copy=False, help="Why what was begun could not go on."
    )

    _working_idx = models.Index("(id) WHERE is_filling IS TRUE")

    def action_refresh(self):
        """Bring the list up to date: who matches now comes, who no longer does goes."""
        self._check_supervisor()
        for audience in self:
            audience._start_filling()
        return True

    def _start_filling(self, at_once_only=False):
        """Fill the list at once, or let the job do it where it is long.

        :param at_once_only: leave a long list as it is
        :return: whether the list is up to date now
        :raise UserError: where the clients can't be chosen
        """
        self.ensure_one()
        try:
            size = self._probe_clients(most=AT_ONCE)
        except AudienceError as error:
            raise UserError(error.reason) from error
        if at_once_only and size > AT_ONCE:
            return False
        audience = self.sudo()
        audience.write({"is_filling": True, "fill_from": 0, "progress": 0, "problem": False})
        if size <= AT_ONCE:
            audience._fill_range(0, _LAST_ID)
            audience._finish_filling()
        else:
            self.env.ref("crm_discipline.ir_cron_audience").sudo()._trigger()
        return size <= AT_ONCE

    def _fill_range(self, low, high):
        """Bring the list up to date for the clients of a range of ids."""
        self.ensure_one()
        self.env["crm.audience.member"].flush_model()
        # (what the job runs as must not narrow what is listed; the query has the responsible's eyes)
        query = self._get_clients_query(Domain("id", ">=", low) & Domain("id", "<=", high))
        chosen = query.select(
            SQL("res_partner.id AS partner_id"),
            SQL("res_partner.discipline_owner_id AS user_id"),
            SQL("%s AS state", self._get_state_sql()),
        )
        self._run(
            SQL(
                """
                WITH chosen AS MATERIALIZED (%(chosen)s), gone AS (
                    DELETE FROM crm_audience_member
                     WHERE audience_id = %(audience)s AND partner_id BETWEEN %(low)s AND %(high)s
                       AND sent_on IS NULL AND is_opted_out IS NOT TRUE
                       AND partner_id NOT IN (SELECT partner_id FROM chosen)
                )
                INSERT INTO crm_audience_member AS member
                       (audience_id, company_id, partner_id, user_id, reach_state, is_reachable,
                        create_uid, write_uid, create_date, write_date)
                SELECT %(audience)s, %(company)s, partner_id, user_id, state, state = 'ok',
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM chosen
                    ON CONFLICT (audience_id, partner_id) DO UPDATE
                   SET user_id = excluded.user_id,
                       company_id = excluded.company_id,
                       reach_state = CASE WHEN member.is_opted_out THEN 'opted_out'
                                          ELSE excluded.reach_state END,
                       is_reachable = excluded.is_reachable AND member.is_opted_out IS NOT TRUE,
                       duplicate_of_id = NULL
                 WHERE member.sent_on IS NULL
                   AND (member.user_id, member.company_id, member.reach_state)
                       IS DISTINCT FROM
                       (excluded.user_id, excluded.company_id, excluded.reach_state)
                """,
                chosen=chosen,
                audience=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                low=low,
                high=high,
            )
        )

    def _finish_filling(self):
        """Let of those with the same address one be reached, and show the list."""
        self.ensure_one()
        self._tell_size()
        self._run(
            SQL(
                """
                WITH ranked AS (
                    SELECT member.id, member.sent_on,
                           first_value(member.id) OVER (
                               PARTITION BY %(address)s
                               ORDER BY member.sent_on IS NULL, member.partner_id
                           ) AS first_id
                      FROM crm_audience_member member
                      JOIN res_partner ON res_partner.id = member.partner_id
                     WHERE member.audience_id = %(audience)s AND member.reach_state = 'ok'
                ), doubles AS MATERIALIZED (
                    SELECT id, first_id FROM ranked WHERE first_id <> id AND sent_on IS NULL
                )
                UPDATE crm_audience_member member
                   SET reach_state = 'duplicate', is_reachable = FALSE,
                       duplicate_of_id = doubles.first_id
                  FROM doubles
                 WHERE member.id = doubles.id
                """,
                address=audience_reach.address_sql(self.channel),
                audience=self.id,
            )
        )
        self.env["crm.audience.member"].invalidate_model()
        self.write(
            {
                "is_filling": False,
                "fill_from": 0,
                "progress": 0,
                "filled_on": fields.Datetime.now(),
            }
        )
        self.invalidate_recordset()

    def _tell_size(self):
        """Let PostgreSQL look at a long list that was just filled.

        It knows nothing of rows that are not committed, and plans for one: it would compare each of them
        with each.
        """
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM (
                    SELECT FROM crm_audience_member WHERE audience_id = %s LIMIT %s
                ) few
                """,
                self.id,
                _MANY,
            )
        )
        if count == _MANY:
            self.env.cr.execute("ANALYZE crm_audience_member")

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    def _fill_next_batch(self):
        """Fill the next range of a long list. Return whether there is more."""
        self.ensure_one()
        low = self.fill_from
        rows = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT id FROM res_partner WHERE id >= %s ORDER BY id OFFSET %s LIMIT 1),
                       (SELECT max(id) FROM res_partner)
                """,
                low,
                BATCH,
            )
        )
        [(following, last)] = rows
        self._fill_range(low, following - 1 if following else _LAST_ID)
        if not following:
            self._finish_filling()
            return False
        self.write({"fill_from": following, "progress": min(99, 100 * following // (last or 1))})
        return True
