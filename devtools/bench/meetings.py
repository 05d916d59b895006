"""Saving client meetings, finding the incomplete ones, and installing beside years of history.

The peer is what a company would pick without the add-on: an automation rule of Odoo's own
`base_automation`, on custom fields for status and result, which makes the same five checks in
Python and refuses to save.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

WITHOUT, WITH, PEER, SQL = "without", "with add-on", "base_automation", "plain SQL"
COLUMNS = "with add-on, columns"

_SAVES_ALIKE = (
    Goal(WITH, most=1.10),
    Goal(WITH, "queries", most=0),
)
"""What was asked for: no more than a tenth on top, and not one query more."""


def _saving(title: str, function: str, sql: str = "", **options: Any) -> Measurement:
    """One way of saving, in all databases."""
    variants = [
        Variant(WITHOUT, "without", function),
        Variant(WITH, "with", function),
        Variant(PEER, "peer", function),
    ]
    variants += [Variant(SQL, "without", sql)] if sql else []
    return Measurement(title, tuple(variants), _SAVES_ALIKE, **options)


# -- saving: the very same function in each database ---------------------------------------------


def create_past(session: Session, number: int) -> None:
    """Save a new meeting that has taken place; nobody is invited."""
    _create(session, number, days=-30)


def create_future(session: Session, number: int) -> None:
    """Save a new meeting to come: its client gets an invitation, which is most of the work."""
    _create(session, number, days=30)


def create_opportunity(session: Session, number: int) -> None:
    """Save a new meeting about an opportunity whose contact does not attend it."""
    lead_id, client_id = _leads(session)[number % len(_leads(session))]
    with session.transaction() as env:
        _read_clients(env, [client_id])
        values = _values(env, number, -30, [env.user.partner_id.id], opportunity_id=lead_id)
        with session.timed(env):
            env["calendar.event"].web_save(values, {})


def create_batch(session: Session, number: int) -> None:
    """Create 100 meetings at once."""
    with session.transaction() as env:
        values = [
            _values(env, number, -30, [env.user.partner_id.id, client_id])
            for client_id in _clients(session, number, 100)
        ]
        with session.timed(env):
            env["calendar.event"].create(values)


def write_name(session: Session, number: int) -> None:
    """Save another subject, as the form does."""
    _write(session, number, 1, {"name": f"Another subject {number}"})


def write_time(session: Session, number: int) -> None:
    """Move a meeting, as a drag in the calendar does."""
    start = _day(-10) + timedelta(hours=number % 8)
    _write(session, number, 1, {"start": start, "stop": start + timedelta(hours=1)})


def write_name_batch(session: Session, number: int) -> None:
    """Write another subject to 100 meetings at once."""
    _write(session, number, 100, {"name": f"Another subject {number}"})


def insert_sql(session: Session, number: int) -> None:
    """Insert a meeting with its attendees by hand."""
    _insert(session, number, 1)


def insert_sql_batch(session: Session, number: int) -> None:
    """Insert 100 meetings with their attendees by hand."""
    _insert(session, number, 100)


def _create(session: Session, number: int, days: int) -> None:
    with session.transaction() as env:
        [client_id] = _clients(session, number, 1)
        values = _values(env, number, days, [env.user.partner_id.id, client_id])
        with session.timed(env):
            env["calendar.event"].web_save(values, {})


def _write(session: Session, number: int, meetings: int, values: dict) -> None:
    with session.transaction() as env:
        events = env["calendar.event"].browse(_meetings(session, number, meetings))
        # What a form or a list has shown of them before.
        events.fetch(["name", "start", "partner_ids", "opportunity_id"])
        _read_clients(env, events.partner_ids.ids)
        with session.timed(env):
            if meetings == 1:
                events.web_save(dict(values), {})
            else:
                events.write(dict(values))


def _insert(session: Session, number: int, meetings: int) -> None:
    with session.transaction() as env:
        user, start = env.user, _day(-30)
        rows = [
            (user.partner_id.id, client_id) for client_id in _clients(session, number, meetings)
        ]
        with session.timed(env):
            for row in rows:
                env.cr.execute(
                    _INSERT,
                    {
                        "name": f"Visit {number}",
                        "user": user.id,
                        "start": start,
                        "stop": start + timedelta(hours=1),
                        "partners": list(row),
                    },
                )


_INSERT = """
WITH event AS (
    INSERT INTO calendar_event (name, user_id, start, stop, duration, allday, active, show_as,
                                create_uid, write_uid, create_date, write_date)
    VALUES (%(name)s, %(user)s, %(start)s, %(stop)s, 1, false, true, 'busy', %(user)s, %(user)s, now(), now())
    RETURNING id
), attends AS (
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT event.id, partner FROM event, unnest(%(partners)s) partner
)
INSERT INTO calendar_attendee (event_id, partner_id, state, access_token, create_uid, write_uid,
                               create_date, write_date)
