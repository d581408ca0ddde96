"""The skills of the order app whose rule stands in a SKILL.md."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.common import euros


def _weight(order: Mapping[str, Any]) -> float:
    return float(round(sum(x["quantity"] * x["unit_weight_kg"] for x in order["lines"]), 3))


def _bracket(use: Toolbox, order: Mapping[str, Any]) -> int:
    return sum(_weight(order) > upto for upto in use.rule["upto_kg"])


def _with_adjustments(use: Toolbox, order: Mapping[str, Any], fee: float) -> float:
    country = use.get_customer(customer_id=order["customer_id"])["country"]
    percent = 0 if country == "Germany" else use.rule["near" if country in use.rule["near_countries"] else "far"]
    fee *= (100 + percent) / 100
    return euros(fee / 2 if order["goods_value"] >= use.rule["half_from"] else fee)


def shipping_fee(use: Toolbox, order: str) -> float:
    """Work out the fee for shipping an order."""
    row = use.get_order(order_id=order)
    return _with_adjustments(use, row, use.rule["fees"][_bracket(use, row)])


def _table_alone(use: Toolbox, order: str) -> float:
    return euros(use.rule["fees"][_bracket(use, use.get_order(order_id=order))])


def _neighbouring_bracket(use: Toolbox, order: str) -> float:
    row = use.get_order(order_id=order)
    bracket = _bracket(use, row)
    return _with_adjustments(use, row, use.rule["fees"][bracket + 1 if bracket < 3 else 2])


def _draw_shipping(rng: Any) -> dict[str, Any]:
    first = 4.5 + 0.1 * int(rng.integers(0, 20))
    fees = [first, first + 0.3 * int(rng.integers(9, 19)), first + 0.7 * int(rng.integers(12, 22)), first + 31.4]
    countries = ("Austria", "Belgium", "Czechia", "France")
    return {
        "upto_kg": [int(rng.integers(6, 14)), int(rng.integers(20, 36)), int(rng.integers(45, 81))],
        "fees": [round(fee, 2) for fee in fees],
        "near_countries": sorted(str(c) for c in rng.permutation(countries)[:3]),
        "near": 5 * int(rng.integers(2, 6)),
        "far": 5 * int(rng.integers(8, 15)),
        "half_from": 100 * int(rng.integers(9, 22)),
    }


def _shipping_body(rule: Mapping[str, Any]) -> str:
    small, medium, large = rule["upto_kg"]
    fees = rule["fees"]
    near, far, half = rule["near"], rule["far"], rule["half_from"]
    return f"""# Fee for shipping an order

1. The weight of the order (quantity times unit weight, over all lines) gives the basic fee:

   | weight | EUR |
   |---|---|
   | up to {small} kg | {fees[0]:.2f} |
   | above {small} and up to {medium} kg | {fees[1]:.2f} |
   | above {medium} and up to {large} kg | {fees[2]:.2f} |
   | above {large} kg | {fees[3]:.2f} |

2. The customer's country decides on the surcharge: none within Germany, {near} % for
   {", ".join(rule["near_countries"])}, {far} % for any other country and where no country is on record.
3. From a goods value of {half} EUR the fee, surcharge included, is halved.
4. Round to cents once, at the end. A discount on the order plays no part.

Example: {small + 2} kg to Canada with a goods value of {half + 50} EUR: {fees[1]:.2f} plus {far} %, halved, is
{euros(fees[1] * (100 + far) / 200):.2f} EUR.
"""


def _missing(use: Toolbox, product: str, weeks: int) -> float:
    row = use.get_product(product_id=product)
    on_the_way = use.list_supply_orders(product_id=product, received=False)["supply_orders"]
    have = sum(row["stock"].values()) + sum(s["quantity"] for s in on_the_way)
    return float(row["weekly_demand"] * weeks * (100 + use.rule["safety"]) / 100 - have)


def _full_packs(use: Toolbox, product: str, missing: float) -> int:
    pack = int(use.get_product(product_id=product)["pack_size"])
    applicable(missing > 0, "enough in stock")
    return ceil(missing / pack - 1e-9) * pack


def reorder_quantity(use: Toolbox, product: str) -> int:
    """Work out how many units of a product to order from the supplier."""
    weeks = use.get_product(product_id=product)["lead_weeks"] + use.rule["cover_weeks"]
    return _full_packs(use, product, _missing(use, product, weeks))


def _not_in_packs(use: Toolbox, product: str) -> int:
    weeks = use.get_product(product_id=product)["lead_weeks"] + use.rule["cover_weeks"]
    return ceil(_missing(use, product, weeks))


def _without_lead_time(use: Toolbox, product: str) -> int:
    return _full_packs(use, product, _missing(use, product, use.rule["cover_weeks"]))


def _draw_reorder(rng: Any) -> dict[str, Any]:
    return {"cover_weeks": int(rng.integers(4, 9)), "safety": 5 * int(rng.integers(1, 7))}


def _reorder_body(rule: Mapping[str, Any]) -> str:
    weeks, safety = rule["cover_weeks"], rule["safety"]
    need = 10 * (2 + weeks) * (100 + safety) / 100
    return f"""# How much to order from a supplier

1. Weeks to cover: the weeks until the supplier delivers, plus {weeks}.
2. Need: weekly demand times these weeks, plus {safety} %.
3. Take off the stock of all warehouses and what is on the way (supply orders not received).
4. Round **up** to full packs of the product. Where nothing is missing, order nothing.

Customers' orders that are not shipped play no part: the weekly demand contains them.

Example: demand 10 a week, 2 weeks until delivery, 20 in stock, none on the way, packs of 12: need
10 x {2 + weeks} x {(100 + safety) / 100:.2f} = {need:g}, missing {need - 20:g},
so order {ceil((need - 20) / 12 - 1e-9) * 12}.
"""


PROCEDURAL = (
    Skill(
        id="orders.work_out_shipping_fee",
        description="Work out the fee for shipping an order.",
        inputs={"order": Input(types=("Order",))},
        output="Fee",
        tools=("get_order", "get_customer"),
        procedure=shipping_fee,
        rule=Rule(
            draw=_draw_shipping,
            body=_shipping_body,
            naive={"table alone": _table_alone, "neighbouring bracket": _neighbouring_bracket},
        ),
        phrases=(
            "Work out the fee for shipping {order} under the company's shipping rule.",
            "Determine which shipping fee the rule gives for {order}.",
            "Calculate what shipping {order} costs the customer under the shipping rule.",
        ),
        nouns=("the fee for shipping {order} under the rule", "the shipping fee that the rule gives for {order}"),
        reference="shipping fee",
    ),
    Skill(
        id="orders.work_out_reorder_quantity",
        description="Work out how many units of a product to order from the supplier.",
        inputs={"product": Input(types=("Product",))},
        output="Units",
        tools=("get_product", "list_supply_orders"),
        procedure=reorder_quantity,
        rule=Rule(
            draw=_draw_reorder,
            body=_reorder_body,
            naive={"not in full packs": _not_in_packs, "lead time left out": _without_lead_time},
        ),
        phrases=(
            "Work out how many units of {product} to reorder under the company's reorder rule.",
            "Determine the reorder quantity that the rule gives for {product}.",
            "Calculate how much of {product} must be ordered from the supplier under the reorder rule.",
        ),
        nouns=(
            "the reorder quantity of {product} under the rule",
            "the number of units of {product} to reorder under the rule",
        ),
        reference="reorder quantity",
    ),
)
