"""Worlds that remember: an equal call made in an equal state of a world is carried out once.

A plan is rehearsed dozens of times before it becomes a task (other orders, other values, left-out steps), and most of
its calls are the same each time. Tools depend on nothing but the world and their arguments. Each table of a world has
a version, which is the same exactly where the same writes led to it; a call that finds the tables it read before at the
same versions need not be made again, and neither need a whole step, which is made of calls. Since it is tables that
count, not the world, a write in one app does not make the reads in others unknown, and independent writes lead to one
state in any order. The few databases that are needed are set back and used again.
"""

import marshal
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import apsw

from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, RowChange, Runnable, Schema, World, WorldTemplate

T = TypeVar("T")
Versions = dict[str, int]
"""table -> version; tables that are as they were made are not listed"""


DESKS = 3
"""databases of one world that are kept open: in different states, so that one need seldom be set back"""


@dataclass(slots=True)
class Memory:
    """What is known of one world: results of calls and queries, by the versions of the tables they look at."""

    calls: dict[tuple[str, bytes], list["_Entry"]] = field(default_factory=dict)
    """(tool, arguments) -> what came of it, in each state in which it was made"""
    rows: dict[tuple[Any, ...], list["_Entry"]] = field(default_factory=dict)
    work: dict[tuple[str, ...], list["_Work"]] = field(default_factory=dict)
    """what was done by several calls -> what came of it, in each state"""
    changes: dict[frozenset[tuple[str, int]], list[RowChange]] = field(default_factory=dict)
    descriptions: dict[tuple[str, int], list[tuple[dict[str, Any], str]]] = field(default_factory=dict)
    """(value type, describer) -> unique descriptions in the world as it was made"""
    desks: list["_Desk"] = field(default_factory=list)
    """open databases, the last used one at the end"""
    versions: int = 0

    def close(self) -> None:
        """Free the databases."""
        while self.desks:
            self.desks.pop().close()

    def new_versions(self, tables: frozenset[str]) -> Versions:
        """Return versions in which no table was before."""
        self.versions += 1
        return dict.fromkeys(tables, self.versions)

    def desk(self, template: WorldTemplate, done: Sequence["_Write"]) -> "_Desk":
        """Return a database in which just these writes were made: the one in which most of them are made already."""
        fitting = [d for d in self.desks if d.done is not None and d.done == done[: len(d.done)]]
        if fitting:
            desk = max(fitting, key=lambda d: len(d.done or ()))
        elif len(self.desks) < DESKS:
            desk = _Desk(template, self.rows)
            self.desks.append(desk)
        else:
            desk = self.desks[0]
            desk.set_back()
        self.desks.remove(desk)
        self.desks.append(desk)
        desk.carry_on(done)
        return desk


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
        tables = _tables_in(self.schema, sql)
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
class _Write:
    """A call that wrote."""

    name: str
    arguments: bytes
    tool: Runnable = field(compare=False, repr=False)
    given: Mapping[str, Any] = field(compare=False, repr=False)


class _Desk(_Recorder):
    """A database that can be set back to how its world was made."""

    def __init__(self, template: WorldTemplate, known: dict[tuple[Any, ...], list["_Entry"]]) -> None:
        super().__init__(template)
        self.known = known
        """queries -> what came of them, in each state"""
        self.state: Versions | None = None
        """versions of the tables while a call is made"""
        self.done: list[_Write] | None = []
        """the writes made in it, None where that is not known"""
        self._db.execute("BEGIN")

    def found(self, tables: frozenset[str], sql: str, values: tuple[Any, ...]) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        if self.state is None or self.written:
            return super().found(tables, sql, values)
        entries = self.known.setdefault((sql, *values), [])
        entry = _known(entries, self.state)
        if entry is None:
            looked_at = tuple((t, self.state.get(t, 0)) for t in sorted(tables))
            fresh = super().found(tables, sql, values)
            entries.append(_Entry(looked_at, _Kept(fresh), {}))
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

    def carry_on(self, done: Sequence[_Write]) -> None:
        """Make the writes that are missing, where the first ones are made."""
        own, self.done = self.done, None
        assert own is not None
        for write in done[len(own) :]:
            make(self, write)
        self.done = list(done)


def make(world: World, write: _Write) -> None:
    """Make a write once more."""
    with suppress(ToolError):  # it wrote before it refused, and does so again
        write.tool.call(world, write.given)


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


@dataclass(frozen=True, slots=True)
class _Work:
    """What came of several calls while the tables that they looked at had these versions."""

    looked_at: tuple[tuple[str, int], ...]
    result: Any
    """what was returned, or the refusal that was raised"""
    after: Versions
    writes: tuple[_Write, ...]


