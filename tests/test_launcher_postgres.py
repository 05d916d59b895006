"""The private PostgreSQL server, tried for real."""

import os
import subprocess
import sys
import time

import pytest

from devtools import postgres, processes
from devtools.errors import Trouble


def pid_of(folder, kind="test"):
    """The server's process, or None when it is stopped."""
    try:
        return int((folder / f"postgres-{kind}" / "data" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None


def test_server_lives_as_long_as_somebody_uses_it(dev_folder):
    with postgres.serving("test") as first:
        with postgres.serving("test") as second:
            assert first == second
            pid = pid_of(dev_folder)
        assert pid_of(dev_folder) == pid
        assert first.sql("SHOW fsync") == [["off"]]
        assert first.sql("SHOW listen_addresses") == [[""]]
        assert "odoo" in first.env().values()
    assert pid_of(dev_folder) is None


def test_databases(dev_folder):
    with postgres.serving("test") as server:
        name = 'with "quotes"'
        server.create(name)
        server.comment(name, "it's a note")
        assert server.databases()[name] == "it's a note"
        server.create("copy", name)
        server.drop(name)
        server.rename("copy", "other")
        assert {"other"} <= set(server.databases()) and name not in server.databases()
        assert server.sql("SELECT 1, NULL, 'a,b'", "other") == [["1", "", "a,b"]]
        with pytest.raises(Trouble, match="refused a query"):
            server.sql("SELECT nonsense")


def test_demo_is_written_durably_and_outlives_its_server(dev_folder):
    with postgres.serving("demo") as server:
        assert server.sql("SHOW fsync") == [["on"]]
        server.create("kept")
    with postgres.serving("demo") as server:
        assert "kept" in server.databases()


def test_server_killed_is_started_again(dev_folder):
    """What a crash leaves behind does not stop the next command."""
    with postgres.serving("test"):
        pid = pid_of(dev_folder)
        os.kill(pid, 9)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and os.path.exists(f"/proc/{pid}/stat"):
            postgres._reap(pid)
            time.sleep(0.05)
    with postgres.serving("test") as server:
        assert server.sql("SELECT 1") == [["1"]]


def test_long_path_gets_a_short_socket(dev_folder, monkeypatch):
    """The system allows a socket's path 107 bytes."""
    deep = dev_folder / ("a" * 60) / ("b" * 60)
    (deep / "log").mkdir(parents=True)
    for module in (postgres, processes):
        monkeypatch.setattr(module, "DEV", deep)
        monkeypatch.setattr(module, "LOG", deep / "log")
    with postgres.serving("test") as server:
        assert len(f"{server.host}/.s.PGSQL.5432") <= 107
        assert server.sql("SELECT 1") == [["1"]]


def test_interrupted_start_is_made_afresh(dev_folder):
    """A data folder that initdb did not finish never gets its name."""
    (dev_folder / "postgres-test" / "data.new" / "base").mkdir(parents=True)
    with postgres.serving("test") as server:
        assert server.sql("SELECT 1") == [["1"]]


def test_stopping_takes_the_children_along(tmp_path):
    """A browser that a stopped Odoo had started must not stay behind."""
    script = f"import subprocess, time; p = subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(60)']); print(p.pid, flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    child = int(process.stdout.readline())
    processes.stop(process)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _alive(child):
        time.sleep(0.05)
    assert not _alive(child)


def _alive(pid):
    """Whether a process runs (one that waits for its parent to notice its end does not)."""
    try:
        with open(f"/proc/{pid}/stat") as handle:
            return handle.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
