"""Steps that many procedures take: read every page of a list, and find the foremost row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.common import said


def every(tool: Callable[..., Any], rows: str, /, **filters: Any) -> list[dict[str, Any]]:
    """Return what stands under ``rows`` on all pages of a listing tool."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        result = tool(**filters, page=page)
        found += result[rows]
        if "next_page" not in result:
            return found
        page = int(result["next_page"])


def foremost(rows: Sequence[Mapping[str, Any]], column: str, *, largest: bool = True) -> Mapping[str, Any]:
    """Return the row with the largest (or smallest) value; not applicable to a tie or to fewer than two rows."""
    applicable(len(rows) > 1, "hardly any rows")
    ranked = sorted(rows, key=lambda r: r[column], reverse=largest)
    applicable(ranked[0][column] != ranked[1][column], "tie")
    return ranked[0]


def in_words(use: Toolbox, value: Any) -> str:
    """Return a value as prose states it."""
    return said(use, value)
