"""Won opportunities, by the day on which they were closed; put away since or not."""

from .borders import SELLERS, in_period, is_of

_WON = f"lead.type = 'opportunity' AND lead.won_status = 'won' AND {in_period('lead.date_closed')}"

BOARD = (
    f"""{SELLERS}
SELECT 'won', lead.user_id, ARRAY[count(*), sum(lead.expected_revenue)]
  FROM crm_lead lead
  JOIN seller ON seller.id = lead.user_id
 WHERE {is_of("lead.company_id")} AND {_WON}
 GROUP BY lead.user_id
""",
)

ACTIVITY = f"""
SELECT 'deal', lead.user_id, ARRAY[count(*), 0, coalesce(sum(lead.expected_revenue), 0)]
  FROM crm_lead lead
  LEFT JOIN res_users owner ON owner.id = lead.user_id
 WHERE coalesce(lead.company_id, owner.company_id) = %(company)s AND {_WON}
 GROUP BY lead.user_id
"""
