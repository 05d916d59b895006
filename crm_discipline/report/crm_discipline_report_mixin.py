"""What the reports by SQL have in common: days that are the company's, for everybody who looks.

A report has ``at``, the moment as it is stored (UTC), and ``date``, its day in the time zone of the
row's company. People filter and group by ``date``, so a row falls on the same day whoever looks.

To turn a moment into a day takes longer than all else that is done with a row. So conditions on the
day are asked of the moment, which has an index, and rows are put into months by comparing the moment
with the months' borders, wherever all companies have one time zone.
"""

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

# For as many days PostgreSQL reads few rows; to speak to it of how it does that takes longer than is saved.
_FEW_DAYS = 31


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
        # (read once for all who look at it)
        domain = Domain(domain).optimize_full(self)
        report = self._with_days(domain, groupby)
        domain = self._ask_of_moments(domain)
        report = report._with_columns(domain, groupby, aggregates, having)
        call = super(CrmDisciplineReportMixin, report)._read_group
        is_sorted = self._is_order_of_groups(groupby, order)
        if offset or limit or (order and not is_sorted):
            return call(domain, groupby, aggregates, having, offset, limit, order)
        # of the day that all groups have, PostgreSQL isn't asked
        place, start = report._get_common_start(groupby)
        asked = [spec for at, spec in enumerate(groupby) if at != place]
        days = report._get_days()
        if is_sorted and (not days or days.last - days.first > timedelta(days=_FEW_DAYS)):
            # PostgreSQL would compile the query, or start processes, for longer than it runs
            self.env.cr.execute("SET LOCAL jit = off; SET LOCAL parallel_setup_cost = 10000")
        read = report._read_sorted if is_sorted else call
        groups = read(domain, asked, aggregates, having)
        return [(*group[:place], start, *group[place:]) for group in groups] if start else groups

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
        days = self._get_days()
        if fname != "date" or not days or granularity not in _STEPS:
            return []
        starts = _get_starts(days, granularity)
        return starts if len(starts) <= _MOST_BORDERS else []

    def _get_days(self):
        """Return the days that the report is asked for, if that is told."""
        days = self.env.context.get("discipline_days")
        return days if isinstance(days, _Days) else None

    def _ask_of_moments(self, domain):
        """Return a domain without conditions on the day, if the moments can answer all of them."""
        asked = domain.map_conditions(self._ask_of_moment)
        return domain if _is_of_days(asked) else asked

    def _is_of_moments(self, domain, specs):
        """Tell whether the moments answer all that a domain and groups ask of days, so no row's day is needed.

        :param domain: what :meth:`_ask_of_moments` returns
        :param specs: terms that are grouped by, and aggregates
        """
        return not _is_of_days(domain) and all(
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
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        report = self._with_days(domain, [spec for specs in grouping_sets for spec in specs])
        return super(CrmDisciplineReportMixin, report)._read_grouping_sets(
            domain, grouping_sets, *args, **kwargs
        )

    def _with_columns(self, domain, groupby, aggregates, having):
        """Return the report so that its rows have only the columns that are asked for, if it can do so.

        The terms are those of ``_read_group``; the domain is optimized.
        """
        return self

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


def _is_of_days(domain):
    """Tell whether a domain asks anything of rows' days.

    >>> _is_of_days(Domain("kind", "=", "call") & Domain("date:max", ">", "2026-01-01"))
    True
    """
    return any(
        condition.field_expr.partition(":")[0] == "date" for condition in domain.iter_conditions()
    )


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
