"""Ways to point at an expense in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_number(use: Toolbox, number: str) -> str:
    return str(use.get_expense(expense_id=number)["id"])


def _by_person_and_merchant(use: Toolbox, person: str, merchant: str) -> str:
    namesakes = [p for p in every(use.search_people, "people", name=person) if p["name"] == person]
    found = [e for p in namesakes for e in every(use.list_expenses, "expenses", person_id=p["id"])]
    return str(only([e for e in found if e["merchant"] == merchant], "expenses")["id"])


def _oldest_submitted(use: Toolbox, department: str) -> str:
    key = next(d["id"] for d in use.list_departments()["departments"] if d["name"] == department)
    found = every(use.list_expenses, "expenses", department_id=key, status="submitted")
    return str(foremost(found, "spent_on", largest=False)["id"])


def _highest_approved(use: Toolbox, category: str, department: str) -> str:
    key = next(d["id"] for d in use.list_departments()["departments"] if d["name"] == department)
    found = every(use.list_expenses, "expenses", category=category, department_id=key, status="approved")
    return str(foremost(found, "amount")["id"])


DESCRIBERS = (
    Describer(
        type="Expense",
        kind="name",
        candidates="SELECT id AS key, id AS number FROM expenses",
        text=("expense {number}",),
        resolve=_by_number,
    ),
    Describer(
        type="Expense",
        kind="attribute",
        candidates="SELECT e.id AS key, p.name AS person, e.merchant FROM expenses e"
        " JOIN people p ON p.id = e.person_id"
        " WHERE p.active = 1 AND e.merchant IS NOT NULL AND p.name NOT IN (SELECT name FROM people WHERE active = 0)",
        text=("the expense that {person} had at {merchant}", "the {merchant} expense of {person}"),
        resolve=_by_person_and_merchant,
    ),
    Describer(
        type="Expense",
        kind="superlative",
        candidates="SELECT key, department FROM (SELECT e.id AS key, d.name AS department,"
        " rank() OVER (PARTITION BY d.id ORDER BY e.spent_on) AS place, count(*) OVER (PARTITION BY d.id) AS size"
        " FROM expenses e JOIN people p ON p.id = e.person_id JOIN departments d ON d.id = p.department_id"
        " WHERE e.status = 'submitted') WHERE place = 1 AND size > 1",
        text=("the submitted expense of the {department} department that was spent first",),
        resolve=_oldest_submitted,
    ),
    Describer(
        type="Expense",
        kind="superlative",
        candidates="SELECT key, category, department FROM (SELECT e.id AS key, e.category, d.name AS department,"
        " rank() OVER (PARTITION BY d.id, e.category ORDER BY e.amount DESC) AS place,"
        " count(*) OVER (PARTITION BY d.id, e.category) AS size"
        " FROM expenses e JOIN people p ON p.id = e.person_id JOIN departments d ON d.id = p.department_id"
        " WHERE e.status = 'approved') WHERE place = 1 AND size > 1",
        text=('the highest approved expense of the {department} department in the category "{category}"',),
        resolve=_highest_approved,
    ),
)
