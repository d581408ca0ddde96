"""The company's rules for meetings: which room, how much notice, how many must come."""

from datetime import date, timedelta
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.calendar.procedures import is_free, span_of
from skillweave.tasks.suites.office.common import ahead, closed_days, shift_working

ANY_EVENT = Input(types=("Event",))


def _rooms_free(use: Toolbox, event: dict[str, Any], site: str | None, buffer: int) -> list[dict[str, Any]]:
    start, end = span_of(event["time"], event["minutes"])
    rooms = use.list_rooms(site=site)["rooms"] if site else use.list_rooms()["rooms"]
    span = (start - buffer, end + buffer)
    return [r for r in rooms if is_free(use, r["id"], event["date"], span, event["id"])]


def _seats_needed(use: Toolbox, event: dict[str, Any]) -> int:
    percent: int = 100 + use.rule["spare_percent"]
    return ceil(len(event["attendees"]) * percent / 100 - 1e-9)


def _site(use: Toolbox, event: dict[str, Any]) -> str:
    return str(use.get_person(person_id=event["organizer_id"])["site"])


def _smallest(rooms: list[dict[str, Any]]) -> str:
    applicable(rooms, "no room fits")
    return str(min(rooms, key=lambda r: (r["capacity"], r["name"]))["id"])


def _choose_room(use: Toolbox, event: str) -> str:
    found = use.get_event(event_id=event)
    rooms = _rooms_free(use, found, _site(use, found), use.rule["buffer"])
    return _smallest([r for r in rooms if r["capacity"] >= _seats_needed(use, found)])


def _room_that_just_fits(use: Toolbox, event: str) -> str:
    found = use.get_event(event_id=event)
    rooms = _rooms_free(use, found, _site(use, found), 0)
    return _smallest([r for r in rooms if r["capacity"] >= len(found["attendees"])])


def _room_at_any_site(use: Toolbox, event: str) -> str:
    found = use.get_event(event_id=event)
    rooms = _rooms_free(use, found, None, use.rule["buffer"])
    return _smallest([r for r in rooms if r["capacity"] >= _seats_needed(use, found)])


def _draw_room(rng: Any) -> dict[str, Any]:
    return {"spare_percent": int(rng.choice([40, 50, 60, 75, 90])), "buffer": int(rng.choice([10, 15, 20, 30]))}


def _room_body(rule: Any) -> str:
    percent, buffer = rule["spare_percent"], rule["buffer"]
    return f"""# Choosing a meeting room

Only rooms at the site of the meeting's *organiser* come into question. Of these the room must

1. have seats for all guests (everybody on the guest list, the organiser if listed there) plus {percent}% more, rounded
   up to a whole seat, and
2. be free from {buffer} minutes before the meeting begins until {buffer} minutes after it ends. Another meeting that
   only touches this span is no obstacle, and neither is the present booking of the meeting itself.

Of the rooms left, the one with the fewest seats is right; with equal seats, the first by name. Which room the meeting
has now does not matter.

Example: 5 guests need {ceil(5 * (100 + percent) / 100 - 1e-9)} seats.
"""


def _notice_days(use: Toolbox, guests: list[dict[str, Any]]) -> int:
    rule = use.rule
    days = rule["large_days"] if len(guests) >= rule["large"] else rule["small_days"]
    return int(days + (rule["site_days"] if len({g["site"] for g in guests}) >= rule["sites"] else 0))


def _latest_invitation(use: Toolbox, event: str) -> str:
    found = use.get_event(event_id=event)
    applicable(found["attendees"], "nobody is invited")
    day = date.fromisoformat(found["date"])
    closed = closed_days(use, day - timedelta(days=60), day)
    return ahead(use, shift_working(day, -_notice_days(use, found["attendees"]), closed).isoformat())


def _notice_in_calendar_days(use: Toolbox, event: str) -> str:
    found = use.get_event(event_id=event)
    day = date.fromisoformat(found["date"])
    return (day - timedelta(days=_notice_days(use, found["attendees"]))).isoformat()


def _notice_of_small_meetings(use: Toolbox, event: str) -> str:
    day = date.fromisoformat(use.get_event(event_id=event)["date"])
    closed = closed_days(use, day - timedelta(days=60), day)
    return shift_working(day, -use.rule["small_days"], closed).isoformat()


def _draw_notice(rng: Any) -> dict[str, Any]:
    small = int(rng.integers(2, 6))
    return {
        "small_days": small,
        "large_days": small + int(rng.integers(3, 8)),
        "large": int(rng.integers(4, 7)),
        "sites": int(rng.integers(2, 5)),
        "site_days": int(rng.integers(1, 5)),
    }


