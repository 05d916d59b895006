"""What the tests of the launcher share."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from devtools import paths, postgres, processes

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run_dev(tmp_path):
    """Run `./dev ARGS` as a user would, with a folder of its own for all that it makes."""

    def run(*args, **changes):
        env = dict(os.environ, CRM_DEV_HOME=str(tmp_path / "dev"))
        for name in ("PGHOST", "PGPORT", "PGUSER", "ODOO_HOME", "ODOO_EXTRA_ADDONS", "PYTHONPATH"):
            env.pop(name, None)
        command = [str(ROOT / "dev"), *args]
        return subprocess.run(
            command, env=env | changes, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def dev_folder(tmp_path, monkeypatch):
    """An empty folder in the place of the launcher's own, but with the PostgreSQL that it holds."""
    folder = tmp_path / "dev"
    (folder / "log").mkdir(parents=True)
    real = paths.DEV / "postgresql"
    if real.exists():
        shutil.copytree(real, folder / "postgresql", symlinks=True)
    for module in (paths, postgres, processes):
        monkeypatch.setattr(module, "DEV", folder)
        if hasattr(module, "LOG"):
            monkeypatch.setattr(module, "LOG", folder / "log")
    monkeypatch.setattr(postgres, "_WHEEL", folder / "postgresql")
    monkeypatch.delenv("PGHOST", raising=False)
    return folder
