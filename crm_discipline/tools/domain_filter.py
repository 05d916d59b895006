"""``filtered_domain`` for a whole batch at once.

Odoo's own asks each record each condition through several layers of calls, which costs a bulk save
more than the rest of the save. Here a condition is asked once of all records that are still in
question, straight from the ORM's cache; what the cache can't answer is left to Odoo. The meaning is
Odoo's: the tests hold both against each other and against the database.
"""

from odoo.orm.domains import DomainAnd, DomainCondition, DomainNot, DomainOr

# Cached as they are compared, None standing for False.
_PLAIN_TYPES = frozenset({"boolean", "char", "text", "selection", "integer", "many2one"})
_POSITIVE = {"in": "in", "not in": "in", "any": "any", "not any": "any"}


def filter_batch(records, domain):
    """Return the records that satisfy ``domain``, like ``records.filtered_domain(domain)``.

    :param records: saved records; best in an environment with all rights, as rules have
    :param domain: a :class:`~odoo.fields.Domain`, best optimized for the model already
    """
    matching = _match(records, domain)
    if len(matching) == len(records._ids):
        return records
    return records.browse(record_id for record_id in records._ids if record_id in matching)


def _match(records, domain):
    """Return the set of ids of the records that satisfy ``domain``."""
    if not records:
        return set()
    if isinstance(domain, DomainAnd):
        for child in domain.children:
            matching = _match(records, child)
            if not matching:
                return matching
            if len(matching) < len(records._ids):
                records = records.browse(matching)
        return set(records._ids)
    if isinstance(domain, DomainOr):
        matching = set()
        for child in domain.children:
            matching |= _match(records, child)
            if len(matching) == len(records._ids):
                break
        return matching
    if isinstance(domain, DomainNot):
        return set(records._ids) - _match(records, domain.child)
    if isinstance(domain, DomainCondition) and domain.operator in _POSITIVE:
        values = _read_cache(records, domain.field_expr)
        if values is not None:
            return _match_condition(records, domain, values)
    return set(records.filtered_domain(domain)._ids)


def _read_cache(records, field_expr):
    """Return what the cache holds of a field for all of the records, or None if it can't say."""
    field = records._fields.get(field_expr)
    if field is None or not field.store or field.type not in _PLAIN_TYPES:
        return None
    if field.translate or field.company_dependent:
        return None
    if field.compute:
        field.recompute(records)
    cache = field._get_cache(records.env)
    try:
        return [cache[record_id] for record_id in records._ids]
    except KeyError:
        return None


def _match_condition(records, condition, values):
    operator = _POSITIVE[condition.operator]
    if operator == "any":
        corecords = records.env[records._fields[condition.field_expr].comodel_name]
        corecords = corecords.browse({value for value in values if value})
        wanted = _match(corecords, condition.value)
        empty = False
    else:
        wanted = set(condition.value)
        empty = False in wanted or records._fields[condition.field_expr].falsy_value in wanted
        wanted.discard(False)
    matching = {
        record_id
        for record_id, value in zip(records._ids, values, strict=True)
        if (value in wanted if value else empty)
    }
    return matching if condition.operator == operator else set(records._ids) - matching
