"""Calendar: meetings and their guests, meeting rooms, company holidays and working days."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.calendar.clocks import CLOCK_SKILLS, CLOCK_TIME, convert_time
from skillweave.tasks.suites.office.apps.calendar.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.calendar.rules import PROCEDURAL
from skillweave.tasks.suites.office.apps.calendar.skills import SKILLS
from skillweave.tasks.suites.office.apps.calendar.tables import EVENT, ROOM, TABLES, fill
from skillweave.tasks.suites.office.apps.calendar.tools import TOOLS
from skillweave.tasks.tools import tool_of

APP = App(
    name="calendar",
    tables=TABLES,
    fill=fill,
    tools=tuple(tool_of(f) for f in (*TOOLS, convert_time)),
    skills=(*SKILLS, *CLOCK_SKILLS, *PROCEDURAL),
    types=(EVENT, ROOM, CLOCK_TIME),
    describers=DESCRIBERS,
)
