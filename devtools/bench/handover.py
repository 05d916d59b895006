"""Handing over 50,000 clients with their open work, against the same moves by hand, and killed midway.

By hand are the updates of owners and attendees alone, in one transaction. The add-on keeps besides who
had what, lets the receivers follow, sets what Odoo would compute, and tells screens and receivers.
Killed is for real: a process of Odoo's, and then the backend of PostgreSQL that works for it, which
takes the whole database through its recovery.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

SQL, ADDON = "plain SQL", "add-on"
SERVER, DATABASE = "server killed", "database killed"
_CLIENTS = 50_000
_TIMES_CONTACTS = 5
"""So many clients at most for each contact of the data: the smallest data take fewer."""

_PREPARE = """
WITH leaver AS (SELECT id, partner_id FROM res_users WHERE id = %(leaver)s),
client AS (
    INSERT INTO res_partner (
        name, complete_name, is_company, user_id, phone, email, country_id, type, active,
        partner_share, lang, color, create_uid, write_uid, create_date, write_date)
    SELECT 'Handed Over' || n, 'Handed Over' || n, false, leaver.id, '+42060' || 1000000 + n,
           'handed' || n || '@example.com', (SELECT id FROM res_country WHERE code = 'CZ'),
           'contact', true, true, 'en_US', 0, leaver.id, leaver.id, now(), now()
      FROM generate_series(1, %(clients)s) AS n CROSS JOIN leaver
 RETURNING id
)
SELECT array_agg(id ORDER BY id) FROM client
"""
_OWN = """
UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%(clients)s);
UPDATE res_partner SET user_id = NULL WHERE user_id = %(leaver)s AND NOT id = ANY(%(clients)s);
UPDATE crm_lead SET user_id = %(receiver)s WHERE user_id = %(leaver)s;
INSERT INTO crm_lead (name, type, partner_id, user_id, team_id, company_id, stage_id, active,
    probability, automated_probability, won_status, date_open, date_last_stage_update, color,
    priority, create_uid, write_uid, create_date, write_date)
SELECT 'Offer', 'opportunity', client.id, %(leaver)s, team.id, 1, stage.id, true, 10, 10, 'pending',
       now(), now(), 0, '0', 1, 1, now(), now()
  FROM unnest(%(clients)s) AS client(id)
 CROSS JOIN LATERAL (SELECT id FROM crm_team ORDER BY sequence, id LIMIT 1) team
 CROSS JOIN LATERAL (SELECT id FROM crm_stage WHERE NOT is_won ORDER BY sequence, id LIMIT 1) stage
 WHERE client.id %% 5 = 0;
INSERT INTO mail_activity (res_model_id, res_model, res_id, activity_type_id, user_id, active,
    date_deadline, create_uid, write_uid, create_date, write_date)
SELECT model.id, 'res.partner', client.id, kind.id, %(leaver)s, true, current_date + 7, 1, 1,
       now(), now()
  FROM unnest(%(clients)s) AS client(id)
 CROSS JOIN LATERAL (SELECT id FROM ir_model WHERE model = 'res.partner') model
 CROSS JOIN LATERAL (SELECT id FROM mail_activity_type WHERE category = 'phonecall' LIMIT 1) kind
 WHERE client.id %% 10 = 0;
INSERT INTO crm_call (direction, start, duration, match_state, partner_id, user_id, company_id,
    is_handled, create_uid, write_uid, create_date, write_date)
SELECT 'in', now(), 0, 'matched', client.id, %(leaver)s, 1, false, 1, 1, now(), now()
  FROM unnest(%(clients)s) AS client(id) WHERE client.id %% 25 = 0;
UPDATE calendar_event SET user_id = %(receiver)s WHERE user_id = %(leaver)s AND start >= now();
WITH event AS (
    INSERT INTO calendar_event (name, user_id, start, stop, duration, allday, active, show_as,
        client_id, is_client_meeting, meeting_status, create_uid, write_uid, create_date, write_date)
    SELECT 'Visit', %(leaver)s, now() + interval '30 days', now() + interval '30 days 1 hour', 1,
           false, true, 'busy', client.id, true, 'planned', 1, 1, now(), now()
      FROM unnest(%(clients)s) AS client(id) WHERE client.id %% 25 = 1
 RETURNING id, client_id
), attends AS (
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT id, client_id FROM event UNION SELECT id, %(leaver_partner)s FROM event
)
INSERT INTO calendar_attendee (event_id, partner_id, state, create_uid, write_uid, create_date,
    write_date)
