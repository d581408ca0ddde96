"""The skills of the customer app that change something and need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.customers import procedures
from skillweave.tasks.suites.office.apps.customers.tables import INDUSTRIES, ROLES
from skillweave.tasks.suites.office.common import ANY_VALUE

ANY_CUSTOMER = Input(types=("Customer",))
ANY_PERSON = Input(types=("Person",))
INDUSTRY = Input(types=("Text",), values=INDUSTRIES, literal=True)

WRITING = (
    Skill(
        id="customers.create",
        description="Add a prospective customer with an account owner.",
        inputs={
            "name": Input(
                types=("Text",),
                values=("Oriel Bakeries", "Tamsin Yards", "Velmora Clinics", "Harrow Isle Hotels", "Peregrine Tools"),
                literal=True,
            ),
            "industry": INDUSTRY,
            "person": ANY_PERSON,
        },
        output="Customer",
        writes=True,
        tools=("get_person", "search_customers", "create_customer"),
        procedure=procedures.create,
        phrases=(
            'Add "{name}" as a new customer in the "{industry}" industry, with {person} as account owner.',
            'Enter a new customer called "{name}" (industry "{industry}") whose account {person} owns.',
            'Create the customer "{name}" in "{industry}" and make {person} the account owner.',
        ),
        nouns=(
            'the new customer "{name}" (industry "{industry}") owned by {person}',
            'the customer "{name}" (industry "{industry}") created for {person}',
        ),
        reference="new customer",
    ),
    Skill(
        id="customers.change_owner",
        description="Hand the account of a customer over to another colleague.",
        inputs={"customer": ANY_CUSTOMER, "person": ANY_PERSON},
        writes=True,
        tools=("get_person", "get_customer", "update_customer"),
        procedure=procedures.change_owner,
        phrases=(
            "Make {person} the account owner of {customer}.",
            "Hand the account of {customer} over to {person}.",
            "Change the account owner of {customer} to {person}.",
        ),
    ),
    Skill(
        id="customers.set_credit_limit",
        description="Set the credit limit of a customer.",
        inputs={
            "customer": ANY_CUSTOMER,
            "amount": Input(
                types=("CreditLimit", "Turnover"), values=(1750.0, 3400.0, 6250.0, 9800.0, 14300.0, 21750.0)
            ),
        },
        writes=True,
        tools=("get_customer", "update_customer"),
        procedure=procedures.set_credit_limit,
        phrases=(
            "Set the credit limit of {customer} to {amount}.",
            "Change the credit limit on record for {customer} to {amount}.",
            "Give {customer} a credit limit of {amount}.",
        ),
    ),
    Skill(
        id="customers.set_discount",
        description="Set the standing discount of a customer.",
        inputs={
            "customer": ANY_CUSTOMER,
            "percentage": Input(types=("Percent",), values=(1.25, 2.75, 8.5, 9.0, 11.0, 12.5)),
        },
        writes=True,
        tools=("get_customer", "update_customer"),
        procedure=procedures.set_discount,
        phrases=(
            "Set the standing discount of {customer} to {percentage}.",
            "Give {customer} a standing discount of {percentage}.",
            "Change the discount on record for {customer} to {percentage}.",
        ),
    ),
    Skill(
        id="customers.set_payment_term",
        description="Set the number of days within which a customer has to pay.",
        inputs={"customer": ANY_CUSTOMER, "days": Input(types=("PaymentTerm",), values=(7, 10, 25, 40, 50, 75))},
        writes=True,
        tools=("get_customer", "update_customer"),
        procedure=procedures.set_payment_days,
        phrases=(
            "Set the term of payment of {customer} to {days}.",
            "Record {days} as the time that {customer} has for paying invoices.",
            "Change the payment term on record for {customer} to {days}.",
        ),
    ),
    Skill(
        id="customers.mark_dormant",
        description="Mark a customer as dormant.",
        inputs={"customer": ANY_CUSTOMER},
        writes=True,
        tools=("get_customer", "update_customer"),
        procedure=procedures.make_dormant,
        phrases=(
            "Mark {customer} as dormant.",
            "Set the status of {customer} to dormant.",
            "Record {customer} as a dormant customer.",
        ),
    ),
    Skill(
        id="customers.schedule_follow_up",
        description="Plan that a colleague gets back to a customer by a day.",
        inputs={"customer": ANY_CUSTOMER, "person": ANY_PERSON, "day": Input(types=("Date",))},
        writes=True,
        tools=("get_person", "schedule_follow_up"),
        procedure=procedures.plan_follow_up,
        phrases=(
            "Schedule a follow-up with {customer} for {person}, due on {day}.",
            "Plan that {person} follows up with {customer} by {day}.",
            "Enter a follow-up for {person} with {customer}, due on {day}.",
        ),
    ),
    Skill(
        id="customers.log_call",
        description="Record that a colleague called a customer today.",
        inputs={"customer": ANY_CUSTOMER, "person": ANY_PERSON},
        writes=True,
        tools=("get_person", "log_customer_talk"),
        procedure=procedures.log_call,
        phrases=(
            "Log a call of today by {person} with {customer}.",
            "Record that {person} called {customer} today.",
            "Note in the customer records that {person} had a call with {customer} today.",
        ),
    ),
    Skill(
        id="customers.add_note",
        description="Put a note on a customer's record that states a given value.",
        inputs={
            "customer": ANY_CUSTOMER,
            "fact": Input(types=(*ANY_VALUE.types, "Percent"), values=ANY_VALUE.values),
        },
        writes=True,
        states=("fact",),
        tools=("get_person", "list_departments", "add_customer_note"),
        procedure=procedures.add_note,
        phrases=(
            "Put a note on the record of {customer} that states {fact}.",
            "Add a note to {customer} stating {fact}.",
            "Write a note that gives {fact} on the record of {customer}.",
        ),
    ),
    Skill(
        id="customers.open_opportunity",
        description="Open a sales opportunity of some value with a customer.",
        inputs={
            "customer": ANY_CUSTOMER,
            "title": Input(
                types=("Text",),
                values=("Autumn campaign", "Second location", "Maintenance package", "Three-year deal"),
                literal=True,
            ),
            "amount": Input(types=("Turnover",), values=(950.0, 2300.0, 4750.0, 8200.0, 12600.0)),
        },
        writes=True,
        tools=("create_opportunity",),
        procedure=procedures.open_opportunity,
        phrases=(
            'Open a sales opportunity "{title}" with {customer}, worth {amount}.',
            'Create an opportunity called "{title}" for {customer} with a value of {amount}.',
            'Record a new sales opportunity with {customer} under the title "{title}", worth {amount}.',
        ),
    ),
    Skill(
        id="customers.add_contact",
        description="Add a contact at a customer.",
        inputs={
            "customer": ANY_CUSTOMER,
            "name": Input(
                types=("Text",),
                values=("Ines Falkner", "Bram Oosterhuis", "Tilda Nyquist", "Corin Mabey", "Renata Szabo"),
                literal=True,
            ),
            "role": Input(types=("Text",), values=ROLES, literal=True),
        },
        writes=True,
        tools=("search_contacts", "add_contact"),
        procedure=procedures.add_contact,
        phrases=(
            'Add "{name}" as a contact at {customer} with the role "{role}".',
            'Record a new contact at {customer}: "{name}", role "{role}".',
            'Enter "{name}" ("{role}") among the contacts of {customer}.',
        ),
    ),
)
