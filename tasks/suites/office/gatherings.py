"""Small sets of things by the one to which they belong: *the unsolved tickets assigned to Ann Lee*."""

from collections.abc import Callable
from typing import Any

from skillweave.tasks.skills import Gathering, Toolbox
from skillweave.tasks.suites.office.apps.steps import every


def _listed(tool: str, rows: str, owner: str, **filters: Any) -> Callable[[Toolbox, str], list[str]]:
    """Return a look-up: all rows of a listing tool for one owner."""

    def resolve(use: Toolbox, of: str) -> list[str]:
        return [str(r["id"]) for r in every(getattr(use, tool), rows, **{owner: of}, **filters)]

    return resolve


def _status(table: str, owner: str, status: str) -> str:
    return f"SELECT id AS key, {owner} AS owner FROM {table} WHERE status = '{status}'"


GATHERINGS = (
    Gathering(
        type="Ticket",
        of="Person",
        candidates="SELECT id AS key, assignee_id AS owner FROM tickets WHERE status <> 'solved'",
        text=("unsolved tickets assigned to {of}", "tickets assigned to {of} that are not solved"),
        resolve=_listed("search_tickets", "tickets", "assignee_id", unsolved=True),
    ),
    Gathering(
        type="Ticket",
        of="Customer",
        candidates="SELECT id AS key, customer_id AS owner FROM tickets WHERE status <> 'solved'",
        text=("unsolved tickets of {of}", "tickets from {of} that are not solved"),
        resolve=_listed("search_tickets", "tickets", "customer_id", unsolved=True),
    ),
    Gathering(
        type="Expense",
        of="Person",
        candidates=_status("expenses", "person_id", "submitted"),
        text=("expenses of {of} with the status submitted", "submitted expenses of {of}"),
        resolve=_listed("list_expenses", "expenses", "person_id", status="submitted"),
    ),
    Gathering(
        type="LeaveRequest",
        of="Person",
        candidates=_status("leave_requests", "person_id", "pending"),
        text=("pending leave requests of {of}", "leave requests of {of} that are still pending"),
        resolve=_listed("search_leave_requests", "requests", "person_id", status="pending"),
    ),
    Gathering(
        type="Order",
        of="Customer",
        candidates=_status("orders", "customer_id", "confirmed"),
        text=("confirmed orders of {of}", "orders of {of} with the status confirmed"),
        resolve=_listed("list_orders", "orders", "customer_id", status="confirmed"),
    ),
    Gathering(
        type="Order",
        of="Person",
        candidates=_status("orders", "person_id", "draft"),
        text=("draft orders handled by {of}", "orders with the status draft that {of} handles"),
        resolve=_listed("list_orders", "orders", "handler_id", status="draft"),
    ),
    Gathering(
        type="Task",
        of="Person",
        candidates=_status("tasks", "assignee_id", "open"),
        text=("tasks with the status open that are assigned to {of}", "tasks of {of} with the status open"),
        resolve=_listed("search_tasks", "tasks", "assignee_id", status="open"),
    ),
    Gathering(
        type="Task",
        of="Project",
        candidates=_status("tasks", "project_id", "in progress"),
        text=("tasks in progress of {of}", "tasks of {of} with the status in progress"),
        resolve=_listed("search_tasks", "tasks", "project_id", status="in progress"),
    ),
    Gathering(
        type="Document",
        of="Person",
        candidates=_status("documents", "owner_id", "draft"),
        text=("documents in draft that {of} owns", "draft documents owned by {of}"),
        resolve=_listed("search_documents", "documents", "owner_id", status="draft"),
    ),
    Gathering(
        type="Event",
        of="Person",
        candidates=_status("events", "organizer_id", "tentative"),
        text=("tentative meetings organised by {of}", "meetings that {of} organises and that are still tentative"),
        resolve=_listed("search_events", "events", "organizer_id", status="tentative"),
    ),
    Gathering(
        type="Trip",
        of="Person",
        candidates=_status("trips", "person_id", "planned"),
        text=("planned trips of {of}", "trips of {of} with the status planned"),
        resolve=_listed("list_trips", "trips", "person_id", status="planned"),
    ),
    Gathering(
        type="Mail",
        of="Person",
        candidates="SELECT id AS key, sender_id AS owner FROM mails WHERE priority = 'high'",
        text=("high-priority mails from {of}", "mails of high priority that {of} sent"),
        resolve=_listed("search_mails", "mails", "sender_id", priority="high"),
    ),
    Gathering(
        type="Project",
        of="Person",
        candidates=_status("projects", "lead_id", "active"),
        text=("active projects that {of} leads", "projects with the status active led by {of}"),
        resolve=_listed("search_projects", "projects", "lead_id", status="active"),
    ),
)
