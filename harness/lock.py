"""One run at a time in a log folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skillweave.taxonomy.errors import UserError

NAME = ".skillweave.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder while the block runs, making it where it is missing.

    The operating system frees the lock when the process ends, however it ends: a file that was left behind holds
    nothing. Raises `UserError` where another process holds the folder, and where it cannot be written.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    except OSError as error:
        raise UserError(
            f"log folder {str(folder)!r} cannot be written: {error.strerror}", hint="name another --log-dir"
        ) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.seek(0)
            raise UserError(
                f"process {stream.read().strip() or 'unknown'} is running into {str(folder)!r}",
                hint="wait for it, stop it, or name another --log-dir",
            ) from None
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
