"""Running other programs, with errors that a user understands."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devtools.errors import NO_SPACE, Trouble, disk_full
from devtools.paths import DEV, ROOT


def child_env(**changes: str) -> dict[str, str]:
    """The environment for a child: the caller's, without what `./dev` put on PYTHONPATH.

    `changes` are set on top of it.
    """
    env = dict(os.environ)
    kept = [entry for entry in env.pop("PYTHONPATH", "").split(os.pathsep) if entry]
    kept = [entry for entry in kept if Path(entry).resolve() != ROOT]
    if kept:
        env["PYTHONPATH"] = os.pathsep.join(kept)
    # The venv of a caller must not be taken for ours.
    env.pop("VIRTUAL_ENV", None)
    env.pop("PYTHONHOME", None)
    return env | changes


def run(command: Sequence[str | Path], trouble: str, **options) -> str:
    """Run `command` and return what it printed.

    :param trouble: the sentence to raise when the command fails; the last lines that the
        command printed are added to it.
    :param options: passed to `subprocess.run`.
    """
    options.setdefault("env", child_env())
    options.setdefault("stdin", subprocess.DEVNULL)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
    except FileNotFoundError as error:
        raise Trouble(f"{trouble} ({command[0]} is not installed)") from error
    if done.returncode:
        if NO_SPACE in done.stdout:
            raise disk_full(DEV)
        raise Trouble(f"{trouble}\n{tail(done.stdout)}".rstrip())
    return done.stdout


def tail(text: str, lines: int = 15) -> str:
    """The last lines of an output, indented to stand apart from the sentence before them.

    >>> tail("a\\nb\\nc", 2)
    '    b\\n    c'
    """
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:])


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the checkout's lock `name`: two commands at a time wait for each other here."""
    folder = DEV / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
