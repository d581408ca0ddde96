"""Documents: what is written, who owns it, with whom it is shared, when it is reviewed."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.documents.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.documents.rules import PROCEDURAL
from skillweave.tasks.suites.office.apps.documents.skills import SKILLS
from skillweave.tasks.suites.office.apps.documents.tables import DOCUMENT, DOCUMENT_NAME, TABLES, fill
from skillweave.tasks.suites.office.apps.documents.tools import TOOLS
from skillweave.tasks.tools import tool_of

APP = App(
    name="documents",
    tables=TABLES,
    fill=fill,
    tools=tuple(tool_of(f) for f in TOOLS),
    skills=(*SKILLS, *PROCEDURAL),
    types=(DOCUMENT, DOCUMENT_NAME),
    describers=DESCRIBERS,
)
