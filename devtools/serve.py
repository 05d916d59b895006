"""`./dev demo`: from nothing to a running CRM with demo data."""

import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools import addons, odoo_command, postgres
from devtools.errors import NO_SPACE, Trouble, disk_full
from devtools.odoo_command import OdooCommand
from devtools.paths import DEV, LOG
from devtools.postgres import Server
from devtools.processes import locked, stop, tail
from devtools.steps import say, step, table
from devtools.templates import filestore

HOST = "127.0.0.1"
PORT = 8069

_NOTE = DEV / "demo.served"
"""Where a demo that is being served leaves its port and its database's name."""

# What each demo login is there for, by the groups that it holds; the first that fits is told.
_ROLES = """
    SELECT u.login, p.name, CASE
        WHEN bool_or(g.module = 'base' AND g.name = 'group_system') THEN 'administrator'
        WHEN bool_or(g.module = 'crm_discipline' AND g.name = 'group_supervisor') THEN 'supervisor'
        WHEN bool_or(g.module = 'crm_discipline' AND g.name = 'group_operator') THEN 'operator'
        WHEN bool_or(g.module = 'sales_team' AND g.name LIKE 'group_sale_%') THEN 'salesperson'
        ELSE 'user' END AS role
    FROM res_users u
    JOIN res_partner p ON p.id = u.partner_id
    JOIN ir_model_data x ON x.model = 'res.users' AND x.res_id = u.id
        AND (x.module = 'crm_discipline' OR (x.module = 'base' AND x.name = 'user_admin'))
    LEFT JOIN res_groups_users_rel r ON r.uid = u.id
    LEFT JOIN ir_model_data g ON g.model = 'res.groups' AND g.res_id = r.gid
    WHERE u.active
    GROUP BY u.id, u.login, p.name
"""
_ROLE_ORDER = ["supervisor", "operator", "salesperson", "user", "administrator"]


def demo(port: int = PORT, reset: bool = False) -> int:
    """Serve the demo until Ctrl-C. Returns the status for the shell."""
    addons.require_main()
    require_free(port)
    postgres.check_reachable()
    start = time.monotonic()
    say("CRM Discipline: the demo")
    with running(port, reset) as served:
        say(f"\nReady in {time.monotonic() - start:.1f} s: http://{HOST}:{port}\n")
        say(served.logins)
        say("\nCtrl-C stops it. Data stay in " + str(DEV) + "; ./dev demo --reset starts afresh.")
        try:
            served.process.wait()
        except KeyboardInterrupt:
            say("\nStopping ...")
            return 0
    raise Trouble(f"Odoo stopped by itself: {LOG / 'demo.log'} tells why.")


@dataclass(frozen=True)
class Served:
    """A demo that is being served."""

    process: subprocess.Popen
    port: int
    database: str
    logins: str
    """The logins with their passwords and roles, as a table."""


@contextmanager
def running(port: int, reset: bool = False) -> Iterator[Served]:
    """The demo, served on `port` while the block runs."""
    workshop = odoo_command.prepare()
    with postgres.serving("demo") as server:
        odoo = odoo_command.on(workshop, server, "demo")
        database = server.name("demo")
        with locked("demo-database"):
            prepare_database(odoo, database, reset)
        with _served(odoo, database, port) as process:
            yield Served(process, port, database, logins(server, database))


def now_served() -> tuple[int, str] | None:
    """The port and the database of this checkout's demo, if it is being served now."""
    try:
        port, database = _NOTE.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return (int(port), database) if _status(int(port)) == 200 else None


# -- the database --------------------------------------------------------------------------------


def prepare_database(odoo: OdooCommand, database: str, reset: bool = False) -> None:
    """Install the demo, or bring an installed one up to the add-on's code."""
    server = odoo.server
    installing = f"{database}_installing"
    existing = server.databases()
    if reset or installing in existing:
        with step("Removing the old database" if reset else "Removing an interrupted installation"):
            for name in (database, installing) if reset else (installing,):
                server.drop(name)
                shutil.rmtree(filestore(odoo, name), ignore_errors=True)
        existing = server.databases()
    code = addons.digest([addons.MAIN])
    note = json.dumps({"code": code, "odoo": odoo.workshop.odoo.version}, sort_keys=True)
    if database not in existing:
        with step("CRM with demo data (about a minute)"):
            _install(odoo, database, installing)
        server.comment(database, note)
    elif existing[database] != note:
        with step("Upgrade to the add-on's present code"):
            # Another Odoo has other code in its own modules, too.
            same_odoo = _odoo_of(existing[database]) == odoo.workshop.odoo.version
            _odoo_once(
                odoo, ["-d", database, "-u", addons.MAIN if same_odoo else "all"], "upgraded"
            )
        server.comment(database, note)


