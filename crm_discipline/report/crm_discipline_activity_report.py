"""What salespeople did: one row for each client meeting, call, acquired contact and won deal.

Each at its own date, also without an opportunity. Internal meetings, calls between colleagues and open
deals make no row.

The indexes below hold what a count by salesperson and time needs, so it reads nothing else.
"""

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.crm_call import DISPOSITIONS
from .crm_discipline_report_mixin import is_any_company

KINDS = [
    ("meeting", "Meeting"),
    ("call", "Call"),
    ("contact", "Acquired Contact"),
    ("deal", "Won Deal"),
]
# Where a row's record is, in the order of KINDS: the row's id tells both.
_MODELS = ("calendar.event", "crm.call", "res.partner", "crm.lead")


class _Columns(frozenset):
    """The columns that rows are made of, in the context of the report.

    A class of its own, so that no client can send it.
    """


class CrmDisciplineActivityReport(models.Model):
    _name = "crm.discipline.activity.report"
    _inherit = ["crm.discipline.report.mixin"]
    _description = "Activity Report"
    _auto = False
    _order = "at DESC, id DESC"
    _rec_name = "kind"
    _depends = {
        "calendar.event": [
            "active", "client_id", "duration", "is_client_meeting", "meeting_result_id",
            "meeting_status", "opportunity_id", "start", "user_id",
        ],
        "crm.call": [
            "company_id", "direction", "disposition", "duration", "lead_id", "match_state",
            "partner_id", "start", "status_id", "team_id", "user_id",
        ],
        "res.partner": ["acquired_by_id", "acquired_on", "active", "company_id", "partner_share"],
        "crm.lead": [
            "company_id", "date_closed", "expected_revenue", "partner_id", "team_id", "type",
            "user_id", "won_status",
        ],
        "res.users": ["company_id", "sale_team_id"],
        "res.company": ["discipline_tz", "currency_id"],
    }  # fmt: skip

    kind = fields.Selection(KINDS, "Activity", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    meeting_status = fields.Selection(
        lambda self: self.env["calendar.event"]._fields["meeting_status"].selection, readonly=True
    )
    meeting_result_id = fields.Many2one("crm.meeting.result", "Result", readonly=True)
    call_status_id = fields.Many2one("crm.call.status", readonly=True)
    disposition = fields.Selection(DISPOSITIONS, readonly=True)
    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], readonly=True)
    duration = fields.Float("Hours", readonly=True)
    revenue = fields.Monetary(readonly=True, currency_field="currency_id", aggregator="sum")
    record_id = fields.Many2oneReference(model_field="record_model", readonly=True, aggregator=None)
    record_model = fields.Char(readonly=True)

    @property
    def _table_query(self):
        return self._get_all_rows(self._get_columns(), self._get_common_tz())

    @tools.ormcache("columns", "tz")
    def _get_all_rows(self, columns, tz):
        """Return the rows of all kinds; kept for each set of columns and time zone, which the parts are made by."""
        parts = (self._meetings(), self._calls(), self._contacts(), self._deals())
        return SQL(" UNION ALL ").join(parts)

    @api.depends("kind", "partner_id", "lead_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            who = row.partner_id.display_name or row.lead_id.display_name
            row.display_name = f"{kinds[row.kind]}: {who}" if who else kinds[row.kind]

    def action_open_record(self):
        """Open the meeting, call, contact or deal that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_model,
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # ONLY WHAT IS ASKED FOR
    # ------------------------------------------------------------

    def _with_columns(self, domain, groupby, aggregates, having):
        columns = self._get_asked_columns(domain, (*groupby, *aggregates), having)
        return self.with_context(discipline_columns=columns) if columns else self

    def _get_asked_columns(self, domain, specs, having):
        """Return the columns of which groups are made, if rows need no others and not their salesperson's own
        record; then PostgreSQL reads nothing but the indexes. None where rows are to be whole."""
        if not self._get_common_tz() or not self._get_all_company_ids() <= set(
            self.env.companies.ids
        ):
            return None
        if not self.env.su:
            domain &= self.env["ir.rule"]._compute_domain(self._name).optimize_full(self)
        domain &= Domain(having)
        if not _is_of_fields(domain):
            return None
        asked = {spec.partition(":")[0] for spec in specs if spec != "__count"}
        asked.update(
            condition.field_expr.partition(":")[0]
            for condition in domain.iter_conditions()
            if not is_any_company(self, condition)
        )
        if not asked <= _PLAIN_COLUMNS:
            return None
        if self._is_of_moments(domain, specs):
            asked.discard("date")
        # a condition on the day is one on the moment, too
        return _Columns(asked | {"at"})

    def _get_columns(self):
        """Return the columns that are asked for; None for all."""
        columns = self.env.context.get("discipline_columns")
        return columns if isinstance(columns, _Columns) else None

    def _get_joins_sql(self, owner, company=None):
        """Return the joins with a row's salesperson and company.

        :param owner: the column of the row that says who the salesperson is; None if it isn't needed
        :param company: the row's company; the salesperson's unless given
        """
        if self._get_columns():
            return SQL()
        users = SQL("LEFT JOIN res_users owner ON owner.id = %s", owner) if owner else SQL()
        return SQL(
            "%s LEFT JOIN res_company company ON company.id = %s",
            users,
            company or SQL("owner.company_id"),
        )

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _rows(self, source, condition, number, columns):
        """Return the rows of one kind.

        Where few columns are asked for, the condition is a column that :meth:`_search` asks for: PostgreSQL
        takes rows from several tables straight from their indexes only if no part has a condition of its own.

        :param source: the table, as ``source``, and its joins
        :param condition: which of its records make a row
        """
        if self._get_columns():
            return SQL(
                "SELECT %s, %s AS is_row FROM %s", self._select(number, columns), condition, source
            )
        return SQL("SELECT %s FROM %s WHERE %s", self._select(number, columns), source, condition)

    def _search(self, domain, *args, **kwargs):
        query = super()._search(domain, *args, **kwargs)
        if self._get_columns():
            query.add_where(SQL.identifier(query.table, "is_row"))
        return query

    def _select(self, number, columns):
        """Return the columns of one kind, in the order of all.

        :param number: of the kind in ``KINDS``
        :param columns: SQL by field; fields that a kind lacks are null
        """
        asked = self._get_columns()
        kind, _label = KINDS[number]
        columns = {
            "id": SQL("%s::bigint * %s + %s", columns["record_id"], len(KINDS), number),
            "kind": SQL("%s::varchar", kind),
            "record_model": SQL("%s::varchar", _MODELS[number]),
            "date": self._get_day_sql(columns["at"]),
            **columns,
        }
        return SQL(", ").join(
            SQL("%s AS %s", columns.get(name, null), SQL.identifier(name))
            for name, null in _COLUMNS.items()
            if asked is None or name in asked
        )

    def _meetings(self):
        owner = SQL("source.user_id")
        return self._rows(
            SQL("calendar_event source %s", self._get_joins_sql(owner)),
            SQL("source.is_client_meeting IS TRUE AND source.active IS TRUE"),
            0,
            {
                "record_id": SQL("source.id"),
                "at": SQL("source.start"),
                "user_id": owner,
                "team_id": SQL("owner.sale_team_id"),
                "company_id": SQL("owner.company_id"),
                "partner_id": SQL("source.client_id"),
                "lead_id": SQL("source.opportunity_id"),
                "meeting_status": SQL("source.meeting_status"),
                "meeting_result_id": SQL("source.meeting_result_id"),
                "duration": SQL("source.duration"),
            },
        )

    def _calls(self):
        return self._rows(
            SQL("crm_call source %s", self._get_joins_sql(None, SQL("source.company_id"))),
            SQL("source.match_state <> 'internal'"),
            1,
            {
                "record_id": SQL("source.id"),
                "at": SQL("source.start"),
                "user_id": SQL("source.user_id"),
                "team_id": SQL("source.team_id"),
                "company_id": SQL("source.company_id"),
                "partner_id": SQL("source.partner_id"),
                "lead_id": SQL("source.lead_id"),
                "call_status_id": SQL("source.status_id"),
                "disposition": SQL("source.disposition"),
                "direction": SQL("source.direction"),
                "duration": SQL("source.duration / 3600.0::float8"),
            },
        )

    def _contacts(self):
        owner = SQL("source.acquired_by_id")
        company = SQL("COALESCE(source.company_id, owner.company_id)")
        return self._rows(
            SQL("res_partner source %s", self._get_joins_sql(owner, company)),
            SQL(
                """source.acquired_by_id IS NOT NULL AND source.active IS TRUE
               AND source.partner_share IS TRUE"""
            ),
            2,
            {
                "record_id": SQL("source.id"),
                "at": SQL("source.acquired_on"),
                "user_id": owner,
                "team_id": SQL("owner.sale_team_id"),
                "company_id": company,
                "partner_id": SQL("source.id"),
            },
        )

    def _deals(self):
        owner = SQL("source.user_id")
        company = SQL("COALESCE(source.company_id, owner.company_id)")
        return self._rows(
            SQL("crm_lead source %s", self._get_joins_sql(owner, company)),
            SQL("source.won_status = 'won' AND source.type = 'opportunity'"),
            3,
            {
                "record_id": SQL("source.id"),
                "at": SQL("source.date_closed"),
                "user_id": owner,
                "team_id": SQL("source.team_id"),
                "company_id": company,
                "partner_id": SQL("source.partner_id"),
                "lead_id": SQL("source.id"),
                "revenue": SQL("source.expected_revenue"),
            },
        )


# All columns in their order, with what stands for them where a kind has none. Each has one type in all
# kinds: else PostgreSQL computes all columns of all rows before it counts any.
_COLUMNS = {
    "id": SQL("NULL"),
    "kind": SQL("NULL"),
    "record_model": SQL("NULL"),
    "record_id": SQL("NULL"),
    "at": SQL("NULL"),
    "date": SQL("NULL"),
    "user_id": SQL("NULL"),
    "team_id": SQL("NULL"),
    "company_id": SQL("NULL"),
    "partner_id": SQL("NULL"),
    "lead_id": SQL("NULL::int"),
    "meeting_status": SQL("NULL::varchar"),
    "meeting_result_id": SQL("NULL::int"),
    "call_status_id": SQL("NULL::int"),
    "disposition": SQL("NULL::varchar"),
    "direction": SQL("NULL::varchar"),
    "duration": SQL("0::float8"),
    "revenue": SQL("0.0"),
}


# Those that a record has by itself, whoever its salesperson is. Revenue has its currency by its company.
_PLAIN_COLUMNS = _COLUMNS.keys() - {"team_id", "company_id", "revenue"}


def _is_of_fields(domain):
    """Tell whether all that a domain asks is asked of fields, and nothing by SQL of its own.

    >>> _is_of_fields(Domain("kind", "=", "call") & ~Domain("user_id", "=", 2) | Domain.FALSE)
    True
    >>> _is_of_fields(Domain("kind", "=", "call") & Domain.custom(to_sql=lambda *_args: SQL("TRUE")))
    False
    """
    parts = getattr(domain, "children", None) or [getattr(domain, "child", None)]
    if parts != [None]:
        return all(map(_is_of_fields, parts))
    return hasattr(domain, "field_expr") or domain.is_true() or domain.is_false()


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    _activity_report_idx = models.Index(
        "(start) INCLUDE (user_id, meeting_status) WHERE is_client_meeting IS TRUE AND active IS TRUE"
    )


class CrmCall(models.Model):
    _inherit = "crm.call"

    _activity_report_idx = models.Index(
        "(start) INCLUDE (user_id, company_id) WHERE match_state <> 'internal'"
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    _activity_report_idx = models.Index(
        """(acquired_on) INCLUDE (acquired_by_id, company_id)
        WHERE acquired_by_id IS NOT NULL AND active IS TRUE AND partner_share IS TRUE"""
    )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    _activity_report_idx = models.Index(
        "(date_closed) INCLUDE (user_id, company_id) WHERE won_status = 'won' AND type = 'opportunity'"
    )
