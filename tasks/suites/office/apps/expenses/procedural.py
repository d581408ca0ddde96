"""The skills of the expense app whose rule stands in a SKILL.md."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.expenses.tables import RANGES
from skillweave.tasks.suites.office.apps.steps import every
from skillweave.tasks.suites.office.common import euros

ANY_EXPENSE = Input(types=("Expense",))


def _approval_chain(use: Toolbox, person: str) -> tuple[list[str | None], str]:
    """Return manager, head of department and head of Finance, and the head who decides for the last of these."""
    departments = use.list_departments()["departments"]
    heads = {d["id"]: d["head_id"] for d in departments}
    by_name = {d["name"]: d["head_id"] for d in departments}
    entry = use.get_person(person_id=person)
    return [entry["manager_id"], heads[entry["department_id"]], by_name["Finance"]], by_name[use.rule["stand_in"]]


def _level(use: Toolbox, expense: Mapping[str, Any]) -> int:
    level = int(expense["amount"] > use.rule["manager_up_to"]) + int(expense["amount"] > use.rule["head_up_to"])
    return max(level, 1) if expense["category"] == use.rule["head_category"] else level


def _first_allowed(use: Toolbox, person: str, level: int) -> str:
    chain, stand_in = _approval_chain(use, person)
    return next((a for a in chain[level:] if a and a != person), stand_in)


def approver(use: Toolbox, expense: str) -> str:
    """Find out who has to approve an expense."""
    row = use.get_expense(expense_id=expense)
    return _first_allowed(use, row["person_id"], _level(use, row))


def _manager_always(use: Toolbox, expense: str) -> str:
    return _first_allowed(use, use.get_expense(expense_id=expense)["person_id"], 0)


def _neighbouring_level(use: Toolbox, expense: str) -> str:
    row = use.get_expense(expense_id=expense)
    level = _level(use, row)
    return _first_allowed(use, row["person_id"], level + 1 if level < 2 else 1)


def _draw_approver(rng: Any) -> dict[str, Any]:
    low = int(rng.integers(5, 10)) * 10
    return {
        "manager_up_to": low,
        "head_up_to": low + int(rng.integers(4, 14)) * 10,
        "head_category": str(rng.choice(["Software", "Client Gifts", "Taxi"])),
        "stand_in": str(rng.choice(["Legal", "Human Resources", "Sales"])),
    }


def _approver_body(rule: Mapping[str, Any]) -> str:
    low, high = rule["manager_up_to"], rule["head_up_to"]
    return f"""# Who approves an expense

| amount of the expense | approver |
|---|---|
| up to {low} EUR | the manager of the person who spent the money |
| above {low} and up to {high} EUR | the head of that person's department |
| above {high} EUR | the head of the Finance department |

- Expenses in the category {rule["head_category"]} go at least to the head of department, however small they are.
- Nobody approves their own expense, and some people have no manager: then the next level in the table decides.
- Where no level is left (the head of Finance spent the money), the head of the {rule["stand_in"]} department decides.

Example: a Meals expense of {low + 15}.00 EUR goes to the head of the department, not to the manager.
"""


def reimbursable(use: Toolbox, expense: str) -> float:
    """Work out how much of an expense is reimbursed."""
    row = use.get_expense(expense_id=expense)
    cap = use.rule["caps"][row["category"]]
    granted = min(row["amount"], cap) + max(row["amount"] - cap, 0) * use.rule["share_above"] / 100
    return euros(granted if row["receipt"] else granted * (100 - use.rule["cut_without_receipt"]) / 100)


def _in_full(use: Toolbox, expense: str) -> float:
    return float(use.get_expense(expense_id=expense)["amount"])


def _capped(use: Toolbox, expense: str) -> float:
    row = use.get_expense(expense_id=expense)
    return euros(min(row["amount"], use.rule["caps"][row["category"]]))


def _draw_reimbursable(rng: Any) -> dict[str, Any]:
    caps = {
        category: low + 2 * round((high - low) * float(rng.uniform(0.08, 0.32)) / 2)
        for category, (low, high) in RANGES.items()
    }
    share, cut = 5 * int(rng.integers(4, 11)), 5 * int(rng.integers(3, 9))
    return {"caps": caps, "share_above": share, "cut_without_receipt": cut}


def _reimbursable_body(rule: Mapping[str, Any]) -> str:
    table = "\n".join(f"| {category} | {cap} |" for category, cap in rule["caps"].items())
    cap, share, cut = rule["caps"]["Hotel"], rule["share_above"], rule["cut_without_receipt"]
    return f"""# How much of an expense is reimbursed

Up to the cap of its category an expense is reimbursed in full. Of the part above the cap, {share} % are reimbursed.

| category | cap in EUR |
|---|---|
{table}

- Where the receipt is missing, {cut} % are taken off the result.
- The result is rounded to cents once, at the end.

