"""Ways to point at a meeting or a room in words."""

from typing import Any

from skillweave.tasks.skills import Describer, Toolbox, applicable, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_title(use: Toolbox, title: str, date: str) -> str:
    found = every(use.search_events, "events", title=title, from_date=date, to_date=date)
    return str(only([e for e in found if e["title"] == title], "meetings")["id"])


def _organised(use: Toolbox, name: str, **filters: Any) -> list[dict[str, Any]]:
    people = [p for p in every(use.search_people, "people", name=name) if p["name"] == name]
    return [e for p in people for e in every(use.search_events, "events", organizer_id=p["id"], **filters)]


def _by_title_and_organizer(use: Toolbox, title: str, organizer: str) -> str:
    found = _organised(use, organizer, title=title)
    return str(only([e for e in found if e["title"] == title], "meetings")["id"])


def _by_organizer(use: Toolbox, organizer: str, date: str) -> str:
    return str(only(_organised(use, organizer, from_date=date, to_date=date), "meetings")["id"])


def _last_of_organizer(use: Toolbox, organizer: str) -> str:
    found = [e for e in _organised(use, organizer) if e["status"] != "cancelled"]
    applicable(found, "no meetings")
    return str(max(found, key=lambda e: e["date"])["id"])


def _by_room(use: Toolbox, room: str, date: str, time: str) -> str:
    key = next(r["id"] for r in use.list_rooms()["rooms"] if r["name"] == room)
    found = every(use.search_events, "events", room_id=key, from_date=date, to_date=date)
    return str(only([e for e in found if e["time"] == time], "meetings")["id"])


def _room_by_name(use: Toolbox, name: str) -> str:
    return str(next(r["id"] for r in use.list_rooms()["rooms"] if r["name"] == name))


def _room_by_seats(use: Toolbox, seats: int, site: str) -> str:
    return str(only([r for r in use.list_rooms(site=site)["rooms"] if r["capacity"] == seats], "rooms")["id"])


def _largest_room(use: Toolbox, site: str) -> str:
    return str(foremost(use.list_rooms(site=site)["rooms"], "capacity")["id"])


DESCRIBERS = (
    Describer(
        type="Event",
        kind="name",
        candidates="SELECT id AS key, title, date FROM events",
        text=('the meeting "{title}" on {date}',),
        resolve=_by_title,
    ),
    Describer(
        type="Event",
        kind="name",
        candidates="SELECT e.id AS key, e.title, p.name AS organizer FROM events e"
        " JOIN people p ON p.id = e.organizer_id",
        text=('the meeting "{title}" organised by {organizer}',),
        resolve=_by_title_and_organizer,
    ),
    Describer(
        type="Event",
        kind="relation",
        candidates="SELECT e.id AS key, p.name AS organizer, e.date FROM events e"
        " JOIN people p ON p.id = e.organizer_id",
        text=("the meeting that {organizer} organises on {date}",),
        resolve=_by_organizer,
    ),
    Describer(
        type="Event",
        kind="attribute",
        candidates="SELECT e.id AS key, r.name AS room, e.date, e.time FROM events e JOIN rooms r ON r.id = e.room_id",
        text=("the meeting in the {room} on {date} at {time}",),
        resolve=_by_room,
    ),
    Describer(
        type="Event",
        kind="superlative",
        candidates="SELECT e.id AS key, p.name AS organizer FROM events e JOIN people p ON p.id = e.organizer_id"
        " WHERE e.status <> 'cancelled' AND e.date = (SELECT max(o.date) FROM events o JOIN people q"
        " ON q.id = o.organizer_id WHERE q.name = p.name AND o.status <> 'cancelled')",
        text=("the last meeting not cancelled that {organizer} organises (by date, future ones included)",),
        resolve=_last_of_organizer,
    ),
    Describer(
        type="Room",
        kind="name",
        candidates="SELECT id AS key, name FROM rooms",
        text=("the {name}",),
        resolve=_room_by_name,
    ),
    Describer(
        type="Room",
        kind="attribute",
        candidates="SELECT id AS key, capacity AS seats, site FROM rooms",
        text=("the meeting room with {seats} seats in {site}",),
        resolve=_room_by_seats,
    ),
    Describer(
        type="Room",
        kind="superlative",
        candidates="SELECT id AS key, site FROM rooms r"
        " WHERE capacity = (SELECT max(o.capacity) FROM rooms o WHERE o.site = r.site)",
        text=("the largest meeting room in {site}", "the meeting room with the most seats in {site}"),
        resolve=_largest_room,
    ),
)
