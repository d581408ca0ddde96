"""How the skills of the support desk are carried out."""

from collections import Counter
from datetime import date
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import ahead, days_of, said


def unsolved(use: Toolbox, ticket: str) -> dict[str, Any]:
    """Return a ticket that is not solved."""
    row: dict[str, Any] = use.get_ticket(ticket_id=ticket)
    applicable(row["status"] != "solved", "is solved")
    return row


def works_here(use: Toolbox, person: str) -> None:
    """Not applicable to people who have left."""
    applicable(use.get_person(person_id=person)["active"], "has left")


def _month(month: str) -> dict[str, str]:
    first, last = days_of(month)
    return {"opened_from": first, "opened_to": last}


def customer(use: Toolbox, ticket: str) -> str:
    return str(use.get_ticket(ticket_id=ticket)["customer_id"])


def assignee(use: Toolbox, ticket: str) -> str:
    found = use.get_ticket(ticket_id=ticket)["assignee_id"]
    applicable(found, "nobody")
    return str(found)


def due_date(use: Toolbox, ticket: str) -> str:
    found = use.get_ticket(ticket_id=ticket)["due_on"]
    applicable(found, "no due date")
    return ahead(use, str(found))


def days_open(use: Toolbox, ticket: str) -> int:
    row = unsolved(use, ticket)
    found = (use.today - date.fromisoformat(row["opened_at"][:10])).days
    applicable(found > 0, "opened today")
    return int(found)


def count_unsolved(use: Toolbox, customer: str) -> int:
    found = len(every(use.search_tickets, "tickets", customer_id=customer, unsolved=True))
    applicable(found, "none")
    return found


def count_opened(use: Toolbox, category: str, month: str) -> int:
    found = len(every(use.search_tickets, "tickets", category=category, **_month(month)))
    applicable(found > 1, "hardly any")
    return found


def oldest_unsolved(use: Toolbox, customer: str) -> str:
    found = every(use.search_tickets, "tickets", customer_id=customer, unsolved=True)
    applicable(found, "none")
    return str(found[0]["id"] if len(found) == 1 else foremost(found, "opened_at", largest=False)["id"])


def latest_of_category(use: Toolbox, category: str) -> str:
    found = every(use.search_tickets, "tickets", category=category, unsolved=True)
    return str(foremost(found, "opened_at")["id"])


def _commonest(values: list[str]) -> str:
    ranked = [{"id": key, "number": number} for key, number in sorted(Counter(values).items())]
    return str(foremost(ranked, "number")["id"])


def latest_solved(use: Toolbox, customer: str) -> str:
    found = every(use.search_tickets, "tickets", customer_id=customer, status="solved")
    return str(foremost(found, "opened_at")["id"])


def priority_names(use: Toolbox) -> dict[str, str]:
    """Return the names of the priorities by id, from the lowest to the highest."""
    return {p["id"]: p["name"] for p in use.list_ticket_priorities()["priorities"]}


def busiest_agent(use: Toolbox, priority: str) -> str:
    name = priority_names(use)[priority]
    found = every(use.search_tickets, "tickets", priority=name, unsolved=True)
    return _commonest([t["assignee_id"] for t in found if t["assignee_id"]])


def main_reporter(use: Toolbox, category: str) -> str:
    found = every(use.search_tickets, "tickets", category=category)
    return _commonest([t["customer_id"] for t in found])


def create(use: Toolbox, customer: str, subject: str, category: str) -> str:
    return str(use.create_ticket(customer_id=customer, subject=subject, category=category)["id"])


def assign(use: Toolbox, ticket: str, person: str) -> None:
    works_here(use, person)
    applicable(unsolved(use, ticket)["assignee_id"] != person, "no change")
    use.assign_ticket(ticket_id=ticket, person_id=person)


def classify(use: Toolbox, ticket: str, impact: str, urgency: str) -> None:
    row = unsolved(use, ticket)
    applicable(row["impact"] != impact or row["urgency"] != urgency, "no change")
    use.classify_ticket(ticket_id=ticket, impact=impact, urgency=urgency)


def set_priority(use: Toolbox, ticket: str, priority: str) -> None:
    name = priority_names(use)[priority]
    applicable(unsolved(use, ticket)["priority"] != name, "no change")
    use.set_ticket_priority(ticket_id=ticket, priority=name)


def set_due_date(use: Toolbox, ticket: str, day: str) -> None:
    row = unsolved(use, ticket)
    applicable(row["due_on"] != day, "no change")
    use.set_ticket_due_date(ticket_id=ticket, due_on=day)


def escalate(use: Toolbox, ticket: str, person: str) -> None:
    works_here(use, person)
    applicable(unsolved(use, ticket)["escalated_to"] != person, "no change")
    use.escalate_ticket(ticket_id=ticket, person_id=person)


def solve(use: Toolbox, ticket: str) -> None:
    applicable(unsolved(use, ticket)["assignee_id"], "nobody does it")
    use.solve_ticket(ticket_id=ticket)


def reopen(use: Toolbox, ticket: str) -> None:
    applicable(use.get_ticket(ticket_id=ticket)["status"] == "solved", "is not solved")
    use.reopen_ticket(ticket_id=ticket)


def note_figure(use: Toolbox, ticket: str, figure: Any) -> None:
    use.comment_on_ticket(ticket_id=ticket, body=f"For the record: {said(use, figure)}")
