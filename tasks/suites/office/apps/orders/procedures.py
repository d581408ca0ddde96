"""How the skills of the order app are carried out with tools."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import euros


def latest_order(use: Toolbox, customer: str) -> str:
    """Find the order that a customer placed last."""
    rows = every(use.list_orders, "orders", customer_id=customer)
    applicable(rows, "no orders")
    applicable(len(rows) == 1 or rows[0]["ordered_on"] != rows[1]["ordered_on"], "tie")
    return str(rows[0]["id"])


def largest_draft(use: Toolbox, person: str) -> str:
    """Find the draft with the highest goods value that a person handles."""
    return str(foremost(every(use.list_orders, "orders", handler_id=person, status="draft"), "goods_value")["id"])


def largest_confirmed(use: Toolbox, month: str) -> str:
    """Find the confirmed order of a month with the highest goods value."""
    return str(foremost(every(use.list_orders, "orders", status="confirmed", month=month), "goods_value")["id"])


def buyer(use: Toolbox, order: str) -> str:
    """Find out who ordered."""
    return str(use.get_order(order_id=order)["customer_id"])


def handler(use: Toolbox, order: str) -> str:
    """Find out who handles an order."""
    person = use.get_order(order_id=order)["handler_id"]
    applicable(person, "nobody handles it")
    return str(person)


def order_date(use: Toolbox, order: str) -> str:
    """Find out when it was ordered."""
    return str(use.get_order(order_id=order)["ordered_on"])


def goods_value(use: Toolbox, order: str) -> float:
    """Find out what the lines of an order come to."""
    return float(use.get_order(order_id=order)["goods_value"])


def main_product(use: Toolbox, order: str) -> str:
    """Find the product that makes up the largest part of an order's goods value."""
    lines = [{**x, "value": euros(x["quantity"] * x["unit_price"])} for x in use.get_order(order_id=order)["lines"]]
    applicable(lines, "no lines")
    return str(lines[0]["product_id"] if len(lines) == 1 else foremost(lines, "value")["product_id"])


def unit_count(use: Toolbox, order: str) -> int:
    """Count the units over all lines of an order."""
    return sum(int(x["quantity"]) for x in use.get_order(order_id=order)["lines"])


def customer_value(use: Toolbox, customer: str) -> float:
    """Add up the goods value of a customer's orders that are not cancelled."""
    rows = [r for r in every(use.list_orders, "orders", customer_id=customer) if r["status"] != "cancelled"]
    applicable(rows, "nothing to add up")
    return euros(sum(r["goods_value"] for r in rows))


def delivered_value(use: Toolbox, month: str) -> float:
    """Add up the goods value of the delivered orders that were placed in a month."""
    rows = every(use.list_orders, "orders", status="delivered", month=month)
    applicable(rows, "nothing to add up")
    return euros(sum(r["goods_value"] for r in rows))


def confirmed_count(use: Toolbox, person: str) -> int:
    """Count the confirmed orders that a person handles."""
    found = len(every(use.list_orders, "orders", handler_id=person, status="confirmed"))
    applicable(found > 1, "hardly any")
    return found


def total_stock(use: Toolbox, product: str) -> int:
    """Count the units of a product in all warehouses."""
    found = sum(use.get_product(product_id=product)["stock"].values())
    applicable(found > 1, "hardly any")
    return int(found)


def price(use: Toolbox, product: str) -> float:
    """Find out the list price of a product."""
    return float(use.get_product(product_id=product)["price"])


def stock_value(use: Toolbox, product: str) -> float:
    """Work out what the stock of a product is worth at list price."""
    return euros(total_stock(use, product) * price(use, product))


def scarcest(use: Toolbox, category: str) -> str:
    """Find the product of a category with the smallest stock."""
    rows = every(use.search_products, "products", category=category)
    return str(foremost(rows, "stock", largest=False)["id"])


def units_on_the_way(use: Toolbox, product: str) -> int:
    """Count the units that the supplier has not delivered."""
    rows = use.list_supply_orders(product_id=product, received=False)["supply_orders"]
    applicable(rows, "nothing on the way")
    return sum(int(r["quantity"]) for r in rows)


def _units(quantity: float) -> int:
    applicable(quantity >= 1 and quantity == int(quantity), "no number of units")
    return int(quantity)


def create(use: Toolbox, customer: str, product: str, quantity: float) -> str:
    """Enter a draft with one line."""
    return str(use.create_order(customer_id=customer, product_id=product, quantity=_units(quantity))["id"])


def add_product(use: Toolbox, order: str, product: str, quantity: float) -> None:
    """Add a line to a draft."""
    row = use.get_order(order_id=order)
    applicable(row["status"] == "draft" and product not in [x["product_id"] for x in row["lines"]], "not possible")
    use.add_order_line(order_id=order, product_id=product, quantity=_units(quantity))


def _status(use: Toolbox, order: str, *states: str) -> dict[str, Any]:
    row: dict[str, Any] = use.get_order(order_id=order)
    applicable(row["status"] in states, f"is {row['status']}")
    return row


def confirm(use: Toolbox, order: str) -> None:
    """Confirm a draft."""
    _status(use, order, "draft")
    use.confirm_order(order_id=order)


def ship(use: Toolbox, order: str) -> None:
    """Ship a confirmed order."""
    _status(use, order, "confirmed")
    use.ship_order(order_id=order)


def cancel(use: Toolbox, order: str) -> None:
    """Cancel an order that was not shipped."""
    _status(use, order, "draft", "confirmed")
    use.cancel_order(order_id=order)


def assign_handler(use: Toolbox, order: str, person: str) -> None:
    """Give an order to another colleague."""
    applicable(use.get_person(person_id=person)["active"], "has left")
    applicable(_status(use, order, "draft", "confirmed", "shipped")["handler_id"] != person, "no change")
    use.update_order(order_id=order, handler_id=person)


def set_ship_date(use: Toolbox, order: str, day: str) -> None:
    """Set the day by which an order must be shipped."""
    applicable(_status(use, order, "draft", "confirmed")["ship_by"] != day, "no change")
    use.update_order(order_id=order, ship_by=day)


def charge_shipping(use: Toolbox, order: str, amount: float) -> None:
    """Set the shipping fee of an order."""
    row = _status(use, order, "draft", "confirmed", "shipped")
    applicable(amount > 0 and row["shipping_fee"] != euros(amount), "no change")
    use.update_order(order_id=order, shipping_fee=amount)


def give_discount(use: Toolbox, order: str, percentage: float) -> None:
    """Set the discount of an order."""
    row = _status(use, order, "draft", "confirmed", "shipped")
    applicable(0 < percentage <= 40 and row["discount"] != percentage, "no change")
    use.update_order(order_id=order, discount=percentage)


def set_price(use: Toolbox, product: str, amount: float) -> None:
    """Change a list price."""
    applicable(amount > 0 and price(use, product) != euros(amount), "no change")
    use.set_product_price(product_id=product, price=amount)


def move(use: Toolbox, product: str, quantity: float, source: str, target: str) -> None:
    """Move units between warehouses."""
    stock = use.get_product(product_id=product)["stock"]
    applicable(source != target and stock[source] >= _units(quantity), "too few")
    use.move_stock(product_id=product, from_warehouse=source, to_warehouse=target, quantity=_units(quantity))


def reorder(use: Toolbox, product: str, quantity: float) -> None:
    """Order full packs from the supplier."""
    applicable(_units(quantity) % use.get_product(product_id=product)["pack_size"] == 0, "no full packs")
    use.order_supply(product_id=product, quantity=_units(quantity))
