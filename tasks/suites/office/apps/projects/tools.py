"""What one can do in the projects app."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.apps.projects.tables import STANDARD_RATE
from skillweave.tasks.suites.office.common import coming, gone, matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
ProjectStatus = Literal["planned", "active", "on hold", "closed"]
TaskStatus = Literal["open", "in progress", "done"]

_NEXT: dict[str, tuple[str, ...]] = {
    "planned": ("active", "closed"),
    "active": ("on hold", "closed"),
    "on hold": ("active", "closed"),
    "closed": (),
}


def search_projects(
    world: World,
    name: str | None = None,
    status: ProjectStatus | None = None,
    lead_id: str | None = None,
    customer_id: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find projects, twenty a page, in order of name.

    Args:
        name: words of the project's name
        status: planned, active, on hold or closed
        lead_id: only projects led by this person
        customer_id: only projects for this customer
        page: page of the result
    """
    rows = world.rows("SELECT * FROM projects ORDER BY name, id")
    found = [
        r
        for r in rows
        if matches(name, r["name"])
        and status in (None, r["status"])
        and lead_id in (None, r["lead_id"])
        and customer_id in (None, r["customer_id"])
    ]
    return paged("projects", found, page)


def get_project(world: World, project_id: str) -> dict[str, Any]:
    """Show one project with budget, hourly rate, lead, members and notes.

    Args:
        project_id: id of the project, as a search shows it
    """
    row = _project(world, project_id)
    members = world.rows(
        "SELECT p.id, p.name FROM project_members m JOIN people p ON p.id = m.person_id WHERE m.project_id = ?"
        " ORDER BY p.name, p.id",
        project_id,
    )
    notes = world.rows("SELECT author_id, body FROM project_notes WHERE project_id = ? ORDER BY id", project_id)
    return {**row, "members": members, "notes": notes}


def create_project(
    world: World,
    name: Annotated[str, Field(min_length=3, max_length=60)],
    lead_id: str,
    budget: Annotated[float, Field(gt=0)],
    customer_id: str | None = None,
) -> dict[str, Any]:
    """Open a planned project that starts today, at the standard hourly rate.

    Args:
        name: name of the project, not used by another one
        lead_id: id of the person who leads it
        budget: budget in EUR
        customer_id: id of the customer it is for; left out for internal projects
    """
    if world.row("SELECT id FROM projects WHERE lower(name) = lower(?)", name):
        raise ToolError(f"There is already a project {name!r}; choose another name or use search_projects to find it.")
    _worker(world, lead_id, "lead a project")
    if customer_id is not None:
        need(world, "customers", customer_id, "customer", "search_customers")
    key = world.insert(
        "projects",
        name=name,
        customer_id=customer_id,
        lead_id=lead_id,
        status="planned",
        budget=budget,
        hourly_rate=STANDARD_RATE,
        starts_on=world.today.isoformat(),
    )
    return get_project(world, key)


def update_project(
    world: World,
    project_id: str,
    lead_id: str | None = None,
    budget: Annotated[float, Field(gt=0)] | None = None,
    due_on: date | None = None,
) -> dict[str, Any]:
    """Change the lead, budget or due date of a project; only what is given changes.

    Args:
        project_id: id of the project
        lead_id: id of the new lead
        budget: new budget in EUR
        due_on: new due date, not before today
    """
    _running(world, project_id)
    if lead_id is not None:
        _worker(world, lead_id, "lead a project")
    given = {"lead_id": lead_id, "budget": budget, "due_on": due_on and coming(world, due_on, "due_on")}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides project_id.")
    world.update("projects", project_id, **values)
    return get_project(world, project_id)


