"""Plan against actual, to be grouped and summed in graph and pivot.

One row is one target. What it reached is counted by the metric's own definition, made a part of the
query, so that any sum here is the sum of the counters.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.crm_plan_metric import MetricError

_METRICS = "metric_id:count_distinct"
_SUMS = frozenset({"target:sum", "actual:sum", "pending:sum", "remaining:sum"})


class CrmPlanReport(models.Model):
    _name = "crm.plan.report"
    _description = "Plan Report"
    _auto = False
    _rec_name = "metric_id"
    _order = "date_from DESC, team_id, user_id, metric_id"
    _depends = {
        "crm.plan": ["date_from", "date_to", "state", "utc_from", "utc_to"],
        "crm.plan.target": ["company_id", "metric_id", "plan_id", "target", "team_id", "user_id"],
    }

    target_id = fields.Many2one("crm.plan.target", readonly=True)
    plan_id = fields.Many2one("crm.plan", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    metric_id = fields.Many2one("crm.plan.metric", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("closed", "Closed")], readonly=True
    )
    period = fields.Selection(
        [
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("custom", "Other Days"),
        ],
        readonly=True,
    )
    date_from = fields.Date("Period", readonly=True)
    date_to = fields.Date("Until", readonly=True)
    target = fields.Float(readonly=True, aggregator="sum", digits=(16, 2))
    actual = fields.Float(readonly=True, aggregator="sum", digits=(16, 2))
    pending = fields.Float(readonly=True, aggregator="sum", digits=(16, 2))
    remaining = fields.Float(readonly=True, aggregator="sum", digits=(16, 2))

    @property
    def _table_query(self):
        """Return one SELECT for the targets of each metric and company."""
        parts = []
        # in sudo: what a figure is does not depend on who reads it; the rows have rules of their own
        metrics = (
            self.env["crm.plan.metric"].sudo().with_context(active_test=False).search(Domain.TRUE)
        )
        # all that a company changes of the query is the time zone of what the domains call today
        companies = (
            self.env["res.company"].sudo().search(Domain.TRUE).grouped("discipline_tz").values()
        )
        computed = []
        for metric in metrics:
            try:
                definition = metric._get_definition()
            except MetricError:
                continue
            computed.append(metric.id)
            parts += [self._select_metric(metric, definition, sharing) for sharing in companies]
        parts.append(self._select_without_figures(computed))
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _select_metric(self, metric, definition, companies):
        """Return the rows of the targets for a metric, each with a count of its own.

        :param companies: of one time zone
        """
        counting = metric._get_counting(definition, companies[0]._get_plan_tz())
        if definition.is_moment:
            borders = SQL("plan.utc_from"), SQL("plan.utc_to")
        else:
            borders = SQL("plan.date_from"), SQL("plan.date_to + 1")
        counted = SQL(
            "SELECT %s AS actual, %s AS pending FROM %s WHERE %s AND %s AND %s",
            counting.actual,
            counting.pending,
            counting.source,
            counting.condition,
            counting.is_of(
                SQL("plan.company_id"),
                SQL("= target.user_id"),
                SQL("owner.company_id = plan.company_id"),
            ),
            counting.is_between(borders),
        )
        return SQL(
            """
            SELECT %(columns)s,
                   COALESCE(counted.actual, 0)::float8 AS actual,
                   COALESCE(counted.pending, 0)::float8 AS pending,
                   GREATEST(target.target - COALESCE(counted.actual, 0), 0)::float8 AS remaining
              FROM crm_plan_target target
              JOIN crm_plan plan ON plan.id = target.plan_id
              JOIN res_users owner ON owner.id = target.user_id
        CROSS JOIN LATERAL (%(counted)s) counted
             WHERE target.metric_id = %(metric)s AND plan.company_id = ANY(%(companies)s)
            """,
            columns=self._get_columns(),
            counted=counted,
            metric=metric.id,
            companies=companies.ids,
        )

    @api.model
    def _select_without_figures(self, computed):
        """Return the rows of the targets whose metric can't be computed."""
        return SQL(
            """
            SELECT %(columns)s, 0::float8 AS actual, 0::float8 AS pending,
                   target.target::float8 AS remaining
              FROM crm_plan_target target
              JOIN crm_plan plan ON plan.id = target.plan_id
             WHERE target.metric_id <> ALL(%(computed)s)
            """,
            columns=self._get_columns(),
            computed=computed,
        )

    @api.model
    def _get_columns(self):
        return SQL(
            """
            target.id, target.id AS target_id, target.plan_id, target.user_id, target.metric_id,
            plan.team_id, plan.company_id, plan.state, plan.period, plan.date_from, plan.date_to,
            target.target::float8 AS target
            """
        )

    # ------------------------------------------------------------
    # WHAT DOES NOT ADD UP
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def formatted_read_group(self, domain, groupby=(), aggregates=(), **kwargs):
        groups = super().formatted_read_group(domain, groupby, _with_metrics(aggregates), **kwargs)
        _leave_out_mixed(groups, aggregates)
        return groups

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(self, domain, grouping_sets, aggregates=(), **kwargs):
        found = super().formatted_read_grouping_sets(
            domain, grouping_sets, _with_metrics(aggregates), **kwargs
        )
        for groups in found:
            _leave_out_mixed(groups, aggregates)
        return found

    def action_view_records(self):
        """Open the records behind a row."""
        self.ensure_one()
        return self.target_id.action_view_records()


def _with_metrics(aggregates):
    """Ask also how many metrics a group has."""
    return [*aggregates, *({_METRICS} - set(aggregates))]


def _leave_out_mixed(groups, aggregates):
    """Leave out the sums of groups with several metrics: meetings and deals do not add up."""
    for group in groups:
        metrics = group[_METRICS] if _METRICS in aggregates else group.pop(_METRICS)
        if metrics > 1:
            group.update(dict.fromkeys(_SUMS.intersection(aggregates), False))
