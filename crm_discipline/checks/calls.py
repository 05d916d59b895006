"""Calls: of their salesperson, or nobody's."""

from .borders import SELLERS, in_period, is_of

_OWN = f"""
  FROM crm_call call
  LEFT JOIN seller ON seller.id = call.user_id
 WHERE (seller.id IS NOT NULL AND {is_of("call.company_id")}
        OR call.user_id IS NULL AND call.company_id = %(company)s)
"""
_MISSED = "call.direction = 'in' AND call.disposition IN ('missed', 'voicemail', 'busy', 'failed')"
_WAITED = "(EXTRACT(EPOCH FROM call.returned_on) - EXTRACT(EPOCH FROM call.start)) / 60"
_RETURNED = f"""ARRAY[count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY {_WAITED}),
                      percentile_cont(0.9) WITHIN GROUP (ORDER BY {_WAITED})]
  {_OWN} AND {_MISSED} AND call.returned_on IS NOT NULL AND {in_period("call.start")}"""

# what came of the period
PERIOD = (
    f"{SELLERS} SELECT 'handled', call.user_id, ARRAY[count(*)] {_OWN} AND call.is_handled"
    f" AND call.match_state <> 'internal' AND {in_period('call.start')} GROUP BY call.user_id",
    # of all together: a median is no sum
    f"{SELLERS} SELECT 'returned_by_all', NULL::int, {_RETURNED}",
)
BOARD = (
    *PERIOD,
    f"{SELLERS} SELECT 'calls_to_process', call.user_id, ARRAY[count(*)] {_OWN}"
    " AND call.is_handled IS NOT TRUE GROUP BY call.user_id",
    f"{SELLERS} SELECT 'missed_calls', call.user_id, ARRAY[count(*)] {_OWN}"
    f" AND call.is_handled IS NOT TRUE AND {_MISSED} AND call.returned_on IS NULL GROUP BY call.user_id",
    f"{SELLERS} SELECT 'returned', call.user_id, {_RETURNED} GROUP BY call.user_id",
)

_OF_TEAM = _RETURNED.replace(
    "LEFT JOIN seller ON seller.id = call.user_id",
    "JOIN seller ON seller.id = call.user_id JOIN res_users owner ON owner.id = call.user_id",
)
# of each team, which stands in the user's place
BOARD_TEAMS = (
    f"{SELLERS} SELECT 'returned', owner.sale_team_id, {_OF_TEAM} GROUP BY owner.sale_team_id",
)

ACTIVITY = f"""
SELECT 'call', call.user_id, ARRAY[count(*), coalesce(sum(call.duration) / 3600.0, 0), 0]
  FROM crm_call call
 WHERE call.match_state <> 'internal' AND call.company_id = %(company)s AND {in_period("call.start")}
 GROUP BY call.user_id
"""
