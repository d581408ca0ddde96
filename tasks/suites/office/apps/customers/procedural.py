"""The skills of the customer app whose rule stands in a SKILL.md."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.customers.procedures import last_talk
from skillweave.tasks.suites.office.common import ahead, euros

ANY_CUSTOMER = Input(types=("Customer",))


def _full_years(since: date, today: date) -> int:
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def _band(use: Toolbox, customer: Mapping[str, Any]) -> int:
    return sum(customer["yearly_sales"] >= limit for limit in use.rule["from"])


def _with_adjustments(use: Toolbox, customer: Mapping[str, Any], percent: float) -> float:
    rule = use.rule
    if _full_years(date.fromisoformat(customer["customer_since"]), use.today) >= rule["loyal_years"]:
        percent += rule["loyal_bonus"]
    if customer["late_payments"] > rule["late_allowed"]:
        percent -= rule["late_cut"]
    return max(percent, 0.0)


def discount(use: Toolbox, customer: str) -> float:
    """Work out the standing discount that a customer is due."""
    row = use.get_customer(customer_id=customer)
    return _with_adjustments(use, row, use.rule["percent"][_band(use, row)])


def _table_alone(use: Toolbox, customer: str) -> float:
    return float(use.rule["percent"][_band(use, use.get_customer(customer_id=customer))])


def _neighbouring_band(use: Toolbox, customer: str) -> float:
    row = use.get_customer(customer_id=customer)
    band = _band(use, row)
    return _with_adjustments(use, row, use.rule["percent"][band + 1 if band < 3 else 2])


def _draw_discount(rng: Any) -> dict[str, Any]:
    limits = [1000 * int(rng.integers(15, 26)), 1000 * int(rng.integers(35, 51)), 1000 * int(rng.integers(60, 81))]
    low = 2 + 0.5 * int(rng.integers(0, 3))
    percent = [low, low + 1.5 + int(rng.integers(0, 2)), low + 4 + int(rng.integers(0, 2)), low + 7.5]
    return {
        "from": limits,
        "percent": percent,
        "loyal_years": int(rng.integers(3, 6)),
        "loyal_bonus": 0.5 * int(rng.integers(2, 5)),
        "late_allowed": int(rng.integers(1, 4)),
        "late_cut": 0.25 + 0.5 * int(rng.integers(1, 4)),
    }


def _discount_body(rule: Mapping[str, Any]) -> str:
    first, second, third = (f"{limit:,} EUR" for limit in rule["from"])
    none, low, middle, high = (f"{p:g}" for p in rule["percent"])
    example = rule["percent"][2] + rule["loyal_bonus"]
    return f"""# Standing discount

The sales of the last twelve months decide, at the full band reached:

| yearly sales | percent |
|---|---|
| below {first} | {none} |
| from {first} | {low} |
| from {second} | {middle} |
| from {third} | {high} |

- Customers for at least {rule["loyal_years"]} full years get {rule["loyal_bonus"]:g} percentage points more.
- With more than {rule["late_allowed"]} late payments, {rule["late_cut"]:g} percentage points are taken off.
- Both may apply; the discount never falls below 0. Status and industry play no part.

Example: sales of {second}, customer for {rule["loyal_years"] + 1} years, no late payments: {middle} +
{rule["loyal_bonus"]:g} = {example:g} percent.
"""


def _months(use: Toolbox, customer: Mapping[str, Any]) -> float:
    days = customer["payment_days"]
    return float(next((m for upto, m in use.rule["months"] if days <= upto), use.rule["months_beyond"]))


def _raw_limit(use: Toolbox, customer: str, *, late: bool) -> float:
    row = use.get_customer(customer_id=customer)
    applicable(row["yearly_sales"] > 0, "no sales")
    cut = min(row["late_payments"] * use.rule["cut_per_late"], use.rule["largest_cut"]) if late else 0
    return float(row["yearly_sales"] / 12 * _months(use, row) * (100 - cut) / 100)


def _rounded(use: Toolbox, amount: float) -> float:
    step = use.rule["step"]
    return float(int(amount / step + 1e-9) * step)


def limit(use: Toolbox, customer: str) -> float:
    """Work out the credit limit that a customer may have."""
    found = _rounded(use, _raw_limit(use, customer, late=True))
    applicable(found > 0, "no credit")
    return found


def _not_rounded(use: Toolbox, customer: str) -> float:
    return euros(_raw_limit(use, customer, late=True))


def _late_payments_ignored(use: Toolbox, customer: str) -> float:
    return _rounded(use, _raw_limit(use, customer, late=False))


def _draw_limit(rng: Any) -> dict[str, Any]:
    base = 1 + 0.5 * int(rng.integers(0, 3))
    return {
        "months": [[14, base + 2], [30, base + 1]],
        "months_beyond": base,
        "cut_per_late": int(rng.integers(6, 13)),
        "largest_cut": int(rng.choice([40, 45, 50])),
        "step": int(rng.choice([150, 200, 250, 400])),
    }


def _limit_body(rule: Mapping[str, Any]) -> str:
    (short, long), (middle, medium) = rule["months"]
    cut, step = rule["cut_per_late"], rule["step"]
    raw = 24000 / 12 * medium * (100 - 2 * cut) / 100
    return f"""# Credit limit

