"""What can go wrong on a user's machine is said in one clear sentence, with a status that tells."""

import errno
import os
import socket
import stat
import sys

import pytest

from devtools import addons, errors, postgres, processes, system_packages
from devtools.errors import Trouble


def assert_refused(done, *words):
    """The command failed, and its errors are one sentence that holds all `words`."""
    assert done.returncode == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("dev: ")
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in done.stdout + done.stderr


def test_busy_port(run_dev):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_refused(run_dev("demo", "--port", str(port)), f"Port {port} is in use", "--port")


@pytest.mark.parametrize("port", ["0", "70000"])
def test_no_such_port(run_dev, port):
    assert_refused(run_dev("demo", "--port", port), "no port")


def test_unreachable_database_server(run_dev):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    for command in (["demo", "--port", free_port()], ["test"], ["core-tests"]):
        done = run_dev(*command, PGHOST="127.0.0.1", PGPORT=port)
        assert_refused(done, "PGHOST is 127.0.0.1", f"port {port}", "unset PGHOST")


def test_unreachable_socket_of_database_server(run_dev):
    done = run_dev("demo", "--port", free_port(), PGHOST="/nowhere")
    assert_refused(done, "PGHOST is /nowhere")


def test_no_network(run_dev):
    done = run_dev("demo", "--port", free_port(), DEBIAN_MIRROR="http://127.0.0.1:9/debian")
    assert_refused(done, "could not be fetched", "check the network")


def test_folder_that_holds_no_odoo(run_dev, tmp_path):
    done = run_dev("odoo", "--", "--version", ODOO_HOME=str(tmp_path))
    assert_refused(done, "ODOO_HOME", "Odoo 19")


def test_folder_that_holds_another_odoo(run_dev, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    done = run_dev("odoo", "--", "--version", ODOO_HOME=str(tmp_path))
    assert_refused(done, "Odoo 18.0", "needs 19.0")


def test_no_python(run_dev, tmp_path):
    """A python3 of a version manager that leads nowhere is passed over, and then there is none."""
    shim = tmp_path / "python3"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    done = run_dev("demo", PATH=str(tmp_path), CRM_DEV_PYTHON="")
    assert_refused(done, "no Python 3.10 to 3.13", "install one")


def test_a_python_behind_a_broken_shim_is_found(run_dev, tmp_path):
    for name in ("shims", "real"):
        (tmp_path / name).mkdir()
    shim = tmp_path / "shims" / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (tmp_path / "real" / "python3.10").symlink_to(sys.executable)
    done = run_dev("--help", PATH=f"{tmp_path / 'shims'}:{tmp_path / 'real'}")
    assert done.returncode == 0, done.stderr


def test_no_disk_space(tmp_path):
    with pytest.raises(Trouble, match=r"^No disk space: a demo needs about \d+ MB, .* free some"):
        errors.check_space(tmp_path / "not" / "there", 10**9, "a demo")
    errors.check_space(tmp_path, 1, "a demo")


def test_disk_that_runs_full_meanwhile(tmp_path, dev_folder):
    full = OSError(errno.ENOSPC, "No space left on device")
    assert "is full: free some space" in str(errors.from_os_error(full, tmp_path))
    with pytest.raises(Trouble, match="is full: free some space"):
        processes.run(["sh", "-c", "echo No space left on device; exit 1"], "It failed.")


def test_failed_command_leaves_what_it_said(dev_folder):
    with pytest.raises(
        Trouble, match=r"^It failed\. \(What it said is in .*failed-command\.log\.\)$"
    ):
        processes.run(["sh", "-c", "echo reason; exit 3"], "It failed.")
    assert "reason" in (dev_folder / "log" / "failed-command.log").read_text()


def test_program_that_is_not_there(dev_folder):
    with pytest.raises(Trouble, match="no-such-program is not installed"):
        processes.run(["no-such-program"], "It failed.")


def test_missing_browser_is_named_to_an_ordinary_user(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(Trouble, match="apt-get install chromium fonts-liberation"):
        system_packages.ensure_browser()
    with pytest.raises(Trouble, match="apt-get install nodejs"):
        system_packages.ensure_node()


def test_wrong_extra_addons(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_EXTRA_ADDONS", f"{tmp_path}, {tmp_path / 'none'}")
    with pytest.raises(Trouble, match=r"ODOO_EXTRA_ADDONS names .*/none, which is no folder"):
        addons.extra_paths()


def test_database_role_that_may_not_create(monkeypatch, tmp_path):
    """The caller's server answers, but is of no use."""
    psql = tmp_path / "psql"
    psql.write_text("#!/bin/sh\necho f\n")
    psql.chmod(psql.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("PGHOST", "somewhere")
    monkeypatch.setenv("PGUSER", "me")
    with pytest.raises(Trouble, match=r"role me .* grant it CREATEDB"), postgres.serving("demo"):
        pass


def test_usage(run_dev):
    """A newcomer is told what there is."""
    done = run_dev("--help")
    assert done.returncode == 0
    for command in ("demo", "test", "core-tests", "lint", "screenshots", "odoo", "psql", "shell"):
        assert f"\n    {command}" in done.stdout
    assert run_dev().returncode == 2
    assert run_dev("demo", "--", "x").returncode == 2


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