def change_project_status(world: World, project_id: str, status: ProjectStatus) -> dict[str, Any]:
    """Start, pause, resume or close a project. A closed project stays closed.

    Args:
        project_id: id of the project
        status: active, on hold or closed
    """
    row = _project(world, project_id)
    if status not in _NEXT[row["status"]]:
        ways = " or ".join(_NEXT[row["status"]]) or "nothing else"
        raise ToolError(f"{row['name']} is {row['status']} and can become {ways}, not {status}.")
    if status == "closed":
        left = world.rows("SELECT id FROM tasks WHERE project_id = ? AND status <> 'done'", project_id)
        if left:
            raise ToolError(f"{row['name']} still has {len(left)} unfinished tasks; see search_tasks.")
    world.update("projects", project_id, status=status)
    return get_project(world, project_id)


def add_project_member(world: World, project_id: str, person_id: str) -> dict[str, Any]:
    """Add a person to the team of a project.

    Args:
        project_id: id of the project
        person_id: id of the person
    """
    row = _running(world, project_id)
    person = _worker(world, person_id, "join a project")
    if world.row("SELECT id FROM project_members WHERE project_id = ? AND person_id = ?", project_id, person_id):
        raise ToolError(f"{person['name']} is already a member of {row['name']}.")
    world.insert("project_members", project_id=project_id, person_id=person_id)
    return get_project(world, project_id)


def add_project_note(world: World, project_id: str, body: Annotated[str, Field(min_length=1)]) -> dict[str, Any]:
    """Add a note in your name to a project's log.

    Args:
        project_id: id of the project
        body: text of the note
    """
    _project(world, project_id)
    world.insert(
        "project_notes", project_id=project_id, author_id=world.user, body=body, written_on=world.today.isoformat()
    )
    return get_project(world, project_id)


