"""Clients, and what is planned with them: activities, requests, what has no next step."""

from .borders import SELLERS, in_period, is_of

_ACTIVITIES = """
  FROM mail_activity activity
  JOIN seller ON seller.id = activity.user_id AND seller.at_home
  LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
 WHERE activity.active AND activity.res_model IN ('crm.lead', 'res.partner')
"""

BOARD = (
    f"""{SELLERS} SELECT 'ahead_calls', activity.user_id, ARRAY[count(*)] {_ACTIVITIES}
   AND kind.category = 'phonecall'
   AND activity.date_deadline BETWEEN %(today)s::date AND %(today)s::date + 7
 GROUP BY activity.user_id""",
    f"""{SELLERS} SELECT 'overdue', activity.user_id, ARRAY[count(*)] {_ACTIVITIES}
   AND activity.date_deadline < %(today)s::date
 GROUP BY activity.user_id""",
    f"""{SELLERS} SELECT 'requests', request.requested_by_id, ARRAY[count(*)]
  FROM crm_data_request request
  JOIN seller ON seller.id = request.requested_by_id
 WHERE {is_of("request.company_id")} AND request.state IN ('new', 'in_progress')
 GROUP BY request.requested_by_id""",
    # asked of each client, where the board asks for all that have a step
    f"""{SELLERS}, next_step AS (
    SELECT member.commercial_partner_id AS id
      FROM mail_activity activity
      JOIN res_partner member ON member.id = activity.res_id
     WHERE activity.active AND activity.res_model = 'res.partner'
     UNION ALL
    SELECT member.commercial_partner_id
      FROM mail_activity activity
      JOIN crm_lead lead ON lead.id = activity.res_id
      JOIN res_partner member ON member.id = lead.partner_id
     WHERE activity.active AND activity.res_model = 'crm.lead'
     UNION ALL
    SELECT member.commercial_partner_id
      FROM calendar_event event
      JOIN res_partner member ON member.id = event.client_id
     WHERE event.active AND event.is_client_meeting AND event.meeting_status = 'planned'
       AND event.stop >= %(now)s
     UNION ALL
    SELECT member.commercial_partner_id
      FROM crm_data_request request
      JOIN res_partner member ON member.id = request.partner_id
     WHERE request.state IN ('new', 'in_progress')
)
SELECT 'clients_idle', client.discipline_owner_id, ARRAY[count(*)]
  FROM res_partner client
  JOIN seller ON seller.id = client.discipline_owner_id
 WHERE client.active AND client.partner_share AND {is_of("client.company_id")}
   AND (client.parent_id IS NULL OR client.is_company)
   AND NOT EXISTS (SELECT FROM next_step WHERE next_step.id = client.commercial_partner_id)
 GROUP BY client.discipline_owner_id""",
)

ACTIVITY = f"""
SELECT 'contact', client.acquired_by_id, ARRAY[count(*), 0, 0]
  FROM res_partner client
  JOIN res_users owner ON owner.id = client.acquired_by_id
 WHERE client.active AND client.partner_share
   AND coalesce(client.company_id, owner.company_id) = %(company)s AND {in_period("client.acquired_on")}
 GROUP BY client.acquired_by_id
"""
