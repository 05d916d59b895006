"""What the reports by SQL have in common: days that are the company's, for everybody who looks.

A report has ``at``, the moment as it is stored (UTC), and ``date``, its day in the time zone of the
row's company. People filter and group by ``date``, so a row falls on the same day whoever looks.

To turn a moment into a day takes longer than all else that is done with a row. So conditions on the
day are asked of the moment, which has an index, and rows are put into months by comparing the moment
with the months' borders, wherever all companies have one time zone.
"""

import functools
from datetime import datetime, timedelta
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

# No time zone is further from UTC.
_FURTHEST = timedelta(days=1)
_STEPS = {
    "day": relativedelta(days=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
_MOST_BORDERS = 1000

# Of these a group's value is one condition, or some that all hold.
_PLAIN_KINDS = {"many2one", "date", "datetime", "selection", "char", "boolean", "integer"}


class _Days(NamedTuple):
    """The first and the last day that a report is asked for, in its context.

    A class of its own, so that no client can send it.
    """

    first: object
    last: object


class _Company(fields.Many2one):
    """The company of a row.

    Who may see the rows of all companies there are, and of none, may see all of them: then PostgreSQL is
    not asked, and needs to look up no row's company.
    """

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if is_any_company(model, Domain(field_expr, operator, value)):
            return SQL("TRUE")
        return super()._condition_to_sql(field_expr, operator, value, model, alias, query)


def is_any_company(report, condition):
    """Tell whether a condition lets rows of all companies there are pass, and those of none."""
    return (
        condition.field_expr == "company_id"
        and condition.operator == "in"
        and False in condition.value
        and report._get_all_company_ids() <= set(condition.value)
    )


class CrmDisciplineReportMixin(models.AbstractModel):
    _name = "crm.discipline.report.mixin"
    _description = "Report by the Company's Days"

    at = fields.Datetime("When", readonly=True)
    date = fields.Date(readonly=True, help="The day in the company's time zone.")
    company_id = _Company("res.company", readonly=True)

    # ------------------------------------------------------------
    # CONDITIONS ON THE DAY
    # ------------------------------------------------------------

    def _search(self, domain, *args, **kwargs):
        asked = Domain(domain).optimize_full(self).map_conditions(self._ask_of_moment)
        return super()._search(asked, *args, **kwargs)

    def _ask_of_moment(self, condition):
        """Return a condition on the day as one on the moment; where companies differ in their time
        zone, the condition together with what follows from it for the moment."""
        if condition.field_expr != "date":
            return condition
        value = condition.value
        days = value if condition.operator == "in" else [value]
        if condition.operator not in ("in", "<", "<=", ">", ">=") or not all(days):
            return condition
        days = [fields.Date.to_date(day) for day in days]
        first = min(days) + timedelta(days=condition.operator == ">")
        last = max(days) - timedelta(days=condition.operator == "<")
        tz = self._get_common_tz()
        from_, to = (first, last) if tz else (first - _FURTHEST, last + _FURTHEST)
        asked = Domain.TRUE
        if condition.operator in ("in", ">", ">="):
            asked &= Domain("at", ">=", _get_start(from_, tz))
        if condition.operator in ("in", "<", "<="):
            asked &= Domain("at", "<", _get_start(to + timedelta(days=1), tz))
        is_exact = tz and (condition.operator != "in" or len(days) == 1)
        return asked if is_exact else condition & asked

    @api.model
    @tools.ormcache()
    def _get_common_tz(self):
        """Return the time zone of all companies, or None where they differ."""
        # (in sudo: it must not depend on which companies the reader may see)
        zones = self.env["res.company"].sudo()._read_group([], ["discipline_tz"])
        return (zones[0][0] or "UTC") if len(zones) == 1 else None

    @api.model
    @tools.ormcache()
    def _get_all_company_ids(self):
        return frozenset(
            self.env["res.company"].sudo().with_context(active_test=False).search(Domain.TRUE).ids
        )

    def _get_day_sql(self, moment):
        """Return the SQL of the day of a moment, where ``company`` is the row's ``res_company``.

        :param moment: the SQL of a column with a time in UTC
        """
        tz = self._get_common_tz()
        zone = SQL("%s", tz) if tz else SQL("COALESCE(company.discipline_tz, 'UTC')")
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

    # ------------------------------------------------------------
    # GROUPS BY DAY, MONTH, …
    # ------------------------------------------------------------

    @api.model
    def _read_group(
        self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None
    ):
        report = self._with_days(domain, groupby)
        call = super(CrmDisciplineReportMixin, report)._read_group
        if offset or limit or not self._is_order_of_groups(groupby, order):
            return call(domain, groupby, aggregates, having, offset, limit, order)
        # of the day that all groups have, PostgreSQL isn't asked
        place, start = report._get_common_start(groupby)
        asked = [spec for at, spec in enumerate(groupby) if at != place]
        # PostgreSQL would compile the query, or start processes, for longer than it runs
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL parallel_setup_cost = 10000")
        groups = call(domain, asked, aggregates, having)
        if start:
            groups = [(*group[:place], start, *group[place:]) for group in groups]
        return self._sort_groups(groups, groupby)

    @api.model
    def _get_common_start(self, groupby):
        """Return which of the terms is the day, if it is the same in all groups, and that day."""
        for place, spec in enumerate(groupby):
            starts = self._get_asked_starts(spec)
            if len(starts) == 1 and len(groupby) > 1:
                return place, starts[0]
        return None, None

    def _get_asked_starts(self, spec):
        """Return the first days of the months, … that the report is asked for, if ``spec`` groups by them
        and the moment tells which a row belongs to; else nothing."""
        fname, _colon, granularity = spec.partition(":")
        days = self.env.context.get("discipline_days")
        if fname != "date" or not isinstance(days, _Days) or granularity not in _STEPS:
            return []
        starts = _get_starts(days, granularity)
        return starts if len(starts) <= _MOST_BORDERS else []

    def _is_of_moments(self, domain, specs):
        """Tell whether the moments answer all that a domain and groups ask of days, so no row's day is needed.

        :param domain: a domain, optimized
        :param specs: terms that are grouped by, and aggregates
        """
        return all(
            asked.field_expr.partition(":")[0] != "date"
            for condition in domain.iter_conditions()
            for asked in self._ask_of_moment(condition).iter_conditions()
        ) and all(
            self._get_asked_starts(spec) for spec in specs if spec.partition(":")[0] == "date"
        )

    @api.model
    def _is_order_of_groups(self, groupby, order):
        """Tell whether groups are asked for in the order of what they are grouped by, with names among it."""
        if not groupby or not order or [term.strip() for term in order.split(",")] != list(groupby):
            return False
        kinds = [self._fields[spec.partition(":")[0]].type for spec in groupby if "." not in spec]
        return len(kinds) == len(groupby) and set(kinds) <= {"many2one", "date"}

    @api.model
    def _sort_groups(self, groups, groupby):
        """Return few groups in the order for which PostgreSQL would sort all rows by name."""
        keys = []
        for at, spec in enumerate(groupby):
            field = self._fields[spec.partition(":")[0]]
            values = [group[at] for group in groups]
            if field.type == "many2one":
                # in sudo: the order does not depend on what may be read
                records = self.env[field.comodel_name].sudo().with_context(active_test=False)
                ids = {value.id for value in values if value}
                ordered = self._get_in_order(records, ids)
                rank = {record_id: number for number, record_id in enumerate(ordered)}
                keys.append([rank.get(value.id, len(rank)) for value in values])
            else:
                keys.append([(not value, value or fields.Date.today()) for value in values])
        order = sorted(range(len(groups)), key=lambda at: [key[at] for key in keys])
        return [groups[at] for at in order]

    @api.model
    def _get_in_order(self, model, ids):
        """Return the ids in the order of their model, and read what the records are named by on the way.

        A user is named and sorted by the name of another record: then both are one query.
        """
        asked = Domain("id", "in", list(ids))
        name = model._fields.get(model._rec_name)
        if not name or not name.inherited or name.type != "char":
            return model.search_fetch(asked, ["display_name"]).ids
        query = model._search(asked, order=model._order)
        name_sql = model._field_to_sql(model._table, name.name, query)
        rows = self.env.execute_query(query.select(SQL.identifier(model._table, "id"), name_sql))
        name._insert_cache(model.browse(row[0] for row in rows), [row[1] for row in rows])
        return [row[0] for row in rows]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        report = self._with_days(domain, [spec for specs in grouping_sets for spec in specs])
        return super(CrmDisciplineReportMixin, report)._read_grouping_sets(
            domain, grouping_sets, *args, **kwargs
        )

    def _with_days(self, domain, groupby):
        """Return the report so that it knows from when to when it is asked for, if that is told."""
        if not self._get_common_tz() or not any(spec.startswith("date:") for spec in groupby):
            return self
        first = last = None
        asked = Domain(domain).optimize_full(self)
        for condition in getattr(asked, "children", [asked]) if asked != Domain.TRUE else ():
            if getattr(condition, "field_expr", None) != "date":
                continue
            day = condition.operator in ("<", "<=", ">", ">=") and fields.Date.to_date(
                condition.value
            )
            if not day:
                continue
            if condition.operator in (">", ">="):
                first = max(filter(None, (first, day + timedelta(days=condition.operator == ">"))))
            else:
                last = min(filter(None, (last, day - timedelta(days=condition.operator == "<"))))
        is_all = getattr(asked, "OPERATOR", "&") == "&"
        days = _Days(first, last) if is_all and first and last else None
        return self.with_context(discipline_days=days) if days else self

    def _read_group_groupby(self, alias, groupby_spec, query):
        starts = self._get_asked_starts(groupby_spec)
        if not starts:
            return super()._read_group_groupby(alias, groupby_spec, query)
        tz = self._get_common_tz()
        return SQL(
            "(%s::date[])[width_bucket(%s, %s::timestamp[])]",
            starts,
            self._field_to_sql(alias, "at", query),
            [_get_start(day, tz) for day in starts],
        )

    # ------------------------------------------------------------
    # GROUPS FOR THE WEB CLIENT
    # ------------------------------------------------------------

    def _web_read_group_format(self, groupby, aggregates, groups):
        """Format groups as Odoo does; but each value once, as a name and a month come again in many groups,
        and join the conditions of a group's values as lists, for they all hold together."""
        kinds = {self._fields[spec.partition(":")[0].partition(".")[0]].type for spec in groupby}
        if (
            not groupby
            or not kinds <= _PLAIN_KINDS
            or any("." in spec for spec in groupby)
            or self._web_read_group_field_expand(groupby)
        ):
            return super()._web_read_group_format(groupby, aggregates, groups)
        columns = [[group[at] for group in groups] for at in range(len(groupby))]
        formatters = [
            functools.cache(self._get_formatter(spec, values))
            for spec, values in zip(groupby, columns, strict=True)
        ]
        return [self._format_group(group, groupby, aggregates, formatters) for group in groups]

    def _format_group(self, group, groupby, aggregates, formatters):
        formatted = {}
        conditions = []
        for spec, value, formatter in zip(groupby, group[: len(groupby)], formatters, strict=True):
            formatted[spec], asked = formatter(value)
            conditions += asked
        formatted["__extra_domain"] = ["&"] * (len(conditions) - 1) + conditions
        formatted.update(zip(aggregates, group[len(groupby) :], strict=True))
        return formatted

    def _get_formatter(self, spec, values):
        """Return what makes a label of a value, and the conditions that all hold for its rows."""
        field = self._fields[spec.partition(":")[0]]
        if field.type == "many2one":
            return self._get_name_formatter(field, values)
        formatter = self._web_read_group_groupby_formatter(spec, values)

        def format_value(value):
            label, asked = formatter(value)
            return label, [term for term in asked if term != "&"]

        return format_value

    def _get_name_formatter(self, field, values):
        """Format records as Odoo does; but read what their names are made of, and no other columns."""
        ids = {value.id for value in values if value}
        records = self.env[field.comodel_name].browse(ids).sudo()
        named = zip(
            ids, records.with_context(prefetch_fields=False).mapped("display_name"), strict=True
        )
        known = {record_id: (record_id, name) for record_id, name in named}
        return lambda value: (known.get(value.id, False), [(field.name, "=", value.id)])


def _get_starts(days, granularity):
    """Return the first days of the months, … that hold any of ``days``.

    >>> from datetime import date
    >>> [str(day) for day in _get_starts(_Days(date(2026, 1, 31), date(2026, 3, 1)), "month")]
    ['2026-01-01', '2026-02-01', '2026-03-01']
    """
    start = date_utils.start_of(days.first, granularity)
    starts = []
    while start <= days.last and len(starts) <= _MOST_BORDERS:
        starts.append(start)
        start += _STEPS[granularity]
    return starts


def _get_start(day, tz):
    """Return the moment in UTC at which a day begins in a time zone, UTC where there is none.

    >>> from datetime import date
    >>> str(_get_start(date(2026, 7, 1), "Europe/Prague"))
    '2026-06-30 22:00:00'
    """
    midnight = datetime.combine(day, datetime.min.time())
    if not tz:
        return midnight
    zone = pytz.timezone(tz)
    return zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
