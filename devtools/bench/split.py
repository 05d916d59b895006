"""Writing clients and opportunities while only operators may write their personal data, and while
everybody may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

OFF, ON = "split off", "split on"
_OPERATOR = "bench_operator"


def prepare_off(session: Session, _number: int) -> None:
    """Make an operator."""
    _prepare(session, split=False)


def prepare_on(session: Session, _number: int) -> None:
    """Make an operator, and leave clients' data to operators."""
    _prepare(session, split=True)


def _prepare(session: Session, split: bool) -> None:
    with session.transaction(user_id=1, commit=True) as env:
        env["res.users"].create(
            {
                "name": "Operator",
                "login": _OPERATOR,
                "group_ids": [(6, 0, [env.ref("crm_discipline.group_operator").id])],
            }
        )
        env["res.company"].search([]).write({"discipline_operator_split": split})


def operator_phone(session: Session, number: int) -> None:
    """Save another phone, as the operator's form does."""
    _save(session, number, {"phone": f"+4206{number % 100_000_000:08d}"}, _operator_id(session))


def operator_name_batch(session: Session, number: int) -> None:
    """Write another job and name to 100 clients at once."""
    with session.transaction(_operator_id(session)) as env:
        clients = _clients(env, session, number, 100)
        with session.timed(env):
            clients.write({"name": f"Client {number}", "function": "Buyer"})


def salesperson_note(session: Session, number: int) -> None:
    """Save a salesperson's note on a client."""
    _save(session, number, {"comment": f"<p>Note {number}</p>"})


def salesperson_unchanged(session: Session, number: int) -> None:
    """Save a salesperson's form that sends a client's personal data back as they are."""
    with session.transaction() as env:
        client = _clients(env, session, number, 1)
        names = ("name", "phone", "email", "street", "city", "vat")
        vals = {fname: client[fname] for fname in names}
        with session.timed(env):
            client.web_save({**vals, "function": f"Buyer {number}"}, {})


def salesperson_stage(session: Session, number: int) -> None:
    """Rename a salesperson's opportunity."""
    with session.transaction() as env:
        [lead_id] = _some(session, number, 1, "leads", _LEADS.format(user=session.salesperson_id))
        lead = env["crm.lead"].browse(lead_id)
        lead.fetch(["name", "partner_id", "phone"])
        with session.timed(env):
            lead.web_save({"name": f"Deal {number}"}, {})


_LEADS = "SELECT id FROM crm_lead WHERE user_id = {user} AND active ORDER BY id LIMIT 500"
_CLIENTS = """
    SELECT id FROM res_partner WHERE active AND partner_share AND NOT is_company AND parent_id IS NULL
     ORDER BY id LIMIT 5000
"""


def _save(session: Session, number: int, vals: dict, user_id: int | None = None) -> None:
    with session.transaction(user_id) as env:
        client = _clients(env, session, number, 1)
        with session.timed(env):
            client.web_save(vals, {})


def _clients(env: Any, session: Session, number: int, count: int) -> Any:
    """Some clients, as a form or a list has shown them."""
    clients = env["res.partner"].browse(_some(session, number, count, "clients", _CLIENTS))
    clients.fetch(["name", "phone", "email", "street", "city", "vat", "company_id"])
    return clients


def _operator_id(session: Session) -> int:
    return session.keep("operator", lambda: _ids(session, _OPERATORS)[0])


_OPERATORS = f"SELECT id FROM res_users WHERE login = '{_OPERATOR}'"


def _some(session: Session, number: int, count: int, name: str, query: str) -> list[int]:
    """`count` of the ids that a query finds, which is asked once."""
    ids = session.keep(name, lambda: _ids(session, query))
    return [ids[(number * count + offset) % len(ids)] for offset in range(min(count, len(ids)))]


def _ids(session: Session, query: str) -> list[int]:
    with session.transaction() as env:
        env.cr.execute(query)
        return [record_id for (record_id,) in env.cr.fetchall()]


def _alike(title: str, function: str, **options: Any) -> Measurement:
    """The same in both databases: at most a twentieth more, and no query more."""
    return Measurement(
        title,
        (Variant(OFF, "off", function), Variant(ON, "on", function)),
        (Goal(ON, most=1.05), Goal(ON, "queries", most=0)),
        **options,
    )


BENCH = Bench(
    "The operators' split",
    databases=(
        Database("off", ("crm_discipline",), "prepare_off"),
        Database("on", ("crm_discipline",), "prepare_on"),
    ),
    measurements=(
        _alike("An operator saves another phone", "operator_phone"),
        _alike("An operator renames 100 clients", "operator_name_batch", turn=2),
        _alike("A salesperson saves a note", "salesperson_note"),
        _alike("A salesperson saves a form with unchanged data", "salesperson_unchanged"),
        _alike("A salesperson renames an opportunity", "salesperson_stage"),
    ),
)
