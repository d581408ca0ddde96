"""Orders: what customers buy, what it costs, and what stands in the warehouses."""

from skillweave.tasks.apps import App
from skillweave.tasks.suites.office.apps.orders.describers import DESCRIBERS
from skillweave.tasks.suites.office.apps.orders.inventory import INVENTORY_TOOLS
from skillweave.tasks.suites.office.apps.orders.procedural import PROCEDURAL
from skillweave.tasks.suites.office.apps.orders.reading import READING
from skillweave.tasks.suites.office.apps.orders.tables import FEE, ORDER, PRICE, PRODUCT, TABLES, UNITS, fill
from skillweave.tasks.suites.office.apps.orders.tools import ORDER_TOOLS
from skillweave.tasks.suites.office.apps.orders.writing import WRITING

APP = App(
    name="orders",
    tables=TABLES,
    fill=fill,
    tools=(*ORDER_TOOLS, *INVENTORY_TOOLS),
    skills=(*READING, *WRITING, *PROCEDURAL),
    types=(ORDER, PRODUCT, PRICE, FEE, UNITS),
    describers=DESCRIBERS,
)
