"""Odoo 19 itself: the one a user has (`ODOO_HOME`), or Debian's package unpacked into the checkout."""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from devtools import debian
from devtools.errors import Trouble, check_space
from devtools.paths import DEV
from devtools.processes import locked
from devtools.steps import step, warn

VERSION = "19.0.0+dfsg-1"
SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
SERIES = "19.0"

# What the Odoo package links to: without these every page is an error 500. Font Awesome is
# taken from Debian 12, for later ones have renamed the files that Odoo's pages ask for.
_LINKED = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
    "fonts-font-awesome/bookworm",
]

_LEFT_OUT = (
    # An incomplete twin of the add-ons that Odoo would put on its path.
    "./usr/lib/python3/dist-packages/addons",
    # Countries' accounting, manuals, and the languages that we neither ship nor test: 0.8 GB.
    "*/odoo/addons/l10n_*",
    "*/i18n/[!c]*.po",
    "*/i18n/ca.po",
    "./usr/share/doc",
    "./usr/share/man",
)

# The package lacks this file of mail's; the error in the browser's console fails every tour.
_MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    """An Odoo on the disk."""

    python_path: Path
    """The folder to put on PYTHONPATH: it holds the package `odoo`."""
    addons: tuple[Path, ...]
    """Odoo's own add-ons folders."""
    version: str
    """What tells this Odoo from another one: a database made by one must not be taken for the other's."""


def ensure() -> Odoo:
    """Odoo 19, brought here when the machine has none."""
    home = os.environ.get("ODOO_HOME")
    return _given(Path(home).expanduser().absolute()) if home else _debian()


def series(release: str) -> str | None:
    """The series that Odoo's `release.py` declares, or None.

    >>> series("version_info = (19, 0, 0, FINAL, 0, '')")
    '19.0'
    """
    match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", release, re.MULTILINE)
    return match and f"{match.group(1)}.{match.group(2)}"


def _given(home: Path) -> Odoo:
    """The Odoo in the folder `home`: a checkout, or the folder that holds the package `odoo`."""
    release = home / "odoo" / "release.py"
    if not release.exists():
        raise Trouble(
            f"ODOO_HOME is {home}, which holds no odoo/release.py: name the folder of an Odoo 19."
        )
    found = series(release.read_text(encoding="utf-8"))
    if found != SERIES:
        raise Trouble(
            f"ODOO_HOME holds Odoo {found or 'of an unknown version'}, but this add-on needs {SERIES}."
        )
    addons = tuple(
        path for path in (home / "addons", home / "odoo" / "addons") if (path / "web").is_dir()
    )
    if not addons:
        raise Trouble(f"ODOO_HOME is {home}, where no add-ons of Odoo are found (web is missing).")
    return Odoo(home, addons, f"{found} in {home}")


def _debian() -> Odoo:
    """Debian's package of Odoo, unpacked once."""
    home = DEV / "odoo"
    stamp = home / "version"
    with locked("odoo"):
        if not stamp.exists():
            check_space(DEV, 2000, "Odoo, its packages and a database")
            with step("Odoo 19 from Debian"):
                _unpack_into(home)
        packages = home / "usr/lib/python3/dist-packages"
        return Odoo(packages, (packages / "odoo/addons",), stamp.read_text().strip())


def _unpack_into(home: Path) -> None:
    """Download and unpack Odoo. The folder gets its name last, so a half-made one never has it."""
    new = home.with_name("odoo.new")
    files = home.with_name("packages")
    for folder in (new, files, home):
        shutil.rmtree(folder, ignore_errors=True)
    debian.refresh()
    version = debian.newest("odoo-19", VERSION) or debian.newest("odoo-19", SERIES)
    if not version:
        raise Trouble("Debian has no Odoo 19 any more: name the folder of an Odoo 19 in ODOO_HOME.")
    if version != VERSION:
        warn(
            f"Debian no longer has Odoo {VERSION}: {version} is used, which was not tried with this add-on."
        )
    for package in debian.download([f"odoo-19={version}", *_LINKED], files):
        if package.name.startswith("odoo-19_") and version == VERSION:
            _check_hash(package)
        debian.unpack(package, new, _LEFT_OUT)
    addons = new / "usr/lib/python3/dist-packages/odoo/addons"
    script = addons / _MISSING_SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()
    (new / "version").write_text(f"{version}\n")
    new.rename(home)
    shutil.rmtree(files)


def _check_hash(package: Path) -> None:
    """Raise Trouble unless the file is the very one that this add-on was tried with."""
    found = hashlib.sha256()
    with open(package, "rb") as handle:
        while block := handle.read(1 << 20):
            found.update(block)
    if found.hexdigest() != SHA256:
        raise Trouble(
            f"{package.name} is not the file that was expected (SHA-256 differs): run the command again."
        )
