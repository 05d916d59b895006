"""Time in the CRM, where it is measured: hours, and days on which there was any."""

from .borders import SELLERS, is_of

BOARD = (
    f"""{SELLERS}
SELECT 'time', effort.user_id, ARRAY[sum(effort.seconds / 3600), count(DISTINCT effort.day)]
  FROM crm_effort effort
  JOIN seller ON seller.id = effort.user_id
 WHERE {is_of("effort.company_id")} AND effort.day BETWEEN %(first)s AND %(last)s
   AND effort.kind IS NOT NULL
 GROUP BY effort.user_id
""",
)

REPORT = """
SELECT 'time', user_id, ARRAY[sum(seconds) / 3600]
  FROM crm_effort
 WHERE company_id = %(company)s AND day BETWEEN %(first)s AND %(last)s AND kind IS NOT NULL
 GROUP BY user_id
"""
