"""What all apps of the office suite share: plain value types, dates, and small helpers for tools."""

import re
from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from skillweave.tasks.skills import Input, Toolbox, applicable
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import ValueType, word
from skillweave.tasks.world import Row, World

CURRENCY = "EUR"
PAGE = 20

MONEY = ValueType(name="Money", kind="money", noun="amount", unit=CURRENCY)
COUNT = ValueType(name="Count", kind="number", noun="number")
HEADCOUNT = ValueType(name="Headcount", kind="number", noun="number of people")
DAYS = ValueType(name="Days", kind="number", noun="number of days", unit="days")
DATE = ValueType(
    name="Date",
    kind="date",
    noun="date",
    sample=lambda world, rng: (world.today + timedelta(days=int(rng.integers(3, 60)))).isoformat(),
)
"""a day that is still to come, or today: what one plans with"""
PAST_DATE = ValueType(
    name="PastDate",
    kind="date",
    noun="past date",
    sample=lambda world, rng: (world.today - timedelta(days=int(rng.integers(2, 45)))).isoformat(),
)
"""a day on which something happened: nothing can be planned for it"""
SINCE_DATE = ValueType(name="SinceDate", kind="date", noun="date of joining")
"""the day since which somebody belongs to us, mostly years ago"""
MONTH = ValueType(
    name="Month",
    kind="month",
    noun="month",
    sample=lambda world, rng: month_before(world.today, int(rng.integers(1, 7))),
)
COMING_MONTH = ValueType(
    name="ComingMonth",
    kind="month",
    noun="coming month",
    sample=lambda world, rng: month_before(world.today, -int(rng.integers(1, 3))),
)
TEXT = ValueType(name="Text", kind="text", noun="text")

PLAIN_TYPES = (MONEY, COUNT, HEADCOUNT, DAYS, DATE, PAST_DATE, SINCE_DATE, MONTH, COMING_MONTH, TEXT)
FIGURES = (
    *("Money", "Spending", "Turnover", "Budget", "CreditLimit", "Price", "Fee", "ForeignAmount"),
    *("Count", "Headcount", "Units", "Days", "LeaveDays", "PaymentTerm", "Hours", "Percent", "Distance"),
    *("Date", "PastDate", "SinceDate", "Month", "ClockTime"),
)
"""numbers, dates and times"""
STATABLE = (*FIGURES, "Person", "Department", "DocumentName")
"""types whose values a mail, comment, note or message can pass on to a reader"""
SOME_AMOUNTS = (48.5, 129.9, 350.0, 1180.0, 2475.25)
ANY_FIGURE = Input(types=FIGURES, values=SOME_AMOUNTS)
ANY_VALUE = Input(types=STATABLE, values=SOME_AMOUNTS)
"""a value to pass on; where no skill yields one, an amount"""
ANY_FACT = Input(
    types=(
        *STATABLE,
        *("Event", "Room", "Document", "Mail", "Expense", "Customer", "Order", "Product"),
        *("LeaveRequest", "Project", "Task", "Ticket"),
    ),
    values=SOME_AMOUNTS,
)
"""a value or a thing to name to a reader"""


def month_before(day: date, months: int) -> str:
    """Return the month ``months`` before that of ``day`` as ``YYYY-MM``.

    >>> month_before(date(2026, 2, 10), 3)
    '2025-11'
    """
    index = day.year * 12 + day.month - 1 - months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def euros(value: float) -> float:
    """Return an amount rounded to cents, half up."""
    return int(abs(value) * 100 + 0.5 + 1e-7) / 100 * (1 if value >= 0 else -1)


def need(world: World, table: str, key: str, what: str, finder: str) -> Row:
    """Return the row with this id; refuse in words that name the tool which finds the right id."""
    row = world.get(table, key)
    if row is None:
        raise ToolError(f"There is no {what} with id {key!r}. Use {finder} to find the id.")
    return row


def paged(name: str, rows: Sequence[Any], page: int) -> dict[str, Any]:
    """Return one page of rows under ``name``, with the total and, where more follow, the next page's number."""
    start = (page - 1) * PAGE
    found: dict[str, Any] = {name: list(rows[start : start + PAGE]), "total": len(rows)}
    if start + PAGE < len(rows):
        found["next_page"] = page + 1
    return found


def matches(words: str | None, text: str) -> bool:
    """Return whether every word of a search occurs in a text, letter case aside; no words match all."""
    return words is None or all(w in text.lower() for w in words.lower().split())


def ahead(use: Toolbox, day: str) -> str:
    """Return a day that has not passed; not applicable to one that has: nothing can be planned for it."""
    applicable(day >= use.today.isoformat(), "has passed")
    return day


def said(use: Toolbox, value: Any) -> str:
    """Return a value as prose states it: people and departments by name, other entities by id, dates in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    if text.startswith("PER-"):
        return str(use.get_person(person_id=text)["name"])
    if text.startswith("DEP-"):
        return next(str(d["name"]) for d in use.list_departments()["departments"] if d["id"] == text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return word(DATE, text)
    return word(MONTH, text) if re.fullmatch(r"\d{4}-\d\d", text) else text


def closed_days(use: Toolbox, first: date, last: date) -> set[date]:
    """Return the company holidays between two days, both included."""
    rows = use.list_company_holidays(from_date=first.isoformat(), to_date=last.isoformat())["holidays"]
    return {date.fromisoformat(r["date"]) for r in rows}


def is_working(day: date, closed: Collection[date]) -> bool:
    """Return whether a day is Monday to Friday and no company holiday.

    >>> is_working(date(2026, 5, 1), {date(2026, 5, 1)})
    False
    """
    return day.weekday() < 5 and day not in closed


def shift_working(day: date, steps: int, closed: Collection[date]) -> date:
    """Return the working day ``steps`` working days after (below 0: before) a day, the day itself not counted.

    >>> shift_working(date(2026, 3, 13), 2, ()).isoformat()
    '2026-03-17'
    """
    left = abs(steps)
    while left:
        day += timedelta(days=1 if steps > 0 else -1)
        left -= is_working(day, closed)
    return day


def on_or_after_working(day: date, closed: Collection[date]) -> date:
    """Return the first working day that is not before a day.

    >>> on_or_after_working(date(2026, 3, 14), ()).isoformat()
    '2026-03-16'
    """
    while not is_working(day, closed):
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day where it has no such day.

    >>> add_months(date(2026, 1, 31), 1).isoformat()
    '2026-02-28'
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def day_of(text: str, name: str = "date") -> date:
    """Return the day that a tool's argument names; refuses what is no ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ToolError(f"{name} must be a day such as 2026-03-14, got {text!r}.") from None


def coming(world: World, day: date, name: str) -> str:
    """Return a day that a tool plans with as text; refuses one that has passed."""
    if day < world.today:
        raise ToolError(f"{name} {day} is before today ({world.today}); choose a later day.")
    return day.isoformat()


def gone(world: World, day: date, name: str) -> str:
    """Return a day that a tool records as text; refuses one that is still to come."""
    if day > world.today:
        raise ToolError(f"{name} {day} lies in the future (today is {world.today}); only what has been is recorded.")
    return day.isoformat()


def days_of(month: str) -> tuple[str, str]:
    """Return the first and the last day of a month.

    >>> days_of("2026-02")
    ('2026-02-01', '2026-02-28')
    """
    year, number = (int(part) for part in month.split("-"))
    return f"{month}-01", f"{month}-{monthrange(year, number)[1]:02d}"
