"""Who read how many clients, when and how.

Reads are counted for each user and day, a client once, and become visible to supervisors when the day's
number passes the company's limit; an export is visible at once. What is read is remembered during the
request and written after it by one statement on a connection of its own, because most reads come on a
read-only connection, perhaps to a replica. What a client answers to is never written, only its id, and
the ids are forgotten after two days.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class CrmClientReadLog(models.Model):
    _name = "crm.client.read.log"
    _description = "Bulk Reading of Clients"
    _order = "last_read DESC, id DESC"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one("res.users", "Who", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date("Day", required=True, index=True)
    way = fields.Selection(
        [
            ("export", "Export"),
            ("screen", "List Reading"),
            ("api", "RPC"),
            ("print", "Printing"),
        ],
        "Which Way",
        required=True,
    )
    client_count = fields.Integer("Clients", required=True)
    first_read = fields.Datetime("From", required=True)
    last_read = fields.Datetime("Until", required=True)
    over_limit = fields.Boolean(help="The user read more clients that day than the limit.")

    _day_unique = models.UniqueIndex("(user_id, date, way) WHERE way <> 'export'")

    @api.model
    def _write_reads(self, user_id, reads):
        """Add what one request read.

        :param reads: ``{way: set of keys}``; a key is a contact's id, or minus an opportunity's
        """
        cr = self.env.cr
        for way, keys in reads.items():
            cr.execute(_ADD_EXPORT if way == "export" else _ADD_READ, [user_id, way, sorted(keys)])
        cr.execute(SQL(_PASS_LIMIT, user=user_id))

    @api.autovacuum
    def _gc_client_reads(self):
        """Forget which clients were read, and in time that they were."""
        self.env.cr.execute(
            "DELETE FROM crm_client_read_seen WHERE date < (now() AT TIME ZONE 'UTC')::date - 2"
        )
        self.env.cr.execute(
            """
            DELETE FROM crm_client_read_log log USING res_company company
             WHERE company.id = log.company_id
               AND log.date < (now() AT TIME ZONE 'UTC')::date
                   - CASE WHEN log.over_limit OR log.way = 'export'
                          THEN company.discipline_read_log_days ELSE 2 END
            """
        )
        self.invalidate_model()


class CrmClientReadSeen(models.Model):
    """Which clients a user has read today, so that each counts once."""

    _name = "crm.client.read.seen"
    _description = "Client Read Today"
    _log_access = False

    # no many2one: a foreign key would lock the user's row and be checked for each client
    reader = fields.Integer(required=True)
    date = fields.Date(required=True)
    client_key = fields.Integer(required=True)

    _seen_unique = models.UniqueIndex("(reader, date, client_key)")


_READER = """
WITH reader AS (
    SELECT users.id AS user_id, company.id AS company_id, company.discipline_read_limit AS most,
           (now() AT TIME ZONE COALESCE(company.discipline_tz, 'UTC'))::date AS date,
           now() AT TIME ZONE 'UTC' AS now
      FROM res_users users
      JOIN res_company company ON company.id = users.company_id
     WHERE users.id = %s
), read AS (SELECT %s AS way, %s::int[] AS keys)
"""
_ADD_EXPORT = f"""
{_READER}
INSERT INTO crm_client_read_log
    (user_id, company_id, date, way, client_count, first_read, last_read, over_limit)
SELECT user_id, company_id, date, way, cardinality(keys), now, now, FALSE FROM reader, read
"""
_ADD_READ = f"""
{_READER}, fresh AS (
    INSERT INTO crm_client_read_seen (reader, date, client_key)
    SELECT user_id, date, key FROM reader, read, unnest(keys) key WHERE most > 0
    ON CONFLICT DO NOTHING
    RETURNING client_key
), counted AS (SELECT count(*) AS clients FROM fresh)
INSERT INTO crm_client_read_log AS log
    (user_id, company_id, date, way, client_count, first_read, last_read, over_limit)
SELECT user_id, company_id, date, way, clients, now, now, FALSE
  FROM reader, read, counted WHERE clients > 0
ON CONFLICT (user_id, date, way) WHERE way <> 'export'
DO UPDATE SET client_count = log.client_count + excluded.client_count, last_read = excluded.last_read
"""
_PASS_LIMIT = """
WITH day AS (
    SELECT log.date, sum(log.client_count) AS clients, max(company.discipline_read_limit) AS most
      FROM crm_client_read_log log
      JOIN res_users users ON users.id = log.user_id
      JOIN res_company company ON company.id = users.company_id
     WHERE log.user_id = %(user)s AND log.way <> 'export'
       AND log.date >= (now() AT TIME ZONE 'UTC')::date - 1
  GROUP BY log.date
)
UPDATE crm_client_read_log log SET over_limit = TRUE FROM day
 WHERE log.user_id = %(user)s AND log.date = day.date AND log.way <> 'export'
   AND log.over_limit IS NOT TRUE AND day.most > 0 AND day.clients > day.most
"""
