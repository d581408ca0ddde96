"""A database of a world that can be set back: it notes what is looked at and written, and knows what it was asked."""

import marshal
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import apsw

from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, Runnable, Schema, World, WorldTemplate

Versions = dict[str, int]
"""table -> version; tables that are as they were made are not listed"""


class Kept:
    """A value of which each reader gets a copy: procedures may do with it as they like."""

    __slots__ = ("_bytes", "_value")

    def __init__(self, value: Any) -> None:
        self._bytes: bytes | None = None
        self._value: Any = None
        try:
            self._bytes = marshal.dumps(value)
        except ValueError:  # something beside plain JSON
            self._value = deepcopy(value)

    def get(self) -> Any:
        if self._bytes is not None:
            return marshal.loads(self._bytes)
        if isinstance(self._value, ToolError):
            raise ToolError(*self._value.args)
        return deepcopy(self._value)


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of a call or a query while the tables that it looked at had these versions."""

    looked_at: tuple[tuple[str, int], ...]
    kept: Kept
    after: Versions
    """new versions of the tables that it wrote"""


def exactly(arguments: Mapping[str, Any]) -> bytes:
    """Return arguments, which are plain JSON, as bytes that are equal for equal ones: 1, 1.0 and true differ."""
    return marshal.dumps(sorted(arguments.items()), 2)  # later formats tell apart what is one object and what is two


class Seen(Protocol):
    """Anything that came of work while the tables that it looked at had these versions."""

    @property
    def looked_at(self) -> tuple[tuple[str, int], ...]:
        """(table, version) of all that was looked at"""


E = TypeVar("E", bound=Seen)


def known_in(entries: Sequence[E], versions: Versions) -> E | None:
    """Return the entry that was made in this state, if any."""
    for entry in entries:
        for table, version in entry.looked_at:
            if versions.get(table, 0) != version:
                break
        else:
            return entry
    return None


class Recorder(World):
    """A world that notes which tables are looked at and which are written."""

    def __init__(self, template: WorldTemplate) -> None:
        super().__init__(template)
        self.read: set[str] = set()
        self.written: set[str] = set()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        tables = tables_in(self.schema, sql)
        self.read |= tables
        return self.found(tables, sql, values)

    def found(self, tables: frozenset[str], sql: str, values: tuple[Any, ...]) -> list[Row]:
        """Return the rows of a query that looks at these tables."""
        return super().rows(sql, *values)

    def insert(self, table: str, **values: Any) -> str:
        self._note(table, values)
        return super().insert(table, **values)

    def update(self, table: str, key: str, **values: Any) -> None:
        self._note(table, values)
        super().update(table, key, **values)

    def delete(self, table: str, key: str) -> None:
        self.written.add(table)
        self.read |= _children(self.schema)[table]
        super().delete(table, key)

    def _note(self, table: str, values: Mapping[str, Any]) -> None:
        """Note a write; the database also looks whether what it refers to is there."""
        self.written.add(table)
        self.read |= {parent for name in values if (parent := self.schema.references(table, name))}

    def begin(self) -> None:
        """Forget what was noted."""
        self.read, self.written = set(), set()


@dataclass(frozen=True, slots=True)
class Write:
    """A call that wrote."""

    name: str
    arguments: bytes
    tool: Runnable = field(compare=False, repr=False)
    given: Mapping[str, Any] = field(compare=False, repr=False)


class Desk(Recorder):
    """A database that can be set back to how its world was made."""

    def __init__(self, template: WorldTemplate, known: dict[tuple[Any, ...], list[Entry]]) -> None:
        super().__init__(template)
        self.known = known
        """queries -> what came of them, in each state"""
        self.state: Versions | None = None
        """versions of the tables while a call is made"""
        self.done: list[Write] | None = []
        """the writes made in it, None where that is not known"""
        self._db.execute("BEGIN")

    def found(self, tables: frozenset[str], sql: str, values: tuple[Any, ...]) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        if self.state is None or self.written:
            return super().found(tables, sql, values)
        entries = self.known.setdefault((sql, *values), [])
        entry = known_in(entries, self.state)
        if entry is None:
            looked_at = tuple((t, self.state.get(t, 0)) for t in sorted(tables))
            fresh = super().found(tables, sql, values)
            entries.append(Entry(looked_at, Kept(fresh), {}))
            return fresh
        rows: list[Row] = entry.kept.get()
        return rows

    def set_back(self) -> None:
        """Undo all writes."""
        self._session.close()
        self._db.execute("ROLLBACK")
        self._db.execute("BEGIN")
        self._session = apsw.Session(self._db, "main")
        self._session.attach()
        self.done = []

    def carry_on(self, done: Sequence[Write]) -> None:
        """Make the writes that are missing, where the first ones are made."""
        own, self.done = self.done, None
        assert own is not None
        for write in done[len(own) :]:
            make(self, write)
        self.done = list(done)


def make(world: World, write: Write) -> None:
    """Make a write once more."""
    with suppress(ToolError):  # it wrote before it refused, and does so again
        write.tool.call(world, write.given)


@lru_cache(maxsize=4096)
def tables_in(schema: Schema, sql: str) -> frozenset[str]:
    """Return the tables that a query may look at: all whose names stand in it."""
    return frozenset(re.findall(r"\w+", sql)) & frozenset(t.name for t in schema.tables)


@lru_cache(maxsize=16)
def _children(schema: Schema) -> Mapping[str, frozenset[str]]:
    """Return for each table those that refer to it."""
    return {
        parent.name: frozenset(t.name for t in schema.tables if any(c.references == parent.name for c in t.columns))
        for parent in schema.tables
    }
