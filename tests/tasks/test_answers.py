"""An answer is right in one world only, until it is too rare among all answers to be worth a guess."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_suite import APPS, taxonomy

from skillweave.tasks.answers import GUESSED, Answers
from skillweave.tasks.jobs import USED
from skillweave.tasks.synthesize import Synthesis, synthesize

ANSWER = st.tuples(st.sampled_from("abc"), st.sampled_from("uvwxyz"))


@given(st.lists(st.tuples(ANSWER, st.integers(0, 40)), max_size=400), st.integers(0, 3000))
def test_one_guess_for_each_type_hits_no_more_than_the_bound(
    asked: list[tuple[tuple[str, str], int]], far: int
) -> None:
    answers = Answers(types=3)
    answers.note((("a", f"rare {i}") for i in range(far)), world=-1)
    worlds: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for answer, world in sorted(asked, key=lambda a: a[1]):  # world after world, as they are made
        if not answers.spent(answer, world):
            answers.note([answer], world)
            worlds[answer][world] += 1
    elsewhere: Counter[str] = Counter()
    for (kind, _), found in worlds.items():
        if len(found) > 1:
            elsewhere[kind] = max(elsewhere[kind], found.total())
    assert elsewhere.total() <= GUESSED * answers.total


def test_an_answer_comes_again_once_there_are_enough_others() -> None:
    answers = Answers(types=2)
    answers.note([("Days", "13 days")], world=1)
    assert not answers.spent(("Days", "13 days"), world=1)
    assert answers.spent(("Days", "13 days"), world=2)
    assert not answers.spent(("LeaveDays", "13 days"), world=2)
    answers.note((("Days", f"{i} days") for i in range(100, 100 + 397)), world=1)
    assert answers.spent(("Days", "13 days"), world=2)  # 2 of 399 would be more than a hundredth by half
    answers.note([("Days", "99 days")], world=1)
    assert not answers.spent(("Days", "13 days"), world=2)


def test_no_answer_of_a_small_set_is_right_in_two_worlds_and_what_is_turned_down_is_counted() -> None:
    made = synthesize(APPS, taxonomy(), ks=(1, 2), n=60, seed=7)
    assert made.report.rejected[USED] > 0
    assert all(len(worlds) == 1 for worlds in _worlds(made).values())
    assert made.report.made == len(made.tasks)
    assert sum(row.tried for row in made.report.by_k) == made.report.made + sum(made.report.rejected.values())


def test_a_combination_whose_answer_is_used_up_gets_a_second_turn_in_another_world(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = synthesize(APPS, taxonomy(), ks=(1,), n=4, seed=11)
    first = next(t for t in plain.tasks if t.expectation.answer is not None)
    refused: list[int] = []

    def spent(answers: Answers, answer: tuple[str, str], world: int) -> bool:
        refused.append(world)
        return len(refused) == 1

    monkeypatch.setattr(Answers, "spent", spent)
    made = synthesize(APPS, taxonomy(), ks=(1,), n=4, seed=11)
    assert refused[0] == first.world_seed
    assert made.report.rejected[USED] == 1
    assert first.skills in {t.skills for t in made.tasks}
    assert first.id not in {t.id for t in made.tasks}


def _worlds(made: Synthesis) -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for task in made.tasks:
        if task.expectation.answer is not None:
            found[task.expectation.answer.type, task.expectation.answer.text].add(task.world_seed)
    return found
