"""Telling the user what happens, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line that must not be overlooked, on the error stream."""
    print(f"dev: warning: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print `title`, and behind it the time that the block took.

    A block that raises leaves the line ended, so that the error stands on its own.
    """
    print(f"  {title} ... ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(duration(time.monotonic() - start), flush=True)


def duration(seconds: float) -> str:
    """Seconds as people read them.

    >>> duration(3.14159)
    '3.1 s'
    >>> duration(125)
    '2 min 5 s'
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def table(rows: list[list[str]]) -> str:
    """Rows as aligned columns; the first row is the heading.

    >>> print(table([["login", "role"], ["anna", "supervisor"]]))
    login  role
    -----  ----------
    anna   supervisor
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in ruled
    )
    return "\n".join(line.rstrip() for line in lines)
