"""Rates: what the tools do and refuse, and that skills and the booking rule hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.common import month_before
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(3)


def currency(desk: Desk, code: str) -> str:
    return str(desk.one("SELECT id FROM currencies WHERE code = ?", code))


def test_rates_are_listed_by_currency_or_month(desk: Desk) -> None:
    assert len(desk.list_currencies()["currencies"]) == 12
    assert len(desk.list_exchange_rates(currency_id=currency(desk, "CHF"))["rates"]) == 18
    assert len(desk.list_exchange_rates(month=month_before(desk.world.today, 2))["rates"]) == 12
    with pytest.raises(ToolError, match="currency_id or a month"):
        desk.list_exchange_rates()
    with pytest.raises(ToolError, match="rates are kept from"):
        desk.list_exchange_rates(month="1999-01")
    with pytest.raises(ToolError, match="list_currencies"):
        desk.list_exchange_rates(currency_id="CUR-99999")
    with pytest.raises(ToolError, match=f"'chf' is the code of a currency, not its id: give '{currency(desk, 'CHF')}'"):
        desk.list_exchange_rates(currency_id="chf")


def test_an_amount_is_converted_both_ways_at_the_rate_of_the_month(desk: Desk) -> None:
    key, month = currency(desk, "NOK"), month_before(desk.world.today, 1)
    rate = desk.one("SELECT rate FROM exchange_rates WHERE currency_id = ? AND month = ?", key, month)
    abroad = desk.convert_currency(amount=100, currency_id=key, month=month, into="foreign")
    assert abroad == {"amount": pytest.approx(100 * rate, abs=0.005), "currency": "NOK", "rate": rate}
    assert desk.convert_currency(amount=abroad["amount"], currency_id=key, month=month, into="EUR")["amount"] == 100
    with pytest.raises(ToolError, match="no rate of NOK for 1999-01"):
        desk.convert_currency(amount=100, currency_id=key, month="1999-01", into="EUR")


def test_cash_is_ordered_up_to_a_limit_for_people_who_work_here(desk: Desk) -> None:
    order = {"person_id": desk.world.user, "currency_id": currency(desk, "CZK"), "euro_amount": 120.0}
    assert desk.order_foreign_cash(**order)["euro_amount"] == 120
    for change, match in (
        ({"euro_amount": 2000.01}, "up to 2000 EUR"),
        ({"person_id": desk.one("SELECT id FROM people WHERE active = 0")}, "has left"),
        ({"currency_id": "CUR-99999"}, "list_currencies"),
    ):
        with pytest.raises(ToolError, match=match):
            desk.order_foreign_cash(**{**order, **change})


def test_a_currency_is_watched_once(desk: Desk) -> None:
    key = currency(desk, "SEK")
    who = desk.one(
        "SELECT id FROM people WHERE active = 1 AND id NOT IN"
        " (SELECT person_id FROM currency_watches WHERE currency_id = ?)",
        key,
    )
    assert who in [w["id"] for w in desk.watch_currency(currency_id=key, person_id=who)["watchers"]]
    with pytest.raises(ToolError, match="already"):
        desk.watch_currency(currency_id=key, person_id=who)
    with pytest.raises(ToolError, match="has left"):
        desk.watch_currency(currency_id=key, person_id=desk.one("SELECT id FROM people WHERE active = 0"))


def test_distances_become_kilometres(desk: Desk) -> None:
    assert desk.convert_distance(distance=37, unit="miles") == {"kilometres": 59.55}


def test_skills_do_what_they_declare_and_mostly_apply() -> None:
    for skill, counts in outcomes("rates", range(20, 22), 12).items():
        assert set(counts) <= {"done", "not applicable"}, skill
        assert counts["done"] >= 0.3 * counts.total(), (skill, counts)


def test_descriptions_lead_to_their_currency() -> None:
    assert [misled("Currency", seed, 20) for seed in (20, 21)] == [[], []]


def test_naive_rules_mostly_go_wrong() -> None:
    shares = naive_share("rates.work_out_booking_amount", range(20, 26), 20)
    assert min(shares.values()) > 0.4, shares


def test_an_invoice_is_booked_at_the_rate_of_the_month_before_with_surcharge_rounded_up() -> None:
    desk = Desk(4)
    key, month = currency(desk, "PLN"), month_before(desk.world.today, 1)
    row = desk.one(
        "SELECT id FROM exchange_rates WHERE currency_id = ? AND month = ?", key, month_before(desk.world.today, 2)
    )
    desk.world.update("exchange_rates", row, rate=4.0)
    rule = {"soft": ["PLN"], "soft_percent": 4.5, "percent": 1.0, "step": 0.2}
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    skill = OFFICE.skills["rates.work_out_booking_amount"]
    # 375 / 4 = 93.75, x 1.045 = 97.97, up to 98.00; without the surcharge 93.75, up to 93.80
    assert skill.procedure(use, amount=375, currency=key, month=month) == 98
    assert skill.rule is not None
    assert skill.rule.naive["no surcharge"](use, amount=375, currency=key, month=month) == 93.8
