"""The office suite: its apps, in the order in which their tables refer to each other."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps import people
from skillweave.tasks.suites.office.common import PLAIN_TYPES
from skillweave.tasks.worldsuite import WorldSuite

VERSION = "1"
APPS: tuple[App, ...] = (people.APP,)

OFFICE = WorldSuite(name="office", version=VERSION, apps=APPS, plain_types=PLAIN_TYPES)
