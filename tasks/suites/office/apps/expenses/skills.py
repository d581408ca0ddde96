"""The skills of the expense app that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.expenses import procedures
from skillweave.tasks.suites.office.apps.expenses.tables import MERCHANTS
from skillweave.tasks.suites.office.common import ANY_VALUE

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
        output="Money",
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
        output="Money",
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
        output="Money",
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
        output="Date",
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
        output="Money",
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
        output="Money",
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

WRITING = (
    Skill(
        id="expenses.file",
        description="File an expense of today for a person.",
        inputs={
            "person": ANY_PERSON,
            "amount": Input(types=("Money",), values=(18.4, 27.9, 46.5, 63.25, 88.0, 119.6, 154.3, 242.75)),
            "category": CATEGORY,
        },
        output="Expense",
        writes=True,
        tools=("get_person", "create_expense"),
        procedure=procedures.file_expense,
        phrases=(
            'File an expense for {person} in the category "{category}", with the date of today, over {amount}.',
            'Enter a new expense in the category "{category}" for {person}, spent today: {amount}.',
            'Submit an expense of today for {person}, category "{category}"; the amount is {amount}.',
        ),
        nouns=(
            'the expense over {amount} in the category "{category}" filed for {person}',
            'the new expense of {person} over {amount} in the category "{category}"',
        ),
        reference="new expense",
    ),
    Skill(
        id="expenses.approve",
        description="Approve a submitted expense.",
        inputs={"expense": ANY_EXPENSE},
        writes=True,
        tools=("get_expense", "approve_expense"),
        procedure=procedures.approve,
        phrases=("Approve {expense}.", "Give your approval to {expense}.", "Sign off {expense} as approved."),
    ),
    Skill(
        id="expenses.reject",
        description="Reject a submitted expense.",
        inputs={"expense": ANY_EXPENSE},
        writes=True,
        tools=("get_expense", "reject_expense"),
        procedure=procedures.reject,
        phrases=("Reject {expense}.", "Turn down {expense}.", "Decline {expense} so that it counts as rejected."),
    ),
    Skill(
        id="expenses.withdraw",
        description="Withdraw a submitted expense.",
        inputs={"expense": ANY_EXPENSE},
        writes=True,
        tools=("get_expense", "withdraw_expense"),
        procedure=procedures.withdraw,
        phrases=(
            "Withdraw {expense}.",
            "Take back {expense} by withdrawing it.",
            "Pull {expense} from approval so that it counts as withdrawn.",
        ),
    ),
    Skill(
        id="expenses.assign_approver",
        description="Say who is to decide on a submitted expense.",
        inputs={"expense": ANY_EXPENSE, "approver": ANY_PERSON},
        writes=True,
        tools=("get_expense", "get_person", "assign_expense_approver"),
        procedure=procedures.assign_approver,
        phrases=(
            "Make {approver} the approver of {expense}.",
            "Route {expense} to {approver} for approval.",
            "Assign {approver} as the one to decide on {expense}.",
        ),
    ),
    Skill(
        id="expenses.correct_amount",
        description="Correct the amount of a submitted expense.",
        inputs={
            "expense": ANY_EXPENSE,
            "amount": Input(types=("Money",), values=(16.2, 33.0, 58.75, 74.4, 102.5, 187.9)),
        },
        writes=True,
        tools=("get_expense", "update_expense"),
        procedure=procedures.correct_amount,
        phrases=(
            "Correct the amount of {expense} to {amount}.",
            "Change the sum of {expense} to {amount}.",
            "Set the amount claimed with {expense} to {amount}.",
        ),
    ),
    Skill(
        id="expenses.change_category",
        description="File a submitted expense under another category.",
        inputs={"expense": ANY_EXPENSE, "category": CATEGORY},
        writes=True,
        tools=("get_expense", "update_expense"),
        procedure=procedures.change_category,
        phrases=(
            'Change the category of {expense} to "{category}".',
            'File {expense} under "{category}" instead.',
            'Recategorise {expense} as "{category}".',
        ),
    ),
    Skill(
        id="expenses.reimburse",
        description="Pay money back for an approved expense.",
        inputs={
            "expense": ANY_EXPENSE,
            "amount": Input(types=("Money",), values=(12.0, 15.5, 22.4, 30.0, 38.6)),
        },
        writes=True,
        tools=("get_expense", "reimburse_expense"),
        procedure=procedures.reimburse,
        phrases=(
            "On {expense}, reimburse {amount}.",
            "For {expense}, pay back {amount}.",
            "Record a reimbursement against {expense}; the amount is {amount}.",
        ),
    ),
    Skill(
        id="expenses.comment",
        description="Leave a comment on an expense that states a given value.",
        inputs={
            "expense": ANY_EXPENSE,
            "fact": ANY_VALUE,
        },
        writes=True,
        states=("fact",),
        tools=("get_person", "list_departments", "comment_on_expense"),
        procedure=procedures.comment,
        phrases=(
            "Leave a comment on {expense} that states {fact}.",
            "Comment on {expense}, stating {fact}.",
            "Add a remark to {expense} that gives {fact}.",
        ),
    ),
    Skill(
        id="expenses.set_budget",
        description="Set the expense budget of a department for a month.",
        inputs={
            "department": ANY_DEPARTMENT,
            "month": ANY_MONTH,
            "amount": Input(types=("Money",), values=(1250.0, 1875.0, 2240.0, 2620.0, 3175.0)),
        },
        writes=True,
        tools=("get_expense_budget", "set_expense_budget"),
        procedure=procedures.set_budget,
        phrases=(
            "Set the expense budget of {department} for {month} to {amount}.",
            "Change the {month} expense budget of {department} to {amount}.",
            "For {month}, give {department} an expense budget of {amount}.",
        ),
    ),
    Skill(
        id="expenses.grant_advance",
        description="Grant a person a cash advance to be settled by a day.",
        inputs={
            "person": ANY_PERSON,
            "amount": Input(types=("Money",), values=(80.0, 120.0, 175.0, 240.0, 360.0)),
            "day": Input(types=("Date",)),
        },
        writes=True,
        tools=("get_person", "grant_cash_advance"),
        procedure=procedures.grant_advance,
        phrases=(
            "Grant {person} a cash advance of {amount}, to be settled by {day}.",
            "Give {person} a cash advance that has to be settled by {day}; the amount is {amount}.",
            "Record a cash advance for {person}, due to be settled by {day}, over {amount}.",
        ),
    ),
    Skill(
        id="expenses.log_drive",
        description="Record a business drive with a private car.",
        inputs={
            "person": ANY_PERSON,
            "day": Input(types=("Date",)),
            "kilometres": Input(types=("Count",), values=(24, 37, 58, 83, 116, 142, 205), literal=True),
        },
        writes=True,
        tools=("get_person", "log_car_drive"),
        procedure=procedures.log_drive,
        phrases=(
            "Record that {person} drives {kilometres} km with the private car on {day}, alone.",
            "Log a drive of {kilometres} km without passengers for {person} on {day}.",
            "Enter a private-car drive for {person}: {kilometres} km on {day}, no passengers.",
        ),
    ),
)

SKILLS = (*READING, *WRITING)
