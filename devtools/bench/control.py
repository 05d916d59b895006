"""What a supervisor opens: the activity report beside Odoo's own, the quality report and the board beside
plain SQL.

Odoo's `crm.activity.report` counts the done activities of opportunities. For each row of ours there is
one of its, of the same moment and salesperson, so both count as many rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from devtools.bench.control_data import MONTH, prepare
from devtools.bench.control_sql import BOARD, QUALITY_CALLS, QUALITY_CLIENTS, QUALITY_MEETINGS
from devtools.bench.data import ANCHOR
from devtools.bench.measure import Bench, Database, Goal, Measurement, Variant

if TYPE_CHECKING:
    from devtools.bench.worker import Session

# (the database names what makes its data)
__all__ = ["BENCH", "prepare"]

ADDON, PEER, SQL = "add-on", "crm.activity.report", "plain SQL"

_NOW = datetime(2026, 6, 30, 10)


def _since(period: str) -> list:
    from dateutil.relativedelta import relativedelta

    from odoo import fields

    # (whole months, as the reports' filters have them)
    end = fields.Date.to_date(ANCHOR) + relativedelta(day=1, months=1)
    length = relativedelta(years=2) if period == "two years" else relativedelta(months=1)
    return [str(end - length), str(end)]


def _ours(session: Session, period: str) -> None:
    with session.transaction(user_id=2) as env:
        start, end = _since(period)
        report = env["crm.discipline.activity.report"]
        domain = [("date", ">=", start), ("date", "<", end)]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(group["__count"] for group in groups)


def _theirs(session: Session, period: str) -> None:
    with session.transaction(user_id=2) as env:
        start, end = _since(period)
        report = env["crm.activity.report"]
        domain = [("date", ">=", f"{start} 00:00:00"), ("date", "<", f"{end} 00:00:00")]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(group["__count"] for group in groups)


def activity_years(session: Session, _number: int) -> None:
    """Count two years by salesperson and month."""
    _ours(session, "two years")


def activity_month(session: Session, _number: int) -> None:
    """Count one month by salesperson."""
    _ours(session, "month")


def peer_years(session: Session, _number: int) -> None:
    """Count two years of activities by salesperson and month."""
    _theirs(session, "two years")


def peer_month(session: Session, _number: int) -> None:
    """Count one month of activities by salesperson."""
    _theirs(session, "month")


def count_month(session: Session, _number: int) -> None:
    """Count one month by salesperson, without what a screen says of each group."""
    _count(session, "crm.discipline.activity.report", _since("month"))


def peer_count_month(session: Session, _number: int) -> None:
    """Count one month of activities by salesperson, without what a screen says of each group."""
    start, end = _since("month")
    _count(session, "crm.activity.report", [f"{start} 00:00:00", f"{end} 00:00:00"])


def _count(session: Session, model: str, period: list) -> None:
    with session.transaction(user_id=2) as env:
        domain = [("date", ">=", period[0]), ("date", "<", period[1])]
        with session.timed(env) as sample:
            groups = env[model]._read_group(domain, ["user_id", "date:month"], ["__count"])
            sample["rows"] = sum(count for _user, _month, count in groups)


def quality_month(session: Session, _number: int) -> None:
    """Count what the rules ask for and what is there in one month, by salesperson and rule."""
    with session.transaction(user_id=2) as env:
        start, end = _since("month")
        report = env["crm.discipline.quality.report"]
        domain = [("date", ">=", start), ("date", "<", end)]
        with session.timed(env) as sample:
            groups = report.formatted_read_group(
                domain, ["user_id", "rule_id"], ["__count", "share_complete:avg"]
            )
            sample["rows"] = sum(group["__count"] for group in groups)


def sql_quality_month(session: Session, _number: int) -> None:
    """Count the same by SQL written by hand: each table once, a column for each rule."""
    with session.transaction(user_id=2) as env:
        start, end = _since("month")
        tz = env.company.discipline_tz
        params = {"start": start, "end": end, "tz": tz}
        with session.timed(env) as sample:
            rows = 0
            for query in (QUALITY_MEETINGS, QUALITY_CALLS, QUALITY_CLIENTS):
                env.cr.execute(query, params)
                for _user, *counts in env.cr.fetchall():
                    rows += sum(counts[::2])
            sample["rows"] = rows


@contextmanager
def _then() -> Iterator[None]:
    """Stand in the last day of the data, for what waits and what is ahead."""
    from unittest.mock import patch

    from odoo import fields

    with (
        patch.object(fields.Datetime, "now", staticmethod(lambda *_args: _NOW)),
        patch.object(fields.Date, "context_today", staticmethod(lambda *_args: _NOW.date())),
    ):
        yield


def board_month(session: Session, _number: int) -> None:
    """Read the board of a month for all salespeople."""
    with session.transaction(user_id=2) as env, _then():
        board = env["crm.discipline.board"]
        with session.timed(env) as sample:
            total = board.get_board("month", MONTH["first"])["total"]
        sample["queries in all"] = sample["queries"]
        figures = {key: amounts[0] for key, amounts in total["figures"].items()}
        # a month, and not the last one: the check of what both count
        sample["held"], sample["idle"] = figures["held"], figures["clients_idle"]
        sample["returned"], sample["asked"] = figures["returned"], figures["asked"]
        sample["reached"] = sum(cell["actual"] for cell in total["cells"].values())


def own_board(session: Session, _number: int) -> None:
    """Read a salesperson's own figures."""
    with session.transaction() as env, _then():
        board = env["crm.discipline.board"]
        with session.timed(env):
            board.get_board("month", MONTH["first"])


