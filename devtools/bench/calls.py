"""Calls: finding the caller, saying what came of a call, and telephone systems that post theirs.

The peer is the OCA's `crm_phonecall`, a call log that matches nothing, by Odoo's `/json/2`. Requests
are sent over HTTP by eight clients at once to a server that runs beside, threaded or with workers; its
"empty route" is Odoo's own `/web/health`, which reads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
from typing import TYPE_CHECKING, Any

from devtools.bench.calls_http import REQUESTS, get_memory, send, serve
from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

SQL, ADDON, PEER, EMPTY = "plain SQL", "add-on", "crm_phonecall", "empty route"
BATCH = "100 in a request"
FORM = "crm_phonecall, read back"
TOLD = "add-on, open screens told"

PEERS = ("odoo-addon-crm-phonecall==19.0.1.0.1",)
"""What is fetched for the comparison."""

_SECRET = "whsec_" + base64.b64encode(b"bench" * 8).decode()
_KEY = "bench"
_COUNTRIES = (
    "AT BE BG CH CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LV NL NO PL PT RO SE SI SK US BR IN"
)


# -- the databases -------------------------------------------------------------------------------


def prepare_calls(session: Session, _number: int) -> None:
    """Set up a telephone system, 10,000 clients of 30 countries, and calls to process."""
    with session.transaction(user_id=1, commit=True) as env:
        source = env["crm.call.source"].create({"name": "Bench", "secret": _SECRET})
        env.cr.execute("UPDATE crm_call_source SET key = %s, rate_limit = 100000", [_KEY])
        source.invalidate_recordset()
        env.registry.clear_cache()
        env["res.partner"].with_context(tracking_disable=True).create(list(_foreign_clients(env)))
        seller = session.salesperson_id
        partner_ids = _clients(session, env)
        env["crm.call"].create(
            [
                {
                    "partner_id": partner_ids[number % len(partner_ids)],
                    "user_id": seller,
                    "direction": "in",
                    "disposition": "answered",
                }
                for number in range(2000)
            ]
        )
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("ANALYZE res_partner; ANALYZE crm_call")


def _foreign_clients(env: Any) -> Any:
    """Clients whose numbers are written in five ways."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat as Format

    countries = env["res.country"].search([("code", "in", _COUNTRIES.split())])
    ways = (Format.E164, Format.INTERNATIONAL, Format.NATIONAL, Format.RFC3966, None)
    chance = random.Random(1)
    for country in countries:
        example = phonenumbers.example_number_for_type(country.code, 1)
        digits = str(example.national_number)
        made = 0
        while made < 10_000 / 30:
            national = int(digits[:-5] + f"{chance.randrange(100_000):05}")
            number = phonenumbers.PhoneNumber(example.country_code, national)
            if not phonenumbers.is_valid_number(number):
                continue
            way = ways[made % 5]
            text = (
                phonenumbers.format_number(number, way)
                if way is not None
                else phonenumbers.format_out_of_country_calling_number(number, "CZ")
            )
            yield {
                "name": f"Bench {phonenumbers.format_number(number, Format.E164)}",
                "phone": text,
                "country_id": country.id if way is not None else env.ref("base.cz").id,
            }
            made += 1


def prepare_phonecalls(session: Session, _number: int) -> None:
    """Make open calls of the peer, and a key to its door."""
    with session.transaction(user_id=1, commit=True) as env:
        partner_ids = _clients(session, env)
        env["crm.phonecall"].create(
            [
                {
                    "name": f"Call {number}",
                    "partner_id": partner_ids[number % len(partner_ids)],
                    "user_id": session.salesperson_id,
                }
                for number in range(2000)
            ]
        )


def _clients(session: Session, env: Any) -> list[int]:
    def read() -> list[int]:
        env.cr.execute(
            "SELECT id FROM res_partner WHERE active AND phone_sanitized IS NOT NULL"
            " AND partner_share AND name NOT LIKE 'Bench %' ORDER BY id LIMIT 5000"
        )
        return [partner_id for (partner_id,) in env.cr.fetchall()]

    return session.keep("clients", read)


