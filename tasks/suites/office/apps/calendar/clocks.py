"""Clock times: the calendar keeps those of Berlin, people live by those of their own site."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from skillweave.tasks.skills import Input, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.people.tables import SITES, ZONES
from skillweave.tasks.suites.office.common import day_of
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import World

CLOCK_TIME = ValueType(name="ClockTime", kind="time", noun="time of day")
HEAD_OFFICE = "Berlin"


def minute_of(text: str) -> int:
    """Return the minute of the day that a tool's argument names; refuses what is no ``HH:MM``."""
    try:
        found = datetime.strptime(text, "%H:%M").time() if len(text) == 5 else None
    except ValueError:
        found = None
    if found is None:
        raise ToolError(f"time must be a clock time such as 09:30, got {text!r}.")
    return found.hour * 60 + found.minute


def elsewhere(day: date, minute: int, source: str, target: str) -> datetime:
    """Return what a clock at one site shows when it is ``minute`` of a day at another; daylight saving included.

    >>> elsewhere(date(2026, 3, 20), 570, "Berlin", "Toronto").isoformat()
    '2026-03-20T04:30:00-04:00'
    >>> elsewhere(date(2026, 4, 3), 570, "Berlin", "Toronto").isoformat()
    '2026-04-03T03:30:00-04:00'
    """
    moment = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(ZONES[source]))
    return moment.astimezone(ZoneInfo(ZONES[target]))


def convert_time(world: World, date: str, time: str, from_site: str, to_site: str) -> dict[str, Any]:
    """Convert a clock time on a day from one office to another. Daylight saving time is taken into account.

    Args:
        date: day at the first office, YYYY-MM-DD
        time: clock time at the first office, HH:MM
        from_site: city of the first office
        to_site: city of the other office
    """
    for site in (from_site, to_site):
        if site not in ZONES:
            raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}.")
    found = elsewhere(day_of(date), minute_of(time), from_site, to_site)
    return {"site": to_site, "date": found.date().isoformat(), "time": f"{found:%H:%M}"}


def _start(use: Toolbox, event: str) -> str:
    return str(use.get_event(event_id=event)["time"])


def _local_start(use: Toolbox, event: str, person: str) -> str:
    found, site = use.get_event(event_id=event), use.get_person(person_id=person)["site"]
    there = use.convert_time(date=found["date"], time=found["time"], from_site=HEAD_OFFICE, to_site=site)
    applicable(there["time"] != found["time"], "the clocks agree")
    return str(there["time"])


CLOCK_SKILLS = (
    Skill(
        id="calendar.find_start_time",
        description="Find out at what time (in Berlin) a meeting begins.",
        inputs={"event": Input(types=("Event",))},
        output="ClockTime",
        tools=("get_event",),
        procedure=_start,
        phrases=(
            "Find out at what time {event} begins, by the calendar.",
            "Look up when {event} begins, in Berlin time.",
            "Check the calendar for the clock time at which {event} begins.",
        ),
        nouns=("the Berlin time at which {event} begins", "the time at which the calendar has {event} begin"),
        reference="start time",
    ),
    Skill(
        id="calendar.find_local_time",
        description="Find out what time it is at a person's own site when a meeting begins.",
        inputs={"event": Input(types=("Event",)), "person": Input(types=("Person",))},
        output="ClockTime",
        tools=("get_event", "get_person", "convert_time"),
        procedure=_local_start,
        phrases=(
            "Find out what the clock at the site of {person} shows when {event} begins.",
            "Work out at what local time {event} begins for {person}, at the office where {person} works.",
            "Convert the beginning of {event} to the local time at the site of {person}.",
        ),
        nouns=(
            "the local time at the site of {person} when {event} begins",
            "the time at which {event} begins by the clock at the site of {person}",
        ),
        reference="local start time",
    ),
)
