"""Expenses: claims and their approval, reimbursements, budgets, cash advances and private cars."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.expenses.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.expenses.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.expenses.reading import READING
from skillweave.tasks.suites.office.apps.expenses.tables import BUDGET, EXPENSE, SPENDING, TABLES, fill
from skillweave.tasks.suites.office.apps.expenses.tools import TOOLS
from skillweave.tasks.suites.office.apps.expenses.writing import WRITING

APP = App(
    name="expenses",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=(*READING, *WRITING, *PROCEDURAL),
    types=(EXPENSE, BUDGET, SPENDING),
    describers=DESCRIBERS,
)
