"""What one can do at the support desk."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.common import coming, matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Status = Literal["new", "open", "waiting", "solved"]
Priority = Literal["low", "normal", "high", "urgent"]
Category = Literal["login", "billing", "delivery", "defect", "performance", "question"]
Impact = Literal["single user", "team", "whole company"]
Urgency = Literal["can wait", "soon", "at once"]


def search_tickets(
    world: World,
    subject: str | None = None,
    customer_id: str | None = None,
    assignee_id: str | None = None,
    status: Status | None = None,
    unsolved: bool = False,
    priority: Priority | None = None,
    category: Category | None = None,
    opened_from: date | None = None,
    opened_to: date | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find support tickets, twenty a page, the oldest first.

    Args:
        subject: words of the subject
        customer_id: only tickets of this customer
        assignee_id: only tickets assigned to this person
        status: new (nobody has taken it), open, waiting (for the customer) or solved
        unsolved: true to leave out solved tickets
        priority: low, normal, high or urgent
        category: login, billing, delivery, defect, performance or question
        opened_from: only tickets opened on this day or later
        opened_to: only tickets opened on this day or earlier
        page: page of the result
    """
    rows = world.rows(
        "SELECT t.id, t.customer_id, t.subject, t.category, p.name AS priority, t.status, t.assignee_id, t.opened_at"
        " FROM tickets t JOIN ticket_priorities p ON p.id = t.priority_id"
        " WHERE t.customer_id = coalesce(?1, t.customer_id) AND (?2 IS NULL OR t.assignee_id = ?2)"
        " AND t.status = coalesce(?3, t.status) AND NOT (?4 AND t.status = 'solved') AND p.name = coalesce(?5, p.name)"
        " AND t.category = coalesce(?6, t.category) AND date(t.opened_at) >= coalesce(?7, '')"
        " AND date(t.opened_at) <= coalesce(?8, '9') ORDER BY t.opened_at, t.id",
        customer_id,
        assignee_id,
        status,
        unsolved,
        priority,
        category,
        opened_from and opened_from.isoformat(),
        opened_to and opened_to.isoformat(),
    )
    return paged("tickets", [r for r in rows if matches(subject, r["subject"])], page)


def get_ticket(world: World, ticket_id: str) -> dict[str, Any]:
    """Show one ticket with customer, assignee, impact, urgency, priority, due date and comments.

    Args:
        ticket_id: id of the ticket, as a search shows it
    """
    row = _ticket(world, ticket_id)
    priority = world.get("ticket_priorities", row.pop("priority_id"))
    assert priority is not None
    comments = world.rows("SELECT author_id, body FROM ticket_comments WHERE ticket_id = ? ORDER BY id", ticket_id)
    return {**row, "priority": priority["name"], "comments": comments}


def list_ticket_priorities(world: World) -> dict[str, Any]:
    """List the priorities that a ticket can have, from the lowest step to the highest."""
    return {"priorities": world.rows("SELECT * FROM ticket_priorities ORDER BY step")}


def create_ticket(
    world: World, customer_id: str, subject: Annotated[str, Field(min_length=3, max_length=100)], category: Category
) -> dict[str, Any]:
    """Open a new ticket of normal priority for a customer.

    Args:
        customer_id: id of the customer
        subject: what it is about, in a few words
        category: login, billing, delivery, defect, performance or question
    """
    need(world, "customers", customer_id, "customer", "search_customers")
    key = world.insert(
        "tickets",
        customer_id=customer_id,
        subject=subject,
        category=category,
        priority_id=_priority(world, "normal"),
        status="new",
        opened_at=f"{world.today} 10:00",
    )
    return get_ticket(world, key)


def assign_ticket(world: World, ticket_id: str, person_id: str) -> dict[str, Any]:
    """Assign an unsolved ticket to a person; a new ticket becomes open.

    Args:
        ticket_id: id of the ticket
        person_id: id of the person who takes it
    """
    row = _unsolved(world, ticket_id)
    _worker(world, person_id, "take a ticket")
    if row["assignee_id"] == person_id:
        raise ToolError(f"{ticket_id} is already assigned to {person_id}.")
    status = "open" if row["status"] == "new" else row["status"]
    world.update("tickets", ticket_id, assignee_id=person_id, status=status)
    return get_ticket(world, ticket_id)


