"""Chat: channels, their members and messages."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.chat.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.chat.rules import PROCEDURAL
from skillweave.tasks.suites.office.apps.chat.skills import SKILLS
from skillweave.tasks.suites.office.apps.chat.tables import CHANNEL, TABLES, fill
from skillweave.tasks.suites.office.apps.chat.tools import TOOLS
from skillweave.tasks.tools import tool_of

APP = App(
    name="chat",
    tables=TABLES,
    fill=fill,
    tools=tuple(tool_of(f) for f in TOOLS),
    skills=(*SKILLS, *PROCEDURAL),
    types=(CHANNEL,),
    describers=DESCRIBERS,
)
