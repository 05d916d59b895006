"""Installing beside years of history, and leaving without a trace.

The new columns are filled here by SQL, in batches that commit, before the ORM would compute them
record by record. A column comes with the value that most rows have, which PostgreSQL adds without
touching a row, and only the others are written: rewriting a row costs all of its indexes. What is
right already is left alone, so an installation that was interrupted goes on cheaply.
"""

import logging
from datetime import timedelta

from odoo.tools import SQL

from .models.crm_call_function import drop_functions
from .tools.client_owner import restate_owners
from .tools.person_name import has_full_name

_logger = logging.getLogger(__name__)

_BATCH = 20_000


def pre_init_hook(env):
    """Create and fill the stored columns of contacts and events."""
    _fill_full_names(env.cr)
    _fill_client_meetings(env.cr)
    fill_reach_states(env.cr)
    _fill_client_owners(env.cr)


def post_init_hook(env):
    """Fill what was made by colleagues while the installation ran, and let the ORM say the defaults.

    Until now the columns had a default of their own, because other workers still made contacts and
    events without knowing of them.
    """
    since = env.cr.now() - timedelta(days=1)
    _fill_full_names(env.cr, since)
    _fill_client_meetings(env.cr, since)
    fill_reach_states(env.cr, since)
    _fill_client_owners(env.cr, since)
    env.cr.execute(
        """
        ALTER TABLE res_partner
            ALTER COLUMN has_full_name DROP DEFAULT,
            ALTER COLUMN phone_state DROP DEFAULT,
            ALTER COLUMN email_state DROP DEFAULT
        """
    )
    env.cr.execute(
        """
        ALTER TABLE calendar_event
            ALTER COLUMN is_client_meeting DROP DEFAULT,
            ALTER COLUMN meeting_status DROP DEFAULT
        """
    )
    _keep_known_opt_outs(env.cr)
    env.invalidate_all()


def uninstall_hook(env):
    """Remove the functions of calls, and the open questions, whose activity type goes with the module;
    let the application open what its first menu opens."""
    drop_functions(env.cr)
    env.ref("crm.crm_menu_root").action = False
    for name in ("meeting_result", "data_request", "client_data"):
        activity_type = env.ref(f"crm_discipline.mail_activity_type_{name}", False)
        if activity_type:
            env["mail.activity"].with_context(active_test=False).search(
                [("activity_type_id", "=", activity_type.id)]
            ).unlink()


_PHONE_STATE = r"""
CASE WHEN phone_sanitized <> '' AND phone <> '' THEN
          CASE WHEN wrong_number = phone_sanitized THEN 'wrong_number'
               WHEN EXISTS (SELECT FROM phone_blacklist blocked
                             WHERE blocked.number = phone_sanitized AND blocked.active IS TRUE)
               THEN 'opted_out'
               ELSE 'ok' END
     WHEN phone ~ '\S' THEN 'invalid'
     ELSE 'missing' END
"""
_EMAIL_STATE = r"""
CASE WHEN email_normalized <> '' AND email <> '' THEN
          CASE WHEN message_bounce > 0 THEN 'invalid'
               WHEN EXISTS (SELECT FROM mail_blacklist blocked
                             WHERE blocked.email = email_normalized AND blocked.active IS TRUE)
               THEN 'opted_out'
               ELSE 'ok' END
     WHEN email ~ '\S' THEN 'invalid'
     ELSE 'missing' END
"""
_BOUNCED = "CASE WHEN message_bounce > 0 THEN NULLIF(email_normalized, '') END"


def _fill_full_names(cr, since=None):
    cr.execute(
        "ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS has_full_name boolean DEFAULT TRUE"
    )
    for low, high in _batches(cr, "res_partner", since):
        cr.execute(
            "SELECT id, name, is_company, has_full_name FROM res_partner WHERE id BETWEEN %s AND %s",
            (low, high),
        )
        wrong = {True: [], False: []}
        for partner_id, name, is_company, filled in cr.fetchall():
            whole = not is_company and has_full_name(name)
            if whole is not filled:
                wrong[whole].append(partner_id)
        for whole, ids in wrong.items():
            cr.execute("UPDATE res_partner SET has_full_name = %s WHERE id = ANY(%s)", (whole, ids))