SELECT id, client_id, 'needsAction', 1, 1, now(), now() FROM event
 UNION ALL SELECT id, %(leaver_partner)s, 'accepted', 1, 1, now(), now() FROM event;
INSERT INTO crm_data_request (kind, name, state, requested_by_id, operator_id, requested_on, taken_on,
    company_id, create_uid, write_uid, create_date, write_date)
SELECT 'create', 'Asked', CASE WHEN client.id %% 2 = 0 THEN 'new' ELSE 'in_progress' END,
       CASE WHEN client.id %% 2 = 0 THEN %(leaver)s ELSE %(receiver)s END,
       CASE WHEN client.id %% 2 = 1 THEN %(leaver)s END, now(),
       CASE WHEN client.id %% 2 = 1 THEN now() END, 1, 1, 1, now(), now()
  FROM unnest(%(clients)s) AS client(id) WHERE client.id %% 50 IN (2, 3);
INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT 'crm.lead', id, %(leaver_partner)s FROM crm_lead WHERE user_id = %(leaver)s;
"""


def _turn(client: str, own: str = "id") -> str:
    """Who gets it, by its client, so that each client is whole: the same decision as the add-on's."""
    places = "array_length(%(receivers)s::int[], 1)"
    return f"(%(receivers)s::int[])[1 + coalesce({client}, {own}) %% {places}]"


_WRITTEN = "write_uid = 1, write_date = now()"
_MEETINGS = "event.user_id = %(leaver)s AND event.start >= now() AND receiver.id = " + _turn(
    "event.client_id", "event.id"
)
_BY_HAND = (
    f"UPDATE res_partner SET user_id = {_turn('id')}, {_WRITTEN} WHERE user_id = %(leaver)s",
    f"UPDATE crm_lead SET user_id = {_turn('partner_id')}, {_WRITTEN}"
    " WHERE user_id = %(leaver)s AND active AND won_status = 'pending'",
    "UPDATE calendar_attendee attends SET partner_id = receiver.partner_id"
    f" FROM calendar_event event, res_users receiver WHERE {_MEETINGS}"
    " AND event.id = attends.event_id AND attends.partner_id = %(leaver_partner)s",
    "UPDATE calendar_event_res_partner_rel attends SET res_partner_id = receiver.partner_id"
    f" FROM calendar_event event, res_users receiver WHERE {_MEETINGS}"
    " AND event.id = attends.calendar_event_id AND attends.res_partner_id = %(leaver_partner)s",
    f"UPDATE calendar_event SET user_id = {_turn('client_id')}, {_WRITTEN}"
    " WHERE user_id = %(leaver)s AND start >= now()",
    f"UPDATE mail_activity SET user_id = {_turn('res_id')}, {_WRITTEN}"
    " WHERE user_id = %(leaver)s AND active",
    f"UPDATE crm_call SET user_id = {_turn('partner_id')}, {_WRITTEN}"
    " WHERE user_id = %(leaver)s AND is_handled IS NOT TRUE",
    f"UPDATE crm_data_request SET requested_by_id = {_turn('partner_id')}, {_WRITTEN}"
    " WHERE requested_by_id = %(leaver)s AND state IN ('new', 'in_progress')",
    f"UPDATE crm_data_request SET operator_id = NULL, taken_on = NULL, state = 'new', {_WRITTEN}"
    " WHERE operator_id = %(leaver)s AND state = 'in_progress'",
    # the targets of one plan: half is over
    "INSERT INTO crm_plan_target (plan_id, user_id, metric_id, target, company_id, team_id, state,"
    " date_from, date_to, metric_sequence)"
    " SELECT plan_id, receiver, metric_id, target / 4, company_id, team_id, state, date_from,"
    " date_to, metric_sequence FROM crm_plan_target, unnest(%(receivers)s::int[]) receiver"
    " WHERE user_id = %(leaver)s AND state = 'running'",
    "UPDATE crm_plan_target SET target = target / 2, left_on = current_date - 1"
    " WHERE user_id = %(leaver)s AND state = 'running'",
)


