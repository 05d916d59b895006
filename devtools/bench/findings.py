"""Data quality: the job that looks for findings, and the first page of a salesperson's work list.

Beside the job's first pass, stopped and gone on with again and again, stands one plain reading of the same
records, as many times as there are kinds: less no search for what is odd can do. Megabytes are by how much
the process was larger at most, after any batch. Beside the work list stands the count and the newest of the
same records in one statement written by hand.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from devtools.bench.data import ANCHOR
from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

READING, SQL, ADDON = "plain reading", "plain SQL", "add-on"
# After so many batches the job is stopped, as by its time limit, and begun again.
_STOPPED_AFTER = 40

_ODD = """
UPDATE res_partner
   SET phone = '+420 777 777 777', phone_sanitized = '+420777777777'
 WHERE partner_share AND id %% 5000 = 1;
UPDATE res_partner
   SET phone = '+420 602 ' || lpad((id / 1000)::text, 6, '0'),
       phone_sanitized = '+420602' || lpad((id / 1000)::text, 6, '0')
 WHERE partner_share AND id %% 1000 < 2;
UPDATE res_partner SET name = 'xxx', complete_name = 'xxx' WHERE partner_share AND id %% 2000 = 7;
UPDATE res_partner SET email = 'jana@', email_normalized = NULL
 WHERE partner_share AND id %% 2000 = 9;
UPDATE calendar_event
   SET meeting_status = 'held', meeting_result_note = CASE id %% 300
           WHEN 0 THEN 'We talked about the offer, and agreed.' ELSE 'What came of meeting ' || id END,
       meeting_result_on = stop + CASE id %% 50 WHEN 0 THEN interval '10 days' ELSE interval '1 hour' END
 WHERE is_client_meeting AND stop < %(anchor)s;
