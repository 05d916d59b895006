"""What a supervisor opens: the activity report beside Odoo's own, the quality report and the board beside
plain SQL.

Odoo's `crm.activity.report` counts the done activities of opportunities. For each row of ours there is
one of its, of the same moment and salesperson, so both count as many rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from devtools.bench.data import ANCHOR
from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from typing import Any

    from devtools.bench.worker import Session

ADDON, PEER, SQL = "add-on", "crm.activity.report", "plain SQL"

_NOW = datetime(2026, 6, 30, 10)
_MONTH = {"first": "2026-06-01", "last": "2026-06-30"}
_METRICS = ("contacts", "meetings", "deals", "calls", "revenue")


def prepare(session: Session, _number: int) -> None:
    """Make calls, who acquired whom, what came of meetings, what is planned and asked for, plans, and as many
    activities of opportunities."""
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(_CALLS, {"anchor": ANCHOR})
        env.cr.execute(_ACQUIRED)
        env.cr.execute(_HELD, {"anchor": ANCHOR})
        env.cr.execute(_WAITING, {"anchor": ANCHOR})
        env.cr.execute(_REQUESTS, {"anchor": ANCHOR})
        env.cr.execute(
            _PLANNED,
            {
                "anchor": ANCHOR,
                "call": env.ref("mail.mail_activity_data_call").id,
                "todo": env.ref("mail.mail_activity_data_todo").id,
            },
        )
        _plan_june(env)
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


def _plan_june(env: Any) -> None:
    sellers = env["res.users"].search([("login", "=like", "bench_sales_%")], order="id")
    team = env["crm.team"].search([], limit=1)
    env["crm.team.member"].create(
        [{"user_id": user.id, "crm_team_id": team.id} for user in sellers if not user.sale_team_id]
    )
    env["crm.plan"].create(
        {
            "period": "month",
            "date_from": _MONTH["first"],
            "date_to": _MONTH["last"],
            "target_ids": [
                (0, 0, {
                    "user_id": user.id,
                    "metric_id": env.ref(f"crm_discipline.metric_{code}").id,
                    "target": 20,
                })
                for user in sellers
                for code in _METRICS
            ],
        }
    ).action_start()  # fmt: skip


def _since(period: str) -> list:
    from dateutil.relativedelta import relativedelta

    from odoo import fields

    # (whole months, as the reports' filters have them)
    end = fields.Date.to_date(ANCHOR) + relativedelta(day=1, months=1)
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


def count_month(session: Session, _number: int) -> None:
    """Count one month by salesperson, without what a screen says of each group."""
    _count(session, "crm.discipline.activity.report", _since("month"))


def peer_count_month(session: Session, _number: int) -> None:
    """Count one month of activities by salesperson, without what a screen says of each group."""
    start, end = _since("month")
    _count(session, "crm.activity.report", [f"{start} 00:00:00", f"{end} 00:00:00"])


def _count(session: Session, model: str, period: list) -> None:
    with session.transaction(user_id=2) as env:
        domain = [("date", ">=", period[0]), ("date", "<", period[1])]
        with session.timed(env) as sample:
            groups = env[model]._read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(count for _user, _month, count in groups)


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


@contextmanager
def _then() -> Iterator[None]:
    """Stand in the last day of the data, for what waits and what is ahead."""
    from unittest.mock import patch

    from odoo import fields

    with (
        patch.object(fields.Datetime, "now", staticmethod(lambda *_args: _NOW)),
        patch.object(fields.Date, "context_today", staticmethod(lambda *_args: _NOW.date())),
    ):
        yield


def board_month(session: Session, _number: int) -> None:
    """Read the board of a month for all salespeople."""
    with session.transaction(user_id=2) as env, _then():
        board = env["crm.discipline.board"]
        with session.timed(env) as sample:
            total = board.get_board("month", _MONTH["first"])["total"]
        sample["queries in all"] = sample["queries"]
        figures = {key: amounts[0] for key, amounts in total["figures"].items()}
        # a month, and not the last one: the check of what both count
        sample["held"], sample["idle"] = figures["held"], figures["clients_idle"]
        sample["returned"], sample["asked"] = figures["returned"], figures["asked"]
        sample["reached"] = sum(cell["actual"] for cell in total["cells"].values())


def own_board(session: Session, _number: int) -> None:
    """Read a salesperson's own figures."""
    with session.transaction() as env, _then():
        board = env["crm.discipline.board"]
        with session.timed(env):
            board.get_board("month", _MONTH["first"])