def search_tasks(
    world: World,
    project_id: str | None = None,
    assignee_id: str | None = None,
    status: TaskStatus | None = None,
    title: str | None = None,
    due_before: date | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find tasks, twenty a page; those due first come first, those without a due date last.

    Args:
        project_id: only tasks of this project
        assignee_id: only tasks assigned to this person
        status: open, in progress or done
        title: words of the title
        due_before: only tasks due before this day
        page: page of the result
    """
    rows = world.rows(
        "SELECT * FROM tasks WHERE project_id = coalesce(?1, project_id) AND (?2 IS NULL OR assignee_id = ?2)"
        " AND status = coalesce(?3, status) AND (?4 IS NULL OR due_on < ?4) ORDER BY due_on IS NULL, due_on, id",
        project_id,
        assignee_id,
        status,
        due_before and due_before.isoformat(),
    )
    return paged("tasks", [r for r in rows if matches(title, r["title"])], page)


def get_task(world: World, task_id: str) -> dict[str, Any]:
    """Show one task with its project, assignee, status, due date and estimate.

    Args:
        task_id: id of the task, as a search shows it
    """
    row = need(world, "tasks", task_id, "task", "search_tasks")
    return {**row, "project": _project(world, row["project_id"])["name"]}


def create_task(
    world: World,
    project_id: str,
    title: Annotated[str, Field(min_length=3, max_length=80)],
    assignee_id: str | None = None,
    due_on: date | None = None,
) -> dict[str, Any]:
    """Add an open task to a project.

    Args:
        project_id: id of the project
        title: title of the task
        assignee_id: id of the person who is to do it
        due_on: day on which it has to be done, not before today
    """
    row = _running(world, project_id)
    if assignee_id is not None:
        _worker(world, assignee_id, "take a task")
    if world.row("SELECT id FROM tasks WHERE project_id = ? AND title = ?", project_id, title):
        raise ToolError(f"{row['name']} already has a task {title!r}.")
    key = world.insert(
        "tasks",
        project_id=project_id,
        title=title,
        assignee_id=assignee_id,
        status="open",
        due_on=due_on and coming(world, due_on, "due_on"),
    )
    return get_task(world, key)


def update_task(
    world: World,
    task_id: str,
    assignee_id: str | None = None,
    due_on: date | None = None,
    estimate_hours: Annotated[float, Field(gt=0, le=500)] | None = None,
) -> dict[str, Any]:
    """Change the assignee, due date or estimate of an unfinished task; only what is given changes.

    Args:
        task_id: id of the task
        assignee_id: id of the person who is to do it
        due_on: day on which it has to be done, not before today
        estimate_hours: how many hours it will take
    """
    _unfinished(world, task_id)
    if assignee_id is not None:
        _worker(world, assignee_id, "take a task")
    given = {
        "assignee_id": assignee_id,
        "due_on": due_on and coming(world, due_on, "due_on"),
        "estimate_hours": estimate_hours,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides task_id.")
    world.update("tasks", task_id, **values)
    return get_task(world, task_id)


def complete_task(world: World, task_id: str) -> dict[str, Any]:
    """Mark a task as done. It must be assigned to somebody.

    Args:
        task_id: id of the task
    """
    row = _unfinished(world, task_id)
    if row["assignee_id"] is None:
        raise ToolError(f"{task_id} is assigned to nobody; assign it with update_task first.")
    world.update("tasks", task_id, status="done")
    return get_task(world, task_id)


def list_time_entries(
    world: World,
    project_id: str | None = None,
    person_id: str | None = None,
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """List hours booked on projects, twenty entries a page, by day.

    Args:
        project_id: only hours on this project
        person_id: only hours of this person
        month: only hours of this month, e.g. 2026-03
        page: page of the result
    """
    rows = world.rows(
        "SELECT * FROM time_entries WHERE project_id = coalesce(?, project_id) AND person_id = coalesce(?, person_id)"
        " AND day LIKE ? ORDER BY day, id",
        project_id,
        person_id,
        f"{month or ''}%",
    )
    return paged("entries", [{**r, "billable": bool(r["billable"])} for r in rows], page)


def book_hours(
    world: World, project_id: str, person_id: str, day: date, hours: Annotated[float, Field(gt=0, le=12)]
) -> dict[str, Any]:
    """Book a person's hours on a project. Hours on a customer's project are billable.

    Args:
        project_id: id of the project
        person_id: id of the person who works these hours
        day: day of the work, not after today
        hours: number of hours
    """
    row = _running(world, project_id)
    person = _worker(world, person_id, "book hours")
    if gone(world, day, "day") < row["starts_on"]:
        raise ToolError(f"{day} is before the project's start on {row['starts_on']}.")
    booked = world.row(
        "SELECT coalesce(sum(hours), 0) AS hours FROM time_entries WHERE person_id = ? AND day = ?",
        person_id,
        day.isoformat(),
    )
    assert booked is not None
    if booked["hours"] + hours > 12:
        raise ToolError(f"{person['name']} already has {booked['hours']:g} hours on {day}; 12 are the limit.")
    billable = 1 if row["customer_id"] else 0
    key = world.insert(
        "time_entries",
        project_id=project_id,
        person_id=person_id,
        day=day.isoformat(),
        hours=hours,
        billable=billable,
    )
    return {**(world.get("time_entries", key) or {}), "billable": bool(billable)}


def _project(world: World, project_id: str) -> Row:
    return need(world, "projects", project_id, "project", "search_projects")


def _running(world: World, project_id: str) -> Row:
    row = _project(world, project_id)
    if row["status"] == "closed":
        raise ToolError(f"{row['name']} is closed; nothing about it can be changed any more.")
    return row


def _unfinished(world: World, task_id: str) -> Row:
    row = need(world, "tasks", task_id, "task", "search_tasks")
    _running(world, row["project_id"])
    if row["status"] == "done":
        raise ToolError(f"{task_id} is done; only an unfinished task can be changed.")
    return row


def _worker(world: World, person_id: str, what: str) -> Row:
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left and cannot {what}.")
    return person


TOOLS = tuple(
    tool_of(f)
    for f in (
        search_projects,
        get_project,
        create_project,
        update_project,
        change_project_status,
        add_project_member,
        add_project_note,
        search_tasks,
        get_task,
        create_task,
        update_task,
        complete_task,
        list_time_entries,
        book_hours,
    )
)
