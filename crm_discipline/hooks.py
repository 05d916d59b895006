"""Installing beside years of history, and leaving without a trace.

The new columns are filled here by SQL, in batches that commit, before the ORM would compute them
record by record. An installation that was interrupted goes on with what is still empty.
"""

import logging

from psycopg2.extras import execute_values

from .tools.person_name import has_full_name

_logger = logging.getLogger(__name__)

_BATCH = 20_000


def pre_init_hook(env):
    """Create and fill the stored columns of contacts and events."""
    _fill_full_names(env.cr)
    _fill_client_meetings(env.cr)


def uninstall_hook(env):
    """Remove the open questions, whose activity type goes with the module."""
    activity_type = env.ref("crm_discipline.mail_activity_type_meeting_result", False)
    if activity_type:
        env["mail.activity"].with_context(active_test=False).search(
            [("activity_type_id", "=", activity_type.id)]
        ).unlink()


def _fill_full_names(cr):
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS has_full_name boolean")
    for low, high in _batches(cr, "res_partner", "has_full_name IS NULL"):
        cr.execute(
            """
            SELECT id, name, is_company FROM res_partner
            WHERE id BETWEEN %s AND %s AND has_full_name IS NULL
            """,
            (low, high),
        )
        values = [
            (partner_id, not is_company and has_full_name(name))
            for partner_id, name, is_company in cr.fetchall()
        ]
        execute_values(
            cr._obj,
            """
            UPDATE res_partner SET has_full_name = filled.value
            FROM (VALUES %s) AS filled (id, value) WHERE res_partner.id = filled.id
            """,
            values,
            page_size=len(values) or 1,
        )


def _fill_client_meetings(cr):
    """Give each event the client that its opportunity or its only attendee from outside suggests."""
    cr.execute(
        """
        ALTER TABLE calendar_event
            ADD COLUMN IF NOT EXISTS client_id integer,
            ADD COLUMN IF NOT EXISTS is_client_meeting boolean,
            ADD COLUMN IF NOT EXISTS meeting_status varchar NOT NULL DEFAULT 'planned'
        """
    )
    cr.execute("ALTER TABLE calendar_event ALTER COLUMN meeting_status DROP DEFAULT")
    for low, high in _batches(cr, "calendar_event", "is_client_meeting IS NULL"):
        cr.execute(
            r"""
            WITH outside AS (
                SELECT attends.calendar_event_id AS event_id,
                       min(partner.id) AS partner_id,
                       count(*) AS attendees
                  FROM calendar_event_res_partner_rel attends
                  JOIN res_partner partner ON partner.id = attends.res_partner_id
                 WHERE attends.calendar_event_id BETWEEN %(low)s AND %(high)s
                   AND partner.partner_share
              GROUP BY attends.calendar_event_id
            )
            UPDATE calendar_event
               SET client_id = COALESCE(
                       lead.partner_id,
                       CASE WHEN outside.attendees = 1 THEN outside.partner_id END
                   ),
                   is_client_meeting = event.opportunity_id IS NOT NULL
                                       OR outside.attendees IS NOT NULL,
                   name = CASE WHEN event.name ~ '\S' THEN event.name ELSE '' END
              FROM calendar_event event
         LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
         LEFT JOIN outside ON outside.event_id = event.id
             WHERE event.id = calendar_event.id
               AND event.id BETWEEN %(low)s AND %(high)s
               AND event.is_client_meeting IS NULL
            """,
            {"low": low, "high": high},
        )


def _batches(cr, table, todo):
    """Yield id ranges (low, high) of about ``_BATCH`` rows that hold ``todo``; commit each.

    ``table`` and ``todo`` are constants of this file.
    """
    cr.execute(f"SELECT count(*), max(id) FROM {table} WHERE {todo}")  # pylint: disable=sql-injection
    total, last = cr.fetchone()
    done = 0
    low = 0
    while last and low < last:
        cr.execute(
            f"""
            SELECT max(id), count(*) FROM (
                SELECT id FROM {table} WHERE id > %s AND {todo} ORDER BY id LIMIT %s
            ) batch
            """,  # pylint: disable=sql-injection
            (low, _BATCH),
        )
        high, rows = cr.fetchone()
        if not rows:
            break
        yield low + 1, high
        # what is filled stays filled if the installation stops here, and no lock is held for long
        cr.commit()  # pylint: disable=invalid-commit
        done += rows
        low = high
        _logger.info("%s: %d of %d rows filled (%d %%)", table, done, total, 100 * done // total)
