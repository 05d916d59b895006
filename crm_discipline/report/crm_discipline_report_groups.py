"""How a report's groups are read and told: counted first, then sorted and named.

Odoo joins all rows with the records that they are grouped by, and sorts them by their names; and it formats
the values of each group by themselves. Of a report by salesperson and month that takes longer than to count.
"""

import functools
from itertools import chain

from odoo import models
from odoo.tools import SQL, Query

# Of these a group's value is one condition, or some that all hold.
_PLAIN_KINDS = {"many2one", "date", "datetime", "selection", "char", "boolean", "integer"}


class CrmDisciplineReportMixin(models.AbstractModel):
    _inherit = "crm.discipline.report.mixin"

    def _read_sorted(self, domain, groupby, aggregates, having):
        """Return groups as ``_read_group`` does, in the order of what they are grouped by.

        PostgreSQL would join all rows with the records that have a name, and sort them by it. Here it sorts
        what it has counted, and tells on the way what salespeople are named by.
        """
        self.browse().check_access("read")
        query = self._search(domain)
        if query.is_empty():
            return []
        terms = [self._read_group_groupby(self._table, spec, query) for spec in groupby]
        query.groupby = SQL(", ").join(terms)
        query.having = self._read_group_having(list(having), query)
        terms += [self._read_group_select(spec, query) for spec in aggregates]
        names = [f"column_{number}" for number in range(len(terms))]
        counted = query.select(
            *(
                SQL("%s AS %s", term, SQL.identifier(name))
                for term, name in zip(terms, names, strict=True)
            )
        )
        groups = Query(self.env, "groups", SQL("(%s)", counted))
        columns = [SQL.identifier("groups", name) for name in names]
        orders = [
            self._order_groups(groups, spec, name)
            for spec, name in zip(groupby, names[: len(groupby)], strict=True)
        ]
        groups.order = SQL(", ").join(order for order, _named in orders)
        named = [(place, *told) for place, (_order, told) in enumerate(orders) if told]
        rows = self.env.execute_query(
            groups.select(*columns, *(sql for _place, _model, _name, sql in named))
        )
        if not rows:
            return []
        values = list(zip(*rows, strict=True))
        for (place, model, name, _sql), own in zip(named, values[len(columns) :], strict=True):
            of_records = {
                record_id: told
                for record_id, told in zip(values[place], own, strict=True)
                if record_id
            }
            name._insert_cache(model.browse(of_records), of_records.values())
        read = [
            *map(self._read_group_postprocess_groupby, groupby, values),
            *map(self._read_group_postprocess_aggregate, aggregates, values[len(groupby) :]),
        ]
        return list(zip(*read, strict=True))

    def _order_groups(self, groups, spec, name):
        """Return the order of groups by one of their terms, and what its records are named by, if the query can
        tell it: ``(order, (model, field, column))``.

        :param groups: the query of what is counted, to which records are joined
        :param name: of the term's column there
        """
        field = self._fields[spec.partition(":")[0]]
        column = SQL.identifier("groups", name)
        if field.type != "many2one":
            return column, None
        # in sudo: the order does not depend on what may be read
        model = self.env[field.comodel_name].sudo().with_context(active_test=False)
        alias = groups.make_alias("groups", name)
        is_it = SQL("%s = %s", SQL.identifier(alias, "id"), column)
        groups.add_join("LEFT JOIN", alias, model._table, is_it)
        order = model._order_to_sql(model._order, groups, alias)
        named = model._fields.get(model._rec_name)
        if not named or not named.inherited or named.type != "char":
            return order, None
        return order, (model, named, model._field_to_sql(alias, named.name, groups))

    def _web_read_group_format(self, groupby, aggregates, groups):
        """Format groups as Odoo does; but each value once, as a name and a month come again in many groups,
        and join the conditions of a group's values as lists, for they all hold together."""
        kinds = {self._fields[spec.partition(":")[0].partition(".")[0]].type for spec in groupby}
        if (
            not (groups and groupby)
            or not kinds <= _PLAIN_KINDS
            or any("." in spec for spec in groupby)
            or self._web_read_group_field_expand(groupby)
        ):
            return super()._web_read_group_format(groupby, aggregates, groups)
        columns = list(zip(*groups, strict=True))
        labels, conditions = zip(
            *map(self._format_column, groupby, columns[: len(groupby)]), strict=True
        )
        domains = map(_join, zip(*conditions, strict=True))
        names = (*groupby, "__extra_domain", *aggregates)
        rows = zip(*labels, domains, *columns[len(groupby) :], strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _format_column(self, spec, values):
        """Return the label of each value, and of each the conditions that all hold for its rows."""
        field = self._fields[spec.partition(":")[0]]
        if field.type == "many2one":
            ids = [value.id for value in values]
            names = self._get_names(field, set(filter(None, ids)))
            labels = [record_id and (record_id, names[record_id]) for record_id in ids]
            return labels, [[(field.name, "=", record_id)] for record_id in ids]
        format_value = functools.cache(self._web_read_group_groupby_formatter(spec, values))
        labels, domains = zip(*map(format_value, values), strict=True)
        return labels, [[term for term in domain if term != "&"] for domain in domains]

    def _get_names(self, field, ids):
        """Return what Odoo calls records, by id; but read what that is made of, and no other columns."""
        records = (
            self.env[field.comodel_name].sudo().with_context(prefetch_fields=False).browse(ids)
        )
        return dict(zip(ids, records.mapped("display_name"), strict=True))


def _join(conditions):
    """Return the domain of conditions that all hold, as a list.

    >>> _join([[("user_id", "=", 2)], [("date", ">=", "2026-06-01"), ("date", "<", "2026-07-01")]])
    ['&', '&', ('user_id', '=', 2), ('date', '>=', '2026-06-01'), ('date', '<', '2026-07-01')]
    """
    terms = list(chain.from_iterable(conditions))
    return ["&"] * (len(terms) - 1) + terms
