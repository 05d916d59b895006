"""Working time: what calendars say without leaves, of the seven days ahead in hours and of plans in days.

Time is cut at each begin and end of work and of leave; of the pieces those count that are work and no leave.
"""

from .borders import SELLERS

_LOCAL = "AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'"
# Odoo gives a holiday of no company to a calendar, not to the people whose own leaves it looks at: those
# who have one in the days ahead, and in plans all who have a resource.
_WITH_A_LEAVE = """EXISTS (
    SELECT FROM resource_calendar_leaves own
     WHERE own.resource_id = worker.resource_id AND own.date_from < borders.until AND own.date_to > borders.since)"""
_WITH_A_RESOURCE = "worker.resource_id IS NOT NULL"


def _get_worked(since, until, is_own):
    """Return the part of a query that ends with ``worked``: the pieces of time in which each seller works.

    :param is_own: whose leaves Odoo looks at one by one
    """
    return f"""{SELLERS}, borders AS (
    SELECT {since} AS since, {until} AS until
), worker AS (
    SELECT seller.id AS user_id, own.id AS resource_id, calendar.id AS calendar_id,
           coalesce(calendar.flexible_hours, TRUE) AS any_time, coalesce(calendar.hours_per_day, 8) AS hours_a_day,
           calendar.two_weeks_calendar
      FROM seller
      JOIN res_company company ON company.id = %(company)s
      LEFT JOIN LATERAL (
          SELECT resource.id, resource.calendar_id FROM resource_resource resource
           WHERE resource.user_id = seller.id AND resource.company_id = company.id AND resource.active
           ORDER BY resource.id DESC LIMIT 1
      ) own ON TRUE
      LEFT JOIN resource_calendar calendar
             ON calendar.id = coalesce(own.calendar_id, company.resource_calendar_id)
), leave AS (
    SELECT worker.user_id, away.date_from AS since, away.date_to AS until
      FROM worker
      JOIN borders ON TRUE
      JOIN resource_calendar_leaves away
        ON away.time_type = 'leave' AND (away.company_id = %(company)s OR away.company_id IS NULL)
       AND (away.calendar_id = worker.calendar_id OR away.calendar_id IS NULL)
       AND away.date_from <= borders.until AND away.date_to >= borders.since
       AND (away.resource_id = worker.resource_id OR away.resource_id IS NULL)
     WHERE NOT worker.any_time
       AND (away.resource_id IS NOT NULL OR away.company_id IS NOT NULL OR NOT {is_own})
), work AS (
    SELECT user_id, greatest(since, from_) AS since, least(until, to_) AS until
      FROM (SELECT worker.user_id, borders.since, borders.until,
                   (day + attendance.hour_from * interval '1 hour') {_LOCAL} AS from_,
                   (day + attendance.hour_to * interval '1 hour') {_LOCAL} AS to_
              FROM worker
              JOIN borders ON NOT worker.any_time
             CROSS JOIN generate_series(
                   date_trunc('day', borders.since - interval '1 day'), borders.until + interval '1 day',
                   interval '1 day') day
              JOIN resource_calendar_attendance attendance
                ON attendance.calendar_id = worker.calendar_id AND attendance.display_type IS NULL
               AND attendance.day_period <> 'lunch'
               AND attendance.dayofweek = (EXTRACT(ISODOW FROM day) - 1)::int::text
               AND (worker.two_weeks_calendar IS NOT TRUE
                    OR attendance.week_type = ((day::date - '0001-01-01'::date) / 7 %% 2)::text)) planned
     WHERE greatest(since, from_) < least(until, to_)
), cut AS (
    SELECT user_id, since AS at FROM work UNION SELECT user_id, until FROM work
     UNION SELECT user_id, since FROM leave UNION SELECT user_id, until FROM leave
), piece AS (
    SELECT user_id, at AS since, lead(at) OVER (PARTITION BY user_id ORDER BY at) AS until FROM cut
), worked AS (
    SELECT piece.*, (piece.since AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day FROM piece
     WHERE EXISTS (SELECT FROM work WHERE work.user_id = piece.user_id
                      AND work.since <= piece.since AND piece.until <= work.until)
       AND NOT EXISTS (SELECT FROM leave WHERE leave.user_id = piece.user_id
                          AND leave.since <= piece.since AND piece.until <= leave.until)
)"""


HOURS = f"""{_get_worked("%(now)s::timestamp", "%(now)s::timestamp + interval '7 days'", _WITH_A_LEAVE)}
SELECT 'hours', worker.user_id,
       CASE WHEN worker.any_time THEN ARRAY[worker.hours_a_day * weekdays.number, weekdays.number]
            ELSE ARRAY[coalesce(counted.hours, 0), coalesce(counted.days, 0)] END
  FROM worker
 CROSS JOIN (SELECT count(*) AS number FROM generate_series(0, 6) ahead
              WHERE EXTRACT(ISODOW FROM %(now)s::timestamp + ahead * interval '1 day') < 6) weekdays
  LEFT JOIN (SELECT user_id, sum(EXTRACT(EPOCH FROM until - since)) / 3600 AS hours, count(DISTINCT day) AS days
               FROM worked GROUP BY user_id) counted ON counted.user_id = worker.user_id"""

_MIDNIGHT = f"(%(first)s::date)::timestamp {_LOCAL}"
_NEXT_MIDNIGHT = f"(%(last)s::date + 1)::timestamp {_LOCAL}"
# user, and the days of a plan on which they work
DAYS = f"""{_get_worked(_MIDNIGHT, _NEXT_MIDNIGHT, _WITH_A_RESOURCE)}
SELECT user_id, array_agg(DISTINCT day) FROM worked GROUP BY user_id
 UNION ALL
SELECT worker.user_id, array_agg(day::date)
  FROM worker
 CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') day
 WHERE worker.any_time AND EXTRACT(ISODOW FROM day) < 6
 GROUP BY worker.user_id"""
