"""The skills of the support desk, those with a rule of their own aside."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.tickets import procedures
from skillweave.tasks.suites.office.apps.tickets.tables import CATEGORIES, IMPACTS, URGENCIES
from skillweave.tasks.suites.office.common import ANY_FIGURE

TICKET = Input(types=("Ticket",))
PERSON = Input(types=("Person",))
CUSTOMER = Input(types=("Customer",))
DAY = Input(types=("Date",))
CATEGORY = Input(types=("Text",), values=CATEGORIES, literal=True)

_READ = (
    Skill(
        id="tickets.find_customer",
        description="Find out which customer a ticket is from.",
        inputs={"ticket": TICKET},
        output="Customer",
        tools=("get_ticket",),
        procedure=procedures.customer,
        phrases=(
            "Find out which customer {ticket} is from.",
            "Look up the customer behind {ticket}.",
            "See for which customer {ticket} was opened.",
        ),
        nouns=("the customer of {ticket}", "the customer for whom {ticket} was opened"),
        reference="customer of the ticket",
    ),
    Skill(
        id="tickets.find_assignee",
        description="Find out to whom a ticket is assigned.",
        inputs={"ticket": TICKET},
        output="Person",
        tools=("get_ticket",),
        procedure=procedures.assignee,
        phrases=(
            "Find out to whom {ticket} is assigned.",
            "Look up who works on {ticket}.",
            "See which colleague has {ticket}.",
        ),
        nouns=("the person to whom {ticket} is assigned", "the colleague who works on {ticket}"),
        reference="assignee of the ticket",
    ),
    Skill(
        id="tickets.find_due_date",
        description="Look up the due date that is recorded on a ticket.",
        inputs={"ticket": TICKET},
        output="Date",
        tools=("get_ticket",),
        procedure=procedures.due_date,
        phrases=(
            "Look up the due date recorded on {ticket}.",
            "Find out which due date is entered on {ticket}.",
            "Check by which day {ticket} is to be solved as recorded on it.",
        ),
        nouns=("the due date recorded on {ticket}", "the due date entered on {ticket}"),
        reference="due date of the ticket",
    ),
    Skill(
        id="tickets.count_days_open",
        description="Work out for how many days an unsolved ticket has been open.",
        inputs={"ticket": TICKET},
        output="Days",
        tools=("get_ticket",),
        procedure=procedures.days_open,
        phrases=(
            "Work out how many calendar days have passed from the day {ticket} was opened to today.",
            "Count the calendar days from the opening date of {ticket} until today.",
            "See how old {ticket} is today, in calendar days since the date it was opened.",
        ),
        nouns=(
            "the age of {ticket} in calendar days",
            "the calendar days from the opening date of {ticket} until today",
        ),
        reference="age of the ticket",
    ),
    Skill(
        id="tickets.count_unsolved",
        description="Count the unsolved tickets of a customer.",
        inputs={"customer": CUSTOMER},
        output="Count",
        tools=("search_tickets",),
        procedure=procedures.count_unsolved,
        phrases=(
            "Count the tickets of {customer} that are not solved.",
            "Work out how many unsolved tickets {customer} has.",
            "See how many support tickets from {customer} still wait to be solved.",
        ),
        nouns=(
            "the number of unsolved tickets of {customer}",
            "the number of tickets of {customer} that are not solved",
        ),
        reference="number of unsolved tickets",
    ),
    Skill(
        id="tickets.count_opened",
        description="Count the tickets of a category that were opened in a month.",
        inputs={"category": CATEGORY, "month": Input(types=("Month",))},
        output="Count",
        tools=("search_tickets",),
        procedure=procedures.count_opened,
        phrases=(
            'Count the tickets in the category "{category}" that were opened in {month}, solved or not.',
            'Work out how many "{category}" tickets were opened in {month}, whatever became of them.',
            'See how many tickets of the category "{category}" came in during {month} in all.',
        ),
        nouns=(
            'the number of "{category}" tickets opened in {month}',
            'the number of tickets of the category "{category}" opened in {month}',
        ),
        reference="number of new tickets",
    ),
    Skill(
        id="tickets.find_oldest_unsolved",
        description="Find the oldest unsolved ticket of a customer.",
        inputs={"customer": CUSTOMER},
        output="Ticket",
        tools=("search_tickets",),
        procedure=procedures.oldest_unsolved,
        phrases=(
            "Find the oldest unsolved ticket of {customer}.",
            "Among the tickets of {customer} that are not solved, find the one opened first.",
            "See which unsolved ticket {customer} has been waiting on longest since it was opened.",
        ),
        nouns=("the oldest unsolved ticket of {customer}", "the unsolved ticket of {customer} that was opened first"),
        reference="oldest ticket",
    ),
    Skill(
        id="tickets.find_latest_solved",
        description="Find the solved ticket of a customer that was opened last.",
        inputs={"customer": CUSTOMER},
        output="Ticket",
        tools=("search_tickets",),
        procedure=procedures.latest_solved,
        phrases=(
            "Find the solved ticket of {customer} that was opened last.",
            "Among the solved tickets of {customer}, find the one opened most recently.",
            "Look for the ticket of {customer} that is solved and has the latest opening time.",
        ),
        nouns=(
            "the most recently opened solved ticket of {customer}",
            "the solved ticket of {customer} that was opened last",
        ),
        reference="latest solved ticket",
    ),
    Skill(
        id="tickets.find_latest_in_category",
        description="Find the unsolved ticket of a category that was opened last.",
        inputs={"category": CATEGORY},
        output="Ticket",
        tools=("search_tickets",),
        procedure=procedures.latest_of_category,
        phrases=(
            'Find the unsolved ticket in the category "{category}" that was opened last.',
            'Among the unsolved "{category}" tickets, find the newest.',
            'See which ticket of the category "{category}" is the most recently opened one not yet solved.',
        ),
        nouns=(
            'the newest unsolved "{category}" ticket',
            'the unsolved ticket of the category "{category}" that was opened last',
        ),
        reference="newest ticket",
    ),
    Skill(
        id="tickets.find_busiest_agent",
        description="Find out who has the most unsolved tickets of a priority.",
        inputs={"priority": Input(types=("Priority",))},
        output="Person",
        tools=("list_ticket_priorities", "search_tickets"),
        procedure=procedures.busiest_agent,
        phrases=(
            "Find out to whom most of the unsolved tickets whose priority is {priority} are assigned.",
            "See who has the largest number of unsolved tickets whose priority is {priority}.",
            "Look for the colleague with the most unsolved tickets whose priority is {priority}.",
        ),
        nouns=(
            "the person with the most unsolved tickets whose priority is {priority}",
            "the colleague to whom most unsolved tickets whose priority is {priority} are assigned",
        ),
        reference="busiest agent",
    ),
    Skill(
        id="tickets.find_main_reporter",
        description="Find the customer with the most tickets of a category.",
        inputs={"category": CATEGORY},
        output="Customer",
        tools=("search_tickets",),
        procedure=procedures.main_reporter,
        phrases=(
            'Find the customer with the most tickets in the category "{category}", solved or not.',
            'See which customer has opened the most "{category}" tickets of all.',
            'Look for the customer from whom most tickets of the category "{category}" came, solved ones included.',
        ),
        nouns=(
            'the customer with the most "{category}" tickets, solved or not',
            'the customer who has opened the most tickets of the category "{category}"',
        ),
        reference="most frequent reporter",
    ),
)

_WRITE = (
    Skill(
        id="tickets.create",
        description="Open a support ticket for a customer.",
        inputs={
            "customer": CUSTOMER,
            "subject": Input(
                types=("Text",),
                values=(
                    "Reported by telephone",
                    "Follow-up of our visit",
                    "Contract copy requested",
                    "Call back wanted",
                ),
                literal=True,
            ),
            "category": CATEGORY,
        },
        output="Ticket",
        writes=True,
        tools=("create_ticket",),
        procedure=procedures.create,
        phrases=(
            'Open a ticket for {customer} with the subject "{subject}" in the category "{category}".',
            'Create a "{category}" ticket for {customer}; subject: "{subject}".',
            'Enter a new ticket from {customer} under "{subject}", category "{category}".',
        ),
        nouns=(
            'the new ticket "{subject}" of {customer} in the category "{category}"',
            'the "{category}" ticket "{subject}" that is opened for {customer}',
        ),
        reference="new ticket",
    ),
    Skill(
        id="tickets.assign",
        description="Assign a ticket to a person.",
        inputs={"ticket": TICKET, "person": PERSON},
        writes=True,
        tools=("get_person", "get_ticket", "assign_ticket"),
        procedure=procedures.assign,
        phrases=("Assign {ticket} to {person}.", "Give {ticket} to {person}.", "Let {person} work on {ticket}."),
    ),
    Skill(
        id="tickets.classify",
        description="Record impact and urgency of a ticket.",
        inputs={
            "ticket": TICKET,
            "impact": Input(types=("Text",), values=IMPACTS, literal=True),
            "urgency": Input(types=("Text",), values=URGENCIES, literal=True),
        },
        writes=True,
        tools=("get_ticket", "classify_ticket"),
        procedure=procedures.classify,
        phrases=(
            'Classify {ticket}: impact "{impact}", urgency "{urgency}".',
            'Record on {ticket} that its impact is "{impact}" and its urgency "{urgency}".',
            'Set the impact of {ticket} to "{impact}" and the urgency to "{urgency}".',
        ),
    ),
    Skill(
        id="tickets.set_priority",
        description="Set the priority of a ticket.",
        inputs={"ticket": TICKET, "priority": Input(types=("Priority",))},
        writes=True,
        tools=("list_ticket_priorities", "get_ticket", "set_ticket_priority"),
        procedure=procedures.set_priority,
        phrases=(
            "Set the priority of {ticket} to {priority}.",
            "Change the priority of {ticket}; new priority: {priority}.",
            "Record {priority} as the priority of {ticket}.",
        ),
    ),
    Skill(
        id="tickets.set_due_date",
        description="Set the day by which a ticket is to be solved.",
        inputs={"ticket": TICKET, "day": DAY},
        writes=True,
        tools=("get_ticket", "set_ticket_due_date"),
        procedure=procedures.set_due_date,
        phrases=(
            "Set the due date of {ticket} to {day}.",
            "Make {ticket} due on {day}.",
            "Record {day} as the due date of {ticket}.",
        ),
    ),
    Skill(
        id="tickets.escalate",
        description="Escalate a ticket to a person.",
        inputs={"ticket": TICKET, "person": PERSON},
        writes=True,
        tools=("get_person", "get_ticket", "escalate_ticket"),
        procedure=procedures.escalate,
        phrases=(
            "Escalate {ticket} to {person}.",
            "Bring {ticket} before {person} as an escalation.",
            "Record that {ticket} is escalated to {person}.",
        ),
    ),
    Skill(
        id="tickets.solve",
        description="Mark a ticket as solved.",
        inputs={"ticket": TICKET},
        writes=True,
        tools=("get_ticket", "solve_ticket"),
        procedure=procedures.solve,
        phrases=("Mark {ticket} as solved.", "Set {ticket} to solved.", "Close {ticket}: it is solved."),
    ),
    Skill(
        id="tickets.reopen",
        description="Open a solved ticket again.",
        inputs={"ticket": TICKET},
        writes=True,
        tools=("get_ticket", "reopen_ticket"),
        procedure=procedures.reopen,
        phrases=("Reopen {ticket}.", "Open {ticket} again.", "Take {ticket} up again: it is not solved after all."),
    ),
    Skill(
        id="tickets.note_figure",
        description="Comment on a ticket with a figure or date.",
        inputs={
            "ticket": TICKET,
            "figure": ANY_FIGURE,
        },
        writes=True,
        states=("figure",),
        tools=("comment_on_ticket",),
        procedure=procedures.note_figure,
        phrases=(
            "Add a comment to {ticket} that states {figure}.",
            "Comment on {ticket} and state {figure} there.",
            "Write {figure} into a comment on {ticket}.",
        ),
    ),
)

SKILLS = (*_READ, *_WRITE)
