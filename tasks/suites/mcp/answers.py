"""The answer that a row expects: values with their types, and whether a text states them."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.values import MONTHS, Fact, Kind, missing_fact, unnumbered

Plain = str | bool | int | float
_FORMS: dict[str, str] = {"date": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d", "time": r"\d\d:\d\d"}


class Given(BaseModel):
    """An answer whose type is said, and the ways in which it may be stated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    value: Plain
    forms: tuple[str, ...] = ()


Answer = Plain | Given | Annotated[tuple[Plain | Given, ...], Field(min_length=1)]


def facts_of(given: Answer) -> tuple[Fact, ...]:
    """Return the facts that an answer must state, all of them.

    >>> [(f.kind, f.value) for f in facts_of(("3.50", "2026-05-01", True, "a.txt"))]
    [('number', 3.5), ('date', '2026-05-01'), ('flag', True), ('text', 'a.txt')]
    """
    return tuple(_fact(part) for part in (given if isinstance(given, tuple) else (given,)))


def _fact(given: Plain | Given) -> Fact:
    if isinstance(given, Given):
        return _made(given.kind, given.value, given.forms)
    if isinstance(given, bool):
        return _made("flag", given)
    if isinstance(given, int | float):
        return _made("number", given)
    text = given.strip()
    for kind, form in _FORMS.items():
        if re.fullmatch(form, text):
            return _made(kind, text)  # type: ignore[arg-type]
    return _made("number", text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else _made("text", text)


def _made(kind: Kind, value: Plain, forms: Sequence[str] = ()) -> Fact:
    if kind in ("number", "money"):
        number = float(value)
        return Fact(type="Answer", kind=kind, value=number, forms=(), text=f"{number:.10g}")
    if kind == "flag":
        own = ("yes", "true") if value else ("no", "false")
        return Fact(type="Answer", kind="flag", value=bool(value), forms=own, text=own[0])
    text = str(value)
    return Fact(type="Answer", kind=kind, value=text, forms=(text, *forms), text=_worded(kind, text))


def _worded(kind: Kind, text: str) -> str:
    if kind != "date":
        return text
    year, month, day = map(int, text.split("-"))
    return f"{day} {MONTHS[month - 1]} {year}"


def text_of(facts: Sequence[Fact]) -> str:
    """Return an answer that states the facts and nothing else."""
    return ", ".join(fact.text for fact in facts)


def answer_problems(facts: Sequence[Fact], answer: str | None, known: str) -> list[str]:
    """Return what is wrong with an answer, in sentences; what the instruction says may be repeated beside a value."""
    if answer is None or not answer.strip():
        return [f"The answer is missing; {fact.text!r} was asked for." for fact in facts]
    plain = unnumbered(known)
    found = []
    for fact in facts:
        exempt = "" if missing_fact(plain, fact, known=plain) is None else plain
        others = [other for other in facts if other is not fact]
        problem = missing_fact(answer, fact, others=others, known=exempt)
        if problem:
            found.append(f"The answer {answer.strip()[:80]!r} {problem}.")
    return found


def stated(text: str, value: Any) -> bool:
    """Return whether a text states a value, whatever else it states."""
    return all(missing_fact(text, fact, known=text) is None for fact in facts_of(value))
