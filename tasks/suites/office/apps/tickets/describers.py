"""Ways to pick out a ticket in words."""

from typing import Any

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost

_JOINED = "tickets t JOIN customers c ON c.id = t.customer_id"


def _by_number(use: Toolbox, number: str) -> str:
    return str(use.get_ticket(ticket_id=number)["id"])


def _of_customer(use: Toolbox, name: str, **filters: Any) -> list[dict[str, Any]]:
    customers = [c["id"] for c in every(use.search_customers, "customers", name=name) if c["name"] == name]
    return [t for c in customers for t in every(use.search_tickets, "tickets", customer_id=c, **filters)]


def _by_subject(use: Toolbox, subject: str, customer: str) -> str:
    found = [t for t in _of_customer(use, customer, subject=subject) if t["subject"] == subject]
    return str(only(found, "tickets")["id"])


def _by_customer(use: Toolbox, customer: str, category: str) -> str:
    return str(only(_of_customer(use, customer, category=category, unsolved=True), "tickets")["id"])


def _oldest(use: Toolbox, priority: str, category: str) -> str:
    found = every(use.search_tickets, "tickets", priority=priority, category=category, unsolved=True)
    return str(foremost(found, "opened_at", largest=False)["id"])


def _last_solved(use: Toolbox, customer: str) -> str:
    return str(foremost(_of_customer(use, customer, status="solved"), "opened_at")["id"])


def _oldest_of(use: Toolbox, person: str) -> str:
    people = [p["id"] for p in every(use.search_people, "people", name=person) if p["name"] == person]
    found = [t for p in people for t in every(use.search_tickets, "tickets", assignee_id=p, unsolved=True)]
    return str(foremost(found, "opened_at", largest=False)["id"])


def _priority(use: Toolbox, **values: str) -> str:
    ((column, value),) = values.items()
    return str(next(p["id"] for p in use.list_ticket_priorities()["priorities"] if p[column] == value))


DESCRIBERS = (
    Describer(
        type="Priority",
        kind="name",
        candidates="SELECT id AS key, name FROM ticket_priorities",
        text=("{name}",),
        resolve=_priority,
    ),
    Describer(
        type="Ticket",
        kind="name",
        candidates="SELECT id AS key, id AS number FROM tickets",
        text=("ticket {number}",),
        resolve=_by_number,
    ),
    Describer(
        type="Ticket",
        kind="attribute",
        candidates=f"SELECT t.id AS key, t.subject, c.name AS customer FROM {_JOINED}",
        text=('the ticket "{subject}" from {customer}', 'the ticket that {customer} opened under "{subject}"'),
        resolve=_by_subject,
    ),
    Describer(
        type="Ticket",
        kind="relation",
        candidates=f"SELECT t.id AS key, c.name AS customer, t.category FROM {_JOINED} WHERE t.status <> 'solved'",
        text=("the one unsolved {category} ticket from {customer}",),
        resolve=_by_customer,
    ),
    Describer(
        type="Ticket",
        kind="superlative",
        candidates="SELECT key, person FROM (SELECT t.id AS key, p.name AS person,"
        " rank() OVER (PARTITION BY p.name ORDER BY t.opened_at) AS place,"
        " count(*) OVER (PARTITION BY p.name) AS size FROM tickets t JOIN people p ON p.id = t.assignee_id"
        " WHERE t.status <> 'solved') WHERE place = 1 AND size > 1",
        text=("the oldest of the unsolved tickets assigned to {person}",),
        resolve=_oldest_of,
    ),
    Describer(
        type="Ticket",
        kind="superlative",
        candidates="SELECT key, priority, category FROM (SELECT t.id AS key, p.name AS priority, t.category,"
        " rank() OVER (PARTITION BY p.id, t.category ORDER BY t.opened_at) AS place,"
        " count(*) OVER (PARTITION BY p.id, t.category) AS size FROM tickets t JOIN ticket_priorities p"
        " ON p.id = t.priority_id WHERE t.status <> 'solved') WHERE place = 1 AND size > 1",
        text=("the oldest unsolved {category} ticket of {priority} priority",),
        resolve=_oldest,
    ),
    Describer(
        type="Ticket",
        kind="superlative",
        candidates="SELECT key, customer FROM (SELECT t.id AS key, c.name AS customer,"
        " rank() OVER (PARTITION BY c.name ORDER BY t.opened_at DESC) AS place,"
        f" count(*) OVER (PARTITION BY c.name) AS size FROM {_JOINED}"
        " WHERE t.status = 'solved') WHERE place = 1 AND size > 1",
        text=("the most recently opened of the solved tickets from {customer}",),
        resolve=_last_solved,
    ),
)
