"""Customers: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

from datetime import date

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def customer(desk: Desk) -> str:
    return str(desk.one("SELECT id FROM customers ORDER BY id"))


def person(desk: Desk, active: int = 1) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = ? ORDER BY id DESC", active))


def test_customers_are_found_by_filters(desk: Desk) -> None:
    row = desk.get_customer(customer_id=customer(desk))
    found = desk.search_customers(
        name=row["name"].lower(), industry=row["industry"], city=row["city"], status=row["status"]
    )
    assert row["id"] in [c["id"] for c in found["customers"]]
    assert row["id"] in [c["id"] for c in desk.search_customers(owner_id=row["owner_id"])["customers"]]
    assert desk.search_customers()["next_page"] == 2
    with pytest.raises(ToolError, match="Use search_customers"):
        desk.get_customer(customer_id="CUS-99999")


def test_a_new_customer_is_a_prospect_under_a_new_name(desk: Desk) -> None:
    made = desk.create_customer(name="Quince & Co", industry="Food", owner_id=person(desk))
    assert (made["status"], made["credit_limit"]) == ("prospect", 0)
    with pytest.raises(ToolError, match="already"):
        desk.create_customer(name="quince & co", industry="Food", owner_id=person(desk))
    with pytest.raises(ToolError, match="has left"):
        desk.create_customer(name="Medlar Ltd", industry="Food", owner_id=person(desk, active=0))


def test_terms_are_changed_within_their_limits(desk: Desk) -> None:
    key, owner = customer(desk), person(desk)
    changed = desk.update_customer(
        customer_id=key, owner_id=owner, status="dormant", credit_limit=99.999, discount=2.5, payment_days=9
    )
    wanted = {"owner_id": owner, "status": "dormant", "credit_limit": 100.0, "discount": 2.5, "payment_days": 9}
    assert wanted.items() <= changed.items()
    with pytest.raises(ToolError, match="at most 40"):
        desk.update_customer(customer_id=key, discount=41)
    with pytest.raises(ToolError, match="at most 120"):
        desk.update_customer(customer_id=key, payment_days=121)
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_customer(customer_id=key)
    with pytest.raises(ToolError, match="search_people"):
        desk.update_customer(customer_id=key, owner_id="PER-99999")


def test_notes_and_contacts_are_added_once_and_not_empty(desk: Desk) -> None:
    key = customer(desk)
    assert desk.add_customer_note(customer_id=key, text="Prefers mail.")["notes"][-1]["body"] == "Prefers mail."
    with pytest.raises(ToolError, match="empty"):
        desk.add_customer_note(customer_id=key, text="")
    added = desk.add_contact(customer_id=key, name="Zuzana Quist", role="Buyer")
    assert desk.search_contacts(name="quist", customer_id=key)["contacts"][0]["id"] == added["id"]
    with pytest.raises(ToolError, match="already"):
        desk.add_contact(customer_id=key, name="zuzana quist", role="Buyer")


def test_talks_are_logged_up_to_today(desk: Desk) -> None:
    key, who = customer(desk), person(desk)
    desk.log_customer_talk(customer_id=key, person_id=who, kind="visit", note="Toured the plant.")
    latest = desk.list_customer_talks(customer_id=key)["talks"]
    assert desk.world.today.isoformat() in [t["held_on"] for t in latest if t["person_id"] == who]
    with pytest.raises(ToolError, match="schedule_follow_up"):
        desk.log_customer_talk(customer_id=key, person_id=who, kind="call", held_on="2099-01-01")
    with pytest.raises(ToolError, match="has left"):
        desk.log_customer_talk(customer_id=key, person_id=person(desk, active=0), kind="call")
    with pytest.raises(ToolError, match="search_customers"):
        desk.list_customer_talks(customer_id="CUS-99999")


def test_an_opportunity_is_opened_and_closed_once(desk: Desk) -> None:
    made = desk.create_opportunity(customer_id=customer(desk), title="Pilot", value=500)
    opened = desk.list_opportunities(customer_id=customer(desk), stage="open")["opportunities"]
    assert made["id"] in [o["id"] for o in opened]
    assert desk.close_opportunity(opportunity_id=made["id"], won=True)["stage"] == "won"
    with pytest.raises(ToolError, match="won already"):
        desk.close_opportunity(opportunity_id=made["id"], won=False)
    with pytest.raises(ToolError, match="list_opportunities"):
        desk.close_opportunity(opportunity_id="OPP-99999", won=True)
    with pytest.raises(ToolError, match="search_customers"):
        desk.create_opportunity(customer_id="CUS-99999", title="Pilot", value=500)


def test_a_follow_up_is_planned_and_done_once(desk: Desk) -> None:
    key, who = customer(desk), person(desk)
    made = desk.schedule_follow_up(customer_id=key, person_id=who, due_on="2026-12-24")
    assert made["id"] in [f["id"] for f in desk.list_follow_ups(customer_id=key, person_id=who)["follow_ups"]]
    assert desk.complete_follow_up(follow_up_id=made["id"])["done"]
    assert made["id"] not in [f["id"] for f in desk.list_follow_ups(customer_id=key)["follow_ups"]]
    with pytest.raises(ToolError, match="done already"):
        desk.complete_follow_up(follow_up_id=made["id"])
    with pytest.raises(ToolError, match="list_follow_ups"):
        desk.complete_follow_up(follow_up_id="FUP-99999")
    with pytest.raises(ToolError, match="has left"):
        desk.schedule_follow_up(customer_id=key, person_id=person(desk, active=0), due_on="2026-12-24")


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("customers", range(20, 22), 8).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"], skill


def test_descriptions_lead_to_their_customer() -> None:
    assert [misled("Customer", seed, 20) for seed in (20, 21)] == [[], []]


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_discount", "work_out_credit_limit", "work_out_follow_up_date"):
        shares = naive_share(f"customers.{skill}", range(20, 24), 12)
        assert min(shares.values()) > 0.6, (skill, shares)


def test_the_follow_up_date_counts_working_days_and_half_of_them_for_key_accounts() -> None:
    desk = Desk(4)
    skill = OFFICE.skills["customers.work_out_follow_up_date"]
    key = desk.create_customer(name="Quince & Co", industry="Food", owner_id=person(desk))["id"]
    friday = date(2025, 6, 27).isoformat()
    desk.world.today = date(2025, 6, 30)
    desk.log_customer_talk(customer_id=key, person_id=person(desk), kind="call", held_on=friday)
    rule = {"days": {"call": 5}, "key_account_from": 1}
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    assert skill.procedure(use, customer=key) == "2025-07-04"
    desk.world.update("customers", key, yearly_sales=1.0)
    assert skill.procedure(use, customer=key) == "2025-07-02"  # 3 days: Monday, Tuesday, Wednesday
