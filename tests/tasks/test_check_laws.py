"""Laws of the outcome check: equal outcomes pass, whatever the ids; any one change of meaning is caught."""

import copy
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from small_check import SCHEMA, WHERE, expected, insert

from skillweave.tasks.check import compare
from skillweave.tasks.spec import Expectation
from skillweave.tasks.values import Fact

NAMES = ("Ann", "Bo", "Cy")
Change = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is expected, and the same as changes."""

    wanted: Expectation
    changes: list[Change]


def _fact(value: float) -> Fact:
    return Fact(type="Money", kind="money", value=value, forms=(), text=f"{value:.2f} EUR")


MONEY = st.integers(1, 99_999).map(lambda cents: cents / 100)


@st.composite
def cases(draw: Any) -> Case:
    """Draw new orders with notes about them, updates and deletions of old orders, and perhaps an answer."""
    changes: list[Change] = []
    facts: dict[str, dict[str, tuple[Fact, ...]]] = {}
    for i in range(draw(st.integers(0, 3))):
        tags = ",".join(sorted(draw(st.sets(st.sampled_from("abcd")))))
        order = {"customer": draw(st.sampled_from(NAMES)), "total": draw(MONEY), "tags": tags, "seen": 0}
        changes.append(insert("orders", f"ORD-{100 + i:05d}", **order))
    parents = [*(c["key"] for c in changes), "ORD-00001", "ORD-00002"]
    for i in range(draw(st.integers(0, 3))):
        about, amount = draw(st.sampled_from(parents)), draw(MONEY)
        key = f"NOT-{100 + i:05d}"
        changes.append(insert("notes", key, order_id=about, body=f"It costs {amount:.2f} EUR."))
        facts[key] = {"body": (_fact(amount),)}
    for number in draw(st.sets(st.integers(1, 5), max_size=2)):
        after = draw(
            st.sampled_from([{"total": 0.5}, {"customer": "Di"}, {"tags": "x,y", "seen": 1}, {"total": 7.0, "seen": 1}])
        )
        changes.append({"table": "orders", "op": "update", "key": f"ORD-{number:05d}", "after": after})
    if draw(st.booleans()):
        changes.append({"table": "orders", "op": "delete", "key": "ORD-00009", "after": {}})
    answer = _fact(draw(MONEY)) if draw(st.booleans()) or not changes else None
    wanted = Expectation(changes=tuple(expected(c, facts.get(c["key"])) for c in changes), answer=answer)
    return Case(wanted=wanted, changes=copy.deepcopy(changes))


def verdict(case: Case, changes: list[Change], answer: str | None) -> list[str]:
    return [m.sentence for m in compare(SCHEMA, case.wanted, changes, answer, known="", where=WHERE)]


def answer_of(case: Case) -> str | None:
    return case.wanted.answer.text if case.wanted.answer else None


@given(cases())
def test_what_is_expected_passes(case: Case) -> None:
    assert verdict(case, case.changes, answer_of(case)) == []


@given(cases(), st.randoms(use_true_random=False))
def test_other_ids_of_new_rows_another_order_and_read_marks_make_no_difference(case: Case, random: Any) -> None:
    new = [c["key"] for c in case.changes if c["op"] == "insert"]
    numbers = random.sample(range(200, 300), len(new))
    names = {key: f"{key[:4]}{number:05d}" for key, number in zip(new, numbers, strict=True)}
    renamed = [
        {**c, "key": names.get(c["key"], c["key"]), "after": {k: names.get(v, v) for k, v in c["after"].items()}}
        for c in case.changes
    ]
    touched = {c["key"] for c in renamed}
    renamed += [
        {"table": "orders", "op": "update", "key": key, "after": {"seen": 1}}
        for key in ("ORD-00007", "ORD-00008")
        if key not in touched
    ]
    random.shuffle(renamed)
    assert verdict(case, renamed, answer_of(case)) == []


def _slips(case: Case) -> list[tuple[str, list[Change], str | None]]:
    """Return every outcome that differs from the expected one in one thing that matters."""
    found: list[tuple[str, list[Change], str | None]] = []

    def add(name: str, changes: list[Change], answer: str | None = answer_of(case)) -> None:
        found.append((name, changes, answer))

    def with_value(place: int, column: str, value: Any) -> list[Change]:
        changes = copy.deepcopy(case.changes)
        changes[place]["after"][column] = value
        return changes

    for place, change in enumerate(case.changes):
        rest = case.changes[:place] + case.changes[place + 1 :]
        if set(change["after"]) - {"seen"} or change["op"] == "delete":
            add("left out", rest)
        if change["op"] == "insert":
            add("twice", [*case.changes, {**change, "key": change["key"][:4] + "00999"}])
        for column, value in change["after"].items():
            if column == "customer":
                add("another customer", with_value(place, column, "Xu"))
            elif column == "total":
                add("a cent more", with_value(place, column, round(value + 0.01, 2)))
            elif column == "tags":
                add("a tag more", with_value(place, column, f"{value},z"))
            elif column == "order_id":
                add("about another order", with_value(place, column, "ORD-00006"))
            elif column == "body":
                add("another figure beside it", with_value(place, column, f"{value} Or 123456.78 EUR."))
                add("no figure", with_value(place, column, "It costs what it costs."))
        if change["op"] == "update":
            add("deleted instead", [*rest, {**change, "op": "delete", "after": {}}])
            if "customer" not in change["after"]:
                add("more than was asked for", with_value(place, "customer", "Xu"))
    add(
        "collateral update",
        [*case.changes, {"table": "orders", "op": "update", "key": "ORD-00008", "after": {"total": 1.0}}],
    )
    add("collateral deletion", [*case.changes, {"table": "orders", "op": "delete", "key": "ORD-00008", "after": {}}])
    add("collateral row", [*case.changes, insert("notes", "NOT-00998", order_id="ORD-00001", body="Hello")])
    if case.wanted.answer is not None:
        value = float(case.wanted.answer.value)
        for answer in (None, "", "done", f"{value + 0.01:.2f} EUR", f"{value:.2f} or {value + 1:.2f}"):
            add(f"answered {answer!r}", case.changes, answer)
    return found


@given(cases())
@settings(max_examples=60)
def test_any_one_change_of_meaning_is_caught(case: Case) -> None:
    for name, changes, answer in _slips(case):
        assert verdict(case, changes, answer) != [], name
