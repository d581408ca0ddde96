"""What one can do at the treasury desk."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.apps.rates.tables import KILOMETRES, MONTHS_KEPT
from skillweave.tasks.suites.office.common import euros, month_before, need
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
Amount = Annotated[float, Field(gt=0)]


def list_currencies(world: World) -> dict[str, Any]:
    """List the foreign currencies with their ids, codes and countries. The company's own currency is EUR."""
    return {"currencies": world.rows("SELECT * FROM currencies ORDER BY code")}


def list_exchange_rates(world: World, currency_id: str | None = None, month: Month | None = None) -> dict[str, Any]:
    """List exchange rates, of one currency in all months or of all currencies in one month.

    The rate says how many units of the currency one EUR buys in that month.

    Args:
        currency_id: id of a currency, as a search shows it
        month: a month, e.g. 2026-03
    """
    if currency_id is None and month is None:
        raise ToolError("Give a currency_id or a month; list_currencies shows the ids.")
    if currency_id is not None:
        _currency(world, currency_id)
    rows = world.rows(
        "SELECT r.currency_id, c.code, r.month, r.rate FROM exchange_rates r JOIN currencies c"
        " ON c.id = r.currency_id ORDER BY r.month, c.code"
    )
    found = [r for r in rows if currency_id in (None, r["currency_id"]) and month in (None, r["month"])]
    if not found:
        raise ToolError(f"There are no rates of {month}; {_span(world)}.")
    return {"rates": found}


def convert_currency(
    world: World, amount: Amount, currency_id: str, month: Month, into: Literal["EUR", "foreign"]
) -> dict[str, Any]:
    """Convert an amount between EUR and a foreign currency at the rate of a month, rounded to two decimals.

    Args:
        amount: amount to convert
        currency_id: id of the foreign currency
        month: month whose rate is taken, e.g. 2026-03
        into: EUR to convert from the foreign currency into EUR, foreign for the other way
    """
    currency = _currency(world, currency_id)
    row = world.row("SELECT rate FROM exchange_rates WHERE currency_id = ? AND month = ?", currency_id, month)
    if row is None:
        raise ToolError(f"There is no rate of {currency['code']} for {month}; {_span(world)}.")
    result = euros(amount / row["rate"] if into == "EUR" else amount * row["rate"])
    return {"amount": result, "currency": "EUR" if into == "EUR" else currency["code"], "rate": row["rate"]}


def order_foreign_cash(world: World, person_id: str, currency_id: str, euro_amount: Amount) -> dict[str, Any]:
    """Order foreign cash for a person, worth an amount in EUR.

    Args:
        person_id: id of the person who gets the cash
        currency_id: id of the currency
        euro_amount: what the cash is worth in EUR, at most 2000
    """
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left and gets no cash.")
    _currency(world, currency_id)
    if euro_amount > 2000:
        raise ToolError(f"{euro_amount:.2f} EUR is too much; cash orders go up to 2000 EUR.")
    key = world.insert(
        "cash_orders",
        person_id=person_id,
        currency_id=currency_id,
        euro_amount=euro_amount,
        ordered_on=world.today.isoformat(),
    )
    return dict(world.get("cash_orders", key) or {})


def list_currency_watchers(world: World, currency_id: str) -> dict[str, Any]:
    """List the people who are told when the rate of a currency moves.

    Args:
        currency_id: id of the currency
    """
    _currency(world, currency_id)
    rows = world.rows(
        "SELECT p.id, p.name FROM currency_watches w JOIN people p ON p.id = w.person_id WHERE w.currency_id = ?"
        " ORDER BY p.name, p.id",
        currency_id,
    )
    return {"watchers": rows}


def watch_currency(world: World, currency_id: str, person_id: str) -> dict[str, Any]:
    """Put a person on the list of those who are told when the rate of a currency moves.

    Args:
        currency_id: id of the currency
        person_id: id of the person
    """
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left and cannot watch a currency.")
    if any(w["id"] == person_id for w in list_currency_watchers(world, currency_id)["watchers"]):
        raise ToolError(f"{person['name']} watches this currency already.")
    world.insert("currency_watches", currency_id=currency_id, person_id=person_id)
    return list_currency_watchers(world, currency_id)


def convert_distance(
    world: World, distance: Amount, unit: Literal["miles", "nautical miles", "leagues"]
) -> dict[str, Any]:
    """Convert a distance into kilometres, rounded to two decimals.

    Args:
        distance: how many of the unit
        unit: miles, nautical miles or leagues
    """
    return {"kilometres": euros(distance * KILOMETRES[unit])}


def _currency(world: World, currency_id: str) -> Row:
    """Return a currency; where a code is given for the id, the refusal names the id."""
    row = world.get("currencies", currency_id)
    if row is not None:
        return row
    coded = world.row("SELECT id FROM currencies WHERE code = ?", currency_id.strip().upper())
    if coded is not None:
        raise ToolError(f"{currency_id!r} is the code of a currency, not its id: give {coded['id']!r}.")
    return need(world, "currencies", currency_id, "currency", "list_currencies")


def _span(world: World) -> str:
    return f"rates are kept from {month_before(world.today, MONTHS_KEPT - 1)} to {month_before(world.today, 0)}"


TOOLS = tuple(
    tool_of(f)
    for f in (
        list_currencies,
        list_exchange_rates,
        convert_currency,
        order_foreign_cash,
        list_currency_watchers,
        watch_currency,
        convert_distance,
    )
)
