"""Plans: what all targets of a month cost, one salesperson's, and a month after years of history.

Plain SQL is three grouped queries, written by hand over the same indexes, of the same records: those
that are complete, and those that would be. The peer is Odoo's own `gamification`: a goal for each
salesperson and metric, in its default mode on Odoo's own indexes, and in its batch mode on the
add-on's. It knows no completeness, so beside it the add-on counts the same records without asking for
that, too; what it costs with completeness is shown as well. Beside plain SQL its batch mode is shown
with a domain that asks for complete records by the add-on's field, which is less than the add-on reads:
it doesn't tell what is pending. Variants that should count the same must, or the benchmark ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

SQL, ADDON = "plain SQL", "add-on"
COMPLETE = "add-on, complete and pending apart"
PEER, BATCH = "gamification", "gamification, batch mode"
BATCH_COMPLETE = "gamification, batch mode, only complete"
METRICS = ("contacts", "meetings", "deals")
_FIRST, _LAST = "2026-06-01", "2026-06-30"
_TZ = "Europe/Prague"
_FEW = 6
"""Goals of which the peer computes a run in its default mode; all of them would take a minute."""

# What the peer counts: {model: (whose, when, which)}. With the add-on's fields it is what the metrics
# count, without them what comes nearest.
_WON = [("type", "=", "opportunity"), ("won_status", "=", "won"), ("active", "in", [True, False])]
_AS_METRICS = {
    "res.partner": ("acquired_by_id", "acquired_on", [("partner_share", "=", True)]),
    "calendar.event": (
        "user_id", "start", [("is_client_meeting", "=", True), ("meeting_status", "=", "held")],
    ),
    "crm.lead": ("user_id", "date_closed", _WON),
}  # fmt: skip
_BY_ODOO = {
    "res.partner": ("user_id", "create_date", [("partner_share", "=", True)]),
    "calendar.event": ("user_id", "start", []),
    "crm.lead": ("user_id", "date_closed", _WON),
}


# -- the databases -------------------------------------------------------------------------------


def prepare_plans(session: Session, number: int) -> None:
    """Say of past meetings that they were held and who brought each contact, and plan June."""
    _settle(session)
    with session.transaction(user_id=1, commit=True) as env:
        env.company.discipline_tz = _TZ
        shipped = [env.ref(f"crm_discipline.metric_{code}") for code in METRICS]
        # the same without completeness, which the peer does not know
        plain = [metric.copy({"requires_complete": False, "code": f"plain_{metric.code}"})
                 for metric in shipped]  # fmt: skip
        for metrics in (shipped, plain):
            plan = env["crm.plan"].create(
                {
                    "period": "month",
                    "date_from": _FIRST,
                    "date_to": _LAST,
                    "target_ids": [
                        (0, 0, {"user_id": user.id, "metric_id": metric.id, "target": 20})
                        for user in _users(env)
                        for metric in metrics
                    ],
                }
            )
            plan.action_start()
    prepare_goals(session, number, batch=True)
    prepare_goals(session, number, batch=True, complete=True)


def _settle(session: Session) -> None:
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute(
            """
            UPDATE res_partner SET acquired_by_id = user_id, acquired_on = create_date
             WHERE user_id IS NOT NULL
            """
        )
        env.cr.execute(
            """
            UPDATE calendar_event SET meeting_status = 'held', meeting_result_id = %s
             WHERE is_client_meeting AND start < '2026-06-30' AND id %% 10 > 0
            """,
            [env.ref("crm_discipline.meeting_result_agreed").id],
        )
    with session.transaction(user_id=1, commit=True) as env:
        # outside a transaction, as a database that has run for a while has done
        env.cr.execute("ANALYZE res_partner; ANALYZE calendar_event; ANALYZE crm_lead")


def prepare_goals(
    session: Session, _number: int, batch: bool = False, complete: bool = False
) -> None:
    """Make a goal of the peer for each salesperson and metric, of the same month."""
    with session.transaction(user_id=1, commit=True) as env:
        kinds = _AS_METRICS if batch else _BY_ODOO
        fields = env["ir.model.fields"]
        goals = []
        for model, (user_field, date_field, domain) in kinds.items():
            if complete and model != "crm.lead":
                domain = [*domain, ("is_data_complete", "=", True)]
            if batch:
                mode = {
                    "batch_mode": True,
                    "batch_distinctive_field": fields._get(model, user_field).id,
                    "batch_user_expression": "user.id",
                    "domain": repr(domain),
                }
            else:
                mode = {"domain": f"[('{user_field}', '=', user.id), *{domain!r}]"}
            definition = env["gamification.goal.definition"].create(
                {
                    "name": f"{'Complete' if complete else 'Bench'} {model}",
                    "computation_mode": "count",
                    "model_id": env["ir.model"]._get_id(model),
                    "field_id": fields._get(model, "id").id,
                    "field_date_id": fields._get(model, date_field).id,
                    **mode,
                }
            )
            goals += [
                {
                    "definition_id": definition.id,
                    "user_id": user.id,
                    "start_date": _FIRST,
                    "end_date": _LAST,
                    "target_goal": 20,
                    "state": "inprogress",
                }
                for user in _users(env)
            ]
        env["gamification.goal"].create(goals)


def _users(env: Any) -> Any:
    return env["res.users"].search([("login", "=like", "bench_sales_%")], order="id")


# -- all targets ---------------------------------------------------------------------------------


def all_targets(session: Session, _number: int) -> None:
    """Read how far all targets are, as a board does."""
    _read_targets(session, "complete")


def plain_targets(session: Session, _number: int) -> None:
    """Read how far the targets are that ask for no complete data, like the peer's."""
    _read_targets(session, "plain")


