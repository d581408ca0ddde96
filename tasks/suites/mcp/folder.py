"""The working folder of one rollout: filled, hidden behind a name that is always the same, and compared."""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from skillweave.tasks.suites.mcp.config import Place, fits

MAGIC = b"SQLite format 3\0"
SHORT, LONG = 4_000, 200_000
"""characters of a file that are kept to show what changed, and for a checker"""
Entry = Mapping[str, Any]
"""``sha256`` and, where it is not too long, the ``text`` of a file"""


class Folder:
    """A temporary folder, gone once it is removed."""

    def __init__(self, place: Place) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="skillweave-mcp-")).resolve()
        self.work = self._root / "work"
        self.errors = self._root / "stderr.txt"
        self._config = place.config
        shown = re.escape(place.config.shown_as)
        self._shown = re.compile(rf"(?<![\w./-]){shown}(?![\w-])")
        self.work.mkdir()
        try:
            for source in place.copied():
                _copy(source, self.work)
        except BaseException:
            self.remove()
            raise

    def inward(self, value: Any) -> Any:
        """Return a value with the folder's real path where the agent wrote the name under which it is shown."""
        if isinstance(value, str):
            return self._shown.sub(lambda _: str(self.work), value)
        if isinstance(value, Mapping):
            return {key: self.inward(part) for key, part in value.items()}
        return [self.inward(part) for part in value] if isinstance(value, list) else value

    def outward(self, text: str) -> str:
        """Return a text with the name under which the folder is shown in place of its real path."""
        return text.replace(str(self.work), self._config.shown_as)

    def state(self, longest: int = SHORT) -> dict[str, Entry]:
        """Return each file by its path, and each folder with a slash at its end; databases count by their rows."""
        found: dict[str, Entry] = {}
        for path in sorted(self.work.rglob("*")):
            name = path.relative_to(self.work).as_posix()
            if fits(name, self._config.ignore) or _belongs_to_database(path):
                continue
            if path.is_symlink():
                found[name] = _entry(f"-> {self.outward(str(path.readlink()))}", longest)
            elif path.is_dir():
                found[f"{name}/"] = _entry("", longest)
            elif path.is_file():
                found[name] = self._file(path, longest)
        return found

    def _file(self, path: Path, longest: int) -> Entry:
        data = path.read_bytes()
        if data.startswith(MAGIC):
            try:
                return _entry(self.outward(_dump(path)), longest)
            except sqlite3.Error:
                return {"sha256": sha256(data).hexdigest(), "text": None}
        try:
            return _entry(self.outward(data.decode()), longest)
        except UnicodeDecodeError:
            return {"sha256": sha256(data).hexdigest(), "text": None}

    def last_words(self) -> str:
        """Return the last line that the server wrote to its standard error."""
        try:
            lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return self.outward(next((line.strip() for line in reversed(lines) if line.strip()), ""))[:300]

    def remove(self) -> None:
        """Delete the folder with all that is in it."""
        shutil.rmtree(self._root, ignore_errors=True)


def changes(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, Entry | None]:
    """Return what differs between two states: each path with what stands there now, None where nothing does.

    >>> changes({"a": {"sha256": "1"}, "b": {"sha256": "2"}}, {"b": {"sha256": "3"}})
    {'a': None, 'b': {'sha256': '3'}}
    """
    names = sorted({*before, *after})
    return {n: after.get(n) for n in names if _hash(before.get(n)) != _hash(after.get(n))}


def differences(wanted: Mapping[str, Entry | None], got: Mapping[str, Entry | None]) -> Iterable[str]:
    """Yield a sentence for each path whose change is not the one that is wanted."""
    for name in sorted({*wanted, *got}):
        if name in wanted and name in got and _hash(wanted[name]) == _hash(got[name]):
            continue
        if name not in wanted:
            yield f"{name} was {'deleted' if got[name] is None else 'changed or made'}, and should not be."
        elif name not in got:
            yield f"{name} should be {'deleted' if wanted[name] is None else 'changed or made'}, and was not."
        else:
            yield f"{name} should be {_shown(wanted[name])}, is {_shown(got[name])}."


def _hash(entry: Entry | None) -> str | None:
    return None if entry is None else str(entry["sha256"])


def _shown(entry: Entry | None) -> str:
    if entry is None:
        return "deleted"
    text = entry.get("text")
    return f"file {entry['sha256'][:8]}" if text is None else repr(text if len(text) <= 200 else f"{text[:200]}...")


def _entry(text: str, longest: int) -> Entry:
    return {"sha256": sha256(text.encode()).hexdigest(), "text": text if len(text) <= longest else None}


def _belongs_to_database(path: Path) -> bool:
    owner = re.fullmatch(r"(.+)-(?:wal|shm|journal)", path.name)
    return owner is not None and path.with_name(owner[1]).is_file()


def _dump(path: Path) -> str:
    """Return a database as SQL; it is copied first, with what was not written into it yet."""
    with tempfile.TemporaryDirectory(prefix="skillweave-mcp-") as spare:
        for source in (path, path.with_name(f"{path.name}-wal")):
            if source.is_file():
                shutil.copy2(source, spare)
        database = sqlite3.connect(Path(spare) / path.name)
        try:
            return "\n".join(database.iterdump())
        finally:
            database.close()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    else:
        shutil.copy2(source, target)
