"""Leave: accounts, requests, who approves and who stands in."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.leave.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.leave.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.leave.skills import SKILLS
from skillweave.tasks.suites.office.apps.leave.tables import LEAVE_DAYS, LEAVE_REQUEST, TABLES, fill
from skillweave.tasks.suites.office.apps.leave.tools import TOOLS

APP = App(
    name="leave",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*SKILLS, *PROCEDURAL),
    types=(LEAVE_REQUEST, LEAVE_DAYS),
    describers=DESCRIBERS,
)
