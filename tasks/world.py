"""A world: one rollout's SQLite database, and the row-level change made to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

import apsw

from skillweave.taxonomy.artifacts import digest

T = TypeVar("T")
Op = Literal["insert", "update", "delete"]
ColumnClass = Literal["exact", "typed", "set", "volatile", "free"]
Row = dict[str, Any]
_OPS: Mapping[str, Op] = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column and its class: how its value is compared when a rollout is scored.

    ``kind``: *exact* (equal), *typed* (number within 0.005, or a date), *set* (comma-separated, order-free),
    *volatile* (ids, clocks, read marks: not compared), *free* (prose: must state the plan's facts).
    """

    name: str
    kind: ColumnClass
    sql: str = "TEXT NOT NULL"
    references: str | None = None
    """table whose id stands here"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a text primary key ``id`` such as ``PER-0007`` (prefix and running number; volatile when new)."""

    name: str
    prefix: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()
    log: bool = False
    """rows here are bookkeeping and never count as a change"""

    def ddl(self) -> str:
        """Return the CREATE TABLE statement."""
        lines = ["id TEXT PRIMARY KEY"]
        for column in self.columns:
            reference = f" REFERENCES {column.references}(id)" if column.references else ""
            lines.append(f"{column.name} {column.sql}{reference}")
        lines += self.constraints
        return f"CREATE TABLE {self.name} ({', '.join(lines)}) STRICT;"

    def indexes(self) -> str:
        """Return the CREATE INDEX statements, one for each reference."""
        indexed = (c.name for c in self.columns if c.references)
        return "\n".join(f"CREATE INDEX {self.name}_{name} ON {self.name}({name});" for name in indexed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schema:
    """All tables of a world, parents before children."""

    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Return a table by name."""
        return _tables(self)[name]

    def kind(self, table: str, column: str) -> ColumnClass:
        """Return the class of a column; ``id`` is volatile."""
        return "volatile" if column == "id" else _columns(self)[table, column].kind

    def references(self, table: str, column: str) -> str | None:
        """Return the table that a column refers to."""
        return None if column == "id" else _columns(self)[table, column].references


@lru_cache(maxsize=16)
def _tables(schema: Schema) -> dict[str, Table]:
    return {t.name: t for t in schema.tables}


@lru_cache(maxsize=16)
def _columns(schema: Schema) -> dict[tuple[str, str], Column]:
    return {(t.name, c.name): c for t in schema.tables for c in t.columns}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """The net change of one row since the rollout began.

    ``after`` holds the whole row of an insert, the changed columns of an update, and nothing for a delete.
    """

    table: str
    op: Op
    key: str
    after: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain JSON."""
        return {"table": self.table, "op": self.op, "key": self.key, "after": dict(self.after)}


class Runnable(Protocol):
    """A tool, as far as a world needs to know it."""

    @property
    def name(self) -> str:
        """Name among the suite's tools."""

    def call(self, world: "World", arguments: Mapping[str, Any]) -> Any:
        """Run the tool on a world."""


class World:
    """The mutable state of one rollout: a private in-memory database, today's date and the rules of this world.

    Only tools see a World. ``rules`` holds the parameters of procedural skills; agents learn them from SKILL.md.
    """

    def __init__(self, template: "WorldTemplate") -> None:
        self.schema = template.schema
        self.today = template.today
        self.user = template.user
        self.rules = template.rules
        self._db = apsw.Connection(":memory:")
        self._db.deserialize("main", template.image)
        self._db.pragma("foreign_keys", True)
        self._session = apsw.Session(self._db, "main")
        self._session.attach()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows of a query as dicts. For tools only: agents never pass SQL."""
        cursor = self._db.execute(sql, values)
        first = next(cursor, None)
        if first is None:
            return []
        names = [d[0] for d in cursor.get_description()]
        return [dict(zip(names, row, strict=False)) for row in (first, *cursor)]

    def row(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def get(self, table: str, key: str) -> Row | None:
        """Return the row with this id, or None."""
        return self.row(f"SELECT * FROM {table} WHERE id = ?", key)

    def has(self, key: str) -> bool:
        """Return whether any row has this id."""
        tables = (t.name for t in self.schema.tables if key.startswith(f"{t.prefix}-"))
        return any(self.get(table, key) is not None for table in tables)

    def insert(self, table: str, **values: Any) -> str:
        """Add a row and return its new id."""
        return insert_row(self._db, self.schema.table(table), values)

    def update(self, table: str, key: str, **values: Any) -> None:
        """Set columns of the row with this id."""
        sets = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*values.values(), key))

    def delete(self, table: str, key: str) -> None:
        """Remove the row with this id."""
        self._db.execute(f"DELETE FROM {table} WHERE id = ?", (key,))

    @property
    def writes(self) -> int:
        """How many rows were written so far, each time counted, undone or not: equal means nothing was done since."""
        return self._db.total_changes()

    def call(self, tool: "Runnable", arguments: Mapping[str, Any]) -> Any:
        """Run a tool on this world; raises what the tool raises."""
        return tool.call(self, arguments)

    def once(self, key: tuple[str, ...], work: Callable[[], T]) -> T:
        """Return what ``work`` gives, which makes tool calls on this world and depends on ``key`` beside it alone.

        A world that remembers may know it.
        """
        return work()

    def changes(self) -> list[RowChange]:
        """Return the net row changes since the rollout began, ordered by table and id.

        Taken from SQLite's session extension: what was made and undone again does not appear.
        """
        found = []
        for change in apsw.Changeset.iter(self._session.changeset()):
            table = self.schema.table(change.name)
            if table.log:
                continue
            names = ("id", *(c.name for c in table.columns))
            old, new = change.old or (), change.new or ()
            key = old[0] if old else new[0]
            if change.op == "INSERT":
                after = dict(zip(names, new, strict=True))
            elif change.op == "DELETE":
                after = {}
            else:
                after = {n: v for n, v in zip(names, new, strict=True) if v is not apsw.no_change}
                after = {n: v for n, v in after.items() if n != "id"}
            found.append(RowChange(table=change.name, op=_OPS[change.op], key=str(key), after=after))
        return sorted(found, key=lambda c: (c.table, c.key, c.op))

    def close(self) -> None:
        """Free the database."""
        self._session.close()
        self._db.close()


def insert_row(db: apsw.Connection, table: Table, values: Mapping[str, Any]) -> str:
    """Insert one row under the next free id of the table and return that id."""
    last = db.execute(f"SELECT max(id) FROM {table.name}").fetchone()
    number = int(last[0].rsplit("-", 1)[1]) + 1 if last and last[0] else 1
    key = f"{table.prefix}-{number:05d}"
    names = ", ".join(("id", *values))
    marks = ", ".join("?" * (len(values) + 1))
    db.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", (key, *values.values()))
    return key


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorldTemplate:
    """A filled world as bytes: each rollout deserialises its own copy."""

    schema: Schema
    seed: int
    today: date
    user: str
    """id of the person on whose behalf the agent acts"""
    rules: Mapping[str, Mapping[str, Any]]
    """parameters of procedural skills, by skill id, drawn from the seed"""
    image: bytes

    def open(self) -> World:
        """Return a fresh private world."""
        return World(self)

    def fingerprint(self) -> str:
        """Return the sha256 of what the world holds."""
        world = self.open()
        content = {t.name: world.rows(f"SELECT * FROM {t.name} ORDER BY id") for t in self.schema.tables}
        world.close()
        return digest([content, self.today.isoformat(), self.user, self.rules])


class Filler:
    """Collects the rows of a new world; ids are running numbers, so the same calls give the same world."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._rows: dict[str, list[Row]] = {t.name: [] for t in schema.tables}
        self._prefix = {t.name: t.prefix for t in schema.tables}

    def add(self, table: str, **values: Any) -> str:
        """Add a row and return its id."""
        rows = self._rows[table]
        key = f"{self._prefix[table]}-{len(rows) + 1:05d}"
        values["id"] = key
        rows.append(values)
        return key

    def rows(self, table: str) -> Sequence[Row]:
        """Return the rows added to a table so far."""
        return self._rows[table]

    def image(self) -> bytes:
        """Return the filled database as bytes; raises where a constraint is broken."""
        db = apsw.Connection(":memory:")
        with db:
            for table in self.schema.tables:
                db.execute(table.ddl())
                names = ("id", *(c.name for c in table.columns))
                marks = ", ".join("?" * len(names))
                db.executemany(
                    f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})",
                    [tuple(map(row.get, names)) for row in self._rows[table.name]],
                )
                db.execute(table.indexes())
        dangling = db.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            raise ValueError(f"rows refer to rows that do not exist: {dangling[:3]!r}")
        image = db.serialize("main")
        db.close()
        return image


WorldFactory = Callable[[int], WorldTemplate]


def cached_factory(make: WorldFactory, size: int = 64) -> WorldFactory:
    """Return the factory with its last ``size`` templates kept."""
    return lru_cache(maxsize=size)(make)


def changed(changes: Iterable[RowChange]) -> list[dict[str, Any]]:
    """Return changes as plain JSON."""
    return [c.to_json() for c in changes]