def _numbers(session: Session, env: Any) -> list[str]:
    def read() -> list[str]:
        import phonenumbers

        env.cr.execute(
            "SELECT phone_sanitized FROM res_partner WHERE id = ANY(%s)", [_clients(session, env)]
        )
        numbers = [number for (number,) in env.cr.fetchall()]
        # the data are random digits, and a number that can't be is nobody's
        return [
            number
            for number in numbers
            if phonenumbers.is_valid_number(phonenumbers.parse(number, None))
        ]

    return session.keep("numbers", read)


# -- finding the caller --------------------------------------------------------------------------


def find_sql(session: Session, number: int) -> None:
    """Look a number up on the index."""
    with session.transaction(user_id=1) as env:
        numbers = _numbers(session, env)
        with session.timed(env):
            for step in range(20):
                env.cr.execute(
                    "SELECT id FROM res_partner WHERE phone_sanitized = %s AND active IS TRUE",
                    [numbers[(number * 20 + step) % len(numbers)]],
                )
                env.cr.fetchall()


def find_caller(session: Session, number: int) -> None:
    """Find the client of a number, and whose they are."""
    with session.transaction(user_id=1) as env:
        numbers = _numbers(session, env)
        company = env.company.id
        with session.timed(env):
            for step in range(20):
                env["crm.call"]._find_parties(
                    [numbers[(number * 20 + step) % len(numbers)]], company
                )


def find_all(session: Session, _number: int) -> None:
    """Find 10,000 clients by their numbers in E.164, in whatever way they are written."""
    with session.transaction(user_id=1) as env:
        env.cr.execute("SELECT substr(name, 7) FROM res_partner WHERE name LIKE 'Bench +%'")
        numbers = [number for (number,) in env.cr.fetchall()]
        company = env.company.id
        with session.timed(env) as sample:
            found = env["crm.call"]._find_parties(numbers, company)
            known = sum(
                1
                for number in numbers
                if number in found and found[number].match_state != "unknown"
            )
            sample["found share"] = known / len(numbers)


# -- saying what came of a call ------------------------------------------------------------------


def set_status(session: Session, number: int) -> None:
    """Complete a call with one click."""
    with session.transaction() as env:
        call = _nth_call(session, env["crm.call"], number)
        call.fetch(["status_id", "partner_id", "user_id", "note"])
        status = env.ref("crm_discipline.call_status_completed").id
        with session.timed(env):
            call.action_set_status(status)


def set_status_told(session: Session, number: int) -> None:
    """Complete a call with one click, while the salesperson has a screen open that is told."""
    with session.transaction() as env:
        env.cr.execute(
            "INSERT INTO mail_presence (user_id, status) VALUES (%s, 'online')", [env.uid]
        )
        call = _nth_call(session, env["crm.call"], number)
        call.fetch(["status_id", "partner_id", "user_id", "note"])
        status = env.ref("crm_discipline.call_status_completed").id
        with session.timed(env):
            call.action_set_status(status)
            env.flush_all()
            env.cr.precommit.run()


def save_phonecall(session: Session, number: int) -> None:
    """Set a call of the peer to held by what its form asks: saved, and read back."""
    with session.transaction() as env:
        calls = env["crm.phonecall"]

        def read() -> dict[str, Any]:
            views = calls.get_views(
                [(env.ref("crm_phonecall.crm_case_phone_form_view").id, "form")]
            )
            names = views["models"]["crm.phonecall"]["fields"]
            shown = {"fields": {"display_name": {}}}
            return {name: shown if calls._fields[name].relational else {} for name in names}

        shown = session.keep("phonecall form", read)
        call = _nth_call(session, calls, number)
        with session.timed(env):
            call.web_save({"state": "done"}, shown)
            env.flush_all()
            env.cr.precommit.run()