"""

# what the shipped rules ask of meetings and contacts
_INCOMPLETE = """
WITH listed AS (
    SELECT event.start AS at, event.id
      FROM calendar_event event
 LEFT JOIN res_partner client ON client.id = event.client_id
     WHERE event.user_id = %(user)s AND event.active IS TRUE AND event.is_client_meeting IS TRUE
       AND (event.meeting_status IN ('planned', 'held')
            AND (event.client_id IS NULL OR client.has_full_name IS NOT TRUE
                 OR client.phone IS NULL AND client.email IS NULL OR event.name IS NULL)
            OR event.meeting_status = 'held' AND event.meeting_result_id IS NULL)
 UNION ALL
    SELECT COALESCE(acquired_on, create_date), id
      FROM res_partner
     WHERE (discipline_owner_id = %(user)s
            OR discipline_owner_id IS NULL AND acquired_by_id = %(user)s)
       AND active IS TRUE AND partner_share IS TRUE AND type = 'contact'
       AND (is_company IS NOT TRUE AND has_full_name IS NOT TRUE OR phone IS NULL AND email IS NULL)
)
SELECT (SELECT count(*) FROM listed), array(SELECT id FROM listed ORDER BY at DESC, id DESC LIMIT 21)
"""


def prepare(session: Session, _number: int) -> None:
    """Make some of everything that is looked for."""
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(_ODD, {"anchor": ANCHOR})
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("ANALYZE res_partner")
        env.cr.execute("ANALYZE calendar_event")


def _kinds(env: Any) -> Any:
    return env["crm.discipline.finding.kind"].search([])


def read(session: Session, _number: int) -> None:
    """Read the records of each kind, in batches."""
    start = time.perf_counter()
    with session.transaction(user_id=1) as env:
        for kind in _kinds(env):
            model = env[kind._get_finder()._finder_model]
            last = 0
            while last is not None:
                env.cr.execute(
                    f"SELECT * FROM {model._table} WHERE id > %s ORDER BY id LIMIT 2000", [last]
                )
                rows = env.cr.fetchall()
                last = rows[-1][0] if rows else None
    session.record({"seconds": time.perf_counter() - start})


def first_pass(session: Session, _number: int) -> None:
    """Look at all records for all kinds, committed batch by batch, and stopped again and again."""
    with session.transaction(user_id=1, commit=True) as env:
        _kinds(env)._begin_anew()
        env["crm.discipline.finding"].search([]).unlink()
    before = _megabytes()
    sample: dict[str, float] = {"batches": 0, "stops": 0, "megabytes": 0.0}
    start = time.perf_counter()
    done: set[int] = set()
    is_going = True
    while is_going:
        with session.transaction(user_id=1, commit=True) as env:
            is_going = _go_on(env, done, sample)
            sample["stops"] += is_going
    sample["seconds"] = time.perf_counter() - start
    sample["megabytes"] -= before
    with session.transaction(user_id=1) as env:
        sample["findings"] = env["crm.discipline.finding"].search_count([])
    print(sample, flush=True)
    session.record(sample)


def _go_on(env: Any, done: set[int], sample: dict[str, float]) -> bool:
    """Look at some batches; return whether there are more."""
    left = _STOPPED_AFTER
    for kind in _kinds(env):
        while kind.id not in done:
            if not left:
                return True
            start = time.perf_counter()
            if kind._go_on():
                done.add(kind.id)
            env.cr.commit()
            key = f"seconds of {kind.code}"
            sample[key] = sample.get(key, 0.0) + time.perf_counter() - start
            sample["batches"] += 1
            sample["megabytes"] = max(sample["megabytes"], _megabytes())
            left -= 1
    return False


def _megabytes() -> float:
    """The memory of this process that is in use."""
    with open("/proc/self/statm") as handle:
        return int(handle.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def later_pass(session: Session, number: int) -> None:
    """Look at what changed since: a hundred contacts and a hundred meetings."""
    with session.transaction(user_id=1) as env:
        env.cr.execute(
            "UPDATE crm_discipline_finding_kind SET pass_since = now(), pass_until = NULL"
        )
        for table in ("res_partner", "calendar_event"):
            env.cr.execute(
                f"UPDATE {table} SET write_date = now() + interval '1 hour' "
                f"WHERE id IN (SELECT id FROM {table} ORDER BY id DESC OFFSET %s LIMIT 100)",
                [100 * number],
            )
        env.invalidate_all()
        start = time.perf_counter()
        with session.timed(env):
            for kind in _kinds(env):
                while not kind._go_on():
                    pass
        print("later pass", time.perf_counter() - start, flush=True)


def read_changed(session: Session, _number: int) -> None:
    """Read both tables once for what changed."""
    with session.transaction(user_id=1) as env, session.timed(env):
        for table in ("res_partner", "calendar_event", "crm_lead"):
            env.cr.execute(
                f"SELECT id FROM {table} WHERE write_date > now() AT TIME ZONE 'UTC' + interval '1 hour'"
            )
            env.cr.fetchall()


# -- the work list -------------------------------------------------------------------------------


def list_by_hand(session: Session, _number: int) -> None:
    """Count a salesperson's incomplete records, and find the newest."""
    with session.transaction() as env, session.timed(env) as sample:
        env.cr.execute(_INCOMPLETE, {"user": env.uid})
        sample["records"] = env.cr.fetchone()[0]


def first_page(session: Session, _number: int) -> None:
    """Open the work list: how many there are, and twenty with all that the screen shows."""
    with session.transaction() as env, session.timed(env) as sample:
        page = env["crm.discipline.worklist"].get_page()
        sample["records"] = page["total"]


BENCH = Bench(
    "Data quality",
    databases=(Database("with", ("crm_discipline",), "prepare"),),
    measurements=(
        Measurement(
            "Look at all records for the first time",
            (Variant(READING, "with", "read"), Variant(ADDON, "with", "first_pass")),
            (Goal(ADDON, "megabytes", most=100, own=True),),
            rounds=1,
            turn=1,
            clock="seconds",
            warm_up=0,
            budget=600,
        ),
        Measurement(
            "Look at what changed in an hour",
            (Variant(READING, "with", "read_changed"), Variant(ADDON, "with", "later_pass")),
            (),
            rounds=5,
            turn=1,
            clock="seconds",
            warm_up=1,
            budget=60,
        ),
        Measurement(
            "Open the work list",
            (Variant(SQL, "with", "list_by_hand"), Variant(ADDON, "with", "first_page")),
            (),
            rounds=10,
            turn=1,
            clock="seconds",
            warm_up=2,
            budget=60,
        ),
    ),
)
