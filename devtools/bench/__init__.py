"""`./dev bench`: how fast the add-on is, against Odoo without it, its peers and plain SQL.

Each benchmark is a file of this folder that holds a `BENCH`: what is measured, on which databases,
and the goals. Its functions run inside Odoo, so it must import nothing of Odoo's at its top.
"""

import argparse
import ast
import importlib
from pathlib import Path
from types import ModuleType

from devtools import addons, odoo_command, postgres
from devtools.bench import data, lab, peers, report
from devtools.errors import Trouble
from devtools.steps import say

_FOLDER = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Run the benchmarks that `argv` names and return the status for the shell: 1 for a missed goal."""
    options = _parser().parse_args(argv)
    known = names()
    if options.list:
        for name in known:
            say(f"{name:<12} {load(name).BENCH.title}")
        return 0
    if options.name and options.name not in known:
        raise Trouble(f"There is no benchmark {options.name!r}: choose from {', '.join(known)}.")
    chosen = [options.name] if options.name else known
    if not any(load(name).BENCH.only(options.only, options.size).measurements for name in chosen):
        raise Trouble(f"No measurement has {options.only!r} in its title.")
    addons.require_main()
    workshop = odoo_command.prepare()
    for name in chosen:
        peers.join(workshop, getattr(load(name), "PEERS", ()))
    missed = []
    with postgres.serving("bench") as server:
        odoo = odoo_command.on(workshop, server, "bench")
        for name in chosen:
            missed += _run(odoo, load(name), options.only, options.size)
    for line in missed:
        say(f"MISSED {line}")
    say(f"{len(missed)} goals missed" if missed else "All goals reached.")
    return 1 if missed else 0


def names() -> list[str]:
    """The names of all benchmarks: the files of this folder that set `BENCH`."""
    return [path.stem for path in sorted(_FOLDER.glob("*.py")) if _declares(path)]


def load(name: str) -> ModuleType:
    """The module of a benchmark."""
    return importlib.import_module(f"devtools.bench.{name}")


def _declares(path: Path) -> bool:
    """Whether a file sets `BENCH` at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    targets = [
        target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
    ]
    return any(isinstance(target, ast.Name) and target.id == "BENCH" for target in targets)


def _run(odoo: odoo_command.OdooCommand, module: ModuleType, part: str, size: str) -> list[str]:
    """Run one benchmark, print its table, and return a line for each goal that it missed."""
    chosen = module.BENCH.only(part, size)
    if not chosen.measurements:
        return []
    rows = data.SIZES[size]
    say(
        f"{module.BENCH.title}: {rows.contacts:,} contacts, {rows.events:,} meetings, "
        f"{rows.leads:,} leads, {rows.users} users"
    )
    outcomes = []
    try:
        for outcome in lab.run(odoo, module, chosen, size):
            outcomes.append(outcome)
    finally:
        # Also of a run that was stopped.
        if outcomes:
            say(f"\n{report.render(outcomes)}\n")
    return report.failures(outcomes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measure the add-on against Odoo without it, its peers and plain SQL, "
        "and fail for a goal that is missed.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="one benchmark (all)")
    parser.add_argument(
        "--size", choices=sorted(data.SIZES), default="small", help="how much data (small)"
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only measurements with TEXT in their title"
    )
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    return parser
