"""Worlds that remember: an equal call made in an equal state of a world is carried out once.

A plan is rehearsed dozens of times before it becomes a task (other orders, other values, left-out steps), and most of
its calls are the same each time. Tools depend on nothing but the world and their arguments. Each table of a world has
a version, which is the same exactly where the same writes led to it; a call that finds the tables it read before at the
same versions need not be made again, nor the database opened. Since it is tables that count, not the world, a write in
one app does not make the reads in others unknown, and independent writes lead to one state in any order.
"""

import json
import marshal
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, RowChange, Runnable, Schema, World, WorldTemplate

Versions = dict[str, int]
"""table -> version; tables that are as they were made are not listed"""


@dataclass(slots=True)
class Memory:
    """What is known of one world: results of calls and queries, by the versions of the tables they look at."""

    calls: dict[tuple[str, str], list["_Entry"]] = field(default_factory=dict)
    """(tool, arguments) -> what came of it, in each state in which it was made"""
    rows: dict[tuple[Any, ...], list["_Entry"]] = field(default_factory=dict)
    changes: dict[frozenset[tuple[str, int]], list[RowChange]] = field(default_factory=dict)
    descriptions: dict[tuple[str, int], list[tuple[dict[str, Any], str]]] = field(default_factory=dict)
    """(value type, describer) -> unique descriptions in the world as it was made"""
    pristine: "_Recorder | None" = None
    """an open database as it was made, for reads"""
    versions: int = 0

    def close(self) -> None:
        """Free the database."""
        if self.pristine is not None:
            self.pristine.close()
            self.pristine = None

    def new_versions(self, tables: frozenset[str]) -> Versions:
        """Return versions in which no table was before."""
        self.versions += 1
        return dict.fromkeys(tables, self.versions)


class _Kept:
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


class _Recorder(World):
    """A world that notes which tables are looked at and which are written."""

    def __init__(self, template: WorldTemplate) -> None:
        super().__init__(template)
        self.read: set[str] = set()
        self.written: set[str] = set()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        self.read |= _tables_in(self.schema, sql)
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


@lru_cache(maxsize=4096)
def _tables_in(schema: Schema, sql: str) -> frozenset[str]:
    """Return the tables that a query may look at: all whose names stand in it."""
    return frozenset(re.findall(r"\w+", sql)) & frozenset(t.name for t in schema.tables)


@lru_cache(maxsize=16)
def _children(schema: Schema) -> Mapping[str, frozenset[str]]:
    """Return for each table those that refer to it."""
    return {
        parent.name: frozenset(t.name for t in schema.tables if any(c.references == parent.name for c in t.columns))
        for parent in schema.tables
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    """What came of a call or a query while the tables that it looked at had these versions."""

    looked_at: tuple[tuple[str, int], ...]
    kept: _Kept
    after: Versions
    """new versions of the tables that it wrote"""

    def fits(self, versions: Versions) -> bool:
        return all(versions.get(table, 0) == version for table, version in self.looked_at)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal(WorldTemplate):
    """A template whose worlds share their memory."""

    memory: Memory

    def open(self) -> World:
        """Return a fresh private world that remembers what others of this template did."""
        return RehearsedWorld(self)


def rehearsal(template: WorldTemplate) -> Rehearsal:
    """Return a template of the same world whose worlds remember."""
    return Rehearsal(
        schema=template.schema,
        seed=template.seed,
        today=template.today,
        user=template.user,
        rules=template.rules,
        image=template.image,
        memory=Memory(),
    )


class RehearsedWorld(World):
    """A world that looks up what is known of its state, and opens its database only for what is not."""

    def __init__(self, template: Rehearsal) -> None:
        self.schema = template.schema
        self.today = template.today
        self.user = template.user
        self.rules = template.rules
        self._template = template
        self._memory = template.memory
        self._versions: Versions = {}
        self._live: _Recorder | None = None
        self._pending: list[tuple[Runnable, Mapping[str, Any]]] = []
        """calls known to write that the database has not seen yet"""

    def call(self, tool: Runnable, arguments: Mapping[str, Any]) -> Any:
        """Run a tool, or return what it returned in this state before."""
        entries = self._memory.calls.setdefault((tool.name, json.dumps(arguments, sort_keys=True)), [])
        entry = next((e for e in entries if e.fits(self._versions)), None)
        if entry is None:
            entry = self._made(tool, arguments)
            entries.append(entry)
        elif entry.after:
            self._pending.append((tool, arguments))
        self._versions |= entry.after
        return entry.kept.get()

    def _made(self, tool: Runnable, arguments: Mapping[str, Any]) -> _Entry:
        """Carry out a call and return what came of it."""
        live = self._opened()
        live.begin()
        before = live.writes
        result: Any
        try:
            result = tool.call(live, arguments)
        except ToolError as refusal:
            result = refusal
        except BaseException:
            if self._live is None:
                self._memory.pristine = None  # it may be half changed
            raise
        wrote = live.writes != before
        if wrote and self._live is None:
            self._live, self._memory.pristine = live, None  # it is no longer as it was made
        looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(live.read | live.written))
        after = self._memory.new_versions(frozenset(live.written)) if wrote else {}
        return _Entry(looked_at, _Kept(result), after)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        entries = self._memory.rows.setdefault((sql, *values), [])
        entry = next((e for e in entries if e.fits(self._versions)), None)
        if entry is None:
            looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(_tables_in(self.schema, sql)))
            entry = _Entry(looked_at, _Kept(self._opened().rows(sql, *values)), {})
            entries.append(entry)
        found: list[Row] = entry.kept.get()
        return found

    def changes(self) -> list[RowChange]:
        """Return the net row changes since the rollout began."""
        state = frozenset(self._versions.items())
        if state not in self._memory.changes:
            self._memory.changes[state] = self._opened().changes() if state else []
        return list(self._memory.changes[state])

    @property
    def writes(self) -> int:
        """How many rows were written so far."""
        return self._owned().writes

    def insert(self, table: str, **values: Any) -> str:
        """Add a row and return its new id."""
        return self._touched().insert(table, **values)

    def update(self, table: str, key: str, **values: Any) -> None:
        """Set columns of the row with this id."""
        self._touched().update(table, key, **values)

    def delete(self, table: str, key: str) -> None:
        """Remove the row with this id."""
        self._touched().delete(table, key)

    def close(self) -> None:
        """Free the database, where one was opened."""
        if self._live is not None:
            self._live.close()
            self._live = None

    def _opened(self) -> _Recorder:
        """Return the database as it is in this state: of this world alone where something was written."""
        if self._versions or self._live is not None:
            return self._owned()
        if self._memory.pristine is None:
            self._memory.pristine = _Recorder(self._template)
        return self._memory.pristine

    def _owned(self) -> _Recorder:
        """Return the database of this world alone, as it is in this state."""
        if self._live is None:
            self._live = _Recorder(self._template)
        for tool, arguments in self._pending:
            try:
                tool.call(self._live, arguments)
            except ToolError:  # it wrote before it refused, and does so again
                continue
        self._pending.clear()
        return self._live

    def _touched(self) -> _Recorder:
        """Return the database for a change that no tool makes: nothing is known of the state after it."""
        live = self._owned()
        self._versions |= self._memory.new_versions(frozenset(t.name for t in self.schema.tables))
        return live
