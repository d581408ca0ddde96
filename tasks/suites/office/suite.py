"""The office suite: its apps, in the order in which their tables refer to each other."""

from collections.abc import Iterable, Sequence

from skillweave.tasks.apps import App
from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.suites.office.apps import (
    calendar,
    chat,
    customers,
    documents,
    expenses,
    leave,
    mail,
    orders,
    people,
    projects,
    rates,
    tickets,
    travel,
)
from skillweave.tasks.suites.office.common import PLAIN_TYPES
from skillweave.tasks.worldsuite import WorldSuite

VERSION = "1"
APPS: tuple[App, ...] = (
    people.APP,
    calendar.APP,
    documents.APP,
    mail.APP,
    chat.APP,
    expenses.APP,
    customers.APP,
    orders.APP,
    travel.APP,
    leave.APP,
    projects.APP,
    tickets.APP,
    rates.APP,
)

OFFICE = WorldSuite(name="office", version=VERSION, apps=APPS, plain_types=PLAIN_TYPES)


def _corpus() -> Iterable[Sequence[str]]:
    from skillweave.tasks.suites.office.workflows import read_workflows

    return [w.skills for w in read_workflows()]


SUITE = AppSuite(apps=OFFICE, corpus=_corpus)