def prepare_leaver(session: Session, _number: int) -> None:
    """Give one salesperson the clients, and open work with them."""
    with session.transaction(user_id=1, commit=True) as env:
        leaver, receiver = _sellers(env)[:2]
        env.cr.execute("SELECT count(*) FROM res_partner")
        clients = min(_CLIENTS, _TIMES_CONTACTS * env.cr.fetchone()[0])
        values = {
            "leaver": leaver.id,
            "leaver_partner": leaver.partner_id.id,
            "receiver": receiver.id,
            "clients": clients,
        }
        env.cr.execute(_PREPARE, values)
        env.cr.execute(_OWN, values | {"clients": env.cr.fetchone()[0]})
        _start_plan(env, leaver)
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("ANALYZE")


def _start_plan(env: Any, leaver: Any) -> None:
    """Let the leaver have targets that are running."""
    metrics = env["crm.plan.metric"].search([], limit=5)
    targets = [(0, 0, {"user_id": leaver.id, "metric_id": one.id, "target": 50}) for one in metrics]
    env["crm.plan"].create(
        {"period": "year", "company_id": 1, "target_ids": targets}
    ).action_start()


def _sellers(env: Any) -> Any:
    """The leaver, and who takes over."""
    return env["res.users"].search([("login", "=like", "bench_sales_%")], order="id", limit=3)


# -- how fast ------------------------------------------------------------------------------------


def by_hand(session: Session, _number: int) -> None:
    """Update the owners and the attendees."""
    with session.transaction(user_id=1) as env:
        leaver, *receivers = _sellers(env)
        values = {
            "leaver": leaver.id,
            "leaver_partner": leaver.partner_id.id,
            "receivers": [user.id for user in receivers],
        }
        with session.timed(env):
            for statement in _BY_HAND:
                env.cr.execute(statement, values)
        _check_nothing_left(env, leaver)


def hand_over(session: Session, _number: int) -> None:
    """Hand over, as the scheduled job does."""
    with session.transaction(user_id=1) as env:
        leaver, *receivers = _sellers(env)
        handover = _prepare(env, leaver, receivers)
        with session.timed(env) as sample:
            handover._carry_out()
            sample["things"] = handover.total
        _check_nothing_left(env, leaver)


def _prepare(env: Any, leaver: Any, receivers: Any) -> Any:
    """A handover that waits for the scheduled job."""
    handover = env["crm.handover"].create(
        {"from_user_id": leaver.id, "to_user_ids": [(6, 0, [user.id for user in receivers])]}
    )
    handover.write({"state": "running", "confirmed_by_id": 1, "confirmed_on": "2026-01-01"})
    env.flush_all()
    return handover


def _check_nothing_left(env: Any, leaver: Any) -> None:
    env.invalidate_all()
    left = leaver._get_open_work_sudo()
    if left:
        raise ValueError(f"not handed over: {left}")


# -- killed --------------------------------------------------------------------------------------

_JOB = """
import sys
sys.path.remove("")
from odoo.tools import config
config.parse_config(["-d", {database!r}, "--no-http", "--max-cron-threads=0", "--log-level=warn"])
from odoo.api import Environment
from odoo.orm.registry import Registry
registry = Registry({database!r})
from odoo.addons.crm_discipline.models import crm_handover_run
crm_handover_run.CHUNK = {chunk}
with registry.cursor() as cr:
    print(cr._cnx.get_backend_pid(), flush=True)
    Environment(cr, 1, {{}})["crm.handover"]._cron_carry_out()
"""


def kill_server(session: Session, _number: int) -> None:
    """Kill Odoo with SIGKILL in the middle of a handover, look, and let the job run again."""
    _kill(session, lambda process, _backend: process.kill())


def kill_database(session: Session, _number: int) -> None:
    """Kill the backend in the middle, which makes PostgreSQL recover from its log."""
    _kill(session, lambda _process, backend: os.kill(backend, signal.SIGKILL))


