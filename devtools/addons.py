"""The add-ons of this checkout: every top-level folder that holds a manifest."""

import ast
import hashlib
import os
from pathlib import Path

from devtools.errors import Trouble
from devtools.paths import ROOT

MAIN = "crm_discipline"
"""The add-on that the demo installs; the others are glue to modules a company may have."""

_IGNORED = {"__pycache__", ".DS_Store"}


def ours() -> list[str]:
    """The technical names of our add-ons, the main one first."""
    names = sorted(manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py"))
    return sorted(names, key=lambda name: name != MAIN)


def require_main() -> None:
    """Raise Trouble when the checkout lacks the add-on itself."""
    if MAIN not in ours():
        raise Trouble(f"{ROOT / MAIN} holds no add-on: check out the whole repository.")


def extra_paths() -> list[Path]:
    """The folders that `ODOO_EXTRA_ADDONS` names, separated by commas, to join the add-ons path."""
    given = [part.strip() for part in os.environ.get("ODOO_EXTRA_ADDONS", "").split(",")]
    paths = [Path(part).expanduser().absolute() for part in given if part]
    for path in paths:
        if not path.is_dir():
            raise Trouble(f"ODOO_EXTRA_ADDONS names {path}, which is no folder: correct it.")
    return paths


def manifest(name: str) -> dict:
    """The manifest of one of our add-ons."""
    path = ROOT / name / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise Trouble(f"{path} is no valid manifest ({error}): correct it.") from error


def foreign_depends(names: list[str]) -> list[str]:
    """The modules of others that the add-ons in `names` need, sorted."""
    needed = {dependency for name in names for dependency in manifest(name).get("depends", [])}
    return sorted(needed - set(ours()))


def digest(names: list[str]) -> str:
    """A hash of everything that belongs to the add-ons: it changes when they must be upgraded.

    Tests are left out, for a database does not hold them.
    """
    found = hashlib.sha256()
    for name in names:
        for path in sorted((ROOT / name).rglob("*")):
            relative = path.relative_to(ROOT)
            if not path.is_file() or _IGNORED & set(relative.parts) or relative.parts[1] == "tests":
                continue
            found.update(f"{relative}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
