"""The figures of quality and of the board, by SQL written by hand: what the add-on is measured against."""

_QUALITY_PERIOD = """
    >= (%(start)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
   AND {moment} < (%(end)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
"""

# (asked and missing, in turn, of each shipped rule)
QUALITY_MEETINGS = f"""
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

QUALITY_CALLS = f"""
SELECT call.user_id, count(*), count(*) FILTER (WHERE call.note IS NULL)
  FROM crm_call call
  JOIN crm_call_status status ON status.id = call.status_id AND status.requires_note
 WHERE call.start {_QUALITY_PERIOD.format(moment="call.start")}
 GROUP BY call.user_id
"""

QUALITY_CLIENTS = f"""
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
BOARD = {
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
    "quality meetings": QUALITY_MEETINGS,
    "quality calls": QUALITY_CALLS,
    "quality clients": QUALITY_CLIENTS,
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
