"""Ways to point at a trip in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_number(use: Toolbox, number: str) -> str:
    return str(use.get_trip(trip_id=number)["id"])


def _by_traveller_and_city(use: Toolbox, person: str, city: str) -> str:
    namesakes = [p for p in every(use.search_people, "people", name=person) if p["name"] == person]
    found = [t for p in namesakes for t in every(use.list_trips, "trips", person_id=p["id"], city=city)]
    return str(only(found, "trips")["id"])


def _by_traveller_and_status(use: Toolbox, person: str, status: str) -> str:
    namesakes = [p for p in every(use.search_people, "people", name=person) if p["name"] == person]
    found = [t for p in namesakes for t in every(use.list_trips, "trips", person_id=p["id"], status=status)]
    return str(only(found, "trips")["id"])


def _first_approved(use: Toolbox, city: str) -> str:
    rows = every(use.list_trips, "trips", city=city, status="approved")
    return str(foremost(rows, "starts_on", largest=False)["id"])


def _class_by_name(use: Toolbox, name: str) -> str:
    return str(next(c["id"] for c in use.list_travel_classes()["travel_classes"] if c["name"] == name))


def _class_by_end(use: Toolbox, extreme: str) -> str:
    return str(use.list_travel_classes()["travel_classes"][0 if extreme == "lowest" else -1]["id"])


_STAFF = "p.active = 1 AND p.name NOT IN (SELECT name FROM people WHERE active = 0)"
_TRIPS = "FROM trips t JOIN people p ON p.id = t.person_id JOIN destinations d ON d.id = t.destination_id"

DESCRIBERS = (
    Describer(
        type="Trip",
        kind="name",
        candidates="SELECT id AS key, id AS number FROM trips",
        text=("trip {number}",),
        resolve=_by_number,
    ),
    Describer(
        type="Trip",
        kind="attribute",
        candidates=f"SELECT t.id AS key, p.name AS person, d.city {_TRIPS} WHERE {_STAFF}",
        text=("the trip of {person} to {city}",),
        resolve=_by_traveller_and_city,
    ),
    Describer(
        type="Trip",
        kind="relation",
        candidates=f"SELECT t.id AS key, p.name AS person, t.status {_TRIPS} WHERE t.status IN ('planned', 'approved')"
        f" AND {_STAFF}",
        text=("the {status} trip of {person}",),
        resolve=_by_traveller_and_status,
    ),
    Describer(
        type="Trip",
        kind="superlative",
        candidates="SELECT key, city FROM (SELECT t.id AS key, d.city,"
        " rank() OVER (PARTITION BY d.id ORDER BY t.starts_on) AS place, count(*) OVER (PARTITION BY d.id) AS size"
        f" {_TRIPS} WHERE t.status = 'approved') WHERE place = 1 AND size > 1",
        text=("the approved trip to {city} that starts first",),
        resolve=_first_approved,
    ),
    Describer(
        type="TravelClass",
        kind="name",
        candidates="SELECT id AS key, name FROM travel_classes",
        text=("{name} class",),
        resolve=_class_by_name,
    ),
    Describer(
        type="TravelClass",
        kind="superlative",
        candidates="SELECT id AS key, CASE level WHEN 0 THEN 'lowest' ELSE 'highest' END AS extreme FROM travel_classes"
        " WHERE level IN (0, (SELECT max(level) FROM travel_classes))",
        text=("the {extreme} class",),
        resolve=_class_by_end,
    ),
)
