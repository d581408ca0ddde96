"""Ways to point at a customer in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_name(use: Toolbox, name: str) -> str:
    found = every(use.search_customers, "customers", name=name)
    return str(only([c for c in found if c["name"] == name], "customers")["id"])


def _by_name_and_city(use: Toolbox, name: str, city: str) -> str:
    found = every(use.search_customers, "customers", name=name, city=city)
    return str(only([c for c in found if c["name"] == name], "customers")["id"])


def _by_contact(use: Toolbox, contact: str) -> str:
    found = every(use.search_contacts, "contacts", name=contact)
    return str(only([c for c in found if c["name"] == contact], "contacts")["customer_id"])


def _highest_sales(use: Toolbox, industry: str) -> str:
    return str(foremost(every(use.search_customers, "customers", industry=industry), "yearly_sales")["id"])


def _highest_sales_in_city(use: Toolbox, city: str) -> str:
    return str(foremost(every(use.search_customers, "customers", city=city), "yearly_sales")["id"])


DESCRIBERS = (
    Describer(
        type="Customer",
        kind="name",
        candidates="SELECT id AS key, name FROM customers",
        text=("{name}", "the customer {name}"),
        resolve=_by_name,
    ),
    Describer(
        type="Customer",
        kind="attribute",
        candidates="SELECT id AS key, name, city FROM customers WHERE city IS NOT NULL",
        text=("{name} in {city}",),
        resolve=_by_name_and_city,
    ),
    Describer(
        type="Customer",
        kind="relation",
        candidates="SELECT customer_id AS key, name AS contact FROM contacts"
        " WHERE name IN (SELECT name FROM contacts GROUP BY name HAVING count(*) = 1)",
        text=("the customer for whom {contact} works", "the customer where {contact} is our contact"),
        resolve=_by_contact,
    ),
    Describer(
        type="Customer",
        kind="superlative",
        candidates="SELECT key, industry FROM (SELECT id AS key, industry,"
        " rank() OVER (PARTITION BY industry ORDER BY yearly_sales DESC) AS place,"
        " count(*) OVER (PARTITION BY industry) AS size FROM customers) WHERE place = 1 AND size > 1",
        text=("the customer with the highest yearly sales in the {industry} industry",),
        resolve=_highest_sales,
    ),
    Describer(
        type="Customer",
        kind="superlative",
        candidates="SELECT key, city FROM (SELECT id AS key, city,"
        " rank() OVER (PARTITION BY city ORDER BY yearly_sales DESC) AS place,"
        " count(*) OVER (PARTITION BY city) AS size FROM customers WHERE city IS NOT NULL)"
        " WHERE place = 1 AND size > 1",
        text=("the customer in {city} with the highest yearly sales",),
        resolve=_highest_sales_in_city,
    ),
)
