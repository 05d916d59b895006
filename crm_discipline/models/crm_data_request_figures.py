"""The operators' load: how many requests, how long they wait, how many are rejected.

A median and a percentile can't be summed or averaged, so the database computes them for each group
anew. As measures of the requests themselves, each figure opens its records.
"""

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

_FIGURES = {
    "waiting_median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(waiting)s)",
    "waiting_p90": "percentile_cont(0.9) WITHIN GROUP (ORDER BY %(waiting)s)",
    "rejected_percent": (
        "100.0 * count(*) FILTER (WHERE %(state)s = 'rejected')"
        " / NULLIF(count(*) FILTER (WHERE %(state)s IN ('done', 'rejected')), 0)"
    ),
}


class CrmDataRequest(models.Model):
    _inherit = "crm.data.request"

    requested_date = fields.Date(
        "Asked On (Day)",
        compute="_compute_requested_date",
        store=True,
        precompute=True,
        index=True,
        help="The day in the company's time zone, the same for everybody who looks.",
    )
    waiting_hours = fields.Float(
        "Waiting Time (Average Hours)",
        compute="_compute_waiting_hours",
        store=True,
        aggregator="avg",
        help="From asking to settling, in hours.",
    )
    waiting_median = fields.Float(
        "Waiting Time (Median Hours)", compute="_compute_figures", aggregator="avg"
    )
    waiting_p90 = fields.Float(
        "Waiting Time (90th Percentile, Hours)", compute="_compute_figures", aggregator="avg"
    )
    rejected_percent = fields.Float("Rejected (%)", compute="_compute_figures", aggregator="avg")

    @api.depends("requested_on", "company_id.discipline_tz")
    def _compute_requested_date(self):
        for request in self:
            zone = pytz.timezone(request.company_id.sudo().discipline_tz or "UTC")
            moment = request.requested_on or fields.Datetime.now()
            request.requested_date = pytz.utc.localize(moment).astimezone(zone).date()

    @api.depends("requested_on", "done_on")
    def _compute_waiting_hours(self):
        for request in self:
            if request.done_on:
                waited = request.done_on - request.requested_on
                request.waiting_hours = max(0.0, waited.total_seconds() / 3600)
            else:
                request.waiting_hours = 0.0

    @api.depends("waiting_hours", "state")
    def _compute_figures(self):
        for request in self:
            request.waiting_median = request.waiting_p90 = request.waiting_hours
            request.rejected_percent = 100.0 if request.state == "rejected" else 0.0

    def _read_group_select(self, aggregate_spec, query):
        fname, _colon, function = aggregate_spec.partition(":")
        if function == "avg" and fname in (*_FIGURES, "waiting_hours"):
            # what still waits has no waiting time yet
            state = self._field_to_sql(self._table, "state", query)
            waiting = SQL(
                "CASE WHEN %s IN ('done', 'rejected') THEN %s END",
                state,
                self._field_to_sql(self._table, "waiting_hours", query),
            )
            if fname == "waiting_hours":
                return SQL("avg(%s)", waiting)
            return SQL(_FIGURES[fname], waiting=waiting, state=state)
        return super()._read_group_select(aggregate_spec, query)
