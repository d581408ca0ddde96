"""Leave: what the tools do and refuse, and that skills, rules and descriptions hold on several worlds."""

from datetime import date, timedelta

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import NotApplicable, Toolbox
from skillweave.tasks.suites.office.apps.leave.tables import last_day_of, next_working_day
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def request(desk: Desk, status: str, ahead: bool = True) -> str:
    sql = f"SELECT id FROM leave_requests WHERE status = ? AND person_id <> ? AND first_day {'>' if ahead else '<'} ?"
    return str(desk.one(sql, status, desk.world.user, desk.world.today.isoformat()))


def idle(desk: Desk) -> str:
    """Return someone who asked for nothing, or makes it so."""
    who = str(desk.one("SELECT id FROM people WHERE active = 1 AND id <> ? ORDER BY id", desk.world.user))
    for row in desk.world.rows("SELECT id FROM leave_requests WHERE person_id = ?", who):
        desk.world.delete("leave_requests", row["id"])
    return who


def monday(desk: Desk) -> date:
    return desk.world.today + timedelta(days=28 - desk.world.today.weekday())


def test_requests_are_found_by_the_time_they_touch(desk: Desk) -> None:
    row = desk.get_leave_request(request_id=request(desk, "approved"))
    filters = {"person_id": row["person_id"], "from_day": row["last_day"], "to_day": row["last_day"]}
    assert row["id"] in [r["id"] for r in desk.search_leave_requests(**filters)["requests"]]
    found = desk.search_leave_requests(department="Finance", status="approved", kind="vacation")
    assert {(r["department"], r["status"], r["kind"]) for r in found["requests"]} == {
        ("Finance", "approved", "vacation")
    }
    assert desk.search_leave_requests()["next_page"] == 2


def test_a_request_counts_working_days_and_is_refused_where_it_cannot_be(desk: Desk) -> None:
    who, first = idle(desk), monday(desk)
    made = desk.request_leave(person_id=who, kind="vacation", first_day=first, working_days=6)
    assert (made["status"], made["last_day"]) == ("pending", (first + timedelta(days=7)).isoformat())
    ask = {"person_id": who, "kind": "vacation", "first_day": first, "working_days": 2}
    for change, match in (
        ({}, "overlaps with request"),
        ({"first_day": first - timedelta(days=1)}, "Monday to Friday"),
        ({"first_day": first - timedelta(days=70)}, "is past"),
        ({"working_days": 60}, "vacation days left"),
        ({"person_id": "PER-99999"}, "search_people"),
        ({"person_id": desk.one("SELECT id FROM people WHERE active = 0")}, "has left"),
    ):
        with pytest.raises(ToolError, match=match):
            desk.request_leave(**{**ask, **change})


def test_only_pending_requests_are_decided_on_and_never_by_the_one_who_asks(desk: Desk) -> None:
    row = desk.get_leave_request(request_id=request(desk, "pending"))
    key, approver = row["id"], desk.world.user
    with pytest.raises(ToolError, match="their own leave"):
        desk.approve_leave_request(request_id=key, approver_id=row["person_id"])
    with pytest.raises(ToolError, match="has left"):
        desk.approve_leave_request(request_id=key, approver_id=desk.one("SELECT id FROM people WHERE active = 0"))
    done = desk.approve_leave_request(request_id=key, approver_id=approver)
    assert (done["status"], done["decided_by"]) == ("approved", approver)
    with pytest.raises(ToolError, match="only a pending request"):
        desk.reject_leave_request(request_id=key)
    other = desk.reject_leave_request(request_id=request(desk, "pending"))
    assert (other["status"], other["decided_by"]) == ("rejected", approver)
    own = desk.world.insert(
        "leave_requests",
        **{n: v for n, v in row.items() if n not in ("id", "person", "person_id")},
        person_id=desk.world.user,
    )
    with pytest.raises(ToolError, match="your own leave"):
        desk.reject_leave_request(request_id=own)
    with pytest.raises(ToolError, match="search_leave_requests"):
        desk.get_leave_request(request_id="LVR-99999")


