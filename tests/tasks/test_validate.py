"""Each check catches the defect that it is for, and lets a good task through."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy_apps as toy

from skillweave.tasks import validate
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.expect import expectation_of
from skillweave.tasks.shape import Shape
from skillweave.tasks.spec import DescribedBinding, Plan

RNG = np.random.default_rng


def chain(first: str, second: str) -> Shape:
    return Shape(feeds={(second, "weight"): first}, order=(first, second), answer=None)


def alone(skill: str, *, answer: bool) -> Shape:
    return Shape(feeds={}, order=(skill,), answer=skill if answer else None)


def replanned(task: Candidate, plan: Plan) -> Candidate:
    """Return the task with another plan, as if that had been synthesised."""
    world = task.template.open()
    run: Any = task.attempt(plan)
    expectation = expectation_of(task.suite, world, plan, run)
    world.close()
    return replace(task, plan=plan, run=run, expectation=expectation)


def test_a_good_task_passes_every_check() -> None:
    suite = toy.suite_of(toy.WEIGH, toy.LABEL)
    for seed in range(5):
        task = toy.candidate(suite, chain("toy.weigh", "toy.label"), RNG(seed), seed)
        assert validate.reject(task) is None


def test_solvable_catches_an_expectation_that_the_plan_does_not_meet() -> None:
    task = toy.candidate(toy.suite_of(toy.SET), alone("toy.set", answer=False), RNG(0))
    change = task.expectation.changes[0].model_copy(update={"after": {"weight": -1.0}})
    wrong = replace(task, expectation=task.expectation.model_copy(update={"changes": (change,)}))
    assert validate.solvable(task) is None
    assert validate.solvable(wrong) == "replaying the plan does not pass"


def test_deterministic_catches_a_procedure_that_changes_its_mind() -> None:
    task = toy.candidate(toy.suite_of(toy.UNSTEADY), alone("toy.unsteady", answer=True), RNG(0))
    assert validate.deterministic(task) == "two replays differ"


def test_not_free_catches_an_answer_that_stands_in_the_instruction() -> None:
    task = toy.candidate(toy.suite_of(toy.WEIGH), alone("toy.weigh", answer=True), RNG(0))
    assert validate.not_free(task) is None
    given_away = replace(task, instruction=f"{task.instruction} It is {task.expectation.answer.text}.")
    assert str(validate.not_free(given_away)).startswith("doing nothing and answering")


def test_not_free_catches_a_task_that_asks_for_nothing() -> None:
    task = toy.candidate(toy.suite_of(toy.SET), alone("toy.set", answer=False), RNG(0))
    empty = replace(task, expectation=task.expectation.model_copy(update={"changes": ()}))
    assert str(validate.not_free(empty)).startswith("doing nothing and answering")


def test_necessary_catches_a_skill_whose_output_another_one_gives() -> None:
    shape = chain("toy.weigh", "toy.label")
    assert validate.necessary(toy.candidate(toy.suite_of(toy.WEIGH, toy.LABEL), shape, RNG(1))) is None
    task = toy.candidate(toy.suite_of(toy.WEIGH, toy.LABEL, toy.COPY), shape, RNG(1))
    assert validate.necessary(task) == "another skill gives the same result"


def test_necessary_catches_a_result_that_stands_in_the_instruction() -> None:
    task = toy.candidate(toy.suite_of(toy.WEIGH, toy.LABEL), chain("toy.weigh", "toy.label"), RNG(1))
    told = replace(task, instruction=f"{task.instruction} (the box that weighs {task.run.outputs['s1']:g} kg)")
    assert validate.necessary(told) == "a result stands in the instruction"


def test_necessary_catches_a_result_that_nobody_checks() -> None:
    silent = toy.skill("label", toy._label, output=None)  # states nothing: any weight will do
    task = toy.candidate(toy.suite_of(toy.WEIGH, silent), chain("toy.weigh", "toy.label"), RNG(1))
    assert validate.necessary(task) == "another value in place of a result passes"


def test_necessary_catches_a_rule_that_any_guess_satisfies() -> None:
    shape = chain("toy.rent", "toy.label")
    assert validate.necessary(toy.candidate(toy.suite_of(toy.RENT, toy.LABEL), shape, RNG(1))) is None
    task = toy.candidate(toy.suite_of(toy.SAME_RENT, toy.LABEL), shape, RNG(1))
    assert validate.necessary(task) == "a naive rule gives the same result"


def test_necessary_catches_a_write_that_is_overwritten() -> None:
    again = toy.skill("again", toy._set, output=None)
    suite = toy.suite_of(toy.SET, again)
    task = toy.candidate(suite, Shape(feeds={}, order=("toy.set", "toy.again"), answer=None), RNG(2))
    first, second = task.plan.steps
    same_box = second.model_copy(update={"inputs": {**second.inputs, "box": first.inputs["box"]}})
    plan = Plan(steps=(first, same_box), answer=None)
    assert validate.necessary(replanned(task, plan)) == "a step that writes can be left out"


def test_order_free_catches_a_read_that_depends_on_an_unconnected_write() -> None:
    suite = toy.suite_of(toy.WEIGH, toy.SET)
    shape = Shape(feeds={}, order=("toy.weigh", "toy.set"), answer="toy.weigh")
    task = toy.candidate(suite, shape, RNG(4))
    weigh, put = task.plan.steps
    plan = Plan(
        steps=(weigh, put.model_copy(update={"inputs": {**put.inputs, "box": weigh.inputs["box"]}})), answer="s1"
    )
    assert validate.order_free(replanned(task, plan)) == "another order of the steps fails"


def test_unambiguous_catches_a_description_that_fits_two() -> None:
    task = toy.candidate(toy.suite_of(toy.SET), alone("toy.set", answer=False), RNG(0))
    step = task.plan.steps[0]
    twin = DescribedBinding(
        type="Box", how="name", describer=0, values={"name": "twin"}, value="BOX-00004", text="twin"
    )
    bad = replace(
        task, plan=Plan(steps=(step.model_copy(update={"inputs": {**step.inputs, "box": twin}}),), answer=None)
    )
    assert validate.unambiguous(task) is None
    assert validate.unambiguous(bad) == "a description does not pick out one entity"


def test_complete_catches_a_wording_that_leaves_out_a_value() -> None:
    task = toy.candidate(toy.suite_of(toy.SET), alone("toy.set", answer=False), RNG(0))
    assert validate.complete(task) is None
    assert validate.complete(replace(task, instruction="Do it.")) == "the instruction leaves out a value"


def test_a_name_that_two_share_is_never_used_as_a_description() -> None:
    suite = toy.suite_of(toy.SET)
    texts = {
        toy.candidate(suite, alone("toy.set", answer=False), RNG(i)).plan.steps[0].inputs["box"].text for i in range(60)
    }
    assert len(texts) == 10
    assert "twin" not in texts


@pytest.mark.parametrize("name", list(validate.CHECKS))
def test_every_check_of_the_list_is_tested_here(name: str) -> None:
    assert f"test_{name.replace(' ', '_').replace('-', '_')}_catches" in Path(__file__).read_text()
