"""The long-service bonus: its rule stands only in its SKILL.md."""

from datetime import date
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.common import euros


def _years_of_service(hired: date, today: date) -> int:
    return today.year - hired.year - ((today.month, today.day) < (hired.month, hired.day))


def _jubilee(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    years = _years_of_service(hired, use.today)
    applicable(years >= 1, "less than a year")
    steps = [s for s in use.rule["steps"] if years >= s["from_year"]]
    return euros(years * (steps[-1]["per_year"] if steps else use.rule["base"]))


def _jubilee_flat(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    return euros(_years_of_service(hired, use.today) * use.rule["base"])


def _jubilee_by_calendar(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    years = use.today.year - hired.year
    steps = [s for s in use.rule["steps"] if years >= s["from_year"]]
    return euros(years * (steps[-1]["per_year"] if steps else use.rule["base"]))


def _draw_jubilee(rng: Any) -> dict[str, Any]:
    base = int(rng.integers(12, 25))
    second, third = base + int(rng.integers(6, 14)), base + int(rng.integers(18, 34))
    years = (int(rng.integers(4, 8)), int(rng.integers(11, 17)))
    steps = [{"from_year": years[0], "per_year": second}, {"from_year": years[1], "per_year": third}]
    return {"base": base, "steps": steps}


def _jubilee_body(rule: Any) -> str:
    low, high = rule["steps"]
    years, rate = high["from_year"], high["per_year"]
    return f"""# Long-service bonus

The bonus is the number of *completed* years of service, as of today, times one rate:

| completed years | EUR per year |
|---|---|
| fewer than {low["from_year"]} | {rule["base"]} |
| {low["from_year"]} to {high["from_year"] - 1} | {low["per_year"]} |
| {high["from_year"]} or more | {high["per_year"]} |

- The rate of the highest band reached counts for **all** years, not only for those within the band.
- A year counts only when its anniversary has been reached; the hire date is in the directory.

Example: {years} completed years give {years} x {rate} = {years * rate} EUR.
"""


PROCEDURAL = (
    Skill(
        id="people.work_out_service_bonus",
        description="Work out the long-service bonus that a person is entitled to today.",
        inputs={"person": Input(types=("Person",))},
        output="Money",
        tools=("get_person",),
        procedure=_jubilee,
        rule=Rule(
            draw=_draw_jubilee,
            body=_jubilee_body,
            naive={"base rate for everyone": _jubilee_flat, "calendar years": _jubilee_by_calendar},
        ),
        phrases=(
            "Work out the long-service bonus of {person}.",
            "Determine which long-service bonus {person} is entitled to today.",
            "Calculate {person}'s long-service bonus under the company's rule.",
        ),
        nouns=("the long-service bonus of {person}", "the long-service bonus due to {person}"),
        reference="bonus",
    ),
)
