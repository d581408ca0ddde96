"""A schema small enough to see through, an expectation on it, and what the outcome check has against changes."""

from typing import Any

from skillweave.tasks.check import compare
from skillweave.tasks.directory import Directory
from skillweave.tasks.spec import Expectation, ExpectedChange
from skillweave.tasks.values import Fact
from skillweave.tasks.world import Column, Schema, Table

SCHEMA = Schema(
    tables=(
        Table(
            name="orders",
            prefix="ORD",
            columns=(
                Column(name="customer", kind="exact"),
                Column(name="total", sql="REAL", kind="typed"),
                Column(name="tags", kind="set"),
                Column(name="seen", sql="INTEGER", kind="volatile"),
            ),
        ),
        Table(
            name="notes",
            prefix="NOT",
            columns=(Column(name="order_id", references="orders", kind="exact"), Column(name="body", kind="free")),
        ),
    )
)
WHERE = Directory(names={"Person": frozenset({"Ann Lee", "Bo Roy"})}, labels={"PER-1": "Ann Lee"}, user="Cy Fox")
AMOUNT = Fact(type="Money", kind="money", value=12.5, forms=(), text="12.50 EUR")


def insert(table: str, key: str, **after: Any) -> dict[str, Any]:
    """Return a new row as a change."""
    return {"table": table, "op": "insert", "key": key, "after": {"id": key, **after}}


def expected(change: dict[str, Any], facts: dict[str, tuple[Fact, ...]] | None = None) -> ExpectedChange:
    """Return a change as an expectation, brought about by one step."""
    return ExpectedChange(**change, steps={"": "s1", **dict.fromkeys(change["after"], "s1")}, facts=facts or {})


ORDER = insert("orders", "ORD-00009", customer="X", total=10.0, tags="a, b", seen=0)
NOTE = insert("notes", "NOT-00001", order_id="ORD-00009", body="It costs 12.50 EUR.")
WANTED = Expectation(changes=(expected(ORDER), expected(NOTE, {"body": (AMOUNT,)})), answer=None)


def problems(changes: list[dict[str, Any]], wanted: Expectation = WANTED, answer: str | None = None) -> list[str]:
    """Return what the check has against changes and an answer."""
    return [m.sentence for m in compare(SCHEMA, wanted, changes, answer, known="", where=WHERE)]
