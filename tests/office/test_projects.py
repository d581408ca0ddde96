"""Projects: what the tools do and refuse, and that skills, rules and descriptions hold on several worlds."""

from datetime import timedelta

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def project(desk: Desk, status: str = "active") -> str:
    return str(desk.one("SELECT id FROM projects WHERE status = ? ORDER BY id", status))


def task(desk: Desk, where: str) -> str:
    return str(
        desk.one(
            "SELECT t.id FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.status <> 'closed' AND "
            f"{where} ORDER BY t.id"
        )
    )


def gone(desk: Desk) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = 0"))


def test_projects_are_found_by_name_status_lead_and_customer(desk: Desk) -> None:
    row = desk.get_project(project_id=project(desk))
    found = desk.search_projects(
        name=row["name"], status="active", lead_id=row["lead_id"], customer_id=row["customer_id"]
    )
    assert row["id"] in [p["id"] for p in found["projects"]]
    assert desk.search_projects()["next_page"] == 2
    with pytest.raises(ToolError, match="search_projects"):
        desk.get_project(project_id="PRJ-99999")


def test_a_new_project_is_planned_and_has_a_name_of_its_own(desk: Desk) -> None:
    row = desk.get_project(project_id=project(desk))
    new = {"name": "Tidy Desk", "lead_id": desk.world.user, "budget": 900.0, "customer_id": row["customer_id"]}
    made = desk.create_project(**new)
    assert (made["status"], made["budget"], made["starts_on"]) == ("planned", 900, desk.world.today.isoformat())
    for change, match in (
        ({"name": row["name"].upper()}, "already a project"),
        ({"name": "Other", "lead_id": gone(desk)}, "has left"),
        ({"name": "Other", "customer_id": "CUS-99999"}, "search_customers"),
    ):
        with pytest.raises(ToolError, match=match):
            desk.create_project(**{**new, **change})


def test_a_project_changes_until_it_is_closed(desk: Desk) -> None:
    key = project(desk)
    changed = desk.update_project(project_id=key, lead_id=desk.world.user, budget=777.0)
    assert (changed["lead_id"], changed["budget"]) == (desk.world.user, 777)
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_project(project_id=key)
    with pytest.raises(ToolError, match="is before today"):
        desk.update_project(project_id=key, due_on="2001-01-01")
    with pytest.raises(ToolError, match="is closed"):
        desk.update_project(project_id=project(desk, "closed"), budget=1.0)


def test_status_follows_the_allowed_ways(desk: Desk) -> None:
    key = project(desk)
    assert desk.change_project_status(project_id=key, status="on hold")["status"] == "on hold"
    with pytest.raises(ToolError, match="can become active or closed, not planned"):
        desk.change_project_status(project_id=key, status="planned")
    with pytest.raises(ToolError, match="can become nothing else"):
        desk.change_project_status(project_id=project(desk, "closed"), status="active")
    busy = desk.one(
        "SELECT p.id FROM projects p JOIN tasks t ON t.project_id = p.id"
        " WHERE p.status = 'active' AND t.status = 'open'"
    )
    with pytest.raises(ToolError, match="unfinished tasks"):
        desk.change_project_status(project_id=busy, status="closed")


def test_members_join_once_and_notes_are_signed(desk: Desk) -> None:
    row = desk.get_project(project_id=project(desk))
    with pytest.raises(ToolError, match="already a member"):
        desk.add_project_member(project_id=row["id"], person_id=row["members"][0]["id"])
    with pytest.raises(ToolError, match="has left"):
        desk.add_project_member(project_id=row["id"], person_id=gone(desk))
    new = desk.one("SELECT id FROM people WHERE active = 1 AND id NOT IN (SELECT person_id FROM project_members)")
    assert new in [m["id"] for m in desk.add_project_member(project_id=row["id"], person_id=new)["members"]]
    note = desk.add_project_note(project_id=row["id"], body="All well.")["notes"][-1]
    assert note == {"author_id": desk.world.user, "body": "All well."}


