"""Audiences: who can be reached and why others can't, by what their data are now; and what came of those sent."""

from .borders import in_period

# Of the audiences asked for: how many there are on the list, and how many can be reached.
LISTED = """
SELECT 'audience_' || audience_id, NULL::int,
       ARRAY[count(*), count(*) FILTER (WHERE reach_state = 'ok'),
             count(*) FILTER (WHERE reach_state <> 'ok')]
  FROM crm_audience_member WHERE audience_id = ANY(%(audiences)s) GROUP BY audience_id
"""
LISTED_BY_USER = """
SELECT 'audience_own_' || audience_id, user_id, ARRAY[count(*), count(*) FILTER (WHERE reach_state = 'ok')]
  FROM crm_audience_member WHERE audience_id = ANY(%(audiences)s) GROUP BY audience_id, user_id
"""

# Judged anew by the clients' numbers and addresses, without looking at what the list says. With a good one
# are those who are reached and those who are reached as another: which of them is which, is no matter of data.
REASONS = """
WITH blocked_phone AS (
    SELECT number FROM phone_blacklist WHERE active
), blocked_email AS (
    SELECT email FROM mail_blacklist WHERE active
), told AS (
    SELECT member.audience_id, member.sent_on, member.is_opted_out, audience.channel, client.active,
           company.discipline_opt_out_everywhere AS everywhere,
           CASE WHEN trim(coalesce(client.email, '')) = '' THEN 'missing'
                WHEN client.email_normalized IS NULL OR client.bounced_email = client.email_normalized
                THEN 'invalid'
                WHEN EXISTS (SELECT FROM blocked_email WHERE email = client.email_normalized)
                THEN 'opted_out' ELSE 'ok' END AS email,
           CASE WHEN trim(coalesce(client.phone, '')) = '' THEN 'missing'
                WHEN client.phone_sanitized IS NULL THEN 'invalid'
                WHEN client.wrong_number = client.phone_sanitized THEN 'wrong_number'
                WHEN EXISTS (SELECT FROM blocked_phone WHERE number = client.phone_sanitized)
                THEN 'opted_out' ELSE 'ok' END AS phone
      FROM crm_audience_member member
      JOIN crm_audience audience ON audience.id = member.audience_id
      JOIN res_company company ON company.id = audience.company_id
      JOIN res_partner client ON client.id = member.partner_id
     WHERE member.audience_id = ANY(%(audiences)s)
), judged AS (
    SELECT audience_id,
           CASE WHEN sent_on IS NOT NULL THEN 'good'
                WHEN active IS NOT TRUE THEN 'archived'
                WHEN is_opted_out OR everywhere AND (phone = 'opted_out' OR email = 'opted_out') THEN 'opted_out'
                WHEN channel = 'phone' THEN CASE phone WHEN 'ok' THEN 'good' ELSE phone END
                WHEN channel = 'email' THEN CASE email WHEN 'ok' THEN 'good' ELSE email END
                WHEN phone = 'ok' OR email = 'ok' THEN 'good'
                WHEN phone = 'wrong_number' THEN 'wrong_number'
                WHEN phone = 'invalid' OR email = 'invalid' THEN 'invalid'
                WHEN phone = 'opted_out' OR email = 'opted_out' THEN 'opted_out'
                ELSE 'missing' END AS reason
      FROM told
)
SELECT 'audience_reasons_' || audience_id, NULL::int,
       ARRAY[count(*) FILTER (WHERE reason = 'good'), count(*) FILTER (WHERE reason = 'missing'),
             count(*) FILTER (WHERE reason = 'invalid'), count(*) FILTER (WHERE reason = 'wrong_number'),
             count(*) FILTER (WHERE reason = 'opted_out'), count(*) FILTER (WHERE reason = 'archived')]
  FROM judged GROUP BY audience_id
"""
REASON_PLACES = ("good", "missing", "invalid", "wrong_number", "opted_out", "archived")

# What was to be sent and could not be handed over, by its message. An add-on that sends in other ways adds its own.
NOT_TAKEN = ("SELECT mail_message_id FROM mail_mail WHERE state = 'exception'",)


def get_failed(not_taken):
    """Return the query of how much was not taken of the audiences asked for.

    :param not_taken: queries as in :data:`NOT_TAKEN`
    """
    return f"""
    SELECT 'audience_failed_' || member.audience_id, NULL::int, ARRAY[count(*)]
      FROM crm_audience_member member
      JOIN ({" UNION ALL ".join(not_taken)}) failed ON failed.mail_message_id = member.mail_message_id
     WHERE member.audience_id = ANY(%(audiences)s)
     GROUP BY member.audience_id
    """


# What became of what was sent to one client. An add-on that sends in other ways replaces these.
DELIVERY = {
    "joins": "",
    "delivered": "CASE WHEN sent.mail_message_id IS NULL THEN talked.talked ELSE mail.status = 'sent' END",
    "bounced": "mail.status IN ('bounce', 'exception', 'canceled')",
    "answerable": "TRUE",
    "answered": "talked.talked OR wrote.id IS NOT NULL",
}


