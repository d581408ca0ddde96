"""Rates: currencies, exchange rates, foreign cash and distances."""

from skillweave.tasks.apps import App
from skillweave.tasks.skills import Describer, Toolbox
from skillweave.tasks.suites.office.apps.rates.skills import SKILLS
from skillweave.tasks.suites.office.apps.rates.tables import CURRENCY_TYPE, DISTANCE, FOREIGN_AMOUNT, TABLES, fill
from skillweave.tasks.suites.office.apps.rates.tools import TOOLS


def _currency(use: Toolbox, **values: str) -> str:
    ((column, value),) = values.items()
    return str(next(c["id"] for c in use.list_currencies()["currencies"] if c[column] == value))


DESCRIBERS = (
    Describer(
        type="Currency",
        kind="name",
        candidates="SELECT id AS key, name FROM currencies",
        text=("{name}",),
        resolve=_currency,
    ),
    Describer(
        type="Currency",
        kind="attribute",
        candidates="SELECT id AS key, code FROM currencies",
        text=("{code}",),
        resolve=_currency,
    ),
    Describer(
        type="Currency",
        kind="relation",
        candidates="SELECT id AS key, country FROM currencies",
        text=("the currency of {country}",),
        resolve=_currency,
    ),
)

APP = App(
    name="rates",
    tables=TABLES,
    fill=fill,
    tools=TOOLS,
    skills=SKILLS,
    types=(CURRENCY_TYPE, FOREIGN_AMOUNT, DISTANCE),
    describers=DESCRIBERS,
)
