"""Ways to pick out a leave request in words."""

from typing import Any

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost

_JOINED = "leave_requests r JOIN people p ON p.id = r.person_id"


def _by_number(use: Toolbox, number: str) -> str:
    return str(use.get_leave_request(request_id=number)["id"])


def _of_person(use: Toolbox, name: str, **filters: Any) -> list[dict[str, Any]]:
    people = [p["id"] for p in use.search_people(name=name)["people"] if p["name"] == name]
    return [r for p in people for r in every(use.search_leave_requests, "requests", person_id=p, **filters)]


def _by_first_day(use: Toolbox, person: str, first_day: str) -> str:
    found = [r for r in _of_person(use, person, from_day=first_day, to_day=first_day) if r["first_day"] == first_day]
    return str(only(found, "requests")["id"])


def _by_kind(use: Toolbox, person: str, kind: str) -> str:
    return str(only(_of_person(use, person, kind=kind, status="pending"), "requests")["id"])


def _longest(use: Toolbox, kind: str, department: str) -> str:
    found = every(use.search_leave_requests, "requests", kind=kind, department=department, status="pending")
    return str((found[0] if len(found) == 1 else foremost(found, "days"))["id"])


def _by_department(use: Toolbox, department: str, kind: str, first_day: str) -> str:
    filters = {"department": department, "kind": kind, "from_day": first_day, "to_day": first_day}
    found = [r for r in every(use.search_leave_requests, "requests", **filters) if r["first_day"] == first_day]
    return str(only(found, "requests")["id"])


DESCRIBERS = (
    Describer(
        type="LeaveRequest",
        kind="name",
        candidates="SELECT id AS key, id AS number FROM leave_requests",
        text=("leave request {number}",),
        resolve=_by_number,
    ),
    Describer(
        type="LeaveRequest",
        kind="relation",
        candidates=f"SELECT r.id AS key, p.name AS person, r.first_day FROM {_JOINED}",
        text=("the leave request of {person} that begins on {first_day}",),
        resolve=_by_first_day,
    ),
    Describer(
        type="LeaveRequest",
        kind="attribute",
        candidates=f"SELECT r.id AS key, p.name AS person, r.kind FROM {_JOINED} WHERE r.status = 'pending'",
        text=("the pending {kind} leave request of {person}",),
        resolve=_by_kind,
    ),
    Describer(
        type="LeaveRequest",
        kind="attribute",
        candidates="SELECT r.id AS key, d.name AS department, r.kind, r.first_day"
        f" FROM {_JOINED} JOIN departments d ON d.id = p.department_id",
        text=("the {kind} leave request from {department} that begins on {first_day}",),
        resolve=_by_department,
    ),
    Describer(
        type="LeaveRequest",
        kind="superlative",
        candidates="SELECT key, kind, department FROM (SELECT r.id AS key, r.kind, d.name AS department, rank() OVER"
        " (PARTITION BY r.kind, d.name ORDER BY r.days DESC) AS place"
        f" FROM {_JOINED} JOIN departments d ON d.id = p.department_id WHERE r.status = 'pending') WHERE place = 1",
        text=("the longest pending {kind} leave request from {department}",),
        resolve=_longest,
    ),
)
