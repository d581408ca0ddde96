"""The office suite: its apps, in the order in which their tables refer to each other."""

from collections.abc import Iterable, Sequence

from skillweave.tasks.apps import App
from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.suites.office.apps import (
    calendar,
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
)
from skillweave.tasks.suites.office.common import PLAIN_TYPES
from skillweave.tasks.worldsuite import WorldSuite

VERSION = "1"
APPS: tuple[App, ...] = (
    people.APP,
    calendar.APP,
    documents.APP,
    mail.APP,
    expenses.APP,
    customers.APP,
    orders.APP,
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
