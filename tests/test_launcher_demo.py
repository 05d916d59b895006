"""The demo's database: installed once, upgraded when the code changed, never half made."""

import json
from types import SimpleNamespace

import pytest

from devtools import addons, serve
from devtools.errors import Trouble


class FakeServer:
    """A PostgreSQL server as far as the demo asks it anything."""

    def __init__(self):
        self.held = {}
        self.module = [["installed", "t"]]

    def databases(self):
        return dict(self.held)

    def create(self, database):
        self.held[database] = ""

    def drop(self, database):
        self.held.pop(database, None)

    def rename(self, database, new):
        self.held[new] = self.held.pop(database)

    def comment(self, database, text):
        self.held[database] = text

    def sql(self, query, database):
        assert database in self.held
        return self.module


class FakeOdoo:
    """An Odoo that writes down what it is asked, and does it or fails."""

    def __init__(self, data):
        self.server = FakeServer()
        self.data = data
        self.workshop = SimpleNamespace(odoo=SimpleNamespace(version="19.0-test"))
        self.asked = []
        self.says = "2026-11-23 18:49:21,343 1 INFO demo odoo.registry: Registry loaded\n"
        self.status = 0

    def log(self, args, path):
        self.asked.append(args[:4])
        path.write_text(self.says)
        (self.data / "filestore" / args[1]).mkdir(parents=True, exist_ok=True)
        return self.status


@pytest.fixture
def odoo(tmp_path, monkeypatch):
    """An Odoo without any database, with add-on code of version 1."""
    monkeypatch.setattr(serve, "LOG", tmp_path)
    monkeypatch.setattr(addons, "digest", lambda names: "code 1")
    return FakeOdoo(tmp_path / "data")


INSTALL = ["-d", "demo_installing", "-i", "crm_discipline"]


def test_first_start_installs(odoo):
    serve.prepare_database(odoo, "demo")
    assert odoo.asked == [INSTALL]
    assert list(odoo.server.held) == ["demo"]
    assert (odoo.data / "filestore" / "demo").is_dir()


def test_second_start_does_nothing(odoo):
    serve.prepare_database(odoo, "demo")
    odoo.asked.clear()
    serve.prepare_database(odoo, "demo")
    assert odoo.asked == []


def test_changed_code_is_upgraded_once(odoo, monkeypatch):
    serve.prepare_database(odoo, "demo")
    monkeypatch.setattr(addons, "digest", lambda names: "code 2")
    odoo.asked.clear()
    serve.prepare_database(odoo, "demo")
    assert odoo.asked == [["-d", "demo", "-u", "crm_discipline"]]
    serve.prepare_database(odoo, "demo")
    assert len(odoo.asked) == 1


def test_another_odoo_upgrades_everything(odoo):
    serve.prepare_database(odoo, "demo")
    odoo.workshop.odoo.version = "19.0-other"
    odoo.asked.clear()
    serve.prepare_database(odoo, "demo")
    assert odoo.asked == [["-d", "demo", "-u", "all"]]


def test_failed_upgrade_is_tried_again(odoo, monkeypatch):
    serve.prepare_database(odoo, "demo")
    monkeypatch.setattr(addons, "digest", lambda names: "code 2")
    odoo.status = 1
    with pytest.raises(Trouble, match=r"could not be upgraded.*--reset"):
        serve.prepare_database(odoo, "demo")
    odoo.status = 0
    serve.prepare_database(odoo, "demo")
    assert odoo.asked[-1] == ["-d", "demo", "-u", "crm_discipline"]
    assert json.loads(odoo.server.held["demo"])["code"] == "code 2"


def test_interrupted_installation_starts_afresh(odoo):
    odoo.server.held["demo_installing"] = ""
    (odoo.data / "filestore" / "demo_installing" / "left").mkdir(parents=True)
    serve.prepare_database(odoo, "demo")
    assert odoo.asked == [INSTALL]
    assert list(odoo.server.held) == ["demo"]
    assert not (odoo.data / "filestore" / "demo" / "left").exists()


@pytest.mark.parametrize("module", [[["installed", "f"]], [["uninstalled", "f"]], []])
def test_half_installed_demo_is_not_taken_for_one(odoo, module):
    """Odoo goes on without demo data that fail, and says so in its log alone."""
    odoo.server.module = module
    with pytest.raises(Trouble, match="not installed whole"):
        serve.prepare_database(odoo, "demo")
    assert "demo" not in odoo.server.held


def test_error_in_the_log_is_not_overlooked(odoo):
    odoo.says = (
        "2026-11-23 18:49:21,343 1 ERROR demo odoo.modules.loading: Some modules are not loaded\n"
    )
    with pytest.raises(Trouble, match="could not be installed"):
        serve.prepare_database(odoo, "demo")
    assert "demo" not in odoo.server.held


def test_reset(odoo):
    serve.prepare_database(odoo, "demo")
    (odoo.data / "filestore" / "demo" / "mine").mkdir()
    odoo.asked.clear()
    serve.prepare_database(odoo, "demo", reset=True)
    assert odoo.asked == [INSTALL]
    assert not (odoo.data / "filestore" / "demo" / "mine").exists()


def test_logins_are_told_by_role():
    rows = [
        ["admin", "Ada", "administrator"],
        ["operator", "Olga", "operator"],
        ["supervisor", "Sue", "supervisor"],
    ]
    server = SimpleNamespace(sql=lambda query, database: rows)
    lines = serve.logins(server, "demo").splitlines()
    assert lines[0].split() == ["login", "password", "role", "name"]
    assert [line.split()[:3] for line in lines[2:]] == [
        ["supervisor", "supervisor", "supervisor"],
        ["operator", "operator", "operator"],
        ["admin", "admin", "administrator"],
    ]