Example: a Hotel expense of {cap + 100}.00 EUR with receipt gives {cap} + {share} % of 100 = {cap + share}.00 EUR;
without receipt it gives {euros((cap + share) * (100 - cut) / 100):.2f} EUR.
"""


def _open_drives(use: Toolbox, person: str) -> list[dict[str, Any]]:
    drives = every(use.list_car_drives, "drives", person_id=person, settled=False)
    applicable(drives, "no open drives")
    return drives


def mileage(use: Toolbox, person: str) -> float:
    """Work out the allowance for a person's open drives."""
    rule, cents = use.rule, 0
    for drive in _open_drives(use, person):
        near = min(drive["kilometres"], rule["near_km"])
        cents += near * rule["near_cents"] + (drive["kilometres"] - near) * rule["far_cents"]
        cents += drive["kilometres"] * drive["passengers"] * rule["passenger_cents"]
    return euros(cents / 100)


def _one_rate(use: Toolbox, person: str) -> float:
    kilometres = sum(d["kilometres"] * use.rule["near_cents"] for d in _open_drives(use, person))
    return euros(kilometres / 100)


def _far_rate_from_the_start(use: Toolbox, person: str) -> float:
    rule, cents = use.rule, 0
    for drive in _open_drives(use, person):
        rate = rule["near_cents"] if drive["kilometres"] <= rule["near_km"] else rule["far_cents"]
        cents += drive["kilometres"] * (rate + drive["passengers"] * rule["passenger_cents"])
    return euros(cents / 100)


def _draw_mileage(rng: Any) -> dict[str, Any]:
    return {
        "near_km": 5 * int(rng.integers(4, 13)),
        "near_cents": int(rng.integers(34, 48)),
        "far_cents": int(rng.integers(19, 31)),
        "passenger_cents": int(rng.integers(2, 7)),
    }


def _mileage_body(rule: Mapping[str, Any]) -> str:
    near, first, rest, along = (rule[n] for n in ("near_km", "near_cents", "far_cents", "passenger_cents"))
    return f"""# Allowance for drives with a private car

The allowance counts every drive that is not settled yet, whatever its date:

- {first / 100:.2f} EUR for each of the first {near} km of **each drive**,
- {rest / 100:.2f} EUR for each further kilometre of that drive,
- and {along / 100:.2f} EUR more per kilometre of the drive and passenger.

The allowances of the drives are added up. Settled drives were paid before and do not count.

Example: one drive of {near + 10} km with two passengers gives {near} x {first / 100:.2f} + 10 x {rest / 100:.2f}
+ {near + 10} x 2 x {along / 100:.2f} = {(near * first + 10 * rest + (near + 10) * 2 * along) / 100:.2f} EUR.
"""


PROCEDURAL = (
    Skill(
        id="expenses.determine_approver",
        description="Determine who has to approve an expense under the company's approval rule.",
        inputs={"expense": ANY_EXPENSE},
        output="Person",
        tools=("get_expense", "get_person", "list_departments"),
        procedure=approver,
        rule=Rule(
            draw=_draw_approver,
            body=_approver_body,
            naive={"always the manager": _manager_always, "neighbouring level": _neighbouring_level},
        ),
        phrases=(
            "Determine who has to approve {expense} under the company's approval rule.",
            "Work out which person must sign {expense} according to the approval rule.",
            "Find out to whom {expense} has to go for approval, following the company's rule.",
        ),
        nouns=(
            "the person who has to approve {expense} under the approval rule",
            "the rightful approver of {expense} under the company's rule",
        ),
        reference="rightful approver",
    ),
    Skill(
        id="expenses.work_out_reimbursable",
        description="Work out how much of an expense the company reimburses.",
        inputs={"expense": ANY_EXPENSE},
        output="Money",
        tools=("get_expense",),
        procedure=reimbursable,
        rule=Rule(
            draw=_draw_reimbursable,
            body=_reimbursable_body,
            naive={"in full": _in_full, "nothing above the cap": _capped},
        ),
        phrases=(
            "Work out how much of {expense} is reimbursable under the company's caps.",
            "Determine the reimbursable amount of {expense}.",
            "Calculate what the company's rule allows to be reimbursed of {expense}.",
        ),
        nouns=("the reimbursable amount of {expense}", "the part of {expense} that can be reimbursed under the caps"),
        reference="reimbursable amount",
    ),
    Skill(
        id="expenses.work_out_mileage",
        description="Work out the mileage allowance for a person's drives that are not settled yet.",
        inputs={"person": Input(types=("Person",))},
        output="Money",
        tools=("list_car_drives",),
        procedure=mileage,
        rule=Rule(
            draw=_draw_mileage,
            body=_mileage_body,
            naive={"one rate, nobody else in the car": _one_rate, "far rate from the start": _far_rate_from_the_start},
        ),
        phrases=(
            "Work out the mileage allowance for the unsettled private-car drives of {person}.",
            "Determine the mileage allowance that {person} is owed for drives not settled yet.",
            "Calculate what {person} gets under the mileage rule for all drives that are still unsettled.",
        ),
        nouns=(
            "the mileage allowance due to {person}",
            "the mileage allowance for the unsettled drives of {person}",
        ),
        reference="mileage allowance",
    ),
)
