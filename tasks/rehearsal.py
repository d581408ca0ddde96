"""Worlds that remember: an equal call made in an equal state of a world is carried out once.

A plan is rehearsed dozens of times before it becomes a task (other orders, other values, left-out steps), and most of
its calls are the same each time. Tools depend on nothing but the world and their arguments, so the state of a world is
known by the writes made in it, and a call made before in this state need not be made again: nor the database opened.
"""

import json
import marshal
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, RowChange, Runnable, World, WorldTemplate

State = int
PRISTINE: State = 0


@dataclass(slots=True)
class Memory:
    """What is known of one world: the results of calls and queries, by the state in which they were made."""

    calls: dict[tuple[State, str, str], tuple["_Kept", State]] = field(default_factory=dict)
    """(state, tool, arguments) -> (result or refusal, state after it)"""
    rows: dict[tuple[Any, ...], "_Kept"] = field(default_factory=dict)
    changes: dict[State, list[RowChange]] = field(default_factory=dict)
    descriptions: dict[tuple[str, int], list[tuple[dict[str, Any], str]]] = field(default_factory=dict)
    """(value type, describer) -> unique descriptions in the world as it was made"""
    states: int = PRISTINE

    def new_state(self) -> State:
        """Return a state that no world was in before."""
        self.states += 1
        return self.states


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
        self._state: State = PRISTINE
        self._live: World | None = None
        self._pending: list[tuple[Runnable, Mapping[str, Any]]] = []
        """calls known to write that the database has not seen yet"""

    def call(self, tool: Runnable, arguments: Mapping[str, Any]) -> Any:
        """Run a tool, or return what it returned in this state before."""
        key = (self._state, tool.name, json.dumps(arguments, sort_keys=True))
        known = self._memory.calls.get(key)
        if known is not None:
            kept, after = known
            if after != self._state:
                self._pending.append((tool, arguments))
                self._state = after
            return kept.get()
        live = self._opened()
        before = live.writes
        result: Any
        try:
            result = tool.call(live, arguments)
        except ToolError as refusal:
            result = refusal
        if live.writes != before:
            self._state = self._memory.new_state()
        kept = _Kept(result)
        self._memory.calls[key] = (kept, self._state)
        return kept.get()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows of a query, or what it returned in this state before."""
        key = (self._state, sql, *values)
        if key not in self._memory.rows:
            self._memory.rows[key] = _Kept(self._opened().rows(sql, *values))
        found: list[Row] = self._memory.rows[key].get()
        return found

    def changes(self) -> list[RowChange]:
        """Return the net row changes since the rollout began."""
        if self._state not in self._memory.changes:
            self._memory.changes[self._state] = self._opened().changes()
        return list(self._memory.changes[self._state])

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
        """Free the database, where one was opened."""
        if self._live is not None:
            self._live.close()
            self._live = None

    def _opened(self) -> World:
        """Return the database as it is in this state."""
        if self._live is None:
            self._live = World(self._template)
        for tool, arguments in self._pending:
            try:
                tool.call(self._live, arguments)
            except ToolError:  # it wrote before it refused, and does so again
                continue
        self._pending.clear()
        return self._live

    def _touched(self) -> World:
        """Return the database for a change that no tool makes: nothing is known of the state after it."""
        live = self._opened()
        self._state = self._memory.new_state()
        return live
