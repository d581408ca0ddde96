"""Calendar: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

from datetime import date, timedelta
from typing import Any

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.suites.office.common import add_months, is_working, shift_working
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def person(desk: Desk, active: int = 1) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = ? AND id <> ? ORDER BY id", active, desk.world.user))


def event(desk: Desk, where: str) -> str:
    return str(desk.one(f"SELECT id FROM events WHERE {where} ORDER BY id"))


def tomorrow(desk: Desk) -> str:
    return (desk.world.today + timedelta(days=1)).isoformat()


def far(desk: Desk) -> str:
    """A day after the last meeting of the world, when every room is free."""
    return (desk.world.today + timedelta(days=120)).isoformat()


def meet(desk: Desk, **other: Any) -> dict[str, Any]:
    arguments = {"title": "Talk", "date": far(desk), "time": "10:00", "minutes": 60, "attendee_ids": [person(desk)]}
    return desk.create_event(**{**arguments, **other})


def test_meetings_are_searched_by_guest_room_status_and_day(desk: Desk) -> None:
    everything = desk.search_events()
    assert (len(everything["events"]), everything["next_page"]) == (20, 2)
    guest = desk.one("SELECT person_id FROM event_attendees ORDER BY id")
    for found in desk.search_events(attendee_id=guest, status="confirmed")["events"]:
        shown = desk.get_event(event_id=found["id"])
        assert guest in [a["person_id"] for a in shown["attendees"]]
        assert shown["status"] == "confirmed"
    held = desk.world.row("SELECT * FROM events WHERE room_id IS NOT NULL")
    assert held is not None
    same = desk.search_events(room_id=held["room_id"], from_date=held["date"], to_date=held["date"])["events"]
    assert held["id"] in [e["id"] for e in same]
    with pytest.raises(ToolError, match="must be a day"):
        desk.search_events(from_date="next Monday")
    with pytest.raises(ToolError, match="page"):
        desk.search_events(page=0)


def test_rooms_and_holidays_are_listed(desk: Desk) -> None:
    assert {r["site"] for r in desk.list_rooms(site="Oslo")["rooms"]} == {"Oslo"}
    with pytest.raises(ToolError, match="no office in 'Rome'"):
        desk.list_rooms(site="Rome")
    year = desk.world.today.year
    days = [
        h["date"] for h in desk.list_company_holidays(from_date=f"{year}-01-01", to_date=f"{year}-12-31")["holidays"]
    ]
    assert {f"{year}-01-01", f"{year}-12-25"} <= set(days)
    with pytest.raises(ToolError, match="must not be before"):
        desk.list_company_holidays(from_date=f"{year}-02-01", to_date=f"{year}-01-01")


def test_a_meeting_is_created_by_the_user_with_its_guests(desk: Desk) -> None:
    made = meet(desk, attendee_ids=[person(desk), desk.world.user])
    assert (made["organizer_id"], made["status"]) == (desk.world.user, "confirmed")
    assert {a["person_id"]: a["response"] for a in made["attendees"]} == {
        person(desk): "pending",
        desk.world.user: "accepted",
    }
    for other, complaint in (
        ({"date": "2020-01-01"}, "before today"),
        ({"time": "25:00"}, "clock time"),
        ({"attendee_ids": []}, "at least one"),
        ({"attendee_ids": [person(desk, active=0)]}, "has left"),
        ({"attendee_ids": ["PER-99999"]}, "search_people"),
        ({"room_id": "ROM-99999"}, "list_rooms"),
        ({"minutes": 2}, "minutes"),
    ):
        with pytest.raises(ToolError, match=complaint):
            meet(desk, **other)


def test_a_room_is_booked_once_at_a_time_and_not_beyond_its_seats(desk: Desk) -> None:
    small = desk.one("SELECT id FROM rooms ORDER BY capacity, id")
    made = meet(desk, room_id=small)
    assert desk.list_room_bookings(room_id=small, date=far(desk))["bookings"][0]["until"] == "11:00"
    with pytest.raises(ToolError, match="is taken"):
        meet(desk, room_id=small, time="10:30")
    meet(desk, room_id=small, time="11:00")
    many = [r["id"] for r in desk.world.rows("SELECT id FROM people WHERE active = 1 LIMIT 9")]
    with pytest.raises(ToolError, match="seats for 9 guests"):
        meet(desk, room_id=small, time="14:00", attendee_ids=many)
    with pytest.raises(ToolError, match="is taken"):
        desk.update_event(event_id=made["id"], time="11:30")
    desk.cancel_event(event_id=made["id"])
    meet(desk, room_id=small)


def test_a_cancelled_meeting_stays_as_it_is(desk: Desk) -> None:
    cancelled = event(desk, "status = 'cancelled'")
    for call in (
        lambda: desk.cancel_event(event_id=cancelled),
        lambda: desk.update_event(event_id=cancelled, title="Other"),
        lambda: desk.add_attendee(event_id=cancelled, person_id=person(desk)),
    ):
        with pytest.raises(ToolError, match="was cancelled"):
            call()


def test_meetings_are_changed_field_by_field(desk: Desk) -> None:
    key = event(desk, "status = 'confirmed' AND room_id IS NULL")
    changed = desk.update_event(event_id=key, date=tomorrow(desk), organizer_id=person(desk))
    assert (changed["date"], changed["organizer_id"]) == (tomorrow(desk), person(desk))
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_event(event_id=key)
    with pytest.raises(ToolError, match="Use search_events"):
        desk.get_event(event_id="EVT-99999")


def test_guests_come_and_go_and_notes_are_left(desk: Desk) -> None:
    made = meet(desk, room_id=desk.one("SELECT id FROM rooms ORDER BY capacity, id"))
    guests = [r["id"] for r in desk.world.rows("SELECT id FROM people WHERE active = 1 ORDER BY id DESC LIMIT 9")]
    desk.add_attendee(event_id=made["id"], person_id=guests[0])
    with pytest.raises(ToolError, match="is invited to 'Talk' already"):
        desk.add_attendee(event_id=made["id"], person_id=guests[0])
    seats = next(r["capacity"] for r in desk.list_rooms()["rooms"] if r["id"] == made["room_id"])
    for guest in guests[1 : seats - 1]:
        desk.add_attendee(event_id=made["id"], person_id=guest)
    with pytest.raises(ToolError, match="seats, all taken"):
        desk.add_attendee(event_id=made["id"], person_id=guests[seats - 1])
    left = desk.remove_attendee(event_id=made["id"], person_id=guests[0])
    assert guests[0] not in [a["person_id"] for a in left["attendees"]]
    with pytest.raises(ToolError, match="is not invited"):
        desk.remove_attendee(event_id=made["id"], person_id=guests[0])
    noted = desk.add_event_note(event_id=made["id"], body="Bring cake.")
    assert noted["notes"] == [{"author_id": desk.world.user, "body": "Bring cake."}]


def test_working_days_leave_out_weekends_and_holidays() -> None:
    closed = {date(2026, 5, 1)}
    assert shift_working(date(2026, 4, 30), 1, closed) == date(2026, 5, 4)
    assert shift_working(date(2026, 5, 4), -1, closed) == date(2026, 4, 30)
    assert not is_working(date(2026, 5, 1), closed)
    assert add_months(date(2025, 12, 31), 2) == date(2026, 2, 28)


def test_skills_apply_to_random_bindings_and_do_what_they_declare() -> None:
    for skill, counts in outcomes("calendar", range(1, 4), 12).items():
        assert set(counts) <= {"done", "not applicable"}, (skill, counts)
        assert counts["done"] >= 0.25 * counts.total(), (skill, counts)


@pytest.mark.parametrize("kind", ["Event", "Room"])
def test_every_unique_description_leads_to_what_it_describes(kind: str) -> None:
    assert [misled(kind, seed, 30) for seed in (1, 2)] == [[], []]


@pytest.mark.parametrize("skill", [s.id for s in OFFICE.procedural.values() if s.app == "calendar"])
def test_who_did_not_read_the_rule_is_usually_wrong(skill: str) -> None:
    assert min(naive_share(skill, range(1, 5), 10).values()) > 0.5