SELECT event.id, partner, 'needsAction', md5(random()::text), %(user)s, %(user)s, now(), now()
  FROM event, unnest(%(partners)s) partner
"""


# -- what is saved: the same in all databases ----------------------------------------------------


def _values(env: Any, number: int, days: int, partner_ids: list[int], **more: Any) -> dict:
    """A complete client meeting, as a form sends it."""
    start = _day(days) + timedelta(minutes=15 * (number % 32))
    return {
        "name": f"Visit {number}",
        "start": start,
        "stop": start + timedelta(hours=1),
        "partner_ids": [(4, partner_id) for partner_id in partner_ids],
        **more,
    }


def _day(days: int) -> datetime:
    """Nine o'clock, `days` from today."""
    today = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def _read_clients(env: Any, partner_ids: list[int]) -> None:
    """Have the clients' data in the cache, as whoever has looked at them has."""
    env["res.partner"].browse(partner_ids).mapped("phone")


_COMPLETE = r"""
    partner.active AND partner.partner_share AND NOT partner.is_company AND partner.phone IS NOT NULL
    AND partner.name ~ '^\w{3,} \w{3,}$' AND partner.email IS NOT NULL
"""


def _clients(session: Session, number: int, count: int) -> list[int]:
    """The ids of some clients with complete data, others for each number."""
    return _some(
        session,
        number,
        count,
        "clients",
        f"""
        SELECT partner.id FROM res_partner partner WHERE {_COMPLETE} ORDER BY partner.id % 97, partner.id LIMIT 5000
    """,
    )


def _meetings(session: Session, number: int, count: int) -> list[int]:
    """The ids of some of the salesperson's meetings with one client, whose data are complete."""
    return _some(
        session,
        number,
        count,
        "meetings",
        f"""
        SELECT event.id
          FROM calendar_event event
          JOIN calendar_event_res_partner_rel attends ON attends.calendar_event_id = event.id
          JOIN res_partner partner ON partner.id = attends.res_partner_id AND {_COMPLETE}
         WHERE event.user_id = {session.salesperson_id} AND event.name LIKE 'Meeting%'
           AND (SELECT count(*) FROM calendar_event_res_partner_rel one WHERE one.calendar_event_id = event.id) = 2
      ORDER BY event.id LIMIT 2000
    """,
    )


def _leads(session: Session) -> list[tuple[int, int]]:
    """The salesperson's opportunities with their clients, whose data are complete."""
    return session.keep(
        "leads",
        lambda: _rows(
            session,
            f"""
        SELECT lead.id, partner.id FROM crm_lead lead JOIN res_partner partner ON partner.id = lead.partner_id
         WHERE lead.user_id = {session.salesperson_id} AND lead.active AND lead.type = 'opportunity' AND {_COMPLETE}
      ORDER BY lead.id LIMIT 500
    """,
        ),
    )


def _some(session: Session, number: int, count: int, name: str, query: str) -> list[int]:
    """`count` of the ids that a query finds, which is asked once."""
    ids = session.keep(name, lambda: [record_id for (record_id,) in _rows(session, query)])
    return [ids[(number * count + offset) % len(ids)] for offset in range(min(count, len(ids)))]


def _rows(session: Session, query: str) -> list[tuple]:
    with session.transaction() as env:
        env.cr.execute(query)
        return env.cr.fetchall()


# -- the peer ------------------------------------------------------------------------------------

_PEER_CODE = """
missing = []
for meeting in records:
    outside = meeting.partner_ids.filtered('partner_share')
    if meeting.x_meeting_status == 'cancelled' or not (meeting.opportunity_id or outside):
        continue
    client = meeting.opportunity_id.partner_id or (len(outside) == 1 and outside)
    if not client:
        missing.append('Client')
    else:
        if client.is_company or len((client.name or '').split()) < 2:
            missing.append('Surname and first name')
        if not client.phone and not client.email:
            missing.append('Phone or e-mail')
    if not (meeting.name or '').strip():
        missing.append('Subject')
    if meeting.x_meeting_status == 'held' and not meeting.x_meeting_result:
        missing.append('Result')
if missing:
    raise UserError('\\n'.join(missing))
"""