def _read_targets(session: Session, kind: str) -> None:
    with session.transaction(user_id=1) as env:
        targets = _targets(session, env, kind)
        with session.timed(env):
            targets.mapped("actual")
        _must_agree(session, kind, sum(targets.mapped("actual")), sum(targets.mapped("pending")))


def all_sql(session: Session, _number: int) -> None:
    """Count the same by three grouped queries."""
    with session.transaction(user_id=1) as env:
        user_ids = session.keep("user ids", lambda: _users(env).ids)
        with session.timed(env):
            found = _count_by_hand(env, user_ids)
        _must_agree(session, "complete", *found)


def _must_agree(session: Session, kind: str, counted: float, pending: float) -> None:
    """Hold what is counted against what another variant has counted."""
    expected = session.keep(f"counted {kind}", lambda: (counted, pending))
    if expected != (counted, pending):
        raise RuntimeError(f"{kind}: {expected} by one, {(counted, pending)} by another")


def all_goals(session: Session, number: int) -> None:
    """Let the peer compute some of its goals; the time counts for all."""
    with session.transaction(user_id=1) as env:
        goals = env["gamification.goal"].browse(_goals(session, env))
        step = len(goals) // _FEW
        chosen = goals[number % step :: step]
        chosen.fetch(["definition_id", "user_id", "start_date", "end_date", "current"])
        with session.timed(env) as sample:
            chosen.update_goal()
        share = len(goals) / len(chosen)
        for key in ("seconds", "work"):
            if key in sample:
                sample[key] *= share


def all_goals_batch(session: Session, _number: int) -> None:
    """Let the peer compute all its goals in its batch mode."""
    with session.transaction(user_id=1) as env:
        counted = _update_goals(session, env, "Bench")
        _must_agree(session, "plain", counted, 0)


def complete_goals_batch(session: Session, _number: int) -> None:
    """Let the peer compute all its goals of complete records in its batch mode."""
    with session.transaction(user_id=1) as env:
        counted = _update_goals(session, env, "Complete")
        if counted != session.kept.get("counted complete", (counted,))[0]:
            raise RuntimeError(f"{counted} by the peer, {session.kept['counted complete']} by us")


def _update_goals(session: Session, env: Any, kind: str) -> float:
    goals = env["gamification.goal"].browse(_goals(session, env, kind))
    goals.fetch(["definition_id", "user_id", "start_date", "end_date", "current"])
    with session.timed(env):
        goals.update_goal()
    return sum(goals.mapped("current"))