def _notice_body(rule: Any) -> str:
    return f"""# Notice for meetings

Invitations must be out a number of *working days* before the day of the meeting:

| people on the guest list | working days |
|---|---|
| fewer than {rule["large"]} | {rule["small_days"]} |
| {rule["large"]} or more | {rule["large_days"]} |

- Add {rule["site_days"]} more where the guests sit at {rule["sites"]} or more different sites.
- Working days are Monday to Friday without company holidays. The day of the meeting does not count, the latest day for
  the invitation is itself a working day.
- It does not matter whether that day is already past, nor what status the meeting has.

Example: with {rule["small_days"]} working days and no holiday in between, the latest day for a meeting on a Friday is
{rule["small_days"]} weekdays earlier{", the Friday of the week before" if rule["small_days"] == 5 else ""}.
"""


def _quorum(use: Toolbox, event: str) -> int:
    found = use.get_event(event_id=event)
    guests = len([a for a in found["attendees"] if a["person_id"] != found["organizer_id"]])
    applicable(guests >= 2, "hardly any guests")
    rule = use.rule
    if guests <= rule["all_up_to"]:
        return guests
    percent: int = rule["short_percent"] if found["minutes"] < rule["long_minutes"] else rule["long_percent"]
    return ceil(guests * percent / 100 - 1e-9)


def _quorum_of_other_length(use: Toolbox, event: str) -> int:
    found = use.get_event(event_id=event)
    guests = len([a for a in found["attendees"] if a["person_id"] != found["organizer_id"]])
    percent: int = use.rule["long_percent" if found["minutes"] < use.rule["long_minutes"] else "short_percent"]
    return ceil(guests * percent / 100 - 1e-9)


def _quorum_of_all(use: Toolbox, event: str) -> int:
    return len(use.get_event(event_id=event)["attendees"])


def _draw_quorum(rng: Any) -> dict[str, Any]:
    return {
        "all_up_to": int(rng.integers(2, 4)),
        "long_minutes": int(rng.choice([45, 60, 75])),
        "short_percent": int(rng.choice([25, 30, 40])),
        "long_percent": int(rng.choice([60, 70, 75, 80])),
    }


def _quorum_body(rule: Any) -> str:
    return f"""# Quorum of a meeting

The quorum is the number of guests who must have accepted before a meeting may decide anything. The organiser is not
counted as a guest here, even when on the guest list.

- Up to {rule["all_up_to"]} guests: all of them.
- More guests, and the meeting lasts less than {rule["long_minutes"]} minutes: {rule["short_percent"]}% of the guests.
- More guests, and the meeting lasts {rule["long_minutes"]} minutes or longer: {rule["long_percent"]}% of the guests.

Percentages are rounded up to a whole person. Who has answered so far does not change the quorum.

Example: 7 guests, {rule["long_minutes"]} minutes: the quorum is {ceil(7 * rule["long_percent"] / 100)}.
"""


PROCEDURAL = (
    Skill(
        id="calendar.choose_room",
        description="Choose the room in which a meeting should take place under the company's room rule.",
        inputs={"event": ANY_EVENT},
        output="Room",
        tools=("get_event", "get_person", "list_rooms", "list_room_bookings"),
        procedure=_choose_room,
        rule=Rule(
            draw=_draw_room,
            body=_room_body,
            naive={"smallest that fits": _room_that_just_fits, "any site": _room_at_any_site},
        ),
        phrases=(
            "Choose the room that is right for {event} under the company's room rule.",
            "Find out which room {event} should have under the room rule.",
            "Apply the room rule to {event} and pick its room.",
        ),
        nouns=(
            "the room that is right for {event} under the room rule",
            "the room that {event} should have by the rule",
        ),
        reference="right room",
    ),
    Skill(
        id="calendar.find_latest_invitation_day",
        description="Work out the latest day on which the invitations to a meeting must be out under the notice rule.",
        inputs={"event": ANY_EVENT},
        output="Date",
        tools=("get_event", "list_company_holidays"),
        procedure=_latest_invitation,
        rule=Rule(
            draw=_draw_notice,
            body=_notice_body,
            naive={"calendar days": _notice_in_calendar_days, "small meetings' notice": _notice_of_small_meetings},
        ),
        phrases=(
            "Work out the latest day on which the invitations to {event} must be out under the notice rule.",
            "Determine by which day people had to be invited to {event} under the notice rule.",
            "Apply the company's notice rule to {event} and find the latest invitation day.",
        ),
        nouns=("the latest invitation day for {event}", "the day by which people must be invited to {event}"),
        reference="latest invitation day",
    ),
    Skill(
        id="calendar.work_out_quorum",
        description="Work out the quorum of a meeting under the company's rule.",
        inputs={"event": ANY_EVENT},
        output="Headcount",
        tools=("get_event",),
        procedure=_quorum,
        rule=Rule(
            draw=_draw_quorum,
            body=_quorum_body,
            naive={"the other length": _quorum_of_other_length, "everybody": _quorum_of_all},
        ),
        phrases=(
            "Work out the quorum of {event}.",
            "Determine how many guests must accept for {event} to have a quorum.",
            "Apply the quorum rule to {event}.",
        ),
        nouns=("the quorum of {event}", "the number of guests that makes a quorum for {event}"),
        reference="quorum",
    ),
)
