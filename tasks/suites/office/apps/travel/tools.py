"""Tools of the travel app."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.travel.tables import Class, Kind, Status, last_day
from skillweave.tasks.suites.office.common import euros, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(gt=0)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
_SHOWN = (
    "SELECT t.id, t.person_id, p.name AS person, d.city, d.country, t.starts_on, t.nights, t.status FROM trips t"
    " JOIN people p ON p.id = t.person_id JOIN destinations d ON d.id = t.destination_id"
)


def _trip(world: World, trip_id: str) -> Row:
    return need(world, "trips", trip_id, "trip", "list_trips")


def _ahead(world: World, trip_id: str, states: tuple[str, ...], doing: str) -> Row:
    row = _trip(world, trip_id)
    if row["status"] not in states:
        raise ToolError(f"{trip_id} is {row['status']}; only trips that are {' or '.join(states)} can be {doing}.")
    return row


def _traveller(world: World, person_id: str) -> None:
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} ({person_id}) has left the company; choose someone who works here.")


def list_destinations(world: World) -> dict[str, Any]:
    """List the cities to which trips can go, with country and hours of flight."""
    return {"destinations": world.rows("SELECT city, country, flight_hours FROM destinations ORDER BY city")}


def list_travel_classes(world: World) -> dict[str, Any]:
    """List the classes in which flights are booked, from the lowest to the highest."""
    return {"travel_classes": world.rows("SELECT id, name FROM travel_classes ORDER BY level")}


def list_trips(
    world: World,
    person_id: str | None = None,
    city: str | None = None,
    status: Status | None = None,
    month: Month | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """List business trips, the one that starts first on top, twenty a page; filters can be combined.

    Args:
        person_id: id of the traveller
        city: city of the destination
        status: state of the trip
        month: month in which the trip starts, as YYYY-MM
        page: page of the result
    """
    rows = world.rows(f"{_SHOWN} ORDER BY t.starts_on, t.id")
    found = [
        {**r, "ends_on": last_day(r["starts_on"], r["nights"])}
        for r in rows
        if person_id in (None, r["person_id"])
        and (city is None or city.lower() == r["city"].lower())
        and status in (None, r["status"])
        and (month is None or r["starts_on"].startswith(month))
    ]
    return paged("trips", found, page)


def get_trip(world: World, trip_id: str) -> dict[str, Any]:
    """Show one trip: traveller, destination, days, times of leaving and return, budget, bookings and notes.

    Args:
        trip_id: id of the trip, as a search shows it
    """
    row = _trip(world, trip_id)
    place = world.get("destinations", row.pop("destination_id"))
    assert place is not None
    bookings = world.rows(
        "SELECT id, kind, travel_class, price, cancelled FROM trip_bookings WHERE trip_id = ? ORDER BY id", trip_id
    )
    return {
        **row,
        "ends_on": last_day(row["starts_on"], row["nights"]),
        "city": place["city"],
        "country": place["country"],
        "flight_hours": place["flight_hours"],
        "bookings": [{**b, "cancelled": bool(b["cancelled"])} for b in bookings],
        "notes": world.rows("SELECT author_id, body FROM trip_notes WHERE trip_id = ? ORDER BY id", trip_id),
    }


def plan_trip(
    world: World, person_id: str, city: str, starts_on: date, nights: Annotated[int, Field(ge=0, le=60)]
) -> dict[str, Any]:
    """Plan a business trip; it still has to be approved.

    Args:
        person_id: id of the traveller
        city: city of the destination
        starts_on: first day, as YYYY-MM-DD
        nights: number of nights away; 0 for a trip of one day
    """
    _traveller(world, person_id)
    place = world.row("SELECT id FROM destinations WHERE lower(city) = lower(?)", city)
    if place is None:
        raise ToolError(f"No trips go to {city!r}. Use list_destinations to see the cities.")
    if starts_on < world.today:
        raise ToolError(f"{starts_on} has passed; a trip can start today ({world.today}) at the earliest.")
    key = world.insert(
        "trips",
        person_id=person_id,
        destination_id=place["id"],
        starts_on=starts_on.isoformat(),
        nights=nights,
        status="planned",
    )
    return get_trip(world, key)


def update_trip(
    world: World,
    trip_id: str,
    person_id: str | None = None,
    starts_on: date | None = None,
    nights: Annotated[int, Field(ge=0, le=60)] | None = None,
    budget: Amount | None = None,
) -> dict[str, Any]:
    """Change a trip that is planned or approved; only the fields that are given change.

    Args:
        trip_id: id of the trip
        person_id: id of the new traveller
        starts_on: new first day, as YYYY-MM-DD; the number of nights stays
        nights: new number of nights
        budget: budget in EUR
    """
    _ahead(world, trip_id, ("planned", "approved"), "changed")
    if person_id is not None:
        _traveller(world, person_id)
    if starts_on is not None and starts_on < world.today:
        raise ToolError(f"{starts_on} has passed; a trip can start today ({world.today}) at the earliest.")
    given = {
        "person_id": person_id,
        "starts_on": None if starts_on is None else starts_on.isoformat(),
        "nights": nights,
        "budget": None if budget is None else euros(budget),
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides trip_id.")
    world.update("trips", trip_id, **values)
    return get_trip(world, trip_id)


def approve_trip(world: World, trip_id: str) -> dict[str, Any]:
    """Approve a planned trip of somebody else.

    Args:
        trip_id: id of the trip
    """
    row = _ahead(world, trip_id, ("planned",), "approved")
    if row["person_id"] == world.user:
        raise ToolError("You cannot approve your own trip; somebody else has to do it.")
    world.update("trips", trip_id, status="approved")
    return get_trip(world, trip_id)


def cancel_trip(world: World, trip_id: str) -> dict[str, Any]:
    """Cancel a trip that is planned or approved; its bookings stay as they are.

    Args:
        trip_id: id of the trip
    """
    _ahead(world, trip_id, ("planned", "approved"), "cancelled")
    world.update("trips", trip_id, status="cancelled")
    return get_trip(world, trip_id)


def add_trip_booking(
    world: World, trip_id: str, kind: Kind, price: Amount, travel_class: Class | None = None
) -> dict[str, Any]:
    """Book a flight, train or hotel for a trip that is planned or approved.

    Args:
        trip_id: id of the trip
        kind: what is booked
        price: price in EUR
        travel_class: name of the class of a flight; not for trains and hotels
    """
    _ahead(world, trip_id, ("planned", "approved"), "booked for")
    if (kind == "flight") != (travel_class is not None):
        raise ToolError(f"A {kind} {'needs a' if kind == 'flight' else 'has no'} travel_class; got {travel_class!r}.")
    row = {"trip_id": trip_id, "kind": kind, "travel_class": travel_class, "price": euros(price)}
    return {"id": world.insert("trip_bookings", **row, cancelled=0, booked_on=world.today.isoformat()), **row}


def cancel_trip_booking(world: World, booking_id: str) -> dict[str, Any]:
    """Cancel one booking of a trip.

    Args:
        booking_id: id of the booking, as a search shows it
    """
    row = need(world, "trip_bookings", booking_id, "booking", "get_trip")
    if row["cancelled"]:
        raise ToolError(f"{booking_id} is cancelled already.")
    world.update("trip_bookings", booking_id, cancelled=1)
    return {**row, "cancelled": True}


def add_trip_note(world: World, trip_id: str, text: str) -> dict[str, Any]:
    """Put a note in your name on a trip.

    Args:
        trip_id: id of the trip
        text: what the note says
    """
    _trip(world, trip_id)
    if not text.strip():
        raise ToolError("The note is empty; give a text.")
    today = world.today.isoformat()
    world.insert("trip_notes", trip_id=trip_id, author_id=world.user, body=text, written_on=today)
    return get_trip(world, trip_id)


TOOLS = tuple(
    tool_of(f)
    for f in (
        list_destinations,
        list_travel_classes,
        list_trips,
        get_trip,
        plan_trip,
        update_trip,
        approve_trip,
        cancel_trip,
        add_trip_booking,
        cancel_trip_booking,
        add_trip_note,
    )
)
