"""The office suite: its apps, in the order in which their tables refer to each other."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

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
from skillweave.tasks.suites.office.gatherings import GATHERINGS
from skillweave.tasks.worldsuite import WorldSuite

VERSION = "2"
SIZES: Mapping[str, float] = {"office-small": 0.25, "office": 1.0, "office-large": 6.7}
"""name of the suite -> how much its worlds hold, as a multiple of the standard world"""
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


@cache
def office(name: str = "office") -> WorldSuite:
    """Return the apps in the size that belongs to a suite's name."""
    return WorldSuite(name=name, version=VERSION, apps=APPS, plain_types=PLAIN_TYPES, sets=GATHERINGS, size=SIZES[name])


@cache
def office_suite(name: str = "office") -> AppSuite:
    """Return the suite in the size that belongs to its name."""
    return AppSuite(apps=office(name), corpus=_corpus)


def _corpus() -> Iterable[Sequence[str]]:
    from skillweave.tasks.suites.office.workflows import read_workflows

    return [w.skills for w in read_workflows()]


OFFICE = office()
SUITE = office_suite()
