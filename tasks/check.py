"""The outcome check: does the change made to the world, and the answer, equal the plan's?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, permutations, product
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from skillweave.tasks.directory import Directory
from skillweave.tasks.spec import Expectation, ExpectedChange
from skillweave.tasks.values import TOLERANCE, Fact, missing_fact, unnumbered
from skillweave.tasks.world import Schema
from skillweave.taxonomy.artifacts import canonical_json

TIES = 24
"""ways to pair equal new rows that are tried"""
ANSWER = "answer"
"""stands for a step where the answer is what differs"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One difference from the expectation."""

    sentence: str
    step: str | None
    """the plan's step whose effect is missing or wrong; None for collateral change"""


@dataclass(slots=True)
class _Comparison:
    schema: Schema
    known: str
    where: Directory
    renamed: dict[str, str] = field(default_factory=dict)
    """id of an expected new row -> id of the actual row that stands for it"""
    found: list[Mismatch] = field(default_factory=list)


def compare(
    schema: Schema,
    expectation: Expectation,
    changes: Sequence[Mapping[str, Any]],
    answer: str | None,
    *,
    known: str,
    where: Directory,
) -> list[Mismatch]:
    """Return every difference between what was expected and what was done; empty where the outcome is right.

    ``changes`` are the rollout's row changes as JSON, ``known`` is the instruction: its values, and the names of those
    to whom the expected rows refer, compete with nothing. New rows are matched up to their ids, equal rows by number.
    """
    concerned = [where.labels.get(str(v), "") for c in expectation.changes for v in c.after.values()]
    actual = [c for c in changes if not _no_op(schema, c)]
    expected = [c for c in expectation.changes if not _no_op(schema, c.model_dump())]
    best: list[Mismatch] | None = None
    for order in _orders(expected):
        state = _Comparison(schema=schema, known="\n".join((known, where.user, *concerned)), where=where)
        _match_inserts(state, order, actual)
        _match_existing(state, order, actual)
        if expectation.answer is not None:
            problem = answer_problem(_own_terms(state, expectation.answer), answer, known=known, where=where)
            if problem:
                state.found.append(Mismatch(sentence=f"the answer {problem}", step=ANSWER))
        if best is None or len(state.found) < len(best):
            best = state.found
        if not best:
            break
    assert best is not None
    return best


def _orders(expected: list[ExpectedChange]) -> Iterator[list[ExpectedChange]]:
    """Yield the expected changes, with new rows that are equal but for their ids in each order (`TIES` at most).

    Which of them stands for which actual row is open, and only the rows that refer to them tell.
    """
    groups: dict[str, list[int]] = {}
    for place, change in enumerate(expected):
        if change.op == "insert":
            content = {k: v for k, v in change.after.items() if k != "id"}
            groups.setdefault(canonical_json([change.table, content]), []).append(place)
    ties = [places for places in groups.values() if len(places) > 1]
    for orders in islice(product(*(permutations(places) for places in ties)), TIES):
        found = list(expected)
        for places, order in zip(ties, orders, strict=True):
            for place, taken in zip(places, order, strict=True):
                found[place] = expected[taken]
        yield found


def answer_problem(fact: Fact, answer: str | None, *, known: str, where: Directory) -> str | None:
    """Return what is wrong with an answer, or None."""
    if answer is None or not answer.strip():
        return f"is missing; {fact.text!r} was asked for"
    rivals = where.names.get(fact.type, ())
    # What the instruction says may be repeated beside the value; a value that it says itself must stand alone.
    given = unnumbered(known)
    exempt = "" if missing_fact(given, fact, known=given) is None else given
    problem = missing_fact(answer, fact, known=exempt, rivals=rivals)
    return f"{answer.strip()[:80]!r} {problem}" if problem else None


def _no_op(schema: Schema, change: Mapping[str, Any]) -> bool:
    return change["op"] == "update" and all(schema.kind(change["table"], c) == "volatile" for c in change["after"])


def _match_inserts(state: _Comparison, expected: list[ExpectedChange], actual: list[Mapping[str, Any]]) -> None:
    """Pair new rows table by table, so that what refers to a new row comes after it; then compare the pairs."""
    matched: list[tuple[ExpectedChange, Mapping[str, Any]]] = []
    for table in _parents_first(state.schema, expected):
        wanted = [c for c in expected if c.op == "insert" and c.table == table]
        made = [c for c in actual if c["op"] == "insert" and c["table"] == table]
        if not wanted and not made:
            continue
        cost = np.array([[len(_differences(state, w, m["after"])) for m in made] for w in wanted], dtype=float)
        cost = cost.reshape(len(wanted), len(made))
        # Of equal rows the first is paired with the first: `_orders` then reaches every pairing.
        cost += 1e-6 * np.abs(np.subtract.outer(np.arange(len(wanted)), np.arange(len(made))))
        pairs = list(zip(*linear_sum_assignment(cost), strict=True)) if cost.size else []
        for i, j in pairs:
            state.renamed[wanted[i].key] = made[j]["key"]
            matched.append((wanted[i], made[j]["after"]))
        for i in sorted(set(range(len(wanted))) - {i for i, _ in pairs}):
            row = wanted[i]
            state.found.append(
                Mismatch(sentence=f"no new row in {table} with {_shown(state, row)}", step=row.steps.get("", ""))
            )
        for j in sorted(set(range(len(made))) - {j for _, j in pairs}):
            text = ", ".join(f"{k}={v!r}" for k, v in made[j]["after"].items() if k != "id")
            state.found.append(Mismatch(sentence=f"an unexpected new row in {table}: {text[:200]}", step=None))
    for want, got in matched:
        state.found += _differences(state, want, got)


