"""The forms in which people write one value, and other words around the same facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from skillweave.tasks.values import MONTHS, Fact, ValueType

SENTENCES = ("The answer is {}.", "**{}**", '"{}"', "Answer: {}", "It is {}, as of today.")


def forms(kind: ValueType, fact: Fact) -> list[str]:
    """Return texts that state a value, each as someone might submit it.

    >>> money = ValueType(name="Money", kind="money", noun="amount", unit="EUR")
    >>> fact = Fact(type="Money", kind="money", value=1250.0, forms=(), text="1250.00 EUR")
    >>> forms(money, fact)[:5]
    ['1250.0', '1,250.00 EUR', 'EUR 1250.0', '1.250,00 EUR', '1250']
    """
    plain = _plain(kind, fact)
    return [*plain, *(s.format(plain[i % len(plain)]) for i, s in enumerate(SENTENCES))]


def _plain(kind: ValueType, fact: Fact) -> list[str]:
    if fact.kind in ("money", "number"):
        return _figures(kind, float(fact.value))
    if fact.kind == "date":
        return _days(date.fromisoformat(str(fact.value)))
    if fact.kind == "month":
        year, month = (int(x) for x in str(fact.value).split("-"))
        name = MONTHS[month - 1]
        return [str(fact.value), f"{name} {year}", f"{name[:3]} {year}", f"in {name} {year}", f"{name}, {year}"]
    if fact.kind == "time":
        hour, minute = (int(x) for x in str(fact.value).split(":")[:2])
        half = f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
        return [
            f"{hour:02d}:{minute:02d}",
            f"{hour:02d}:{minute:02d}:00",
            half,
            half.upper(),
            f"at {hour}:{minute:02d}",
        ]
    if fact.kind == "entity":
        names = [f for f in fact.forms if f != fact.value] or [str(fact.value)]
        both = f"{names[0]} ({fact.value})" if names[0] != fact.value else names[0]
        return [*names, str(fact.value), both, names[0].lower(), names[0].upper()]
    if fact.kind == "flag":
        return [fact.text, fact.text.capitalize(), f"{fact.text.capitalize()}."]
    return [str(fact.value), f"{fact.value}.", str(fact.value).lower()]


def _figures(kind: ValueType, number: float) -> list[str]:
    unit = kind.unit or ""
    swapped = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    found = [str(number), f"{number:,.2f} {unit}", f"{unit} {number}", f"{swapped} {unit}"]
    if number == int(number):
        found += [f"{int(number)}", f"{int(number)} {unit}", f"{int(number):,}"]
    if unit == "EUR":
        found += [f"€{number:,.2f}", f"{number:.2f}€", f"{number:.2f} euros"]
    return [f.strip() for f in found]


def _days(day: date) -> list[str]:
    month = MONTHS[day.month - 1]
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day:%A}, {day.day} {month[:3]} {day.year}",
        f"the {day.day}{ending} of {month} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%m/%d/%Y}",
        f"{day:%d/%m/%Y}",
        f"{day.isoformat()}T00:00:00",
    ]


def prose(facts: Sequence[tuple[ValueType, Fact]], *, greeting: str, sender: str, instruction: str) -> list[str]:
    """Return letters that state the facts in other words and forms; without facts they say nothing in particular."""
    plain = [_plain(kind, fact) for kind, fact in facts]
    first = " and ".join(p[1 % len(p)] for p in plain) or "please see above"
    second = "; ".join(p[-1] for p in plain) or "as discussed"
    hello = f"Dear {greeting},\n\n" if greeting else ""
    return [
        f"{hello}as requested: {first}.\n\nBest regards,\n{sender}",
        f"FYI - {second}",
        f"{hello}I was asked as follows.\n\n> {instruction}\n\nHere it is: {second}. Thanks!",
    ]


def argument_forms(schema: dict[str, Any], value: Any) -> list[Any]:
    """Return other ways in which a model passes the same argument: a number as text, a whole number as a float.

    >>> argument_forms({"type": "number"}, 48.5), argument_forms({"type": "integer"}, 3)
    (['48.50', '48.5'], [3.0, '3'])
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    if schema.get("type") == "integer":
        return [float(value), str(int(value))]
    return [f"{value:.2f}", str(value)] if round(value, 2) == value else [str(value)]