def close_phonecall(session: Session, number: int) -> None:
    """Set a call of the peer to held: what its form writes, without what it reads back."""
    with session.transaction() as env:
        call = _nth_call(session, env["crm.phonecall"], number)
        call.fetch(["state", "partner_id", "user_id", "name"])
        with session.timed(env):
            call.write({"state": "done"})
            env.flush_all()
            # (its tracking is written when the transaction ends, before the commit)
            env.cr.precommit.run()


def _nth_call(session: Session, calls: Any, number: int) -> Any:
    """One of the salesperson's calls, found before the clock runs."""

    def read() -> list[int]:
        return calls.search([("user_id", "=", calls.env.uid)], limit=2000, order="id").ids

    ids = session.keep(f"{calls._name} ids", read)
    return calls.browse(ids[number % len(ids)])


# -- over HTTP -----------------------------------------------------------------------------------


def post_calls(session: Session, number: int) -> None:
    """Post calls of clients, one a request."""
    _load(session, 0, _one_call(session, number))


def post_calls_workers(session: Session, number: int) -> None:
    """Post calls to two workers."""
    _load(session, 2, _one_call(session, number))


def get_empty(session: Session, _number: int) -> None:
    """Ask for nothing."""
    _load(session, 0, _nothing)


def get_empty_workers(session: Session, _number: int) -> None:
    """Ask two workers for nothing."""
    _load(session, 2, _nothing)


def json2_phonecalls(session: Session, number: int) -> None:
    """Create calls of the peer, one a request."""
    _load(session, 0, _one_phonecall(session, number))


def json2_phonecalls_workers(session: Session, number: int) -> None:
    """Create calls of the peer with two workers."""
    _load(session, 2, _one_phonecall(session, number))


def post_one_by_one(session: Session, number: int) -> None:
    """Post 200 calls, one a request."""
    _load(session, 0, _one_call(session, number))


def post_batches(session: Session, number: int) -> None:
    """Post 20,000 calls, a hundred a request; the time counts for 200 of them."""
    seconds = send(session, 0, _one_call(session, number, size=100))
    session.record({"seconds": seconds / 100})


def grow(session: Session, _number: int) -> None:
    """Post 100,000 calls, and compare the server's memory with what it was after 20,000."""
    server = serve(session, 0)
    start = time.perf_counter()
    sizes = []
    for part in range(5):
        body = _one_call(session, 10_000 + part, size=1000)
        send(session, 0, body, clients=2, requests=10)
        sizes.append(get_memory(server))
    session.record(
        {
            "seconds": time.perf_counter() - start,
            "memory": sizes[-1] / sizes[0],
            "MB": sizes[-1] / 1024,
        }
    )


def _one_call(session: Session, number: int, size: int = 1) -> Any:
    with session.transaction(user_id=1) as env:
        numbers = _numbers(session, env)
    prefix = f"{time.time_ns():x}-{number}"

    def prepare(client: int, request: int) -> tuple[str, str, bytes, dict[str, str]]:
        first = (client * REQUESTS + request) * size
        calls = [
            {
                "id": f"{prefix}-{first + step}",
                "direction": "in",
                "from": numbers[(number * 200 + first + step) % len(numbers)],
                "to": "+420222333444",
                "agent": None,
                "start": "2026-06-30T08:00:00Z",
                "answer": "2026-06-30T08:00:05Z",
                "end": "2026-06-30T08:01:05Z",
                "disposition": "answered",
                "recording_url": None,
            }
            for step in range(size)
        ]
        body = json.dumps(calls if size > 1 else calls[0]).encode()
        stamp, message = str(int(time.time())), f"{prefix}-{first}"
        signed = f"{message}.{stamp}.".encode() + body
        key = base64.b64decode(_SECRET.removeprefix("whsec_"))
        signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature}",
        }
        return "POST", f"/crm_discipline/calls/{_KEY}", body, headers

    return prepare


