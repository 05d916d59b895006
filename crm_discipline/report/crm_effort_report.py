"""Time in the CRM for reading: how much of the day it takes, and which operation is slow."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.crm_effort import KINDS, MODELS

# the fields of a single operation that are grouped to a percentile; they say "avg" to the web
# client, which knows no more
_PERCENTILES = {
    "median_seconds": 0.5,
    "p90_seconds": 0.9,
    "median_clicks": 0.5,
    "median_keys": 0.5,
}


class CrmEffortReport(models.Model):
    """One row per operation, per day's reading of a screen, and per working day of a user."""

    _name = "crm.effort.report"
    _description = "Time in the CRM Analysis"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "kind"

    user_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    day = fields.Date(readonly=True)
    model = fields.Selection(MODELS, "Screen", readonly=True)
    kind = fields.Selection(KINDS, "Operation", readonly=True)
    is_entry = fields.Boolean("Data Entry", readonly=True)

    hours = fields.Float("Time in the CRM", readonly=True)
    entry_hours = fields.Float("Data Entry Time", readonly=True)
    work_hours = fields.Float("Working Time", readonly=True)
    share = fields.Float(
        "CRM, of Working Time",
        readonly=True,
        aggregator="avg",
        help="Time in the CRM divided by the working time of the days in question.",
    )
    entry_share = fields.Float(
        "Data Entry, of Working Time",
        readonly=True,
        aggregator="avg",
        help="Data entry time divided by the working time of the days in question.",
    )
    operations = fields.Integer(readonly=True)
    clicks = fields.Integer(readonly=True)
    keys = fields.Integer(readonly=True)
    median_seconds = fields.Float(
        "Median Time (s)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Half of them are faster.",
    )
    p90_seconds = fields.Float(
        "90th Percentile (s)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Nine of ten operations are faster.",
    )
    median_clicks = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))
    median_keys = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))

    # invalidation of what was read when the sources change
    _depends = {
        "crm.effort": [
            "user_id",
            "company_id",
            "day",
            "model",
            "kind",
            "is_total",
            "operations",
            "seconds",
            "clicks",
            "keys",
        ],
        "crm.effort.day": ["user_id", "company_id", "day", "work_seconds"],
        "res.users": ["sale_team_id"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT effort.id * 2 AS id,
                   effort.user_id,
                   users.sale_team_id AS team_id,
                   effort.company_id,
                   effort.day,
                   effort.model,
                   effort.kind,
                   effort.kind <> 'read' AS is_entry,
                   effort.seconds / 3600 AS hours,
                   CASE WHEN effort.kind <> 'read' THEN effort.seconds / 3600 END AS entry_hours,
                   NULL::float AS work_hours,
                   NULL::float AS share,
                   NULL::float AS entry_share,
                   CASE WHEN effort.kind <> 'read' THEN effort.operations END AS operations,
                   CASE WHEN effort.kind <> 'read' THEN effort.clicks END AS clicks,
                   CASE WHEN effort.kind <> 'read' THEN effort.keys END AS keys,
                   CASE WHEN NOT effort.is_total THEN effort.seconds END AS median_seconds,
                   CASE WHEN NOT effort.is_total THEN effort.seconds END AS p90_seconds,
                   CASE WHEN NOT effort.is_total THEN effort.clicks::float END AS median_clicks,
                   CASE WHEN NOT effort.is_total THEN effort.keys::float END AS median_keys
              FROM crm_effort effort
              JOIN res_users users ON users.id = effort.user_id
             UNION ALL
            SELECT worked.id * 2 + 1,
                   worked.user_id,
                   users.sale_team_id,
                   worked.company_id,
                   worked.day,
                   NULL, NULL, FALSE, NULL, NULL,
                   worked.work_seconds / 3600,
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
              FROM crm_effort_day worked
              JOIN res_users users ON users.id = worked.user_id
            """
        )

    @api.model
    def _get_seconds_by_user(self, user_ids, date_from, date_to):
        """Return the active seconds of these users in a period, ``{user id: seconds}``.

        One query, under the rights of who asks; who has none is not in it.

        :param date_to: inclusive
        """
        found = self._read_group(
            [("user_id", "in", list(user_ids)), ("day", ">=", date_from), ("day", "<=", date_to)],
            ["user_id"],
            ["hours:sum"],
        )
        return {user.id: hours * 3600 for user, hours in found if hours}

    def _read_group_select(self, aggregate_spec, query):
        """Group what must not be averaged as what it is: percentiles, and quotients of sums."""
        usual = super()._read_group_select(aggregate_spec, query)
        fname, _sep, func = aggregate_spec.partition(":")
        if func != "avg":
            return usual

        def column(name):
            return self._field_to_sql(self._table, name, query)

        if fname in _PERCENTILES:
            return SQL(
                "percentile_cont(%s) WITHIN GROUP (ORDER BY %s)", _PERCENTILES[fname], column(fname)
            )
        if fname in ("share", "entry_share"):
            hours = column("hours" if fname == "share" else "entry_hours")
            return SQL("COALESCE(SUM(%s), 0) / NULLIF(SUM(%s), 0)", hours, column("work_hours"))
        return usual