# Who sees a member as their own: whose client it was and still is, and of their own any supervisor.
_SEEN = """(member.user_id = ANY(%(supervisors)s) OR EXISTS (
    SELECT FROM res_partner client
     WHERE client.id = member.partner_id AND client.discipline_owner_id = member.user_id))"""


def get_results(delivery, is_own=False):
    """Return the query of what came of the audiences asked for, by salesperson.

    :param delivery: as :data:`DELIVERY`; ``sent`` is the member
    :param is_own: of what salespeople see themselves
    """
    return f"""
    WITH sent AS (
        SELECT member.*, audience.campaign_id AS campaign,
               member.sent_on + company.discipline_campaign_days * interval '1 day' AS until
          FROM crm_audience_member member
          JOIN crm_audience audience ON audience.id = member.audience_id
          JOIN res_company company ON company.id = member.company_id
         WHERE member.audience_id = ANY(%(audiences)s)
           AND (member.sent_on IS NOT NULL OR member.missed_reason IS NOT NULL)
           AND {_SEEN if is_own else "TRUE"}
    ), mail AS (
        SELECT DISTINCT ON (sent.id) sent.id, notification.notification_status AS status,
               notification.notification_type AS type
          FROM sent
          JOIN mail_notification notification
            ON notification.mail_message_id = sent.mail_message_id
           AND notification.res_partner_id = sent.partner_id
         ORDER BY sent.id, notification.id
    ), wrote AS (
        SELECT DISTINCT sent.id FROM sent
          JOIN mail_message reply ON reply.parent_id = sent.mail_message_id
         WHERE reply.message_type = 'email'
    ), talked AS (
        SELECT sent.id, count(call.id) > 0 AS talked
          FROM sent
          LEFT JOIN (crm_call call JOIN crm_call_status status
                     ON status.id = call.status_id AND status.is_contact)
                 ON call.planned_activity_id = sent.activity_id AND call.partner_id = sent.partner_id
         GROUP BY sent.id
    ), met AS (
        SELECT sent.id, count(*) AS meetings
          FROM sent
          JOIN calendar_event event ON event.client_id = sent.partner_id
         WHERE event.active AND event.meeting_status <> 'cancelled'
           AND event.create_date >= sent.sent_on AND event.create_date < sent.until
         GROUP BY sent.id
    ), won AS (
        SELECT sent.id, count(*) AS deals
          FROM sent
          JOIN crm_lead lead ON lead.partner_id = sent.partner_id
         WHERE lead.won_status = 'won' AND lead.date_closed >= sent.sent_on
           AND (lead.date_closed < sent.until OR lead.campaign_id = sent.campaign)
         GROUP BY sent.id
    ), outcome AS (
        SELECT sent.id,
               CASE WHEN sent.kept_outcome IS NULL THEN {delivery["delivered"]}
                    ELSE sent.kept_outcome IN ('delivered', 'answered') END AS delivered,
               CASE WHEN sent.kept_outcome IS NULL THEN {delivery["bounced"]}
                    ELSE sent.kept_outcome = 'bounced' END AS bounced,
               sent.sent_on IS NOT NULL AND CASE WHEN sent.kept_outcome IS NULL THEN {delivery["answerable"]}
                    ELSE sent.kept_outcome = 'answered' END AS answerable,
               CASE WHEN sent.kept_outcome IS NULL THEN {delivery["answered"]}
                    ELSE sent.kept_outcome = 'answered' END AS answered
          FROM sent
          JOIN talked ON talked.id = sent.id
          LEFT JOIN mail ON mail.id = sent.id
          LEFT JOIN wrote ON wrote.id = sent.id
          {delivery["joins"]}
    )
    SELECT 'results_' || sent.audience_id, sent.user_id,
           ARRAY[count(*), count(sent.sent_on), count(*) FILTER (WHERE outcome.delivered),
                 count(*) FILTER (WHERE outcome.bounced), count(*) FILTER (WHERE outcome.answered),
                 sum(met.meetings), sum(won.deals), count(*) FILTER (WHERE outcome.answerable)]
      FROM sent
      JOIN outcome ON outcome.id = sent.id
      LEFT JOIN met ON met.id = sent.id
      LEFT JOIN won ON won.id = sent.id
     GROUP BY sent.audience_id, sent.user_id
    """


# The audiences of the company by which somebody was reached in the period, and of each salesperson.
_REACHED = f"""
  FROM crm_audience_member member
  JOIN crm_audience audience ON audience.id = member.audience_id
 WHERE audience.company_id = %(company)s AND {in_period("member.sent_on")}
"""
SENT = f"SELECT DISTINCT audience.id {_REACHED}"
SENT_TO = f"""SELECT member.user_id, array_agg(DISTINCT audience.id) {_REACHED}
 AND member.user_id IS NOT NULL AND {_SEEN} GROUP BY member.user_id"""

# What a salesperson is told of them: how many could not be reached for what can be mended.
MISSED = f"""
SELECT 'missed_' || member.audience_id, member.user_id, ARRAY[count(*)]
  FROM crm_audience_member member
 WHERE member.audience_id = ANY(%(audiences)s) AND member.sent_on IS NULL AND {_SEEN}
   AND member.reach_state IN ('missing', 'invalid', 'wrong_number')
 GROUP BY member.audience_id, member.user_id
"""
