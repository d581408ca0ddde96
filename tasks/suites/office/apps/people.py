"""People and organisation: who works where, for whom, since when."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.apps import App, Filling
from skillweave.tasks.skills import Describer, Input, Rule, Skill, Toolbox, applicable, only
from skillweave.tasks.suites.office.common import euros, matches, need, paged
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Column, Table, World

PERSON = ValueType(name="Person", kind="entity", noun="person", table="people", label="name", aliases=("email",))
DEPARTMENT = ValueType(name="Department", kind="entity", noun="department", table="departments", label="name")

TABLES = (
    Table(
        name="departments",
        prefix="DEP",
        columns=(Column(name="name"), Column(name="cost_centre"), Column(name="head_id", sql="TEXT")),
    ),
    Table(
        name="people",
        prefix="PER",
        columns=(
            Column(name="name"),
            Column(name="email", sql="TEXT NOT NULL UNIQUE"),
            Column(name="title"),
            Column(name="department_id", references="departments"),
            Column(name="manager_id", sql="TEXT", references="people"),
            Column(name="site"),
            Column(name="hired_on"),
            Column(name="phone", sql="TEXT"),
            Column(name="active", sql="INTEGER NOT NULL"),
        ),
    ),
)

DEPARTMENTS = ("Finance", "Sales", "Marketing", "Engineering", "Support", "Human Resources", "Legal", "Logistics")
TITLES = {
    "Finance": ("Accountant", "Controller", "Treasury Analyst", "Payroll Clerk"),
    "Sales": ("Account Manager", "Sales Representative", "Bid Manager", "Sales Analyst"),
    "Marketing": ("Content Editor", "Event Planner", "Market Researcher", "Designer"),
    "Engineering": ("Developer", "Test Engineer", "Data Engineer", "Architect"),
    "Support": ("Support Agent", "Escalation Manager", "Field Technician", "Trainer"),
    "Human Resources": ("Recruiter", "HR Partner", "Benefits Specialist", "Learning Coach"),
    "Legal": ("Counsel", "Contract Manager", "Compliance Officer", "Paralegal"),
    "Logistics": ("Dispatcher", "Warehouse Planner", "Buyer", "Customs Clerk"),
}
SITES = ("Berlin", "Dublin", "Lisbon", "Oslo", "Prague", "Toronto")


def fill(into: Filling) -> None:
    """Fill eight departments with 136 people, among them namesakes and some who have left."""
    departments = [
        into.rows.add("departments", name=name, cost_centre=f"CC-{100 + 10 * i}", head_id=None)
        for i, name in enumerate(DEPARTMENTS)
    ]
    names: list[str] = []
    while len(names) < 132:
        name = f"{into.fake.first_name()} {into.fake.last_name()}"
        if name not in names:
            names.append(name)
    names += names[20:24]  # namesakes
    heads: dict[str, str] = {}
    leads: dict[str, list[str]] = {}
    for i, name in enumerate(names):
        department, group = departments[i % 8], DEPARTMENTS[i % 8]
        first, last = name.lower().replace("'", "").split(" ", 1)
        rank = i // 8
        manager = None if rank == 0 else heads[department] if rank <= 2 else into.pick(leads[department])
        title = f"Head of {group}" if rank == 0 else f"Senior {into.pick(TITLES[group])}" if rank <= 2 else None
        person = into.rows.add(
            "people",
            name=name,
            email=f"{first}.{last.replace(' ', '')}{'2' if i >= 132 else ''}@meridian.example",
            title=title or into.pick(TITLES[group]),
            department_id=department,
            manager_id=manager,
            site=into.pick(SITES),
            hired_on=(into.today - timedelta(days=into.integer(60, 9000))).isoformat(),
            phone=None if into.chance(0.1) else f"+49 30 {into.integer(100000, 999999)}",
            active=1 if rank <= 2 or not into.chance(0.06) else 0,
        )
        if rank == 0:
            heads[department] = person
        elif rank <= 2:
            leads.setdefault(department, []).append(person)
    for row in into.rows.rows("departments"):
        row["head_id"] = heads[row["id"]]


Page = Annotated[int, Field(ge=1)]


def search_people(
    world: World,
    name: str | None = None,
    department: str | None = None,
    title: str | None = None,
    site: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find people who work here by name, department, title or site.

    Only people who still work here are listed, twenty a page, in order of name.

    Args:
        name: words of the person's name
        department: name of the department, e.g. Finance
        title: words of the job title
        site: city of the office
        page: page of the result
    """
    departments = [r["name"] for r in world.rows("SELECT name FROM departments ORDER BY name")]
    if department is not None and department.lower() not in (d.lower() for d in departments):
        raise ToolError(f"There is no department named {department!r}; there are {', '.join(departments)}.")
    if site is not None and site.lower() not in (s.lower() for s in SITES):
        raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}. Or leave site out.")
    rows = world.rows(
        "SELECT p.id, p.name, p.title, d.name AS department, p.site FROM people p JOIN departments d"
        " ON d.id = p.department_id WHERE p.active = 1 ORDER BY p.name, p.id"
    )
    found = [
        r
        for r in rows
        if matches(name, r["name"])
        and (department is None or department.lower() == r["department"].lower())
        and matches(title, r["title"])
        and (site is None or site.lower() == r["site"].lower())
    ]
    return paged("people", found, page)


