"""Worlds that remember: an equal call made in an equal state of a world is carried out once.

A plan is rehearsed dozens of times before it becomes a task (other orders, other values, left-out steps), and most of
its calls are the same each time. Tools depend on nothing but the world and their arguments. Each table of a world has
a version, which is the same exactly where the same writes led to it; a call that finds the tables it read before at the
same versions need not be made again, and neither need a whole step, which is made of calls. Since it is tables that
count, not the world, a write in one app does not make the reads in others unknown, and independent writes lead to one
state in any order. The few databases that are needed are set back and used again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from skillweave.tasks.desk import Desk, Entry, Kept, Recorder, Versions, Write, exactly, known_in, make, tables_in
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, RowChange, Runnable, World, WorldTemplate

T = TypeVar("T")
DESKS = 3
"""databases of one world that are kept open: in different states, so that one need seldom be set back"""


@dataclass(slots=True)
class Memory:
    """What is known of one world: results of calls and queries, by the versions of the tables they look at."""

    calls: dict[tuple[str, bytes], list[Entry]] = field(default_factory=dict)
    """(tool, arguments) -> what came of it, in each state in which it was made"""
    rows: dict[tuple[Any, ...], list[Entry]] = field(default_factory=dict)
    work: dict[tuple[str, ...], list["Work"]] = field(default_factory=dict)
    """what was done by several calls -> what came of it, in each state"""
    changes: dict[frozenset[tuple[str, int]], list[RowChange]] = field(default_factory=dict)
    descriptions: dict[tuple[str, int], list[tuple[dict[str, Any], str]]] = field(default_factory=dict)
    """(value type, describer) -> unique descriptions in the world as it was made"""
    desks: list[Desk] = field(default_factory=list)
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

    def desk(self, template: WorldTemplate, done: Sequence[Write]) -> Desk:
        """Return a database in which just these writes were made: the one in which most of them are made already."""
        fitting = [d for d in self.desks if d.done is not None and d.done == done[: len(d.done)]]
        if fitting:
            desk = max(fitting, key=lambda d: len(d.done or ()))
        elif len(self.desks) < DESKS:
            desk = Desk(template, self.rows)
            self.desks.append(desk)
        else:
            desk = self.desks[0]
            desk.set_back()
        self.desks.remove(desk)
        self.desks.append(desk)
        desk.carry_on(done)
        return desk


@dataclass(frozen=True, slots=True)
class Work:
    """What came of several calls while the tables that they looked at had these versions."""

    looked_at: tuple[tuple[str, int], ...]
    result: Any
    """what was returned, or the refusal that was raised"""
    after: Versions
    writes: tuple[Write, ...]


@dataclass(slots=True)
class Watch:
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
        self._done: list[Write] = []
        self._own: Recorder | None = None
        """a database of this world alone, once it was changed by other ways than tools"""
        self._watch: Watch | None = None

    def call(self, tool: Runnable, arguments: Mapping[str, Any]) -> Any:
        """Run a tool, or return what it returned in this state before."""
        key = (tool.name, exactly(arguments))
        entries = self._memory.calls.setdefault(key, [])
        entry = known_in(entries, self._versions)
        if entry is None:
            entry = self._made(tool, arguments)
            entries.append(entry)
        elif entry.after and self._own is not None:
            entry = self._made(tool, arguments)
        if entry.after and self._own is None:
            self._done.append(Write(*key, tool, arguments))
        self._went_on(entry.looked_at, entry.after)
        return entry.kept.get()

    def once(self, key: tuple[str, ...], work: Callable[[], T]) -> T:
        """Carry out work, or return what came of it in this state before."""
        entries = self._memory.work.setdefault(key, [])
        entry = known_in(entries, self._versions) if self._own is None else None
        if entry is None:
            outer, self._watch = self._watch, Watch()
            first = len(self._done)
            try:
                result: Any = work()
            except (NotApplicable, ToolError) as refusal:
                result = refusal.with_traceback(None)
            finally:
                watch, self._watch = self._watch, outer
            entry = Work(tuple(watch.looked_at.items()), result, watch.after, tuple(self._done[first:]))
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

    def _made(self, tool: Runnable, arguments: Mapping[str, Any]) -> Entry:
        """Carry out a call and return what came of it."""
        live = self._opened()
        live.begin()
        before = live.writes
        done = live.done if isinstance(live, Desk) else None
        if isinstance(live, Desk):
            live.done = None  # until it is known whether it writes
            live.state = self._versions
        result: Any
        try:
            result = tool.call(live, arguments)
        except ToolError as refusal:
            result = refusal
        finally:
            if isinstance(live, Desk):
                live.state = None
        wrote = live.writes != before
        if isinstance(live, Desk) and done is not None:
            live.done = [*done, Write(tool.name, exactly(arguments), tool, arguments)] if wrote else done
        looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(live.read | live.written))
        after = self._memory.new_versions(frozenset(live.written)) if wrote else {}
        return Entry(looked_at, Kept(result), after)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        entries = self._memory.rows.setdefault((sql, *values), [])
        entry = known_in(entries, self._versions)
        if entry is None:
            looked_at = tuple((t, self._versions.get(t, 0)) for t in sorted(tables_in(self.schema, sql)))
            entry = Entry(looked_at, Kept(self._opened().rows(sql, *values)), {})
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

    def _opened(self) -> Recorder:
        """Return a database as it is in this state."""
        return self._own or self._memory.desk(self._template, self._done)

    def _touched(self) -> Recorder:
        """Return the database for a change that no tool makes: nothing is known of the state after it."""
        if self._own is None:
            self._own = Recorder(self._template)
            for write in self._done:
                make(self._own, write)
        if self._watch is not None:
            self._watch.whole = False
        self._versions |= self._memory.new_versions(frozenset(t.name for t in self.schema.tables))
        return self._own