1. Take one twelfth of the yearly sales, times
   - {long:g} where the customer pays within {short} days or sooner,
   - {medium:g} for a term of {short + 1} to {middle} days,
   - {rule["months_beyond"]:g} for a longer term.
2. Take off {cut} % for each late payment, but never more than {rule["largest_cut"]} % in all.
3. Round **down** to a multiple of {step} EUR.

Example: yearly sales of 24,000 EUR, {middle} days, 2 late payments: 2,000 x {medium:g} =
{2000 * medium:,.2f}, less {2 * cut} % is {raw:,.2f}, so the limit is {int(raw / step + 1e-9) * step} EUR.
"""


def _add_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _interval(use: Toolbox, customer: str, kind: str) -> int:
    days = int(use.rule["days"][kind])
    sales = use.get_customer(customer_id=customer)["yearly_sales"]
    return ceil(days / 2) if sales >= use.rule["key_account_from"] else days


def follow_up(use: Toolbox, customer: str) -> str:
    """Work out by when someone has to get back to a customer."""
    talk = last_talk(use, customer)
    days = _interval(use, customer, talk["kind"])
    return ahead(use, _add_working_days(date.fromisoformat(talk["held_on"]), days).isoformat())


def _calendar_days(use: Toolbox, customer: str) -> str:
    talk = last_talk(use, customer)
    days = _interval(use, customer, talk["kind"])
    return (date.fromisoformat(talk["held_on"]) + timedelta(days=days)).isoformat()


def _from_today(use: Toolbox, customer: str) -> str:
    days = _interval(use, customer, last_talk(use, customer)["kind"])
    return _add_working_days(use.today, days).isoformat()


def _draw_follow_up(rng: Any) -> dict[str, Any]:
    call = int(rng.integers(6, 12))
    return {
        "days": {
            "call": call,
            "video meeting": call + int(rng.integers(3, 8)),
            "visit": call + int(rng.integers(9, 20)),
        },
        "key_account_from": 5000 * int(rng.integers(9, 15)),
    }


def _follow_up_body(rule: Mapping[str, Any]) -> str:
    days = rule["days"]
    key = f"{rule['key_account_from']:,}"
    return f"""# When to get back to a customer

Count *working days* (Monday to Friday; public holidays are not left out) from the day after the latest talk:

| latest talk | working days |
|---|---|
| call | {days["call"]} |
| video meeting | {days["video meeting"]} |
| visit | {days["visit"]} |

- For key accounts, with yearly sales of {key} EUR or more, it is half as many, rounded up to a full day.
- The date stands even where it has passed.

Example: after a call on Friday 6 March 2026 with a key account, {ceil(days["call"] / 2)} working days lead to
{_add_working_days(date(2026, 3, 6), ceil(days["call"] / 2)).isoformat()}.
"""


PROCEDURAL = (
    Skill(
        id="customers.work_out_discount",
        description="Work out the standing discount that a customer is due.",
        inputs={"customer": ANY_CUSTOMER},
        output="Percent",
        tools=("get_customer",),
        procedure=discount,
        rule=Rule(
            draw=_draw_discount,
            body=_discount_body,
            naive={"table alone": _table_alone, "neighbouring band": _neighbouring_band},
        ),
        phrases=(
            "Work out the standing discount that {customer} is due under the company's rule.",
            "Determine which standing discount the discount rule gives {customer}.",
            "Calculate the standing discount that {customer} is entitled to under the rule.",
        ),
        nouns=("the standing discount due to {customer}", "the standing discount that the rule gives {customer}"),
        reference="discount due",
    ),
    Skill(
        id="customers.work_out_credit_limit",
        description="Work out the credit limit that a customer may have.",
        inputs={"customer": ANY_CUSTOMER},
        output="CreditLimit",
        tools=("get_customer",),
        procedure=limit,
        rule=Rule(
            draw=_draw_limit,
            body=_limit_body,
            naive={"not rounded": _not_rounded, "late payments ignored": _late_payments_ignored},
        ),
        phrases=(
            "Work out the credit limit that {customer} may have under the company's rule.",
            "Determine which credit limit the credit rule allows {customer}.",
            "Calculate the credit limit that the rule allows for {customer}.",
        ),
        nouns=(
            "the credit limit that {customer} may have under the rule",
            "the credit limit that the rule allows {customer}",
        ),
        reference="allowed credit limit",
    ),
    Skill(
        id="customers.work_out_follow_up_date",
        description="Work out by which day someone has to get back to a customer.",
        inputs={"customer": ANY_CUSTOMER},
        output="Date",
        tools=("list_customer_talks", "get_customer"),
        procedure=follow_up,
        rule=Rule(
            draw=_draw_follow_up,
            body=_follow_up_body,
            naive={"calendar days": _calendar_days, "counted from today": _from_today},
        ),
        phrases=(
            "Work out by which day someone has to get back to {customer} under the follow-up rule.",
            "Determine the follow-up date that the company's rule gives for {customer}.",
            "Calculate when the follow-up with {customer} is due under the company's rule.",
        ),
        nouns=(
            "the follow-up date for {customer} under the rule",
            "the day by which the rule wants someone to get back to {customer}",
        ),
        reference="follow-up date",
    ),
)