def _odoo_of(note: str) -> str | None:
    """Which Odoo a database was last brought up to, by the note on it."""
    try:
        return json.loads(note)["odoo"]
    except (ValueError, KeyError, TypeError):
        return None


def _install(odoo: OdooCommand, database: str, installing: str) -> None:
    """Install the demo under another name first, so that a half-made database is never taken for it."""
    shutil.rmtree(filestore(odoo, installing), ignore_errors=True)
    odoo.server.create(installing)
    _odoo_once(odoo, ["-d", installing, "-i", addons.MAIN, "--with-demo"], "installed")
    state = odoo.server.sql(
        f"SELECT state, demo FROM ir_module_module WHERE name = '{addons.MAIN}'", installing
    )
    if state != [["installed", "t"]]:
        raise Trouble(
            f"The demo was not installed whole (with its demo data): {LOG / 'install.log'} tells why."
        )
    shutil.rmtree(filestore(odoo, database), ignore_errors=True)
    if filestore(odoo, installing).exists():
        filestore(odoo, installing).rename(filestore(odoo, database))
    odoo.server.rename(installing, database)


def _odoo_once(odoo: OdooCommand, args: list[str], done: str) -> None:
    """Run Odoo until it has `done` what `args` ask, or raise what its log says against it."""
    log = LOG / "install.log"
    status = odoo.log([*args, "--stop-after-init", "--no-http", "--max-cron-threads=0"], log)
    text = log.read_text(errors="replace")
    if status or " CRITICAL " in text or " ERROR " in text:
        if NO_SPACE in text:
            raise disk_full(DEV)
        raise Trouble(
            f"The add-on could not be {done}: {log} tells why (./dev demo --reset starts afresh).\n{tail(text)}"
        )


def logins(server: Server, database: str) -> str:
    """The demo's logins with their passwords and roles, as a table."""
    rows = server.sql(_ROLES, database)
    rows.sort(key=lambda row: (_ROLE_ORDER.index(row[2]), row[0]))
    listed = [[login, login, role, name] for login, name, role in rows]
    return table([["login", "password", "role", "name"], *listed])


# -- the server ----------------------------------------------------------------------------------


def require_free(port: int) -> None:
    """Raise Trouble when somebody listens on `port` already."""
    if not 0 < port < 65536:
        raise Trouble(f"{port} is no port: choose one from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise Trouble(
                f"Port {port} is for root only: choose another, such as --port 8070."
            ) from error
        except OSError as error:
            raise Trouble(
                f"Port {port} is in use: stop the program that listens there (perhaps another ./dev demo), "
                f"or choose another, such as --port {port + 1 if port < 65535 else 8070}."
            ) from error


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def _served(odoo: OdooCommand, database: str, port: int) -> Iterator[subprocess.Popen]:
    """The demo on `port` while the block runs, known to others of this checkout."""
    with serving(odoo, database, port, LOG / "demo.log") as process:
        _NOTE.write_text(f"{port} {database}")
        try:
            yield process
        finally:
            _NOTE.unlink(missing_ok=True)


@contextmanager
def serving(odoo: OdooCommand, database: str, port: int, log: Path) -> Iterator[subprocess.Popen]:
    """Odoo serving `database` on `port` while the block runs."""
    args = [
        "-d",
        database,
        f"--db-filter=^{database}$",
        "--no-database-list",
        f"--http-port={port}",
    ]
    args += [f"--http-interface={HOST}", "--workers=0", "--max-cron-threads=1"]
    with open(log, "w") as output:
        process = subprocess.Popen(
            odoo.line(args),
            env=odoo.env(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C comes to us alone, and we stop it in order
        )
    try:
        with step("Odoo server"):
            wait_until_served(process, port, log)
        yield process
    finally:
        stop(process)


def wait_until_served(
    process: subprocess.Popen, port: int, log: Path, seconds: float = 120
) -> None:
    """Return as soon as the login page is there; raise Trouble when the process ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Trouble(
                f"Odoo did not start: {log} tells why.\n{tail(log.read_text(errors='replace'))}"
            )
        if _status(port) == 200:
            return
        time.sleep(0.1)
    raise Trouble(f"Odoo did not answer on port {port} within {seconds:.0f} s: {log} tells why.")


def _status(port: int) -> int | None:
    """The HTTP status of the login page, or None while nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", "/web/login")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
