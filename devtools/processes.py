"""Running other programs, with errors that a user understands."""

import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devtools.errors import NO_SPACE, Trouble, disk_full
from devtools.paths import DEV, LOG, ROOT


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

    :param trouble: the sentence to raise when the command fails; what the command printed goes to
        a log that the sentence names.
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
        log = LOG / "failed-command.log"
        LOG.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{shlex.join(map(str, command))}\n{done.stdout}")
        raise Trouble(f"{trouble} (What it said is in {log}.)")
    return done.stdout


def interactive(command: Sequence[str | Path], env: dict[str, str]) -> int:
    """Run `command` at the user's terminal and return its status.

    Ctrl-C is the program's own business: the launcher waits until it ends.
    """
    # No SIG_IGN: the program would inherit that.
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run([str(part) for part in command], env=env, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, previous)


def logged(
    command: Sequence[str | Path], path: Path, env: dict[str, str], stdin_text: str = ""
) -> int:
    """Run `command` with its output in the file `path`, and return its status.

    Should the launcher be stopped meanwhile, the program and all that it started are stopped too.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        process.communicate(stdin_text)
    except BaseException:
        stop(process)
        raise
    return process.returncode


def stop(process: subprocess.Popen, seconds: float = 10) -> None:
    """Stop a program that leads a session of its own: politely first, then by force.

    A second Ctrl-C does not break in.
    """
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    # Children of its own, such as a browser.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    signal.signal(signal.SIGINT, previous)


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
