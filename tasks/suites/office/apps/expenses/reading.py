"""The skills of the expense app that look something up and need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.expenses import procedures
from skillweave.tasks.suites.office.apps.expenses.tables import MERCHANTS

ANY_EXPENSE = Input(types=("Expense",))
ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))
ANY_MONTH = Input(types=("Month",))
CATEGORY = Input(types=("Text",), values=tuple(MERCHANTS), literal=True)

READING = (
    Skill(
        id="expenses.total_of_person",
        description="Add up all approved expenses of a person.",
        inputs={"person": ANY_PERSON},
        output="Spending",
        tools=("list_expenses",),
        procedure=procedures.person_total,
        phrases=(
            "Add up all approved expenses of {person}.",
            "Work out what the approved expenses of {person} come to, whatever their date.",
            "Find the total of every approved expense of {person}.",
        ),
        nouns=("the total of all approved expenses of {person}", "what the approved expenses of {person} come to"),
        reference="expense total",
    ),
    Skill(
        id="expenses.total_of_department",
        description="Add up the approved expenses of a department in a month.",
        inputs={"department": ANY_DEPARTMENT, "month": ANY_MONTH},
        output="Spending",
        tools=("list_expenses",),
        procedure=procedures.department_total,
        phrases=(
            "Add up the approved expenses that {department} had in {month}.",
            "Work out the total of the approved expenses of {department} for {month}.",
            "See what the approved expenses of {department} in {month} come to.",
        ),
        nouns=(
            "the total of the approved expenses of {department} in {month}",
            "what the approved {month} expenses of {department} come to",
        ),
        reference="department total",
    ),
    Skill(
        id="expenses.total_of_category",
        description="Add up the approved expenses of one category in a month, over the whole company.",
        inputs={"category": CATEGORY, "month": ANY_MONTH},
        output="Spending",
        tools=("list_expenses",),
        procedure=procedures.category_total,
        phrases=(
            'Add up all approved expenses in the category "{category}" from {month}.',
            'Work out what the company spent on "{category}" in {month}, counting approved expenses only.',
            'Find the total of the approved "{category}" expenses of {month}.',
        ),
        nouns=(
            'the total of the approved "{category}" expenses of {month}',
            'what the approved "{category}" expenses of {month} come to',
        ),
        reference="category total",
    ),
    Skill(
        id="expenses.count_pending",
        description="Count the submitted expenses of a department that nobody has decided on.",
        inputs={"department": ANY_DEPARTMENT},
        output="Count",
        tools=("list_expenses",),
        procedure=procedures.pending_count,
        phrases=(
            "Count the expenses of {department} that are submitted and still wait for a decision.",
            "Work out how many expenses of {department} have the status submitted.",
            "See how many submitted expenses {department} has.",
        ),
        nouns=(
            "the number of submitted expenses of {department}",
            "the number of expenses of {department} that wait for a decision",
        ),
        reference="number of pending expenses",
    ),
    Skill(
        id="expenses.count_missing_receipts",
        description="Count the approved expenses of a department in a month that have no receipt.",
        inputs={"department": ANY_DEPARTMENT, "month": ANY_MONTH},
        output="Count",
        tools=("list_expenses",),
        procedure=procedures.missing_receipts,
        phrases=(
            "Count the approved expenses of {department} from {month} that lack a receipt.",
            "Work out how many approved {month} expenses of {department} have no receipt.",
            "Check how many of the approved expenses that {department} had in {month} come without a receipt.",
        ),
        nouns=(
            "the number of approved {month} expenses of {department} without a receipt",
            "the number of missing receipts among the approved expenses of {department} in {month}",
        ),
        reference="number of missing receipts",
    ),
    Skill(
        id="expenses.find_largest_pending",
        description="Find the largest submitted expense of a department.",
        inputs={"department": ANY_DEPARTMENT},
        output="Expense",
        tools=("list_expenses",),
        procedure=procedures.largest_pending,
        phrases=(
            "Find the largest submitted expense of {department}.",
            "Look for the highest expense of {department} that still has the status submitted.",
            "Among the expenses of {department} waiting for a decision, find the one with the highest amount.",
        ),
        nouns=(
            "the largest submitted expense of {department}",
            "the highest expense of {department} that waits for a decision",
        ),
        reference="largest pending expense",
    ),
    Skill(
        id="expenses.find_latest",
        description="Find the most recent expense of a person.",
        inputs={"person": ANY_PERSON},
        output="Expense",
        tools=("list_expenses",),
        procedure=procedures.latest_expense,
        phrases=(
            "Find the most recent expense of {person} by the day it was spent, whatever its status.",
            "Look up the latest expense that {person} had, in any status.",
            "See which expense of {person}, no matter in which state, is the newest by date of spending.",
        ),
        nouns=("the most recent expense of {person}", "the latest expense of any status that {person} had"),
        reference="latest expense",
    ),
    Skill(
        id="expenses.find_smallest_pending",
        description="Find the smallest submitted expense of one category in a month.",
        inputs={"category": CATEGORY, "month": ANY_MONTH},
        output="Expense",
        tools=("list_expenses",),
        procedure=procedures.smallest_pending,
        phrases=(
            'Find the smallest submitted expense of {month} in the category "{category}".',
            'Among the "{category}" expenses from {month} that are still submitted, find the lowest one.',
            'Look for the submitted "{category}" expense of {month} with the lowest amount.',
        ),
        nouns=(
            'the smallest submitted "{category}" expense of {month}',
            'the lowest "{category}" expense of {month} that is still submitted',
        ),
        reference="smallest pending expense",
    ),
    Skill(
        id="expenses.find_top_spender",
        description="Find out who of a department has the highest total of approved expenses in a month.",
        inputs={"department": ANY_DEPARTMENT, "month": ANY_MONTH},
        output="Person",
        tools=("list_expenses",),
        procedure=procedures.top_spender,
        phrases=(
            "Find out whose approved expenses in {month} come to the most in {department}.",
            "In {department}, find the person with the highest total of approved expenses for {month}.",
            "See who of {department} spent the most in {month}, counting approved expenses only.",
        ),
        nouns=(
            "the person of {department} with the highest total of approved expenses in {month}",
            "whoever of {department} has the most approved expenses in {month} by amount",
        ),
        reference="top spender",
    ),
    Skill(
        id="expenses.find_submitter",
        description="Find out whose expense it is.",
        inputs={"expense": ANY_EXPENSE},
        output="Person",
        tools=("get_expense",),
        procedure=procedures.submitter,
        phrases=(
            "Find out who filed {expense}.",
            "Look up the person who spent the money on {expense}.",
            "Check who claims {expense}.",
        ),
        nouns=("the person who filed {expense}", "whoever claims {expense}"),
        reference="claimant",
    ),
    Skill(
        id="expenses.find_amount",
        description="Find out the amount of an expense.",
        inputs={"expense": ANY_EXPENSE},
        output="Money",
        tools=("get_expense",),
        procedure=procedures.expense_amount,
        phrases=(
            "Find out the amount of {expense}.",
            "Look up how much was claimed with {expense}.",
            "Check which sum {expense} is over.",
        ),
        nouns=("the amount of {expense}", "the sum claimed with {expense}"),
        reference="expense amount",
    ),
    Skill(
        id="expenses.find_spending_date",
        description="Find out on which day the money of an expense was spent.",
        inputs={"expense": ANY_EXPENSE},
        output="PastDate",
        tools=("get_expense",),
        procedure=procedures.spending_date,
        phrases=(
            "Find out on which day the money for {expense} was spent.",
            "Look up the date of {expense}.",
            "Check when {expense} was incurred.",
        ),
        nouns=("the date of {expense}", "the day on which the money for {expense} was spent"),
        reference="date of the expense",
    ),
    Skill(
        id="expenses.work_out_remaining_budget",
        description="Work out how much of a department's expense budget approved expenses left in a month.",
        inputs={"department": ANY_DEPARTMENT, "month": ANY_MONTH},
        output="Budget",
        tools=("get_expense_budget", "list_expenses"),
        procedure=procedures.remaining_budget,
        phrases=(
            "Work out how much of the expense budget of {department} for {month} is left after its approved expenses.",
            "Take the approved {month} expenses of {department} off its budget for that month to see what remains.",
            "Determine what remains of the {month} expense budget of {department} less the approved expenses.",
        ),
        nouns=(
            "the expense budget that {department} has left for {month} after approved expenses",
            "what approved expenses left of the {month} expense budget of {department}",
        ),
        reference="remaining budget",
    ),
    Skill(
        id="expenses.total_advances",
        description="Add up the cash advances that a person holds.",
        inputs={"person": ANY_PERSON},
        output="Spending",
        tools=("list_cash_advances",),
        procedure=procedures.outstanding_advances,
        phrases=(
            "Add up the cash advances that {person} holds.",
            "Work out how much {person} holds in cash advances.",
            "See what the cash advances of {person} come to.",
        ),
        nouns=("the total of the cash advances of {person}", "what {person} holds in cash advances"),
        reference="total of advances",
    ),
)
