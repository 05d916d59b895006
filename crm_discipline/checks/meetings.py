"""Client meetings: of their organizer, counted in the organizer's own company."""

from .borders import SELLERS, in_period

_OWN = f"""{SELLERS}
SELECT %s, event.user_id, %s
  FROM calendar_event event
  JOIN seller ON seller.id = event.user_id AND seller.at_home
  LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
 WHERE event.active AND event.is_client_meeting AND %s
 GROUP BY event.user_id
"""
_PLANNED = "event.meeting_status = 'planned'"
_HELD = "event.meeting_status = 'held'"
_PERIOD = in_period("event.start")


def _own(figure, condition, numbers="ARRAY[count(*)]"):
    query = _OWN.replace("SELECT %s", f"SELECT '{figure}'", 1)
    return query.replace("user_id, %s", f"user_id, {numbers}", 1).replace(
        "AND %s", f"AND {condition}", 1
    )


_WEEKS = ", ".join(
    f"""count(*) FILTER (WHERE date_trunc('week', event.start AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)
        = date_trunc('week', least(%(last)s::date, %(today)s::date)::timestamp) - interval '{weeks} weeks')"""
    for weeks in range(7, -1, -1)
)

# what came of the period
PERIOD = (
    _own("held", f"{_HELD} AND {_PERIOD}"),
    _own("held_opportunity", f"{_HELD} AND event.opportunity_id IS NOT NULL AND {_PERIOD}"),
    _own("held_won", f"{_HELD} AND lead.won_status = 'won' AND {_PERIOD}"),
    _own("no_show", f"event.meeting_status = 'no_show' AND {_PERIOD}"),
)
BOARD = (
    *PERIOD,
    _own("ahead_meetings", f"{_PLANNED} AND event.start >= %(now)s AND event.start < %(now)s + interval '7 days'",
         "ARRAY[count(*), sum(event.duration)]"),
    _own("meetings_waiting", f"{_PLANNED} AND event.stop < %(now)s"),
    _own("held_weeks", _HELD, f"ARRAY[{_WEEKS}]"),
)  # fmt: skip

ACTIVITY = f"""
SELECT 'meeting', event.user_id, ARRAY[count(*), coalesce(sum(event.duration), 0), 0]
  FROM calendar_event event
  JOIN res_users owner ON owner.id = event.user_id
 WHERE event.active AND event.is_client_meeting AND owner.company_id = %(company)s AND {_PERIOD}
 GROUP BY event.user_id
"""
