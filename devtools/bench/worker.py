"""A process with one database open in Odoo, which runs the functions of a benchmark on request.

It is started by `lab`, in Odoo's Python. Each line that it reads asks for some runs of a function,
each line that it answers holds what they gave; both are JSON.
"""

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any


class Session:
    """What a function of a benchmark works with: one database, warm, and a clock."""

    def __init__(self, database: str) -> None:
        from odoo.orm.registry import Registry
        from odoo.tools import config

        self.registry = Registry(database)
        # A server that is reached by a socket runs on this machine.
        self._local = config["db_host"].startswith("/")
        self.kept: dict[str, Any] = {}
        self._samples: list[dict[str, float]] = []

    @cached_property
    def salesperson_id(self) -> int:
        """The id of the user who saves meetings."""
        from devtools.bench.data import SALESPERSON

        with self.registry.cursor() as cr:
            cr.execute("SELECT id FROM res_users WHERE login = %s", [SALESPERSON])
            return cr.fetchone()[0]

    @contextmanager
    def transaction(self, user_id: int | None = None, commit: bool = False) -> Iterator[Any]:
        """An environment of Odoo in a transaction of its own, as a request has it.

        :param user_id: who works in it; the salesperson unless given, 1 is the system.
        :param commit: whether what is done stays; otherwise it is undone, so that the next run finds
            the same data.
        """
        from odoo.api import Environment

        user_id = user_id or self.salesperson_id
        with self.registry.cursor() as cr:
            yield Environment(cr, user_id, {"lang": "en_US", "tz": "Europe/Prague", "uid": user_id})
            if not commit:
                cr.rollback()

    @contextmanager
    def timed(self, env: Any) -> Iterator[dict[str, float]]:
        """Take the time of the block and the number of its queries, up to where Odoo would commit.

        The sample holds `seconds` on the wall's clock; `work`, the seconds for which Odoo and its
        PostgreSQL backend had a processor, where that can be told; and `queries`. What else the
        block counts it adds to what this yields.
        """
        cr = env.cr
        cr.flush()
        sample: dict[str, float] = {}
        backend = cr._cnx.get_backend_pid()
        queries = cr.sql_log_count
        before = self._on_processor(backend), time.process_time()
        start = time.perf_counter()
        yield sample
        cr.flush()
        sample["seconds"] = time.perf_counter() - start
        after = self._on_processor(backend), time.process_time()
        if before[0] is not None and after[0] is not None:
            sample["work"] = sum(after) - sum(before)
        sample["queries"] = cr.sql_log_count - queries
        self.record(sample)

    def record(self, sample: dict[str, float]) -> None:
        """Add a sample that was taken without `timed`; it must hold `seconds`."""
        self._samples.append(sample)

    def _on_processor(self, backend: int) -> float | None:
        """The seconds for which a backend had a processor, or None where this machine can't tell."""
        if not self._local:
            return None
        try:
            with open(f"/proc/{backend}/schedstat") as handle:
                return int(handle.read().split()[0]) / 1e9
        except OSError:
            return None

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """The value of `make()` from the first call on."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def run(self, function: Callable, first: int, times: int) -> list[dict[str, float]]:
        """Run a function with the numbers from `first` on, and return what was timed.

        Garbage is collected before, not while the clock runs.
        """
        self._samples = []
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            for number in range(first, first + times):
                function(self, number)
        finally:
            gc.enable()
        return self._samples


def main(bench: str, database: str) -> None:
    """Serve requests until the end of the input."""
    # What add-ons print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from odoo.tools import config

    # Odoo finds its configuration by ODOO_RC.
    config.parse_config(["-d", database, "--no-http", "--max-cron-threads=0", "--log-level=warn"])
    from odoo.addons.base.models.ir_mail_server import IrMail_Server

    # Mails are made, and nothing leaves.
    IrMail_Server._disable_send = classmethod(lambda cls: True)
    module = importlib.import_module(f"devtools.bench.{bench}")
    session = Session(database)
    _answer(answers, {"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        function = getattr(module, asked["function"])
        _answer(answers, session.run(function, asked["first"], asked["times"]))


def _answer(answers: Any, value: Any) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()
