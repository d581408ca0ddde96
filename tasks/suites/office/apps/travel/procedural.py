"""The skills of the travel app whose rule stands in a SKILL.md."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.travel.tables import EUROPE
from skillweave.tasks.suites.office.common import ahead, euros

ANY_TRIP = Input(types=("Trip",))


def _timed(use: Toolbox, trip: str) -> dict[str, Any]:
    row: dict[str, Any] = use.get_trip(trip_id=trip)
    applicable(row["leaves_at"] and row["returns_at"], "no times yet")
    return row


def _day_rate(use: Toolbox, trip: Mapping[str, Any]) -> float:
    rates: Mapping[str, float] = use.rule["rates"]
    return float(rates.get(trip["country"], use.rule["other_rate"]))


def per_diem(use: Toolbox, trip: str) -> float:
    """Work out the daily allowances of a trip."""
    row, rule = _timed(use, trip), use.rule
    if row["nights"] == 0:
        return euros(_day_rate(use, row) * rule["one_day_percent"] / 100)
    first = rule["early_percent"] if row["leaves_at"] < rule["early_before"] else rule["first_percent"]
    last = rule["late_percent"] if row["returns_at"] >= rule["late_from"] else rule["last_percent"]
    return euros(_day_rate(use, row) * (row["nights"] - 1 + (first + last) / 100))


def _every_day_in_full(use: Toolbox, trip: str) -> float:
    row = _timed(use, trip)
    return euros(_day_rate(use, row) * (row["nights"] + 1))


def _half_days_at_the_ends(use: Toolbox, trip: str) -> float:
    row = _timed(use, trip)
    return euros(_day_rate(use, row) * (row["nights"] if row["nights"] else 0.5))


def _draw_per_diem(rng: Any) -> dict[str, Any]:
    home = int(rng.integers(24, 34))
    countries = ("Austria", "Switzerland", "France", "Italy", "United Kingdom", "United States", "Japan")
    rates = {"Germany": home} | {c: home + int(rng.integers(4, 40)) for c in countries}
    return {
        "rates": rates,
        "other_rate": home + int(rng.integers(6, 20)),
        "early_before": f"{int(rng.integers(9, 12)):02d}:00",
        "late_from": f"{int(rng.integers(16, 20)):02d}:00",
        "early_percent": 5 * int(rng.integers(14, 19)),
        "first_percent": 5 * int(rng.integers(5, 9)),
        "late_percent": 5 * int(rng.integers(13, 18)),
        "last_percent": 5 * int(rng.integers(4, 8)),
        "one_day_percent": 5 * int(rng.integers(11, 15)),
    }


def _per_diem_body(rule: Mapping[str, Any]) -> str:
    table = "\n".join(f"| {country} | {rate} |" for country, rate in rule["rates"].items())
    rate = rule["rates"]["France"]
    share = 1 + (rule["early_percent"] + rule["last_percent"]) / 100
    return f"""# Daily allowance of a trip

| country | EUR for a full day |
|---|---|
{table}
| any other | {rule["other_rate"]} |

- Days between the first and the last day count in full.
- The first day counts {rule["early_percent"]} % where the traveller leaves before {rule["early_before"]}, else
  {rule["first_percent"]} %.
- The last day counts {rule["late_percent"]} % where the return is at {rule["late_from"]} or later, else
  {rule["last_percent"]} %.
- A trip without a night counts {rule["one_day_percent"]} % of a day in all, whatever the times.
- Add up the shares, multiply by the rate, round to cents once.

Example: two nights in France, leaving before {rule["early_before"]}, back before {rule["late_from"]}: {share:g} days x
{rate} = {euros(share * rate):.2f} EUR.
"""


def _classes(use: Toolbox) -> list[str]:
    return [str(c["id"]) for c in use.list_travel_classes()["travel_classes"]]


def _level(use: Toolbox, trip: str) -> int:
    row, rule = use.get_trip(trip_id=trip), use.rule
    level = int(row["flight_hours"] > rule["economy_up_to"]) + int(row["flight_hours"] > rule["premium_up_to"])
    return min(level + int(row["nights"] <= rule["short_nights"]), 2)


def flight_class(use: Toolbox, trip: str) -> str:
    """Work out which class a traveller may fly."""
    return _classes(use)[_level(use, trip)]


def _always_economy(use: Toolbox, trip: str) -> str:
    use.get_trip(trip_id=trip)
    return _classes(use)[0]


def _neighbouring_class(use: Toolbox, trip: str) -> str:
    level = _level(use, trip)
    return _classes(use)[level - 1 if level else 1]


def _draw_class(rng: Any) -> dict[str, Any]:
    low = round(1.2 + 0.1 * int(rng.integers(0, 8)), 1)
    return {
        "economy_up_to": low,
        "premium_up_to": round(low + 1 + 0.5 * int(rng.integers(0, 8)), 1),
        "short_nights": int(rng.integers(1, 3)),
    }


def _class_body(rule: Mapping[str, Any]) -> str:
    low, high, short = rule["economy_up_to"], rule["premium_up_to"], rule["short_nights"]
    return f"""# Which class to fly

