"""What each shipped data rule asks for and what is there: two conditions a rule, written by hand.

A rule that a company made or changed has no SQL here; the check says that it leaves it out.
"""

from typing import NamedTuple

from .borders import in_period


class Judged(NamedTuple):
    """A shipped rule: the domains that it was written for, and the same in SQL."""

    model: str
    applies: list
    requires: list
    is_asked: str
    holds: str


_LIVE = [("is_client_meeting", "=", True), ("meeting_status", "in", ["planned", "held"])]
_DONE = [("is_client_meeting", "=", True), ("meeting_status", "=", "held")]
_OPEN = ("client_request_id.state", "in", ["new", "in_progress"])
_IS_LIVE = "record.is_client_meeting IS TRUE AND record.meeting_status IN ('planned', 'held')"
_IS_DONE = "record.is_client_meeting IS TRUE AND record.meeting_status = 'held'"
_IS_OPEN = "request.state IN ('new', 'in_progress')"
# a client who is asked for, or whose correction is
_ASKED = ["|", ("client_id", "=", False), ("client_request_id.kind", "=", "correct")]
_STANDS_IN = f"(record.client_id IS NULL OR request.kind = 'correct') AND {_IS_OPEN}"

RULES = {
    "rule_meeting_client": Judged(
        "calendar.event", _LIVE, ["|", ("client_id", "!=", False), _OPEN],
        _IS_LIVE, f"record.client_id IS NOT NULL OR {_IS_OPEN}",
    ),
    "rule_meeting_client_name": Judged(
        "calendar.event", _LIVE,
        ["|", ("client_id.has_full_name", "=", True), "&", "&", *_ASKED, _OPEN,
         ("client_request_id.has_full_name", "=", True)],
        _IS_LIVE, f"client.has_full_name OR {_STANDS_IN} AND request.has_full_name",
    ),
    "rule_meeting_contact": Judged(
        "calendar.event", _LIVE,
        ["|", "|", ("client_id.phone", "!=", False), ("client_id.email", "!=", False), "&", "&",
         *_ASKED, _OPEN, "|", ("client_request_id.phone", "!=", False),
         ("client_request_id.email", "!=", False)],
        _IS_LIVE,
        "client.phone <> '' OR client.email <> '' OR "
        f"{_STANDS_IN} AND (request.phone <> '' OR request.email <> '')",
    ),
    "rule_meeting_client_entered": Judged(
        "calendar.event", [*_LIVE, _OPEN],
        ["&", "&", ("client_id", "!=", False), ("client_id.has_full_name", "=", True), "|",
         ("client_id.phone", "!=", False), ("client_id.email", "!=", False)],
        f"{_IS_LIVE} AND {_IS_OPEN}",
        "client.has_full_name AND (client.phone <> '' OR client.email <> '')",
    ),
    "rule_meeting_subject": Judged(
        "calendar.event", _LIVE, [("name", "!=", False)], _IS_LIVE, "record.name <> ''",
    ),
    "rule_meeting_result": Judged(
        "calendar.event", _DONE, [("meeting_result_id", "!=", False)],
        _IS_DONE, "record.meeting_result_id IS NOT NULL",
    ),
    "rule_meeting_result_note": Judged(
        "calendar.event", [*_DONE, ("meeting_result_id.requires_note", "=", True)],
        [("meeting_result_note", "!=", False)],
        f"{_IS_DONE} AND result.requires_note", "record.meeting_result_note <> ''",
    ),
    "rule_call_note": Judged(
        "crm.call", [("status_id.requires_note", "=", True)], [("note", "!=", False)],
        "status.requires_note", "record.note <> ''",
    ),
    "rule_client_name": Judged(
        "res.partner",
        [("partner_share", "=", True), ("is_company", "=", False), ("type", "=", "contact")],
        [("has_full_name", "=", True)],
        "record.partner_share AND record.is_company IS NOT TRUE AND record.type = 'contact'",
        "record.has_full_name",
    ),
    "rule_client_contact": Judged(
        "res.partner", [("partner_share", "=", True), ("type", "=", "contact")],
        ["|", ("phone", "!=", False), ("email", "!=", False)],
        "record.partner_share AND record.type = 'contact'", "record.phone <> '' OR record.email <> ''",
    ),
}  # fmt: skip