@dataclass(slots=True)
class _Watch:
    """What is looked at and written while work goes on."""

    looked_at: Versions = field(default_factory=dict)
    """versions when the work began"""
    after: Versions = field(default_factory=dict)
    whole: bool = True
    """whether all of it was seen"""

    def note(self, looked_at: Iterable[tuple[str, int]], after: Versions) -> None:
        """Note a part of the work."""
        for table, version in looked_at:
            if table not in self.after:
                self.looked_at.setdefault(table, version)
        self.after |= after


def _exactly(arguments: Mapping[str, Any]) -> bytes:
    """Return arguments, which are plain JSON, as bytes that are equal for equal ones: 1, 1.0 and true differ."""
    return marshal.dumps(sorted(arguments.items()), 2)  # later formats tell apart what is one object and what is two


E = TypeVar("E", _Entry, _Work)


def _known(entries: Sequence[E], versions: Versions) -> E | None:
    """Return the entry that was made in this state, if any."""
    for entry in entries:
        for table, version in entry.looked_at:
            if versions.get(table, 0) != version:
                break
        else:
            return entry
    return None


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
        self._done: list[_Write] = []
        self._own: _Recorder | None = None
        """a database of this world alone, once it was changed by other ways than tools"""
        self._watch: _Watch | None = None

    def call(self, tool: Runnable, arguments: Mapping[str, Any]) -> Any:
        """Run a tool, or return what it returned in this state before."""
        key = (tool.name, _exactly(arguments))
        entries = self._memory.calls.setdefault(key, [])
        entry = _known(entries, self._versions)
        if entry is None:
            entry = self._made(tool, arguments)
            entries.append(entry)
        elif entry.after and self._own is not None:
            entry = self._made(tool, arguments)
        if entry.after and self._own is None:
            self._done.append(_Write(*key, tool, arguments))
        self._went_on(entry.looked_at, entry.after)
        return entry.kept.get()

    def once(self, key: tuple[str, ...], work: Callable[[], T]) -> T:
        """Carry out work, or return what came of it in this state before."""
        entries = self._memory.work.setdefault(key, [])
        entry = _known(entries, self._versions) if self._own is None else None
        if entry is None:
            outer, self._watch = self._watch, _Watch()
            first = len(self._done)
            try:
                result: Any = work()
            except (NotApplicable, ToolError) as refusal:
                result = refusal.with_traceback(None)
            finally:
                watch, self._watch = self._watch, outer
            entry = _Work(tuple(watch.looked_at.items()), result, watch.after, tuple(self._done[first:]))
            if watch.whole:
                entries.append(entry)
            elif outer is not None:
                outer.whole = False
        else:
            self._done += entry.writes
        self._went_on(entry.looked_at, entry.after)
        if isinstance(entry.result, NotApplicable | ToolError):
            raise type(entry.result)(*entry.result.args)
        found: T = entry.result
        return found

    def _went_on(self, looked_at: tuple[tuple[str, int], ...], after: Versions) -> None:
        """Note what was done and in which state the world is now."""
        if self._watch is not None:
            self._watch.note(looked_at, after)
        self._versions |= after

    def _made(self, tool: Runnable, arguments: Mapping[str, Any]) -> _Entry:
        """Carry out a call and return what came of it."""
        live = self._opened()
        live.begin()
        before = live.writes
        done = live.done if isinstance(live, _Desk) else None
        if isinstance(live, _Desk):
            live.done = None  # until it is known whether it writes
            live.state = self._versions
        result: Any
        try:
            result = tool.call(live, arguments)
        except ToolError as refusal:
            result = refusal
        finally:
            if isinstance(live, _Desk):
                live.state = None
        wrote = live.writes != before
        if isinstance(live, _Desk) and done is not None:
            live.done = [*done, _Write(tool.name, _exactly(arguments), tool, arguments)] if wrote else done
        looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(live.read | live.written))
        after = self._memory.new_versions(frozenset(live.written)) if wrote else {}
        return _Entry(looked_at, _Kept(result), after)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        entries = self._memory.rows.setdefault((sql, *values), [])
        entry = _known(entries, self._versions)
        if entry is None:
            looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(_tables_in(self.schema, sql)))
            entry = _Entry(looked_at, _Kept(self._opened().rows(sql, *values)), {})
            entries.append(entry)
        self._went_on(entry.looked_at, {})
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
        return self._opened().writes

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
        """Free the database, where this world has one of its own."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def _opened(self) -> _Recorder:
        """Return a database as it is in this state."""
        return self._own or self._memory.desk(self._template, self._done)

    def _touched(self) -> _Recorder:
        """Return the database for a change that no tool makes: nothing is known of the state after it."""
        if self._own is None:
            self._own = _Recorder(self._template)
            for write in self._done:
                make(self._own, write)
        if self._watch is not None:
            self._watch.whole = False
        self._versions |= self._memory.new_versions(frozenset(t.name for t in self.schema.tables))
        return self._own