def check_month(session: Session, _number: int) -> None:
    """Compute all figures of the month once more, as every night."""
    from odoo import fields

    with session.transaction(user_id=1) as env, _then():
        days = (fields.Date.to_date(_MONTH["first"]), fields.Date.to_date(_MONTH["last"]))
        with session.timed(env) as sample:
            check = env["crm.discipline.check"]._check_figures(env.company, *days)
        sample["compared"], sample["differing"] = check.compared, check.differing
        if check.differing:
            raise RuntimeError(f"{check.differing} figures differ: {check.line_ids.mapped('name')}")


def sql_board_month(session: Session, _number: int) -> None:
    """Compute the same figures by SQL written by hand."""
    with session.transaction(user_id=2) as env:
        users = session.keep("sellers", lambda: env["crm.discipline.board"]._get_salespeople().ids)
        params = {
            "start": _MONTH["first"], "end": "2026-07-01", "tz": env.company.discipline_tz,
            "users": users, "now": _NOW, "today": _NOW.date(),
            # eight weeks that begin on Monday, the last one running
            "weeks": "2026-05-11",
        }  # fmt: skip
        with session.timed(env) as sample:
            counted = {}
            # as the add-on has it: else it would be compared with PostgreSQL's compiler
            env.cr.execute("SET LOCAL jit = off")
            for name, query in _BOARD.items():
                env.cr.execute(query, params)
                counted[name] = env.cr.fetchall()
        by_user = [row for row in counted["calls"] if row[0] == "user"]
        sample["held"] = sum(row[1] for row in counted["meetings"])
        sample["idle"] = sum(row[1] for row in counted["idle"])
        sample["returned"] = sum(row[3] for row in by_user)
        quality = [row for name in ("quality meetings", "quality calls", "quality clients")
                   for row in counted[name] if row[0] in users or row[0] is None]  # fmt: skip
        sample["asked"] = sum(sum(row[1::2]) for row in quality)
        sample["reached"] = sum(
            sum(row[1::2])
            for name in ("contacts", "held", "processed", "deals")
            for row in counted[name]
        )


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

# one in fifty of the last month still waits for its result
_WAITING = """
UPDATE calendar_event SET meeting_status = 'planned', meeting_result_id = NULL
 WHERE is_client_meeting AND id %% 50 = 1 AND start < %(anchor)s
   AND start >= %(anchor)s::timestamp - interval '30 days'
"""

_REQUESTS = """
INSERT INTO crm_data_request (
    kind, state, partner_id, requested_by_id, requested_on, requested_date, company_id, create_uid, write_uid,
    create_date, write_date)
SELECT 'correct', CASE WHEN res_partner.id %% 100 = 0 THEN 'new' ELSE 'done' END, res_partner.id, user_id, at,
       (at AT TIME ZONE 'UTC' AT TIME ZONE company.discipline_tz)::date, 1, 1, 1, at, at
  FROM res_partner
  JOIN res_company company ON company.id = 1
 CROSS JOIN LATERAL (SELECT %(anchor)s::timestamp - make_interval(mins => (res_partner.id %% 525600)::int) AS at) made
 WHERE partner_share AND user_id IS NOT NULL AND res_partner.id %% 20 = 0
"""

# every tenth client and opportunity has something planned, half of it a call, a third overdue
_PLANNED = """
INSERT INTO mail_activity (
    res_model, res_model_id, res_id, activity_type_id, user_id, date_deadline, active, automated,
    create_uid, write_uid, create_date, write_date)
SELECT model, (SELECT id FROM ir_model WHERE ir_model.model = planned.model), id,
       CASE WHEN id %% 20 = 0 THEN %(call)s ELSE %(todo)s END, user_id,
       %(anchor)s::date + (id %% 30)::int - 10, TRUE, FALSE, 1, 1, %(anchor)s, %(anchor)s
  FROM (SELECT 'res.partner' AS model, id, user_id FROM res_partner WHERE partner_share AND active
         UNION ALL
        SELECT 'crm.lead', id, user_id FROM crm_lead WHERE active) planned
 WHERE user_id IS NOT NULL AND id %% 10 = 0
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


def _in_june(moment: str) -> str:
    return f"{moment} {_QUALITY_PERIOD.format(moment=moment)}"


_MISSED = "direction = 'in' AND disposition IN ('missed', 'voicemail', 'busy', 'failed')"
_WAITED = "EXTRACT(EPOCH FROM returned_on - start) / 60"

# What the board shows, each table once for each kind of its records.
_BOARD = {
    "planned": """
