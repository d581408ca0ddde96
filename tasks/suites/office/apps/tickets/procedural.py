"""Skills of the support desk whose rule stands only in their SKILL.md."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.tickets.procedures import assignee, priority_names, unsolved
from skillweave.tasks.suites.office.apps.tickets.tables import CATEGORIES, IMPACTS, PRIORITIES, URGENCIES
from skillweave.tasks.suites.office.common import ahead


def _assessed(use: Toolbox, ticket: str) -> tuple[int, int, str]:
    row = unsolved(use, ticket)
    applicable(row["impact"] and row["urgency"], "not assessed")
    return IMPACTS.index(row["impact"]), URGENCIES.index(row["urgency"]), str(row["category"])


def _priority(use: Toolbox, ticket: str, raised: bool = True) -> str:
    impact, urgency, category = _assessed(use, ticket)
    level = use.rule["matrix"][impact][urgency]
    return str(list(priority_names(use))[min(3, level + (raised and category in use.rule["raised"]))])


def _priority_by_matrix(use: Toolbox, ticket: str) -> str:
    return _priority(use, ticket, raised=False)


def _priority_by_urgency(use: Toolbox, ticket: str) -> str:
    return list(priority_names(use))[(0, 1, 3)[_assessed(use, ticket)[1]]]


def _draw_priority(rng: Any) -> dict[str, Any]:
    low, middle = sorted(rng.choice([1, 2, 3], size=2, replace=False).tolist())
    impact, urgency = (1, 1) if rng.random() < 0.5 else (2, 1) if rng.random() < 0.5 else (1, 2)
    scores = [[impact * i + urgency * u for u in range(3)] for i in range(3)]
    matrix = [[int(s >= low) + int(s >= middle + 1) for s in row] for row in scores]
    raised = sorted(str(c) for c in rng.choice(CATEGORIES, size=4, replace=False))
    return {"matrix": matrix, "raised": raised}


def _priority_body(rule: Mapping[str, Any]) -> str:
    rows = "\n".join(
        f"| {impact} | " + " | ".join(PRIORITIES[level] for level in levels) + " |"
        for impact, levels in zip(IMPACTS, rule["matrix"], strict=True)
    )
    first = PRIORITIES[rule["matrix"][0][0]]
    return f"""# Priority of a ticket

Read the priority off impact (down) and urgency (across):

| | {" | ".join(URGENCIES)} |
|---|---|---|---|
{rows}

- Tickets of the categories {", ".join(rule["raised"][:-1])} and {rule["raised"][-1]} are raised by one step.
- The steps are low, normal, high, urgent; nothing is above urgent.
- The priority that the ticket has now does not matter.

Example: a single user, can wait: {first}; in the category {rule["raised"][0]}: {PRIORITIES[rule["matrix"][0][0] + 1]}.
"""


def _working(moment: datetime, opens: int, closes: int) -> datetime:
    """Return the first moment from ``moment`` on at which the desk is open (Monday to Friday)."""
    if moment.weekday() < 5 and moment.hour < opens:
        return datetime.combine(moment.date(), time(opens))
    while moment.weekday() >= 5 or moment.hour >= closes:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(opens))
    return moment


def _deadline(opened: datetime, hours: float, opens: int, closes: int) -> datetime:
    """Return when so many open hours have passed; exactly at closing time still counts as that day."""
    moment = _working(opened, opens, closes)
    left = timedelta(hours=hours)
    while left > (today := datetime.combine(moment.date(), time(closes)) - moment):
        left -= today
        moment = _working(datetime.combine(moment.date() + timedelta(days=1), time(opens)), opens, closes)
    return moment + left


def _due(use: Toolbox, ticket: str, shift: int = 0) -> str:
    row = use.get_ticket(ticket_id=ticket)
    level = PRIORITIES.index(row["priority"])
    hours = use.rule["hours"][PRIORITIES[level + shift if level < 3 else level - shift]]
    opened = datetime.fromisoformat(row["opened_at"])
    return _deadline(opened, hours, use.rule["opens"], use.rule["closes"]).date().isoformat()


def _due_ahead(use: Toolbox, ticket: str) -> str:
    return ahead(use, _due(use, ticket))


def _due_neighbour(use: Toolbox, ticket: str) -> str:
    return _due(use, ticket, shift=1)


def _due_by_the_clock(use: Toolbox, ticket: str) -> str:
    row = use.get_ticket(ticket_id=ticket)
    opened = datetime.fromisoformat(row["opened_at"])
    return (opened + timedelta(hours=use.rule["hours"][row["priority"]])).date().isoformat()


def _draw_due(rng: Any) -> dict[str, Any]:
    hours = (rng.integers(45, 70), rng.integers(27, 40), rng.integers(15, 24), rng.integers(5, 12))
    return {
        "hours": {p: int(h) for p, h in zip(PRIORITIES, hours, strict=True)},
        "opens": int(rng.integers(7, 10)),
        "closes": int(rng.integers(15, 18)),
    }


def _due_body(rule: Mapping[str, Any]) -> str:
    hours, opens, closes = rule["hours"], rule["opens"], rule["closes"]
    table = "\n".join(f"| {p} | {hours[p]} |" for p in reversed(PRIORITIES))
    return f"""# By when a ticket must be solved

Count these *desk hours* from the moment at which the ticket was opened:

