"""People and organisation: who works where, for whom, since when."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.people.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.people.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.people.skills import SKILLS
from skillweave.tasks.suites.office.apps.people.tables import DEPARTMENT, PERSON, TABLES, fill
from skillweave.tasks.suites.office.apps.people.tools import TOOLS

APP = App(
    name="people",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*SKILLS, *PROCEDURAL),
    types=(PERSON, DEPARTMENT),
    describers=DESCRIBERS,
)
