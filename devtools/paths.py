"""Where things are. All that the launcher makes is under one ignored folder of the checkout."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout. Each top-level folder with a manifest is an add-on of ours."""

DEV = Path(os.environ.get("CRM_DEV_HOME") or ROOT / ".dev").absolute()
"""Everything the launcher makes. `CRM_DEV_HOME` puts it somewhere else."""

REQUIREMENTS = ROOT / "devtools" / "requirements"
LOG = DEV / "log"
VENV = DEV / "venv"
LINT_VENV = DEV / "lint-venv"


def checkout_id() -> str:
    """Eight letters that tell this checkout from others on the same machine."""
    return hashlib.sha256(str(DEV).encode()).hexdigest()[:8]


def make_dev_folder() -> None:
    """Make the launcher's folder, which git ignores by a rule of its own."""
    LOG.mkdir(parents=True, exist_ok=True)
    ignore = DEV / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