# of each model: its records with what the rules look at, whose, of which company, and when
_SOURCES = {
    "calendar.event": (
        """calendar_event record
      LEFT JOIN res_partner client ON client.id = record.client_id
      LEFT JOIN crm_data_request request ON request.id = record.client_request_id
      LEFT JOIN crm_meeting_result result ON result.id = record.meeting_result_id
      LEFT JOIN res_users owner ON owner.id = record.user_id""",
        "owner.company_id", "record.active AND record.start",
    ),
    "crm.call": (
        """crm_call record
      LEFT JOIN crm_call_status status ON status.id = record.status_id
      LEFT JOIN res_users owner ON owner.id = record.user_id""",
        "coalesce(record.company_id, owner.company_id)", "record.start",
    ),
    "res.partner": (
        """res_partner record
      LEFT JOIN res_users owner
             ON owner.id = coalesce(record.discipline_owner_id, record.acquired_by_id)""",
        "coalesce(record.company_id, owner.company_id)",
        "record.active AND coalesce(record.acquired_on, record.create_date)",
    ),
}  # fmt: skip


def get_query(name, rule_id):
    """Return the query of what one rule asks of the period's records: by user how many are asked for it, how
    many lack it, and the share that has it."""
    rule = RULES[name]
    source, company, alive, moment = _get_source(rule)
    return f"""
    SELECT 'rule_{int(rule_id)}', owner.id,
           ARRAY[count(*), count(*) FILTER (WHERE ({rule.holds}) IS NOT TRUE),
                 avg((({rule.holds}) IS TRUE)::int)]
      FROM {source}
     WHERE {alive} AND ({rule.is_asked}) IS TRUE
       AND {company} = %(company)s AND {in_period(moment)}
     GROUP BY owner.id
    """


def get_query_of_violations(name, rule_id):
    """Return the query of how many records lack what a rule asks for, of whatever time and company."""
    rule = RULES[name]
    source, _company, alive, _moment = _get_source(rule)
    return f"""
    SELECT 'violations_{int(rule_id)}', NULL::int, ARRAY[count(*)]
      FROM {source}
     WHERE {alive} AND ({rule.is_asked}) IS TRUE AND ({rule.holds}) IS NOT TRUE
    """


# what a person sees who works in one company
_SEEN = {
    "calendar.event": "TRUE",
    "crm.call": "record.company_id = %(company)s",
    "res.partner": "coalesce(record.company_id, %(company)s) = %(company)s",
}


def get_query_of_incomplete(names):
    """Return the query of how many records some users have to complete: those that lack what any of these rules
    asks for, and those that are told (``models``, ``ids``, ``owners``)."""
    parts = ["SELECT * FROM unnest(%(models)s::text[], %(ids)s::int[], %(owners)s::int[]) told"]
    for name in names:
        rule = RULES[name]
        source, _company, alive, _moment = _get_source(rule)
        parts.append(
            f"""SELECT '{rule.model}', record.id, owner.id FROM {source}
     WHERE {alive} AND ({rule.is_asked}) IS TRUE AND ({rule.holds}) IS NOT TRUE
       AND owner.id = ANY(%(users)s) AND {_SEEN[rule.model]}"""
        )
    union = " UNION ".join(parts)
    return f"""
    SELECT 'to_complete', owner, ARRAY[count(*)]
      FROM ({union}) AS listed (model, id, owner) GROUP BY owner
    """


def _get_source(rule):
    """Return FROM, company, whether a record is not archived, and when it was."""
    source, company, moment = _SOURCES[rule.model]
    alive, _and, moment = moment.rpartition(" AND ")
    return source, company, alive or "TRUE", moment
