"""Ways to pick out a project or a task in words."""

from typing import Any

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _people(use: Toolbox, name: str) -> list[str]:
    return [p["id"] for p in every(use.search_people, "people", name=name) if p["name"] == name]


def _project(use: Toolbox, name: str) -> str:
    found = [p for p in every(use.search_projects, "projects", name=name) if p["name"] == name]
    return str(only(found, "projects")["id"])


def _led(use: Toolbox, lead: str, **filters: Any) -> list[dict[str, Any]]:
    return [p for who in _people(use, lead) for p in every(use.search_projects, "projects", lead_id=who, **filters)]


def _project_by_lead(use: Toolbox, lead: str, status: str) -> str:
    return str(only(_led(use, lead, status=status), "projects")["id"])


def _project_by_budget(use: Toolbox, lead: str) -> str:
    return str(foremost([use.get_project(project_id=p["id"]) for p in _led(use, lead)], "budget")["id"])


def _project_for(use: Toolbox, customer: str, status: str) -> str:
    customers = [c["id"] for c in every(use.search_customers, "customers", name=customer) if c["name"] == customer]
    found = [p for c in customers for p in every(use.search_projects, "projects", customer_id=c, status=status)]
    return str(only(found, "projects")["id"])


def _task(use: Toolbox, title: str, project: str) -> str:
    found = every(use.search_tasks, "tasks", project_id=_project(use, project), title=title)
    return str(only([t for t in found if t["title"] == title], "tasks")["id"])


def _task_of(use: Toolbox, person: str, project: str) -> str:
    place = _project(use, project)
    found = [t for who in _people(use, person) for t in every(use.search_tasks, "tasks", assignee_id=who)]
    return str(only([t for t in found if t["project_id"] == place and t["status"] != "done"], "tasks")["id"])


def _task_due(use: Toolbox, title: str, due_on: str) -> str:
    found = every(use.search_tasks, "tasks", title=title)
    return str(only([t for t in found if t["title"] == title and t["due_on"] == due_on], "tasks")["id"])


def _longest_task(use: Toolbox, status: str, project: str) -> str:
    found = every(use.search_tasks, "tasks", project_id=_project(use, project), status=status)
    return str(foremost([t for t in found if t["estimate_hours"] is not None], "estimate_hours")["id"])


def _longest_task_of(use: Toolbox, person: str) -> str:
    found = [t for who in _people(use, person) for t in every(use.search_tasks, "tasks", assignee_id=who)]
    known = [t for t in found if t["status"] != "done" and t["estimate_hours"] is not None]
    return str(foremost(known, "estimate_hours")["id"])


DESCRIBERS = (
    Describer(
        type="Project",
        kind="name",
        candidates="SELECT id AS key, name FROM projects",
        text=("the {name} project", "project {name}"),
        resolve=_project,
    ),
    Describer(
        type="Project",
        kind="relation",
        candidates="SELECT p.id AS key, l.name AS lead, p.status FROM projects p JOIN people l ON l.id = p.lead_id"
        " WHERE l.active = 1",
        text=("the one project with the status {status} that {lead} leads",),
        resolve=_project_by_lead,
    ),
    Describer(
        type="Project",
        kind="superlative",
        candidates="SELECT key, lead FROM (SELECT p.id AS key, l.name AS lead, rank() OVER (PARTITION BY l.name"
        " ORDER BY p.budget DESC) AS place, count(*) OVER (PARTITION BY l.name) AS size FROM projects p"
        " JOIN people l ON l.id = p.lead_id WHERE l.active = 1) WHERE place = 1 AND size > 1",
        text=("the project with the largest budget among those led by {lead}",),
        resolve=_project_by_budget,
    ),
    Describer(
        type="Project",
        kind="relation",
        candidates="SELECT p.id AS key, c.name AS customer, p.status FROM projects p"
        " JOIN customers c ON c.id = p.customer_id",
        text=("the one project with the status {status} for {customer}",),
        resolve=_project_for,
    ),
    Describer(
        type="Task",
        kind="attribute",
        candidates="SELECT id AS key, title, due_on FROM tasks WHERE due_on IS NOT NULL",
        text=('the task "{title}" that is due on {due_on}',),
        resolve=_task_due,
    ),
    Describer(
        type="Task",
        kind="superlative",
        candidates="SELECT key, status, project FROM (SELECT t.id AS key, t.status, p.name AS project, rank() OVER"
        " (PARTITION BY t.status, p.id ORDER BY t.estimate_hours DESC) AS place,"
        " count(*) OVER (PARTITION BY t.status, p.id) AS size FROM tasks t JOIN projects p ON p.id = t.project_id"
        " WHERE t.estimate_hours IS NOT NULL) WHERE place = 1 AND size > 1",
        text=("the task with the largest estimate among those with the status {status} in the {project} project",),
        resolve=_longest_task,
    ),
    Describer(
        type="Task",
        kind="name",
        candidates="SELECT t.id AS key, t.title, p.name AS project FROM tasks t JOIN projects p ON p.id = t.project_id",
        text=('the task "{title}" in the {project} project',),
        resolve=_task,
    ),
    Describer(
        type="Task",
        kind="relation",
        candidates="SELECT t.id AS key, a.name AS person, p.name AS project FROM tasks t JOIN projects p"
        " ON p.id = t.project_id JOIN people a ON a.id = t.assignee_id WHERE t.status <> 'done' AND a.active = 1",
        text=("the one unfinished task that {person} has in the {project} project",),
        resolve=_task_of,
    ),
    Describer(
        type="Task",
        kind="superlative",
        candidates="SELECT key, person FROM (SELECT t.id AS key, a.name AS person, rank() OVER (PARTITION BY a.name"
        " ORDER BY t.estimate_hours DESC) AS place, count(*) OVER (PARTITION BY a.name) AS size FROM tasks t"
        " JOIN people a ON a.id = t.assignee_id WHERE t.status <> 'done' AND a.active = 1"
        " AND t.estimate_hours IS NOT NULL) WHERE place = 1 AND size > 1",
        text=("the unfinished task with the largest estimate among those assigned to {person}",),
        resolve=_longest_task_of,
    ),
)
