"""Where everything comes from: pinned, hashed, and from no host that a file here names."""

import json
import re
from pathlib import Path

import pytest

from devtools import debian, odoo_source, python_env
from devtools.errors import Trouble
from devtools.paths import REQUIREMENTS, ROOT

LISTS = sorted(REQUIREMENTS.glob("*.txt"))


@pytest.mark.parametrize("listed", LISTS, ids=lambda path: path.name)
def test_python_packages_are_pinned_with_hashes(listed):
    text = listed.read_text()
    requirements = re.split(r"(?m)^(?=\w)", text)
    assert len(requirements) > 1
    for requirement in requirements[1:]:
        assert re.match(r"[\w.-]+==[\w.]+ ", requirement), requirement
        assert "--hash=sha256:" in requirement
    assert "://" not in text and "index-url" not in text and "find-links" not in text


def test_node_packages_are_pinned_with_hashes():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert len(packages) > 10
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_hooks_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"- repo: (.*)", text) == ["local"]


def test_mirror_is_the_machines_own(monkeypatch):
    uris = (
        "'file:/cdrom/dists/bookworm/InRelease' a 0 \n"
        "'https://packages.example/apt/dists/x/InRelease' b 0 \n"
        "'http://mirror.example/debian/dists/bookworm/InRelease' c 0 \n"
        "'http://other.example/debian/dists/bookworm-updates/InRelease' d 0 \n"
    )
    assert debian.find_mirror(uris) == "http://mirror.example/debian"
    assert debian.find_mirror("") is None
    monkeypatch.setenv("DEBIAN_MIRROR", "http://chosen.example/debian/")
    assert debian.mirror() == "http://chosen.example/debian"


def test_odoo_that_was_changed_on_the_way_is_refused(tmp_path):
    package = tmp_path / "odoo-19_19.0.0+dfsg-1_all.deb"
    package.write_bytes(b"something else")
    with pytest.raises(Trouble, match="SHA-256 differs"):
        odoo_source._check_hash(package)


def test_newer_odoo_is_taken_loudly_when_the_pinned_one_is_gone(tmp_path, monkeypatch, capsys):
    fetched = []

    def download(packages, folder):
        fetched.extend(packages)
        return []

    monkeypatch.setattr(debian, "refresh", lambda: None)
    monkeypatch.setattr(
        debian, "newest", lambda name, prefix: "19.0.7-1" if prefix == "19.0" else None
    )
    monkeypatch.setattr(debian, "download", download)
    (tmp_path / "packages").mkdir()
    monkeypatch.setattr(odoo_source.shutil, "rmtree", lambda *args, **options: None)
    odoo_source._unpack_into(tmp_path / "odoo")
    assert fetched[0] == "odoo-19=19.0.7-1"
    assert "warning" in capsys.readouterr().err
    assert (tmp_path / "odoo" / "version").read_text() == "19.0.7-1\n"


def test_given_odoo_is_used(tmp_path, monkeypatch):
    for folder in ("odoo/addons/base", "addons/web"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    odoo = odoo_source.ensure()
    assert odoo.python_path == tmp_path
    assert odoo.addons == (tmp_path / "addons",)


def test_installer_takes_nothing_but_what_is_listed(monkeypatch, tmp_path):
    for found in (None, "/usr/bin/uv"):
        monkeypatch.setattr(python_env.shutil, "which", lambda name, found=found: found)
        monkeypatch.setattr(python_env, "_pip_wheel", lambda: Path("pip.whl"))
        monkeypatch.setattr(python_env, "_certificate_rule", lambda pip: [])
        command = python_env._installer(tmp_path)
        assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(map(str, command))
        assert (command[0] == "uv") == bool(found)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("pip 26.2.2 from /x (python 3.11)", ["--use-deprecated=legacy-certs"]),
        ("pip 24.2 from /x (python 3.12)", ["--use-deprecated=legacy-certs"]),
        ("pip 23.0.1 from /x (python 3.11)", []),
    ],
)
def test_pip_on_a_machine_without_certificates(monkeypatch, tmp_path, said, rule):
    monkeypatch.setattr(python_env, "run", lambda *args: said)
    monkeypatch.setattr(python_env, "_CA_BUNDLE", tmp_path / "none")
    assert python_env._certificate_rule(["pip"]) == rule
    (tmp_path / "none").touch()
    assert python_env._certificate_rule(["pip"]) == []