def test_tasks_are_made_changed_and_finished(desk: Desk) -> None:
    made = desk.create_task(project_id=project(desk), title="Sweep the floor", due_on="2030-01-02")
    assert (made["status"], made["due_on"]) == ("open", "2030-01-02")
    with pytest.raises(ToolError, match="already has a task"):
        desk.create_task(project_id=made["project_id"], title="Sweep the floor")
    with pytest.raises(ToolError, match="assigned to nobody"):
        desk.complete_task(task_id=made["id"])
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_task(task_id=made["id"])
    with pytest.raises(ToolError, match="has left"):
        desk.update_task(task_id=made["id"], assignee_id=gone(desk))
    desk.update_task(task_id=made["id"], assignee_id=desk.world.user, estimate_hours=3.0)
    assert desk.complete_task(task_id=made["id"])["status"] == "done"
    with pytest.raises(ToolError, match="is done"):
        desk.update_task(task_id=made["id"], estimate_hours=4.0)
    found = desk.search_tasks(project_id=made["project_id"], assignee_id=desk.world.user, status="done", title="floor")
    assert [t["id"] for t in found["tasks"]] == [made["id"]]
    late = desk.search_tasks(due_before=desk.world.today)["tasks"]
    assert all(t["due_on"] < desk.world.today.isoformat() for t in late)


def test_hours_are_booked_within_limits(desk: Desk) -> None:
    key, day = project(desk), desk.world.today
    book = {"project_id": key, "person_id": desk.world.user, "day": day, "hours": 7.5}
    entry = desk.book_hours(**book)
    outside = desk.get_project(project_id=key)["customer_id"] is not None
    assert (entry["hours"], entry["billable"]) == (7.5, outside)
    mine = desk.list_time_entries(project_id=key, person_id=desk.world.user, month=day.isoformat()[:7])["entries"]
    assert entry in mine
    for change, match in (
        ({"hours": 5.0}, "12 are the limit"),
        ({"day": desk.world.today + timedelta(days=1)}, "lies in the future"),
        ({"day": "2001-01-01"}, "before the project's start"),
        ({"person_id": gone(desk)}, "has left"),
        ({"project_id": project(desk, "closed")}, "is closed"),
    ):
        with pytest.raises(ToolError, match=match):
            desk.book_hours(**{**book, **change})


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("projects", range(20, 22), 12).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"] >= 0.15 * counts.total(), (skill, counts)


def test_descriptions_lead_to_their_project_and_task() -> None:
    assert [misled(name, seed, 12) for name in ("Project", "Task") for seed in (20, 21)] == [[]] * 4


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_bill", "work_out_buffer"):
        shares = naive_share(f"projects.{skill}", range(20, 25), 20)
        assert min(shares.values()) > 0.4, (skill, shares)


def test_a_bill_rounds_daily_sums_up_and_is_reduced_from_so_many_hours() -> None:
    desk = Desk(4)
    key = desk.one("SELECT id FROM projects WHERE status = 'active' AND customer_id IS NOT NULL ORDER BY id")
    desk.world.update("projects", key, hourly_rate=100.0)
    for row in desk.world.rows("SELECT id FROM time_entries WHERE project_id = ?", key):
        desk.world.delete("time_entries", row["id"])
    day = desk.world.today
    for back, hours in ((0, 1.1), (0, 1.1), (1, 3.6)):
        who = {"project_id": key, "person_id": desk.world.user, "billable": 1}
        desk.world.insert("time_entries", **who, day=f"{day:%Y-%m}-{10 + back}", hours=hours)
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule={"step_minutes": 30, "from_hours": 6, "discount": 10})
    # 2.2 becomes 2.5 and 3.6 becomes 4: 6.5 hours at 90
    assert OFFICE.skills["projects.work_out_bill"].procedure(use, project=key, month=f"{day:%Y-%m}") == 585