def classify_ticket(world: World, ticket_id: str, impact: Impact, urgency: Urgency) -> dict[str, Any]:
    """Record how many are hit by an unsolved ticket and how soon it must be solved. The priority stays as it is.

    Args:
        ticket_id: id of the ticket
        impact: single user, team or whole company
        urgency: can wait, soon or at once
    """
    _unsolved(world, ticket_id)
    world.update("tickets", ticket_id, impact=impact, urgency=urgency)
    return get_ticket(world, ticket_id)


def set_ticket_priority(world: World, ticket_id: str, priority: Priority) -> dict[str, Any]:
    """Set the priority of an unsolved ticket.

    Args:
        ticket_id: id of the ticket
        priority: low, normal, high or urgent
    """
    _unsolved(world, ticket_id)
    world.update("tickets", ticket_id, priority_id=_priority(world, priority))
    return get_ticket(world, ticket_id)


def set_ticket_due_date(world: World, ticket_id: str, due_on: date) -> dict[str, Any]:
    """Set the day by which an unsolved ticket is to be solved.

    Args:
        ticket_id: id of the ticket
        due_on: the day, not before today
    """
    _unsolved(world, ticket_id)
    world.update("tickets", ticket_id, due_on=coming(world, due_on, "due_on"))
    return get_ticket(world, ticket_id)


def escalate_ticket(world: World, ticket_id: str, person_id: str) -> dict[str, Any]:
    """Escalate an unsolved ticket to a person; who works on it does not change.

    Args:
        ticket_id: id of the ticket
        person_id: id of the person to whom it is escalated
    """
    _unsolved(world, ticket_id)
    _worker(world, person_id, "be escalated to")
    world.update("tickets", ticket_id, escalated_to=person_id)
    return get_ticket(world, ticket_id)


def comment_on_ticket(world: World, ticket_id: str, body: Annotated[str, Field(min_length=1)]) -> dict[str, Any]:
    """Add a comment in your name to a ticket.

    Args:
        ticket_id: id of the ticket
        body: text of the comment
    """
    _ticket(world, ticket_id)
    world.insert(
        "ticket_comments", ticket_id=ticket_id, author_id=world.user, body=body, written_on=world.today.isoformat()
    )
    return get_ticket(world, ticket_id)


def solve_ticket(world: World, ticket_id: str) -> dict[str, Any]:
    """Mark a ticket as solved. It must be assigned to somebody.

    Args:
        ticket_id: id of the ticket
    """
    row = _unsolved(world, ticket_id)
    if row["assignee_id"] is None:
        raise ToolError(f"{ticket_id} is assigned to nobody; use assign_ticket first.")
    world.update("tickets", ticket_id, status="solved")
    return get_ticket(world, ticket_id)


def reopen_ticket(world: World, ticket_id: str) -> dict[str, Any]:
    """Open a solved ticket again; it stays with the same person.

    Args:
        ticket_id: id of the ticket
    """
    row = _ticket(world, ticket_id)
    if row["status"] != "solved":
        raise ToolError(f"{ticket_id} is {row['status']}; only a solved ticket can be reopened.")
    world.update("tickets", ticket_id, status="open")
    return get_ticket(world, ticket_id)


def _priority(world: World, name: str) -> str:
    row = world.row("SELECT id FROM ticket_priorities WHERE name = ?", name)
    assert row is not None
    return str(row["id"])


def _ticket(world: World, ticket_id: str) -> Row:
    return need(world, "tickets", ticket_id, "ticket", "search_tickets")


def _unsolved(world: World, ticket_id: str) -> Row:
    row = _ticket(world, ticket_id)
    if row["status"] == "solved":
        raise ToolError(f"{ticket_id} is solved; use reopen_ticket first.")
    return row


def _worker(world: World, person_id: str, what: str) -> None:
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} has left and cannot {what}.")


TOOLS = tuple(
    tool_of(f)
    for f in (
        search_tickets,
        get_ticket,
        list_ticket_priorities,
        create_ticket,
        assign_ticket,
        classify_ticket,
        set_ticket_priority,
        set_ticket_due_date,
        escalate_ticket,
        comment_on_ticket,
        solve_ticket,
        reopen_ticket,
    )
)