def fill_reach_states(cr, since=None):
    """State of each contact whether it can be called and written to.

    From the number and the address that Odoo has read already, so no number is parsed here.
    """
    # (what most have, by a few pages of them, is the value that the column comes with, and needs no writing)
    cr.execute(
        """
        SELECT count(*) FILTER (WHERE phone_sanitized <> '') * 2 > count(*),
               count(*) FILTER (WHERE email_normalized <> '') * 2 > count(*)
          FROM (
              (SELECT * FROM res_partner TABLESAMPLE SYSTEM (1) REPEATABLE (1))
               UNION ALL
              (SELECT * FROM res_partner LIMIT 1000)
          ) few
        """
    )
    phone, email = ("ok" if most_have else "missing" for most_have in cr.fetchone())
    cr.execute(
        SQL(
            """
            ALTER TABLE res_partner
                ADD COLUMN IF NOT EXISTS phone_state varchar DEFAULT %s,
                ADD COLUMN IF NOT EXISTS email_state varchar DEFAULT %s,
                ADD COLUMN IF NOT EXISTS bounced_email varchar,
                ADD COLUMN IF NOT EXISTS wrong_number varchar
            """,
            phone,
            email,
        )
    )
    for low, high in _batches(cr, "res_partner", since):
        # (said twice: a join with what was computed once takes longer)
        cr.execute(
            f"""
            UPDATE res_partner
               SET phone_state = {_PHONE_STATE}, email_state = {_EMAIL_STATE}, bounced_email = {_BOUNCED}
             WHERE id BETWEEN %s AND %s
               AND (phone_state IS DISTINCT FROM {_PHONE_STATE}
                    OR email_state IS DISTINCT FROM {_EMAIL_STATE}
                    OR bounced_email IS DISTINCT FROM {_BOUNCED})
            """,
            (low, high),
        )


def _keep_known_opt_outs(cr):
    """Begin the record of consent with those who opted out before, and of whom nothing is kept yet."""
    cr.execute(
        """
        INSERT INTO crm_consent (channel, address, decision, date, create_date, write_date)
        SELECT channel, address, 'out', since, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM (SELECT 'phone' AS channel, number AS address, write_date AS since
                  FROM phone_blacklist WHERE active
                 UNION ALL
                SELECT 'email', email, write_date FROM mail_blacklist WHERE active) known
         WHERE NOT EXISTS (SELECT FROM crm_consent kept
                            WHERE kept.channel = known.channel AND kept.address = known.address)
        """
    )


def _fill_client_owners(cr, since=None):
    """Say whose client each contact is: its own salesperson's, else its company's.

    Most contacts of a base without salespeople have none, and stay untouched.
    """
    cr.execute(
        """
        ALTER TABLE res_partner
            ADD COLUMN IF NOT EXISTS discipline_owner_id integer,
            ADD COLUMN IF NOT EXISTS discipline_company_owner_id integer
        """
    )
    for low, high in _batches(cr, "res_partner", since):
        restate_owners(cr, SQL("res_partner.id BETWEEN %s AND %s", low, high))


def _fill_client_meetings(cr, since=None):
    """Give each event the client that its opportunity or its only attendee from outside suggests."""
    cr.execute(
        """
        ALTER TABLE calendar_event
            ADD COLUMN IF NOT EXISTS client_id integer,
            ADD COLUMN IF NOT EXISTS is_client_meeting boolean DEFAULT FALSE,
            ADD COLUMN IF NOT EXISTS meeting_status varchar NOT NULL DEFAULT 'planned'
        """
    )
    for low, high in _batches(cr, "calendar_event", since):
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
            ), filled AS (
                SELECT event.id,
                       COALESCE(
                           lead.partner_id,
                           CASE WHEN outside.attendees = 1 THEN outside.partner_id END
                       ) AS client_id,
                       event.opportunity_id IS NOT NULL
                           OR outside.attendees IS NOT NULL AS is_client_meeting,
                       CASE WHEN event.name ~ '\S' THEN event.name ELSE '' END AS name
                  FROM calendar_event event
             LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
             LEFT JOIN outside ON outside.event_id = event.id
                 WHERE event.id BETWEEN %(low)s AND %(high)s
            )
            UPDATE calendar_event event
               SET client_id = filled.client_id,
                   is_client_meeting = filled.is_client_meeting,
                   name = filled.name
              FROM filled
             WHERE event.id = filled.id
               AND event.client_id IS NULL
               AND event.is_client_meeting IS NOT TRUE
               AND (event.client_id, event.is_client_meeting, event.name)
                   IS DISTINCT FROM (filled.client_id, filled.is_client_meeting, filled.name)
            """,
            {"low": low, "high": high},
        )


def _batches(cr, table, since=None):
    """Yield id ranges (low, high) of at most ``_BATCH`` rows each; commit after each.

    :param table: a table's name, a constant of this file
    :param since: only rows from the first that was made at this time; None for all
    """
    recent = SQL("create_date >= %s", since) if since else SQL("TRUE")
    cr.execute(SQL("SELECT min(id) FROM %s WHERE %s", SQL.identifier(table), recent))
    high = (cr.fetchone()[0] or 1) - 1
    cr.execute(SQL("SELECT count(*) FROM %s WHERE id > %s", SQL.identifier(table), high))
    total = cr.fetchone()[0]
    done = 0
    while done < total:
        low = high + 1
        cr.execute(
            SQL(
                """
                SELECT max(id), count(*)
                  FROM (SELECT id FROM %s WHERE id >= %s ORDER BY id LIMIT %s) batch
                """,
                SQL.identifier(table),
                low,
                _BATCH,
            )
        )
        high, rows = cr.fetchone()
        if not rows:
            break
        yield low, high
        # what is filled stays filled if the installation stops here, and no lock is held for long
        cr.commit()  # pylint: disable=invalid-commit
        done += rows
        _logger.info("%s: %d of %d rows filled (%d %%)", table, done, total, 100 * done // total)
