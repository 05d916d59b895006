"""Programs that only the system's own packages bring: Chromium and Node.js."""

import os
import shutil

from devtools.errors import Trouble
from devtools.processes import child_env, run
from devtools.steps import step

# The names under which Odoo looks for a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

_FAILED = "The system's packages could not be installed: check the network and apt's configuration."


def ensure_browser() -> str:
    """A Chromium on the PATH, and its path."""
    # Pages without any font are laid out like no user's page.
    return _ensure(
        BROWSERS, ["chromium", "fonts-liberation"], "Chromium, for the tests in a browser"
    )


def ensure_node() -> str:
    """Node.js with npm on the PATH, and the path of npm."""
    _ensure(("node",), ["nodejs"], "Node.js, for the checks of JavaScript")
    return _ensure(("npm",), ["npm"], "npm, for the checks of JavaScript")


def _ensure(programs: tuple[str, ...], packages: list[str], purpose: str) -> str:
    """The path of the first of `programs` that is there; root gets the packages installed."""
    found = _find(programs)
    if found:
        return found
    named = " ".join(packages)
    if os.getuid() or not shutil.which("apt-get"):
        raise Trouble(
            f"This needs {purpose}: let an administrator run `apt-get install {named}`, then run this again."
        )
    env = child_env(DEBIAN_FRONTEND="noninteractive")
    with step(f"System packages ({named})"):
        run(["apt-get", "-q", "update"], _FAILED, env=env)
        run(["apt-get", "-qy", "--no-install-recommends", "install", *packages], _FAILED, env=env)
    found = _find(programs)
    if not found:
        raise Trouble(f"This needs {purpose}, but installing {named} did not bring it.")
    return found


def _find(programs: tuple[str, ...]) -> str | None:
    """The path of the first program that is on the PATH."""
    return next((path for path in map(shutil.which, programs) if path), None)
