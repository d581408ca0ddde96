"""The skills of the treasury desk."""

from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.rates.tables import KILOMETRES, MONTHS_KEPT
from skillweave.tasks.suites.office.apps.steps import foremost
from skillweave.tasks.suites.office.common import euros, month_before


def _needs_rates(use: Toolbox, month: str, before: int = 0) -> None:
    """Not applicable to months without rates, or without rates in the month before."""
    first = month_before(use.today, MONTHS_KEPT - 1 - before)
    applicable(first <= month <= month_before(use.today, 0), "no rates")


def _to_euro(use: Toolbox, amount: float, currency: str, month: str) -> float:
    _needs_rates(use, month)
    return float(use.convert_currency(amount=amount, currency_id=currency, month=month, into="EUR")["amount"])


def _from_euro(use: Toolbox, amount: float, currency: str, month: str) -> float:
    applicable(amount > 0, "no amount")
    _needs_rates(use, month)
    return float(use.convert_currency(amount=amount, currency_id=currency, month=month, into="foreign")["amount"])


def _best_month(use: Toolbox, currency: str) -> str:
    months = {month_before(use.today, back) for back in range(1, 7)}
    rates = [r for r in use.list_exchange_rates(currency_id=currency)["rates"] if r["month"] in months]
    return str(foremost(rates, "rate")["month"])


def _previous(month: str) -> str:
    return month_before(date.fromisoformat(f"{month}-01"), 1)


def _biggest_riser(use: Toolbox, month: str) -> str:
    _needs_rates(use, month, before=1)
    before = {r["currency_id"]: r["rate"] for r in use.list_exchange_rates(month=_previous(month))["rates"]}
    now = use.list_exchange_rates(month=month)["rates"]
    rises = [{"id": r["currency_id"], "rise": round(r["rate"] / before[r["currency_id"]] - 1, 5)} for r in now]
    return str(foremost(rises, "rise")["id"])


def _order_cash(use: Toolbox, person: str, currency: str, amount: float) -> None:
    applicable(0 < amount <= 2000 and use.get_person(person_id=person)["active"], "cannot be ordered")
    use.order_foreign_cash(person_id=person, currency_id=currency, euro_amount=float(amount))


def _watch(use: Toolbox, currency: str, person: str) -> None:
    applicable(use.get_person(person_id=person)["active"], "has left")
    watchers = use.list_currency_watchers(currency_id=currency)["watchers"]
    applicable(all(w["id"] != person for w in watchers), "watches it already")
    use.watch_currency(currency_id=currency, person_id=person)


def _kilometres(use: Toolbox, distance: float, unit: str) -> float:
    return float(use.convert_distance(distance=distance, unit=unit)["kilometres"])


def _booking(
    use: Toolbox, amount: float, currency: str, month: str, before: bool = True, surcharge: bool = True
) -> float:
    _needs_rates(use, month, before=1)
    codes = {c["id"]: c["code"] for c in use.list_currencies()["currencies"]}
    taken = _previous(month) if before else month
    rate = next(r["rate"] for r in use.list_exchange_rates(currency_id=currency)["rates"] if r["month"] == taken)
    soft = codes[currency] in use.rule["soft"]
    percent = (use.rule["soft_percent"] if soft else use.rule["percent"]) if surcharge else 0
    steps = euros(amount / rate * (100 + percent) / 100) / use.rule["step"]
    return euros(ceil(steps - 1e-6) * use.rule["step"])


def _booking_same_month(use: Toolbox, amount: float, currency: str, month: str) -> float:
    return _booking(use, amount, currency, month, before=False)


def _booking_bare(use: Toolbox, amount: float, currency: str, month: str) -> float:
    return _booking(use, amount, currency, month, surcharge=False)


def _draw_booking(rng: Any) -> dict[str, Any]:
    return {
        "soft": sorted(str(c) for c in rng.choice(["NOK", "SEK", "CZK", "PLN", "HUF", "INR", "AUD"], 4, replace=False)),
        "soft_percent": int(rng.integers(8, 13)) / 2,
        "percent": int(rng.integers(2, 7)) / 2,
        "step": float(rng.choice([0.05, 0.1, 0.2, 0.5])),
    }


def _booking_body(rule: Mapping[str, Any]) -> str:
    euro = 100 * (100 + rule["percent"]) / 100
    return f"""# Booking an invoice in foreign currency

1. Take the exchange rate of the month **before** the month of the invoice.
2. Convert into EUR; do not round yet.
3. Add a surcharge for the risk of the rate: {rule["soft_percent"]:g} percent for {", ".join(rule["soft"])},
   {rule["percent"]:g} percent for all other currencies. Round to cents.
4. Round the result **up** to the next full {rule["step"]:.2f} EUR.

- An amount that is a full multiple already stays as it is.

Example: an invoice that comes to 100.00 EUR at the rate of the month before, in a currency not named above: with the
surcharge {euro:.2f}, rounded up to {ceil(euros(euro) / rule["step"] - 1e-6) * rule["step"]:.2f} EUR.
"""


CURRENCY = Input(types=("Currency",))
PERSON = Input(types=("Person",))
MONTH = Input(types=("Month",))
FOREIGN = Input(types=("Count",), values=(180, 240, 375, 620, 1150, 2400), literal=True)
EUROS = Input(
    types=("Money", "Spending", "Turnover", "Price", "Fee", "Budget", "CreditLimit"), values=(85, 120, 250, 340, 480)
)

