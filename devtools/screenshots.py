"""`./dev screenshots`: the pictures of the documentation, taken from the running demo."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools import addons, odoo_command, serve, system_packages
from devtools.paths import ROOT
from devtools.processes import child_env
from devtools.steps import say

PICTURES = ROOT / "docs" / "pictures"


def screenshots(names: list[str], into: Path | None = None) -> int:
    """Take all pictures, or those in `names`. Returns the status for the shell.

    :param into: another folder for them than the documentation's.
    """
    addons.require_main()
    say("Pictures of the demo")
    browser = system_packages.ensure_browser()
    workshop = odoo_command.prepare("screenshots")
    folder = (into or PICTURES).absolute()
    with _demo() as demo:
        command = [workshop.python, "-m", "devtools.shots", *demo, browser, folder, *names]
        env = child_env(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run(
            command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, check=False
        ).returncode


@contextmanager
def _demo() -> Iterator[tuple[str, str]]:
    """The address and the database of the demo: the running one's, else of one for this block."""
    served = serve.now_served()
    if served:
        port, database = served
        yield f"http://{serve.HOST}:{port}", database
        return
    with serve.running(serve.free_port()) as started:
        yield f"http://{serve.HOST}:{started.port}", started.database
