"""How the skills of the expense app are carried out with tools."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import euros, said


def _sum(rows: list[dict[str, Any]]) -> float:
    applicable(rows, "nothing to add up")
    return euros(sum(r["amount"] for r in rows))


def person_total(use: Toolbox, person: str) -> float:
    """Add up all approved expenses of a person."""
    return _sum(every(use.list_expenses, "expenses", person_id=person, status="approved"))


def department_total(use: Toolbox, department: str, month: str) -> float:
    """Add up a department's approved expenses of a month."""
    return _sum(every(use.list_expenses, "expenses", department_id=department, status="approved", month=month))


def category_total(use: Toolbox, category: str, month: str) -> float:
    """Add up the approved expenses of a category and month."""
    return _sum(every(use.list_expenses, "expenses", category=category, status="approved", month=month))


def pending_count(use: Toolbox, department: str) -> int:
    """Count a department's submitted expenses."""
    rows = every(use.list_expenses, "expenses", department_id=department, status="submitted")
    applicable(len(rows) > 1, "hardly any")
    return len(rows)


def missing_receipts(use: Toolbox, department: str, month: str) -> int:
    """Count a department's approved expenses of a month that have no receipt."""
    rows = every(use.list_expenses, "expenses", department_id=department, status="approved", month=month)
    found = sum(not r["receipt"] for r in rows)
    applicable(found, "none")
    return found


def largest_pending(use: Toolbox, department: str) -> str:
    """Find a department's largest submitted expense."""
    rows = every(use.list_expenses, "expenses", department_id=department, status="submitted")
    return str(foremost(rows, "amount")["id"])


def latest_expense(use: Toolbox, person: str) -> str:
    """Find the expense that a person had last."""
    return str(foremost(every(use.list_expenses, "expenses", person_id=person), "spent_on")["id"])


def smallest_pending(use: Toolbox, month: str, category: str) -> str:
    """Find the smallest submitted expense of a category and month."""
    rows = every(use.list_expenses, "expenses", category=category, status="submitted", month=month)
    return str(foremost(rows, "amount", largest=False)["id"])


def top_spender(use: Toolbox, department: str, month: str) -> str:
    """Find who of a department has the highest approved total in a month."""
    rows = every(use.list_expenses, "expenses", department_id=department, status="approved", month=month)
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["person_id"]] = euros(totals.get(row["person_id"], 0) + row["amount"])
    return str(foremost([{"person": p, "total": t} for p, t in totals.items()], "total")["person"])


def submitter(use: Toolbox, expense: str) -> str:
    """Find out who spent the money."""
    return str(use.get_expense(expense_id=expense)["person_id"])


def spending_date(use: Toolbox, expense: str) -> str:
    """Find out on which day the money was spent."""
    return str(use.get_expense(expense_id=expense)["spent_on"])


def expense_amount(use: Toolbox, expense: str) -> float:
    """Find out the amount of an expense."""
    return float(use.get_expense(expense_id=expense)["amount"])


def remaining_budget(use: Toolbox, department: str, month: str) -> float:
    """Work out what approved expenses left of a budget."""
    budget = float(use.get_expense_budget(department_id=department, month=month)["amount"])
    left = euros(budget - department_total(use, department, month))
    applicable(left > 0, "overspent")
    return left


def outstanding_advances(use: Toolbox, person: str) -> float:
    """Add up the cash advances that a person holds."""
    return _sum(use.list_cash_advances(person_id=person)["advances"])


def file_expense(use: Toolbox, person: str, amount: float, category: str) -> str:
    """File today's expense of a person."""
    applicable(amount > 0 and use.get_person(person_id=person)["active"], "has left")
    return str(use.create_expense(person_id=person, amount=amount, category=category)["id"])


def _pending(use: Toolbox, expense: str) -> dict[str, Any]:
    row: dict[str, Any] = use.get_expense(expense_id=expense)
    applicable(row["status"] == "submitted", "decided already")
    return row


def approve(use: Toolbox, expense: str) -> None:
    """Approve an expense of somebody else."""
    applicable(_pending(use, expense)["person_id"] != use.user, "own expense")
    use.approve_expense(expense_id=expense)


def reject(use: Toolbox, expense: str) -> None:
    """Reject an expense."""
    _pending(use, expense)
    use.reject_expense(expense_id=expense)


def withdraw(use: Toolbox, expense: str) -> None:
    """Withdraw an expense."""
    _pending(use, expense)
    use.withdraw_expense(expense_id=expense)


def assign_approver(use: Toolbox, expense: str, approver: str) -> None:
    """Give an expense another approver."""
    row = _pending(use, expense)
    applicable(approver not in (row["person_id"], row["approver_id"]), "own expense or no change")
    applicable(use.get_person(person_id=approver)["active"], "has left")
    use.assign_expense_approver(expense_id=expense, approver_id=approver)


def correct_amount(use: Toolbox, expense: str, amount: float) -> None:
    """Correct the amount of an expense."""
    applicable(amount > 0 and _pending(use, expense)["amount"] != euros(amount), "no change")
    use.update_expense(expense_id=expense, amount=amount)


def change_category(use: Toolbox, expense: str, category: str) -> None:
    """File an expense under another category."""
    applicable(_pending(use, expense)["category"] != category, "no change")
    use.update_expense(expense_id=expense, category=category)


def reimburse(use: Toolbox, expense: str, amount: float) -> None:
    """Pay money back for an expense."""
    row = use.get_expense(expense_id=expense)
    applicable(row["status"] == "approved" and row["reimbursed"] is None, "not payable")
    applicable(0 < euros(amount) <= row["amount"], "more than was spent")
    use.reimburse_expense(expense_id=expense, amount=amount)


def comment(use: Toolbox, expense: str, fact: Any) -> None:
    """Comment on an expense with a fact."""
    use.comment_on_expense(expense_id=expense, text=f"For the record: {said(use, fact)}.")


def set_budget(use: Toolbox, department: str, month: str, amount: float) -> None:
    """Replace the budget of a month."""
    current = use.get_expense_budget(department_id=department, month=month)["amount"]
    applicable(amount > 0 and current != euros(amount), "no change")
    use.set_expense_budget(department_id=department, month=month, amount=amount)


def grant_advance(use: Toolbox, person: str, amount: float, day: str) -> None:
    """Grant a cash advance."""
    applicable(amount > 0 and use.get_person(person_id=person)["active"], "has left")
    use.grant_cash_advance(person_id=person, amount=amount, settle_by=day)


def log_drive(use: Toolbox, person: str, day: str, kilometres: int) -> None:
    """Record a drive without passengers."""
    applicable(kilometres >= 1 and use.get_person(person_id=person)["active"], "has left")
    use.log_car_drive(person_id=person, driven_on=day, kilometres=int(kilometres))