def _parents_first(schema: Schema, expected: Sequence[ExpectedChange]) -> list[str]:
    """Return all tables, those last whose new rows speak of other new rows in prose."""
    new = {c.key for c in expected if c.op == "insert"}
    speaking = {c.table for c in expected if any(f.value in new for facts in c.facts.values() for f in facts)}
    return sorted((t.name for t in schema.tables), key=lambda name: name in speaking)


def _own_terms(state: _Comparison, fact: Fact) -> Fact:
    """Return a fact about a new row with the id that the row has in this rollout."""
    new = state.renamed.get(str(fact.value)) if fact.kind == "entity" else None
    if new is None:
        return fact
    forms = tuple(new if form == fact.value else form for form in fact.forms)
    return fact.model_copy(update={"value": new, "forms": forms, "text": new if fact.text == fact.value else fact.text})


def _match_existing(state: _Comparison, expected: list[ExpectedChange], actual: list[Mapping[str, Any]]) -> None:
    """Compare updates and deletes of rows that were there before."""
    made = {(c["table"], c["key"]): c for c in actual if c["op"] != "insert"}
    for change in expected:
        if change.op == "insert":
            continue
        got = made.pop((change.table, change.key), None)
        if got is None or got["op"] != change.op:
            what = "deleted" if change.op == "delete" else f"changed to {_shown(state, change)}"
            step = change.steps.get("") or next(iter(change.steps.values()), "")
            state.found.append(Mismatch(sentence=f"{change.table} {change.key} was not {what}", step=step))
            for other in {s for s in change.steps.values() if s != step}:
                state.found.append(Mismatch(sentence=f"{change.table} {change.key} was not changed", step=other))
            continue
        state.found += _differences(state, change, got["after"])
        for column, value in got["after"].items():
            if column not in change.after and state.schema.kind(change.table, column) != "volatile":
                sentence = f"{change.table} {change.key}: {column} was changed to {value!r}, which nobody asked for"
                state.found.append(Mismatch(sentence=sentence, step=None))
    for (table, key), got in made.items():
        what = "deleted" if got["op"] == "delete" else f"changed to {dict(got['after'])!r}"
        state.found.append(Mismatch(sentence=f"{table} {key} was {what}, which nobody asked for", step=None))


def _differences(state: _Comparison, want: ExpectedChange, got: Mapping[str, Any]) -> list[Mismatch]:
    found = []
    for column, value in want.after.items():
        problem = _column_problem(state, want, column, value, got.get(column))
        if problem:
            where = f"new row in {want.table}" if want.op == "insert" else f"{want.table} {want.key}"
            found.append(Mismatch(sentence=f"{where}: {problem}", step=want.steps.get(column, want.steps.get("", ""))))
    return found


def _column_problem(state: _Comparison, want: ExpectedChange, column: str, value: Any, got: Any) -> str | None:
    """Return what is wrong with one column, by its class."""
    kind = state.schema.kind(want.table, column)
    if kind == "volatile":
        return None
    if kind == "free":
        facts = [_own_terms(state, f) for f in want.facts.get(column, ())]
        for fact in facts:
            others = [f for f in facts if f is not fact]
            rivals = state.where.names.get(fact.type, ())
            problem = missing_fact(str(got or ""), fact, others=others, known=state.known, rivals=rivals)
            if problem:
                return f"{column} {problem}"
        return None
    value = state.renamed.get(value, value)
    if kind == "typed" and _same_number(value, got):
        return None
    if kind == "set" and {state.renamed.get(v, v) for v in _as_set(value)} == _as_set(got):
        return None
    if _plain(value) == _plain(got) or (kind != "exact" and str(value) == str(got)):
        return None
    return f"{column} should be {value!r}, is {got!r}"


def _plain(value: Any) -> Any:
    """Return a text without the white space that nobody sees."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _same_number(value: Any, got: Any) -> bool:
    if isinstance(value, (int, float)) and isinstance(got, (int, float)):
        return abs(value - got) < TOLERANCE + 1e-9
    return False


def _as_set(value: Any) -> set[str]:
    return {part.strip() for part in str(value or "").split(",") if part.strip()}


def _shown(state: _Comparison, change: ExpectedChange) -> str:
    shown = {
        c: v
        for c, v in change.after.items()
        if v is not None and state.schema.kind(change.table, c) in ("exact", "typed", "set")
    }
    return ", ".join(f"{c}={v!r}" for c, v in shown.items()) or "the right content"