def _targets(session: Session, env: Any, kind: str = "complete") -> Any:
    """The targets of the shipped metrics, or of the ones that ask for no complete data."""
    codes = [code if kind == "complete" else f"plain_{code}" for code in METRICS]
    own = [("metric_code", "in", codes)]
    ids = session.keep(f"targets {kind}", lambda: env["crm.plan.target"].search(own).ids)
    targets = env["crm.plan.target"].browse(ids)
    # what any list or board has read of them before
    targets.fetch(["plan_id", "user_id", "metric_id", "target"])
    targets.plan_id.fetch(["date_from", "date_to", "utc_from", "utc_to", "company_id"])
    return targets


def _goals(session: Session, env: Any, kind: str = "Bench") -> list[int]:
    own = [("definition_id.name", "=like", f"{kind} %")]
    return session.keep(
        f"goals {kind}", lambda: env["gamification.goal"].search(own, order="id").ids
    )


# -- one salesperson -----------------------------------------------------------------------------


def my_targets(session: Session, _number: int) -> None:
    """Read how far the targets of one salesperson are."""
    with session.transaction() as env:
        own = [("user_id", "=", env.uid), ("metric_code", "in", METRICS)]
        targets = env["crm.plan.target"].search(own)
        targets.fetch(["plan_id", "user_id", "metric_id", "target"])
        targets.plan_id.fetch(["date_from", "date_to", "utc_from", "utc_to", "company_id"])
        with session.timed(env):
            targets.mapped("actual")


def my_sql(session: Session, _number: int) -> None:
    """Count the same by hand."""
    with session.transaction() as env, session.timed(env):
        _count_by_hand(env, [env.uid])


def month_of_history(session: Session, years: int) -> None:
    """Count June of this year for everybody; the data before it reach back so many years."""
    with session.transaction(user_id=1) as env:
        targets = _targets(session, env)
        with session.timed(env):
            targets.mapped("actual")


def prepare_one_year(session: Session, number: int) -> None:
    """Plan June with one year of history."""
    _limit(session, 1)
    prepare_plans(session, number)


def prepare_two_years(session: Session, number: int) -> None:
    """Plan June with two years of history."""
    _limit(session, 2)
    prepare_plans(session, number)


def prepare_four_years(session: Session, number: int) -> None:
    """Plan June with four years of history: the data's three, and another one like the first."""
    with session.transaction(user_id=1, commit=True) as env:
        _repeat_a_year(env)
    prepare_plans(session, number)


def _limit(session: Session, years: int) -> None:
    """Forget what is older."""
    since = datetime(2026, 6, 30) - timedelta(days=365 * years)
    with session.transaction(user_id=1, commit=True) as env:
        env.cr.execute("SET session_replication_role = replica")
        env.cr.execute("DELETE FROM calendar_event WHERE start < %s", [since])
        env.cr.execute("DELETE FROM crm_lead WHERE create_date < %s", [since])
        env.cr.execute(
            "DELETE FROM res_partner WHERE create_date < %s AND user_id IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM calendar_event WHERE client_id = res_partner.id)",
            [since],
        )


