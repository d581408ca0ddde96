"""How the skills of the customer app are carried out with tools."""

from datetime import date
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import euros, said


def owner(use: Toolbox, customer: str) -> str:
    """Find out who owns the account."""
    return str(use.get_customer(customer_id=customer)["owner_id"])


def _accounts(use: Toolbox, person: str) -> list[dict[str, Any]]:
    rows = every(use.search_customers, "customers", owner_id=person)
    applicable(len(rows) > 1, "owns hardly any customer")
    return rows


def account_count(use: Toolbox, person: str) -> int:
    """Count the customers that a person owns."""
    return len(_accounts(use, person))


def account_sales(use: Toolbox, person: str) -> float:
    """Add up the yearly sales of the customers that a person owns."""
    return euros(sum(r["yearly_sales"] for r in _accounts(use, person)))


def largest_account(use: Toolbox, person: str) -> str:
    """Find the customer with the highest yearly sales that a person owns."""
    return str(foremost(_accounts(use, person), "yearly_sales")["id"])


def newest_customer(use: Toolbox, industry: str) -> str:
    """Find the customer of an industry that was won last."""
    return str(foremost(every(use.search_customers, "customers", industry=industry), "customer_since")["id"])


def last_talk(use: Toolbox, customer: str) -> dict[str, Any]:
    """Return the latest talk with a customer; not applicable to two on the same day."""
    talks = every(use.list_customer_talks, "talks", customer_id=customer)
    applicable(talks, "no talks")
    applicable(len(talks) == 1 or talks[0]["held_on"] != talks[1]["held_on"], "tie")
    return talks[0]


def last_talk_date(use: Toolbox, customer: str) -> str:
    """Find out when someone talked with a customer last."""
    return str(last_talk(use, customer)["held_on"])


def last_talker(use: Toolbox, customer: str) -> str:
    """Find out who talked with a customer last."""
    return str(last_talk(use, customer)["person_id"])


def days_since_talk(use: Toolbox, customer: str) -> int:
    """Count the days since the latest talk with a customer."""
    days = int((use.today - date.fromisoformat(last_talk(use, customer)["held_on"])).days)
    applicable(days > 1, "just now")
    return days


def customer_since(use: Toolbox, customer: str) -> str:
    """Find out since when somebody is a customer."""
    return str(use.get_customer(customer_id=customer)["customer_since"])


def open_pipeline(use: Toolbox, customer: str) -> float:
    """Add up the open opportunities of a customer."""
    rows = every(use.list_opportunities, "opportunities", customer_id=customer, stage="open")
    applicable(rows, "nothing open")
    return euros(sum(r["value"] for r in rows))


def credit_limit(use: Toolbox, customer: str) -> float:
    """Find out a customer's credit limit."""
    return float(use.get_customer(customer_id=customer)["credit_limit"])


def yearly_sales(use: Toolbox, customer: str) -> float:
    """Find out a customer's sales of the last twelve months."""
    sales = float(use.get_customer(customer_id=customer)["yearly_sales"])
    applicable(sales > 0, "no sales")
    return sales


def payment_days(use: Toolbox, customer: str) -> int:
    """Find out a customer's term of payment."""
    return int(use.get_customer(customer_id=customer)["payment_days"])


def contact_count(use: Toolbox, customer: str) -> int:
    """Count the contacts at a customer."""
    found = len(every(use.search_contacts, "contacts", customer_id=customer))
    applicable(found > 1, "hardly any contacts")
    return found


def _works_here(use: Toolbox, person: str) -> bool:
    return bool(use.get_person(person_id=person)["active"])


def create(use: Toolbox, name: str, industry: str, person: str) -> str:
    """Add a prospect."""
    applicable(_works_here(use, person), "has left")
    applicable(not use.search_customers(name=name)["customers"], "known already")
    return str(use.create_customer(name=name, industry=industry, owner_id=person)["id"])


def change_owner(use: Toolbox, customer: str, person: str) -> None:
    """Hand an account over."""
    applicable(_works_here(use, person) and owner(use, customer) != person, "no change")
    use.update_customer(customer_id=customer, owner_id=person)


def set_credit_limit(use: Toolbox, customer: str, amount: float) -> None:
    """Change a credit limit."""
    applicable(amount > 0 and credit_limit(use, customer) != euros(amount), "no change")
    use.update_customer(customer_id=customer, credit_limit=amount)


def set_discount(use: Toolbox, customer: str, percentage: float) -> None:
    """Change a standing discount."""
    applicable(0 <= percentage <= 40, "out of range")
    applicable(use.get_customer(customer_id=customer)["discount"] != percentage, "no change")
    use.update_customer(customer_id=customer, discount=percentage)


def set_payment_days(use: Toolbox, customer: str, days: int) -> None:
    """Change a term of payment."""
    applicable(0 < days <= 120 and days == int(days), "out of range")
    applicable(payment_days(use, customer) != days, "no change")
    use.update_customer(customer_id=customer, payment_days=int(days))


def make_dormant(use: Toolbox, customer: str) -> None:
    """Put a customer to rest."""
    applicable(use.get_customer(customer_id=customer)["status"] != "dormant", "no change")
    use.update_customer(customer_id=customer, status="dormant")


def plan_follow_up(use: Toolbox, customer: str, person: str, day: str) -> None:
    """Plan a follow-up."""
    applicable(_works_here(use, person), "has left")
    use.schedule_follow_up(customer_id=customer, person_id=person, due_on=day)


def log_call(use: Toolbox, customer: str, person: str) -> None:
    """Record today's call."""
    applicable(_works_here(use, person), "has left")
    use.log_customer_talk(customer_id=customer, person_id=person, kind="call")


def add_note(use: Toolbox, customer: str, fact: Any) -> None:
    """Note a fact on a customer's record."""
    use.add_customer_note(customer_id=customer, text=f"For the record: {said(use, fact)}.")


def open_opportunity(use: Toolbox, customer: str, title: str, amount: float) -> None:
    """Open a sales opportunity."""
    applicable(amount > 0, "no value")
    use.create_opportunity(customer_id=customer, title=title, value=amount)


def add_contact(use: Toolbox, customer: str, name: str, role: str) -> None:
    """Add a contact."""
    known = every(use.search_contacts, "contacts", customer_id=customer)
    applicable(name not in [c["name"] for c in known], "known already")
    use.add_contact(customer_id=customer, name=name, role=role)
