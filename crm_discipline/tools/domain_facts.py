"""What is left of a domain to decide where some values are known.

A rule asks about any record. Of a record of which something is known beforehand (whose it is, which
status it is about to get) much of the answer is known, too, and often all of it.
"""

from odoo.fields import Domain

_ANY = frozenset({"any", "any!"})
_NOT_ANY = frozenset({"not any", "not any!"})
_PLAIN_TYPES = frozenset(
    {"boolean", "char", "date", "datetime", "float", "integer", "many2one", "selection"}
)


def assume(domain, facts):
    """Return what is left of ``domain`` for records of which ``facts`` are known.

    >>> mine = Domain([("user_id", "=", 7)]) | Domain([("client_id.user_id", "=", 7)])
    >>> assume(mine & Domain("company_id", "=", 1), {"user_id": 7})
    [('company_id', '=', 1)]
    >>> noted = Domain("status_id.asks", "=", False) | Domain("note", "!=", False)
    >>> assume(noted, {"status_id": 3, "status_id.asks": False}).is_true()
    True

    :param facts: ``{field path: a number, a boolean, or False for empty}``; of a relation that is
        not empty the path of the relation itself is among them
    """

    def decide(condition):
        path, operator, value = condition.field_expr, condition.operator, condition.value
        if operator in _ANY or operator in _NOT_ANY:
            if not facts.get(path) or not isinstance(value, Domain):
                return condition
            inner = assume(value, _facts_of(path, facts))
            if not (inner.is_true() or inner.is_false()):
                return condition
            return inner if operator in _ANY else ~inner
        if path not in facts or operator not in ("=", "!=", "in", "not in"):
            return condition
        if operator in ("=", "!="):
            value = [value]
        try:
            holds = (facts[path] or False) in [candidate or False for candidate in value]
        except TypeError:
            return condition  # a subquery, which only the database can tell
        return Domain(holds != (operator in ("!=", "not in")))

    return domain.map_conditions(decide)


def _facts_of(path, facts):
    """Return what is known of the record that a relation leads to."""
    prefix = f"{path}."
    return {
        name.removeprefix(prefix): value for name, value in facts.items() if name.startswith(prefix)
    }


def is_of_row(domain, model):
    """Tell whether a row of the model's own table is all that it takes to decide ``domain``.

    :param domain: an optimized :class:`~odoo.fields.Domain`
    """
    for condition in domain.iter_conditions():
        field = model._fields.get(condition.field_expr)
        if field is None or not field.store or field.type not in _PLAIN_TYPES:
            return False
        if field.company_dependent or field.translate or "any" in condition.operator:
            return False
    return True
