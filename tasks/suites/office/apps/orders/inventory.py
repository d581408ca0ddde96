"""Tools for products and what stands in the warehouses."""

from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.orders.tables import Category, Warehouse
from skillweave.tasks.suites.office.common import euros, matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import World

Page = Annotated[int, Field(ge=1)]
Quantity = Annotated[int, Field(gt=0)]


def search_products(
    world: World, name: str | None = None, sku: str | None = None, category: Category | None = None, page: Page = 1
) -> dict[str, Any]:
    """Find products by name, article number or category, twenty a page, in order of name; stock is that of all houses.

    Args:
        name: words of the product's name
        sku: article number (SKU)
        category: category of the product
        page: page of the result
    """
    rows = world.rows(
        "SELECT p.id, p.name, p.sku, p.category, p.price, (SELECT sum(quantity) FROM stock s WHERE s.product_id = p.id)"
        " AS stock FROM products p ORDER BY p.name"
    )
    found = [
        r
        for r in rows
        if matches(name, r["name"])
        and (sku is None or sku.lower() == r["sku"].lower())
        and category in (None, r["category"])
    ]
    result = paged("products", found, page)
    if name is not None and not found and any(r["sku"].lower() == name.strip().lower() for r in rows):
        result["hint"] = f"{name!r} is no name but an article number: give it as sku"
    return result


def get_product(world: World, product_id: str) -> dict[str, Any]:
    """Show one product: price, weight, pack size, weekly demand, weeks until a supplier delivers, stock by warehouse.

    Args:
        product_id: id of the product, as a search shows it
    """
    row = need(world, "products", product_id, "product", "search_products")
    stock = world.rows("SELECT warehouse, quantity FROM stock WHERE product_id = ? ORDER BY id", product_id)
    return {**row, "stock": {s["warehouse"]: s["quantity"] for s in stock}}


def set_product_price(world: World, product_id: str, price: Annotated[float, Field(gt=0)]) -> dict[str, Any]:
    """Change the list price of a product; orders entered before keep their price.

    Args:
        product_id: id of the product
        price: new list price in EUR
    """
    need(world, "products", product_id, "product", "search_products")
    world.update("products", product_id, price=euros(price))
    return get_product(world, product_id)


def move_stock(
    world: World, product_id: str, from_warehouse: Warehouse, to_warehouse: Warehouse, quantity: Quantity
) -> dict[str, Any]:
    """Move units of a product from one warehouse to another.

    Args:
        product_id: id of the product
        from_warehouse: warehouse that gives the units
        to_warehouse: warehouse that gets them
        quantity: number of units
    """
    product = get_product(world, product_id)
    if from_warehouse == to_warehouse:
        raise ToolError(f"Both warehouses are {from_warehouse}; give two different ones.")
    if product["stock"][from_warehouse] < quantity:
        raise ToolError(
            f"{from_warehouse} holds {product['stock'][from_warehouse]} of {product['name']}, fewer than {quantity}."
        )
    for warehouse, change in ((from_warehouse, -quantity), (to_warehouse, quantity)):
        row = world.row("SELECT id FROM stock WHERE product_id = ? AND warehouse = ?", product_id, warehouse)
        assert row is not None
        world.update("stock", row["id"], quantity=product["stock"][warehouse] + change)
    return get_product(world, product_id)


def list_supply_orders(world: World, product_id: str, received: bool | None = None) -> dict[str, Any]:
    """List what was ordered from the supplier of a product.

    Args:
        product_id: id of the product
        received: true for deliveries that arrived, false for those on the way; both where left out
    """
    need(world, "products", product_id, "product", "search_products")
    rows = world.rows("SELECT id, quantity, received FROM supply_orders WHERE product_id = ? ORDER BY id", product_id)
    found = [{**r, "received": bool(r["received"])} for r in rows if received in (None, bool(r["received"]))]
    return {"supply_orders": found}


def order_supply(world: World, product_id: str, quantity: Quantity) -> dict[str, Any]:
    """Order units of a product from its supplier.

    Args:
        product_id: id of the product
        quantity: number of units, a multiple of the product's pack size
    """
    product = get_product(world, product_id)
    if quantity % product["pack_size"]:
        raise ToolError(
            f"{quantity} is no multiple of {product['pack_size']}, the pack size of {product['name']};"
            " suppliers deliver full packs only."
        )
    today = world.today.isoformat()
    key = world.insert("supply_orders", product_id=product_id, quantity=quantity, received=0, placed_on=today)
    return {"id": key, "product_id": product_id, "quantity": quantity, "received": False}


INVENTORY_TOOLS = tuple(
    tool_of(f) for f in (search_products, get_product, set_product_price, move_stock, list_supply_orders, order_supply)
)
