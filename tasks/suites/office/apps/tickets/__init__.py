"""Tickets: the support desk and what it promises to customers."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.tickets.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.tickets.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.tickets.skills import SKILLS
from skillweave.tasks.suites.office.apps.tickets.tables import PRIORITY, TABLES, TICKET, fill
from skillweave.tasks.suites.office.apps.tickets.tools import TOOLS

APP = App(
    name="tickets",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*SKILLS, *PROCEDURAL),
    types=(TICKET, PRIORITY),
    describers=DESCRIBERS,
)