def get_person(world: World, person_id: str) -> dict[str, Any]:
    """Show everything the directory holds about one person.

    Args:
        person_id: id of the person, as a search shows it
    """
    row = need(world, "people", person_id, "person", "search_people")
    department = world.get("departments", row["department_id"])
    assert department is not None
    return {**row, "active": bool(row["active"]), "department": department["name"]}


def list_departments(world: World) -> dict[str, Any]:
    """List the departments with their ids, cost centres and heads (person ids)."""
    return {"departments": world.rows("SELECT * FROM departments ORDER BY name")}


def list_direct_reports(world: World, person_id: str) -> dict[str, Any]:
    """List the people who report directly to a person and still work here.

    Args:
        person_id: id of the manager
    """
    need(world, "people", person_id, "person", "search_people")
    rows = world.rows(
        "SELECT id, name, title FROM people WHERE manager_id = ? AND active = 1 ORDER BY name, id", person_id
    )
    return {"reports": rows}


def update_person(
    world: World,
    person_id: str,
    title: str | None = None,
    site: str | None = None,
    phone: str | None = None,
    department_id: str | None = None,
    manager_id: str | None = None,
) -> dict[str, Any]:
    """Change a person's directory entry; only the fields that are given change.

    Args:
        person_id: id of the person
        title: new job title
        site: city of the new office
        phone: new phone number
        department_id: id of the new department
        manager_id: id of the new manager
    """
    row = need(world, "people", person_id, "person", "search_people")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left; the entry can no longer be changed.")
    if site is not None and site not in SITES:
        raise ToolError(f"There is no office in {site!r}; offices are in {', '.join(SITES)}.")
    if department_id is not None:
        need(world, "departments", department_id, "department", "list_departments")
    if manager_id is not None:
        need(world, "people", manager_id, "person", "search_people")
        if manager_id == person_id:
            raise ToolError("A person cannot be their own manager.")
    given = {"title": title, "site": site, "phone": phone, "department_id": department_id, "manager_id": manager_id}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides person_id.")
    world.update("people", person_id, **values)
    return get_person(world, person_id)


def _staff(use: Toolbox, department: str) -> list[dict[str, Any]]:
    """Read all pages of the people of a department."""
    name = next(d["name"] for d in use.list_departments()["departments"] if d["id"] == department)
    found, page = [], 1
    while True:
        result = use.search_people(department=name, page=page)
        found += result["people"]
        if "next_page" not in result:
            return found
        page = result["next_page"]


def _manager(use: Toolbox, person: str) -> str:
    manager = use.get_person(person_id=person)["manager_id"]
    applicable(manager, "has no manager")
    return str(manager)


def _head(use: Toolbox, department: str) -> str:
    return str(next(d["head_id"] for d in use.list_departments()["departments"] if d["id"] == department))


def _department(use: Toolbox, person: str) -> str:
    return str(use.get_person(person_id=person)["department_id"])


def _team_size(use: Toolbox, person: str) -> int:
    size = len(use.list_direct_reports(person_id=person)["reports"])
    applicable(size > 1, "hardly any reports")
    return size


def _staff_count(use: Toolbox, department: str) -> int:
    return len(_staff(use, department))


def _newest_report(use: Toolbox, person: str) -> str:
    reports = use.list_direct_reports(person_id=person)["reports"]
    applicable(len(reports) > 1, "hardly any reports")
    hired = sorted(((use.get_person(person_id=r["id"])["hired_on"], r["id"]) for r in reports), reverse=True)
    applicable(hired[0][0] != hired[1][0], "tie")
    return str(hired[0][1])


def _hire_date(use: Toolbox, person: str) -> str:
    return str(use.get_person(person_id=person)["hired_on"])


def _move(use: Toolbox, person: str, department: str) -> None:
    current = use.get_person(person_id=person)
    applicable(current["active"] and current["department_id"] != department, "is there already")
    use.update_person(person_id=person, department_id=department)


def _assign_manager(use: Toolbox, person: str, manager: str) -> None:
    current = use.get_person(person_id=person)
    applicable(current["active"] and person != manager and current["manager_id"] != manager, "no change")
    use.update_person(person_id=person, manager_id=manager)


def _change_title(use: Toolbox, person: str, title: str) -> None:
    current = use.get_person(person_id=person)
    applicable(current["active"] and current["title"] != title, "no change")
    use.update_person(person_id=person, title=title)


def _years_of_service(hired: date, today: date) -> int:
    return today.year - hired.year - ((today.month, today.day) < (hired.month, hired.day))


