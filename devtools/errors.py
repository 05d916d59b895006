"""What the launcher says when it can't go on."""

import errno
import shutil
from pathlib import Path


class Trouble(Exception):
    """One sentence for the user, which says what is wrong and what to do about it."""


NO_SPACE = "No space left on device"


def disk_full(path: Path) -> Trouble:
    """The sentence for a disk that has run full, for the disk which holds `path`."""
    return Trouble(
        f"The disk that holds {path} is full: free some space and run the command again."
    )


def from_os_error(error: OSError, path: Path) -> Trouble:
    """A sentence for an error of the operating system met while working under `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return Trouble(
            f"{error.filename or path} can't be written: run the command as the owner of the checkout."
        )
    return Trouble(f"The operating system refused: {error}.")


def check_space(path: Path, needed_mb: int, purpose: str) -> None:
    """Raise Trouble unless the disk of `path` has `needed_mb` megabytes free for `purpose`."""
    while not path.exists():
        path = path.parent
    free_mb = shutil.disk_usage(path).free // 1_000_000
    if free_mb < needed_mb:
        raise Trouble(
            f"No disk space: {purpose} needs about {needed_mb} MB, but the disk that holds {path} "
            f"has {free_mb} MB free; free some and run the command again."
        )