def prepare_peer(session: Session, _number: int) -> None:
    """Set up what an administrator would click together."""
    with session.transaction(user_id=1, commit=True) as env:
        model = env["ir.model"]._get("calendar.event")
        env["ir.model.fields"].create(
            [
                {
                    "model_id": model.id,
                    "name": "x_meeting_status",
                    "field_description": "Status",
                    "ttype": "selection",
                    "selection_ids": [
                        (0, 0, {"value": value, "name": value.title(), "sequence": sequence})
                        for sequence, value in enumerate(("planned", "held", "cancelled"))
                    ],
                },
                {
                    "model_id": model.id,
                    "name": "x_meeting_result",
                    "field_description": "Result",
                    "ttype": "char",
                },
            ]
        )
        rule = env["base.automation"].create(
            {
                "name": "Complete meetings",
                "model_id": model.id,
                "trigger": "on_create_or_write",
            }
        )
        env["ir.actions.server"].create(
            {
                "name": "Check",
                "model_id": model.id,
                "state": "code",
                "code": _PEER_CODE,
                "base_automation_id": rule.id,
                "usage": "base_automation",
            }
        )


# -- finding what is incomplete ------------------------------------------------------------------

_VIOLATED = {
    "Client": "event.client_id IS NULL",
    "Name": "client.has_full_name IS NOT TRUE",
    "Contact": "coalesce(client.phone, '') = '' AND coalesce(client.email, '') = ''",
    "Subject": "event.name = ''",
    "Result": "event.meeting_status = 'held' AND event.meeting_result_id IS NULL",
}
_INCOMPLETE = f"""
  FROM calendar_event event LEFT JOIN res_partner client ON client.id = event.client_id
 WHERE event.active AND event.is_client_meeting AND event.meeting_status != 'cancelled'
   AND ({" OR ".join(f"({condition})" for condition in _VIOLATED.values())})
"""
_ITEMS = ", ".join(
    f"CASE WHEN {condition} THEN '{name}' END" for name, condition in _VIOLATED.items()
)


def count_sql(session: Session, _number: int) -> None:
    """Count the incomplete meetings by hand."""
    with session.transaction() as env, session.timed(env):
        env.cr.execute(f"SELECT count(*) {_INCOMPLETE}")
        session.kept["incomplete"] = env.cr.fetchone()[0]


def count_orm(session: Session, _number: int) -> None:
    """Count the incomplete meetings as the web client does."""
    with session.transaction() as env:
        with session.timed(env):
            found = env["calendar.event"].search_count([("is_data_complete", "=", False)])
        if found != session.kept.get("incomplete", found):
            raise ValueError(
                f"{found} incomplete meetings, but {session.kept['incomplete']} by hand"
            )


def list_sql(session: Session, number: int) -> None:
    """Read a page of incomplete meetings, with what they lack, by hand."""
    with session.transaction() as env, session.timed(env):
        env.cr.execute(
            f"SELECT event.id, event.name, event.start, client.name, concat_ws(E'\\n', {_ITEMS}) {_INCOMPLETE}"
            " ORDER BY event.start DESC, event.id LIMIT 80 OFFSET %s",
            [number % 5 * 80],
        )
        session.kept["page"] = [row[0] for row in env.cr.fetchall()]


def list_orm(session: Session, number: int) -> None:
    """Read a page of incomplete meetings with what they lack."""
    _list(session, number, ["name", "start", "client_id", "missing_data"])


def list_orm_without_items(session: Session, number: int) -> None:
    """Read the same page without what they lack."""
    _list(session, number, ["name", "start", "client_id"])


def _list(session: Session, number: int, names: list[str]) -> None:
    with session.transaction() as env:
        with session.timed(env):
            rows = env["calendar.event"].search_read(
                [("is_data_complete", "=", False)],
                names,
                limit=80,
                offset=number % 5 * 80,
                order="start desc, id",
            )
        if "missing_data" in names and not all(row["missing_data"] for row in rows):
            raise ValueError("an incomplete meeting that lacks nothing")


# -- installing ----------------------------------------------------------------------------------

