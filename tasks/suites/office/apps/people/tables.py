"""What the directory keeps: departments and people, and how a new world fills it."""

from datetime import timedelta

from skillweave.tasks.apps import Filling
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Column, Table

PERSON = ValueType(name="Person", kind="entity", noun="person", table="people", label="name", aliases=("email",))
DEPARTMENT = ValueType(name="Department", kind="entity", noun="department", table="departments", label="name")

TABLES = (
    Table(
        name="sites",
        prefix="SIT",
        columns=(Column(name="city", sql="TEXT NOT NULL UNIQUE", kind="exact"), Column(name="time_zone", kind="exact")),
    ),
    Table(
        name="departments",
        prefix="DEP",
        columns=(
            Column(name="name", kind="exact"),
            Column(name="cost_centre", kind="exact"),
            Column(name="head_id", sql="TEXT", kind="exact"),
        ),
    ),
    Table(
        name="people",
        prefix="PER",
        columns=(
            Column(name="name", kind="exact"),
            Column(name="email", sql="TEXT NOT NULL UNIQUE", kind="exact"),
            Column(name="title", kind="exact"),
            Column(name="department_id", references="departments", kind="exact"),
            Column(name="manager_id", sql="TEXT", references="people", kind="exact"),
            Column(name="site", kind="exact"),
            Column(name="hired_on", kind="typed"),
            Column(name="phone", sql="TEXT", kind="exact"),
            Column(name="active", sql="INTEGER NOT NULL", kind="exact"),
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
ZONES = {
    "Berlin": "Europe/Berlin",
    "Dublin": "Europe/Dublin",
    "Lisbon": "Europe/Lisbon",
    "Oslo": "Europe/Oslo",
    "Prague": "Europe/Prague",
    "Toronto": "America/Toronto",
}
SITES = tuple(ZONES)


def fill(into: Filling) -> None:
    """Fill eight departments with people (136 in the standard world), among them namesakes and some who have left."""
    for city, zone in ZONES.items():
        into.rows.add("sites", city=city, time_zone=zone)
    departments = [
        into.rows.add("departments", name=name, cost_centre=f"CC-{100 + 10 * i}", head_id=None)
        for i, name in enumerate(DEPARTMENTS)
    ]
    names: dict[str, str] = {}
    many = into.many(132)
    while len(names) < many:
        name = f"{into.fake.first_name()} {into.fake.last_name()}"
        names.setdefault(_mailbox(name), name)
    everybody = [*names.values(), *list(names.values())[20 : 20 + max(4, into.many(4))]]  # namesakes
    heads: dict[str, str] = {}
    leads: dict[str, list[str]] = {}
    for i, name in enumerate(everybody):
        department, group = departments[i % 8], DEPARTMENTS[i % 8]
        rank = i // 8
        manager = None if rank == 0 else heads[department] if rank <= 2 else into.pick(leads[department])
        title = f"Head of {group}" if rank == 0 else f"Senior {into.pick(TITLES[group])}" if rank <= 2 else None
        person = into.rows.add(
            "people",
            name=name,
            email=f"{_mailbox(name)}{'2' if i >= many else ''}@meridian.example",
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


def _mailbox(name: str) -> str:
    first, last = name.lower().replace("'", "").split(" ", 1)
    return f"{first}.{last.replace(' ', '')}"