def _repeat_a_year(env: Any) -> None:
    """Copy the records of the first year to the year before it."""
    for table, moment, columns in (
        ("calendar_event", "start", ("start", "stop", "create_date")),
        ("crm_lead", "date_closed", ("date_closed", "create_date")),
        ("res_partner", "create_date", ("create_date", "acquired_on")),
    ):
        env.cr.execute(
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'
               AND attgenerated = ''
            """,
            [table],
        )
        names = [name for (name,) in env.cr.fetchall()]
        values = [
            f"\"{name}\" - interval '365 days'" if name in columns else f'"{name}"'
            for name in names
        ]
        listed = ", ".join(f'"{name}"' for name in names)
        env.cr.execute(
            f"INSERT INTO {table} ({listed}) SELECT {', '.join(values)} FROM {table}"
            f" WHERE {moment} < '2024-06-30' AND id > 1000"
        )


# -- by hand -------------------------------------------------------------------------------------


def _count_by_hand(env: Any, user_ids: list[int]) -> tuple[float, float]:
    """Count contacts, meetings and deals of June, each in one grouped query: complete, and pending."""
    borders = ["2026-05-31 22:00:00", "2026-06-30 22:00:00"]
    counted = pending = 0
    for query in (_CONTACTS, _MEETINGS, _DEALS):
        env.cr.execute(query, [user_ids, *borders])
        for _user_id, complete, all_of_them in env.cr.fetchall():
            counted += complete
            pending += all_of_them - complete
    return counted, pending


_CONTACTS = """
    SELECT acquired_by_id,
           count(*) FILTER (WHERE type IS DISTINCT FROM 'contact'
                            OR (is_company OR has_full_name) AND (phone <> '' OR email <> '')),
           count(*)
      FROM res_partner
     WHERE active AND partner_share AND acquired_by_id = ANY(%s)
       AND acquired_on >= %s AND acquired_on < %s
  GROUP BY acquired_by_id
"""
_MEETINGS = """
    SELECT event.user_id,
           count(*) FILTER (WHERE event.meeting_result_id IS NOT NULL AND event.name <> ''
                            AND client.has_full_name AND (client.phone <> '' OR client.email <> '')
                            AND (result.requires_note IS NOT TRUE
                                 OR event.meeting_result_note <> '')),
           count(*)
      FROM calendar_event event
 LEFT JOIN res_partner client ON client.id = event.client_id
 LEFT JOIN crm_meeting_result result ON result.id = event.meeting_result_id
     WHERE event.active AND event.is_client_meeting IS TRUE AND event.meeting_status = 'held'
       AND event.user_id = ANY(%s) AND event.start >= %s AND event.start < %s
  GROUP BY event.user_id
"""
_DEALS = """
    SELECT user_id, count(*), count(*)
      FROM crm_lead
     WHERE type = 'opportunity' AND won_status = 'won'
       AND user_id = ANY(%s) AND date_closed >= %s AND date_closed < %s
  GROUP BY user_id
"""


BENCH = Bench(
    "Plans",
    databases=(
        Database("plans", ("crm_discipline", "gamification"), "prepare_plans"),
        Database("peer", ("crm", "gamification"), "prepare_goals"),
        Database("one", ("crm_discipline", "gamification"), "prepare_one_year"),
        Database("two", ("crm_discipline", "gamification"), "prepare_two_years"),
        Database("four", ("crm_discipline", "gamification"), "prepare_four_years"),
    ),
    measurements=(
        Measurement(
            "All targets of a month",
            (
                Variant(SQL, "plans", "all_sql"),
                Variant(ADDON, "plans", "all_targets"),
                Variant(BATCH_COMPLETE, "plans", "complete_goals_batch"),
            ),
            (Goal(ADDON, most=1.5, size="large"),),
        ),
        Measurement(
            "All targets of a month, counted like the peer's",
            (
                Variant(ADDON, "plans", "plain_targets"),
                Variant(COMPLETE, "plans", "all_targets"),
                Variant(BATCH, "plans", "all_goals_batch"),
                Variant(PEER, "peer", "all_goals"),
            ),
            (
                Goal(BATCH, least=8, size="large"),
                Goal(PEER, least=1000, size="large"),
            ),
            clock="seconds",
            rounds=10,
            turn=3,
            warm_up=1,
        ),
        Measurement(
            "One salesperson's targets",
            (Variant(SQL, "plans", "my_sql"), Variant(ADDON, "plans", "my_targets")),
            (Goal(ADDON, most=3, size="large"),),
        ),
        Measurement(
            "The same month after one, two and four years",
            (
                Variant("one year", "one", "month_of_history"),
                Variant("two years", "two", "month_of_history"),
                Variant("four years", "four", "month_of_history"),
            ),
            (
                Goal("two years", most=1.3, size="large"),
                Goal("four years", most=1.3, size="large"),
            ),
        ),
    ),
)
