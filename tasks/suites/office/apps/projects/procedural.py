"""Skills of the projects app whose rule stands only in their SKILL.md."""

from collections import defaultdict
from collections.abc import Mapping
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.projects.procedures import unfinished
from skillweave.tasks.suites.office.apps.steps import every
from skillweave.tasks.suites.office.common import euros


def _days_worked(use: Toolbox, project: str, month: str) -> tuple[list[float], float]:
    """Return the billable hours of each person and day, and the project's hourly rate."""
    rate = float(use.get_project(project_id=project)["hourly_rate"])
    hours: dict[tuple[str, str], float] = defaultdict(float)
    for entry in every(use.list_time_entries, "entries", project_id=project, month=month):
        if entry["billable"]:
            hours[entry["person_id"], entry["day"]] += entry["hours"]
    applicable(hours, "nothing billable")
    return list(hours.values()), rate


def _bill(use: Toolbox, project: str, month: str, discount: bool = True, rounding: bool = True) -> float:
    days, rate = _days_worked(use, project, month)
    step = use.rule["step_minutes"] / 60
    total = sum(ceil(h / step - 1e-9) * step for h in days) if rounding else round(sum(days), 2)
    share = use.rule["discount"] if discount and total > use.rule["from_hours"] else 0
    return euros(total * rate * (100 - share) / 100)


def _bill_unrounded(use: Toolbox, project: str, month: str) -> float:
    return _bill(use, project, month, rounding=False)


def _bill_in_full(use: Toolbox, project: str, month: str) -> float:
    return _bill(use, project, month, discount=False)


def _draw_bill(rng: Any) -> dict[str, Any]:
    return {
        "step_minutes": int(rng.choice([15, 30, 60])),
        "from_hours": int(rng.integers(4, 9)),
        "discount": int(rng.integers(3, 12)),
    }


def _bill_body(rule: Mapping[str, Any]) -> str:
    step, start, share = rule["step_minutes"], rule["from_hours"], rule["discount"]
    example = start + 2
    return f"""# Monthly bill of a project

1. Take the *billable* hours booked on the project in the month. Others do not count.
2. Add them up for each person and day, and round each of these daily sums **up** to full {step} minutes.
3. The total of the rounded sums times the project's hourly rate is the bill.
4. Where that total is more than {start} hours, the whole bill is reduced by {share} percent.

- Round to cents at the very end only.
- Exactly {start} hours get no reduction.

Example at 100 EUR an hour: rounded sums of {example} hours in all cost {example} x 100 x {(100 - share) / 100:.2f} =
{example * (100 - share):.2f} EUR.
"""


def _buffer(use: Toolbox, project: str, overdue: bool = True, down: bool = False) -> int:
    row = use.get_project(project_id=project)
    tasks = unfinished(use, project)
    applicable(tasks and row["status"] != "closed", "nothing left to do")
    hours = sum(use.rule["missing"] if t["estimate_hours"] is None else t["estimate_hours"] for t in tasks)
    late = sum(t["due_on"] is not None and t["due_on"] < use.today.isoformat() for t in tasks)
    percent = use.rule["base"] + (min(late * use.rule["each"], use.rule["most"]) if overdue else 0)
    exact = hours / use.rule["hours_a_day"] * percent / 100
    found = int(exact + 1e-9) if down else ceil(exact - 1e-9)
    applicable(found > 0, "no buffer")
    return found


def _buffer_base(use: Toolbox, project: str) -> int:
    return _buffer(use, project, overdue=False)


def _buffer_down(use: Toolbox, project: str) -> int:
    return _buffer(use, project, down=True)


def _draw_buffer(rng: Any) -> dict[str, Any]:
    return {
        "base": int(rng.integers(4, 9)) * 5,
        "each": int(rng.integers(3, 7)) * 5,
        "most": int(rng.integers(11, 16)) * 5,
        "missing": int(rng.integers(6, 17)),
        "hours_a_day": int(rng.integers(5, 8)),
    }


def _buffer_body(rule: Mapping[str, Any]) -> str:
    return f"""# Risk buffer of a project

The buffer is a percentage of the work that is left, in whole days.

1. Work left: the estimates of all tasks that are not done, in hours. A task without an estimate counts as
   {rule["missing"]} hours. {rule["hours_a_day"]} hours are a day.
2. Percentage: {rule["base"]} percent, and {rule["each"]} percent more for each of these tasks whose due date is before
   today, but at most {rule["most"]} percent more.
3. The result is rounded **up** to whole days.

- Tasks without a due date are never overdue. A task due today is not overdue.

Example: {rule["hours_a_day"] * 11} hours left, one task overdue: 11 days x {rule["base"] + rule["each"]} percent =
{(rule["base"] + rule["each"]) * 0.11:g}, rounded up to {ceil((rule["base"] + rule["each"]) * 0.11 - 1e-9)} days.
"""


_PROJECT = Input(types=("Project",))

PROCEDURAL = (
    Skill(
        id="projects.work_out_bill",
        description="Work out what a customer is billed for a project in a month.",
        inputs={"project": _PROJECT, "month": Input(types=("Month",))},
        output="Turnover",
        tools=("get_project", "list_time_entries"),
        procedure=_bill,
        rule=Rule(
            draw=_draw_bill,
            body=_bill_body,
            naive={"hours as booked": _bill_unrounded, "no reduction": _bill_in_full},
        ),
        phrases=(
            "Work out the bill for {project} for {month} under the company's billing rule.",
            "Determine what is to be billed for {project} for the hours of {month}.",
            "Calculate the monthly bill of {project} for {month}.",
        ),
        nouns=("the bill of {project} for {month}", "the amount to be billed for {project} for {month}"),
        reference="bill",
    ),
    Skill(
        id="projects.work_out_buffer",
        description="Work out the risk buffer that a project needs, in days.",
        inputs={"project": _PROJECT},
        output="Days",
        tools=("get_project", "search_tasks"),
        procedure=_buffer,
        rule=Rule(
            draw=_draw_buffer,
            body=_buffer_body,
            naive={"base percentage alone": _buffer_base, "rounded down": _buffer_down},
        ),
        phrases=(
            "Work out the risk buffer of {project} under the company's rule.",
            "Determine how many days of risk buffer {project} needs as of today.",
            "Calculate the days of buffer that the company's rule asks for on {project}.",
        ),
        nouns=("the risk buffer of {project}", "the days of risk buffer for {project}"),
        reference="buffer",
    ),
)
