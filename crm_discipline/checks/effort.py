"""Time in the CRM, where it is measured: hours and working time by user, medians by operation."""

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

# hours, of them entering data, working time, and both as parts of it
_SHARES = """
SELECT 'time', user_id,
       ARRAY[active, entering, working,
             active / nullif(working, 0), entering / nullif(working, 0)]
  FROM (SELECT user_id, sum(active) AS active, sum(entering) AS entering, sum(working) AS working
          FROM (SELECT user_id, seconds / 3600 AS active,
                       CASE kind WHEN 'read' THEN 0 ELSE seconds / 3600 END AS entering,
                       0 AS working
                  FROM crm_effort
                 WHERE company_id = %(company)s AND day BETWEEN %(first)s AND %(last)s
                 UNION ALL
                SELECT user_id, 0, 0, work_seconds / 3600
                  FROM crm_effort_day
                 WHERE company_id = %(company)s AND day BETWEEN %(first)s AND %(last)s) told
         GROUP BY user_id) added
"""

# of each operation: how many, clicks, keys; of those that are kept one by one the medians. The median is
# found by place: of an even number it lies half way between the two in the middle.
_OPERATIONS = """
WITH made AS (
    SELECT kind, is_total, operations, seconds, clicks, keys FROM crm_effort
     WHERE company_id = %(company)s AND day BETWEEN %(first)s AND %(last)s AND kind <> 'read'
), placed AS (
    SELECT kind, figure, amount,
           row_number() OVER (PARTITION BY kind, figure ORDER BY amount) - 1 AS place,
           (count(*) OVER (PARTITION BY kind, figure) - 1) * part AS wanted
      FROM made
     CROSS JOIN LATERAL (VALUES ('seconds', seconds, 0.5), ('slow', seconds, 0.9),
                                ('clicks', clicks, 0.5), ('keys', keys, 0.5)
                        ) told (figure, amount, part)
     WHERE is_total IS NOT TRUE
), found AS (
    SELECT kind, figure,
           sum(amount * (1 - (wanted - floor(wanted)))) FILTER (WHERE place = floor(wanted))
           + coalesce(sum(amount * (wanted - floor(wanted))) FILTER (WHERE place = floor(wanted) + 1), 0)
             AS middle
      FROM placed GROUP BY kind, figure
)
SELECT 'operation_' || kind, NULL::int,
       ARRAY[sum(operations), sum(clicks), sum(keys),
             (SELECT middle FROM found WHERE found.kind = made.kind AND figure = 'seconds'),
             (SELECT middle FROM found WHERE found.kind = made.kind AND figure = 'slow'),
             (SELECT middle FROM found WHERE found.kind = made.kind AND figure = 'clicks'),
             (SELECT middle FROM found WHERE found.kind = made.kind AND figure = 'keys')]
  FROM made GROUP BY kind
"""
REPORT = (_SHARES, _OPERATIONS)
