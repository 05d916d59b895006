"""A figure of the board: which records, whose, and what is counted of them.

The number, the list that a click opens and what the sums are made of come from the same
:class:`Figure`. Figures that share records are counted in one pass, and all figures in one query.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL


class Scope(NamedTuple):
    """Of whom and of when figures are asked."""

    company_id: int
    user_ids: tuple
    home_ids: tuple  # those whose own company it is
    nobody: bool  # also what is nobody's
    team_id: int | None
    first: object  # days of the company, both included
    last: object
    utc_from: object
    utc_to: object
    today: object
    now: object
    ahead_to: object  # until when load is looked at
    ahead_day: object  # the last day of it
    weeks: tuple  # the first moments of the last weeks, and the end of the last one


class Figure(NamedTuple):
    """One figure.

    ``shared`` and ``domain`` together are its records; figures of one model with the same ``shared``
    are counted in one pass. ``measures`` are functions that return the SQL of an aggregate.
    """

    key: str
    model_name: str
    shared: Domain
    domain: Domain
    user_field: str
    measures: tuple
    additive: bool = True
    search: object = None  # (model, domain): a query, in place of the model's own search

    def get_domain(self):
        """Return the domain of the records behind the figure."""
        return self.shared & self.domain


def count(_column, condition):
    """Count the records."""
    return SQL("count(*) FILTER (WHERE %s)", condition)


def total(fname):
    """Return the measure that adds up a field."""

    def measure(column, condition):
        return SQL("sum(%s) FILTER (WHERE %s)", column(fname), condition)

    return measure


def distinct(fname):
    """Return the measure that counts the different values of a field."""

    def measure(column, condition):
        return SQL("count(DISTINCT %s) FILTER (WHERE %s)", column(fname), condition)

    return measure


def percentile(share, fname_from, fname_to):
    """Return the measure of the minutes between two moments that ``share`` of the records reach."""

    def measure(column, condition):
        return SQL(
            "percentile_cont(%s) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM %s - %s) / 60)"
            " FILTER (WHERE %s)",
            share,
            column(fname_to),
            column(fname_from),
            condition,
        )

    return measure


def between(fname, start, end):
    """Return the measure that counts the records with a moment between two others."""

    def measure(column, condition):
        return SQL(
            "count(*) FILTER (WHERE %s AND %s >= %s AND %s < %s)",
            condition,
            column(fname),
            start,
            column(fname),
            end,
        )

    return measure


class Amounts:
    """What was counted: ``amounts.of_user(key, user id)`` is a list, one number for each measure."""

    def __init__(self, figures):
        self._lengths = {figure.key: len(figure.measures) for figure in figures}
        self.keys = tuple(self._lengths)
        self._additive = {figure.key for figure in figures if figure.additive}
        self._levels = defaultdict(dict)

    def keep(self, key, level, owner_id, values):
        self._levels[key, level][owner_id] = [float(value or 0) for value in values]

    def of_user(self, key, user_id):
        return self._levels[key, "user"].get(user_id) or [0.0] * self._lengths[key]

    def of_users(self, key, user_ids, team_id=None):
        """Return the sum over users. What can't be summed is that of their team, or of all."""
        if key in self._additive:
            amounts = [self.of_user(key, user_id) for user_id in user_ids]
            return [sum(parts) for parts in zip(*amounts, strict=True)] or self.of_user(key, None)
        level, owner = ("team", team_id) if team_id else ("all", None)
        return self._levels[key, level].get(owner) or [0.0] * self._lengths[key]


def count_figures(env, figures):
    """Count figures for each user in one query, under the rights of ``env``.

    :return: :class:`Amounts`
    """
    amounts = Amounts(figures)
    if not figures:
        return amounts
    sources = defaultdict(list)
    for figure in figures:
        sources[figure.model_name, repr(figure.shared), figure.user_field].append(figure)
    selects = [_select(env, number, own) for number, own in enumerate(sources.values())]
    # PostgreSQL would compile the parts for longer than it takes to run them
    env.cr.execute("SET LOCAL jit = off")
    rows = env.execute_query(SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects))
    by_number = list(sources.values())
    for number, level, owner_id, values in rows:
        at = 0
        for figure in by_number[number]:
            own = values[at : at + len(figure.measures)]
            at += len(figure.measures)
            amounts.keep(figure.key, level, owner_id, own)
    return amounts


def _select(env, number, figures):
    """Return the query that counts figures with the same records in one pass."""
    first = figures[0]
    model = env[first.model_name]
    # only what some of them count is read
    domain = first.shared & Domain.OR(figure.domain for figure in figures)
    query = first.search(model, domain) if first.search else model._search(domain)

    def column(fname):
        return model._field_to_sql(query.table, fname, query)

    measures = []
    for figure in figures:
        condition = SQL("TRUE")
        if len(figures) > 1:
            condition = figure.domain.optimize_full(model)._to_sql(model, query.table, query)
        measures += [measure(column, condition) for measure in figure.measures]
    owner = column(first.user_field)
    values = SQL("ARRAY[%s]::float8[]", SQL(", ").join(measures))
    if all(figure.additive for figure in figures):
        query.groupby = SQL("3")
        query.order = None
        return query.select(
            SQL("%s", number), SQL("'user'::text"), SQL("%s AS owner", owner), values
        )
    query.add_join("LEFT JOIN", "board_owner", "res_users", SQL("board_owner.id = %s", owner))
    team = SQL("board_owner.sale_team_id")
    query.groupby = SQL("GROUPING SETS ((%s), (%s), ())", owner, team)
    query.order = None
    return query.select(
        SQL("%s", number),
        SQL(
            "CASE WHEN GROUPING(%s) = 0 THEN 'user' WHEN GROUPING(%s) = 0 THEN 'team' ELSE 'all' END",
            owner,
            team,
        ),
        SQL("COALESCE(%s, %s) AS owner", owner, team),
        values,
    )
