"""Audiences: counting with reasons, filling a list, and stating at installation who can be reached.

Plain SQL counts the same clients by the same reasons in one statement written by hand, and inserts the
same members without asking whether they can be reached. What the installation states of all contacts is
beside the time that the library phonenumbers alone takes for their numbers, on contacts that the add-on
was not installed beside yet, as it finds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

SQL, ADDON, LIBRARY = "plain SQL", "add-on", "phonenumbers"
_MEMBERS = 100_000

_COUNT = """
SELECT count(*) FILTER (WHERE NOT active),
       count(*) FILTER (WHERE active AND 'opted_out' IN (email_state, phone_state)),
       count(*) FILTER (WHERE active AND phone_state <> 'opted_out' AND email_state = 'missing'),
       count(*) FILTER (WHERE active AND phone_state <> 'opted_out' AND email_state = 'invalid'),
       count(*) FILTER (WHERE active AND phone_state <> 'opted_out' AND email_state = 'ok'),
       count(DISTINCT email_normalized)
           FILTER (WHERE active AND phone_state <> 'opted_out' AND email_state = 'ok')
  FROM res_partner
 WHERE partner_share AND (type = 'contact' OR type IS NULL)
   AND (company_id = 1 OR company_id IS NULL)
   AND id NOT IN (SELECT partner_id FROM res_company)
"""
_INSERT = """
INSERT INTO crm_audience_member (audience_id, company_id, partner_id, user_id, reach_state,
    is_reachable, create_uid, write_uid, create_date, write_date)
SELECT %s, 1, id, discipline_owner_id, 'ok', TRUE, 1, 1, now(), now()
  FROM res_partner
 WHERE partner_share AND (type = 'contact' OR type IS NULL) AND id <= %s
"""


def prepare(session: Session, _number: int) -> None:
    """Give a few contacts each reason not to be reached, by whatever the data have."""
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(
            """
            UPDATE res_partner
               SET email_state = CASE id % 20 WHEN 1 THEN 'missing' WHEN 2 THEN 'invalid'
                                              WHEN 3 THEN 'opted_out' ELSE email_state END,
                   email_normalized = CASE id % 20 WHEN 4 THEN 'same' || id % 5000 || '@example.com'
                                                   ELSE email_normalized END
             WHERE partner_share
            """
        )
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("ANALYZE res_partner")


def _audience(env: Any, domain: str) -> Any:
    """An audience that isn't filled yet."""
    from odoo.addons.crm_discipline.models import crm_audience_fill

    most, crm_audience_fill.AT_ONCE = crm_audience_fill.AT_ONCE, 0
    try:
        return env["crm.audience"].create({"name": "Sale", "domain": domain, "channel": "email"})
    finally:
        crm_audience_fill.AT_ONCE = most


# -- counting ------------------------------------------------------------------------------------


def count_by_hand(session: Session, _number: int) -> None:
    """Count all clients by reason."""
    with session.transaction(user_id=1) as env, session.timed(env):
        env.cr.execute(_COUNT)
        env.cr.fetchone()


def count(session: Session, _number: int) -> None:
    """Count an audience of all clients, as its form does."""
    with session.transaction(user_id=1) as env:
        audience = _audience(env, "[]")
        env.flush_all()
        with session.timed(env) as sample:
            rows = audience._count_clients()
            sample["clients"] = sum(number for _user, _state, number in rows)


# -- filling -------------------------------------------------------------------------------------


def _last(env: Any) -> int:
    """The client that is the last of a list."""
    env.cr.execute(
        "SELECT max(id) FROM (SELECT id FROM res_partner WHERE partner_share ORDER BY id LIMIT %s) AS few",
        [_MEMBERS],
    )
    return env.cr.fetchone()[0]


def fill_by_hand(session: Session, _number: int) -> None:
    """Insert the members."""
    with session.transaction(user_id=1) as env:
        last = _last(env)
        audience = _audience(env, f"[('id', '<=', {last})]")
        env.flush_all()
        with session.timed(env):
            env.cr.execute(_INSERT, [audience.id, last])


