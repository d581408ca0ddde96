"""Skills of the leave app whose rule stands only in their SKILL.md."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.leave.procedures import days_left

_EXTRA_SITES = ("Berlin", "Dublin", "Lisbon", "Oslo", "Prague", "Toronto")


def _years(use: Toolbox, person: str) -> tuple[int, str]:
    """Return completed years of service on 1 January of this year, and the person's office."""
    row = use.get_person(person_id=person)
    applicable(row["active"], "has left")
    hired = date.fromisoformat(row["hired_on"])
    years = use.today.year - hired.year - ((hired.month, hired.day) > (1, 1))
    applicable(years >= 0, "hired this year")
    return years, str(row["site"])


def _entitlement(use: Toolbox, person: str, shift: int = 0) -> int:
    years, site = _years(use, person)
    extra = min(years // (use.rule["step"] + shift), use.rule["cap"])
    return int(use.rule["base"] + extra + (use.rule["site_days"] if site == use.rule["site"] else 0))


def _entitlement_base(use: Toolbox, person: str) -> int:
    _years(use, person)
    return int(use.rule["base"])


def _entitlement_neighbour(use: Toolbox, person: str) -> int:
    return _entitlement(use, person, shift=1)


def _draw_entitlement(rng: Any) -> dict[str, Any]:
    return {
        "base": int(rng.integers(22, 28)),
        "step": int(rng.integers(2, 4)),
        "cap": int(rng.integers(9, 12)),
        "site": str(rng.choice(_EXTRA_SITES)),
        "site_days": int(rng.integers(1, 4)),
    }


def _entitlement_body(rule: Mapping[str, Any]) -> str:
    years = 2 * rule["step"] + 1
    return f"""# Leave entitlement

Everyone has {rule["base"]} days a year. On top of that comes one day for each {rule["step"]} *completed* years of
service, but never more than {rule["cap"]} such days.

- Years of service are those completed on 1 January of this year, counted from the hire date in the directory.
- People in the {rule["site"]} office get {rule["site_days"]} more for local holidays, whatever their service.
- What the leave account shows as granted does not matter here: it may be out of date.

Example: {years} completed years outside {rule["site"]} give {rule["base"]} + 2 = {rule["base"] + 2} days.
"""


def _approver(use: Toolbox, request: str, shorter: bool = False, by_kind: bool = True) -> str:
    row = use.get_leave_request(request_id=request)
    person = use.get_person(person_id=row["person_id"])
    heads = {d["name"]: d["head_id"] for d in use.list_departments()["departments"]}
    if by_kind and row["kind"] == use.rule["kind"]:
        found = heads[use.rule["kind_department"]]
    elif (row["days"] > use.rule["days"]) is not shorter:
        found = heads[person["department"]]
    else:
        found = person["manager_id"]
    if found in (None, person["id"]):
        found = heads[use.rule["fallback"]]
    applicable(found != person["id"], "own request")
    return str(found)


def _approver_manager(use: Toolbox, request: str) -> str:
    row = use.get_leave_request(request_id=request)
    manager = use.get_person(person_id=row["person_id"])["manager_id"]
    applicable(manager, "no manager")
    return str(manager)


def _approver_swapped(use: Toolbox, request: str) -> str:
    return _approver(use, request, shorter=True, by_kind=False)


def _draw_approver(rng: Any) -> dict[str, Any]:
    kind_department, fallback = rng.permutation(["Human Resources", "Finance", "Legal", "Logistics"])[:2]
    return {
        "days": int(rng.integers(3, 7)),
        "kind": str(rng.choice(["training", "unpaid", "parental"])),
        "kind_department": str(kind_department),
        "fallback": str(fallback),
    }


def _approver_body(rule: Mapping[str, Any]) -> str:
    return f"""# Who approves leave

Take the first line that fits:

1. Leave of the kind *{rule["kind"]}*: the head of {rule["kind_department"]}.
2. More than {rule["days"]} working days: the head of the department in which the person works.
3. All other leave: the person's manager.

- Where this leads to the person who asks, or to nobody because there is no manager, the head of {rule["fallback"]}
  approves.
- Exactly {rule["days"]} working days still go to the manager.

Example: {rule["days"] + 1} days of vacation go to the head of the person's department, {rule["days"]} days to the
manager.
"""


def _carry_over(use: Toolbox, person: str) -> float:
    left = days_left(use, person)
    rest = max(0.0, left - use.rule["full"])
    return float(min(left, use.rule["full"]) + rest // use.rule["one_in"])


def _carry_over_all(use: Toolbox, person: str) -> float:
    return days_left(use, person)


def _carry_over_capped(use: Toolbox, person: str) -> float:
    return min(days_left(use, person), float(use.rule["full"]))


def _draw_carry_over(rng: Any) -> dict[str, Any]:
    return {"full": int(rng.integers(3, 9)), "one_in": int(rng.integers(2, 5))}


def _carry_over_body(rule: Mapping[str, Any]) -> str:
    full, one_in = rule["full"], rule["one_in"]
    return f"""# Leave carried into the next year

Of the vacation days that a person has left this year

- the first {full} are carried over in full, a half day as a half day;
- of what is left beyond these, one whole day is carried over for each {one_in} days, rounded down;
- the remainder lapses.

Days left are those that the leave account shows; pending requests are not taken off.

Example: {full + 2 * one_in + 1} days left give {full} + 2 = {full + 2} days.
"""


_PERSON = {"person": Input(types=("Person",))}

PROCEDURAL = (
    Skill(
        id="leave.work_out_entitlement",
        description="Work out how many days of leave a person is entitled to this year by length of service.",
        inputs=_PERSON,
        output="LeaveDays",
        tools=("get_person",),
        procedure=_entitlement,
        rule=Rule(
            draw=_draw_entitlement,
            body=_entitlement_body,
            naive={"base days for everyone": _entitlement_base, "neighbouring step": _entitlement_neighbour},
        ),
        phrases=(
            "Work out how many days of leave {person} is entitled to this year under the company's rule.",
            "Determine this year's leave entitlement of {person} by length of service.",
            "Calculate the leave entitlement of {person} for this year as the company's rule has it.",
        ),
        nouns=("this year's leave entitlement of {person}", "the days of leave {person} is entitled to this year"),
        reference="entitlement",
    ),
    Skill(
        id="leave.find_approver",
        description="Find out who has to approve a leave request.",
        inputs={"request": Input(types=("LeaveRequest",))},
        output="Person",
        tools=("get_leave_request", "get_person", "list_departments"),
        procedure=_approver,
        rule=Rule(
            draw=_draw_approver,
            body=_approver_body,
            naive={"the manager approves all": _approver_manager, "short and long swapped": _approver_swapped},
        ),
        phrases=(
            "Find out who has to approve {request} under the company's rule.",
            "Determine the right approver for {request}.",
            "Work out to whom {request} has to go for approval.",
        ),
        nouns=("the person who has to approve {request}", "the right approver for {request}"),
        reference="approver",
    ),
    Skill(
        id="leave.work_out_carry_over",
        description="Work out how many of a person's remaining days of leave are carried into the next year.",
        inputs=_PERSON,
        output="LeaveDays",
        tools=("get_person", "get_leave_balance"),
        procedure=_carry_over,
        rule=Rule(
            draw=_draw_carry_over,
            body=_carry_over_body,
            naive={"all that is left": _carry_over_all, "cap alone": _carry_over_capped},
        ),
        phrases=(
            "Work out how many of the vacation days {person} has left would be carried into the next year.",
            "Determine how many days {person} could carry over into the next year if no more leave were taken.",
            "Calculate the days of leave that {person} takes along into the next year as things stand.",
        ),
        nouns=(
            "the days that {person} carries over into the next year",
            "the carry-over of {person} into the next year",
        ),
        reference="carry-over",
    ),
)
