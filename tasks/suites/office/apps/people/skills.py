"""The skills of the directory, the procedural one aside."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.people import procedures as do

ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))

SKILLS = (
    Skill(
        id="people.find_manager",
        description="Find out whom a person reports to.",
        inputs={"person": ANY_PERSON},
        output="Person",
        tools=("get_person",),
        procedure=do.manager_of,
        phrases=(
            "Find out who manages {person}.",
            "Look up the manager of {person}.",
            "Check in the directory to whom {person} reports.",
        ),
        nouns=("the manager of {person}", "the person to whom {person} reports"),
        reference="manager",
    ),
    Skill(
        id="people.find_department_head",
        description="Find out who heads a department.",
        inputs={"department": ANY_DEPARTMENT},
        output="Person",
        tools=("list_departments",),
        procedure=do.head_of,
        phrases=(
            "Find out who heads {department}.",
            "Look up the head of {department}.",
            "See who is in charge of {department}.",
        ),
        nouns=("the head of {department}", "whoever heads {department}"),
        reference="head of department",
    ),
    Skill(
        id="people.find_department",
        description="Find out in which department a person works.",
        inputs={"person": ANY_PERSON},
        output="Department",
        tools=("get_person",),
        procedure=do.department_of,
        phrases=(
            "Find out in which department {person} works.",
            "Look up the department of {person}.",
            "Check which department {person} belongs to.",
        ),
        nouns=("the department of {person}", "the department in which {person} works"),
        reference="department",
    ),
    Skill(
        id="people.count_reports",
        description="Count the people who report directly to a manager.",
        inputs={"person": ANY_PERSON},
        output="Headcount",
        tools=("list_direct_reports",),
        procedure=do.team_size,
        phrases=(
            "Count how many people report directly to {person}.",
            "Work out the number of direct reports of {person}.",
            "See how large the team right below {person} is.",
        ),
        nouns=("the number of direct reports of {person}", "the number of people who report directly to {person}"),
        reference="team size",
    ),
    Skill(
        id="people.count_staff",
        description="Count the people who work in a department.",
        inputs={"department": ANY_DEPARTMENT},
        output="Headcount",
        tools=("list_departments", "search_people"),
        procedure=do.staff_count,
        phrases=(
            "Count the people who work in {department}.",
            "Work out how many people {department} has.",
            "Determine the headcount of {department}.",
        ),
        nouns=("the headcount of {department}", "the number of people in {department}"),
        reference="headcount",
    ),
    Skill(
        id="people.find_newest_report",
        description="Find the direct report of a manager who was hired last.",
        inputs={"person": ANY_PERSON},
        output="Person",
        tools=("list_direct_reports", "get_person"),
        procedure=do.newest_report,
        phrases=(
            "Find out who, of the people reporting directly to {person}, was hired last.",
            "Among the direct reports of {person}, find the one hired most recently.",
            "Look for the newest member of the team right below {person}.",
        ),
        nouns=(
            "the most recently hired direct report of {person}",
            "the newest of the people who report directly to {person}",
        ),
        reference="newest report",
    ),
    Skill(
        id="people.find_hire_date",
        description="Find out since when a person has been with the company.",
        inputs={"person": ANY_PERSON},
        output="SinceDate",
        tools=("get_person",),
        procedure=do.hire_date,
        phrases=(
            "Find out on which date {person} was hired.",
            "Look up the hire date of {person}.",
            "Check since which day {person} has been with the company.",
        ),
        nouns=("the hire date of {person}", "the date on which {person} was hired"),
        reference="hire date",
    ),
    Skill(
        id="people.move_to_department",
        description="Move a person to another department.",
        inputs={"person": ANY_PERSON, "department": ANY_DEPARTMENT},
        writes=True,
        tools=("get_person", "update_person"),
        procedure=do.move,
        phrases=(
            "Move {person} to {department}.",
            "Change the department of {person} to {department} in the directory.",
            "Record in the directory that {person} now works in {department}.",
        ),
    ),
    Skill(
        id="people.assign_manager",
        description="Give a person a new manager.",
        inputs={"person": ANY_PERSON, "manager": ANY_PERSON},
        writes=True,
        tools=("get_person", "update_person"),
        procedure=do.assign_manager,
        phrases=(
            "Make {manager} the manager of {person}.",
            "Record {manager} as the new manager of {person}.",
            "Change the directory so that {person} reports to {manager}.",
        ),
    ),
    Skill(
        id="people.change_title",
        description="Change a person's job title.",
        inputs={
            "person": ANY_PERSON,
            "title": Input(
                types=("Text",),
                values=("Team Lead", "Principal Specialist", "Programme Manager", "Regional Coordinator"),
                literal=True,
            ),
        },
        writes=True,
        tools=("get_person", "update_person"),
        procedure=do.change_title,
        phrases=(
            'Change the job title of {person} to "{title}".',
            'Give {person} the title "{title}" in the directory.',
            'Update the directory: {person} is now "{title}".',
        ),
    ),
)
