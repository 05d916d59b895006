"""Clicks and keys from "the telephone rang" to "processed": ours beside the OCA's `crm_phonecall`.

    python -m devtools.bench.clicks

serves a copy of the demo with both add-ons, and drives a browser as a salesperson. Each way begins at
the opportunities, where a salesperson works, but for the list of calls. What is pressed is counted by
listeners in the page, and only what the browser took for a person's. The peer is told as little as it
takes: who called and one word of what came of it, though to say that the call came in would be one
click more.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devtools import addons, odoo_command, postgres, serve, system_packages
from devtools.bench import data, peers
from devtools.bench.calls import PEERS
from devtools.errors import Trouble
from devtools.paths import LOG, ROOT
from devtools.processes import child_env, tail
from devtools.steps import say, step, table

_GOAL = 1
"""What our shortest way may take."""


@dataclass(frozen=True)
class Way:
    """One way to say what came of a call, and what it took."""

    name: str
    clicks: int
    keys: int

    @property
    def pressed(self) -> int:
        """All that was pressed."""
        return self.clicks + self.keys


def main() -> int:
    """Count, print the table, and return the status for the shell: 1 when the goal is missed."""
    addons.require_main()
    say("From “the telephone rang” to “processed”")
    browser = system_packages.ensure_browser()
    workshop = odoo_command.prepare("screenshots")
    peers.join(workshop, PEERS)
    with postgres.serving("demo") as server:
        odoo = odoo_command.on(workshop, server, "demo")
        database = f"{server.name('clicks')}"
        try:
            _make(odoo, server.name("demo"), database)
            port = serve.free_port()
            with serve.serving(odoo, database, port, LOG / "clicks.log"):
                address = f"http://{serve.HOST}:{port}"
                ways = _count(workshop, [address, database, str(browser)])
        finally:
            data.drop(odoo, database)
    best = min(ways[:-1], key=lambda way: way.pressed)
    rows = [["", "clicks", "keys", "together", "goal", ""]]
    for way in ways:
        goal = (
            [f"<= {_GOAL}", "ok" if way.pressed <= _GOAL else "MISSED"] if way is best else [""] * 2
        )
        rows.append([way.name, str(way.clicks), str(way.keys), str(way.pressed), *goal])
    say(f"\n{table(rows)}\n")
    return 0 if best.pressed <= _GOAL else 1


def _make(odoo: odoo_command.OdooCommand, demo: str, database: str) -> None:
    """Make a copy of the demo with the peer installed."""
    serve.prepare_database(odoo, demo)
    with step("A copy of the demo with the peer"):
        data.copy(odoo, demo, database)
        log = LOG / "clicks-install.log"
        args = ["-d", database, "-i", "crm_phonecall", "--stop-after-init", "--no-http"]
        if odoo.log([*args, "--max-cron-threads=0"], log):
            raise Trouble(f"The peer was not installed: {log} tells why.\n{tail(log.read_text())}")


def _count(workshop: odoo_command.Workshop, args: list[str]) -> list[Way]:
    """Let the browser go each way."""
    env = child_env(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    with step("Counting"):
        done = subprocess.run(
            [str(workshop.python), "-m", "devtools.bench.clicks_browser", *args],
            env=env, cwd=Path("/"), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Trouble(f"The browser did not get through.\n{tail(done.stderr)}")
    ways = []
    for line in done.stdout.splitlines():
        name, clicks, keys = line.split("\t")
        ways.append(Way(name, int(clicks), int(keys)))
    return ways


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
