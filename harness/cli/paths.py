"""Checks of output paths before any work is done, so that nothing is left half-written."""

import os
from pathlib import Path

from skillweave.taxonomy.errors import UserError


def output_file(path: Path) -> Path:
    """Return the path; raises `UserError` where no file can be written there."""
    if path.is_dir():
        raise UserError(f"cannot write {str(path)!r}: it is a folder", hint="name a file with -o")
    _writable(path.parent, path)
    return path


def output_folder(path: Path) -> Path:
    """Return the path; raises `UserError` where no folder can be made there."""
    if path.exists() and not path.is_dir():
        raise UserError(f"cannot write into {str(path)!r}: it is a file", hint="name a folder with -o")
    _writable(path, path)
    return path


def _writable(folder: Path, path: Path) -> None:
    existing = folder
    while not existing.exists():
        existing = existing.parent
    if not existing.is_dir():
        raise UserError(f"cannot write {str(path)!r}: {str(existing)!r} is a file", hint="name another place with -o")
    if not os.access(existing, os.W_OK):
        raise UserError(f"cannot write {str(path)!r}: no permission in {str(existing)!r}", hint="name another place")