| hours of flight to the destination | class |
|---|---|
| up to {low:g} | economy |
| above {low:g} and up to {high:g} | premium |
| above {high:g} | business |

- For short trips, of {short} night{"s" if short > 1 else ""} or fewer, it is one class higher, business at most.
- Rank and title of the traveller play no part.

Example: {low:g} hours and {short} night{"s" if short > 1 else ""}: premium, one class above economy.
"""


def _working_days_before(day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _lead(use: Toolbox, country: str) -> int:
    zone = "germany" if country == "Germany" else "europe" if country in EUROPE else "overseas"
    return int(use.rule[zone])


def book_by(use: Toolbox, trip: str) -> str:
    """Work out by which day a trip has to be booked."""
    row = use.get_trip(trip_id=trip)
    return ahead(
        use, _working_days_before(date.fromisoformat(row["starts_on"]), _lead(use, row["country"])).isoformat()
    )


def _calendar_days(use: Toolbox, trip: str) -> str:
    row = use.get_trip(trip_id=trip)
    return (date.fromisoformat(row["starts_on"]) - timedelta(days=_lead(use, row["country"]))).isoformat()


def _as_at_home(use: Toolbox, trip: str) -> str:
    row = use.get_trip(trip_id=trip)
    return _working_days_before(date.fromisoformat(row["starts_on"]), use.rule["germany"]).isoformat()


def _draw_book_by(rng: Any) -> dict[str, Any]:
    home = int(rng.integers(4, 8))
    europe = home + int(rng.integers(2, 6))
    return {"germany": home, "europe": europe, "overseas": europe + int(rng.integers(3, 9))}


def _book_by_body(rule: Mapping[str, Any]) -> str:
    return f"""# By when a trip has to be booked

Count back *working days* (Monday to Friday; public holidays are not left out) from the first day of the trip, which is
not counted itself:

| destination | working days |
|---|---|
| Germany | {rule["germany"]} |
| {", ".join(EUROPE)} | {rule["europe"]} |
| any other country | {rule["overseas"]} |

The date stands even where it has passed.

Example: a trip to Germany that starts on Monday 9 March 2026 has to be booked by
{_working_days_before(date(2026, 3, 9), rule["germany"]).isoformat()}.
"""


PROCEDURAL = (
    Skill(
        id="travel.work_out_per_diem",
        description="Work out the daily allowance that a traveller gets for a trip.",
        inputs={"trip": ANY_TRIP},
        output="Money",
        tools=("get_trip",),
        procedure=per_diem,
        rule=Rule(
            draw=_draw_per_diem,
            body=_per_diem_body,
            naive={"every day in full": _every_day_in_full, "half days at both ends": _half_days_at_the_ends},
        ),
        phrases=(
            "Work out the daily allowance for {trip} under the company's rule.",
            "Determine the per diem due for {trip} as a whole.",
            "Calculate what the per-diem rule gives for {trip}.",
        ),
        nouns=("the daily allowance for {trip} under the rule", "the per diem due for {trip}"),
        reference="daily allowance",
    ),
    Skill(
        id="travel.determine_class",
        description="Determine which class may be flown on a trip.",
        inputs={"trip": ANY_TRIP},
        output="TravelClass",
        tools=("get_trip", "list_travel_classes"),
        procedure=flight_class,
        rule=Rule(
            draw=_draw_class,
            body=_class_body,
            naive={"economy for everybody": _always_economy, "neighbouring class": _neighbouring_class},
        ),
        phrases=(
            "Determine which class may be flown on {trip} under the company's rule.",
            "Work out the flight class that the rule allows for {trip}.",
            "Find out which travel class {trip} calls for under the class rule.",
        ),
        nouns=(
            "the class that the rule allows to be flown on {trip}",
            "the flight class that the rule allows for {trip}",
        ),
        reference="flight class",
    ),
    Skill(
        id="travel.work_out_booking_deadline",
        description="Work out by which day a trip has to be booked.",
        inputs={"trip": ANY_TRIP},
        output="Date",
        tools=("get_trip",),
        procedure=book_by,
        rule=Rule(
            draw=_draw_book_by,
            body=_book_by_body,
            naive={"calendar days": _calendar_days, "as within Germany": _as_at_home},
        ),
        phrases=(
            "Work out by which day {trip} has to be booked under the company's rule.",
            "Determine the booking deadline of {trip}.",
            "Calculate the latest day for booking {trip} under the booking rule.",
        ),
        nouns=("the booking deadline of {trip}", "the day by which the rule wants {trip} booked"),
        reference="booking deadline",
    ),
)
