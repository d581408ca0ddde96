"""How people and departments are described."""

from skillweave.tasks.skills import Describer, Toolbox, only


def _by_name(use: Toolbox, name: str) -> str:
    found = [p for p in use.search_people(name=name)["people"] if p["name"] == name]
    return str(only(found, "people")["id"])


def _by_title(use: Toolbox, title: str, department: str) -> str:
    found = [p for p in use.search_people(title=title, department=department)["people"] if p["title"] == title]
    return str(only(found, "people")["id"])


def _department_by_name(use: Toolbox, name: str) -> str:
    return str(next(d["id"] for d in use.list_departments()["departments"] if d["name"] == name))


def _department_by_cost_centre(use: Toolbox, cost_centre: str) -> str:
    return str(next(d["id"] for d in use.list_departments()["departments"] if d["cost_centre"] == cost_centre))


DESCRIBERS = (
    Describer(
        type="Person",
        kind="name",
        candidates="SELECT id AS key, name FROM people WHERE active = 1",
        text=("{name}",),
        resolve=_by_name,
    ),
    Describer(
        type="Person",
        kind="attribute",
        candidates="SELECT p.id AS key, p.title, d.name AS department FROM people p JOIN departments d"
        " ON d.id = p.department_id WHERE p.active = 1 AND p.title NOT LIKE 'Head of %'",
        text=("the {title} in {department}",),
        resolve=_by_title,
    ),
    Describer(
        type="Department",
        kind="name",
        candidates="SELECT id AS key, name FROM departments",
        text=("the {name} department",),
        resolve=_department_by_name,
    ),
    Describer(
        type="Department",
        kind="attribute",
        candidates="SELECT id AS key, cost_centre FROM departments",
        text=("the department with cost centre {cost_centre}",),
        resolve=_department_by_cost_centre,
    ),
)
