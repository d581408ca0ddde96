"""What one can do in the leave app."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.apps.leave.tables import is_working_day, last_day_of
from skillweave.tasks.suites.office.common import need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Kind = Literal["vacation", "training", "unpaid", "parental"]
Status = Literal["pending", "approved", "rejected", "cancelled"]


def search_leave_requests(
    world: World,
    person_id: str | None = None,
    department: str | None = None,
    status: Status | None = None,
    kind: Kind | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find leave requests, twenty a page, the earliest leave first.

    With from_day and to_day, every request whose leave touches that time is listed, even where it began earlier.

    Args:
        person_id: only requests of this person
        department: only requests of people in the department of this name, e.g. Finance
        status: pending, approved, rejected or cancelled
        kind: vacation, training, unpaid or parental
        from_day: first day of the time to look at
        to_day: last day of the time to look at
        page: page of the result
    """
    rows = world.rows(
        "SELECT r.id, r.person_id, p.name AS person, d.name AS department, r.kind, r.first_day, r.last_day, r.days,"
        " r.status FROM leave_requests r JOIN people p ON p.id = r.person_id"
        " JOIN departments d ON d.id = p.department_id WHERE r.person_id = coalesce(?, r.person_id)"
        " AND lower(d.name) = lower(coalesce(?, d.name)) AND r.status = coalesce(?, r.status)"
        " AND r.kind = coalesce(?, r.kind) AND r.last_day >= coalesce(?, '') AND r.first_day <= coalesce(?, '9')"
        " ORDER BY r.first_day, r.id",
        person_id,
        department,
        status,
        kind,
        from_day and from_day.isoformat(),
        to_day and to_day.isoformat(),
    )
    return paged("requests", rows, page)


def get_leave_request(world: World, request_id: str) -> dict[str, Any]:
    """Show one leave request: who, when, how many working days, status, who decided and who stands in.

    Args:
        request_id: id of the request, as a search shows it
    """
    return _request(world, request_id)


def get_leave_balance(world: World, person_id: str) -> dict[str, Any]:
    """Show a person's vacation account of this year.

    `left` is what was granted and carried over, less `taken`: approved vacation that begins this year. Pending
    requests are not taken off.

    Args:
        person_id: id of the person
    """
    need(world, "people", person_id, "person", "search_people")
    account = _account(world, person_id)
    taken = _sum_days(world, person_id, "approved")
    return {
        "person_id": person_id,
        "year": world.today.year,
        "granted": account["granted"],
        "carried_over": account["carried_over"],
        "taken": taken,
        "pending": _sum_days(world, person_id, "pending"),
        "left": account["granted"] + account["carried_over"] - taken,
    }


def request_leave(
    world: World, person_id: str, kind: Kind, first_day: date, working_days: Annotated[int, Field(ge=1, le=60)]
) -> dict[str, Any]:
    """Enter a leave request for a person; it is pending until somebody approves or rejects it.

    The last day follows from the number of working days (Monday to Friday).

    Args:
        person_id: id of the person who wants to be away
        kind: vacation, training, unpaid or parental
        first_day: first day of the leave, a working day from today on
        working_days: how many working days
    """
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left; there is nothing to request.")
    if kind == "vacation":
        left = get_leave_balance(world, person_id)["left"]
        if working_days > left:
            raise ToolError(f"{person['name']} has only {left:g} vacation days left, not {working_days}.")
    last = _free_time(world, person_id, first_day, working_days)
    key = world.insert(
        "leave_requests",
        person_id=person_id,
        kind=kind,
        first_day=first_day.isoformat(),
        last_day=last.isoformat(),
        days=working_days,
        status="pending",
        requested_on=world.today.isoformat(),
    )
    return _request(world, key)


def approve_leave_request(world: World, request_id: str, approver_id: str) -> dict[str, Any]:
    """Approve a pending leave request in the name of an approver.

    Args:
        request_id: id of the request
        approver_id: id of the person who approves; nobody approves their own leave
    """
    row = _pending(world, request_id, "approved")
    approver = need(world, "people", approver_id, "person", "search_people")
    if not approver["active"]:
        raise ToolError(f"{approver['name']} has left and cannot approve anything.")
    if approver_id == row["person_id"]:
        raise ToolError(f"{approver['name']} cannot approve their own leave.")
    world.update("leave_requests", request_id, status="approved", decided_by=approver_id)
    return _request(world, request_id)


def reject_leave_request(world: World, request_id: str) -> dict[str, Any]:
    """Reject a pending leave request in your own name.

    Args:
        request_id: id of the request
    """
    row = _pending(world, request_id, "rejected")
    if row["person_id"] == world.user:
        raise ToolError("You cannot decide on your own leave; use cancel_leave_request to withdraw it.")
    world.update("leave_requests", request_id, status="rejected", decided_by=world.user)
    return _request(world, request_id)


