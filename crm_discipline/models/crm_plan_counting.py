"""A metric in SQL: all of the query that counts, but whose records and of which period.

Counters, burn-up and report are made of these parts, so they count alike. The parts are kept: to make
them of domains costs more than PostgreSQL needs for one salesperson's month.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..tools import rule_domain


class Counting(NamedTuple):
    """The parts of a query on a metric's records."""

    source: SQL  # FROM
    condition: SQL  # WHERE, complete or not
    user: SQL
    moment: SQL
    company: SQL | None  # None: a record has no company
    actual: SQL  # the aggregate of what counts
    pending: SQL  # the aggregate of what would count if it were complete

    def is_of(self, company, user, is_at_home):
        """Return the condition that a record is of a company and a user.

        A record without a company counts in the plans of its salesperson's own.

        :param company: SQL of the company's id
        :param user: SQL of what the user field is compared with, such as ``= 5``
        :param is_at_home: SQL of whether the user's own company is this one
        """
        if self.company is None:
            return SQL("%s %s AND %s", self.user, user, is_at_home)
        return SQL(
            "%s %s AND (%s = %s OR %s IS NULL AND %s)",
            self.user,
            user,
            self.company,
            company,
            self.company,
            is_at_home,
        )

    def is_between(self, borders):
        """Return the condition that a record is of a period.

        :param borders: SQL of the first and of the first later value of the date field
        """
        first, after = borders
        return SQL("%s >= %s AND %s < %s", self.moment, first, self.moment, after)


class CrmPlanMetric(models.Model):
    _inherit = "crm.plan.metric"

    def _get_counting(self, definition, tz):
        """Return the :class:`Counting` of this metric.

        :param definition: what :meth:`_get_definition` returned
        :param tz: the time zone in which a domain means “today”
        """
        if self._is_timeless(definition):
            return self._get_kept_counting(definition, tz)
        return self._prepare_counting(definition, tz)

    @ormcache("self.id", "tz")
    def _get_kept_counting(self, definition, tz):
        return self._prepare_counting(definition, tz)

    def _prepare_counting(self, definition, tz):
        model = self._get_measuring_model(definition, tz)
        query = model._search(definition.domain)

        def column(fname):
            return model._field_to_sql(query.table, fname, query)

        amount = SQL("count(*)")
        if definition.measure:
            amount = SQL("COALESCE(sum(%s), 0)", column(definition.measure))
        actual, pending = amount, SQL("0")
        counts = self._get_counting_domain(definition).optimize_full(model)
        if not counts.is_true():
            complete = counts._to_sql(model, query.table, query)
            if definition.measure:
                measure = column(definition.measure)
                actual = SQL("COALESCE(sum(%s) FILTER (WHERE %s), 0)", measure, complete)
            else:
                actual = SQL("count(*) FILTER (WHERE %s)", complete)
            # (the rest, rather than asking of each record twice whether it is complete)
            pending = SQL("%s - %s", amount, actual)
        return Counting(
            user=column(definition.user_field),
            moment=column(definition.date_field),
            company=column("company_id") if definition.has_company else None,
            actual=actual,
            pending=pending,
            # (the columns above may have added joins)
            source=query.from_clause,
            condition=SQL("FALSE") if query.is_empty() else query.where_clause or SQL("TRUE"),
        )

    @api.model
    def _get_counting_domain(self, definition):
        """Return the domain of what counts of the records that a definition is about; the others are
        pending."""
        if not definition.requires_complete:
            return Domain.TRUE
        return Domain("is_data_complete", "=", True)

    @api.model
    def _get_measuring_model(self, definition, tz):
        """Return the model as a figure sees it: all data, no language, the company's time zone."""
        return self.env[definition.model_name].with_env(self.env(su=True, context={"tz": tz}))

    @ormcache("self.id")
    def _is_timeless(self, definition):
        """Tell whether the domains mean the same at any time: they speak of no “today”."""
        domains = [definition.domain]
        if definition.requires_complete:
            rules = self.env["crm.discipline.rule"]._get_active_rules(definition.model_name)
            domains += [rule.applies & rule.requires for rule in rules]
        model = self.env[definition.model_name]
        return all(rule_domain.is_timeless(domain, model) for domain in domains)
