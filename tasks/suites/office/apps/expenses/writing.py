"""The skills of the expense app that change something and need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.expenses import procedures
from skillweave.tasks.suites.office.apps.expenses.tables import MERCHANTS
from skillweave.tasks.suites.office.common import ANY_VALUE

ANY_EXPENSE = Input(types=("Expense",))
ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))
ANY_MONTH = Input(types=("Month",))
CATEGORY = Input(types=("Text",), values=tuple(MERCHANTS), literal=True)

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
            "amount": Input(types=("Budget", "Spending"), values=(1250.0, 1875.0, 2240.0, 2620.0, 3175.0)),
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
            "day": Input(types=("PastDate",)),
            "kilometres": Input(types=("Count",), values=(24, 37, 58, 83, 116, 142, 205), literal=True),
        },
        writes=True,
        tools=("get_person", "log_car_drive"),
        procedure=procedures.log_drive,
        phrases=(
            "Record that {person} drove {kilometres} km with the private car on {day}, alone.",
            "Log a drive of {kilometres} km without passengers for {person} on {day}.",
            "Enter a private-car drive for {person}: {kilometres} km on {day}, no passengers.",
        ),
    ),
)
