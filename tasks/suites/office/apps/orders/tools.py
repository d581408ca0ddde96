"""Tools for customers' orders."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.orders.tables import Status
from skillweave.tasks.suites.office.common import coming, euros, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Quantity = Annotated[int, Field(gt=0)]


def _order(world: World, order_id: str) -> Row:
    return need(world, "orders", order_id, "order", "list_orders")


def _in_state(world: World, order_id: str, states: tuple[str, ...], doing: str) -> Row:
    row = _order(world, order_id)
    if row["status"] not in states:
        raise ToolError(f"{order_id} is {row['status']}; only orders that are {' or '.join(states)} can be {doing}.")
    return row


def list_orders(
    world: World,
    customer_id: str | None = None,
    handler_id: str | None = None,
    status: Status | None = None,
    month: Month | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """List customers' orders, the latest first, twenty a page; filters can be combined.

    The goods value is the sum over the lines, before discount and shipping.

    Args:
        customer_id: id of the customer
        handler_id: person id of the colleague who handles the order
        status: state of the order
        month: month in which it was ordered, as YYYY-MM
        page: page of the result
    """
    given = {"o.customer_id": customer_id, "o.person_id": handler_id, "o.status": status}
    where = {column: value for column, value in given.items() if value is not None}
    conditions = [f"{column} = ?" for column in where] + (["o.ordered_on LIKE ?"] if month else [])
    rows = world.rows(
        "SELECT o.id, o.customer_id, c.name AS customer, o.person_id AS handler_id, o.ordered_on, o.status,"
        " (SELECT round(sum(quantity * unit_price), 2) FROM order_lines l WHERE l.order_id = o.id) AS goods_value"
        " FROM orders o JOIN customers c ON c.id = o.customer_id"
        + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
        + " ORDER BY o.ordered_on DESC, o.id",
        *where.values(),
        *([f"{month}-%"] if month else []),
    )
    return paged("orders", rows, page)


def get_order(world: World, order_id: str) -> dict[str, Any]:
    """Show one order with its lines; the goods value is their sum, before discount and shipping.

    Args:
        order_id: id of the order, as a search shows it
    """
    row = _order(world, order_id)
    lines = world.rows(
        "SELECT l.product_id, p.name AS product, l.quantity, l.unit_price, p.weight_kg AS unit_weight_kg"
        " FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = ? ORDER BY l.id",
        order_id,
    )
    row["handler_id"] = row.pop("person_id")
    return {**row, "goods_value": euros(sum(x["quantity"] * x["unit_price"] for x in lines)), "lines": lines}


def create_order(world: World, customer_id: str, product_id: str, quantity: Quantity) -> dict[str, Any]:
    """Enter a new order of a customer as a draft with its first line, dated today, at the list price.

    Args:
        customer_id: id of the customer
        product_id: id of the product
        quantity: number of units
    """
    need(world, "customers", customer_id, "customer", "search_customers")
    product = need(world, "products", product_id, "product", "search_products")
    key = world.insert(
        "orders", customer_id=customer_id, ordered_on=world.today.isoformat(), status="draft", discount=0.0
    )
    world.insert("order_lines", order_id=key, product_id=product_id, quantity=quantity, unit_price=product["price"])
    return get_order(world, key)


def add_order_line(world: World, order_id: str, product_id: str, quantity: Quantity) -> dict[str, Any]:
    """Add a product to an order that is still a draft, at the list price.

    Args:
        order_id: id of the order
        product_id: id of the product
        quantity: number of units
    """
    _in_state(world, order_id, ("draft",), "given more lines")
    product = need(world, "products", product_id, "product", "search_products")
    if world.row("SELECT id FROM order_lines WHERE order_id = ? AND product_id = ?", order_id, product_id):
        raise ToolError(f"{product['name']} is on {order_id} already; choose another product or another order.")
    world.insert(
        "order_lines", order_id=order_id, product_id=product_id, quantity=quantity, unit_price=product["price"]
    )
    return get_order(world, order_id)


def confirm_order(world: World, order_id: str) -> dict[str, Any]:
    """Confirm an order that is a draft.

    Args:
        order_id: id of the order
    """
    _in_state(world, order_id, ("draft",), "confirmed")
    world.update("orders", order_id, status="confirmed")
    return get_order(world, order_id)


def ship_order(world: World, order_id: str) -> dict[str, Any]:
    """Mark a confirmed order as shipped.

    Args:
        order_id: id of the order
    """
    _in_state(world, order_id, ("confirmed",), "shipped")
    world.update("orders", order_id, status="shipped")
    return get_order(world, order_id)


def cancel_order(world: World, order_id: str) -> dict[str, Any]:
    """Cancel an order that has not been shipped.

    Args:
        order_id: id of the order
    """
    _in_state(world, order_id, ("draft", "confirmed"), "cancelled")
    world.update("orders", order_id, status="cancelled")
    return get_order(world, order_id)


def update_order(
    world: World,
    order_id: str,
    handler_id: str | None = None,
    ship_by: date | None = None,
    shipping_fee: Annotated[float, Field(ge=0)] | None = None,
    discount: Annotated[float, Field(ge=0)] | None = None,
) -> dict[str, Any]:
    """Change an order that is not delivered or cancelled; only the fields that are given change.

    Args:
        order_id: id of the order
        handler_id: person id of the colleague who handles it
        ship_by: day by which it must be shipped, as YYYY-MM-DD, not before today
        shipping_fee: fee for shipping in EUR
        discount: discount on this order in percent, at most 40
    """
    _in_state(world, order_id, ("draft", "confirmed", "shipped"), "changed")
    if handler_id is not None:
        handler = need(world, "people", handler_id, "person", "search_people")
        if not handler["active"]:
            raise ToolError(f"{handler['name']} ({handler_id}) has left the company; choose someone who works here.")
    if discount is not None and discount > 40:
        raise ToolError(f"A discount of {discount:g} percent is too high; at most 40 percent can be given.")
    given = {
        "person_id": handler_id,
        "ship_by": None if ship_by is None else coming(world, ship_by, "ship_by"),
        "shipping_fee": None if shipping_fee is None else euros(shipping_fee),
        "discount": discount,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides order_id.")
    world.update("orders", order_id, **values)
    return get_order(world, order_id)


ORDER_TOOLS = tuple(
    tool_of(f)
    for f in (
        list_orders,
        get_order,
        create_order,
        add_order_line,
        confirm_order,
        ship_order,
        cancel_order,
        update_order,
    )
)
