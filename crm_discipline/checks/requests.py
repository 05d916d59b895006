"""Data requests of the period: by operator and by who asked, how many, how long they waited, how many were rejected."""

from .borders import in_period

# (a request that was settled before it was asked, by clocks that differ, waited no time)
_WAITED = """greatest(0, EXTRACT(EPOCH FROM request.done_on) - EXTRACT(EPOCH FROM request.requested_on)) / 3600"""
_SETTLED = "request.state IN ('done', 'rejected')"


def _by(figure, whose):
    return f"""
    SELECT '{figure}', request.{whose},
           ARRAY[count(*), avg(waited.hours),
                 percentile_cont(0.5) WITHIN GROUP (ORDER BY waited.hours),
                 percentile_cont(0.9) WITHIN GROUP (ORDER BY waited.hours),
                 100 * avg((request.state = 'rejected')::int) FILTER (WHERE {_SETTLED})]
      FROM crm_data_request request
     CROSS JOIN LATERAL (SELECT CASE WHEN {_SETTLED} THEN {_WAITED} END AS hours) waited
     WHERE request.company_id = %(company)s AND {in_period("request.requested_on")}
     GROUP BY request.{whose}
    """


REPORT = (
    _by("requests_worked", "operator_id"),
    _by("requests_asked", "requested_by_id"),
)
# whatever their day: the columns of the desk, and who waits for whom
DESK = (
    """
    SELECT 'requests_' || state, NULL::int, ARRAY[count(*)] FROM crm_data_request
     WHERE company_id = %(company)s AND state IN ('new', 'in_progress') GROUP BY state
    """,
)