SELECT user_id, count(*) FILTER (WHERE start >= %(now)s), sum(duration) FILTER (WHERE start >= %(now)s),
       count(*) FILTER (WHERE stop < %(now)s)
  FROM calendar_event
 WHERE active IS TRUE AND is_client_meeting IS TRUE AND meeting_status = 'planned' AND user_id = ANY(%(users)s)
   AND (stop < %(now)s OR start >= %(now)s AND start < %(now)s + interval '7 days')
 GROUP BY user_id""",
    "meetings": f"""
SELECT event.user_id, count(*) FILTER (WHERE held), count(*) FILTER (WHERE held AND opportunity_id IS NOT NULL),
       count(*) FILTER (WHERE held AND lead.won_status = 'won'), count(*) FILTER (WHERE meeting_status = 'no_show')
  FROM calendar_event event
  LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
 CROSS JOIN LATERAL (SELECT meeting_status = 'held' AS held) status
 WHERE event.active IS TRUE AND is_client_meeting IS TRUE AND meeting_status IN ('held', 'no_show')
   AND event.user_id = ANY(%(users)s) AND {_in_june("event.start")}
 GROUP BY event.user_id""",
    "weeks": """
SELECT user_id, count(*),
       width_bucket(start, (SELECT array_agg((%(weeks)s::timestamp + week * interval '7 days')
                                             AT TIME ZONE %(tz)s AT TIME ZONE 'UTC' ORDER BY week)
                              FROM generate_series(0, 7) week)) AS week
  FROM calendar_event
 WHERE active IS TRUE AND is_client_meeting IS TRUE AND meeting_status = 'held' AND user_id = ANY(%(users)s)
   AND start >= %(weeks)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'
   AND start < (%(weeks)s::timestamp + interval '56 days') AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'
 GROUP BY user_id, week""",
    "open calls": f"""
SELECT user_id, count(*), count(*) FILTER (WHERE {_MISSED} AND returned_on IS NULL)
  FROM crm_call WHERE is_handled IS NOT TRUE AND (user_id = ANY(%(users)s) OR user_id IS NULL)
 GROUP BY user_id""",
    "calls": f"""
SELECT CASE WHEN GROUPING(user_id) = 0 THEN 'user' WHEN GROUPING(owner.sale_team_id) = 0 THEN 'team' END,
       coalesce(user_id, owner.sale_team_id),
       count(*) FILTER (WHERE is_handled AND match_state <> 'internal'),
       count(*) FILTER (WHERE {_MISSED} AND returned_on IS NOT NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY {_WAITED}) FILTER (WHERE {_MISSED} AND returned_on IS NOT NULL),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY {_WAITED}) FILTER (WHERE {_MISSED} AND returned_on IS NOT NULL)
  FROM crm_call call LEFT JOIN res_users owner ON owner.id = call.user_id
 WHERE (user_id = ANY(%(users)s) OR user_id IS NULL) AND {_in_june("start")}
 GROUP BY GROUPING SETS ((user_id), (owner.sale_team_id), ())""",
    "won": f"""
SELECT user_id, count(*), sum(expected_revenue)
  FROM crm_lead WHERE type = 'opportunity' AND won_status = 'won' AND user_id = ANY(%(users)s)
   AND {_in_june("date_closed")} GROUP BY user_id""",
    "activities": """
SELECT activity.user_id, count(*) FILTER (WHERE date_deadline < %(today)s),
       count(*) FILTER (WHERE kind.category = 'phonecall' AND date_deadline BETWEEN %(today)s AND %(today)s::date + 7)
  FROM mail_activity activity LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
 WHERE activity.active IS TRUE AND activity.res_model IN ('crm.lead', 'res.partner')
   AND activity.user_id = ANY(%(users)s) AND date_deadline <= %(today)s::date + 7
 GROUP BY activity.user_id""",
    "requests": """
SELECT requested_by_id, count(*) FROM crm_data_request
 WHERE state IN ('new', 'in_progress') AND requested_by_id = ANY(%(users)s) GROUP BY requested_by_id""",
    "idle": """
