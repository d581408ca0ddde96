"""Tickets: what the tools do and refuse, and that skills, rules and descriptions hold on several worlds."""

from datetime import datetime

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.suites.office.apps.tickets.procedural import _deadline
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def ticket(desk: Desk, status: str) -> str:
    return str(desk.one("SELECT id FROM tickets WHERE status = ? ORDER BY id", status))


def gone(desk: Desk) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = 0"))


def test_tickets_are_found_by_filters_oldest_first(desk: Desk) -> None:
    row = desk.get_ticket(ticket_id=ticket(desk, "open"))
    filters = {"customer_id": row["customer_id"], "assignee_id": row["assignee_id"], "priority": row["priority"]}
    day = row["opened_at"][:10]
    found = desk.search_tickets(
        **filters, subject=row["subject"], category=row["category"], status="open", opened_from=day, opened_to=day
    )
    assert row["id"] in [t["id"] for t in found["tickets"]]
    first = desk.search_tickets(unsolved=True)
    assert first["next_page"] == 2
    assert "solved" not in {t["status"] for t in first["tickets"]}
    assert sorted(t["opened_at"] for t in first["tickets"]) == [t["opened_at"] for t in first["tickets"]]
    with pytest.raises(ToolError, match="search_tickets"):
        desk.get_ticket(ticket_id="TCK-99999")


def test_a_new_ticket_is_normal_and_becomes_open_when_assigned(desk: Desk) -> None:
    customer = desk.one("SELECT id FROM customers")
    made = desk.create_ticket(customer_id=customer, subject="No toner", category="question")
    assert (made["status"], made["priority"], made["assignee_id"]) == ("new", "normal", None)
    with pytest.raises(ToolError, match="assigned to nobody"):
        desk.solve_ticket(ticket_id=made["id"])
    assert desk.assign_ticket(ticket_id=made["id"], person_id=desk.world.user)["status"] == "open"
    with pytest.raises(ToolError, match="already assigned"):
        desk.assign_ticket(ticket_id=made["id"], person_id=desk.world.user)
    with pytest.raises(ToolError, match="search_customers"):
        desk.create_ticket(customer_id="CUS-99999", subject="No toner", category="question")
    with pytest.raises(ToolError, match="has left"):
        desk.assign_ticket(ticket_id=made["id"], person_id=gone(desk))


def test_an_unsolved_ticket_is_classified_ranked_dated_and_escalated(desk: Desk) -> None:
    key = ticket(desk, "open")
    assert desk.classify_ticket(ticket_id=key, impact="team", urgency="soon")["urgency"] == "soon"
    assert [p["name"] for p in desk.list_ticket_priorities()["priorities"]] == ["low", "normal", "high", "urgent"]
    assert desk.set_ticket_priority(ticket_id=key, priority="urgent")["priority"] == "urgent"
    assert desk.set_ticket_due_date(ticket_id=key, due_on="2030-01-02")["due_on"] == "2030-01-02"
    assert desk.escalate_ticket(ticket_id=key, person_id=desk.world.user)["escalated_to"] == desk.world.user
    with pytest.raises(ToolError, match="is before today"):
        desk.set_ticket_due_date(ticket_id=key, due_on="2001-01-01")
    with pytest.raises(ToolError, match="has left"):
        desk.escalate_ticket(ticket_id=key, person_id=gone(desk))


def test_a_solved_ticket_stays_as_it_is_until_reopened(desk: Desk) -> None:
    key = ticket(desk, "solved")
    for tool, arguments in (
        (desk.assign_ticket, {"person_id": desk.world.user}),
        (desk.classify_ticket, {"impact": "team", "urgency": "soon"}),
        (desk.set_ticket_priority, {"priority": "low"}),
        (desk.set_ticket_due_date, {"due_on": "2030-01-02"}),
        (desk.escalate_ticket, {"person_id": desk.world.user}),
        (desk.solve_ticket, {}),
    ):
        with pytest.raises(ToolError, match="use reopen_ticket first"):
            tool(ticket_id=key, **arguments)
    assert desk.reopen_ticket(ticket_id=key)["status"] == "open"
    with pytest.raises(ToolError, match="only a solved ticket"):
        desk.reopen_ticket(ticket_id=key)
    assert desk.solve_ticket(ticket_id=key)["status"] == "solved"


def test_a_comment_is_signed_by_the_user(desk: Desk) -> None:
    found = desk.comment_on_ticket(ticket_id=ticket(desk, "solved"), body="Thanks.")
    assert found["comments"][-1] == {"author_id": desk.world.user, "body": "Thanks."}


def test_desk_hours_skip_nights_and_weekends() -> None:
    friday = datetime(2026, 3, 13, 16, 0)
    assert _deadline(friday, 10, 9, 17) == datetime(2026, 3, 17, 10, 0)
    assert _deadline(friday, 9, 9, 17) == datetime(2026, 3, 16, 17, 0)
    assert _deadline(datetime(2026, 3, 14, 3, 0), 1, 9, 17) == datetime(2026, 3, 16, 10, 0)
    assert _deadline(datetime(2026, 3, 13, 6, 30), 8, 9, 17) == datetime(2026, 3, 13, 17, 0)


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("tickets", range(20, 22), 12).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"] >= 0.15 * counts.total(), (skill, counts)


def test_descriptions_lead_to_their_ticket() -> None:
    assert [misled(name, seed, 12) for name in ("Ticket", "Priority") for seed in (20, 21)] == [[]] * 4


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_priority", "work_out_due_date", "find_escalation_owner"):
        shares = naive_share(f"tickets.{skill}", range(20, 25), 20)
        assert min(shares.values()) > 0.4, (skill, shares)
