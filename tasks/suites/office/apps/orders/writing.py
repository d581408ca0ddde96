"""The skills of the order app that change something and need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.orders import procedures
from skillweave.tasks.suites.office.apps.orders.tables import WAREHOUSES

ANY_ORDER = Input(types=("Order",))
ANY_PRODUCT = Input(types=("Product",))
ANY_CUSTOMER = Input(types=("Customer",))
ANY_PERSON = Input(types=("Person",))

WRITING = (
    Skill(
        id="orders.create",
        description="Enter a new draft order of a customer for some units of a product.",
        inputs={
            "customer": ANY_CUSTOMER,
            "product": ANY_PRODUCT,
            "quantity": Input(types=("Units", "Headcount"), values=(4, 7, 9, 15, 22, 30)),
        },
        output="Order",
        writes=True,
        tools=("create_order",),
        procedure=procedures.create,
        phrases=(
            "Enter a new order of {customer} with {product} as its one line; number of units: {quantity}.",
            "Create a draft order for {customer}: {product}, quantity {quantity}.",
            "Start an order for {customer} with a single line for {product}, the number of units being {quantity}.",
        ),
        nouns=(
            "the new order of {customer} for {product} (number of units: {quantity})",
            "the draft order created for {customer} with {product}, quantity {quantity}",
        ),
        reference="new order",
    ),
    Skill(
        id="orders.add_product",
        description="Add some units of a product to a draft order.",
        inputs={
            "order": ANY_ORDER,
            "product": ANY_PRODUCT,
            "quantity": Input(types=("Units", "Headcount"), values=(2, 5, 8, 11, 16, 24)),
        },
        writes=True,
        tools=("get_order", "add_order_line"),
        procedure=procedures.add_product,
        phrases=(
            "Add {product} to {order}; number of units: {quantity}.",
            "Put another line on {order}: {product}, quantity {quantity}.",
            "Extend {order} by {product}, the number of units being {quantity}.",
        ),
    ),
    Skill(
        id="orders.confirm",
        description="Confirm a draft order.",
        inputs={"order": ANY_ORDER},
        writes=True,
        tools=("get_order", "confirm_order"),
        procedure=procedures.confirm,
        phrases=("Confirm {order}.", "Set {order} to confirmed.", "Accept {order} by confirming it."),
    ),
    Skill(
        id="orders.ship",
        description="Mark a confirmed order as shipped.",
        inputs={"order": ANY_ORDER},
        writes=True,
        tools=("get_order", "ship_order"),
        procedure=procedures.ship,
        phrases=("Mark {order} as shipped.", "Record that {order} was shipped.", "Set {order} to shipped."),
    ),
    Skill(
        id="orders.cancel",
        description="Cancel an order that was not shipped.",
        inputs={"order": ANY_ORDER},
        writes=True,
        tools=("get_order", "cancel_order"),
        procedure=procedures.cancel,
        phrases=("Cancel {order}.", "Call off {order} by cancelling it.", "Set {order} to cancelled."),
    ),
    Skill(
        id="orders.assign_handler",
        description="Give an order to a colleague to handle.",
        inputs={"order": ANY_ORDER, "person": ANY_PERSON},
        writes=True,
        tools=("get_person", "get_order", "update_order"),
        procedure=procedures.assign_handler,
        phrases=(
            "Make {person} the handler of {order}.",
            "Give {order} to {person} to handle.",
            "Put {person} in charge of {order} as its handler.",
        ),
    ),
    Skill(
        id="orders.set_ship_date",
        description="Set the day by which an order must be shipped.",
        inputs={"order": ANY_ORDER, "day": Input(types=("Date",))},
        writes=True,
        tools=("get_order", "update_order"),
        procedure=procedures.set_ship_date,
        phrases=(
            "Set {day} as the day by which {order} must be shipped.",
            "Record that {order} has to be shipped by {day}.",
            "Change the ship-by date of {order} to {day}.",
        ),
    ),
    Skill(
        id="orders.charge_shipping",
        description="Set the shipping fee of an order.",
        inputs={"order": ANY_ORDER, "amount": Input(types=("Fee",), values=(4.2, 7.8, 11.6, 15.25, 29.9))},
        writes=True,
        tools=("get_order", "update_order"),
        procedure=procedures.charge_shipping,
        phrases=(
            "Set the shipping fee of {order} to {amount}.",
            "For shipping {order}, charge {amount}.",
            "Enter {amount} as the shipping fee of {order}.",
        ),
    ),
    Skill(
        id="orders.give_discount",
        description="Set the discount of an order.",
        inputs={"order": ANY_ORDER, "percentage": Input(types=("Percent",), values=(5.5, 7.5, 8.0, 10.0, 12.0))},
        writes=True,
        tools=("get_order", "update_order"),
        procedure=procedures.give_discount,
        phrases=(
            "Set the discount on {order} to {percentage}.",
            "Give {percentage} off as the discount on {order}.",
            "Enter a discount of {percentage} on {order}.",
        ),
    ),
    Skill(
        id="orders.set_price",
        description="Change the list price of a product.",
        inputs={"product": ANY_PRODUCT, "amount": Input(types=("Price",), values=(14.95, 37.5, 62.0, 89.9, 143.0))},
        writes=True,
        tools=("get_product", "set_product_price"),
        procedure=procedures.set_price,
        phrases=(
            "Change the list price of {product} to {amount}.",
            "Set the price of {product} to {amount}.",
            "Enter {amount} as the new list price of {product}.",
        ),
    ),
    Skill(
        id="orders.move_stock",
        description="Move units of a product from one warehouse to another.",
        inputs={
            "product": ANY_PRODUCT,
            "quantity": Input(types=("Units",), values=(2, 3, 4, 6, 8)),
            "source": Input(types=("Text",), values=WAREHOUSES[:2], literal=True),
            "target": Input(types=("Text",), values=WAREHOUSES[1:], literal=True),
        },
        writes=True,
        tools=("get_product", "move_stock"),
        procedure=procedures.move,
        phrases=(
            'Move units of {product} from the warehouse "{source}" to "{target}"; number of units: {quantity}.',
            'Transfer {product}, quantity {quantity}, from the "{source}" warehouse to the "{target}" warehouse.',
            'Have {product} moved from "{source}" to "{target}", the number of units being {quantity}.',
        ),
    ),
    Skill(
        id="orders.reorder",
        description="Order units of a product from its supplier.",
        inputs={"product": ANY_PRODUCT, "quantity": Input(types=("Units",), values=(120, 240, 360, 480))},
        writes=True,
        tools=("get_product", "order_supply"),
        procedure=procedures.reorder,
        phrases=(
            "Order {product} from the supplier; number of units: {quantity}.",
            "Place a supply order for {product}, quantity {quantity}.",
            "Have the supplier deliver {product}, the number of units being {quantity}.",
        ),
    ),
)
