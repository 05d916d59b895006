"""What a supervisor opens: the activity report beside Odoo's own, the quality report beside plain SQL.

Odoo's `crm.activity.report` counts the done activities of opportunities. For each row of ours there is
one of its, of the same moment and salesperson, so both count as many rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devtools.bench.data import ANCHOR
from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

ADDON, PEER, SQL = "add-on", "crm.activity.report", "plain SQL"

_PERIODS = {"two years": "2 years", "month": "1 month"}


def prepare(session: Session, _number: int) -> None:
    """Make calls, who acquired whom, what came of meetings, and as many activities of opportunities."""
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(_CALLS, {"anchor": ANCHOR})
        env.cr.execute(_ACQUIRED)
        env.cr.execute(_HELD, {"anchor": ANCHOR})
    with session.transaction(user_id=1, commit=True) as env:
        from odoo.tools import SQL as Query

        env.cr.execute(
            Query(
                _ACTIVITIES,
                rows=env["crm.discipline.activity.report"]._table_query,
                kind=env.ref("mail.mail_activity_data_call").id,
                subtype=env.ref("mail.mt_activities").id,
            )
        )
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("ANALYZE")


def _since(period: str) -> list:
    from dateutil.relativedelta import relativedelta

    from odoo import fields

    end = fields.Date.to_date(ANCHOR)
    length = relativedelta(years=2) if period == "two years" else relativedelta(months=1)
    return [str(end - length), str(end)]


def _ours(session: Session, period: str) -> None:
    with session.transaction(user_id=2) as env:
        start, end = _since(period)
        report = env["crm.discipline.activity.report"]
        domain = [("date", ">=", start), ("date", "<", end)]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(group["__count"] for group in groups)


def _theirs(session: Session, period: str) -> None:
    with session.transaction(user_id=2) as env:
        start, end = _since(period)
        report = env["crm.activity.report"]
        domain = [("date", ">=", f"{start} 00:00:00"), ("date", "<", f"{end} 00:00:00")]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(group["__count"] for group in groups)


def activity_years(session: Session, _number: int) -> None:
    """Count two years by salesperson and month."""
    _ours(session, "two years")


def activity_month(session: Session, _number: int) -> None:
    """Count one month by salesperson."""
    _ours(session, "month")


def peer_years(session: Session, _number: int) -> None:
    """Count two years of activities by salesperson and month."""
    _theirs(session, "two years")


def peer_month(session: Session, _number: int) -> None:
    """Count one month of activities by salesperson."""
    _theirs(session, "month")


def quality_month(session: Session, _number: int) -> None:
    """Count what the rules ask for and what is there in one month, by salesperson and rule."""
    with session.transaction(user_id=2) as env:
        start, end = _since("month")
        report = env["crm.discipline.quality.report"]
        domain = [("date", ">=", start), ("date", "<", end)]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(
                domain, ["user_id", "rule_id"], ["__count", "share_complete:avg"]
            )
            sample["rows"] = sum(group["__count"] for group in groups)


def sql_quality_month(session: Session, _number: int) -> None:
    """Count the same by SQL written by hand: each table once, a column for each rule."""
    with session.transaction(user_id=2) as env:
        start, end = _since("month")
        tz = env.company.discipline_tz
        params = {"start": start, "end": end, "tz": tz}
        with session.timed(env) as sample:
            rows = 0
            for query in (_QUALITY_MEETINGS, _QUALITY_CALLS, _QUALITY_CLIENTS):
                env.cr.execute(query, params)
                for _user, *counts in env.cr.fetchall():
                    rows += sum(counts[::2])
            sample["rows"] = rows


# as many calls as contacts, spread like the meetings
_CALLS = """
INSERT INTO crm_call (
    company_id, direction, start, duration, disposition, phone, phone_sanitized, match_state, partner_id, user_id,
    status_id, is_handled, handled_on, hour, create_uid, write_uid, create_date, write_date)
SELECT 1, CASE WHEN id %% 3 = 0 THEN 'in' ELSE 'out' END, at, id %% 600,
       CASE WHEN id %% 6 = 0 THEN 'missed' ELSE 'answered' END, phone, phone_sanitized, 'matched', id,
       seller.ids[1 + id %% cardinality(seller.ids)], (SELECT id FROM crm_call_status WHERE is_handled LIMIT 1),
       TRUE, at, 9, 1, 1, at, at
  FROM res_partner
 CROSS JOIN LATERAL (SELECT %(anchor)s::timestamp - make_interval(mins => ((id::bigint * 7919) %% 1576800)::int) AS at) made
 CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM res_users WHERE login LIKE 'bench\\_sales\\_%%') seller
 WHERE partner_share
"""

_ACQUIRED = """
UPDATE res_partner SET acquired_by_id = user_id, acquired_on = create_date
 WHERE user_id IS NOT NULL AND partner_share