def test_leave_that_has_begun_stays_and_other_leave_can_be_cancelled(desk: Desk) -> None:
    assert desk.cancel_leave_request(request_id=request(desk, "approved"))["status"] == "cancelled"
    with pytest.raises(ToolError, match="no longer be cancelled"):
        desk.cancel_leave_request(request_id=request(desk, "approved", ahead=False))
    with pytest.raises(ToolError, match="pending or approved"):
        desk.cancel_leave_request(request_id=request(desk, "cancelled"))


def test_moving_keeps_the_number_of_days(desk: Desk) -> None:
    who, first = idle(desk), monday(desk)
    key = desk.request_leave(person_id=who, kind="training", first_day=first, working_days=3)["id"]
    moved = desk.move_leave_request(request_id=key, first_day=first + timedelta(days=3))
    assert (moved["days"], moved["last_day"]) == (3, (first + timedelta(days=7)).isoformat())
    with pytest.raises(ToolError, match="can be moved"):
        desk.move_leave_request(request_id=request(desk, "approved"), first_day=first)


def test_nobody_stands_in_while_away(desk: Desk) -> None:
    row = desk.get_leave_request(request_id=request(desk, "approved"))
    for substitute, match in (
        (row["person_id"], "cannot stand in"),
        (desk.one("SELECT id FROM people WHERE active = 0"), "has left"),
    ):
        with pytest.raises(ToolError, match=match):
            desk.set_leave_substitute(request_id=row["id"], substitute_id=substitute)
    who = idle(desk)
    assert desk.set_leave_substitute(request_id=row["id"], substitute_id=who)["substitute_id"] == who
    away = desk.request_leave(person_id=who, kind="unpaid", first_day=monday(desk), working_days=2)
    desk.approve_leave_request(request_id=away["id"], approver_id=row["person_id"])
    mine = desk.request_leave(person_id=desk.world.user, kind="training", first_day=monday(desk), working_days=1)
    with pytest.raises(ToolError, match="approved leave in that time"):
        desk.set_leave_substitute(request_id=mine["id"], substitute_id=who)


def test_an_allowance_changes_what_is_left(desk: Desk) -> None:
    who = idle(desk)
    before = desk.get_leave_balance(person_id=who)
    after = desk.set_leave_allowance(person_id=who, granted=before["granted"] + 2.5)
    assert after["left"] == before["left"] + 2.5
    with pytest.raises(ToolError, match="no account to change"):
        desk.set_leave_allowance(person_id=desk.one("SELECT id FROM people WHERE active = 0"), granted=20)
    with pytest.raises(ToolError, match="no leave account"):
        desk.get_leave_balance(person_id=desk.one("SELECT id FROM people WHERE active = 0"))


def test_last_days_agree_with_counting_day_by_day() -> None:
    for start in range(5):
        first = date(2026, 3, 2) + timedelta(days=start)
        day = first
        for days in range(1, 30):
            assert last_day_of(first, days) == day
            day = next_working_day(day)


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("leave", range(20, 22), 12).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"] >= 0.1 * counts.total(), (skill, counts)


def test_descriptions_lead_to_their_request() -> None:
    assert [misled("LeaveRequest", seed, 20) for seed in (20, 21)] == [[], []]


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_entitlement", "find_approver", "work_out_carry_over"):
        shares = naive_share(f"leave.{skill}", range(20, 26), 20)
        assert min(shares.values()) > 0.4, (skill, shares)


def test_carry_over_takes_the_first_days_in_full_and_then_one_in_so_many() -> None:
    desk = Desk(4)
    who = idle(desk)
    account = desk.one("SELECT id FROM leave_accounts WHERE person_id = ? AND year = ?", who, desk.world.today.year)
    desk.world.update("leave_accounts", account, granted=10.5, carried_over=3)
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule={"full": 4, "one_in": 3})
    # 13.5 left: 4 in full, 9.5 beyond give 3
    assert OFFICE.skills["leave.work_out_carry_over"].procedure(use, person=who) == 7


def test_the_longest_pending_request_of_a_department_without_any_is_not_applicable() -> None:
    desk = Desk(4)
    for row in desk.world.rows("SELECT id FROM leave_requests WHERE status = 'pending'"):
        desk.world.delete("leave_requests", row["id"])
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools)
    longest = next(d for d in OFFICE.describers["LeaveRequest"] if "kind" in d.text[0] and "longest" in d.text[0])
    with pytest.raises(NotApplicable):
        longest.resolve(use, kind="vacation", department="Finance")
