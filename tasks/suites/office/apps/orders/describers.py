"""Ways to point at an order or a product in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_number(use: Toolbox, number: str) -> str:
    return str(use.get_order(order_id=number)["id"])


def _customer_named(use: Toolbox, name: str) -> str:
    found = every(use.search_customers, "customers", name=name)
    return str(only([c for c in found if c["name"] == name], "customers")["id"])


def _latest_of_customer(use: Toolbox, customer: str) -> str:
    rows = every(use.list_orders, "orders", customer_id=_customer_named(use, customer))
    return str(foremost(rows, "ordered_on")["id"])


def _by_customer_and_status(use: Toolbox, customer: str, status: str) -> str:
    rows = every(use.list_orders, "orders", customer_id=_customer_named(use, customer), status=status)
    return str(only(rows, "orders")["id"])


def _highest_of_handler(use: Toolbox, handler: str) -> str:
    person = only([p for p in every(use.search_people, "people", name=handler) if p["name"] == handler], "people")
    rows = every(use.list_orders, "orders", handler_id=person["id"], status="confirmed")
    return str(foremost(rows, "goods_value")["id"])


def _product_by_name(use: Toolbox, name: str) -> str:
    found = every(use.search_products, "products", name=name)
    return str(only([p for p in found if p["name"] == name], "products")["id"])


def _product_by_sku(use: Toolbox, sku: str) -> str:
    return str(only(use.search_products(sku=sku)["products"], "products")["id"])


def _dearest_product(use: Toolbox, category: str) -> str:
    return str(foremost(every(use.search_products, "products", category=category), "price")["id"])


_UNIQUE_CUSTOMERS = "SELECT name FROM customers GROUP BY name HAVING count(*) = 1"
_UNIQUE_PEOPLE = "SELECT name FROM people GROUP BY name HAVING count(*) = 1 AND min(active) = 1"

DESCRIBERS = (
    Describer(
        type="Order",
        kind="name",
        candidates="SELECT id AS key, id AS number FROM orders",
        text=("order {number}",),
        resolve=_by_number,
    ),
    Describer(
        type="Order",
        kind="attribute",
        candidates="SELECT o.id AS key, c.name AS customer, o.status FROM orders o JOIN customers c"
        f" ON c.id = o.customer_id WHERE o.status <> 'cancelled' AND c.name IN ({_UNIQUE_CUSTOMERS})",
        text=("the {status} order of {customer}",),
        resolve=_by_customer_and_status,
    ),
    Describer(
        type="Order",
        kind="relation",
        candidates="SELECT key, customer FROM (SELECT o.id AS key, c.name AS customer,"
        " rank() OVER (PARTITION BY c.id ORDER BY o.ordered_on DESC) AS place,"
        " count(*) OVER (PARTITION BY c.id) AS size FROM orders o"
        f" JOIN customers c ON c.id = o.customer_id WHERE c.name IN ({_UNIQUE_CUSTOMERS}))"
        " WHERE place = 1 AND size > 1",
        text=("the order that {customer} placed last", "the most recent order of {customer}"),
        resolve=_latest_of_customer,
    ),
    Describer(
        type="Order",
        kind="superlative",
        candidates="SELECT key, handler FROM (SELECT o.id AS key, p.name AS handler, rank() OVER (PARTITION BY p.id"
        " ORDER BY (SELECT round(sum(quantity * unit_price), 2) FROM order_lines l WHERE l.order_id = o.id) DESC)"
        " AS place, count(*) OVER (PARTITION BY p.id) AS size FROM orders o JOIN people p ON p.id = o.person_id"
        f" WHERE o.status = 'confirmed' AND p.name IN ({_UNIQUE_PEOPLE})) WHERE place = 1 AND size > 1",
        text=("the confirmed order with the highest goods value that {handler} handles",),
        resolve=_highest_of_handler,
    ),
    Describer(
        type="Product",
        kind="name",
        candidates="SELECT id AS key, name FROM products",
        text=("the {name}", "the product {name}"),
        resolve=_product_by_name,
    ),
    Describer(
        type="Product",
        kind="attribute",
        candidates="SELECT id AS key, sku FROM products",
        text=("the product with article number {sku}",),
        resolve=_product_by_sku,
    ),
    Describer(
        type="Product",
        kind="superlative",
        candidates="SELECT key, category FROM (SELECT id AS key, category,"
        " rank() OVER (PARTITION BY category ORDER BY price DESC) AS place,"
        " count(*) OVER (PARTITION BY category) AS size FROM products) WHERE place = 1 AND size > 1",
        text=('the most expensive product in the category "{category}"',),
        resolve=_dearest_product,
    ),
)