_BARE = (
    "ALTER TABLE res_partner ADD COLUMN has_full_name boolean",
    r"UPDATE res_partner SET has_full_name = NOT is_company AND name ~ '\w\w+ .*\w\w+'",
    """ALTER TABLE calendar_event ADD COLUMN client_id integer, ADD COLUMN is_client_meeting boolean,
       ADD COLUMN meeting_status varchar DEFAULT 'planned'""",
    """
    UPDATE calendar_event
       SET client_id = coalesce(lead.partner_id, CASE WHEN outside.attendees = 1 THEN outside.partner_id END),
           is_client_meeting = event.opportunity_id IS NOT NULL OR outside.attendees IS NOT NULL
      FROM calendar_event event
 LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
 LEFT JOIN (
           SELECT attends.calendar_event_id, min(partner.id) AS partner_id, count(*) AS attendees
             FROM calendar_event_res_partner_rel attends
             JOIN res_partner partner ON partner.id = attends.res_partner_id AND partner.partner_share
         GROUP BY attends.calendar_event_id
           ) outside ON outside.calendar_event_id = event.id
     WHERE event.id = calendar_event.id
    """,
)


def fill_sql(session: Session, _number: int) -> None:
    """Add the columns and fill them, a statement for each table."""
    rows = _count_rows(session)
    with session.transaction(user_id=1, commit=True) as env:
        start = time.perf_counter()
        for statement in _BARE:
            env.cr.execute(statement)
        env.cr.commit()
        session.record(_installed(time.perf_counter() - start, rows))


def install(session: Session, _number: int) -> None:
    """Install the add-on, and time what it does with the data that are there."""
    from odoo.addons import crm_discipline

    rows = _count_rows(session)
    lines = _Lines()
    logger = logging.getLogger("odoo.addons.crm_discipline.hooks")
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    hook = crm_discipline.pre_init_hook

    def timed_hook(env: Any) -> None:
        start = time.perf_counter()
        hook(env)
        env.cr.commit()
        seconds = time.perf_counter() - start
        session.record(_installed(seconds, rows) | {"progress lines": len(lines.found)})

    crm_discipline.pre_init_hook = timed_hook
    with session.transaction(user_id=1, commit=True) as env:
        start = time.perf_counter()
        env["ir.module.module"]._get("crm_discipline").button_immediate_install()
        session.kept["installed"] = _installed(time.perf_counter() - start, rows)


def whole_install(session: Session, _number: int) -> None:
    """Tell how long all of the installation took."""
    session.record(session.kept["installed"])


def _count_rows(session: Session) -> int:
    """How many contacts and events there are together."""
    [(rows,)] = _rows(
        session,
        "SELECT (SELECT count(*) FROM res_partner) + (SELECT count(*) FROM calendar_event)",
    )
    return rows


def _installed(seconds: float, rows: int) -> dict[str, float]:
    return {"seconds": seconds, "s per million rows": seconds / rows * 1_000_000}


class _Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.found.append(record.getMessage())


BENCH = Bench(
    "Client meetings",
    databases=(
        Database("without"),
        Database("with", ("crm_discipline",)),
        Database("peer", ("base_automation",), "prepare_peer"),
        Database("bare", fresh=True),
        Database("install", fresh=True),
    ),
    measurements=(
        _saving("Save a new meeting", "create_past", "insert_sql"),
        _saving("Save a new meeting, with an invitation", "create_future"),
        _saving("Save a new meeting about an opportunity", "create_opportunity"),
        _saving("Create 100 meetings", "create_batch", "insert_sql_batch", turn=2, budget=90),
        _saving("Save another subject", "write_name"),
        _saving("Move a meeting", "write_time"),
        _saving("Write another subject to 100 meetings", "write_name_batch"),
        Measurement(
            "Count the incomplete meetings",
            (Variant(SQL, "with", "count_sql"), Variant(WITH, "with", "count_orm")),
            (Goal(WITH, most=1.5, own=True),),
            clock="seconds",
        ),
        Measurement(
            "Read 80 incomplete meetings",
            (
                Variant("list without items", "with", "list_orm_without_items"),
                Variant(WITH, "with", "list_orm"),
                Variant(SQL, "with", "list_sql"),
            ),
            (Goal(WITH, most=1.5, own=True), Goal(WITH, "queries", most=1, own=True)),
        ),
        Measurement(
            "Install beside the data",
            (
                Variant(SQL, "bare", "fill_sql"),
                Variant(COLUMNS, "install", "install"),
                Variant(WITH, "install", "whole_install"),
            ),
            (
                Goal(COLUMNS, most=2, own=True, size="large"),
                Goal(COLUMNS, "progress lines", least=2, own=True),
                Goal(WITH, most=3, own=True, size="large"),
                Goal(WITH, "s per million rows", most=120, own=True, size="large"),
            ),
            rounds=1,
            turn=1,
            warm_up=0,
        ),
    ),
)