def check_month(session: Session, _number: int) -> None:
    """Compute all figures of the month once more, as every night."""
    from odoo import fields

    with session.transaction(user_id=1) as env, _then():
        days = (fields.Date.to_date(MONTH["first"]), fields.Date.to_date(MONTH["last"]))
        with session.timed(env) as sample:
            check = env["crm.discipline.check"]._check_figures(env.company, *days)
        sample["compared"], sample["differing"] = check.compared, check.differing
        if check.differing:
            raise RuntimeError(f"{check.differing} figures differ: {check.line_ids.mapped('name')}")


def sql_board_month(session: Session, _number: int) -> None:
    """Compute the same figures by SQL written by hand."""
    with session.transaction(user_id=2) as env:
        users = session.keep("sellers", lambda: env["crm.discipline.board"]._get_salespeople().ids)
        params = {
            "start": MONTH["first"], "end": "2026-07-01", "tz": env.company.discipline_tz,
            "users": users, "now": _NOW, "today": _NOW.date(),
            # eight weeks that begin on Monday, the last one running
            "weeks": "2026-05-11",
        }  # fmt: skip
        with session.timed(env) as sample:
            counted = {}
            # as the add-on has it: else it would be compared with PostgreSQL's compiler
            env.cr.execute("SET LOCAL jit = off")
            for name, query in BOARD.items():
                env.cr.execute(query, params)
                counted[name] = env.cr.fetchall()
        by_user = [row for row in counted["calls"] if row[0] == "user"]
        sample["held"] = sum(row[1] for row in counted["meetings"])
        sample["idle"] = sum(row[1] for row in counted["idle"])
        sample["returned"] = sum(row[3] for row in by_user)
        quality = [row for name in ("quality meetings", "quality calls", "quality clients")
                   for row in counted[name] if row[0] in users or row[0] is None]  # fmt: skip
        sample["asked"] = sum(sum(row[1::2]) for row in quality)
        sample["reached"] = sum(
            sum(row[1::2])
            for name in ("contacts", "held", "processed", "deals")
            for row in counted[name]
        )


BENCH = Bench(
    "Control",
    databases=(Database("control", ("crm_discipline",), "prepare"),),
    measurements=(
        Measurement(
            "Activities of two years by salesperson and month",
            (
                Variant(ADDON, "control", "activity_years"),
                Variant(PEER, "control", "peer_years"),
            ),
            (Goal(PEER, least=4, size="large"),),
            clock="seconds",
            turn=1,
            rounds=7,
            warm_up=1,
        ),
        Measurement(
            "Activities of one month by salesperson",
            (
                Variant(ADDON, "control", "activity_month"),
                Variant(PEER, "control", "peer_month"),
            ),
            (Goal(PEER, least=20, size="large"),),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "The same, without the names and domains that a screen is given of 200 groups",
            (
                Variant(ADDON, "control", "count_month"),
                Variant(PEER, "control", "peer_count_month"),
            ),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "Data quality of one month by salesperson and rule",
            (
                Variant(SQL, "control", "sql_quality_month"),
                Variant(ADDON, "control", "quality_month"),
            ),
            (Goal(ADDON, most=3, size="large"),),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "The board of one month, all salespeople",
            (
                Variant(SQL, "control", "sql_board_month"),
                Variant(ADDON, "control", "board_month"),
            ),
            (
                Goal(ADDON, most=3, size="large"),
                Goal(ADDON, "queries in all", most=24),
            ),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "A salesperson's own figures of one month",
            (
                Variant("all salespeople", "control", "board_month"),
                Variant("one's own", "control", "own_board"),
            ),
            clock="seconds",
            turn=1,
            rounds=15,
            warm_up=1,
        ),
        Measurement(
            "The check of all figures of one month",
            (
                Variant("all salespeople", "control", "board_month"),
                Variant("the check", "control", "check_month"),
            ),
            clock="seconds",
            turn=1,
            rounds=2,
            warm_up=0,
            budget=240,
        ),
    ),
)