SELECT discipline_owner_id, count(*)
  FROM res_partner client
 WHERE active IS TRUE AND partner_share IS TRUE AND (parent_id IS NULL OR is_company IS TRUE)
   AND discipline_owner_id = ANY(%(users)s)
   AND NOT EXISTS (SELECT FROM (
       SELECT planned.commercial_partner_id
         FROM (SELECT res_id AS id FROM mail_activity WHERE res_model = 'res.partner' AND active IS TRUE
                UNION SELECT lead.partner_id FROM mail_activity activity JOIN crm_lead lead ON lead.id = activity.res_id
                       WHERE activity.res_model = 'crm.lead' AND activity.active IS TRUE
                UNION SELECT client_id FROM calendar_event
                       WHERE is_client_meeting IS TRUE AND active IS TRUE AND stop >= %(now)s
                         AND meeting_status = 'planned' AND client_id IS NOT NULL
                UNION SELECT partner_id FROM crm_data_request
                       WHERE state IN ('new', 'in_progress') AND partner_id IS NOT NULL) step
         JOIN res_partner planned ON planned.id = step.id
        WHERE planned.commercial_partner_id IS NOT NULL) planned WHERE planned.commercial_partner_id = client.id)
 GROUP BY discipline_owner_id""",
    "quality meetings": _QUALITY_MEETINGS,
    "quality calls": _QUALITY_CALLS,
    "quality clients": _QUALITY_CLIENTS,
    "contacts": f"""
SELECT acquired_by_id, count(*) FILTER (WHERE whole), count(*) FILTER (WHERE NOT whole)
  FROM res_partner
 CROSS JOIN LATERAL (SELECT type <> 'contact' OR (is_company OR has_full_name)
                            AND (phone <> '' IS TRUE OR email <> '' IS TRUE) AS whole) judged
 WHERE active IS TRUE AND partner_share IS TRUE AND acquired_by_id = ANY(%(users)s)
   AND {_in_june("acquired_on")} GROUP BY acquired_by_id""",
    "held": f"""
SELECT event.user_id, count(*) FILTER (WHERE whole), count(*) FILTER (WHERE NOT whole)
  FROM calendar_event event
  LEFT JOIN res_partner client ON client.id = event.client_id
  LEFT JOIN crm_meeting_result result ON result.id = event.meeting_result_id
 CROSS JOIN LATERAL (SELECT (event.meeting_result_id IS NOT NULL AND event.name <> '' AND client.has_full_name
                            AND (client.phone <> '' IS TRUE OR client.email <> '' IS TRUE)
                            AND (result.requires_note IS NOT TRUE OR event.meeting_result_note <> '')) IS TRUE
                            AS whole) judged
 WHERE event.active IS TRUE AND event.is_client_meeting IS TRUE AND event.meeting_status = 'held'
   AND event.user_id = ANY(%(users)s) AND {_in_june("event.start")} GROUP BY event.user_id""",
    "processed": f"""
SELECT user_id, count(*) FROM crm_call
 WHERE is_handled IS TRUE AND match_state <> 'internal' AND user_id = ANY(%(users)s) AND {_in_june("start")}
 GROUP BY user_id""",
    "deals": f"""
SELECT user_id, count(*), 0, sum(expected_revenue) FROM crm_lead
 WHERE type = 'opportunity' AND won_status = 'won' AND user_id = ANY(%(users)s) AND {_in_june("date_closed")}
 GROUP BY user_id""",
}


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
            (Goal(PEER, least=4, size="large"),),
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
            (Goal(PEER, least=20, size="large"),),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "The same, without the names and domains that a screen is given of 200 groups",
            (
                Variant(ADDON, "control", "count_month"),
                Variant(PEER, "control", "peer_count_month"),
            ),
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
        Measurement(
            "The board of one month, all salespeople",
            (
                Variant(SQL, "control", "sql_board_month"),
                Variant(ADDON, "control", "board_month"),
            ),
            (
                Goal(ADDON, most=3, size="large"),
                Goal(ADDON, "queries in all", most=24),
            ),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "A salesperson's own figures of one month",
            (
                Variant("all salespeople", "control", "board_month"),
                Variant("one's own", "control", "own_board"),
            ),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "The check of all figures of one month",
            (
                Variant("all salespeople", "control", "board_month"),
                Variant("the check", "control", "check_month"),
            ),
            clock="seconds",
            turn=1,
            rounds=2,
            warm_up=0,
            budget=240,
        ),
    ),
)