def _one_phonecall(session: Session, number: int) -> Any:
    def make_key() -> str:
        with session.transaction(commit=True) as env:
            keys = env["res.users.apikeys"].sudo(False)
            return keys.sudo()._generate("rpc", "Bench", None)

    key = session.keep("api key", make_key)
    with session.transaction(user_id=1) as env:
        partner_ids = _clients(session, env)

    def prepare(client: int, request: int) -> tuple[str, str, bytes, dict[str, str]]:
        step = number * 200 + client * REQUESTS + request
        values = {"name": f"Call {step}", "partner_id": partner_ids[step % len(partner_ids)]}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        body = json.dumps({"vals_list": [values]}).encode()
        return "POST", "/json/2/crm.phonecall/create", body, headers

    return prepare


def _nothing(_client: int, _request: int) -> tuple[str, str, bytes, dict[str, str]]:
    return "GET", "/web/health", b"", {}


def _load(session: Session, workers: int, prepare: Any) -> None:
    session.record({"seconds": send(session, workers, prepare)})


def _requests(title: str, suffix: str) -> Measurement:
    return Measurement(
        title,
        (
            Variant(EMPTY, "calls", f"get_empty{suffix}"),
            Variant(ADDON, "calls", f"post_calls{suffix}"),
            Variant(PEER, "peer", f"json2_phonecalls{suffix}"),
        ),
        # at least 0.6 of the requests a second is at most 1 / 0.6 of the time
        (Goal(ADDON, most=1 / 0.6),),
        clock="seconds",
        turn=1,
        rounds=15,
        budget=60,
    )


BENCH = Bench(
    "Calls",
    databases=(
        Database("calls", ("crm_discipline",), "prepare_calls"),
        Database("peer", ("crm_phonecall",), "prepare_phonecalls"),
    ),
    measurements=(
        Measurement(
            "Find the caller",
            (Variant(SQL, "calls", "find_sql"), Variant(ADDON, "calls", "find_caller")),
            (Goal(ADDON, most=2.5),),
        ),
        Measurement(
            "Find 10,000 callers of 30 countries",
            (Variant(ADDON, "calls", "find_all"),),
            (Goal(ADDON, "found share", least=1),),
            rounds=3,
            turn=1,
        ),
        Measurement(
            "Say what came of a call",
            (
                Variant(ADDON, "calls", "set_status"),
                Variant(TOLD, "calls", "set_status_told"),
                Variant(PEER, "peer", "close_phonecall"),
                Variant(FORM, "peer", "save_phonecall"),
            ),
            (Goal(PEER, least=8),),
        ),
        _requests("Requests at a time, threaded", ""),
        _requests("Requests at a time, two workers", "_workers"),
        Measurement(
            "Calls over the peer's door, threaded",
            (Variant(ADDON, "calls", "post_calls"), Variant(PEER, "peer", "json2_phonecalls")),
            (Goal(PEER, least=5),),
            clock="seconds",
            turn=1,
            rounds=10,
            budget=60,
        ),
        Measurement(
            "Calls over the peer's door, two workers",
            (
                Variant(ADDON, "calls", "post_calls_workers"),
                Variant(PEER, "peer", "json2_phonecalls_workers"),
            ),
            (Goal(PEER, least=5),),
            clock="seconds",
            turn=1,
            rounds=10,
            budget=60,
        ),
        Measurement(
            "A hundred calls in a request",
            (Variant(BATCH, "calls", "post_batches"), Variant(ADDON, "calls", "post_one_by_one")),
            (Goal(ADDON, least=10),),
            clock="seconds",
            turn=1,
            rounds=3,
            warm_up=1,
            budget=60,
        ),
        Measurement(
            "100,000 calls",
            (Variant(ADDON, "calls", "grow"),),
            (Goal(ADDON, "memory", most=1.1, own=True),),
            clock="seconds",
            turn=1,
            rounds=1,
            warm_up=0,
        ),
    ),
)
