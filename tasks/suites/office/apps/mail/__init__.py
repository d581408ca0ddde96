"""Mail: the company's archive, answers, attachments, folders and follow-up."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.mail.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.mail.rules import PROCEDURAL
from skillweave.tasks.suites.office.apps.mail.skills import SKILLS
from skillweave.tasks.suites.office.apps.mail.tables import MAIL, TABLES, fill
from skillweave.tasks.suites.office.apps.mail.tools import TOOLS
from skillweave.tasks.tools import tool_of

APP = App(
    name="mail",
    tables=TABLES,
    fill=fill,
    tools=tuple(tool_of(f) for f in TOOLS),
    skills=(*SKILLS, *PROCEDURAL),
    types=(MAIL,),
    describers=DESCRIBERS,
)
