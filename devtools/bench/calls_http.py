"""How the benchmark of calls sends requests: by several clients at once, to a server that runs beside.

All variants are sent by the same clients: threads of a process apart from the server, which write
bytes that were made before and read the answer without understanding it, so that they take little from
the processors that the server needs. The server is started by a script of its own, for with workers Odoo
starts itself anew to serve the bus; started in another way it fails to do so, over and over, and what
is measured is that.
"""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devtools.bench.worker import Session

CLIENTS = 8
REQUESTS = 25
"""How many each client sends in one run."""


def send(
    session: Session, workers: int, prepare: Any, clients: int = CLIENTS, requests: int = REQUESTS
) -> float:
    """Send requests by clients at once and return the seconds that all took.

    What they send is made before the clock runs, to the last byte: what a client does meanwhile takes
    from the processors that the server has.
    """
    server = serve(session, workers)
    prepared = [
        [_as_bytes(server, *prepare(client, request)) for request in range(requests)]
        for client in range(clients)
    ]
    failures: list[str] = []
    ready = threading.Barrier(clients + 1)

    def work(sent: list[bytes]) -> None:
        ready.wait()
        try:
            for request in sent:
                answer = _ask(server, request)
                if not answer.startswith((b"HTTP/1.0 200 ", b"HTTP/1.1 200 ")):
                    failures.append(repr(answer[:300]))
        except OSError as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(sent,)) for sent in prepared]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise RuntimeError(f"{len(failures)} requests failed: {failures[0]}")
    return seconds


def _as_bytes(
    server: Server, method: str, path: str, body: bytes, headers: dict[str, str]
) -> bytes:
    head = {"Host": "127.0.0.1", "X-Odoo-Database": server.name, "Connection": "close", **headers}
    if method == "POST":
        head["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _ask(server: Server, request: bytes) -> bytes:
    """Send one request on a connection of its own and return the answer.

    The connection is closed as soon as the answer is whole, as clients do: Odoo's workers wait for that.
    """
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
            head, blank, body = answer.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if blank and length and len(body) >= int(length[1]):
                break
    return answer


class Server:
    """Odoo serving the database of a session on a port of its own."""

    def __init__(self, name: str, workers: int) -> None:
        self.name = name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, str(Path(__file__).with_name("odoo_server.py")), "-d", name]
        command += [f"--http-port={self.port}", f"--workers={workers}", "--max-cron-threads=0"]
        command += ["--gevent-port=0", "--db-filter=.*", "--log-level=warn", "--db_maxconn=32"]
        self.process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        for _try in range(300):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", "/web/health", headers={"X-Odoo-Database": self.name})
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError("Odoo did not start to serve.")


def serve(session: Session, workers: int) -> Server:
    """Return the server of a session's database, which is started where it doesn't run yet.

    :param workers: how many processes; 0 for one with threads
    """
    import atexit

    def start() -> Server:
        with session.transaction(user_id=1) as env:
            name = env.cr.dbname
        server = Server(name, workers)
        atexit.register(server.process.terminate)
        return server

    return session.keep(f"server {workers}", start)


def get_memory(server: Server) -> int:
    """The memory of a server in kilobytes."""
    with open(f"/proc/{server.process.pid}/status") as handle:
        for line in handle:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0
