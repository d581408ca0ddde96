"""A few verified tasks of the people app, quickly made."""

from functools import cache

from people_suite import APPS, taxonomy

from skillweave.tasks.build import Rejected, attempts, tasks_of
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.spec import Selection, TaskSpec
from skillweave.taxonomy.artifacts import Provenance

COMBINATIONS = (
    ("people.change_title", "people.find_manager"),
    ("people.find_department_head", "people.find_hire_date"),
    ("people.assign_manager", "people.change_title", "people.find_department_head"),
    ("people.assign_manager", "people.find_newest_report", "people.move_to_department"),
)


@cache
def small_tasks() -> tuple[TaskSpec, ...]:
    """Return one task for each of `COMBINATIONS` that can be realised."""
    template = rehearsal(APPS.world(3))
    found: list[TaskSpec] = []
    for skills in COMBINATIONS:
        made = next((c for c in attempts(APPS, template, skills, range(12)) if not isinstance(c, Rejected)), None)
        if made is not None:
            selection = Selection(strategy="steps", information=1.0, branches=1, log_probability=None, budgeted=True)
            found += tasks_of(made, taxonomy().span(skills), selection, Provenance(seed=3))
    return tuple(found)
