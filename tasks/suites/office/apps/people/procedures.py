"""How the skills of the directory are carried out."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every


def _staff(use: Toolbox, department: str) -> list[dict[str, Any]]:
    """Read all pages of the people of a department."""
    name = next(d["name"] for d in use.list_departments()["departments"] if d["id"] == department)
    return every(use.search_people, "people", department=name)


def manager_of(use: Toolbox, person: str) -> str:
    """Return whom a person reports to."""
    manager = use.get_person(person_id=person)["manager_id"]
    applicable(manager, "has no manager")
    return str(manager)


def head_of(use: Toolbox, department: str) -> str:
    """Return who heads a department."""
    return str(next(d["head_id"] for d in use.list_departments()["departments"] if d["id"] == department))


def department_of(use: Toolbox, person: str) -> str:
    """Return where a person works."""
    return str(use.get_person(person_id=person)["department_id"])


def team_size(use: Toolbox, person: str) -> int:
    """Return how many people report to a person."""
    size = len(use.list_direct_reports(person_id=person)["reports"])
    applicable(size > 1, "hardly any reports")
    return size


def staff_count(use: Toolbox, department: str) -> int:
    """Return how many people work in a department."""
    return len(_staff(use, department))


def newest_report(use: Toolbox, person: str) -> str:
    """Return the direct report who was hired last."""
    reports = use.list_direct_reports(person_id=person)["reports"]
    applicable(len(reports) > 1, "hardly any reports")
    hired = sorted(((use.get_person(person_id=r["id"])["hired_on"], r["id"]) for r in reports), reverse=True)
    applicable(hired[0][0] != hired[1][0], "tie")
    return str(hired[0][1])


def hire_date(use: Toolbox, person: str) -> str:
    """Return since when a person works here."""
    return str(use.get_person(person_id=person)["hired_on"])


def move(use: Toolbox, person: str, department: str) -> None:
    """Move a person to another department."""
    current = use.get_person(person_id=person)
    applicable(current["active"] and current["department_id"] != department, "is there already")
    use.update_person(person_id=person, department_id=department)


def assign_manager(use: Toolbox, person: str, manager: str) -> None:
    """Give a person another manager."""
    current = use.get_person(person_id=person)
    applicable(current["active"] and person != manager and current["manager_id"] != manager, "no change")
    use.update_person(person_id=person, manager_id=manager)


def change_title(use: Toolbox, person: str, title: str) -> None:
    """Give a person another title."""
    current = use.get_person(person_id=person)
    applicable(current["active"] and current["title"] != title, "no change")
    use.update_person(person_id=person, title=title)
