"""The skills of the projects app that change something and need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.projects import procedures
from skillweave.tasks.suites.office.common import ANY_FIGURE

PROJECT = Input(types=("Project",))
TASK = Input(types=("Task",))
PERSON = Input(types=("Person",))
DAY = Input(types=("Date",))
BUDGET = Input(types=("Budget", "Turnover"), values=(8500, 12000, 18500, 24000, 37500))

WRITING = (
    Skill(
        id="projects.create_project",
        description="Open a new project for a customer.",
        inputs={
            "name": Input(
                types=("Text",),
                values=("Spring Renewal", "Data Hub", "Service Portal 2", "Paperless Desk", "Fleet Upgrade"),
                literal=True,
            ),
            "customer": Input(types=("Customer",)),
            "lead": PERSON,
            "budget": BUDGET,
        },
        output="Project",
        writes=True,
        tools=("get_person", "search_projects", "create_project"),
        procedure=procedures.create_project,
        phrases=(
            'Open the project "{name}" for {customer}, led by {lead}, with a budget of {budget}.',
            'Start a new project "{name}" for {customer}, with {lead} in the lead and {budget} to spend.',
            'Set up "{name}" as a new project for {customer} with {lead} as lead and {budget} as budget.',
        ),
        nouns=(
            'the new project "{name}" (customer: {customer}, lead: {lead}, budget: {budget})',
            'the project "{name}" that is opened for {customer} with {lead} as lead and a budget of {budget}',
        ),
        reference="new project",
    ),
    Skill(
        id="projects.add_member",
        description="Add a person to the team of a project.",
        inputs={"project": PROJECT, "person": PERSON},
        writes=True,
        tools=("get_person", "get_project", "add_project_member"),
        procedure=procedures.add_member,
        phrases=(
            "Add {person} to the team of {project}.",
            "Make {person} a member of {project}.",
            "Put {person} on {project} as another member.",
        ),
    ),
    Skill(
        id="projects.change_lead",
        description="Give a project a new lead.",
        inputs={"project": PROJECT, "person": PERSON},
        writes=True,
        tools=("get_person", "get_project", "update_project"),
        procedure=procedures.change_lead,
        phrases=(
            "Make {person} the lead of {project}.",
            "Hand the lead of {project} over to {person}.",
            "Record {person} as the new lead of {project}.",
        ),
    ),
    Skill(
        id="projects.set_budget",
        description="Change the budget of a project.",
        inputs={"project": PROJECT, "budget": BUDGET},
        writes=True,
        tools=("get_project", "update_project"),
        procedure=procedures.set_budget,
        phrases=(
            "Set the budget of {project} to {budget}.",
            "Change the budget of {project}: it is {budget} from now on.",
            "Record {budget} as the new budget of {project}.",
        ),
    ),
    Skill(
        id="projects.move_deadline",
        description="Move the due date of a project.",
        inputs={"project": PROJECT, "day": DAY},
        writes=True,
        tools=("get_project", "update_project"),
        procedure=procedures.move_deadline,
        phrases=(
            "Move the due date of {project} to {day}.",
            "Make {project} due on {day}.",
            "Change the deadline of {project} to {day}.",
        ),
    ),
    Skill(
        id="projects.put_on_hold",
        description="Put an active project on hold.",
        inputs={"project": PROJECT},
        writes=True,
        tools=("get_project", "change_project_status"),
        procedure=procedures.put_on_hold,
        phrases=("Put {project} on hold.", "Pause {project} until further notice.", "Set {project} to on hold."),
    ),
    Skill(
        id="projects.note_figure",
        description="Write a note into a project's log that states a figure or date.",
        inputs={
            "project": PROJECT,
            "figure": ANY_FIGURE,
        },
        writes=True,
        states=("figure",),
        tools=("add_project_note",),
        procedure=procedures.note_figure,
        phrases=(
            "Add a note to {project} that states {figure}.",
            "Write {figure} into the log of {project} as a note.",
            "Keep {figure} on record in a note to {project}.",
        ),
    ),
    Skill(
        id="projects.create_task",
        description="Add a task to a project and assign it to somebody.",
        inputs={
            "project": PROJECT,
            "title": Input(
                types=("Text",),
                values=("Book the test room", "Update the risk list", "Agree on the go-live", "Collect open questions"),
                literal=True,
            ),
            "person": PERSON,
        },
        output="Task",
        writes=True,
        tools=("get_person", "get_project", "search_tasks", "create_task"),
        procedure=procedures.create_task,
        phrases=(
            'Add a task "{title}" to {project} and assign it to {person}.',
            'Create the task "{title}" in {project} for {person}.',
            'Give {person} a new task in {project}: "{title}".',
        ),
        nouns=(
            'the new task "{title}" of {person} in {project}',
            'the task "{title}" created in {project} for {person}',
        ),
        reference="new task",
    ),
    Skill(
        id="projects.assign_task",
        description="Assign a task to a person.",
        inputs={"task": TASK, "person": PERSON},
        writes=True,
        tools=("get_person", "get_task", "get_project", "update_task"),
        procedure=procedures.assign_task,
        phrases=("Assign {task} to {person}.", "Hand {task} over to {person}.", "Let {person} take {task}."),
    ),
    Skill(
        id="projects.set_task_due_date",
        description="Set the due date of a task.",
        inputs={"task": TASK, "day": DAY},
        writes=True,
        tools=("get_task", "get_project", "update_task"),
        procedure=procedures.set_task_due_date,
        phrases=(
            "Set the due date of {task} to {day}.",
            "Make {task} due on {day}.",
            "Change {task} so that it has to be done by {day}.",
        ),
    ),
    Skill(
        id="projects.set_estimate",
        description="Set the estimate of a task in hours.",
        inputs={"task": TASK, "hours": Input(types=("Hours",), values=(3.5, 5.5, 9.5, 13.5, 21.5))},
        writes=True,
        tools=("get_task", "get_project", "update_task"),
        procedure=procedures.set_estimate,
        phrases=(
            "Set the estimate of {task} to {hours}.",
            "Change the estimate of {task}: it is {hours} now.",
            "Record {hours} as the estimate of {task}.",
        ),
    ),
    Skill(
        id="projects.complete_task",
        description="Mark a task as done.",
        inputs={"task": TASK},
        writes=True,
        tools=("get_task", "get_project", "complete_task"),
        procedure=procedures.complete_task,
        phrases=("Mark {task} as done.", "Tick off {task}.", "Complete {task}."),
    ),
    Skill(
        id="projects.book_hours",
        description="Book a person's hours on a project for a day.",
        inputs={
            "person": PERSON,
            "project": PROJECT,
            "day": Input(types=("PastDate",)),
            "hours": Input(types=("Hours",), values=(1.5, 2, 3, 4.5, 6)),
        },
        writes=True,
        tools=("get_person", "get_project", "list_time_entries", "book_hours"),
        procedure=procedures.book_hours,
        phrases=(
            "Book time for {person} on {project} on {day}: {hours}.",
            "Enter work of {person} on {project} for {day}; time spent: {hours}.",
            "Add to the time sheet of {person} on {day} for {project}: {hours}.",
        ),
    ),
)
