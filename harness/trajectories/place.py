"""The folder of an export: made beside its place, and put there only when it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skillweave.taxonomy.errors import UserError

RECORD = "export.json"
"""what an export says of itself, beside its data"""


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """Give a folder beside the output that takes its place when all went well; an earlier export is replaced."""
    if output.exists() and not output.is_dir():
        raise UserError(f"cannot write into {str(output)!r}: it is a file", hint="name a folder with -o")
    if output.is_dir() and any(output.iterdir()) and not _is_export(output):
        raise UserError(
            f"{str(output)!r} holds other files than an export",
            hint="name a new folder with -o: its content is replaced",
        )
    output = output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = output.with_name(f".{output.name}.{os.getpid()}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        if output.exists():
            shutil.rmtree(output)
        folder.rename(output)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_export(folder: Path) -> bool:
    return (folder / RECORD).is_file() or any((sub / RECORD).is_file() for sub in folder.iterdir() if sub.is_dir())
