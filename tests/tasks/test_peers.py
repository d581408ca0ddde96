"""How the checkers of known sets fail (their issue numbers in the names), each tried on ours with a lying end state."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from people_suite import SUITE as PEOPLE
from people_suite import taxonomy
from small_check import AMOUNT, NOTE, ORDER, WANTED, WHERE, expected, insert, problems

from skillweave.tasks.audit.play import Bench, Outcome
from skillweave.tasks.audit.variants import extra_reads, other_lookups
from skillweave.tasks.check import answer_problem
from skillweave.tasks.spec import Expectation
from skillweave.tasks.suites import registry
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.synthesize import synthesize
from skillweave.tasks.tools import render
from skillweave.tasks.values import Fact
from skillweave.tasks.world import changed


@pytest.fixture(scope="module")
def benches() -> Iterator[list[Bench]]:
    """Six tasks of the people app, ready to be departed from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "SUITES", {"office": lambda: PEOPLE})
        made = synthesize(PEOPLE.apps, taxonomy(), ks=(1, 2, 3), n=6, seed=7).tasks
        yield [Bench(PEOPLE, task, 0) for task in made]


def test_agentdojo_116_reading_an_unread_mail_changes_nothing() -> None:
    world = OFFICE.world(1).open()
    unread = world.row("SELECT id FROM mails WHERE read = 0 ORDER BY id")
    assert unread is not None
    OFFICE.tools["get_mail"].call(world, {"mail_id": unread["id"]})
    marks = changed(world.changes())
    world.close()
    mail = {"table": "mails", "op": "update", "key": unread["id"], "after": {"read": 1}}
    assert marks in ([], [mail])
    assert problems([ORDER, NOTE, {"table": "orders", "op": "update", "key": "ORD-00003", "after": {"seen": 1}}]) == []


def test_comptoolbench_a_duplicated_write_does_not_score() -> None:
    again = insert("orders", "ORD-00010", customer="X", total=10.0, tags="a, b", seen=0)
    assert problems([ORDER, NOTE, again]) != []


def test_tau2_384_a_task_is_never_passed_by_inaction(benches: list[Bench]) -> None:
    for bench in benches:
        for answer in (None, "", "done", "I could not find that.", bench.task.instruction):
            assert bench.judge(Outcome(changes=[], calls=(), answer=answer)) != []
            assert bench.judge(Outcome(changes=[], calls=bench.outcome.calls, answer=answer)) != []


def test_tau2_224_every_listed_change_is_scored() -> None:
    assert all(problems([c for c in (ORDER, NOTE) if c is not left_out]) != [] for left_out in (ORDER, NOTE))
    asked = Expectation(changes=WANTED.changes, answer=AMOUNT)
    assert problems([ORDER, NOTE], asked, "12.50 EUR") == []
    assert problems([ORDER, NOTE], asked, None) != []


def test_tau2_a_missing_criterion_is_no_success() -> None:
    nothing = Expectation(changes=(), answer=None)
    assert problems([], nothing) == []  # which is why synthesis refuses such a task: `not_free`
    assert problems([ORDER], nothing) != []


def test_tau2_499_and_370_gold_calls_are_never_refused_and_use_what_an_agent_sees(benches: list[Bench]) -> None:
    for bench in benches:
        assert bench.outcome.refused == []
        assert {c.tool for c in bench.outcome.calls} == set(bench.task.tools)


def test_gorilla_1367_the_gold_answer_is_what_the_tools_give(benches: list[Bench]) -> None:
    for bench in benches:
        fact = bench.task.expectation.answer
        assert fact is None or bench.answer_of(bench.run) == fact.text


def test_gorilla_771_every_id_in_a_gold_call_was_given_or_shown_before(benches: list[Bench]) -> None:
    for bench in benches:
        assert _unseen_ids(bench) == []


def _unseen_ids(bench: Bench) -> list[str]:
    seen = f"{bench.task.instruction}\n{bench.suite.briefing(bench.task)}"
    world = bench.template.open()
    unseen = []
    for call in bench.reference.calls:
        unseen += [k for k in re.findall(r"\b[A-Z]{3}-\d{5}\b", render(dict(call.arguments))) if k not in seen]
        seen += render(bench.apps.tools[call.tool].call(world, call.arguments))
    world.close()
    return unseen


def test_gorilla_914_prose_is_not_compared_as_text_but_a_lie_in_it_fails() -> None:
    def told(body: str) -> list[str]:
        return problems([ORDER, insert("notes", "NOT-00001", order_id="ORD-00009", body=body)])

    assert told("Dear all,\n\nplease transfer EUR 12,50 by tomorrow. Thanks!") == []
    assert told("The amount is twelve fifty.") != []
    assert told("It costs 12.50 EUR. Correction: 15.20 EUR.") != []


def test_stabletoolbench_37_an_unanswered_task_has_failed(benches: list[Bench]) -> None:
    asked = [b for b in benches if b.task.expectation.answer is not None]
    assert asked
    for bench in asked:
        silent = Outcome(changes=bench.outcome.changes, calls=bench.outcome.calls, answer=None)
        assert any("is missing" in m for m in bench.judge(silent))


def test_terminal_bench_1387_other_ways_to_the_same_end_pass(benches: list[Bench]) -> None:
    tried = [o for b in benches for make in (extra_reads, other_lookups) for _, o in make(b)]
    assert len(tried) > len(benches)
    assert all(b.judge(o) == [] for b in benches for make in (extra_reads, other_lookups) for _, o in make(b))