def _jubilee(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    years = _years_of_service(hired, use.today)
    applicable(years >= 1, "less than a year")
    steps = [s for s in use.rule["steps"] if years >= s["from_year"]]
    return euros(years * (steps[-1]["per_year"] if steps else use.rule["base"]))


def _jubilee_flat(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    return euros(_years_of_service(hired, use.today) * use.rule["base"])


def _jubilee_by_calendar(use: Toolbox, person: str) -> float:
    hired = date.fromisoformat(use.get_person(person_id=person)["hired_on"])
    years = use.today.year - hired.year
    steps = [s for s in use.rule["steps"] if years >= s["from_year"]]
    return euros(years * (steps[-1]["per_year"] if steps else use.rule["base"]))


def _draw_jubilee(rng: Any) -> dict[str, Any]:
    base = int(rng.integers(12, 25))
    second, third = base + int(rng.integers(6, 14)), base + int(rng.integers(18, 34))
    years = (int(rng.integers(4, 8)), int(rng.integers(11, 17)))
    steps = [{"from_year": years[0], "per_year": second}, {"from_year": years[1], "per_year": third}]
    return {"base": base, "steps": steps}


def _jubilee_body(rule: Any) -> str:
    low, high = rule["steps"]
    years, rate = high["from_year"], high["per_year"]
    return f"""# Long-service bonus

The bonus is the number of *completed* years of service, as of today, times one rate:

| completed years | EUR per year |
|---|---|
| fewer than {low["from_year"]} | {rule["base"]} |
| {low["from_year"]} to {high["from_year"] - 1} | {low["per_year"]} |
| {high["from_year"]} or more | {high["per_year"]} |

- The rate of the highest band reached counts for **all** years, not only for those within the band.
- A year counts only when its anniversary has been reached; the hire date is in the directory.

Example: {years} completed years give {years} x {rate} = {years * rate} EUR.
"""


ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))

SKILLS = (
    Skill(
        id="people.find_manager",
        description="Find out whom a person reports to.",
        inputs={"person": ANY_PERSON},
        output="Person",
        tools=("get_person",),
        procedure=_manager,
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
        procedure=_head,
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
        procedure=_department,
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
        output="Count",
        tools=("list_direct_reports",),
        procedure=_team_size,
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
        output="Count",
        tools=("list_departments", "search_people"),
        procedure=_staff_count,
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
        procedure=_newest_report,
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
        output="Date",
        tools=("get_person",),
        procedure=_hire_date,
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
        procedure=_move,
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
        procedure=_assign_manager,
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
        procedure=_change_title,
        phrases=(
            'Change the job title of {person} to "{title}".',
            'Give {person} the title "{title}" in the directory.',
            'Update the directory: {person} is now "{title}".',
        ),
    ),
    Skill(
        id="people.work_out_service_bonus",
        description="Work out the long-service bonus that a person is entitled to today.",
        inputs={"person": ANY_PERSON},
        output="Money",
        tools=("get_person",),
        procedure=_jubilee,
        rule=Rule(
            draw=_draw_jubilee,
            body=_jubilee_body,
            naive={"base rate for everyone": _jubilee_flat, "calendar years": _jubilee_by_calendar},
        ),
        phrases=(
            "Work out the long-service bonus of {person}.",
            "Determine which long-service bonus {person} is entitled to today.",
            "Calculate {person}'s long-service bonus under the company's rule.",
        ),
        nouns=("the long-service bonus of {person}", "the long-service bonus due to {person}"),
        reference="bonus",
    ),
)


def _by_name(use: Toolbox, name: str) -> str:
    found = [p for p in use.search_people(name=name)["people"] if p["name"] == name]
    return str(only(found, "people")["id"])


def _by_title(use: Toolbox, title: str, department: str) -> str:
    found = [p for p in use.search_people(title=title, department=department)["people"] if p["title"] == title]
    return str(only(found, "people")["id"])


def _department_by_name(use: Toolbox, name: str) -> str:
    return str(next(d["id"] for d in use.list_departments()["departments"] if d["name"] == name))


def _department_by_cost_centre(use: Toolbox, cost_centre: str) -> str:
    return str(next(d["id"] for d in use.list_departments()["departments"] if d["cost_centre"] == cost_centre))


DESCRIBERS = (
    Describer(
        type="Person",
        kind="name",
        candidates="SELECT id AS key, name FROM people WHERE active = 1",
        text=("{name}",),
        resolve=_by_name,
    ),
    Describer(
        type="Person",
        kind="attribute",
        candidates="SELECT p.id AS key, p.title, d.name AS department FROM people p JOIN departments d"
        " ON d.id = p.department_id WHERE p.active = 1 AND p.title NOT LIKE 'Head of %'",
        text=("the {title} in {department}",),
        resolve=_by_title,
    ),
    Describer(
        type="Department",
        kind="name",
        candidates="SELECT id AS key, name FROM departments",
        text=("the {name} department",),
        resolve=_department_by_name,
    ),
    Describer(
        type="Department",
        kind="attribute",
        candidates="SELECT id AS key, cost_centre FROM departments",
        text=("the department with cost centre {cost_centre}",),
        resolve=_department_by_cost_centre,
    ),
)

APP = App(
    name="people",
    tables=TABLES,
    fill=fill,
    tools=tuple(tool_of(f) for f in (search_people, get_person, list_departments, list_direct_reports, update_person)),
    skills=SKILLS,
    types=(PERSON, DEPARTMENT),
    describers=DESCRIBERS,
)
