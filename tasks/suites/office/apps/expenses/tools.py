"""Tools of the expense app."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.expenses.tables import Category, Status
from skillweave.tasks.suites.office.common import coming, euros, gone, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(gt=0)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _expense(world: World, expense_id: str) -> Row:
    return need(world, "expenses", expense_id, "expense", "list_expenses")


def _staff(world: World, person_id: str) -> Row:
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} ({person_id}) has left the company; choose someone who works here.")
    return person


def _open(world: World, expense_id: str, doing: str) -> Row:
    row = _expense(world, expense_id)
    if row["status"] != "submitted":
        raise ToolError(f"{expense_id} is {row['status']}; only submitted expenses can be {doing}.")
    return row


def list_expenses(
    world: World,
    person_id: str | None = None,
    department_id: str | None = None,
    category: Category | None = None,
    status: Status | None = None,
    month: Month | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """List expenses, the latest first, twenty a page; filters can be combined.

    Args:
        person_id: id of the person who spent the money
        department_id: id of the department of that person
        category: category of the expense
        status: state of the expense
        month: month in which the money was spent, as YYYY-MM
        page: page of the result
    """
    given = {"e.person_id": person_id, "p.department_id": department_id, "e.category": category, "e.status": status}
    where = {column: value for column, value in given.items() if value is not None}
    conditions = [f"{column} = ?" for column in where] + (["e.spent_on LIKE ?"] if month else [])
    rows = world.rows(
        "SELECT e.id, e.person_id, p.name AS person, e.category, e.merchant, e.amount, e.spent_on, e.receipt,"
        " e.status FROM expenses e JOIN people p ON p.id = e.person_id"
        + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
        + " ORDER BY e.spent_on DESC, e.id",
        *where.values(),
        *([f"{month}-%"] if month else []),
    )
    return paged("expenses", rows, page)


def get_expense(world: World, expense_id: str) -> dict[str, Any]:
    """Show one expense with its approver, what was reimbursed for it, and the comments on it.

    Args:
        expense_id: id of the expense, as a search shows it
    """
    row = _expense(world, expense_id)
    paid = world.row("SELECT amount FROM reimbursements WHERE expense_id = ?", expense_id)
    comments = world.rows("SELECT author_id, body FROM expense_comments WHERE expense_id = ? ORDER BY id", expense_id)
    reimbursed = paid["amount"] if paid else None
    return {**row, "receipt": bool(row["receipt"]), "reimbursed": reimbursed, "comments": comments}


def create_expense(
    world: World,
    person_id: str,
    amount: Amount,
    category: Category,
    spent_on: date | None = None,
    merchant: str | None = None,
) -> dict[str, Any]:
    """File an expense for a person; it is submitted for approval at once.

    Args:
        person_id: id of the person who spent the money
        amount: amount in EUR
        category: category of the expense
        spent_on: day on which the money was spent, as YYYY-MM-DD; today where left out
        merchant: where the money was spent
    """
    _staff(world, person_id)
    day = spent_on or world.today
    if day > world.today:
        raise ToolError(f"{day} lies in the future; an expense can be filed once the money is spent.")
    key = world.insert(
        "expenses",
        person_id=person_id,
        category=category,
        merchant=merchant,
        amount=euros(amount),
        spent_on=day.isoformat(),
        receipt=0,
        status="submitted",
    )
    return get_expense(world, key)


def update_expense(
    world: World, expense_id: str, amount: Amount | None = None, category: Category | None = None
) -> dict[str, Any]:
    """Correct an expense that has not been decided on; only the fields that are given change.

    Args:
        expense_id: id of the expense
        amount: new amount in EUR
        category: new category
    """
    _open(world, expense_id, "corrected")
    given = {"amount": None if amount is None else euros(amount), "category": category}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give amount or category.")
    world.update("expenses", expense_id, **values)
    return get_expense(world, expense_id)


def assign_expense_approver(world: World, expense_id: str, approver_id: str) -> dict[str, Any]:
    """Say who is to decide on a submitted expense.

    Args:
        expense_id: id of the expense
        approver_id: person id of the approver
    """
    row = _open(world, expense_id, "given an approver")
    approver = _staff(world, approver_id)
    if approver_id == row["person_id"]:
        raise ToolError(f"{approver['name']} spent the money and cannot approve it; choose another approver.")
    world.update("expenses", expense_id, approver_id=approver_id)
    return get_expense(world, expense_id)


def approve_expense(world: World, expense_id: str) -> dict[str, Any]:
    """Approve a submitted expense.

    Args:
        expense_id: id of the expense
    """
    row = _open(world, expense_id, "approved")
    if row["person_id"] == world.user:
        raise ToolError("You cannot approve your own expense; give it an approver with assign_expense_approver.")
    world.update("expenses", expense_id, status="approved", decided_on=world.today.isoformat())
    return get_expense(world, expense_id)


def reject_expense(world: World, expense_id: str, reason: str | None = None) -> dict[str, Any]:
    """Reject a submitted expense.

    Args:
        expense_id: id of the expense
        reason: why it is rejected, kept as the note of the expense
    """
    row = _open(world, expense_id, "rejected")
    note = reason or row["note"]
    world.update("expenses", expense_id, status="rejected", decided_on=world.today.isoformat(), note=note)
    return get_expense(world, expense_id)


def withdraw_expense(world: World, expense_id: str) -> dict[str, Any]:
    """Withdraw a submitted expense on behalf of the person who filed it.

    Args:
        expense_id: id of the expense
    """
    _open(world, expense_id, "withdrawn")
    world.update("expenses", expense_id, status="withdrawn")
    return get_expense(world, expense_id)


def reimburse_expense(world: World, expense_id: str, amount: Amount) -> dict[str, Any]:
    """Pay money back for an approved expense, in full or in part; this can be done once.

    Args:
        expense_id: id of the expense
        amount: amount to pay in EUR, not above that of the expense
    """
    row = get_expense(world, expense_id)
    if row["status"] != "approved":
        raise ToolError(f"{expense_id} is {row['status']}; only approved expenses are reimbursed.")
    if row["reimbursed"] is not None:
        raise ToolError(f"{expense_id} was reimbursed already, with {row['reimbursed']:.2f} EUR.")
    if euros(amount) > row["amount"]:
        raise ToolError(f"{amount:.2f} is more than the {row['amount']:.2f} EUR of {expense_id}; give at most that.")
    world.insert("reimbursements", expense_id=expense_id, amount=euros(amount), paid_on=world.today.isoformat())
    return get_expense(world, expense_id)


def comment_on_expense(world: World, expense_id: str, text: str) -> dict[str, Any]:
    """Leave a comment on an expense in your name.

    Args:
        expense_id: id of the expense
        text: what the comment says
    """
    _expense(world, expense_id)
    if not text.strip():
        raise ToolError("The comment is empty; give a text.")
    today = world.today.isoformat()
    world.insert("expense_comments", expense_id=expense_id, author_id=world.user, body=text, written_on=today)
    return get_expense(world, expense_id)


def get_expense_budget(world: World, department_id: str, month: Month) -> dict[str, Any]:
    """Show the expense budget of a department for a month.

    Args:
        department_id: id of the department
        month: month as YYYY-MM
    """
    need(world, "departments", department_id, "department", "list_departments")
    row = world.row("SELECT * FROM expense_budgets WHERE department_id = ? AND month = ?", department_id, month)
    if row is None:
        raise ToolError(f"{department_id} has no expense budget for {month}; set one with set_expense_budget.")
    return row


def set_expense_budget(world: World, department_id: str, month: Month, amount: Amount) -> dict[str, Any]:
    """Set the expense budget of a department for a month; an earlier one is replaced.

    Args:
        department_id: id of the department
        month: month as YYYY-MM
        amount: budget in EUR
    """
    need(world, "departments", department_id, "department", "list_departments")
    row = world.row("SELECT id FROM expense_budgets WHERE department_id = ? AND month = ?", department_id, month)
    if row:
        world.update("expense_budgets", row["id"], amount=euros(amount))
    else:
        world.insert("expense_budgets", department_id=department_id, month=month, amount=euros(amount))
    return get_expense_budget(world, department_id, month)


def list_cash_advances(world: World, person_id: str) -> dict[str, Any]:
    """List the cash advances that a person holds, with the day by which each must be settled.

    Args:
        person_id: id of the person
    """
    need(world, "people", person_id, "person", "search_people")
    rows = world.rows(
        "SELECT id, amount, settle_by FROM cash_advances WHERE person_id = ? ORDER BY settle_by, id", person_id
    )
    return {"advances": rows}


def grant_cash_advance(world: World, person_id: str, amount: Amount, settle_by: date) -> dict[str, Any]:
    """Grant a person a cash advance.

    Args:
        person_id: id of the person
        amount: amount in EUR
        settle_by: day by which it must be settled, as YYYY-MM-DD, not before today
    """
    _staff(world, person_id)
    day = coming(world, settle_by, "settle_by")
    key = world.insert(
        "cash_advances",
        person_id=person_id,
        amount=euros(amount),
        settle_by=day,
        granted_on=world.today.isoformat(),
    )
    return {"id": key, "person_id": person_id, "amount": euros(amount), "settle_by": day}


def list_car_drives(world: World, person_id: str, settled: bool | None = None, page: Page = 1) -> dict[str, Any]:
    """List the business drives that a person made by private car, the latest first, twenty a page.

    Args:
        person_id: id of the driver
        settled: true for drives whose allowance was paid, false for those still open; both where left out
        page: page of the result
    """
    need(world, "people", person_id, "person", "search_people")
    rows = world.rows(
        "SELECT id, driven_on, kilometres, passengers, settled FROM car_drives WHERE person_id = ?"
        " ORDER BY driven_on DESC, id",
        person_id,
    )
    found = [{**r, "settled": bool(r["settled"])} for r in rows if settled is None or bool(r["settled"]) == settled]
    return paged("drives", found, page)


def log_car_drive(
    world: World,
    person_id: str,
    driven_on: date,
    kilometres: Annotated[int, Field(gt=0)],
    passengers: Annotated[int, Field(ge=0, le=8)] = 0,
) -> dict[str, Any]:
    """Record a business drive with a private car.

    Args:
        person_id: id of the driver
        driven_on: day of the drive, as YYYY-MM-DD, not after today
        kilometres: whole kilometres driven
        passengers: colleagues who rode along
    """
    _staff(world, person_id)
    row = {
        "person_id": person_id,
        "driven_on": gone(world, driven_on, "driven_on"),
        "kilometres": kilometres,
        "passengers": passengers,
        "settled": 0,
    }
    return {"id": world.insert("car_drives", **row), **row, "settled": False}


TOOLS = tuple(
    tool_of(f)
    for f in (
        list_expenses,
        get_expense,
        create_expense,
        update_expense,
        assign_expense_approver,
        approve_expense,
        reject_expense,
        withdraw_expense,
        reimburse_expense,
        comment_on_expense,
        get_expense_budget,
        set_expense_budget,
        list_cash_advances,
        grant_cash_advance,
        list_car_drives,
        log_car_drive,
    )
)
