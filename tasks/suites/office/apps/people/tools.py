"""What one can do in the directory."""

from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.people.tables import SITES
from skillweave.tasks.suites.office.common import matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import World

Page = Annotated[int, Field(ge=1)]


def search_people(
    world: World,
    name: str | None = None,
    department: str | None = None,
    title: str | None = None,
    site: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find people who work here by name, department, title or site.

    Only people who still work here are listed, twenty a page, in order of name.

    Args:
        name: words of the person's name
        department: name of the department, e.g. Finance
        title: words of the job title
        site: city of the office
        page: page of the result
    """
    departments = [r["name"] for r in world.rows("SELECT name FROM departments ORDER BY name")]
    if department is not None and department.lower() not in (d.lower() for d in departments):
        raise ToolError(f"There is no department named {department!r}; there are {', '.join(departments)}.")
    if site is not None and site.lower() not in (s.lower() for s in SITES):
        raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}. Or leave site out.")
    rows = world.rows(
        "SELECT p.id, p.name, p.title, d.name AS department, p.site FROM people p JOIN departments d"
        " ON d.id = p.department_id WHERE p.active = 1 ORDER BY p.name, p.id"
    )
    found = [
        r
        for r in rows
        if matches(name, r["name"])
        and (department is None or department.lower() == r["department"].lower())
        and matches(title, r["title"])
        and (site is None or site.lower() == r["site"].lower())
    ]
    return paged("people", found, page)


def get_person(world: World, person_id: str) -> dict[str, Any]:
    """Show everything the directory holds about one person.

    Args:
        person_id: id of the person, as a search shows it
    """
    row = need(world, "people", person_id, "person", "search_people")
    department = world.get("departments", row["department_id"])
    assert department is not None
    return {**row, "active": bool(row["active"]), "department": department["name"]}


def list_departments(world: World) -> dict[str, Any]:
    """List the departments with their ids, cost centres and heads (person ids)."""
    return {"departments": world.rows("SELECT * FROM departments ORDER BY name")}


def list_sites(world: World) -> dict[str, Any]:
    """List the cities with an office, and the time zone of each."""
    return {"sites": world.rows("SELECT city, time_zone FROM sites ORDER BY city")}


def list_direct_reports(world: World, person_id: str) -> dict[str, Any]:
    """List the people who report directly to a person and still work here.

    Args:
        person_id: id of the manager
    """
    need(world, "people", person_id, "person", "search_people")
    rows = world.rows(
        "SELECT id, name, title FROM people WHERE manager_id = ? AND active = 1 ORDER BY name, id", person_id
    )
    return {"reports": rows}


def update_person(
    world: World,
    person_id: str,
    title: str | None = None,
    site: str | None = None,
    phone: str | None = None,
    department_id: str | None = None,
    manager_id: str | None = None,
) -> dict[str, Any]:
    """Change a person's directory entry; only the fields that are given change.

    Args:
        person_id: id of the person
        title: new job title
        site: city of the new office
        phone: new phone number
        department_id: id of the new department
        manager_id: id of the new manager
    """
    row = need(world, "people", person_id, "person", "search_people")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left; the entry can no longer be changed.")
    if site is not None and site not in SITES:
        raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}.")
    if department_id is not None:
        need(world, "departments", department_id, "department", "list_departments")
    if manager_id is not None:
        need(world, "people", manager_id, "person", "search_people")
        if manager_id == person_id:
            raise ToolError("A person cannot be their own manager.")
    given = {"title": title, "site": site, "phone": phone, "department_id": department_id, "manager_id": manager_id}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides person_id.")
    world.update("people", person_id, **values)
    return get_person(world, person_id)


TOOLS = tuple(
    tool_of(f) for f in (search_people, get_person, list_departments, list_sites, list_direct_reports, update_person)
)
