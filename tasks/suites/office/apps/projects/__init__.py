"""Projects: leads and members, tasks, hours and what is billed."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.projects.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.projects.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.projects.reading import READING
from skillweave.tasks.suites.office.apps.projects.tables import HOURS, PROJECT, TABLES, TASK, fill
from skillweave.tasks.suites.office.apps.projects.tools import TOOLS
from skillweave.tasks.suites.office.apps.projects.writing import WRITING

APP = App(
    name="projects",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*READING, *WRITING, *PROCEDURAL),
    types=(PROJECT, TASK, HOURS),
    describers=DESCRIBERS,
)