def cancel_leave_request(world: World, request_id: str) -> dict[str, Any]:
    """Withdraw a pending or approved leave request whose leave has not begun.

    Args:
        request_id: id of the request
    """
    row = _open(world, request_id)
    if row["first_day"] <= world.today.isoformat():
        raise ToolError(f"The leave of {request_id} began on {row['first_day']}; it can no longer be cancelled.")
    world.update("leave_requests", request_id, status="cancelled")
    return _request(world, request_id)


def move_leave_request(world: World, request_id: str, first_day: date) -> dict[str, Any]:
    """Move a pending leave request to another first day; the number of working days stays.

    Args:
        request_id: id of the request
        first_day: new first day, a working day from today on
    """
    row = _pending(world, request_id, "moved")
    last = _free_time(world, row["person_id"], first_day, row["days"], but=request_id)
    world.update("leave_requests", request_id, first_day=first_day.isoformat(), last_day=last.isoformat())
    return _request(world, request_id)


def set_leave_substitute(world: World, request_id: str, substitute_id: str) -> dict[str, Any]:
    """Name who stands in during a leave that is pending or approved.

    Args:
        request_id: id of the request
        substitute_id: id of the person who stands in; must not have approved leave in that time
    """
    row = _open(world, request_id)
    substitute = need(world, "people", substitute_id, "person", "search_people")
    if not substitute["active"]:
        raise ToolError(f"{substitute['name']} has left and cannot stand in.")
    if substitute_id == row["person_id"]:
        raise ToolError(f"{substitute['name']} is the one who is away and cannot stand in.")
    if _clash(world, substitute_id, row["first_day"], row["last_day"], ("approved",)):
        raise ToolError(f"{substitute['name']} has approved leave in that time; see search_leave_requests.")
    world.update("leave_requests", request_id, substitute_id=substitute_id)
    return _request(world, request_id)


def set_leave_allowance(
    world: World, person_id: str, granted: Annotated[float, Field(ge=0, le=60, multiple_of=0.5)]
) -> dict[str, Any]:
    """Set how many vacation days a person is granted this year; days carried over are kept apart.

    Args:
        person_id: id of the person
        granted: vacation days granted, in whole or half days
    """
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left; there is no account to change.")
    world.update("leave_accounts", _account(world, person_id)["id"], granted=granted)
    return get_leave_balance(world, person_id)


def _request(world: World, request_id: str) -> Row:
    row = need(world, "leave_requests", request_id, "leave request", "search_leave_requests")
    person = world.get("people", row["person_id"])
    assert person is not None
    return {**row, "person": person["name"]}


def _pending(world: World, request_id: str, done: str) -> Row:
    row = need(world, "leave_requests", request_id, "leave request", "search_leave_requests")
    if row["status"] != "pending":
        raise ToolError(f"{request_id} is {row['status']}; only a pending request can be {done}.")
    return row


def _open(world: World, request_id: str) -> Row:
    row = need(world, "leave_requests", request_id, "leave request", "search_leave_requests")
    if row["status"] not in ("pending", "approved"):
        raise ToolError(f"{request_id} is {row['status']}; only a pending or approved request can be changed.")
    return row


def _account(world: World, person_id: str) -> Row:
    row = world.row("SELECT * FROM leave_accounts WHERE person_id = ? AND year = ?", person_id, world.today.year)
    if row is None:
        raise ToolError(f"{person_id} has no leave account this year; the person has left.")
    return row


def _sum_days(world: World, person_id: str, status: str) -> int:
    row = world.row(
        "SELECT coalesce(sum(days), 0) AS days FROM leave_requests WHERE person_id = ? AND status = ?"
        " AND kind = 'vacation' AND first_day LIKE ?",
        person_id,
        status,
        f"{world.today.year}-%",
    )
    assert row is not None
    return int(row["days"])


def _clash(
    world: World, person_id: str, first: str, last: str, statuses: tuple[str, ...], but: str | None = None
) -> str | None:
    for row in world.rows("SELECT * FROM leave_requests WHERE person_id = ? ORDER BY id", person_id):
        if row["id"] != but and row["status"] in statuses and row["first_day"] <= last and row["last_day"] >= first:
            return str(row["id"])
    return None


def _free_time(world: World, person_id: str, first_day: date, days: int, but: str | None = None) -> date:
    """Return the last day of a leave; refuse where it cannot begin then or meets another one."""
    if not is_working_day(first_day):
        raise ToolError(f"{first_day} is a {first_day:%A}; leave begins on a day from Monday to Friday.")
    if first_day < world.today:
        raise ToolError(f"{first_day} is past; today is {world.today}.")
    last = last_day_of(first_day, days)
    clash = _clash(world, person_id, first_day.isoformat(), last.isoformat(), ("pending", "approved"), but)
    if clash:
        raise ToolError(f"{first_day} to {last} overlaps with request {clash}; see get_leave_request.")
    return last


TOOLS = tuple(
    tool_of(f)
    for f in (
        search_leave_requests,
        get_leave_request,
        get_leave_balance,
        request_leave,
        approve_leave_request,
        reject_leave_request,
        cancel_leave_request,
        move_leave_request,
        set_leave_substitute,
        set_leave_allowance,
    )
)
