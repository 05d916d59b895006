"""Virtual environments with pinned, hashed packages: by uv where it is installed, by pip where not."""

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from devtools import debian
from devtools.errors import Trouble, check_space
from devtools.paths import DEV, REQUIREMENTS, VENV
from devtools.processes import child_env, locked, run
from devtools.steps import step

_NO_NETWORK = "Python's packages could not be fetched: check the network and run the command again."
_CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def ensure(*names: str, venv: Path = VENV) -> Path:
    """A virtual environment which holds the requirements `names` (`odoo`, `test`, …).

    Returns its Python. What is installed already is left alone; a list that has changed is installed
    again, and another Python makes the environment anew.
    """
    python = venv / "bin" / "python"
    with locked(venv.name):
        version = venv / "python-version"
        if not python.exists() or not version.exists() or version.read_text() != sys.version:
            check_space(DEV, 600, "a Python environment")
            with step(f"Python {sys.version_info[0]}.{sys.version_info[1]} environment"):
                _make(venv)
                version.write_text(sys.version)
        for name in names:
            _install(venv, name)
    return python


def install_into(folder: Path, name: str) -> None:
    """Install the requirements `name` into a plain folder, with `folder/installed` as the proof.

    The environment must stand already.
    """
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    run(
        [*_installer(VENV), "--target", new, "-r", REQUIREMENTS / f"{name}.txt"],
        _NO_NETWORK,
        env=_env(),
    )
    (new / "installed").touch()
    new.rename(folder)


def _make(venv: Path) -> None:
    """Make an empty virtual environment."""
    shutil.rmtree(venv, ignore_errors=True)
    failed = (
        "The Python environment could not be made: install Python's venv module (python3-venv)."
    )
    if shutil.which("uv"):
        run(["uv", "venv", "--quiet", "--python", sys.executable, venv], failed, env=_env())
    elif _has_pip():
        run([sys.executable, "-m", "venv", venv], failed)
    else:
        run([sys.executable, "-m", "venv", "--without-pip", venv], failed)


def _install(venv: Path, name: str) -> None:
    """Install one list of requirements, unless this very list is installed already."""
    listed = REQUIREMENTS / f"{name}.txt"
    stamp = venv / f"installed-{name}"
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    with step(f"Python packages ({name})"):
        run([*_installer(venv), "-r", listed], _NO_NETWORK, env=_env())
        stamp.write_text(digest)


def _installer(venv: Path) -> list[str | Path]:
    """The command that installs packages into `venv`.

    Only wheels whose hashes are in the list, and nothing that the list does not name.
    """
    rules = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    python = venv / "bin" / "python"
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", python, *rules]
    # pip can run out of its own wheel, where the environment holds none.
    pip = [python, *(["-m", "pip"] if (venv / "bin" / "pip").exists() else [_pip_wheel() / "pip"])]
    return [
        *pip,
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *_certificate_rule(pip),
        *rules,
    ]


def _certificate_rule(pip: list[str | Path]) -> list[str]:
    """What a pip must be told on a machine without certificates of its own.

    Since 24.2 it reads the system's even where it is given others, and Debian's fails without them.
    """
    if _CA_BUNDLE.exists():
        return []
    said = run(
        [*pip, "--version"], "pip does not run: install Python's venv module (python3-venv)."
    )
    return ["--use-deprecated=legacy-certs"] if _version(said) >= (24, 2) else []


def _version(said: str) -> tuple[int, int]:
    """The version in what `pip --version` printed.

    >>> _version("pip 26.2.2 from /somewhere (python 3.11)")
    (26, 2)
    """
    major, minor = said.split()[1].split(".")[:2]
    return int(major), int(minor)


def _has_pip() -> bool:
    """Whether this Python can make environments with pip in them (Debian's needs python3-venv)."""
    return importlib.util.find_spec("ensurepip") is not None


def _pip_wheel() -> Path:
    """A wheel of pip from Debian's package, for a Python that came without."""
    return _unpacked("pip", "python3-pip-whl", "usr/share/python-wheels/pip-*.whl")


def _ca_bundle() -> Path:
    """Certificates from Debian's package, joined in one file, for a machine that has none."""
    bundle = DEV / "certificates.pem"
    if not bundle.exists():
        folder = _unpacked("certificates", "ca-certificates", "usr/share/ca-certificates/mozilla")
        bundle.write_text("".join(path.read_text() for path in sorted(folder.glob("*.crt"))))
    return bundle


def _unpacked(name: str, package: str, wanted: str) -> Path:
    """The path `wanted` (a pattern) in a package of Debian, unpacked once into our folder."""
    folder = DEV / name
    if not list(folder.glob(wanted)):
        files = DEV / f"{name}.packages"
        shutil.rmtree(files, ignore_errors=True)
        debian.refresh()
        for file in debian.download([package], files):
            debian.unpack(file, folder)
        shutil.rmtree(files)
    found = sorted(folder.glob(wanted))
    if not found:
        raise Trouble(f"Debian's {package} holds no {wanted}: install pip yourself (python3-venv).")
    return found[-1]


def _env() -> dict[str, str]:
    """The environment for uv and pip."""
    env = child_env(UV_PYTHON_DOWNLOADS="never")
    told = {"PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"} & set(os.environ)
    if not told and not _CA_BUNDLE.exists():
        env["PIP_CERT"] = env["SSL_CERT_FILE"] = str(_ca_bundle())
    return env
