"""The domains of rules: read from text, and held to what can be decided in two ways alike.

A rule is decided by PostgreSQL when it is searched or counted, and by Python while a person types
or saves. The two must never disagree, so a rule may use only what means the same to both: literal
values, fields that are stored for everybody alike, and operators that compare them.
"""

import ast
import re

from odoo.fields import Domain

# field type: operators that compare it
_EQUALITY = frozenset({"=", "!=", "in", "not in"})
_ORDER = _EQUALITY | {"<", ">", "<=", ">="}
_TEXT = _EQUALITY | {
    "like", "not like", "ilike", "not ilike", "=like", "not =like", "=ilike", "not =ilike",
}  # fmt: skip
ANY_OPERATORS = _ANY = frozenset({"any", "not any"})
OPERATORS = {
    "boolean": _EQUALITY,
    "char": _TEXT,
    "text": _TEXT,
    "selection": _EQUALITY,
    "integer": _ORDER,
    "float": _ORDER,
    "monetary": _ORDER,
    "date": _ORDER,
    "datetime": _ORDER,
    "many2one": _EQUALITY | _ANY,
    "many2many": _EQUALITY,
    "one2many": _EQUALITY,
}
# What every save changes, or what only the database knows.
_NEVER = frozenset({"id", "display_name", "write_date", "write_uid"})
_FIXED_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?")


class RuleDomainError(ValueError):
    """A domain that no rule may have.

    :ivar reason: one of ``syntax``, ``field``, ``not_allowed``, ``operator``, ``value``
    :ivar subject: the field path, the operator or the text at fault
    """

    def __init__(self, reason, subject):
        super().__init__(f"{reason}: {subject}")
        self.reason = reason
        self.subject = subject


def parse(text):
    """Return the :class:`~odoo.fields.Domain` written in ``text``.

    :param text: a domain as Odoo's domain editor writes it, of literals only; empty means all
    :raise RuleDomainError: when it is no domain
    """
    try:
        domain = Domain(ast.literal_eval(text.strip() or "[]"))
        list(domain.iter_conditions())
    except (
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        MemoryError,
        RecursionError,
    ) as error:
        raise RuleDomainError("syntax", text) from error
    return domain


def check(domain, model):
    """Raise unless ``domain`` means the same to the database and to Python.

    :param domain: a :class:`~odoo.fields.Domain`
    :param model: the model that it is about, in any environment
    :raise RuleDomainError: naming the first field, operator or value at fault
    """
    for condition in domain.iter_conditions():
        _check_condition(condition, model, prefix="")


def paths(domain):
    """Return the field paths in ``domain`` in their order, ``any`` spelt out with dots.

    >>> paths(Domain([("name", "!=", False), ("client_id", "any", [("phone", "=", "1")])]))
    ('name', 'client_id', 'client_id.phone')
    """
    found = []
    for condition in domain.iter_conditions():
        found.append(condition.field_expr)
        if condition.operator in _ANY:
            inner = paths(Domain(condition.value))
            found.extend(f"{condition.field_expr}.{path}" for path in inner)
    return tuple(dict.fromkeys(found))


def substitute(domain, aliases):
    """Return ``domain`` reading from ``aliases`` what a form keeps on the record itself.

    :param aliases: ``{"client_id.phone": "client_phone"}``: where a value stands while it is typed
    """

    def replace(condition):
        field_expr, operator, value = condition.field_expr, condition.operator, condition.value
        if operator in _ANY:
            inner = Domain(value)
            if not any(f"{field_expr}.{path}" in aliases for path in paths(inner)):
                return condition
            dotted = inner.map_conditions(
                lambda child: Domain(
                    f"{field_expr}.{child.field_expr}", child.operator, child.value
                )
            )
            # an empty relation has nothing that holds
            found = Domain(field_expr, "!=", False) & substitute(dotted, aliases)
            return found if operator == "any" else ~found
        if field_expr not in aliases:
            return condition
        return Domain(field_expr.split(".")[0], "!=", False) & Domain(
            aliases[field_expr], operator, value
        )

    return domain.map_conditions(replace)


