"""What the shipped metrics count: complete and not, by user, in the plan's own days."""

from .borders import in_period
from .quality import RULES

# metric: records, whose, company (None: the user's), when, which, what is added up, needs complete data
_SHIPPED = {
    "metric_contacts": (
        "res.partner", "res_partner record", "acquired_by_id", "record.company_id", "acquired_on",
        "record.active AND record.partner_share", "count(*)", True,
    ),
    "metric_meetings": (
        "calendar.event",
        """calendar_event record
      LEFT JOIN res_partner client ON client.id = record.client_id
      LEFT JOIN crm_data_request request ON request.id = record.client_request_id
      LEFT JOIN crm_meeting_result result ON result.id = record.meeting_result_id""",
        "user_id", "NULL::int", "start",
        "record.active AND record.is_client_meeting AND record.meeting_status = 'held'", "count(*)",
        True,
    ),
    "metric_deals": (
        "crm.lead", "crm_lead record", "user_id", "record.company_id", "date_closed",
        "record.type = 'opportunity' AND record.won_status = 'won'", "count(*)", False,
    ),
    "metric_calls": (
        "crm.call", "crm_call record", "user_id", "record.company_id", "start",
        "record.is_handled AND record.match_state <> 'internal'", "count(*)", False,
    ),
    "metric_revenue": (
        "crm.lead", "crm_lead record", "user_id", "record.company_id", "date_closed",
        "record.type = 'opportunity' AND record.won_status = 'won'",
        "coalesce(sum(record.expected_revenue), 0)", False,
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
    model, _source, user, _company, moment, _condition, _amount, complete = _SHIPPED[name]
    return model, user, moment, complete


def get_query(name, rule_names, governed):
    """Return the query of what counts and what is pending.

    :param rule_names: of the active rules of the model
    :param governed: whether findings can keep its records from counting
    """
    model, source, user, company, moment, condition, amount, complete = _SHIPPED[name]
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
    pending = " OR ".join(f"({one})" for one in lacks)
    return f"""
    SELECT '{name}', record.{user},
           ARRAY[{
        amount.replace("(*)", "(*) FILTER (WHERE NOT (PENDING))").replace(
            "revenue)", "revenue) FILTER (WHERE NOT (PENDING))"
        )
    },
                 {
        amount.replace("(*)", "(*) FILTER (WHERE PENDING)").replace(
            "revenue)", "revenue) FILTER (WHERE PENDING)"
        )
    }]
      FROM {source}
      JOIN res_users home ON home.id = record.{user}
     WHERE {condition} AND coalesce({company}, home.company_id) = %(company)s
       AND {in_period(f"record.{moment}")}
     GROUP BY record.{user}
    """.replace("PENDING", pending)
