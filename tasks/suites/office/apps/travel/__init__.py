"""Travel: business trips, what is booked for them, and what travellers are due."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.travel.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.travel.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.travel.skills import SKILLS
from skillweave.tasks.suites.office.apps.travel.tables import TABLES, TRAVEL_CLASS, TRIP, fill
from skillweave.tasks.suites.office.apps.travel.tools import TOOLS

APP = App(
    name="travel",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*SKILLS, *PROCEDURAL),
    types=(TRAVEL_CLASS, TRIP),
    describers=DESCRIBERS,
)
