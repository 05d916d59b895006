"""Add-ons of others that ours are measured against, fetched from the package index into `.dev`.

They are installed beside ours to be measured, and nothing of them is used otherwise.
"""

import os
import subprocess
import zipfile
from pathlib import Path

from devtools.errors import Trouble
from devtools.odoo_command import Workshop
from devtools.paths import DEV
from devtools.steps import step

_FOLDER = DEV / "peers"


def join(workshop: Workshop, requirements: tuple[str, ...]) -> None:
    """Fetch add-ons, such as `odoo-addon-x==19.0.1.0.0`, and put them on the add-ons path."""
    for requirement in requirements:
        folder = _FOLDER / requirement.replace("==", "-")
        if not folder.is_dir():
            with step(f"Fetching {requirement}"):
                _fetch(workshop, requirement, folder)
        path = str(folder / "odoo" / "addons")
        given = os.environ.get("ODOO_EXTRA_ADDONS", "")
        if path not in given.split(","):
            os.environ["ODOO_EXTRA_ADDONS"] = ",".join(filter(None, (given, path)))


def _fetch(workshop: Workshop, requirement: str, folder: Path) -> None:
    loading = folder.with_suffix(".loading")
    loading.mkdir(parents=True, exist_ok=True)
    command = [str(workshop.python), "-m", "pip", "download", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, "--dest", str(loading), requirement], capture_output=True, text=True, check=False
    )
    wheels = list(loading.glob("*.whl"))
    if done.returncode or not wheels:
        raise Trouble(f"{requirement} could not be fetched.\n{done.stderr[-2000:]}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extractall(loading)
    loading.replace(folder)
