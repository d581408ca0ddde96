"""Tools of the customer app."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.apps.customers.tables import Industry, Stage, Status, Talk
from skillweave.tasks.suites.office.common import coming, euros, matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]


def _customer(world: World, customer_id: str) -> Row:
    return need(world, "customers", customer_id, "customer", "search_customers")


def _colleague(world: World, person_id: str) -> Row:
    person = need(world, "people", person_id, "person", "search_people")
    if not person["active"]:
        raise ToolError(f"{person['name']} ({person_id}) has left the company; choose someone who works here.")
    return person


def search_customers(
    world: World,
    name: str | None = None,
    industry: Industry | None = None,
    city: str | None = None,
    status: Status | None = None,
    owner_id: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find customers by name, industry, city, status or account owner, twenty a page, in order of name.

    Args:
        name: words of the customer's name
        industry: industry of the customer
        city: city of the customer
        status: prospect, active or dormant; all where left out
        owner_id: person id of the account owner
        page: page of the result
    """
    rows = world.rows(
        "SELECT id, name, industry, city, status, owner_id, customer_since, yearly_sales FROM customers"
        " ORDER BY name, id"
    )
    found = [
        r
        for r in rows
        if matches(name, r["name"])
        and industry in (None, r["industry"])
        and (city is None or city.lower() == (r["city"] or "").lower())
        and status in (None, r["status"])
        and owner_id in (None, r["owner_id"])
    ]
    return paged("customers", found, page)


def get_customer(world: World, customer_id: str) -> dict[str, Any]:
    """Show one customer: owner, status, terms of payment, credit limit, sales in the last twelve months, late payments.

    Args:
        customer_id: id of the customer, as a search shows it
    """
    row = _customer(world, customer_id)
    notes = world.rows("SELECT author_id, body FROM customer_notes WHERE customer_id = ? ORDER BY id", customer_id)
    return {**row, "notes": notes}


def create_customer(
    world: World, name: str, industry: Industry, owner_id: str, city: str | None = None, country: str | None = None
) -> dict[str, Any]:
    """Add a customer as a prospect.

    Args:
        name: name of the customer
        industry: industry of the customer
        owner_id: person id of the account owner
        city: city of the customer
        country: country of the customer
    """
    _colleague(world, owner_id)
    known = world.row("SELECT id FROM customers WHERE lower(name) = lower(?)", name.strip())
    if known:
        raise ToolError(f"There is a customer named {name!r} already: {known['id']}. Change it with update_customer.")
    key = world.insert(
        "customers",
        name=name.strip(),
        industry=industry,
        city=city,
        country=country,
        status="prospect",
        owner_id=owner_id,
        customer_since=world.today.isoformat(),
        yearly_sales=0.0,
        late_payments=0,
        credit_limit=0.0,
        discount=0.0,
        payment_days=14,
    )
    return get_customer(world, key)


