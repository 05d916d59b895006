"""Odoo's own command line, in the environment that the launcher makes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import addons, odoo_source, python_env
from devtools.odoo_source import Odoo
from devtools.paths import DEV, ROOT, make_dev_folder
from devtools.postgres import Server
from devtools.processes import child_env, interactive, logged


@dataclass(frozen=True)
class Workshop:
    """What every command works with: an Odoo and the Python that runs it."""

    odoo: Odoo
    python: Path


def prepare(*requirements: str) -> Workshop:
    """Bring Odoo and its Python packages here, with further `requirements`, as far as they are missing."""
    make_dev_folder()
    odoo = odoo_source.ensure()
    return Workshop(odoo, python_env.ensure("odoo", *requirements))


@dataclass(frozen=True)
class OdooCommand:
    """Odoo on one PostgreSQL server."""

    workshop: Workshop
    server: Server
    data: Path
    """Where Odoo keeps attachments and sessions."""
    ours: bool = True
    """Whether our own add-ons are on the path."""

    @property
    def addons_path(self) -> str:
        """All add-ons folders, joined as Odoo wants them."""
        own = [ROOT] if self.ours and addons.ours() else []
        return ",".join(map(str, [*self.workshop.odoo.addons, *own, *addons.extra_paths()]))

    def config(self) -> Path:
        """Write Odoo's configuration and return its path; the user's own file is not read."""
        lines = [
            "[options]",
            f"addons_path = {self.addons_path}",
            f"data_dir = {self.data}",
            f"db_host = {self.server.host}",
            f"db_port = {self.server.port}",
            f"db_user = {self.server.user}",
            "http_interface = 127.0.0.1",
            "workers = 0",
            # Big enough for a demo's reports; the memory of a development machine is not ours to guard.
            "limit_time_real = 600",
            "limit_time_cpu = 600",
        ]
        self.data.mkdir(parents=True, exist_ok=True)
        path = self.data / "odoo.conf"
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text("\n".join(lines) + "\n")
        new.replace(path)
        return path

    def env(self) -> dict[str, str]:
        """The environment that Odoo runs in."""
        env = child_env(**self.server.env(), ODOO_RC=str(self.config()))
        inherited = env.get("PYTHONPATH")
        packages = str(self.workshop.odoo.python_path)
        env["PYTHONPATH"] = os.pathsep.join([packages, inherited] if inherited else [packages])
        return env

    def line(self, args: Sequence[str | Path], runner: Path | None = None) -> list[str]:
        """The command line of Odoo with `args`; `runner` is a script that stands in for Odoo's own."""
        start = "import odoo.cli; odoo.cli.main()"
        if runner:
            start = f"import runpy; runpy.run_path({str(runner)!r}, run_name='__main__')"
        # Not -m, nor the script itself: that would put a folder of ours, and whatever it holds, before Odoo.
        start = f"import sys; sys.path.remove(''); {start}"
        return [str(self.workshop.python), "-c", start, *map(str, args)]

    def call(self, args: Sequence[str | Path]) -> int:
        """Run Odoo with `args` at the user's terminal and return its status."""
        return interactive(self.line(args), self.env())

    def log(
        self,
        args: Sequence[str | Path],
        path: Path,
        stdin_text: str = "",
        runner: Path | None = None,
        **changes: str,
    ) -> int:
        """Run Odoo with `args`, its log in the file `path`, and return its status.

        :param stdin_text: what Odoo may read, such as the commands for its shell.
        :param runner: a script that stands in for Odoo's own.
        :param changes: what to set in its environment.
        """
        return logged(self.line(args, runner), path, self.env() | changes, stdin_text)


def on(workshop: Workshop, server: Server, kind: str, ours: bool = True) -> OdooCommand:
    """Odoo on `server`, with the data folder that belongs to the server `kind`."""
    return OdooCommand(workshop, server, DEV / f"data-{kind}", ours)
