"""What one can do in the calendar."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.apps.calendar.clocks import minute_of
from skillweave.tasks.suites.office.apps.calendar.tables import clock
from skillweave.tasks.suites.office.apps.people.tables import SITES
from skillweave.tasks.suites.office.common import day_of, matches, need, paged
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, World

Status = Literal["confirmed", "tentative", "cancelled"]
Page = Annotated[int, Field(ge=1)]
Minutes = Annotated[int, Field(ge=5, le=480)]


_LISTED = (
    "SELECT e.id, e.title, e.date, e.time, e.minutes, e.status, p.name AS organizer, r.name AS room FROM events e"
    " JOIN people p ON p.id = e.organizer_id LEFT JOIN rooms r ON r.id = e.room_id WHERE 1 = 1"
)


def search_events(
    world: World,
    title: str | None = None,
    organizer_id: str | None = None,
    attendee_id: str | None = None,
    room_id: str | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    status: Status | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find meetings in the company calendar, twenty a page, in order of date and time.

    Times are those of the head office in Berlin. Without a status, cancelled meetings are listed too.

    Args:
        title: words of the title
        organizer_id: id of the person who organises the meeting
        attendee_id: id of a person who is invited (organisers are on their own guest list)
        room_id: id of the room
        from_date: first day, YYYY-MM-DD
        to_date: last day, YYYY-MM-DD
        status: confirmed, tentative or cancelled
        page: page of the result
    """
    sql, values = _LISTED, list[str]()
    for clause, value in (("e.organizer_id =", organizer_id), ("e.room_id =", room_id), ("e.status =", status)):
        if value is not None:
            sql, values = f"{sql} AND {clause} ?", [*values, value]
    for clause, value in (("e.date >=", from_date), ("e.date <=", to_date)):
        if value is not None:
            sql, values = f"{sql} AND {clause} ?", [*values, day_of(value).isoformat()]
    if attendee_id is not None:
        sql += " AND EXISTS (SELECT 1 FROM event_attendees a WHERE a.event_id = e.id AND a.person_id = ?)"
        values = [*values, attendee_id]
    rows = world.rows(f"{sql} ORDER BY e.date, e.time, e.id", *values)
    return paged("events", [r for r in rows if matches(title, r["title"])], page)


def get_event(world: World, event_id: str) -> dict[str, Any]:
    """Show one meeting with its organiser, room, guest list and notes. Its time is that of Berlin.

    Args:
        event_id: id of the meeting, as a search shows it
    """
    row = need(world, "events", event_id, "meeting", "search_events")
    guests = world.rows(
        "SELECT p.id AS person_id, p.name, p.site, a.response FROM event_attendees a JOIN people p"
        " ON p.id = a.person_id WHERE a.event_id = ? ORDER BY p.name, p.id",
        event_id,
    )
    notes = world.rows("SELECT author_id, body FROM event_notes WHERE event_id = ? ORDER BY id", event_id)
    return {**row, "attendees": guests, "notes": notes}


def list_rooms(world: World, site: str | None = None) -> dict[str, Any]:
    """List the meeting rooms with their ids, sites, floors and capacities (seats).

    Args:
        site: city of the office; all sites without it
    """
    if site is not None and site not in SITES:
        raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}.")
    rows = world.rows("SELECT * FROM rooms ORDER BY site, name")
    return {"rooms": [r for r in rows if site in (None, r["site"])]}


def list_room_bookings(world: World, room_id: str, date: str) -> dict[str, Any]:
    """List when a room is taken on one day; meetings that were cancelled do not take it.

    Args:
        room_id: id of the room
        date: the day, YYYY-MM-DD
    """
    need(world, "rooms", room_id, "room", "list_rooms")
    return {"bookings": _bookings(world, room_id, day_of(date).isoformat())}


def _bookings(world: World, room: str, day: str) -> list[Row]:
    rows = world.rows(
        "SELECT id AS event_id, title, time, minutes FROM events WHERE room_id = ? AND date = ?"
        " AND status <> 'cancelled' ORDER BY time, id",
        room,
        day,
    )
    return [{**r, "until": clock(minute_of(r["time"]) + r["minutes"])} for r in rows]


def list_company_holidays(world: World, from_date: str, to_date: str) -> dict[str, Any]:
    """List the company holidays between two days, both included; nobody works on them, at any site.

    Args:
        from_date: first day, YYYY-MM-DD
        to_date: last day, YYYY-MM-DD
    """
    first, last = day_of(from_date, "from_date"), day_of(to_date, "to_date")
    if last < first:
        raise ToolError(f"to_date must not be before from_date, got {from_date} to {to_date}.")
    sql = "SELECT date, name FROM company_holidays WHERE date BETWEEN ? AND ? ORDER BY date"
    return {"holidays": world.rows(sql, first.isoformat(), last.isoformat())}


def create_event(
    world: World,
    title: Annotated[str, Field(min_length=1)],
    date: str,
    time: str,
    minutes: Minutes,
    attendee_ids: list[str],
    room_id: str | None = None,
) -> dict[str, Any]:
    """Put a confirmed meeting into the calendar, organised by you; you need not be on the guest list.

    Args:
        title: title of the meeting
        date: day, YYYY-MM-DD, not before today
        time: when it begins, HH:MM in Berlin
        minutes: length in minutes
        attendee_ids: ids of the people to invite
        room_id: id of a room that is free then and has a seat for every guest
    """
    day = _future(world, date)
    minute_of(time)
    if not attendee_ids:
        raise ToolError("Invite at least one person: attendee_ids is empty.")
    guests = list(dict.fromkeys(attendee_ids))
    for guest in guests:
        _invitable(world, guest)
    if room_id is not None:
        _check_room(world, room_id, day, time, minutes, len(guests))
    key = world.insert(
        "events",
        title=title,
        organizer_id=world.user,
        room_id=room_id,
        date=day,
        time=time,
        minutes=minutes,
        status="confirmed",
        created_on=world.today.isoformat(),
    )
    for guest in guests:
        response = "accepted" if guest == world.user else "pending"
        world.insert("event_attendees", event_id=key, person_id=guest, response=response)
    return get_event(world, key)


