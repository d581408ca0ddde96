"""The outcome check, on a schema small enough to see through."""

from small_check import AMOUNT, NOTE, ORDER, expected, insert, problems

from skillweave.tasks.spec import Expectation
from skillweave.tasks.values import Fact


def test_the_same_change_passes() -> None:
    assert problems([ORDER, NOTE]) == []


def test_other_ids_other_words_other_order_of_a_set_and_read_marks_pass() -> None:
    order = insert("orders", "ORD-00012", customer="X", total=10.004, tags="b,a", seen=1)
    note = insert("notes", "NOT-00007", order_id="ORD-00012", body="Dear all, please pay 12,50 EUR")
    mark = {"table": "orders", "op": "update", "key": "ORD-00001", "after": {"seen": 1}}
    assert problems([note, mark, order]) == []


def test_a_note_on_another_order_fails() -> None:
    note = insert("notes", "NOT-00001", order_id="ORD-00002", body="12.50")
    assert problems([ORDER, note]) == ["new row in notes: order_id should be 'ORD-00009', is 'ORD-00002'"]


def test_prose_without_the_fact_fails_and_so_does_prose_that_lists_figures() -> None:
    for body in ("soon", "12.50 or 13.50"):
        assert len(problems([ORDER, insert("notes", "NOT-1", order_id="ORD-00009", body=body)])) == 1


def test_a_duplicated_write_fails() -> None:
    twice = insert("notes", "NOT-00002", order_id="ORD-00009", body="It costs 12.50 EUR.")
    assert [p.split(":")[0] for p in problems([ORDER, NOTE, twice])] == ["an unexpected new row in notes"]


def test_a_missing_row_is_named() -> None:
    assert problems([ORDER]) == ["no new row in notes with order_id='ORD-00009'"]


def test_collateral_change_fails() -> None:
    other = {"table": "orders", "op": "update", "key": "ORD-00001", "after": {"customer": "Y"}}
    assert problems([ORDER, NOTE, other]) == [
        "orders ORD-00001 was changed to {'customer': 'Y'}, which nobody asked for"
    ]


def test_an_update_must_reach_its_value_and_touch_nothing_else() -> None:
    wanted = Expectation(
        changes=(expected({"table": "orders", "op": "update", "key": "ORD-00001", "after": {"total": 5.0}}),),
        answer=None,
    )
    row = {"table": "orders", "op": "update", "key": "ORD-00001"}
    assert problems([{**row, "after": {"total": 5.0, "seen": 1}}], wanted) == []
    assert problems([{**row, "after": {"total": 6.0}}], wanted) == ["orders ORD-00001: total should be 5.0, is 6.0"]
    assert len(problems([{**row, "after": {"total": 5.0, "customer": "Z"}}], wanted)) == 1
    assert problems([{**row, "op": "delete", "after": {}}], wanted) == ["orders ORD-00001 was not changed to total=5.0"]


def test_answers_are_compared_by_type() -> None:
    wanted = Expectation(changes=(), answer=AMOUNT)
    assert problems([], wanted, "12.5") == []
    assert problems([], wanted, "The total is €12.50") == []
    assert problems([], wanted, None) == ["the answer is missing; '12.50 EUR' was asked for"]
    assert problems([], wanted, "12.50 or 13") == [
        "the answer '12.50 or 13' states another figure, 13, beside '12.50 EUR'"
    ]


def test_people_to_whom_the_expected_rows_refer_may_be_greeted_by_name() -> None:
    person = Fact(type="Person", kind="entity", value="PER-2", forms=("Bo Roy", "PER-2"), text="Bo Roy")
    order = insert("orders", "ORD-00009", customer="PER-1", total=1.0, tags="", seen=0)
    note = insert("notes", "NOT-00001", order_id="ORD-00009", body="Dear Ann Lee, ask Bo Roy. Cy Fox")
    wanted = Expectation(changes=(expected(order), expected(note, {"body": (person,)})), answer=None)
    assert problems([order, note], wanted) == []