SKILLS = (
    Skill(
        id="rates.convert_to_euro",
        description="Convert an amount in foreign currency into EUR.",
        inputs={"amount": FOREIGN, "currency": CURRENCY, "month": MONTH},
        output="Money",
        tools=("convert_currency",),
        procedure=_to_euro,
        phrases=(
            "Convert an amount of {amount} in {currency} into EUR at the rate of {month}.",
            "Work out what {amount} in {currency} comes to in EUR at the rate of {month}.",
            "See how many EUR an amount of {amount} in {currency} is, taking the rate of {month}.",
        ),
        nouns=(
            "the value in EUR of {amount} in {currency} at the rate of {month}",
            "what {amount} in {currency} comes to in EUR at the rate of {month}",
        ),
        reference="value in EUR",
    ),
    Skill(
        id="rates.convert_from_euro",
        description="Convert an amount in EUR into a foreign currency.",
        inputs={"amount": EUROS, "currency": CURRENCY, "month": MONTH},
        output="ForeignAmount",
        tools=("convert_currency",),
        procedure=_from_euro,
        phrases=(
            "Convert {amount} into {currency} at the rate of {month}.",
            "Work out how much {amount} is in {currency} at the rate of {month}.",
            "See what {amount} buys in {currency}, taking the rate of {month}.",
        ),
        nouns=(
            "what {amount} is in {currency} at the rate of {month}",
            "{amount} converted into {currency} at the rate of {month}",
        ),
        reference="amount in foreign currency",
    ),
    Skill(
        id="rates.find_best_month",
        description="Find the month in which one EUR bought most of a currency.",
        inputs={"currency": CURRENCY},
        output="Month",
        tools=("list_exchange_rates",),
        procedure=_best_month,
        phrases=(
            "Find out in which of the six months before the current one one euro bought most in {currency}.",
            "Of the six months before the present one, find that with the highest rate for one euro in {currency}.",
            "See in which month of the last six, the current one not counted, one euro was worth most in {currency}.",
        ),
        nouns=(
            "the month with the highest rate for one euro in {currency} among the six before the current one",
            "that one of the six months before the current one in which one euro bought most in {currency}",
        ),
        reference="best month",
    ),
    Skill(
        id="rates.find_biggest_riser",
        description="Find the currency whose rate for one EUR rose most in a month.",
        inputs={"month": MONTH},
        output="Currency",
        tools=("list_exchange_rates",),
        procedure=_biggest_riser,
        phrases=(
            "Find the currency whose rate (units for one euro) rose most in percent from the month before to {month}.",
            "See for which currency the rate for one euro went up most in percent from the month before to {month}.",
            "Compare the rates of {month} with the month before: find the currency with the largest rise in percent.",
        ),
        nouns=(
            "the currency whose rate for one euro rose most in percent from the month before to {month}",
            "the currency with the largest percentage rise of its rate for one euro from the month before to {month}",
        ),
        reference="currency",
    ),
    Skill(
        id="rates.order_cash",
        description="Order foreign cash for a person.",
        inputs={"person": PERSON, "currency": CURRENCY, "amount": EUROS},
        writes=True,
        tools=("get_person", "order_foreign_cash"),
        procedure=_order_cash,
        phrases=(
            "Order cash in {currency} worth {amount} for {person}.",
            "Have cash in {currency} made ready for {person}; value in EUR: {amount}.",
            "Get {person} foreign cash in {currency} to the value of {amount}.",
        ),
    ),
    Skill(
        id="rates.watch_currency",
        description="Put a person on the list of those who are told when a rate moves.",
        inputs={"currency": CURRENCY, "person": PERSON},
        writes=True,
        tools=("get_person", "list_currency_watchers", "watch_currency"),
        procedure=_watch,
        phrases=(
            "Let {person} be told when the rate of {currency} moves.",
            "Put {person} on the list of those who watch the rate of {currency}.",
            "Add {person} to the watchers of {currency}.",
        ),
    ),
    Skill(
        id="rates.convert_distance",
        description="Convert a distance into kilometres.",
        inputs={
            "distance": Input(types=("Count",), values=(12, 37, 85, 140, 260), literal=True),
            "unit": Input(types=("Text",), values=tuple(KILOMETRES), literal=True),
        },
        output="Distance",
        tools=("convert_distance",),
        procedure=_kilometres,
        phrases=(
            "Convert a distance of {distance} {unit} into kilometres.",
            "Work out how many kilometres {distance} {unit} are.",
            "See what {distance} {unit} come to in kilometres.",
        ),
        nouns=("the kilometres in {distance} {unit}", "what {distance} {unit} are in kilometres"),
        reference="distance in kilometres",
    ),
    Skill(
        id="rates.work_out_booking_amount",
        description="Work out at which amount in EUR an invoice in foreign currency is booked.",
        inputs={"amount": FOREIGN, "currency": CURRENCY, "month": MONTH},
        output="Money",
        tools=("list_currencies", "list_exchange_rates"),
        procedure=_booking,
        rule=Rule(
            draw=_draw_booking,
            body=_booking_body,
            naive={"rate of the month": _booking_same_month, "no surcharge": _booking_bare},
        ),
        phrases=(
            "Work out at which amount in EUR an invoice of {month} over {amount} in {currency} is booked.",
            "Determine the booking amount in EUR of an invoice over {amount} in {currency} of {month}.",
            "Calculate what the books show in EUR for an invoice over {amount} in {currency} dated {month}.",
        ),
        nouns=(
            "the booking amount of an invoice of {month} over {amount} in {currency}",
            "the amount at which an invoice of {amount} in {currency} of {month} is booked",
        ),
        reference="booking amount",
    ),
)
