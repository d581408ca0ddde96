"""What someone would answer who knows the question and the kind of its answer, but has looked nothing up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from skillweave.tasks.check import answer_problem
from skillweave.tasks.directory import directory
from skillweave.tasks.spec import Plan
from skillweave.tasks.values import Fact, Kind, ValueType, fact_of, numbers, unnumbered, word
from skillweave.tasks.world import Schema, World, WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite

SMALL = range(13)
"""numbers that anyone would try first"""
ROUND = (14, 15, 20, 21, 25, 30, 40, 50, 60, 90, 100)
"""numbers of days, hours or things that come to mind next"""
HALF_HOURS = tuple(f"{hour:02d}:{minute}" for hour in range(24) for minute in ("00", "30"))
FEW = 40
"""entities of a type below which taking any of them is a fair guess"""


def guesses(suite: WorldSuite, template: WorldTemplate, plan: Plan, instruction: str, fact: Fact) -> Iterator[str]:
    """Yield the best guesses at an answer: what the instruction says, and what is most common in the world."""
    yield from sorted(constants(plan, instruction))
    yield from usual(template, suite.schema, suite.types[fact.type], fact.kind)


def usual(template: WorldTemplate, schema: Schema, kind: ValueType, form: Kind) -> Iterator[str]:
    """Yield what comes to mind first where the type of an answer, and the form of its values, is all that is known."""
    if form in ("money", "number"):
        yield from map(str, (*SMALL, *(ROUND if form == "number" else ())))
    if form == "time":
        yield from HALF_HOURS
    if form == "flag":
        yield from ("yes", "no")
    yield from most_common(template, schema, kind)


def open_question(template: WorldTemplate, schema: Schema, kind: ValueType) -> bool:
    """Return whether a type has answers that nobody would try: a flag has none, nor a type with few entities."""
    return kind.kind != "flag" and (kind.kind != "entity" or len(most_common(template, schema, kind)) == 1)


@lru_cache(maxsize=4096)
def foreseen(
    template: WorldTemplate, schema: Schema, types: tuple[ValueType, ...], kind: ValueType, value: Any
) -> bool:
    """Return whether the usual guesses hit a value: then it is no answer to ask for, whatever the question."""
    world = template.open()
    try:
        fact = fact_of(kind, value, world)
    except ValueError:  # an entity that the plan makes itself
        return False
    finally:
        world.close()
    where = directory(template, types)
    return any(answer_problem(fact, g, known="", where=where) is None for g in usual(template, schema, kind, kind.kind))


def constants(plan: Plan, instruction: str) -> set[str]:
    """Return the values that an instruction gives, and the figures in it."""
    given = [b for s in plan.steps for b in s.given()]
    figures = {f"{value:g}" for readings in numbers(unnumbered(instruction)) for value in readings}
    return {str(b.value) for b in given} | {b.text for b in given} | figures


def lucky_guess(
    suite: WorldSuite, template: WorldTemplate, instruction: str, fact: Fact, tried: Iterable[str]
) -> str | None:
    """Return the first guess that would be accepted as the answer, or None."""
    where = directory(template, tuple(suite.types.values()))
    return next((g for g in tried if answer_problem(fact, g, known=instruction, where=where) is None), None)


@lru_cache(maxsize=64)
def most_common(template: WorldTemplate, schema: Schema, kind: ValueType) -> tuple[str, ...]:
    """Return the value of a type that occurs most in a world; of a type with few entities all of them."""
    world = template.open()
    try:
        return tuple(_common(schema, world, kind))
    finally:
        world.close()


def _common(schema: Schema, world: World, kind: ValueType) -> list[str]:
    if kind.kind == "entity":
        keys = [str(r["id"]) for r in world.rows(f"SELECT id FROM {kind.table} ORDER BY id")]
        return keys if len(keys) < FEW else _top(_referred(schema, world, str(kind.table)), keys[:1])
    if kind.kind == "date":
        return [*_top(_values(schema, world, "____-__-__"), []), world.today.isoformat()]
    if kind.kind == "month":
        return [word(kind, world.today.isoformat()[:7])]
    if kind.kind in ("money", "number"):
        return _top(_figures(schema, world, whole=kind.kind == "number"), [])
    return []


def _top(counts: Counter[Any], otherwise: list[str]) -> list[str]:
    return [str(max(sorted(counts), key=lambda v: counts[v]))] if counts else otherwise


def _referred(schema: Schema, world: World, table: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for t in schema.tables:
        for column in t.columns:
            if column.references == table:
                found += _count(world, t.name, column.name, f"{column.name} IS NOT NULL")
    return found


def _values(schema: Schema, world: World, like: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for t in schema.tables:
        for column in t.columns:
            if column.kind == "typed" and column.sql.startswith("TEXT"):
                found += _count(world, t.name, column.name, f"{column.name} LIKE '{like}'")
    return found


def _figures(schema: Schema, world: World, *, whole: bool) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for t in schema.tables:
        for column in t.columns:
            if column.sql.startswith("INTEGER" if whole else "REAL"):
                found += _count(world, t.name, column.name, f"{column.name} > 5")
    return found


def _count(world: World, table: str, column: str, where: str) -> Counter[Any]:
    rows = world.rows(f"SELECT {column} AS v, count(*) AS n FROM {table} WHERE {where} GROUP BY 1")
    return Counter({r["v"]: r["n"] for r in rows})
