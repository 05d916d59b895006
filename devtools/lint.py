"""`./dev lint`: all checkers of style and of frequent mistakes, one result."""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devtools import addons, python_env, system_packages
from devtools.errors import Trouble
from devtools.paths import LINT_VENV, ROOT, make_dev_folder
from devtools.processes import child_env, locked, run
from devtools.steps import duration, say, step

_NODE_MODULES = ROOT / "node_modules"
_PRETTIER_FILES = "**/*.{js,mjs,css,scss,xml,json,yml,yaml}"


@dataclass(frozen=True)
class Checker:
    """One checker: its command line, and the one that mends what it finds, where it can."""

    name: str
    check: tuple[str, ...]
    fix: tuple[str, ...] = ()
    node: bool = False
    needs: Callable[[], bool] = lambda: True
    """Whether there is anything for it to look at."""


def checkers() -> list[Checker]:
    """All checkers, those that mend first where one's work is the other's input."""
    ours = tuple(addons.ours())
    po = tuple(
        str(path.relative_to(ROOT))
        for name in ours
        for path in sorted((ROOT / name).glob("i18n/*.po*"))
    )
    return [
        Checker(
            "oca-module",
            ("oca-checks-odoo-module", *ours),
            ("oca-checks-odoo-module", "--fix", *ours),
        ),
        Checker(
            "oca-po",
            ("oca-checks-po", *po),
            ("oca-checks-po", "--fix", *po),
            needs=lambda: bool(po),
        ),
        Checker(
            "ruff", ("ruff", "check", "--quiet", "."), ("ruff", "check", "--quiet", "--fix", ".")
        ),
        Checker("ruff-format", ("ruff", "format", "--check", "."), ("ruff", "format", ".")),
        # What a model of Odoo's gains is split by concept, one file each: no advice to merge them.
        Checker("pylint-odoo", ("pylint", "--disable=consider-merging-classes-inherited", *ours)),
        Checker("eslint", ("eslint", "."), ("eslint", "--fix", "."), node=True),
        Checker(
            "prettier",
            ("prettier", "--check", "--log-level=warn", _PRETTIER_FILES),
            ("prettier", "--write", "--log-level=warn", _PRETTIER_FILES),
            node=True,
        ),
    ]


def lint(fix: bool = False, only: Iterable[str] = ()) -> int:
    """Run all checkers, or `only` the named ones. Returns the status for the shell.

    :param fix: let them mend what they can, then check.
    """
    start = time.monotonic()
    addons.require_main()
    known = checkers()
    unknown = set(only) - {checker.name for checker in known}
    if unknown:
        names = ", ".join(checker.name for checker in known)
        raise Trouble(f"There is no checker {', '.join(sorted(unknown))}: choose from {names}.")
    chosen = [
        checker for checker in known if (not only or checker.name in only) and checker.needs()
    ]
    _prepare(chosen)
    if fix:
        for checker in chosen:
            if checker.fix:
                _call(checker.fix)
    # Two at a time: more would only wait for each other.
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda checker: _call(checker.check), chosen))
    failed = []
    for checker, (status, output) in zip(chosen, done, strict=True):
        say(f"  {checker.name:<12} {'found something' if status else 'ok'}")
        if status:
            failed.append(checker.name)
            say("\n" + output.strip() + "\n")
    took = duration(time.monotonic() - start)
    if failed:
        say(
            f"lint: {len(failed)} of {len(chosen)} checkers found something: {', '.join(failed)} ({took})"
        )
        return 1
    say(f"lint: nothing found by {len(chosen)} checkers ({took})")
    return 0


def _prepare(chosen: list[Checker]) -> None:
    """Bring the checkers here."""
    make_dev_folder()
    if any(checker.node for checker in chosen):
        _ensure_node_modules(system_packages.ensure_node())
    python_env.ensure("lint", venv=LINT_VENV)


def _ensure_node_modules(npm: str) -> None:
    """Install the Node packages that package-lock.json pins, unless they are there."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = _NODE_MODULES / ".installed"
    with locked("node"):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        with step("Node packages"):
            shutil.rmtree(_NODE_MODULES, ignore_errors=True)
            trouble = (
                "Node's packages could not be fetched: check the network and run the command again."
            )
            run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], trouble, cwd=ROOT)
            stamp.write_text(wanted)


def _call(command: tuple[str, ...]) -> tuple[int, str]:
    """Run one checker and return its status and what it printed."""
    folder = next(
        folder
        for folder in (LINT_VENV / "bin", _NODE_MODULES / ".bin")
        if (folder / command[0]).exists()
    )
    done = subprocess.run(
        [folder / command[0], *command[1:]],
        cwd=ROOT,
        env=child_env(NO_COLOR="1", PYTHONDONTWRITEBYTECODE="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout
