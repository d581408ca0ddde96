"""How the skills of the calendar are carried out."""

from datetime import date
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import ahead, closed_days, days_of, is_working, said, shift_working


def organizer(use: Toolbox, event: str) -> str:
    """Return who organises a meeting."""
    return str(use.get_event(event_id=event)["organizer_id"])


def event_date(use: Toolbox, event: str) -> str:
    """Return the day of a meeting."""
    return ahead(use, str(use.get_event(event_id=event)["date"]))


def guest_count(use: Toolbox, event: str) -> int:
    """Return how many people are invited."""
    return len(use.get_event(event_id=event)["attendees"])


def acceptance_count(use: Toolbox, event: str) -> int:
    """Return how many of the people invited have accepted."""
    return sum(a["response"] == "accepted" for a in use.get_event(event_id=event)["attendees"])


def _of_month(use: Toolbox, month: str, **filters: Any) -> list[dict[str, Any]]:
    first, last = days_of(month)
    found = every(use.search_events, "events", from_date=first, to_date=last, **filters)
    return [e for e in found if e["status"] != "cancelled"]


def meeting_count(use: Toolbox, person: str, month: str) -> int:
    """Return to how many meetings of a month a person is invited, cancelled ones left out."""
    found = len(_of_month(use, month, attendee_id=person))
    applicable(found, "no meetings")
    return found


def longest_meeting(use: Toolbox, person: str, month: str) -> str:
    """Return the longest meeting of a month to which a person is invited."""
    return str(foremost(_of_month(use, month, attendee_id=person), "minutes")["id"])


def next_meeting(use: Toolbox, person: str) -> str:
    """Return the first meeting from today on to which a person is invited."""
    found = every(use.search_events, "events", attendee_id=person, from_date=use.today.isoformat())
    found = [e for e in found if e["status"] != "cancelled"]
    applicable(found, "no meeting from today on")
    starts = [(e["date"], e["time"]) for e in found]
    applicable(starts.count(min(starts)) == 1, "tie")
    return str(found[starts.index(min(starts))]["id"])


def room(use: Toolbox, event: str) -> str:
    """Return where a meeting takes place."""
    found = use.get_event(event_id=event)["room_id"]
    applicable(found, "has no room")
    return str(found)


def seats(use: Toolbox, room: str) -> int:
    """Return how many people a room holds."""
    return int(next(r["capacity"] for r in use.list_rooms()["rooms"] if r["id"] == room))


def room_meeting_count(use: Toolbox, room: str, month: str) -> int:
    """Return how many meetings of a month take place in a room, cancelled ones left out."""
    found = len(_of_month(use, month, room_id=room))
    applicable(found, "no meetings")
    return found


def working_days(use: Toolbox, start: str, end: str) -> int:
    """Return the number of working days from one day to another, both included."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    applicable(use.today.year - 1 <= first.year and first < last and (last - first).days <= 400, "unfit span")
    closed = closed_days(use, first, last)
    return sum(is_working(date.fromordinal(d), closed) for d in range(first.toordinal(), last.toordinal() + 1))


def add_working_days(use: Toolbox, date_from: str, days: float) -> str:
    """Return the working day so many working days after a day."""
    start = date.fromisoformat(date_from)
    applicable(days == int(days) and 1 <= days <= 120, "unfit number of days")
    applicable(use.today.year - 1 <= start.year <= use.today.year + 2, "holidays are not known")
    closed = closed_days(use, start, date.fromordinal(start.toordinal() + 2 * int(days) + 40))
    return ahead(use, shift_working(start, int(days), closed).isoformat())


def schedule(use: Toolbox, title: str, person: str, day: str, time: str, minutes: int) -> str:
    """Set up a meeting with a person."""
    applicable(day >= use.today.isoformat(), "in the past")
    applicable(use.get_person(person_id=person)["active"], "has left")
    event = use.create_event(title=title, date=day, time=time, minutes=minutes, attendee_ids=[person])
    return str(event["id"])


def follow_up(use: Toolbox, event: str, title: str, day: str) -> str:
    """Set up a meeting with the guests, time and length of another."""
    old = use.get_event(event_id=event)
    applicable(day >= use.today.isoformat() and old["attendees"], "in the past, or nobody to invite")
    made = use.create_event(
        title=title,
        date=day,
        time=old["time"],
        minutes=old["minutes"],
        attendee_ids=[a["person_id"] for a in old["attendees"]],
    )
    return str(made["id"])


def _open_event(use: Toolbox, event: str) -> dict[str, Any]:
    found: dict[str, Any] = use.get_event(event_id=event)
    applicable(found["status"] != "cancelled", "cancelled")
    return found


def invite(use: Toolbox, event: str, person: str) -> None:
    """Invite a person to a meeting."""
    found = _open_event(use, event)
    applicable(use.get_person(person_id=person)["active"], "has left")
    applicable(person not in [a["person_id"] for a in found["attendees"]], "is invited already")
    if found["room_id"]:
        applicable(seats(use, found["room_id"]) > len(found["attendees"]), "the room is full")
    use.add_attendee(event_id=event, person_id=person)


def span_of(time: str, minutes: int) -> tuple[int, int]:
    """Return first and last minute of the day."""
    start = int(time[:2]) * 60 + int(time[3:])
    return start, start + minutes


def is_free(use: Toolbox, room: str, day: str, span: tuple[int, int], own: str) -> bool:
    """Return whether no meeting but ``own`` takes the room in that span."""
    taken = [
        span_of(b["time"], b["minutes"])
        for b in use.list_room_bookings(room_id=room, date=day)["bookings"]
        if b["event_id"] != own
    ]
    return not any(start < span[1] and span[0] < end for start, end in taken)


def reschedule(use: Toolbox, event: str, day: str) -> None:
    """Move a meeting to another day."""
    found = _open_event(use, event)
    applicable(day >= use.today.isoformat() and found["date"] != day, "in the past, or no change")
    if found["room_id"]:
        span = span_of(found["time"], found["minutes"])
        applicable(is_free(use, found["room_id"], day, span, event), "the room is taken")
    use.update_event(event_id=event, date=day)


def move_to_room(use: Toolbox, event: str, room: str) -> None:
    """Hold a meeting in another room."""
    found = _open_event(use, event)
    applicable(found["room_id"] != room and seats(use, room) >= len(found["attendees"]), "no change or too small")
    span = span_of(found["time"], found["minutes"])
    applicable(is_free(use, room, found["date"], span, event), "the room is taken")
    use.update_event(event_id=event, room_id=room)


def rename(use: Toolbox, event: str, title: str) -> None:
    """Give a meeting another title."""
    applicable(_open_event(use, event)["title"] != title, "no change")
    use.update_event(event_id=event, title=title)


def hand_over(use: Toolbox, event: str, person: str) -> None:
    """Let another person organise a meeting."""
    applicable(_open_event(use, event)["organizer_id"] != person, "no change")
    applicable(use.get_person(person_id=person)["active"], "has left")
    use.update_event(event_id=event, organizer_id=person)


def cancel(use: Toolbox, event: str) -> None:
    """Cancel a meeting."""
    _open_event(use, event)
    use.cancel_event(event_id=event)


def add_note(use: Toolbox, event: str, value: Any) -> None:
    """Leave a note with a value."""
    use.add_event_note(event_id=event, body=f"For the record: {said(use, value)}.")