"""

_HELD = """
UPDATE calendar_event
   SET meeting_status = CASE WHEN id %% 10 = 0 THEN 'no_show' ELSE 'held' END,
       meeting_result_id = (SELECT min(id) FROM crm_meeting_result)
 WHERE is_client_meeting AND start < %(anchor)s
"""

_ACTIVITIES = """
INSERT INTO mail_message (
    model, res_id, date, author_id, mail_activity_type_id, subtype_id, message_type, body, create_uid, write_uid,
    create_date, write_date)
SELECT 'crm.lead', leads.ids[1 + (row.id * 31) %% cardinality(leads.ids)], row.at, users.partner_id, %(kind)s,
       %(subtype)s, 'notification', '<p>done</p>', 1, 1, row.at, row.at
  FROM (%(rows)s) row
  JOIN res_users users ON users.id = row.user_id
 CROSS JOIN (SELECT array_agg(id) AS ids FROM crm_lead) leads
"""

_QUALITY_PERIOD = """
    >= (%(start)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
   AND {moment} < (%(end)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
"""

# (asked and missing, in turn, of each shipped rule)
_QUALITY_MEETINGS = f"""
SELECT event.user_id,
       count(*) FILTER (WHERE alive), count(*) FILTER (WHERE alive AND event.client_id IS NULL
           AND coalesce(request.state, '') NOT IN ('new', 'in_progress')),
       count(*) FILTER (WHERE alive), count(*) FILTER (WHERE alive AND client.has_full_name IS NOT TRUE),
       count(*) FILTER (WHERE alive), count(*) FILTER (WHERE alive AND client.phone IS NULL
           AND client.email IS NULL),
       count(*) FILTER (WHERE alive AND request.state IN ('new', 'in_progress')),
       count(*) FILTER (WHERE alive AND request.state IN ('new', 'in_progress') AND event.client_id IS NULL),
       count(*) FILTER (WHERE alive), count(*) FILTER (WHERE alive AND coalesce(event.name, '') = ''),
       count(*) FILTER (WHERE held), count(*) FILTER (WHERE held AND event.meeting_result_id IS NULL),
       count(*) FILTER (WHERE held AND result.requires_note),
       count(*) FILTER (WHERE held AND result.requires_note AND event.meeting_result_note IS NULL)
  FROM calendar_event event
  LEFT JOIN res_partner client ON client.id = event.client_id
  LEFT JOIN crm_data_request request ON request.id = event.client_request_id
  LEFT JOIN crm_meeting_result result ON result.id = event.meeting_result_id
 CROSS JOIN LATERAL (SELECT event.meeting_status IN ('planned', 'held') AS alive,
                            event.meeting_status = 'held' AS held) status
 WHERE event.active AND event.is_client_meeting IS TRUE
   AND event.start {_QUALITY_PERIOD.format(moment="event.start")}
 GROUP BY event.user_id
"""

_QUALITY_CALLS = f"""
SELECT call.user_id, count(*), count(*) FILTER (WHERE call.note IS NULL)
  FROM crm_call call
  JOIN crm_call_status status ON status.id = call.status_id AND status.requires_note
 WHERE call.start {_QUALITY_PERIOD.format(moment="call.start")}
 GROUP BY call.user_id
"""

_QUALITY_CLIENTS = f"""
SELECT COALESCE(discipline_owner_id, acquired_by_id),
       count(*) FILTER (WHERE NOT is_company), count(*) FILTER (WHERE NOT is_company AND NOT has_full_name),
       count(*), count(*) FILTER (WHERE phone IS NULL AND email IS NULL)
  FROM res_partner
 WHERE active IS TRUE AND partner_share AND type = 'contact'
   AND COALESCE(acquired_on, create_date)
       {_QUALITY_PERIOD.format(moment="COALESCE(acquired_on, create_date)")}
 GROUP BY 1
"""


BENCH = Bench(
    "Control",
    databases=(Database("control", ("crm_discipline",), "prepare"),),
    measurements=(
        Measurement(
            "Activities of two years by salesperson and month",
            (
                Variant(ADDON, "control", "activity_years"),
                Variant(PEER, "control", "peer_years"),
            ),
            (Goal(PEER, least=4),),
            clock="seconds",
            turn=1,
            rounds=7,
            warm_up=1,
        ),
        Measurement(
            "Activities of one month by salesperson",
            (
                Variant(ADDON, "control", "activity_month"),
                Variant(PEER, "control", "peer_month"),
            ),
            (Goal(PEER, least=20),),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "Data quality of one month by salesperson and rule",
            (
                Variant(SQL, "control", "sql_quality_month"),
                Variant(ADDON, "control", "quality_month"),
            ),
            (Goal(ADDON, most=3, size="large"),),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
    ),
)
