"""How the skills of the projects app are carried out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import ahead, euros, said


def running(use: Toolbox, project: str) -> dict[str, Any]:
    """Return a project that is not closed."""
    row: dict[str, Any] = use.get_project(project_id=project)
    applicable(row["status"] != "closed", "is closed")
    return row


def unfinished(use: Toolbox, project: str) -> list[dict[str, Any]]:
    """Return the tasks of a project that are not done."""
    return [t for t in every(use.search_tasks, "tasks", project_id=project) if t["status"] != "done"]


def open_task(use: Toolbox, task: str) -> dict[str, Any]:
    """Return a task that is not done, of a project that is not closed."""
    row: dict[str, Any] = use.get_task(task_id=task)
    applicable(row["status"] != "done", "is done")
    running(use, row["project_id"])
    return row


def works_here(use: Toolbox, person: str) -> None:
    """Not applicable to people who have left."""
    applicable(use.get_person(person_id=person)["active"], "has left")


def total_hours(entries: Sequence[Mapping[str, Any]]) -> float:
    """Return the hours of time entries, added up."""
    return round(sum(float(e["hours"]) for e in entries), 2)


def lead(use: Toolbox, project: str) -> str:
    return str(use.get_project(project_id=project)["lead_id"])


def customer(use: Toolbox, project: str) -> str:
    found = use.get_project(project_id=project)["customer_id"]
    applicable(found, "is internal")
    return str(found)


def due_date(use: Toolbox, project: str) -> str:
    found = use.get_project(project_id=project)["due_on"]
    applicable(found, "no due date")
    return ahead(use, str(found))


def count_unfinished(use: Toolbox, project: str) -> int:
    found = len(unfinished(use, project))
    applicable(found, "none")
    return found


def count_overdue(use: Toolbox, person: str) -> int:
    late = every(use.search_tasks, "tasks", assignee_id=person, due_before=use.today.isoformat())
    found = len([t for t in late if t["status"] != "done"])
    applicable(found, "none")
    return found


def sum_hours(use: Toolbox, project: str, month: str) -> float:
    entries = every(use.list_time_entries, "entries", project_id=project, month=month)
    applicable(len(entries) > 1, "hardly any entries")
    return total_hours(entries)


def sum_person_hours(use: Toolbox, person: str) -> float:
    entries = every(use.list_time_entries, "entries", person_id=person)
    applicable(len(entries) > 1, "hardly any entries")
    return total_hours(entries)


def _ranked(hours: dict[str, float]) -> str:
    return str(foremost([{"id": k, "hours": round(v, 2)} for k, v in sorted(hours.items())], "hours")["id"])


def busiest_member(use: Toolbox, project: str) -> str:
    hours: dict[str, float] = defaultdict(float)
    for entry in every(use.list_time_entries, "entries", project_id=project):
        hours[entry["person_id"]] += entry["hours"]
    return _ranked(hours)


def main_project(use: Toolbox, person: str) -> str:
    hours: dict[str, float] = defaultdict(float)
    for entry in every(use.list_time_entries, "entries", person_id=person):
        hours[entry["project_id"]] += entry["hours"]
    return _ranked(hours)


def remaining_budget(use: Toolbox, project: str) -> float:
    row = use.get_project(project_id=project)
    entries = every(use.list_time_entries, "entries", project_id=project)
    left = euros(row["budget"] - total_hours(entries) * row["hourly_rate"])
    applicable(entries and left > 0, "nothing booked or nothing left")
    return left


def next_task(use: Toolbox, project: str) -> str:
    return str(foremost([t for t in unfinished(use, project) if t["due_on"]], "due_on", largest=False)["id"])


def largest_task(use: Toolbox, project: str) -> str:
    found = [t for t in unfinished(use, project) if t["estimate_hours"] is not None]
    return str(foremost(found, "estimate_hours")["id"])


def assignee(use: Toolbox, task: str) -> str:
    found = use.get_task(task_id=task)["assignee_id"]
    applicable(found, "nobody")
    return str(found)


def create_project(use: Toolbox, name: str, customer: str, lead: str, budget: float) -> str:
    works_here(use, lead)
    applicable(budget > 0, "no budget")
    applicable(
        not any(p["name"].lower() == name.lower() for p in every(use.search_projects, "projects", name=name)), "exists"
    )
    return str(use.create_project(name=name, customer_id=customer, lead_id=lead, budget=float(budget))["id"])


def add_member(use: Toolbox, project: str, person: str) -> None:
    works_here(use, person)
    applicable(all(m["id"] != person for m in running(use, project)["members"]), "is a member")
    use.add_project_member(project_id=project, person_id=person)


def change_lead(use: Toolbox, project: str, person: str) -> None:
    works_here(use, person)
    applicable(running(use, project)["lead_id"] != person, "no change")
    use.update_project(project_id=project, lead_id=person)


def set_budget(use: Toolbox, project: str, budget: float) -> None:
    applicable(budget > 0 and running(use, project)["budget"] != budget, "no change")
    use.update_project(project_id=project, budget=float(budget))


def move_deadline(use: Toolbox, project: str, day: str) -> None:
    row = running(use, project)
    applicable(row["due_on"] != day, "no change")
    use.update_project(project_id=project, due_on=day)


def put_on_hold(use: Toolbox, project: str) -> None:
    applicable(use.get_project(project_id=project)["status"] == "active", "is not active")
    use.change_project_status(project_id=project, status="on hold")


def note_figure(use: Toolbox, project: str, figure: Any) -> None:
    use.add_project_note(project_id=project, body=f"For the record: {said(use, figure)}")


def create_task(use: Toolbox, project: str, title: str, person: str) -> str:
    works_here(use, person)
    running(use, project)
    tasks = every(use.search_tasks, "tasks", project_id=project, title=title)
    applicable(all(t["title"] != title for t in tasks), "exists")
    return str(use.create_task(project_id=project, title=title, assignee_id=person)["id"])


def assign_task(use: Toolbox, task: str, person: str) -> None:
    works_here(use, person)
    applicable(open_task(use, task)["assignee_id"] != person, "no change")
    use.update_task(task_id=task, assignee_id=person)


def set_task_due_date(use: Toolbox, task: str, day: str) -> None:
    applicable(open_task(use, task)["due_on"] != day, "no change")
    use.update_task(task_id=task, due_on=day)


def set_estimate(use: Toolbox, task: str, hours: float) -> None:
    applicable(0 < hours <= 500 and open_task(use, task)["estimate_hours"] != hours, "no change")
    use.update_task(task_id=task, estimate_hours=float(hours))


def complete_task(use: Toolbox, task: str) -> None:
    applicable(open_task(use, task)["assignee_id"], "nobody does it")
    use.complete_task(task_id=task)


def book_hours(use: Toolbox, person: str, project: str, day: str, hours: float) -> None:
    works_here(use, person)
    row = running(use, project)
    applicable(row["starts_on"] <= day, "before the start")
    booked = every(use.list_time_entries, "entries", person_id=person, month=day[:7])
    applicable(0 < hours <= 12 - sum(e["hours"] for e in booked if e["day"] == day), "too many hours")
    use.book_hours(project_id=project, person_id=person, day=date.fromisoformat(day), hours=float(hours))