def update_customer(
    world: World,
    customer_id: str,
    owner_id: str | None = None,
    status: Status | None = None,
    credit_limit: Annotated[float, Field(ge=0)] | None = None,
    discount: Annotated[float, Field(ge=0)] | None = None,
    payment_days: Annotated[int, Field(ge=0)] | None = None,
) -> dict[str, Any]:
    """Change a customer; only the fields that are given change.

    Args:
        customer_id: id of the customer
        owner_id: person id of the new account owner
        status: new status
        credit_limit: new credit limit in EUR
        discount: new standing discount in percent, at most 40
        payment_days: new term of payment in days, at most 120
    """
    _customer(world, customer_id)
    if owner_id is not None:
        _colleague(world, owner_id)
    if discount is not None and discount > 40:
        raise ToolError(f"A discount of {discount:g} percent is too high; at most 40 percent can be given.")
    if payment_days is not None and payment_days > 120:
        raise ToolError(f"A term of {payment_days} days is too long; at most 120 days can be given.")
    given = {
        "owner_id": owner_id,
        "status": status,
        "credit_limit": None if credit_limit is None else euros(credit_limit),
        "discount": discount,
        "payment_days": payment_days,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides customer_id.")
    world.update("customers", customer_id, **values)
    return get_customer(world, customer_id)


def add_customer_note(world: World, customer_id: str, text: str) -> dict[str, Any]:
    """Put a note in your name on a customer's record.

    Args:
        customer_id: id of the customer
        text: what the note says
    """
    _customer(world, customer_id)
    if not text.strip():
        raise ToolError("The note is empty; give a text.")
    today = world.today.isoformat()
    world.insert("customer_notes", customer_id=customer_id, author_id=world.user, body=text, written_on=today)
    return get_customer(world, customer_id)


def search_contacts(
    world: World, name: str | None = None, customer_id: str | None = None, page: Page = 1
) -> dict[str, Any]:
    """Find the people we know at customers, with the customer they work for, twenty a page, in order of name.

    Args:
        name: words of the contact's name
        customer_id: id of the customer for whom they work
        page: page of the result
    """
    rows = world.rows("SELECT id, customer_id, name, role, email FROM contacts ORDER BY name, id")
    found = [r for r in rows if matches(name, r["name"]) and customer_id in (None, r["customer_id"])]
    return paged("contacts", found, page)


def add_contact(world: World, customer_id: str, name: str, role: str, email: str | None = None) -> dict[str, Any]:
    """Add a contact at a customer.

    Args:
        customer_id: id of the customer
        name: full name of the contact
        role: what the contact does there, e.g. Purchasing Manager
        email: mail address of the contact
    """
    customer = _customer(world, customer_id)
    if world.row("SELECT id FROM contacts WHERE customer_id = ? AND lower(name) = lower(?)", customer_id, name):
        raise ToolError(f"{name} is a contact at {customer['name']} already; nothing was added.")
    key = world.insert("contacts", customer_id=customer_id, name=name, role=role, email=email)
    return {"id": key, "customer_id": customer_id, "name": name, "role": role, "email": email}


def list_customer_talks(world: World, customer_id: str, page: Page = 1) -> dict[str, Any]:
    """List the calls, visits and video meetings with a customer, the latest first, twenty a page.

    Args:
        customer_id: id of the customer
        page: page of the result
    """
    _customer(world, customer_id)
    rows = world.rows(
        "SELECT t.id, t.person_id, p.name AS person, t.kind, t.held_on, t.note FROM customer_talks t"
        " JOIN people p ON p.id = t.person_id WHERE t.customer_id = ? ORDER BY t.held_on DESC, t.id",
        customer_id,
    )
    return paged("talks", rows, page)


def log_customer_talk(
    world: World,
    customer_id: str,
    person_id: str,
    kind: Talk,
    held_on: date | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """Record that a colleague talked with a customer.

    Args:
        customer_id: id of the customer
        person_id: person id of the colleague
        kind: how they talked
        held_on: day of the talk, as YYYY-MM-DD; today where left out
        note: what was said
    """
    _customer(world, customer_id)
    _colleague(world, person_id)
    day = held_on or world.today
    if day > world.today:
        raise ToolError(f"{day} lies in the future; plan talks with schedule_follow_up instead.")
    row = {"customer_id": customer_id, "person_id": person_id, "kind": kind, "held_on": day.isoformat()}
    return {"id": world.insert("customer_talks", **row, note=note), **row}


def list_opportunities(
    world: World, customer_id: str | None = None, stage: Stage | None = None, page: Page = 1
) -> dict[str, Any]:
    """List sales opportunities with their value in EUR, twenty a page.

    Args:
        customer_id: id of the customer
        stage: open, won or lost; all where left out
        page: page of the result
    """
    rows = world.rows(
        "SELECT o.id, o.customer_id, c.name AS customer, o.title, o.value, o.stage FROM opportunities o"
        " JOIN customers c ON c.id = o.customer_id ORDER BY o.id"
    )
    found = [r for r in rows if customer_id in (None, r["customer_id"]) and stage in (None, r["stage"])]
    return paged("opportunities", found, page)


def create_opportunity(
    world: World, customer_id: str, title: str, value: Annotated[float, Field(gt=0)]
) -> dict[str, Any]:
    """Open a sales opportunity with a customer.

    Args:
        customer_id: id of the customer
        title: short title
        value: expected value in EUR
    """
    _customer(world, customer_id)
    row = {"customer_id": customer_id, "title": title, "value": euros(value), "stage": "open"}
    return {"id": world.insert("opportunities", **row, opened_on=world.today.isoformat()), **row}


def close_opportunity(world: World, opportunity_id: str, won: bool) -> dict[str, Any]:
    """Close an open sales opportunity as won or lost.

    Args:
        opportunity_id: id of the opportunity
        won: true where the customer bought, false where the opportunity is lost
    """
    row = need(world, "opportunities", opportunity_id, "opportunity", "list_opportunities")
    if row["stage"] != "open":
        raise ToolError(f"{opportunity_id} is {row['stage']} already; only open opportunities can be closed.")
    world.update("opportunities", opportunity_id, stage="won" if won else "lost")
    return {**row, "stage": "won" if won else "lost"}


def list_follow_ups(
    world: World, customer_id: str | None = None, person_id: str | None = None, page: Page = 1
) -> dict[str, Any]:
    """List planned follow-ups that are not done, the earliest first, twenty a page.

    Args:
        customer_id: id of the customer
        person_id: person id of the colleague who is to follow up
        page: page of the result
    """
    rows = world.rows(
        "SELECT f.id, f.customer_id, c.name AS customer, f.person_id, f.due_on FROM follow_ups f"
        " JOIN customers c ON c.id = f.customer_id WHERE f.done = 0 ORDER BY f.due_on, f.id"
    )
    found = [r for r in rows if customer_id in (None, r["customer_id"]) and person_id in (None, r["person_id"])]
    return paged("follow_ups", found, page)


def schedule_follow_up(world: World, customer_id: str, person_id: str, due_on: date) -> dict[str, Any]:
    """Plan that a colleague gets back to a customer by a day.

    Args:
        customer_id: id of the customer
        person_id: person id of the colleague
        due_on: day by which it is due, as YYYY-MM-DD
    """
    _customer(world, customer_id)
    _colleague(world, person_id)
    row = {"customer_id": customer_id, "person_id": person_id, "due_on": coming(world, due_on, "due_on")}
    return {"id": world.insert("follow_ups", **row, done=0), **row}


def complete_follow_up(world: World, follow_up_id: str) -> dict[str, Any]:
    """Mark a planned follow-up as done.

    Args:
        follow_up_id: id of the follow-up
    """
    row = need(world, "follow_ups", follow_up_id, "follow-up", "list_follow_ups")
    if row["done"]:
        raise ToolError(f"{follow_up_id} is done already.")
    world.update("follow_ups", follow_up_id, done=1)
    return {**row, "done": True}


TOOLS = tuple(
    tool_of(f)
    for f in (
        search_customers,
        get_customer,
        create_customer,
        update_customer,
        add_customer_note,
        search_contacts,
        add_contact,
        list_customer_talks,
        log_customer_talk,
        list_opportunities,
        create_opportunity,
        close_opportunity,
        list_follow_ups,
        schedule_follow_up,
        complete_follow_up,
    )
)
