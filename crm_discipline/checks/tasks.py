"""What waits for one person, as the top bar and My Plan say it: of the company and the user asked for."""

# the calls that wait for a status, and of them those that were missed
CALLS = """
SELECT 'calls_to_process', user_id, ARRAY[count(*)]
  FROM crm_call
 WHERE user_id = ANY(%(users)s) AND company_id = %(company)s AND is_handled IS NOT TRUE
 GROUP BY user_id
"""
MISSED_CALLS = """
SELECT 'return_call', user_id, ARRAY[count(*)]
  FROM crm_call
 WHERE user_id = ANY(%(users)s) AND company_id = %(company)s AND is_handled IS NOT TRUE
   AND direction = 'in' AND disposition IN ('missed', 'voicemail', 'busy', 'failed')
   AND returned_on IS NULL
 GROUP BY user_id
"""
MEETINGS = """
SELECT 'meeting_result', user_id, ARRAY[count(*)]
  FROM calendar_event
 WHERE user_id = ANY(%(users)s) AND active AND is_client_meeting AND meeting_status = 'planned'
   AND stop < %(now)s
 GROUP BY user_id
"""
# those that were rejected and not asked again, and what waits for whoever is an operator
REJECTED = """
SELECT 'requests_rejected', activity.user_id, ARRAY[count(*)]
  FROM mail_activity activity
  JOIN ir_model_data known ON known.res_id = activity.activity_type_id
   AND known.module = 'crm_discipline' AND known.name = 'mail_activity_type_data_request'
   AND known.model = 'mail.activity.type'
 WHERE activity.user_id = ANY(%(users)s) AND activity.active AND activity.res_model = 'crm.data.request'
 GROUP BY activity.user_id
"""
WAITING = """
SELECT 'requests_waiting', operator, ARRAY[(
           SELECT count(*) FROM crm_data_request WHERE state = 'new' AND company_id = %(company)s)]
  FROM unnest(%(operators)s::int[]) operator
"""

TASKS = (CALLS, MISSED_CALLS, MEETINGS, REJECTED)

# Of the clients asked for, with everybody below them: calls, meetings, and open requests of themselves.
CONTACTS = """
WITH RECURSIVE below (top, id) AS (
    SELECT id, id FROM res_partner WHERE id = ANY(%(clients)s)
     UNION
    SELECT below.top, child.id FROM below JOIN res_partner child ON child.parent_id = below.id
)
SELECT 'client_' || top.id, NULL::int, ARRAY[
           (SELECT count(*) FROM crm_call call JOIN below ON below.id = call.partner_id
             WHERE below.top = top.id),
           (SELECT count(*) FROM calendar_event event JOIN below ON below.id = event.client_id
             WHERE below.top = top.id AND event.active),
           (SELECT count(*) FROM crm_data_request request
             WHERE request.partner_id = top.id AND request.state IN ('new', 'in_progress')),
           (SELECT count(*) FROM crm_audience_member member
             WHERE member.partner_id = top.id
               AND (member.sent_on IS NOT NULL OR member.missed_reason IS NOT NULL))]
  FROM unnest(%(clients)s::int[]) top (id)
"""
# the clients with whom most lately something was
CLIENTS = """
SELECT id FROM (
    SELECT client_id AS id, start FROM calendar_event
     WHERE client_id IS NOT NULL AND start BETWEEN %(first)s AND %(last)s
     UNION ALL
    SELECT partner_id, start FROM crm_call
     WHERE partner_id IS NOT NULL AND start BETWEEN %(first)s AND %(last)s
) met GROUP BY id ORDER BY max(start) DESC, id LIMIT %(most)s
"""