def join(domain, model):
    """Return ``domain`` so that PostgreSQL follows its many2one fields by joins.

    The negation of a condition on another record is ``not any``, for which Odoo lists the ids of
    all records that satisfy it; over a million of them that never ends. A many2one field leads to
    one record at most, so the same is said by: it is empty, or leads to one that does not satisfy it.

    :return: an optimized :class:`~odoo.fields.Domain` of the same meaning
    """

    def replace(condition):
        field = model._fields.get(condition.field_expr)
        if condition.operator not in _ANY or field is None or field.type != "many2one":
            return condition
        inner = Domain(condition.value)
        comodel = model.env[field.comodel_name]
        if condition.operator == "any":
            return Domain(field.name, "any", join(inner, comodel))
        return Domain(field.name, "=", False) | Domain(field.name, "any", join(~inner, comodel))

    return domain.optimize(model).map_conditions(replace).optimize(model)


def is_timeless(domain, model):
    """Tell whether ``domain`` means the same at any time: it speaks of no “today”.

    :param domain: one that :func:`check` accepts for ``model``
    """
    for condition in domain.iter_conditions():
        owner = model
        *relations, last = condition.field_expr.split(".")
        for fname in relations:
            owner = owner[fname]
        field = owner._fields[last]
        if condition.operator in _ANY:
            if not is_timeless(Domain(condition.value), owner[last]):
                return False
        elif field.type in ("date", "datetime"):
            values = [condition.value] if isinstance(condition.value, str) else condition.value
            values = values if hasattr(values, "__iter__") else [values]
            if any(isinstance(one, str) and not _FIXED_DAY.fullmatch(one) for one in values):
                return False
    return True


def _check_condition(condition, model, prefix):
    segments = condition.field_expr.split(".")
    for segment in segments[:-1]:
        field = _field(model, segment, prefix)
        if field.type != "many2one":
            raise RuleDomainError("not_allowed", prefix + segment)
        prefix += segment + "."
        model = model.env[field.comodel_name]
    field = _field(model, segments[-1], prefix)
    path = prefix + segments[-1]
    if condition.operator not in OPERATORS[field.type]:
        raise RuleDomainError("operator", f"{path} {condition.operator}")
    if condition.operator in _ANY:
        inner = condition.value
        if not isinstance(inner, (Domain, list, tuple)):
            raise RuleDomainError("value", path)
        for child in Domain(inner).iter_conditions():
            _check_condition(child, model.env[field.comodel_name], path + ".")
        return
    _check_value(condition, field, model, path)


def _field(model, name, prefix):
    field = model._fields.get(name)
    if field is None:
        raise RuleDomainError("field", prefix + name)
    if not _is_decidable(field, model):
        raise RuleDomainError("not_allowed", prefix + name)
    return field


def _is_decidable(field, model):
    """Tell whether the database and Python read the same value of ``field`` for every user."""
    if field.name in _NEVER or field.type not in OPERATORS or field.company_dependent:
        return False
    if field.groups and field.groups != "base.group_user":
        # a rule is decided with all rights; its count must not tell what a user may not read
        return False
    if field.store:
        return True
    if field.type in ("one2many", "many2many"):
        return not field.compute
    if not field.related or field.inherited:
        return False
    for segment in field.related.split("."):
        step = model._fields[segment]
        if not step.store or step.company_dependent:
            return False
        model = model.env[step.comodel_name] if step.comodel_name else model
    return True


def _check_value(condition, field, model, path):
    """Raise when the value is none that ``field`` can hold."""
    values = condition.value
    if condition.operator in ("in", "not in"):
        if not isinstance(values, (list, tuple, set, frozenset)):
            # Odoo's domain object keeps collections of its own
            try:
                values = list(values)
            except TypeError as error:
                raise RuleDomainError("value", path) from error
        if not values:
            raise RuleDomainError("value", path)
    else:
        values = [values]
    if condition.operator.endswith("like") and (
        "\\" in str(condition.value) or set(str(condition.value)) == {"%"}
    ):
        # an escape that escapes nothing is an error to the database only, and a pattern that
        # matches nothing at all is matched by an empty field in Python only
        raise RuleDomainError("value", path)
    for value in values:
        if not _fits(value, field, condition.operator):
            raise RuleDomainError("value", path)
    try:
        Domain(field.name, condition.operator, condition.value).optimize(model)
    except (ValueError, TypeError) as error:
        raise RuleDomainError("value", path) from error


def _fits(value, field, operator):
    if value is False:
        return operator in _EQUALITY or operator.endswith("like") is False
    if field.type == "boolean":
        return isinstance(value, bool)
    if field.type in ("char", "text", "selection", "date", "datetime"):
        return isinstance(value, str) and "\x00" not in value
    if isinstance(value, bool):
        return False
    if field.type in ("float", "monetary"):
        return isinstance(value, (int, float)) and value == value and abs(value) != float("inf")
    return isinstance(value, int) and -(2**31) <= value < 2**31