| priority | desk hours |
|---|---|
{table}

- The desk is open Monday to Friday from {opens}:00 to {closes}:00. Nights and weekends do not count;
  company holidays do, as the desk is open on them.
- A ticket opened while the desk is closed starts to count at the next opening.
- The due date is the day on which the last hour ends. Hours that end exactly at {closes}:00 end on that day.
- Waiting for the customer does not stop the clock.

Example: opened on a Friday at {closes - 1}:00, {closes - opens + 2} desk hours: one hour on Friday, {closes - opens} on
Monday, the last one on Tuesday.
"""


def _heads(use: Toolbox) -> dict[str, str]:
    return {str(d["name"]): str(d["head_id"]) for d in use.list_departments()["departments"]}


def _owner(use: Toolbox, ticket: str) -> str:
    row = unsolved(use, ticket)
    age = (use.today - datetime.fromisoformat(row["opened_at"]).date()).days
    if row["category"] in use.rule["heads"]:
        found = _heads(use)[use.rule["heads"][row["category"]]]
    elif age > use.rule["days"]:
        found = str(use.get_customer(customer_id=row["customer_id"])["owner_id"])
    elif row["priority"] == "urgent" or row["assignee_id"] is None:
        found = _heads(use)["Support"]
    else:
        found = use.get_person(person_id=row["assignee_id"])["manager_id"] or _heads(use)["Support"]
    applicable(use.get_person(person_id=found)["active"], "has left")
    return str(found)


def _owner_manager(use: Toolbox, ticket: str) -> str:
    manager = use.get_person(person_id=assignee(use, ticket))["manager_id"]
    applicable(manager, "no manager")
    return str(manager)


def _owner_support(use: Toolbox, ticket: str) -> str:
    return _heads(use)["Support"]


def _draw_owner(rng: Any) -> dict[str, Any]:
    departments = rng.permutation(["Finance", "Engineering", "Logistics", "Legal", "Sales"])[:3]
    categories = rng.choice(CATEGORIES, size=3, replace=False)
    heads = {str(c): str(d) for c, d in zip(categories, departments, strict=True)}
    return {"heads": heads, "days": int(rng.integers(8, 25))}


def _owner_body(rule: Mapping[str, Any]) -> str:
    lines = "\n".join(f"   - {category}: the head of {head}" for category, head in rule["heads"].items())
    category, head = next(iter(rule["heads"].items()))
    return f"""# To whom a ticket is escalated

Take the first line that fits:

1. By category:
{lines}
2. Opened more than {rule["days"]} days before today: the account owner of the customer.
3. Urgent, or assigned to nobody: the head of Support.
4. All others: the manager of the person to whom the ticket is assigned, or the head of Support where that person has
   no manager.

- Days are calendar days; the hour at which the ticket was opened does not matter.

Example: a {category} ticket goes to the head of {head}, however old or urgent it is.
"""


_TICKET = {"ticket": Input(types=("Ticket",))}

PROCEDURAL = (
    Skill(
        id="tickets.work_out_priority",
        description="Work out which priority a ticket should have by its impact and urgency.",
        inputs=_TICKET,
        output="Priority",
        tools=("get_ticket", "list_ticket_priorities"),
        procedure=_priority,
        rule=Rule(
            draw=_draw_priority,
            body=_priority_body,
            naive={"category left aside": _priority_by_matrix, "urgency alone": _priority_by_urgency},
        ),
        phrases=(
            "Work out which priority {ticket} should have under the company's rule.",
            "Determine the right priority of {ticket} from its impact and urgency.",
            "Find out what priority the company's matrix gives {ticket}.",
        ),
        nouns=("the right priority of {ticket}", "the priority that {ticket} should have under the company's rule"),
        reference="right priority",
    ),
    Skill(
        id="tickets.work_out_due_date",
        description="Work out by which day a ticket must be solved, in desk hours.",
        inputs=_TICKET,
        output="Date",
        tools=("get_ticket",),
        procedure=_due_ahead,
        rule=Rule(
            draw=_draw_due,
            body=_due_body,
            naive={"by the clock": _due_by_the_clock, "neighbouring priority": _due_neighbour},
        ),
        phrases=(
            "Work out by which day {ticket} must be solved under the company's service rule.",
            "Determine the promised solution date of {ticket} in desk hours.",
            "Calculate the day on which the promised time for {ticket} runs out.",
        ),
        nouns=("the day by which {ticket} must be solved", "the promised solution date of {ticket}"),
        reference="promised date",
    ),
    Skill(
        id="tickets.find_escalation_owner",
        description="Find out to whom a ticket has to be escalated.",
        inputs=_TICKET,
        output="Person",
        tools=("get_ticket", "get_person", "get_customer", "list_departments"),
        procedure=_owner,
        rule=Rule(
            draw=_draw_owner,
            body=_owner_body,
            naive={"manager of the assignee": _owner_manager, "head of Support": _owner_support},
        ),
        phrases=(
            "Find out to whom {ticket} has to be escalated under the company's rule.",
            "Determine who is responsible when {ticket} is escalated.",
            "Work out the right person for an escalation of {ticket}.",
        ),
        nouns=("the person to whom {ticket} has to be escalated", "the escalation owner of {ticket}"),
        reference="escalation owner",
    ),
)
