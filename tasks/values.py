"""Typed values: how they are worded, and whether a text states one and no other of its kind."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.world import World

Kind = Literal["entity", "money", "number", "date", "month", "time", "text", "flag"]

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
TOLERANCE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueType:
    """A type of skill inputs and outputs, finer than Python's: a Money is not a Count."""

    name: str
    kind: Kind
    noun: str
    """how an instruction calls one: 'person', 'amount'"""
    table: str | None = None
    """for entities: where they live"""
    label: str = "name"
    """for entities: the column by which people call them"""
    aliases: tuple[str, ...] = ()
    """for entities: other columns that pick one out, such as ``email``"""
    unit: str = ""
    """for numbers: what follows the figure, such as ``EUR`` or ``days``"""
    sample: Callable[[World, Any], Any] | None = None
    """(world, numpy Generator) -> a literal; None where the type has no literals"""


class Fact(BaseModel):
    """A typed value as the scorer compares it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field(description="name of the value type")
    kind: Kind
    value: str | float | bool = Field(description="id, number, ISO date, YYYY-MM, text or truth value")
    forms: tuple[str, ...] = Field(description="texts that state the value (entities, texts, flags)")
    text: str = Field(description="the value as a person would write it")


def fact_of(kind: ValueType, value: Any, world: World) -> Fact:
    """Return the fact that ``value`` is, with the forms in which a text may state it."""
    if kind.kind == "entity":
        assert kind.table is not None
        row = world.get(kind.table, value)
        if row is None:
            raise ValueError(f"no {kind.name} {value!r}")
        names = [str(row[c]) for c in (kind.label, *kind.aliases) if c != "id" and row[c]]
        return Fact(
            type=kind.name, kind="entity", value=value, forms=(*names, value), text=names[0] if names else value
        )
    if kind.kind == "flag":
        forms = ("yes", "true") if value else ("no", "false")
        return Fact(type=kind.name, kind="flag", value=bool(value), forms=forms, text=forms[0])
    if kind.kind in ("money", "number"):
        number = round(float(value), 2)
        return Fact(type=kind.name, kind=kind.kind, value=number, forms=(), text=word(kind, value))
    plain = value.isoformat() if isinstance(value, date) else str(value)
    return Fact(type=kind.name, kind=kind.kind, value=plain, forms=(plain,), text=word(kind, value))


def word(kind: ValueType, value: Any) -> str:
    """Return a literal as a person would write it.

    >>> word(ValueType(name="Month", kind="month", noun="month"), "2026-03")
    'March 2026'
    """
    if kind.kind == "date":
        day = date.fromisoformat(str(value))
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    if kind.kind == "month":
        year, month = str(value).split("-")
        return f"{MONTHS[int(month) - 1]} {year}"
    if kind.kind == "money":
        return f"{float(value):.2f}{' ' + kind.unit if kind.unit else ''}"
    if kind.kind == "number":
        number = round(float(value), 2)
        unit = kind.unit[:-1] if number == 1 and kind.unit.endswith("s") else kind.unit
        plain = f"{number:.2f}".rstrip("0").rstrip(".")
        return f"{plain}{' ' + unit if unit else ''}"
    if kind.kind == "flag":
        return "yes" if value else "no"
    return str(value)


_NAMES = "|".join(m[:3] + f"(?:{m[3:]})?" if m != "May" else "May" for m in MONTHS)
_DATES = re.compile(
    r"(?P<iso>\b\d{4}-\d\d-\d\d)"
    rf"|(?P<d1>\b\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?(?P<m1>{_NAMES})\.?,? (?P<y1>\d{{4}})"
    rf"|\b(?P<m2>{_NAMES})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})"
    r"|\b(?P<d3>\d{1,2})[./](?P<m3>\d{1,2})[./](?P<y3>\d{4})",
    re.IGNORECASE,
)
_MONTHS = re.compile(rf"(?P<iso>\b\d{{4}}-\d\d\b)(?!-\d)|\b(?P<m>{_NAMES})\.?,? (?P<y>\d{{4}})", re.IGNORECASE)
_TIMES = re.compile(r"\b(\d{1,2}):(\d\d)(?::\d\d)?(?!\d)(?:\s?([ap])\.?m\b)?", re.IGNORECASE)
_OTHER = re.compile(r"\b[A-Z]{2,4}-\d+\b|\b\d{1,2}:\d\d(?::\d\d)?\b|\S+@\S+")
_NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:[.,'  ]\d{3})*(?:[.,]\d+)?(?![\w])|(?<![\w.,])[-−]?\d+(?:[.,]\d+)?")


def _dates(text: str) -> list[set[str]]:
    found = []
    for match in _DATES.finditer(text):
        part = match.groupdict()
        if part["iso"]:
            found.append({part["iso"]})
        elif part["d3"]:  # day/month or month/day: either reading may be meant
            a, b, when = int(part["d3"]), int(part["m3"]), int(part["y3"])
            found.append({f"{when:04d}-{m:02d}-{d:02d}" for d, m in ((a, b), (b, a)) if m <= 12})
        else:
            form = "1" if part["d1"] else "2"
            day, name, year = part["d" + form], part["m" + form], part["y" + form]
            month = next(i for i, m in enumerate(MONTHS, 1) if m[:3].lower() == name[:3].lower())
            found.append({f"{int(year):04d}-{month:02d}-{int(day):02d}"})
    return found


def _months(text: str) -> list[set[str]]:
    found = []
    for match in _MONTHS.finditer(_DATES.sub(" ", text)):
        name = match["m"]
        if name:
            month = next(i for i, m in enumerate(MONTHS, 1) if m[:3].lower() == name[:3].lower())
            found.append({f"{int(match['y']):04d}-{month:02d}"})
        else:
            found.append({match["iso"]})
    return found


def _times(text: str) -> list[set[str]]:
    found = []
    for hour, minute, half in _TIMES.findall(text):
        shift = 12 if half.lower().startswith("p") and int(hour) < 12 else 0
        midnight = half.lower().startswith("a") and int(hour) == 12
        found.append({f"{0 if midnight else int(hour) + shift:02d}:{minute}"})
    return found


_READERS: Mapping[str, Callable[[str], list[set[str]]]] = {"date": _dates, "month": _months, "time": _times}


def stated_in(text: str, kind: str) -> set[str]:
    """Return the days, months or times that a text names, in all their readings; the month of a day is none."""
    return set().union(*_READERS[kind](text)) if kind in _READERS else set()


def _readings(token: str) -> set[float]:
    """Return the numbers that a written figure may mean: ``1,234`` is 1234 or 1.234."""
    plain = token.replace("−", "-").replace("'", "").replace(" ", "").replace(" ", "")
    readings = set()
    for thousands, point in ((",", "."), (".", ",")):
        body = plain.replace(thousands, "").replace(point, ".")
        grouped = re.fullmatch(rf"-?\d{{1,3}}(?:\{thousands}\d{{3}})*(?:\{point}\d+)?|-?\d+(?:\{point}\d+)?", plain)
        if grouped:
            readings.add(float(body))
    return readings


def numbers(text: str) -> list[set[float]]:
    """Return the figures in a text, each as the set of its readings; dates, times and ids are no figures.

    >>> numbers("Order ORD-0042 of 3 May 2026: 1,250.50 EUR for 2 items")
    [{1250.5}, {2.0}]
    """
    return [set(readings) for readings in _figures(text)]


@lru_cache(maxsize=1024)
def _figures(text: str) -> tuple[frozenset[float], ...]:
    bare = _OTHER.sub(" ", _MONTHS.sub(" ", _DATES.sub(" ", text)))
    return tuple(frozenset(r) for r in (_readings(m.group()) for m in _NUMBER.finditer(bare)) if r)


def unnumbered(text: str) -> str:
    """Return an instruction without the numbers of its steps, which are no values.

    >>> unnumbered("1. Count them.\\n2. Pay 3 EUR for step 1.")
    'Count them.\\nPay 3 EUR for step.'
    """
    return re.sub(r"\bstep \d+", "step", re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE))


def _near(readings: Iterable[float], value: float) -> bool:
    return any(abs(r - value) < TOLERANCE + 1e-9 for r in readings)


def _form(form: str) -> str:
    """Return the pattern of a name or text standing by itself: not within a longer word, file name or id."""
    return rf"(?<![\w-])(?<!\w\.){re.escape(form)}(?![\w-]|\.\w)"


def _mentions(text: str, form: str) -> bool:
    if form.lower() not in text.lower():
        return False  # most of them: no pattern is made
    return re.search(_form(form), text, re.IGNORECASE) is not None


def missing_fact(
    text: str,
    fact: Fact,
    *,
    others: Sequence[Fact] = (),
    known: str = "",
    rivals: Iterable[str] = (),
) -> str | None:
    """Return why ``text`` does not state ``fact`` and nothing else of its kind, or None where it does.

    ``others`` are facts that the text may state as well, ``known`` is the instruction, whose values compete with
    nothing, and ``rivals`` the names of other entities of the fact's type; other ids of its type are rivals too.
    """
    if fact.kind in ("money", "number"):
        return _missing_figure(text, fact, others, known)
    if fact.kind in _READERS:
        return _missing_day(text, fact, others, known)
    if fact.kind == "flag":
        opposite = ("no", "false") if fact.value else ("yes", "true")
        plain = any(_mentions(text, f) for f in fact.forms) and not any(_mentions(text, f) for f in opposite)
        return None if plain else f"does not plainly say {fact.text!r}"
    return _missing_name(text, fact, others, known, rivals)


def _missing_figure(text: str, fact: Fact, others: Sequence[Fact], known: str) -> str | None:
    value = float(fact.value)
    found = numbers(text)
    if not any(_near(f, value) for f in found):
        return f"does not state {fact.text!r}"
    allowed = [float(o.value) for o in others if o.kind in ("money", "number")]
    exempt = [v for readings in numbers(known) for v in readings]
    for figure in found:
        if not any(_near(figure, v) for v in (value, *allowed, *exempt)):
            return f"states another figure, {min(figure):g}, beside {fact.text!r}"
    return None


def _missing_day(text: str, fact: Fact, others: Sequence[Fact], known: str) -> str | None:
    read = _READERS[fact.kind]
    stated = read(text)
    if not any(str(fact.value) in s for s in stated):
        return f"does not state {fact.text!r}"
    allowed = {str(fact.value), *(str(o.value) for o in others)} | {d for s in read(known) for d in s}
    for day in stated:
        if not day & allowed:
            return f"states another {fact.kind}, {min(day)}, beside {fact.text!r}"
    return None


def _missing_name(text: str, fact: Fact, others: Sequence[Fact], known: str, rivals: Iterable[str]) -> str | None:
    if not any(_mentions(text, form) for form in fact.forms):
        return f"does not name {fact.text!r}"
    whole = text.lower()
    near = [rival for rival in rivals if rival.lower() in whole]
    if not near and not _alike(fact, text):
        return None
    own = [*fact.forms, *(f for o in others for f in o.forms)]
    # What stands inside an own name is no rival: "Re: Lunch" names no mail "Lunch".
    rest = re.sub("|".join(map(_form, sorted(own, key=len, reverse=True))), " ", text, flags=re.IGNORECASE)
    for rival in (*near, *_alike(fact, rest)):
        around = any(_mentions(rival, form) for form in own) and rival not in own
        if _mentions(text if around else rest, rival) and not _mentions(known, rival):
            return f"names another {fact.type}, {rival!r}, beside {fact.text!r}"
    return None


def _alike(fact: Fact, text: str) -> list[str]:
    """Return what stands in a text that looks like the fact: ids of the same kind, file names of the same ending."""
    prefix = re.match(r"[A-Z]+-(?=\d+$)", str(fact.value)) if fact.kind == "entity" else None
    ending = re.fullmatch(r"\S+(\.\w{2,4})", str(fact.value)) if fact.kind == "text" else None
    if ending:
        return re.findall(rf"[\w.-]+{re.escape(ending[1])}\b", text)
    return re.findall(rf"\b{prefix.group()}\d+\b", text) if prefix else []


def stands_in(text: str, kind: ValueType, value: Any, world: World) -> bool:
    """Return whether a text states a value, whatever else it states; False for an entity that is not in the world."""
    try:
        fact = fact_of(kind, value, world)
    except ValueError:
        return False
    return missing_fact(text, fact, known=text) is None
