"""Projects: leads and members, tasks, hours and what is billed."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.projects.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.projects.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.projects.skills import SKILLS
from skillweave.tasks.suites.office.apps.projects.tables import HOURS, PROJECT, TABLES, TASK, fill
from skillweave.tasks.suites.office.apps.projects.tools import TOOLS

APP = App(
    name="projects",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*SKILLS, *PROCEDURAL),
    types=(PROJECT, TASK, HOURS),
    describers=DESCRIBERS,
)
