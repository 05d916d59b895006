"""What the shipped metrics count: complete and not, by user, in the plan's own days."""

from .borders import in_period
from .quality import RULES

# metric: records, whose, company, when, which, what is added up (None: they are counted), needs complete data
_SHIPPED = {
    "metric_contacts": (
        "res.partner", "res_partner record", "acquired_by_id", "record.company_id", "acquired_on",
        "record.active AND record.partner_share", None, True,
    ),
    "metric_meetings": (
        "calendar.event",
        """calendar_event record
      LEFT JOIN res_partner client ON client.id = record.client_id
      LEFT JOIN crm_data_request request ON request.id = record.client_request_id
      LEFT JOIN crm_meeting_result result ON result.id = record.meeting_result_id""",
        "user_id", "NULL::int", "start",
        "record.active AND record.is_client_meeting AND record.meeting_status = 'held'", None,
        True,
    ),
    "metric_deals": (
        "crm.lead", "crm_lead record", "user_id", "record.company_id", "date_closed",
        "record.type = 'opportunity' AND record.won_status = 'won'", None, False,
    ),
    "metric_calls": (
        "crm.call", "crm_call record", "user_id", "record.company_id", "start",
        "record.is_handled AND record.match_state <> 'internal'", None, False,
    ),
    "metric_revenue": (
        "crm.lead", "crm_lead record", "user_id", "record.company_id", "date_closed",
        "record.type = 'opportunity' AND record.won_status = 'won'",
        "record.expected_revenue", False,
    ),
}  # fmt: skip
_WON = [("type", "=", "opportunity"), ("won_status", "=", "won"), ("active", "in", [True, False])]
METRICS = {
    "metric_contacts": [("partner_share", "=", True)],
    "metric_meetings": [("is_client_meeting", "=", True), ("meeting_status", "=", "held")],
    "metric_calls": [("is_handled", "=", True), ("match_state", "!=", "internal")],
    "metric_deals": _WON,
    "metric_revenue": _WON,
}


def get_shape(name):
    """Return model, user field, date field and whether complete data are needed, as it was shipped."""
    model, _source, user, _company, moment, _condition, _measure, complete = _SHIPPED[name]
    return model, user, moment, complete


def get_query(name, rule_names, governed):
    """Return the query of what counts and what is pending.

    :param rule_names: of the active rules of the model
    :param governed: whether findings can keep its records from counting
    """
    user, source, lacks = _get_source(name, rule_names, governed)
    counts, waits = _add_up(name, f"NOT ({lacks})"), _add_up(name, lacks)
    return f"SELECT '{name}', {user}, ARRAY[{counts}, {waits}] {source} GROUP BY {user}"


def get_query_by_day(name, rule_names, governed):
    """Return the query of user, day of the company, and what counts on it."""
    user, source, lacks = _get_source(name, rule_names, governed)
    moment = _SHIPPED[name][4]
    day = f"(record.{moment} AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date"
    return f"SELECT {user}, {day}, {_add_up(name, f'NOT ({lacks})')} {source} GROUP BY 1, 2"


def get_query_of_pending(name, rule_names, governed):
    """Return the query of the records that are pending: user and id."""
    user, source, lacks = _get_source(name, rule_names, governed)
    return f"SELECT {user}, record.id {source} AND ({lacks})"


def _get_source(name, rule_names, governed):
    """Return whose a record is, FROM and WHERE, and the condition that a record is pending."""
    model, source, user, company, moment, condition, _measure, complete = _SHIPPED[name]
    lacks = ["FALSE"]
    if complete:
        lacks += [
            f"({RULES[rule].is_asked}) IS TRUE AND ({RULES[rule].holds}) IS NOT TRUE"
            for rule in rule_names
        ]
    if governed:
        lacks.append(
            f"""EXISTS (SELECT FROM crm_discipline_finding finding
                         WHERE finding.res_model = '{model}' AND finding.res_id = record.id
                           AND finding.is_right IS NOT TRUE
                           AND finding.company_id = ANY(%(blocking)s))"""
        )
    records = f"""
      FROM {source}
      JOIN res_users home ON home.id = record.{user}
     WHERE {condition} AND coalesce({company}, home.company_id) = %(company)s
       AND {in_period(f"record.{moment}")}"""
    return f"record.{user}", records, " OR ".join(f"({one})" for one in lacks)


def _add_up(name, condition):
    measure = _SHIPPED[name][6]
    added = f"coalesce(sum({measure}) FILTER (WHERE {condition}), 0)"
    return added if measure else f"count(*) FILTER (WHERE {condition})"
