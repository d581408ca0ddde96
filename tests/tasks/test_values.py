"""Typed values: wording, and what counts as stating one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweave.tasks.suites.office.common import COUNT, DATE, DAYS, MONEY, MONTH
from skillweave.tasks.values import Fact, ValueType, missing_fact, numbers, word


def fact(kind: ValueType, value: object) -> Fact:
    plain = float(value) if kind.kind in ("money", "number") else str(value)  # type: ignore[arg-type]
    return Fact(type=kind.name, kind=kind.kind, value=plain, forms=(), text=word(kind, value))


@given(st.floats(min_value=0.01, max_value=999_999, allow_nan=False).map(lambda x: round(x, 2)))
def test_an_amount_is_found_in_every_form_in_which_people_write_it(amount: float) -> None:
    wanted = fact(MONEY, amount)
    for text in (
        f"{amount:.2f}",
        f"€{amount:,.2f}",
        f"{amount:.2f} EUR",
        f"The total is {amount:,.2f} EUR.",
        f"{amount:,.2f}".replace(",", " "),
        f"{amount:,.2f}".replace(",", "#").replace(".", ",").replace("#", "."),
    ):
        assert missing_fact(text, wanted) is None, text


@pytest.mark.parametrize(
    "text",
    ["3 May 2026", "2026-05-03", "May 3, 2026", "3rd of May 2026", "on the 3. May 2026", "05/03/2026", "03.05.2026"],
)
def test_a_date_is_found_in_every_usual_form(text: str) -> None:
    assert missing_fact(f"It is due {text}.", fact(DATE, "2026-05-03")) is None


def test_a_month_is_found_by_name_and_by_number() -> None:
    assert missing_fact("for March 2026", fact(MONTH, "2026-03")) is None
    assert missing_fact("for 2026-03", fact(MONTH, "2026-03")) is None
    assert missing_fact("for April 2026", fact(MONTH, "2026-03")) == "does not state 'March 2026'"


def test_a_text_that_lists_several_figures_states_none() -> None:
    assert missing_fact("it is 10, 11 or 12", fact(COUNT, 11)) == "states another figure, 10, beside '11'"


def test_figures_of_the_instruction_compete_with_nothing() -> None:
    assert missing_fact("11 of the 40 asked for", fact(COUNT, 11), known="the 40 largest") is None


def test_dates_times_ids_and_addresses_are_no_figures() -> None:
    assert numbers("ORD-00042 on 2026-05-03 at 14:30, March 2026, a1@x.example: 7 items") == [{7.0}]


def test_a_comma_may_group_thousands_or_mark_decimals() -> None:
    assert numbers("1,234") == [{1234.0, 1.234}]


def test_naming_a_second_person_is_not_naming_one() -> None:
    wanted = Fact(
        type="Person", kind="entity", value="PER-1", forms=("Ann Lee", "ann@x.example", "PER-1"), text="Ann Lee"
    )
    people = ("Ann Lee", "Bo Roy", "Cy Fox")
    assert missing_fact("It is Ann Lee.", wanted, rivals=people) is None
    assert missing_fact("PER-1", wanted, rivals=people) is None
    assert (
        missing_fact("Ann Lee or Bo Roy", wanted, rivals=people) == "names another Person, 'Bo Roy', beside 'Ann Lee'"
    )
    assert missing_fact("Ann Lee, as Bo Roy asked", wanted, rivals=people, known="for Bo Roy") is None
    assert missing_fact("Joann Leeds", wanted, rivals=people) == "does not name 'Ann Lee'"


def test_units_and_singulars_are_worded() -> None:
    assert [word(COUNT, 1234567.25), word(DAYS, 1), word(DAYS, 2.5), word(MONEY, 3), word(DATE, "2026-05-03")] == [
        "1234567.25",
        "1 day",
        "2.5 days",
        "3.00 EUR",
        "3 May 2026",
    ]


def test_a_longer_name_around_the_name_is_another_one() -> None:
    wanted = Fact(type="Mail", kind="entity", value="M-1", forms=("Lunch", "M-1"), text="Lunch")
    reply = Fact(type="Mail", kind="entity", value="M-2", forms=("Re: Lunch", "M-2"), text="Re: Lunch")
    assert missing_fact("Re: Lunch", reply, rivals=("Lunch", "Re: Lunch")) is None
    assert missing_fact("Re: Lunch", wanted, rivals=("Lunch", "Re: Lunch")) is not None
    file = Fact(type="FileName", kind="text", value="a.pdf", forms=("a.pdf",), text="a.pdf")
    assert missing_fact("It is a.pdf.", file) is None
    for text in ("a.pdf-1", "b-a.pdf", "a.pdf.zip", "old.a.pdf"):
        assert missing_fact(text, file) is not None, text
