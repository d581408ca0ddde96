"""Canonical rows on disk while an export is under way, so that memory does not grow with their number."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from skillweave.tasks.trajectory import Trajectory


class Spool:
    """An append-only file of rows that can be read in any order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: list[tuple[int, int]] = []
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("w+b")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._file is not None
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, row: Trajectory) -> int:
        """Append a row and return its number."""
        assert self._file is not None
        line = json.dumps(row.to_json(), ensure_ascii=False, allow_nan=False).encode()
        self._places.append((self._file.seek(0, 2), len(line)))
        self._file.write(line)
        return len(self._places) - 1

    def read(self, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Yield rows by number, in the order given."""
        assert self._file is not None
        for number in numbers:
            start, size = self._places[number]
            self._file.seek(start)
            yield json.loads(self._file.read(size))