def fill(session: Session, _number: int) -> None:
    """Fill the list of an audience, duplicates and all."""
    with session.transaction(user_id=1) as env:
        audience = _audience(env, f"[('id', '<=', {_last(env)})]")
        env.flush_all()
        with session.timed(env) as sample:
            audience._fill_range(0, 2**31 - 1)
            audience._finish_filling()
        sample["members"] = env["crm.audience.member"].search_count(
            [("audience_id", "=", audience.id)]
        )


def fill_all_by_hand(session: Session, _number: int) -> None:
    """Insert all clients as members."""
    with session.transaction(user_id=1) as env:
        audience = _audience(env, "[]")
        env.flush_all()
        with session.timed(env):
            env.cr.execute(_INSERT, [audience.id, 2**31 - 1])


def fill_all(session: Session, _number: int) -> None:
    """Fill a list of all clients batch by batch, as the scheduled job does."""
    with session.transaction(user_id=1) as env:
        audience = _audience(env, "[]")
        env.flush_all()
        with session.timed(env) as sample:
            sample["batches"] = 1
            while audience._fill_next_batch():
                sample["batches"] += 1
        sample["members"] = env["crm.audience.member"].search_count(
            [("audience_id", "=", audience.id)]
        )


# -- installing ----------------------------------------------------------------------------------


class _Held:
    """A cursor whose commits wait for the end, so that a run leaves nothing behind."""

    def __init__(self, cr: Any) -> None:
        self._cr = cr

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cr, name)

    def commit(self) -> None:
        """Go on in the same transaction."""


def parse_numbers(session: Session, _number: int) -> None:
    """Let the library alone read, judge and format the number of each contact."""
    import phonenumbers

    with session.transaction(user_id=1) as env:
        env.cr.execute("SELECT phone FROM res_partner WHERE phone IS NOT NULL")
        numbers = [phone for (phone,) in env.cr.fetchall()]
        with session.timed(env):
            for phone in numbers:
                try:
                    number = phonenumbers.parse(phone, "CZ")
                except phonenumbers.NumberParseException:
                    continue
                if phonenumbers.is_valid_number(number):
                    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def state_all(session: Session, _number: int) -> None:
    """State of all contacts whether they can be called and written to, as the installation does."""
    from odoo.addons.crm_discipline.hooks import fill_reach_states

    with session.transaction(user_id=1) as env, session.timed(env):
        fill_reach_states(_Held(env.cr))


BENCH = Bench(
    "Audiences",
    databases=(Database("with", ("crm_discipline",), "prepare"), Database("before")),
    measurements=(
        Measurement(
            "Count an audience of all clients with its reasons",
            (Variant(SQL, "with", "count_by_hand"), Variant(ADDON, "with", "count")),
            (Goal(ADDON, most=2.5),),
            rounds=8,
            turn=1,
            clock="seconds",
            warm_up=1,
            budget=120,
        ),
        Measurement(
            "Fill a list of 100,000",
            (Variant(SQL, "with", "fill_by_hand"), Variant(ADDON, "with", "fill")),
            (Goal(ADDON, most=3),),
            rounds=8,
            turn=1,
            warm_up=1,
            budget=120,
        ),
        Measurement(
            "Fill a list of all clients by the scheduled job",
            (Variant(SQL, "with", "fill_all_by_hand"), Variant(ADDON, "with", "fill_all")),
            (Goal(ADDON, most=3, own=True),),
            rounds=2,
            turn=1,
            clock="seconds",
            warm_up=0,
            budget=300,
        ),
        Measurement(
            "State of all contacts whether they can be reached, at installation",
            (Variant(LIBRARY, "before", "parse_numbers"), Variant(ADDON, "before", "state_all")),
            (Goal(ADDON, most=1.3),),
            rounds=2,
            turn=1,
            warm_up=0,
            budget=60,
        ),
    ),
)
