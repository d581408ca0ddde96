"""Customers: accounts and their owners, contacts, talks, opportunities and follow-ups."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.customers.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.customers.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.customers.reading import READING
from skillweave.tasks.suites.office.apps.customers.tables import (
    CREDIT_LIMIT,
    CUSTOMER,
    PAYMENT_TERM,
    PERCENT,
    TABLES,
    TURNOVER,
    fill,
)
from skillweave.tasks.suites.office.apps.customers.tools import TOOLS
from skillweave.tasks.suites.office.apps.customers.writing import WRITING

APP = App(
    name="customers",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*READING, *WRITING, *PROCEDURAL),
    types=(CUSTOMER, PERCENT, TURNOVER, CREDIT_LIMIT, PAYMENT_TERM),
    describers=DESCRIBERS,
)
