"""Orders and stock: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def order(desk: Desk, status: str) -> str:
    return str(desk.one("SELECT id FROM orders WHERE status = ? ORDER BY id", status))


def product(desk: Desk, nth: int = 0) -> str:
    return str(desk.one("SELECT id FROM products ORDER BY id LIMIT 1 OFFSET ?", nth))


def test_orders_are_listed_by_filters_a_page_at_a_time(desk: Desk) -> None:
    found = desk.list_orders(status="draft")
    assert len(found["orders"]) == 20
    assert found["next_page"] == 2
    row = found["orders"][0]
    same = desk.list_orders(customer_id=row["customer_id"], handler_id=row["handler_id"], month=row["ordered_on"][:7])
    assert row["id"] in [o["id"] for o in same["orders"]]
    assert desk.get_order(order_id=row["id"])["goods_value"] == row["goods_value"]
    with pytest.raises(ToolError, match="Use list_orders"):
        desk.get_order(order_id="ORD-99999")


def test_a_new_order_is_a_draft_at_list_price_that_grows_by_lines(desk: Desk) -> None:
    customer = desk.one("SELECT id FROM customers")
    made = desk.create_order(customer_id=customer, product_id=product(desk), quantity=3)
    price = desk.get_product(product_id=product(desk))["price"]
    assert made["status"] == "draft"
    assert made["goods_value"] == pytest.approx(3 * price)
    assert len(desk.add_order_line(order_id=made["id"], product_id=product(desk, 1), quantity=2)["lines"]) == 2
    with pytest.raises(ToolError, match="already"):
        desk.add_order_line(order_id=made["id"], product_id=product(desk), quantity=1)
    with pytest.raises(ToolError, match="only orders that are draft"):
        desk.add_order_line(order_id=order(desk, "shipped"), product_id=product(desk), quantity=1)
    with pytest.raises(ToolError, match="search_customers"):
        desk.create_order(customer_id="CUS-99999", product_id=product(desk), quantity=3)
    with pytest.raises(ToolError, match="search_products"):
        desk.create_order(customer_id=customer, product_id="PRD-99999", quantity=3)


def test_an_order_goes_from_draft_to_confirmed_to_shipped_and_not_back(desk: Desk) -> None:
    key = order(desk, "draft")
    with pytest.raises(ToolError, match="only orders that are confirmed"):
        desk.ship_order(order_id=key)
    assert desk.confirm_order(order_id=key)["status"] == "confirmed"
    with pytest.raises(ToolError, match="is confirmed; only orders that are draft"):
        desk.confirm_order(order_id=key)
    assert desk.ship_order(order_id=key)["status"] == "shipped"
    with pytest.raises(ToolError, match="draft or confirmed"):
        desk.cancel_order(order_id=key)
    assert desk.cancel_order(order_id=order(desk, "draft"))["status"] == "cancelled"


def test_an_order_is_changed_until_it_is_delivered(desk: Desk) -> None:
    key = order(desk, "confirmed")
    who = desk.one("SELECT id FROM people WHERE active = 1")
    changed = desk.update_order(order_id=key, handler_id=who, ship_by="2026-12-24", shipping_fee=4.5, discount=3)
    wanted = {"handler_id": who, "ship_by": "2026-12-24", "shipping_fee": 4.5, "discount": 3.0}
    assert wanted.items() <= changed.items()
    with pytest.raises(ToolError, match="at most 40"):
        desk.update_order(order_id=key, discount=50)
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_order(order_id=key)
    with pytest.raises(ToolError, match="has left"):
        desk.update_order(order_id=key, handler_id=desk.one("SELECT id FROM people WHERE active = 0"))
    with pytest.raises(ToolError, match="is delivered; only"):
        desk.update_order(order_id=order(desk, "delivered"), discount=1)


def test_products_are_found_by_name_number_and_category(desk: Desk) -> None:
    row = desk.get_product(product_id=product(desk))
    for found in (
        desk.search_products(name=row["name"]),
        desk.search_products(sku=row["sku"].lower()),
        desk.search_products(category=row["category"]),
    ):
        assert (row["id"], sum(row["stock"].values())) in [(p["id"], p["stock"]) for p in found["products"]]
    astray = desk.search_products(name=row["sku"])
    assert (astray["products"], astray["hint"]) == (
        [],
        f"{row['sku']!r} is no name but an article number: give it as sku",
    )
    assert "hint" not in desk.search_products(name="nothing of the kind")
    assert desk.set_product_price(product_id=row["id"], price=9.999)["price"] == 10
    for call in (desk.get_product, desk.list_supply_orders):
        with pytest.raises(ToolError, match="search_products"):
            call(product_id="PRD-99999")
    with pytest.raises(ToolError, match="search_products"):
        desk.set_product_price(product_id="PRD-99999", price=1)


def test_stock_moves_between_two_warehouses_as_far_as_it_reaches(desk: Desk) -> None:
    key = desk.one("SELECT product_id FROM stock WHERE warehouse = 'North' AND quantity > 5")
    before = desk.get_product(product_id=key)["stock"]
    after = desk.move_stock(product_id=key, from_warehouse="North", to_warehouse="Harbour", quantity=5)["stock"]
    assert (after["North"], after["Harbour"]) == (before["North"] - 5, before["Harbour"] + 5)
    with pytest.raises(ToolError, match="fewer than 9999"):
        desk.move_stock(product_id=key, from_warehouse="North", to_warehouse="Harbour", quantity=9999)
    with pytest.raises(ToolError, match="two different"):
        desk.move_stock(product_id=key, from_warehouse="North", to_warehouse="North", quantity=1)


def test_suppliers_deliver_full_packs(desk: Desk) -> None:
    row = desk.get_product(product_id=product(desk))
    made = desk.order_supply(product_id=row["id"], quantity=2 * row["pack_size"])
    coming = desk.list_supply_orders(product_id=row["id"], received=False)["supply_orders"]
    assert made["id"] in [s["id"] for s in coming]
    with pytest.raises(ToolError, match="pack size"):
        desk.order_supply(product_id=row["id"], quantity=row["pack_size"] + 1)


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("orders", range(20, 22), 8).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"], skill


def test_descriptions_lead_to_their_order_and_product() -> None:
    assert [misled(kind, seed, 20) for kind in ("Order", "Product") for seed in (20, 21)] == [[]] * 4


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_shipping_fee", "work_out_reorder_quantity"):
        shares = naive_share(f"orders.{skill}", range(20, 24), 12)
        assert min(shares.values()) > 0.6, (skill, shares)


def test_the_reorder_quantity_fills_packs_after_stock_and_deliveries() -> None:
    desk = Desk(4)
    key = product(desk)
    desk.world.update("products", key, weekly_demand=10, lead_weeks=2, pack_size=12)
    for row in desk.world.rows("SELECT id FROM stock WHERE product_id = ?", key):
        desk.world.update("stock", row["id"], quantity=5)
    for row in desk.world.rows("SELECT id FROM supply_orders WHERE product_id = ?", key):
        desk.world.update("supply_orders", row["id"], received=1)
    desk.order_supply(product_id=key, quantity=12)
    rule = {"cover_weeks": 4, "safety": 10}
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    # 10 x 6 weeks x 1.10 = 66, less 15 in stock and 12 on the way = 39: four packs
    assert OFFICE.skills["orders.work_out_reorder_quantity"].procedure(use, product=key) == 48
