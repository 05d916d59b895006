"""What the benchmark of control is measured on: calls, acquired contacts, what came of meetings, plans, and
as many of the activities that Odoo's own report counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devtools.bench.data import ANCHOR

if TYPE_CHECKING:
    from typing import Any

    from devtools.bench.worker import Session

MONTH = {"first": "2026-06-01", "last": "2026-06-30"}
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
            "date_from": MONTH["first"],
            "date_to": MONTH["last"],
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


# as many calls as contacts, spread like the meetings; they come one after another
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
 ORDER BY at
"""

# clients come one after another, too
_ACQUIRED = """
UPDATE res_partner client SET acquired_by_id = user_id, acquired_on = come.at
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
          FROM res_partner WHERE user_id IS NOT NULL AND partner_share) known
  JOIN (SELECT create_date AS at, row_number() OVER (ORDER BY create_date) AS number
          FROM res_partner WHERE user_id IS NOT NULL AND partner_share) come USING (number)
 WHERE client.id = known.id
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
 ORDER BY row.at
"""