def update_event(
    world: World,
    event_id: str,
    title: str | None = None,
    date: str | None = None,
    time: str | None = None,
    minutes: Minutes | None = None,
    room_id: str | None = None,
    organizer_id: str | None = None,
) -> dict[str, Any]:
    """Change a meeting; only the fields that are given change, and the room stays booked for the new time.

    Args:
        event_id: id of the meeting
        title: new title
        date: new day, YYYY-MM-DD, not before today
        time: new beginning, HH:MM in Berlin
        minutes: new length in minutes
        room_id: id of the new room, free then and with a seat for every guest
        organizer_id: id of the person who organises it from now on
    """
    row = _open(world, event_id)
    if organizer_id is not None:
        _invitable(world, organizer_id)
    given = {"title": title, "date": date and _future(world, date), "time": time, "minutes": minutes}
    given |= {"room_id": room_id, "organizer_id": organizer_id}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides event_id.")
    new = {**row, **values}
    minute_of(new["time"])
    if new["room_id"] and values.keys() & {"date", "time", "minutes", "room_id"}:
        _check_room(world, new["room_id"], new["date"], new["time"], new["minutes"], _guests(world, event_id), event_id)
    world.update("events", event_id, **values)
    return get_event(world, event_id)


def cancel_event(world: World, event_id: str) -> dict[str, Any]:
    """Cancel a meeting; it stays in the calendar as cancelled and frees its room.

    Args:
        event_id: id of the meeting
    """
    _open(world, event_id)
    world.update("events", event_id, status="cancelled")
    return get_event(world, event_id)


def add_attendee(world: World, event_id: str, person_id: str) -> dict[str, Any]:
    """Invite one more person to a meeting.

    Args:
        event_id: id of the meeting
        person_id: id of the person
    """
    row = _open(world, event_id)
    person = _invitable(world, person_id)
    if _attendee(world, event_id, person_id):
        raise ToolError(f"{person['name']} is invited to {row['title']!r} already.")
    seats = row["room_id"] and need(world, "rooms", row["room_id"], "room", "list_rooms")["capacity"]
    if seats and seats <= _guests(world, event_id):
        raise ToolError(f"The room has only {seats} seats, all taken; give the meeting a larger room first.")
    world.insert("event_attendees", event_id=event_id, person_id=person_id, response="pending")
    return get_event(world, event_id)


def remove_attendee(world: World, event_id: str, person_id: str) -> dict[str, Any]:
    """Take a person off the guest list of a meeting.

    Args:
        event_id: id of the meeting
        person_id: id of the person
    """
    row = _open(world, event_id)
    guest = _attendee(world, event_id, person_id)
    if guest is None:
        raise ToolError(f"{person_id!r} is not invited to {row['title']!r}; get_event shows the guest list.")
    world.delete("event_attendees", guest["id"])
    return get_event(world, event_id)


def add_event_note(world: World, event_id: str, body: Annotated[str, Field(min_length=1)]) -> dict[str, Any]:
    """Add a note that everyone invited to a meeting can read.

    Args:
        event_id: id of the meeting
        body: text of the note
    """
    need(world, "events", event_id, "meeting", "search_events")
    today = world.today.isoformat()
    world.insert("event_notes", event_id=event_id, author_id=world.user, body=body, written_on=today)
    return get_event(world, event_id)


def _open(world: World, event: str) -> Row:
    row = need(world, "events", event, "meeting", "search_events")
    if row["status"] == "cancelled":
        raise ToolError(f"{row['title']!r} on {row['date']} was cancelled; it can no longer be changed.")
    return row


def _future(world: World, text: str) -> str:
    day = day_of(text)
    if day < world.today:
        raise ToolError(f"{text} is before today ({world.today}); choose a later day.")
    return day.isoformat()


def _invitable(world: World, person: str) -> Row:
    row = need(world, "people", person, "person", "search_people")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left the company; choose someone whom search_people lists.")
    return row


def _attendee(world: World, event: str, person: str) -> Row | None:
    return world.row("SELECT id FROM event_attendees WHERE event_id = ? AND person_id = ?", event, person)


def _guests(world: World, event: str) -> int:
    return len(world.rows("SELECT id FROM event_attendees WHERE event_id = ?", event))


def _check_room(world: World, room: str, day: str, time: str, minutes: int, guests: int, own: str = "") -> None:
    row = need(world, "rooms", room, "room", "list_rooms")
    if row["capacity"] < guests:
        raise ToolError(f"{row['name']} has {row['capacity']} seats for {guests} guests; list_rooms shows larger ones.")
    start = minute_of(time)
    for taken in _bookings(world, room, day):
        begins = minute_of(taken["time"])
        if taken["event_id"] != own and begins < start + minutes and start < begins + taken["minutes"]:
            raise ToolError(
                f"{row['name']} is taken on {day} from {taken['time']} to {taken['until']} by {taken['title']!r};"
                " choose another time or room (list_room_bookings shows when it is free)."
            )


TOOLS = (
    search_events,
    get_event,
    list_rooms,
    list_room_bookings,
    list_company_holidays,
    create_event,
    update_event,
    cancel_event,
    add_attendee,
    remove_attendee,
    add_event_note,
)
