"""Own clients only: what a salesperson's lists cost with it, and what the log of bulk reading adds.

In the data one client in five has no salesperson, so everybody sees those; in one database all have
one, which leaves a salesperson the fewest to find among the others'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

OFF, ON, ASSIGNED, LOGGED = "off", "on", "on, all clients assigned", "logged"

_COUNT_LIMIT = 10_001
"""How far the web client counts."""

_OPEN = ["|", ("stop", ">=", "today"), ("meeting_status", "=", "planned")]
"""The filter that the list of client meetings opens with, beside one's own."""


def prepare_on(session: Session, _number: int) -> None:
    """Switch own clients only on."""
    with session.transaction(user_id=1, commit=True) as env:
        env["res.company"].search([]).discipline_own_clients_only = True


def prepare_assigned(session: Session, number: int) -> None:
    """Give each client without a salesperson one, and switch own clients only on."""
    from odoo.addons.crm_discipline import hooks

    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(
            """
            WITH seller AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS total
                  FROM res_users WHERE login LIKE 'bench\\_sales\\_%'
            )
            UPDATE res_partner partner
               SET user_id = seller.id
              FROM seller
             WHERE partner.user_id IS NULL AND partner.partner_share
               AND seller.number = partner.id % seller.total
            """
        )
        hooks._fill_client_owners(env.cr)
        env.cr.execute("ANALYZE res_partner")
    prepare_on(session, number)


def list_contacts(session: Session, _number: int) -> None:
    """Open the list of contacts, as the web client does."""
    _list(session, "res.partner", "base.view_partner_tree", [])


def list_meetings(session: Session, _number: int) -> None:
    """Open the list of client meetings, with the filters that it opens with."""
    _list(
        session,
        "calendar.event",
        "crm_discipline.calendar_event_view_list_client_meetings",
        [
            ("is_client_meeting", "=", True),
            ("user_id", "=", session.salesperson_id),
            *_OPEN,
        ],
    )


def list_all_meetings(session: Session, _number: int) -> None:
    """Take the filters away: the meetings of everybody, as far as they may be seen."""
    _list(
        session,
        "calendar.event",
        "crm_discipline.calendar_event_view_list_client_meetings",
        [("is_client_meeting", "=", True)],
    )


def list_opportunities(session: Session, _number: int) -> None:
    """Open the list of opportunities."""
    _list(session, "crm.lead", "crm.crm_case_tree_view_oppor", [("type", "=", "opportunity")])


def suggest_names(session: Session, number: int) -> None:
    """Type a part of a name into a field that asks for a contact."""
    part = ("Nová", "Svob", "Dvoř", "Čern", "Kuče")[number % 5]
    with session.transaction() as env, session.timed(env):
        env["res.partner"].name_search(part, limit=8)


def list_contacts_logged(session: Session, number: int) -> None:
    """Open the list of contacts and note who read how many; each time other clients."""
    spec = _spec(session, "res.partner", "base.view_partner_tree")
    with session.transaction() as env, session.timed(env):
        env["res.partner"].web_search_read([], spec, limit=80, count_limit=_COUNT_LIMIT)
        with env.registry.cursor() as cr:
            cr.execute("SET LOCAL synchronous_commit = off")
            keys = set(range(80 * number, 80 * number + 80))
            env(cr=cr)["crm.client.read.log"]._write_reads(env.uid, {"screen": keys})


def _list(session: Session, model: str, view: str, domain: list) -> None:
    spec = _spec(session, model, view)
    with session.transaction() as env, session.timed(env):
        env[model].web_search_read(domain, spec, limit=80, count_limit=_COUNT_LIMIT)


def _spec(session: Session, model: str, view: str) -> dict[str, Any]:
    """What the web client asks of the fields of a list."""

    def read() -> dict[str, Any]:
        with session.transaction() as env:
            fields = env[model].get_views([(env.ref(view).id, "list")])["models"][model]["fields"]
            known = env[model].fields_get(list(fields))
            relational = ("many2one", "one2many", "many2many")
            return {
                name: {"fields": {"display_name": {}}} if field["type"] in relational else {}
                for name, field in known.items()
            }

    return session.keep(f"spec of {view}", read)


def _both(title: str, function: str, *goals: Goal) -> Measurement:
    variants = (
        Variant(OFF, "off", function),
        Variant(ON, "on", function),
        Variant(ASSIGNED, "assigned", function),
    )
    return Measurement(title, variants, goals, clock="seconds")


BENCH = Bench(
    "Own clients only",
    databases=(
        Database("off", ("crm_discipline",)),
        Database("on", ("crm_discipline",), "prepare_on"),
        Database("assigned", ("crm_discipline",), "prepare_assigned"),
    ),
    measurements=(
        _both(
            "Open the contacts list",
            "list_contacts",
            Goal(ON, most=1.5),
            Goal(ASSIGNED, most=2.5, own=True),
        ),
        _both(
            "Open the client meetings list",
            "list_meetings",
            Goal(ON, most=1.5, own=True),
            Goal(ASSIGNED, most=1.5, own=True),
        ),
        # (whose clients they are is looked up meeting by meeting)
        _both("Open everybody's client meetings", "list_all_meetings"),
        _both(
            "Open the opportunities list",
            "list_opportunities",
            Goal(ON, most=1.5, own=True),
            Goal(ASSIGNED, most=1.5, own=True),
        ),
        _both(
            "Suggest a contact's name",
            "suggest_names",
            Goal(ON, most=1.5, own=True),
            Goal(ASSIGNED, most=2.5, own=True),
        ),
        Measurement(
            "Note that a list was read",
            (
                Variant(OFF, "off", "list_contacts"),
                Variant(LOGGED, "off", "list_contacts_logged"),
            ),
            (Goal(LOGGED, most=1.25, own=True),),
            clock="seconds",
        ),
    ),
)