def _kill(session: Session, kill: Any) -> None:
    from odoo.sql_db import close_db

    database = session.registry.db_name
    with session.transaction(user_id=1, commit=True) as env:
        # (after the first kill the clients are with the second salesperson)
        leaver, receiver = sorted(_sellers(env)[:2], key=lambda user: -_count(env, user))
        before = _count(env, leaver)
        handover_id = _prepare(env, leaver, [receiver]).id
    start = time.perf_counter()
    program = _JOB.format(database=database, chunk=max(1, before // 50))
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd="/"
    )
    backend = int(process.stdout.readline())
    progress = _wait_for_progress(session, handover_id, process)
    kill(process, backend)
    process.wait(60)
    close_db(database)
    _wait_for_server(session)
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(
            "SELECT count(*) FROM crm_handover_item WHERE handover_id = %s", [handover_id]
        )
        kept = env.cr.fetchone()[0]
        moved = kept + before - _count(env, leaver)
        handover = env["crm.handover"].browse(handover_id)
        if handover.state != "running":
            raise ValueError(f"the handover is {handover.state} after the kill")
        env["crm.handover"]._cron_carry_out()
        if handover.state != "done":
            raise ValueError(f"the handover is {handover.state} after the second run")
        session.record(
            {
                "seconds": time.perf_counter() - start,
                "killed at percent": progress,
                "moved after the kill": moved,
                "left after the second run": _count(env, leaver),
                "passed by the second run": before,
            }
        )


def _wait_for_progress(session: Session, handover_id: int, process: Any) -> int:
    """Wait until the job says that it is in the middle."""
    for _turn in range(12_000):
        if process.poll() is not None:
            raise ValueError("the job ended before it could be killed")
        with session.transaction(user_id=1) as env:
            env.cr.execute("SELECT progress FROM crm_handover WHERE id = %s", [handover_id])
            [(progress,)] = env.cr.fetchall()
        if progress and progress >= 10:
            return progress
        time.sleep(0.005)
    raise ValueError("the job made no progress")


def _wait_for_server(session: Session) -> None:
    """Wait until PostgreSQL takes connections again and what was cut off is rolled back."""
    from psycopg2 import OperationalError

    for _turn in range(600):
        try:
            with session.transaction(user_id=1) as env:
                env.cr.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
                if not env.cr.fetchone()[0]:
                    return
        except OperationalError:
            pass
        time.sleep(0.1)
    raise ValueError("PostgreSQL did not come back")


def _count(env: Any, user: Any) -> int:
    """What of the user's would pass: also what each kind has that moves in its own way."""
    env.cr.execute(
        """
        SELECT (SELECT count(*) FROM res_partner WHERE user_id = %(user)s AND active)
             + (SELECT count(*) FROM crm_data_request
                 WHERE requested_by_id = %(user)s AND state IN ('new', 'in_progress')
                    OR operator_id = %(user)s AND state = 'in_progress')
             + (SELECT count(*) FROM crm_plan_target
                 WHERE user_id = %(user)s AND state = 'running' AND left_on IS NULL)
        """,
        {"user": user.id},
    )
    return env.cr.fetchone()[0]


BENCH = Bench(
    "Handover",
    databases=(
        Database("with", ("crm_discipline",), "prepare_leaver"),
        Database("killed", ("crm_discipline",), "prepare_leaver", fresh=True),
    ),
    measurements=(
        Measurement(
            "Hand over 50,000 clients to two in turn",
            (Variant(SQL, "with", "by_hand"), Variant(ADDON, "with", "hand_over")),
            (Goal(ADDON, most=3),),
            rounds=8,
            turn=1,
            warm_up=1,
            budget=120,
        ),
        Measurement(
            "Killed in the middle, then run again",
            (
                Variant(SERVER, "killed", "kill_server"),
                Variant(DATABASE, "killed", "kill_database"),
            ),
            tuple(
                goal
                for variant in (SERVER, DATABASE)
                for goal in (
                    Goal(variant, "moved after the kill", most=0),
                    Goal(variant, "left after the second run", most=0),
                    Goal(variant, "passed by the second run", least=1),
                )
            ),
            rounds=1,
            turn=1,
            warm_up=0,
        ),
    ),
)
