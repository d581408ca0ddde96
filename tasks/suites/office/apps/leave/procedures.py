"""How the skills of the leave app are carried out."""

from datetime import date
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.leave.tables import is_working_day, last_day_of, next_working_day
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import ahead, days_of


def department_name(use: Toolbox, department: str) -> str:
    """Return the name of a department."""
    return str(next(d["name"] for d in use.list_departments()["departments"] if d["id"] == department))


def days_left(use: Toolbox, person: str) -> float:
    """Return the vacation days that the account shows as left; not applicable to those who left or have none."""
    applicable(use.get_person(person_id=person)["active"], "has left")
    left = float(use.get_leave_balance(person_id=person)["left"])
    applicable(left > 0, "nothing left")
    return left


def requester(use: Toolbox, request: str) -> str:
    return str(use.get_leave_request(request_id=request)["person_id"])


def first_day(use: Toolbox, request: str) -> str:
    return ahead(use, str(use.get_leave_request(request_id=request)["first_day"]))


def return_date(use: Toolbox, request: str) -> str:
    last = date.fromisoformat(use.get_leave_request(request_id=request)["last_day"])
    return ahead(use, next_working_day(last).isoformat())


def substitute_of(use: Toolbox, request: str) -> str:
    found = use.get_leave_request(request_id=request)["substitute_id"]
    applicable(found, "nobody stands in")
    return str(found)


def count_pending(use: Toolbox, department: str) -> int:
    name = department_name(use, department)
    found = len(every(use.search_leave_requests, "requests", department=name, status="pending"))
    applicable(found, "none")
    return found


def count_absent(use: Toolbox, department: str, day: str) -> int:
    name = department_name(use, department)
    filters = {"department": name, "status": "approved", "from_day": day, "to_day": day}
    found = {r["person_id"] for r in every(use.search_leave_requests, "requests", **filters)}
    applicable(is_working_day(date.fromisoformat(day)) and found, "nobody is away")
    return len(found)


def days_begun(use: Toolbox, department: str, month: str) -> int:
    name = department_name(use, department)
    first, last = days_of(month)
    found = every(
        use.search_leave_requests,
        "requests",
        department=name,
        status="approved",
        from_day=first,
        to_day=last,
    )
    begun = [int(r["days"]) for r in found if r["first_day"].startswith(month)]
    applicable(len(begun) > 1, "hardly any leave")
    return sum(begun)


def next_leave(use: Toolbox, person: str) -> str:
    coming = every(
        use.search_leave_requests,
        "requests",
        person_id=person,
        status="approved",
        from_day=use.today.isoformat(),
    )
    coming = [r for r in coming if r["first_day"] > use.today.isoformat()]
    applicable(coming, "no leave ahead")
    return str(coming[0]["id"])


def longest_pending(use: Toolbox, department: str) -> str:
    name = department_name(use, department)
    pending = every(use.search_leave_requests, "requests", department=name, status="pending")
    return str(foremost(pending, "days")["id"])


def free_for(use: Toolbox, person: str, first: str, days: float, but: str | None = None) -> bool:
    """Return whether a leave of so many working days may begin on that day without meeting another one."""
    begin = date.fromisoformat(first)
    if not is_working_day(begin) or begin < use.today or days != int(days) or not 1 <= days <= 60:
        return False
    last = last_day_of(begin, int(days))
    met = every(use.search_leave_requests, "requests", person_id=person, from_day=first, to_day=last.isoformat())
    return not any(r["id"] != but and r["status"] in ("pending", "approved") for r in met)


def request_vacation(use: Toolbox, person: str, first_day: str, days: float) -> str:
    applicable(days <= days_left(use, person) and free_for(use, person, first_day, days), "not possible then")
    return str(use.request_leave(person_id=person, kind="vacation", first_day=first_day, working_days=int(days))["id"])


def _state(use: Toolbox, request: str, *statuses: str) -> dict[str, Any]:
    row: dict[str, Any] = use.get_leave_request(request_id=request)
    applicable(row["status"] in statuses, f"is {row['status']}")
    return row


def approve(use: Toolbox, request: str, approver: str) -> None:
    row = _state(use, request, "pending")
    applicable(row["person_id"] != approver and use.get_person(person_id=approver)["active"], "cannot approve")
    use.approve_leave_request(request_id=request, approver_id=approver)


def reject(use: Toolbox, request: str) -> None:
    applicable(_state(use, request, "pending")["person_id"] != use.user, "own request")
    use.reject_leave_request(request_id=request)


def cancel(use: Toolbox, request: str) -> None:
    row = _state(use, request, "pending", "approved")
    applicable(row["first_day"] > use.today.isoformat(), "has begun")
    use.cancel_leave_request(request_id=request)


def move(use: Toolbox, request: str, day: str) -> None:
    row = _state(use, request, "pending")
    applicable(row["first_day"] != day and free_for(use, row["person_id"], day, row["days"], request), "not then")
    use.move_leave_request(request_id=request, first_day=day)


def name_substitute(use: Toolbox, request: str, substitute: str) -> None:
    row = _state(use, request, "pending", "approved")
    applicable(substitute not in (row["person_id"], row["substitute_id"]), "no change")
    away = every(
        use.search_leave_requests,
        "requests",
        person_id=substitute,
        status="approved",
        from_day=row["first_day"],
        to_day=row["last_day"],
    )
    applicable(not away and use.get_person(person_id=substitute)["active"], "is away too")
    use.set_leave_substitute(request_id=request, substitute_id=substitute)


def set_allowance(use: Toolbox, person: str, days: float) -> None:
    applicable(0 < days <= 60 and days * 2 == int(days * 2), "no sensible allowance")
    applicable(use.get_person(person_id=person)["active"], "has left")
    applicable(use.get_leave_balance(person_id=person)["granted"] != days, "no change")
    use.set_leave_allowance(person_id=person, granted=float(days))
