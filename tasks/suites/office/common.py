"""What all apps of the office suite share: plain value types, dates, and small helpers for tools."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Row, World

CURRENCY = "EUR"
PAGE = 20

MONEY = ValueType(name="Money", kind="money", noun="amount", unit=CURRENCY)
COUNT = ValueType(name="Count", kind="number", noun="number")
DAYS = ValueType(name="Days", kind="number", noun="number of days", unit="days")
DATE = ValueType(
    name="Date",
    kind="date",
    noun="date",
    sample=lambda world, rng: (world.today + timedelta(days=int(rng.integers(3, 60)))).isoformat(),
)
MONTH = ValueType(
    name="Month",
    kind="month",
    noun="month",
    sample=lambda world, rng: month_before(world.today, int(rng.integers(1, 7))),
)
TEXT = ValueType(name="Text", kind="text", noun="text")

PLAIN_TYPES = (MONEY, COUNT, DAYS, DATE, MONTH, TEXT)


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
    if page < 1:
        raise ToolError(f"page must be 1 or more, got {page}.")
    start = (page - 1) * PAGE
    found: dict[str, Any] = {name: list(rows[start : start + PAGE]), "total": len(rows)}
    if start + PAGE < len(rows):
        found["next_page"] = page + 1
    return found


def matches(words: str | None, text: str) -> bool:
    """Return whether every word of a search occurs in a text, letter case aside; no words match all."""
    return words is None or all(w in text.lower() for w in words.lower().split())