def test_mini_swe_agent_787_who_has_the_gold_answer_but_looked_nothing_up_fails(benches: list[Bench]) -> None:
    for bench in benches:
        gold = bench.task.expectation.answer
        assert bench.judge(Outcome(changes=[], calls=(), answer=gold.text if gold else "done")) != []


PEOPLE_FACT = Fact(type="Person", kind="entity", value="PER-00002", forms=("Bo Roy", "PER-00002"), text="Bo Roy")


@pytest.mark.parametrize(
    "answer",
    ["Ann Lee, Bo Roy", "PER-00001 PER-00002 PER-00003", "Bo Roy or PER-00001", "Everybody: Ann Lee; Bo Roy; Cy Fox"],
)
def test_a_list_of_all_candidates_is_no_answer(answer: str) -> None:
    wanted = Expectation(changes=(), answer=PEOPLE_FACT)
    assert problems([], wanted, "Bo Roy (PER-00002)") == []
    assert problems([], wanted, answer) != []


def test_a_file_name_among_others_is_no_answer() -> None:
    name = Fact(type="DocumentName", kind="text", value="a_1.pdf", forms=("a_1.pdf",), text="a_1.pdf")
    wanted = Expectation(changes=(), answer=name)
    assert problems([], wanted, 'It must be called "a_1.pdf".') == []
    assert problems([], wanted, "a_1.pdf or a_2.pdf") != []


def test_a_remark_that_nobody_asked_for_on_an_existing_row_is_collateral_and_on_a_new_one_is_not() -> None:
    """What stood in an existing row's prose is lost to someone; on a row of one's own making nothing is."""
    update: dict[str, Any] = {"table": "notes", "op": "update", "key": "NOT-00005", "after": {"order_id": "ORD-00002"}}
    wanted = Expectation(changes=(expected(update),), answer=None)
    assert problems([update], wanted) == []
    chatty = {**update, "after": {**update["after"], "body": "moved, as asked"}}
    assert problems([chatty], wanted) == [
        "notes NOT-00005: body was changed to 'moved, as asked', which nobody asked for"
    ]
    silent = insert("notes", "NOT-00001", order_id="ORD-00009", body="")
    free = Expectation(changes=(expected(ORDER), expected(silent)), answer=None)
    assert problems([ORDER, {**silent, "after": {**silent["after"], "body": "for your information"}}], free) == []


def test_equal_new_rows_are_told_apart_by_what_refers_to_them() -> None:
    def order(key: str) -> dict[str, Any]:
        return insert("orders", key, customer="X", total=1.0, tags="", seen=0)

    def note(key: str, about: str, amount: float) -> dict[str, Any]:
        return insert("notes", key, order_id=about, body=f"{amount:.2f} EUR")

    facts = [Fact(type="Money", kind="money", value=v, forms=(), text=f"{v:.2f} EUR") for v in (5.0, 6.0)]
    wanted = Expectation(
        changes=(
            expected(order("ORD-00001")),
            expected(order("ORD-00002")),
            expected(note("NOT-1", "ORD-00001", 5.0), {"body": (facts[0],)}),
            expected(note("NOT-2", "ORD-00002", 6.0), {"body": (facts[1],)}),
        ),
        answer=None,
    )
    made = [order("ORD-00001"), order("ORD-00002")]
    assert problems([*made, note("NOT-1", "ORD-00001", 6.0), note("NOT-2", "ORD-00002", 5.0)], wanted) == []
    both_on_one = [*made, note("NOT-1", "ORD-00001", 6.0), note("NOT-2", "ORD-00001", 5.0)]
    assert problems(both_on_one, wanted) != []


def test_prose_about_a_new_row_must_name_it_by_the_id_that_it_got() -> None:
    made = Fact(type="Order", kind="entity", value="ORD-00009", forms=("ORD-00009",), text="ORD-00009")
    about = insert("notes", "NOT-00001", order_id="ORD-00009", body="Entered as ORD-00009.")
    wanted = Expectation(changes=(expected(ORDER), expected(about, {"body": (made,)})), answer=made)
    own = insert("orders", "ORD-00012", customer="X", total=10.0, tags="a, b", seen=0)
    told = insert("notes", "NOT-00001", order_id="ORD-00012", body="The order is ORD-00012.")
    assert problems([own, told], wanted, "ORD-00012") == []
    assert problems([own, told], wanted, "ORD-00009") != []
    lie = insert("notes", "NOT-00001", order_id="ORD-00012", body="Entered as ORD-00009.")
    assert problems([own, lie], wanted, "ORD-00012") != []


def test_what_is_made_and_removed_again_is_no_change(benches: list[Bench]) -> None:
    world = OFFICE.world(1).open()
    key = world.insert("departments", name="Nowhere", cost_centre="CC-1", head_id=None)
    before = world.get("departments", "DEP-00001")
    assert before is not None
    world.update("departments", "DEP-00001", name="Elsewhere")
    assert len(world.changes()) == 2
    world.update("departments", "DEP-00001", name=before["name"])
    world.delete("departments", key)
    assert world.changes() == []
    world.close()


def test_figures_of_the_question_may_stand_in_the_answer_unless_they_are_the_answer() -> None:
    fee = Fact(type="Money", kind="money", value=12.5, forms=(), text="12.50 EUR")
    assert (
        answer_problem(fee, "The fee for 350.00 EUR is 12.50 EUR", known="the fee for 350.00 EUR", where=WHERE) is None
    )
    assert answer_problem(fee, "350.00 or 360.00 or 12.50", known="the fee for 350.00 EUR", where=WHERE) is not None
    told = "1. Take 12.50 EUR.\n2. Take 13 EUR."
    assert answer_problem(fee, "12.50, 13", known=told, where=WHERE) is not None
