"""How the skills of the travel app are carried out with tools."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import ahead, euros, said


def next_trip(use: Toolbox, person: str) -> str:
    """Find the trip of a person that is neither completed nor cancelled and starts first."""
    rows = [
        t for t in every(use.list_trips, "trips", person_id=person) if t["status"] not in ("completed", "cancelled")
    ]
    applicable(rows, "no trip ahead")
    applicable(len(rows) == 1 or rows[0]["starts_on"] != rows[1]["starts_on"], "tie")
    return str(rows[0]["id"])


def last_completed(use: Toolbox, city: str) -> str:
    """Find the completed trip to a city that started last."""
    return str(foremost(every(use.list_trips, "trips", city=city, status="completed"), "starts_on")["id"])


def first_planned(use: Toolbox, city: str) -> str:
    """Find the planned trip to a city that starts first."""
    rows = every(use.list_trips, "trips", city=city, status="planned")
    return str(foremost(rows, "starts_on", largest=False)["id"])


def traveller(use: Toolbox, trip: str) -> str:
    """Find out who travels."""
    return str(use.get_trip(trip_id=trip)["person_id"])


def first_day(use: Toolbox, trip: str) -> str:
    """Find out when a trip starts."""
    return ahead(use, str(use.get_trip(trip_id=trip)["starts_on"]))


def return_day(use: Toolbox, trip: str) -> str:
    """Find out when a trip ends."""
    return ahead(use, str(use.get_trip(trip_id=trip)["ends_on"]))


def days_away(use: Toolbox, trip: str) -> int:
    """Count the days of a trip, the first and the last one included."""
    return int(use.get_trip(trip_id=trip)["nights"]) + 1


def booked_total(use: Toolbox, trip: str) -> float:
    """Add up the bookings of a trip that are not cancelled."""
    prices = [b["price"] for b in use.get_trip(trip_id=trip)["bookings"] if not b["cancelled"]]
    applicable(prices, "nothing booked")
    return euros(sum(prices))


def budget_left(use: Toolbox, trip: str) -> float:
    """Work out what bookings left of a trip's budget."""
    budget = use.get_trip(trip_id=trip)["budget"]
    applicable(budget is not None, "no budget")
    left = euros(budget - booked_total(use, trip))
    applicable(left > 0, "overspent")
    return left


def trip_count(use: Toolbox, city: str, month: str) -> int:
    """Count the completed trips to a city that started in a month."""
    found = len(every(use.list_trips, "trips", city=city, status="completed", month=month))
    applicable(found, "none")
    return found


def _works_here(use: Toolbox, person: str) -> bool:
    return bool(use.get_person(person_id=person)["active"])


def _ahead(use: Toolbox, trip: str) -> dict[str, Any]:
    row: dict[str, Any] = use.get_trip(trip_id=trip)
    applicable(row["status"] in ("planned", "approved"), f"is {row['status']}")
    return row


def plan(use: Toolbox, person: str, city: str, day: str, nights: int) -> str:
    """Plan a trip."""
    applicable(_works_here(use, person) and day >= use.today.isoformat(), "has left or has passed")
    return str(use.plan_trip(person_id=person, city=city, starts_on=day, nights=nights)["id"])


def approve(use: Toolbox, trip: str) -> None:
    """Approve a trip of somebody else."""
    row = use.get_trip(trip_id=trip)
    applicable(row["status"] == "planned" and row["person_id"] != use.user, "not to be approved")
    use.approve_trip(trip_id=trip)


def cancel(use: Toolbox, trip: str) -> None:
    """Cancel a trip."""
    _ahead(use, trip)
    use.cancel_trip(trip_id=trip)


def move(use: Toolbox, trip: str, day: str) -> None:
    """Have a trip start on another day."""
    applicable(day >= use.today.isoformat() and _ahead(use, trip)["starts_on"] != day, "no change or has passed")
    use.update_trip(trip_id=trip, starts_on=day)


def set_budget(use: Toolbox, trip: str, amount: float) -> None:
    """Set the budget of a trip."""
    applicable(amount > 0 and _ahead(use, trip)["budget"] != euros(amount), "no change")
    use.update_trip(trip_id=trip, budget=amount)


def change_traveller(use: Toolbox, trip: str, person: str) -> None:
    """Have somebody else travel."""
    applicable(_works_here(use, person) and _ahead(use, trip)["person_id"] != person, "no change or has left")
    use.update_trip(trip_id=trip, person_id=person)


def book_hotel(use: Toolbox, trip: str, amount: float) -> None:
    """Book a hotel."""
    applicable(amount > 0 and _ahead(use, trip), "no price")
    use.add_trip_booking(trip_id=trip, kind="hotel", price=amount)


def book_flight(use: Toolbox, trip: str, travel_class: str, amount: float) -> None:
    """Book a flight."""
    applicable(amount > 0 and _ahead(use, trip), "no price")
    name = next(c["name"] for c in use.list_travel_classes()["travel_classes"] if c["id"] == travel_class)
    use.add_trip_booking(trip_id=trip, kind="flight", price=amount, travel_class=name)


def add_note(use: Toolbox, trip: str, fact: Any) -> None:
    """Note a value on a trip."""
    use.add_trip_note(trip_id=trip, text=f"For the record: {said(use, fact)}.")
