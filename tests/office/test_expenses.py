"""Expenses: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def expense(desk: Desk, status: str) -> str:
    return str(
        desk.one("SELECT id FROM expenses WHERE status = ? AND person_id <> ? ORDER BY id", status, desk.world.user)
    )


def person(desk: Desk, active: int = 1) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = ? AND id <> ? ORDER BY id DESC", active, desk.world.user))


def test_expenses_are_listed_by_filters_a_page_at_a_time(desk: Desk) -> None:
    found = desk.list_expenses(status="submitted", category="Meals")
    assert len(found["expenses"]) == 20
    assert found["next_page"] == 2
    assert {(e["status"], e["category"]) for e in found["expenses"]} == {("submitted", "Meals")}
    department = desk.one("SELECT id FROM departments")
    month = found["expenses"][0]["spent_on"][:7]
    inside = desk.list_expenses(department_id=department, month=month)["expenses"]
    assert inside
    assert all(e["spent_on"].startswith(month) for e in inside)


def test_a_filed_expense_is_submitted_and_dated_today_unless_told_otherwise(desk: Desk) -> None:
    filed = desk.create_expense(person_id=person(desk), amount=12.345, category="Taxi")
    assert (filed["amount"], filed["status"], filed["spent_on"]) == (12.35, "submitted", desk.world.today.isoformat())
    with pytest.raises(ToolError, match="future"):
        desk.create_expense(person_id=person(desk), amount=1, category="Taxi", spent_on="2099-01-01")
    with pytest.raises(ToolError, match="has left"):
        desk.create_expense(person_id=person(desk, active=0), amount=1, category="Taxi")
    with pytest.raises(ToolError, match="Use search_people"):
        desk.create_expense(person_id="PER-99999", amount=1, category="Taxi")


def test_only_submitted_expenses_are_decided_on_or_corrected(desk: Desk) -> None:
    approved = expense(desk, "approved")
    for call in (desk.approve_expense, desk.reject_expense, desk.withdraw_expense):
        with pytest.raises(ToolError, match="is approved; only submitted"):
            call(expense_id=approved)
    with pytest.raises(ToolError, match="only submitted"):
        desk.update_expense(expense_id=approved, amount=5)
    with pytest.raises(ToolError, match="Use list_expenses"):
        desk.get_expense(expense_id="EXP-99999")
    for call, status in (
        (desk.approve_expense, "approved"),
        (desk.reject_expense, "rejected"),
        (desk.withdraw_expense, "withdrawn"),
    ):
        assert call(expense_id=expense(desk, "submitted"))["status"] == status


def test_nobody_approves_their_own_expense(desk: Desk) -> None:
    own = desk.create_expense(person_id=desk.world.user, amount=9, category="Meals")["id"]
    with pytest.raises(ToolError, match="your own expense"):
        desk.approve_expense(expense_id=own)
    with pytest.raises(ToolError, match="cannot approve it"):
        desk.assign_expense_approver(expense_id=own, approver_id=desk.world.user)
    other = person(desk)
    assert desk.assign_expense_approver(expense_id=own, approver_id=other)["approver_id"] == other
    with pytest.raises(ToolError, match="has left"):
        desk.assign_expense_approver(expense_id=own, approver_id=person(desk, active=0))


def test_an_expense_is_corrected_where_something_is_given(desk: Desk) -> None:
    changed = desk.update_expense(expense_id=expense(desk, "submitted"), amount=7.5, category="Train")
    assert (changed["amount"], changed["category"]) == (7.5, "Train")
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_expense(expense_id=changed["id"])


def test_an_approved_expense_is_reimbursed_once_and_not_above_its_amount(desk: Desk) -> None:
    key = desk.one(
        "SELECT id FROM expenses WHERE status = 'approved' AND id NOT IN (SELECT expense_id FROM reimbursements)"
    )
    with pytest.raises(ToolError, match="is more than"):
        desk.reimburse_expense(expense_id=key, amount=5000)
    assert desk.reimburse_expense(expense_id=key, amount=10)["reimbursed"] == 10
    with pytest.raises(ToolError, match="already"):
        desk.reimburse_expense(expense_id=key, amount=1)
    with pytest.raises(ToolError, match="only approved"):
        desk.reimburse_expense(expense_id=expense(desk, "submitted"), amount=1)


def test_a_comment_is_signed_by_the_user_and_not_empty(desk: Desk) -> None:
    found = desk.comment_on_expense(expense_id=expense(desk, "rejected"), text="Looks odd.")
    assert found["comments"][-1] == {"author_id": desk.world.user, "body": "Looks odd."}
    with pytest.raises(ToolError, match="empty"):
        desk.comment_on_expense(expense_id=found["id"], text=" ")


def test_a_budget_is_replaced_or_set_anew(desk: Desk) -> None:
    department, month = desk.one("SELECT id FROM departments"), desk.world.today.isoformat()[:7]
    desk.set_expense_budget(department_id=department, month=month, amount=1234)
    assert desk.get_expense_budget(department_id=department, month=month)["amount"] == 1234
    assert (
        desk.one("SELECT count(*) FROM expense_budgets WHERE department_id = ? AND month = ?", department, month) == 1
    )
    with pytest.raises(ToolError, match="set_expense_budget"):
        desk.get_expense_budget(department_id=department, month="2031-01")
    assert desk.set_expense_budget(department_id=department, month="2031-01", amount=5)["amount"] == 5
    with pytest.raises(ToolError, match="list_departments"):
        desk.get_expense_budget(department_id="DEP-99999", month=month)


def test_advances_and_drives_are_recorded_for_people_who_work_here(desk: Desk) -> None:
    who, gone = person(desk), person(desk, active=0)
    desk.grant_cash_advance(person_id=who, amount=80, settle_by="2029-12-01")
    assert {"amount": 80.0, "settle_by": "2029-12-01"}.items() <= desk.list_cash_advances(person_id=who)["advances"][
        -1
    ].items()
    desk.log_car_drive(person_id=who, driven_on=desk.world.today, kilometres=31, passengers=2)
    drive = desk.list_car_drives(person_id=who, settled=False)["drives"][0]
    assert (drive["kilometres"], drive["passengers"], drive["settled"]) == (31, 2, False)
    with pytest.raises(ToolError, match="has left"):
        desk.grant_cash_advance(person_id=gone, amount=80, settle_by="2029-12-01")
    with pytest.raises(ToolError, match="has left"):
        desk.log_car_drive(person_id=gone, driven_on=desk.world.today, kilometres=31)
    for call in (desk.list_cash_advances, desk.list_car_drives):
        with pytest.raises(ToolError, match="search_people"):
            call(person_id="PER-99999")


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("expenses", range(20, 22), 8).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"], skill


def test_descriptions_lead_to_their_expense() -> None:
    assert [misled("Expense", seed, 20) for seed in (20, 21)] == [[], []]


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("determine_approver", "work_out_reimbursable", "work_out_mileage"):
        shares = naive_share(f"expenses.{skill}", range(20, 24), 12)
        assert min(shares.values()) > 0.4, (skill, shares)


def test_mileage_is_paid_by_band_and_passenger_for_each_open_drive() -> None:
    desk = Desk(4)
    skill = OFFICE.skills["expenses.work_out_mileage"]
    who = desk.one("SELECT id FROM people WHERE active = 1 AND id NOT IN (SELECT person_id FROM car_drives)")
    for kilometres, passengers in ((50, 0), (10, 2)):
        desk.log_car_drive(person_id=who, driven_on="2026-01-05", kilometres=kilometres, passengers=passengers)
    rule = {"near_km": 30, "near_cents": 40, "far_cents": 20, "passenger_cents": 5}
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    # 30 x 0.40 + 20 x 0.20, then 10 x 0.40 + 10 x 2 x 0.05
    assert skill.procedure(use, person=who) == 16 + 5
