"""Packages of Debian, without changing the system: an apt of our own beside the machine's."""

import os
import re
import shutil
from pathlib import Path

from devtools.errors import Trouble
from devtools.paths import DEV
from devtools.processes import child_env, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
APT = DEV / "apt"
NO_NETWORK = (
    "Debian's packages could not be fetched: check the network and the clock"
    " (or name a mirror in DEBIAN_MIRROR) and run the command again."
)


def mirror() -> str:
    """The address of a Debian mirror: `DEBIAN_MIRROR`, or the one this machine itself uses."""
    given = os.environ.get("DEBIAN_MIRROR")
    if given:
        return given.rstrip("/")
    if not shutil.which("apt-get"):
        raise Trouble(
            "This machine has no apt-get to fetch Odoo with: "
            "install Odoo 19 yourself and name its folder in ODOO_HOME."
        )
    found = find_mirror(run(["apt-get", "--print-uris", "update"], "apt-get could not be asked."))
    if not found:
        raise Trouble(
            "This machine's apt names no Debian mirror: name one in the environment variable "
            "DEBIAN_MIRROR, or name the folder of an Odoo 19 in ODOO_HOME."
        )
    return found


def find_mirror(uris: str) -> str | None:
    """The first Debian mirror in what `apt-get --print-uris update` printed.

    >>> find_mirror("'http://host/ubuntu/dists/x/InRelease' a 0 \\n"
    ...             "'http://host/debian/dists/bookworm/InRelease' b 0 ")
    'http://host/debian'
    """
    match = re.search(r"^'(\S+/debian)/dists/\S+/InRelease'", uris, re.MULTILINE)
    return match and match.group(1)


def _options() -> list[str]:
    """The options that keep apt away from the system's own state."""
    return [
        f"-oDir::Etc::SourceList={APT / 'sources.list'}",
        "-oDir::Etc::SourceParts=/dev/null",
        "-oDir::Etc::Preferences=/dev/null",
        "-oDir::Etc::PreferencesParts=/dev/null",
        f"-oDir::State={APT / 'state'}",
        f"-oDir::State::Lists={APT / 'state' / 'lists'}",
        f"-oDir::State::Status={APT / 'status'}",
        f"-oDir::Cache={APT / 'cache'}",
        "-oAPT::Sandbox::User=root",
        "-oAcquire::Languages=none",
        "-oAcquire::Retries=2",
    ]


def refresh() -> None:
    """Fetch the lists of packages; apt itself checks their signatures."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    (APT / "status").write_text("")
    signed = f"[signed-by={KEYRING}]"
    if not KEYRING.exists():
        raise Trouble(f"{KEYRING} is missing: apt-get install debian-archive-keyring.")
    address = mirror()
    (APT / "sources.list").write_text(
        "".join(f"deb {signed} {address} {suite} main\n" for suite in ("sid", "bookworm"))
    )
    # Without Error-Mode=any apt-get takes a mirror that it can't reach for a mere warning.
    run(["apt-get", *_options(), "-oAPT::Update::Error-Mode=any", "-q", "update"], NO_NETWORK)


def newest(package: str, prefix: str) -> str | None:
    """The newest version of `package` that begins with `prefix`, or None. Needs `refresh` before."""
    listed = run(["apt-cache", *_options(), "madison", package], "apt-cache could not be asked.")
    versions = [line.split("|")[1].strip() for line in listed.splitlines() if "|" in line]
    return next((version for version in versions if version.startswith(prefix)), None)


def download(packages: list[str], folder: Path) -> list[Path]:
    """Download packages (`name`, `name=version` or `name/suite`) into `folder`.

    The lists must have been fetched by `refresh`. Returns the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run(["apt-get", *_options(), "-q", "download", *packages], NO_NETWORK, cwd=folder)
    return sorted(folder.glob("*.deb"))


def unpack(package: Path, folder: Path, exclude: tuple[str, ...] = ()) -> None:
    """Unpack a .deb file into `folder`, without the files that match `exclude` (tar's patterns)."""
    folder.mkdir(parents=True, exist_ok=True)
    excludes = " ".join(f"--exclude='{pattern}'" for pattern in exclude)
    # sh, because two programs are joined by a pipe and both may fail for a full disk.
    script = f'dpkg-deb --fsys-tarfile "$1" | tar -x --no-same-owner -C "$2" {excludes}'
    run(
        ["sh", "-ec", script, "sh", package, folder],
        f"{package.name} could not be unpacked: run the command again.",
        env=child_env(LC_ALL="C"),
    )
