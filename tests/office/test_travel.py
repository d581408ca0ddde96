"""Travel: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def trip(desk: Desk, status: str) -> str:
    return str(
        desk.one("SELECT id FROM trips WHERE status = ? AND person_id <> ? ORDER BY id", status, desk.world.user)
    )


def person(desk: Desk, active: int = 1) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = ? ORDER BY id DESC", active))


def test_trips_are_listed_by_filters_in_order_of_their_first_day(desk: Desk) -> None:
    found = desk.list_trips(status="completed")
    assert found["next_page"] == 2
    assert [t["starts_on"] for t in found["trips"]] == sorted(t["starts_on"] for t in found["trips"])
    row = found["trips"][0]
    same = desk.list_trips(person_id=row["person_id"], city=row["city"].lower(), month=row["starts_on"][:7])["trips"]
    assert row["id"] in [t["id"] for t in same]
    with pytest.raises(ToolError, match="Use list_trips"):
        desk.get_trip(trip_id="TRP-99999")


def test_a_trip_is_planned_from_today_on_to_a_city_on_the_list(desk: Desk) -> None:
    cities = [d["city"] for d in desk.list_destinations()["destinations"]]
    today = desk.world.today.isoformat()
    made = desk.plan_trip(person_id=person(desk), city=cities[0], starts_on="2027-02-27", nights=2)
    assert (made["status"], made["city"], made["ends_on"]) == ("planned", cities[0], "2027-03-01")
    with pytest.raises(ToolError, match="list_destinations"):
        desk.plan_trip(person_id=person(desk), city="Atlantis", starts_on=today, nights=2)
    with pytest.raises(ToolError, match="has passed"):
        desk.plan_trip(person_id=person(desk), city="Paris", starts_on="2020-01-01", nights=2)
    with pytest.raises(ToolError, match="has left"):
        desk.plan_trip(person_id=person(desk, active=0), city="Paris", starts_on=today, nights=2)


def test_a_trip_is_approved_by_somebody_else_and_cancelled_while_it_lies_ahead(desk: Desk) -> None:
    assert desk.approve_trip(trip_id=trip(desk, "planned"))["status"] == "approved"
    with pytest.raises(ToolError, match="only trips that are planned"):
        desk.approve_trip(trip_id=trip(desk, "approved"))
    own = desk.plan_trip(person_id=desk.world.user, city="Paris", starts_on="2027-02-27", nights=2)["id"]
    with pytest.raises(ToolError, match="your own trip"):
        desk.approve_trip(trip_id=own)
    assert desk.cancel_trip(trip_id=own)["status"] == "cancelled"
    with pytest.raises(ToolError, match="is cancelled; only"):
        desk.cancel_trip(trip_id=own)


def test_a_trip_ahead_can_be_changed(desk: Desk) -> None:
    key, who = trip(desk, "planned"), person(desk)
    changed = desk.update_trip(trip_id=key, person_id=who, starts_on="2027-02-27", nights=3, budget=99.5)
    wanted = {"person_id": who, "starts_on": "2027-02-27", "ends_on": "2027-03-02", "nights": 3, "budget": 99.5}
    assert wanted.items() <= changed.items()
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_trip(trip_id=key)
    with pytest.raises(ToolError, match="has passed"):
        desk.update_trip(trip_id=key, starts_on="2020-01-01")
    with pytest.raises(ToolError, match="has left"):
        desk.update_trip(trip_id=key, person_id=person(desk, active=0))
    with pytest.raises(ToolError, match="is completed; only"):
        desk.update_trip(trip_id=trip(desk, "completed"), nights=1)


def test_only_flights_are_booked_with_a_class_and_a_booking_is_cancelled_once(desk: Desk) -> None:
    key = trip(desk, "planned")
    classes = [c["name"] for c in desk.list_travel_classes()["travel_classes"]]
    made = desk.add_trip_booking(trip_id=key, kind="flight", price=120, travel_class=classes[-1])
    assert made["id"] in [b["id"] for b in desk.get_trip(trip_id=key)["bookings"]]
    with pytest.raises(ToolError, match="needs a travel_class"):
        desk.add_trip_booking(trip_id=key, kind="flight", price=120)
    with pytest.raises(ToolError, match="has no travel_class"):
        desk.add_trip_booking(trip_id=key, kind="hotel", price=120, travel_class="economy")
    with pytest.raises(ToolError, match="is completed; only"):
        desk.add_trip_booking(trip_id=trip(desk, "completed"), kind="hotel", price=120)
    assert desk.cancel_trip_booking(booking_id=made["id"])["cancelled"]
    with pytest.raises(ToolError, match="cancelled already"):
        desk.cancel_trip_booking(booking_id=made["id"])
    with pytest.raises(ToolError, match="get_trip"):
        desk.cancel_trip_booking(booking_id="BKG-99999")


def test_a_note_is_not_empty(desk: Desk) -> None:
    key = trip(desk, "completed")
    assert desk.add_trip_note(trip_id=key, text="Went well.")["notes"][-1]["body"] == "Went well."
    with pytest.raises(ToolError, match="empty"):
        desk.add_trip_note(trip_id=key, text="  ")


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("travel", range(20, 22), 8).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"], skill


def test_descriptions_lead_to_their_trip_and_class() -> None:
    assert [misled(kind, seed, 20) for kind in ("Trip", "TravelClass") for seed in (20, 21)] == [[]] * 4


def test_naive_rules_mostly_go_wrong() -> None:
    for skill in ("work_out_per_diem", "determine_class", "work_out_booking_deadline"):
        shares = naive_share(f"travel.{skill}", range(20, 24), 12)
        assert min(shares.values()) > 0.6, (skill, shares)


def test_the_first_and_the_last_day_count_by_the_times_of_the_trip() -> None:
    desk = Desk(4)
    key = desk.plan_trip(person_id=person(desk), city="Paris", starts_on="2027-02-27", nights=3)["id"]
    desk.world.update("trips", key, leaves_at="08:45", returns_at="15:00")
    rule = {
        "rates": {"France": 40},
        "other_rate": 10,
        "early_before": "09:00",
        "early_percent": 80,
        "first_percent": 30,
        "late_from": "18:00",
        "late_percent": 70,
        "last_percent": 25,
        "one_day_percent": 60,
    }
    per_diem = OFFICE.skills["travel.work_out_per_diem"].procedure
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    assert per_diem(use, trip=key) == 40 * (0.8 + 2 + 0.25)
    desk.update_trip(trip_id=key, nights=0)
    assert per_diem(use, trip=key) == 24
