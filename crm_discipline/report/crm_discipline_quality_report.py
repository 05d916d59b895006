"""How much of what the rules ask for is there: one row for each governed record and rule.

A row says whether the rule holds for the record. Which records a rule is about and what must hold is
said by the rule's own domains, made a part of the query; each model's records are read once for all of
its rules.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import rule_domain

# A row's id is its record's, times this, plus its rule's: so both can be looked up by their index, and
# JavaScript still counts that far.
_RULES = 2**20


class Share(NamedTuple):
    """How many data are asked for, and how many of them are there."""

    asked: int
    held: int

    @property
    def missing(self):
        return self.asked - self.held

    @property
    def complete(self):
        """The share that is there, from 0 to 1; all where nothing is asked.

        >>> Share(asked=4, held=3).complete, Share(0, 0).complete
        (0.75, 1.0)
        """
        return self.held / self.asked if self.asked else 1.0


class CrmDisciplineQualityReport(models.Model):
    _name = "crm.discipline.quality.report"
    _inherit = ["crm.discipline.report.mixin"]
    _description = "Quality Report"
    _auto = False
    _order = "at DESC, id DESC"
    # (what the rules read is told by their SQL)
    _depends = {"res.company": ["discipline_tz"]}

    rule_id = fields.Many2one("crm.discipline.rule", "Data", readonly=True)
    record_model = fields.Selection(
        lambda self: self._get_record_models(), "Kind of Record", readonly=True
    )
    record_id = fields.Many2oneReference(model_field="record_model", readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    is_complete = fields.Boolean("Complete", readonly=True)
    share_complete = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How much of the data that the rules ask for is there.",
    )
    missing_count = fields.Integer("Missing", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        Rule = self.env["crm.discipline.rule"]
        parts = [
            self._get_rows(model_name)
            for model_name in Rule._get_governed_models()
            if Rule._get_active_rules(model_name)
        ]
        return SQL(" UNION ALL ").join(parts or [self._select_nothing()])

    @api.depends("record_model", "record_id")
    def _compute_display_name(self):
        """Call a row like its record; a record that the reader may not read has no name."""
        for model_name, rows in self.grouped("record_model").items():
            records = self.env[model_name].browse(rows.mapped("record_id")) if model_name else ()
            names = {
                record.id: record.display_name
                for record in (records._filtered_access("read") if records else ())
            }
            for row in rows:
                row.display_name = names.get(row.record_id, "")

    @api.model
    def _get_record_models(self):
        words = {
            "calendar.event": self.env._("Meeting"),
            "crm.call": self.env._("Call"),
            "crm.lead": self.env._("Lead or Opportunity"),
            "res.partner": self.env._("Contact"),
        }
        governed = self.env["crm.discipline.rule"]._get_governed_models()
        return [
            (name, words.get(name) or self.env["ir.model"]._get(name).name) for name in governed
        ]

    def action_open_record(self):
        """Open the record that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_model,
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _get_shares(self, domain=()):
        """Return the :class:`Share` of each salesperson, as far as the caller sees it, in one query.

        :param domain: on the rows, such as of a period: ``[("date", ">=", …), ("date", "<", …)]``
        :return: ``{user id: Share}``; False stands for what is nobody's
        """
        groups = self._read_group(domain, ["user_id"], ["__count", "missing_count:sum"])
        return {user.id: Share(asked, asked - missing) for user, asked, missing in groups}

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _search(self, domain, *args, **kwargs):
        asked = Domain(domain).optimize(self).map_conditions(self._ask_of_record)
        return super()._search(asked, *args, **kwargs)

    @api.model
    def _ask_of_record(self, condition):
        """Return a condition on ids with what follows from it for the records and the rules."""
        if condition.field_expr != "id" or condition.operator != "in":
            return condition
        ids = [int(row_id) for row_id in condition.value if row_id]
        return (
            condition
            & Domain("record_id", "in", [row_id // _RULES for row_id in ids])
            & Domain("rule_id", "in", [row_id % _RULES for row_id in ids])
        )

    @api.model
    def _get_rows(self, model_name):
        """Return the SELECT of the rows of one model, kept as long as its rules stay as they are,
        unless they speak of today."""
        model = self.env[model_name]
        for rule in self.env["crm.discipline.rule"]._get_active_rules(model_name):
            if not rule_domain.is_timeless(rule.applies & rule.requires, model):
                return self._select_model(model_name)
        return self._get_kept_rows(model_name)

    @api.model
    @tools.ormcache("model_name")
    def _get_kept_rows(self, model_name):
        return self._select_model(model_name)

    @api.model
    def _select_model(self, model_name):
        rules = self.env["crm.discipline.rule"]._get_active_rules(model_name)
        model = self.env[model_name]._with_discipline_env(rules[0].tz)
        query = model._search_governed()
        subject = model._get_subject(query)
        query.add_join(
            "LEFT JOIN", "company", SQL("res_company"), SQL("company.id = %s", subject.company)
        )
        record = SQL.identifier(query.table, "id")
        verdicts = SQL(", ").join(
            SQL("(%s, %s, %s)", rule.id, *self._judge(model, rule, query)) for rule in rules
        )
        # said here, too, so that indexes of such records only can serve
        query.add_where(self._is_asked(model, rules, query))
        return SQL(
            """
            SELECT %(record)s::bigint * %(times)s + verdict.rule_id AS id,
                   verdict.rule_id AS rule_id,
                   %(model)s::varchar AS record_model,
                   %(record)s AS record_id,
                   %(at)s AS at,
                   %(day)s AS date,
                   %(user)s AS user_id,
                   %(team)s AS team_id,
                   %(company)s AS company_id,
                   verdict.holds AS is_complete,
                   CASE WHEN verdict.holds THEN 1 ELSE 0 END::float8 AS share_complete,
                   CASE WHEN verdict.holds THEN 0 ELSE 1 END AS missing_count
              FROM %(source)s
        CROSS JOIN LATERAL (VALUES %(verdicts)s) verdict (rule_id, is_asked, holds)
             WHERE %(condition)s AND verdict.is_asked
            """,
            record=record,
            times=_RULES,
            model=model_name,
            at=subject.at,
            day=self._get_day_sql(subject.at),
            user=subject.user,
            team=subject.team,
            company=subject.company,
            source=query.from_clause,
            verdicts=verdicts,
            condition=query.where_clause or SQL("TRUE"),
        )

    @api.model
    def _judge(self, model, rule, query):
        """Return the SQL of whether a rule is about a record, and of whether it holds then."""
        judged = model._with_discipline_env(rule.tz)

        def condition(domain):
            domain = rule_domain.join(domain, judged).optimize_full(judged)
            return domain._to_sql(judged, query.table, query)

        return SQL("(%s) IS TRUE", condition(rule.applies)), SQL(
            "(%s) IS NOT TRUE", condition(~rule.requires)
        )

    @api.model
    def _is_asked(self, model, rules, query):
        """Return the SQL of whether any rule is about a record."""
        by_tz = defaultdict(list)
        for rule in rules:
            by_tz[rule.tz].append(rule.applies)
        asked = []
        for tz, domains in by_tz.items():
            judged = model._with_discipline_env(tz)
            domain = rule_domain.join(Domain.OR(domains), judged).optimize_full(judged)
            asked.append(SQL("(%s)", domain._to_sql(judged, query.table, query)))
        return SQL("(%s)", SQL(" OR ").join(asked))

    @api.model
    def _select_nothing(self):
        """Return no row, where no rule is active."""
        columns = {
            "id": "bigint", "rule_id": "int4", "record_model": "varchar", "record_id": "int4",
            "at": "timestamp", "date": "date", "user_id": "int4", "team_id": "int4",
            "company_id": "int4", "is_complete": "bool", "share_complete": "float8",
            "missing_count": "int4",
        }  # fmt: skip
        nulls = SQL(", ").join(
            SQL("NULL::%s AS %s", SQL(kind), SQL.identifier(name)) for name, kind in columns.items()
        )
        return SQL("SELECT %s WHERE FALSE", nulls)
