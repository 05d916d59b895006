"""Where benchmarks run: the databases they need, and a process with Odoo for each."""

import hashlib
import inspect
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType, ModuleType

from devtools import addons
from devtools.bench import data
from devtools.bench.measure import (
    Bench,
    Database,
    Measurement,
    Outcome,
    Sample,
    Variant,
    interleave,
)
from devtools.errors import Trouble
from devtools.odoo_command import OdooCommand
from devtools.paths import LOG, ROOT
from devtools.processes import tail
from devtools.steps import step

_START = """\
import sys
sys.path.remove("")
sys.path.append({root!r})
from devtools.bench.worker import main
main({bench!r}, {database!r})
"""


class Worker:
    """A process that has one database open in Odoo."""

    def __init__(self, odoo: OdooCommand, bench: str, database: str) -> None:
        self._log = LOG / f"{database}.log"
        program = _START.format(root=str(ROOT), bench=bench, database=database)
        with open(self._log, "w") as errors:
            self._process = subprocess.Popen(
                [str(odoo.workshop.python), "-c", program],
                env=odoo.env() | {"PYTHONHASHSEED": "0"},
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def wait(self) -> None:
        """Wait until the database is open."""
        self._read()

    def run(self, function: str, first: int = 0, times: int = 1) -> list[Sample]:
        """Run a function of the benchmark and return what it timed."""
        asked = {"function": function, "first": first, "times": times}
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the reader says why
        return self._read()

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            text = self._log.read_text(errors="replace")
            raise Trouble(f"A process of the benchmark ended: {self._log} tells why.\n{tail(text)}")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def run(odoo: OdooCommand, module: ModuleType, bench: Bench, size: str) -> Iterator[Outcome]:
    """Take the measurements of a benchmark, which `module` holds, on data of one size."""
    name = module.__name__.rpartition(".")[2]
    template = data.ensure(odoo, size)
    with ExitStack() as stack:
        prefix = f"{odoo.server.name('benchrun')}_{name}_{size}"
        keys = {each: _key(odoo, module, each, template) for each in bench.databases}
        made = _make(odoo, bench, template, prefix, keys)
        workers = {
            each.name: stack.enter_context(
                _open(odoo, name, each, f"{prefix}_{each.name}", keys[each], each in made)
            )
            for each in bench.databases
        }
        for measurement in bench.measurements:
            yield _take(measurement, workers)


def _make(
    odoo: OdooCommand, bench: Bench, template: str, prefix: str, keys: dict[Database, str]
) -> set[Database]:
    """Make the databases that aren't there as they should be, and return them.

    What was installed once is copied for the others that hold the same.
    """
    known = odoo.server.databases()
    made: set[Database] = set()
    for database in bench.databases:
        name = f"{prefix}_{database.name}"
        if known.get(name) == keys[database] and not database.fresh:
            continue
        installed = [
            each
            for each in bench.databases
            if each.modules == database.modules
            and (
                each in made
                or (known.get(f"{prefix}_{each.name}") == keys[each] and not each.prepare)
            )
        ]
        source = f"{prefix}_{installed[0].name}" if installed else template
        with step(f"Database {database.name!r}"):
            data.copy(odoo, source, name)
        if database.modules and not installed:
            with step(f"Installing {', '.join(database.modules)}"):
                _install(odoo, name, database.modules)
            # Installing has written all rows anew; what was left of them is in nobody's way.
            odoo.server.sql("VACUUM (ANALYZE)", name)
        made.add(database)
    return made


@contextmanager
def _open(
    odoo: OdooCommand, bench: str, database: Database, name: str, key: str, made: bool
) -> Iterator[Worker]:
    """A worker on a database of the benchmark, which is prepared where it was just made."""
    worker = Worker(odoo, bench, name)
    try:
        worker.wait()
        if database.prepare and made:
            worker.run(database.prepare)
            # what was prepared may have changed the models
            worker.close()
            # as the server itself does with rows that are no longer new
            odoo.server.sql("VACUUM (ANALYZE)", name)
            worker = Worker(odoo, bench, name)
            worker.wait()
        if not database.fresh:
            odoo.server.comment(name, key)
        yield worker
    finally:
        worker.close()
        if database.fresh:
            data.drop(odoo, name)


def _key(odoo: OdooCommand, module: ModuleType, database: Database, template: str) -> str:
    """What tells a database that is as it should be from one made by other code."""
    prepare = _read(getattr(module, database.prepare)) if database.prepare else ""
    ours = [name for name in database.modules if name in addons.ours()]
    parts = [template, repr(database), prepare, addons.digest(ours)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _read(function: FunctionType) -> str:
    """The text of a function, of the functions of its module that it calls, and the constants that they name.

    >>> "_START = " in _read(Worker.__init__), "def _read(" in _read(_key)
    (True, True)
    """
    texts: list[str] = []
    waiting, known = [function], {function}
    while waiting:
        one = waiting.pop()
        texts.append(inspect.getsource(one))
        for name in one.__code__.co_names:
            value = one.__globals__.get(name)
            if isinstance(value, FunctionType) and value.__module__ == one.__module__:
                waiting += {value} - known
                known.add(value)
            elif isinstance(value, str | int | tuple | dict):
                texts.append(f"{name} = {value!r}")
    return "\n".join(texts)


def _install(odoo: OdooCommand, database: str, modules: tuple[str, ...]) -> None:
    """Install modules, or raise Trouble also for an error that Odoo only logs."""
    log = LOG / f"{database}-install.log"
    args = [
        "-d",
        database,
        "-i",
        ",".join(modules),
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    ]
    status = odoo.log(args, log)
    text = log.read_text(encoding="utf-8", errors="replace")
    if status or re.search(r" (ERROR|CRITICAL) ", text):
        raise Trouble(
            f"{', '.join(modules)} could not be installed: {log} tells why.\n{tail(text)}"
        )


def _take(measurement: Measurement, workers: dict[str, Worker]) -> Outcome:
    """Take one measurement."""

    def turn(variant: Variant, first: int, times: int) -> list[Sample]:
        return workers[variant.database].run(variant.function, first, times)

    with step(measurement.title):
        return interleave(measurement, turn)
