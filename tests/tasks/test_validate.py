"""Each check catches the defect that it is for, and lets a good task through."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy_apps as toy

from skillweave.tasks import necessity, reach, validate
from skillweave.tasks.binding import bind
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.conditions import with_condition
from skillweave.tasks.expect import expectation_of
from skillweave.tasks.loops import with_loop
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.shape import Shape
from skillweave.tasks.spec import DescribedBinding, EachBinding, OutputBinding, Plan, Step
from skillweave.tasks.values import Fact, ValueType
from skillweave.tasks.worldsuite import WorldSuite

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
    # A world that remembers would give the first result again.
    kept = replace(task, template=rehearsal(task.template))
    task = replace(kept, run=kept.attempt(kept.plan))
    assert task.attempt(task.plan).answer == task.run.answer
    assert validate.deterministic(task) == "two replays differ"


def test_not_free_catches_an_answer_that_stands_in_the_instruction() -> None:
    task = toy.candidate(toy.suite_of(toy.WEIGH), alone("toy.weigh", answer=True), RNG(0))
    assert validate.not_free(task) is None
    given_away = replace(task, instruction=f"{task.instruction} It is {task.expectation.answer.text}.")
    assert str(validate.not_free(given_away)).startswith("doing nothing and answering")


@pytest.mark.parametrize(
    ("fact", "guessed"),
    [
        ({"kind": "number", "value": 12.0, "text": "12"}, True),
        ({"kind": "number", "value": 30.0, "text": "30"}, True),
        ({"kind": "number", "value": 137.0, "text": "137"}, False),
        ({"kind": "time", "value": "06:30", "text": "06:30", "forms": ("06:30",)}, True),
        ({"kind": "time", "value": "06:42", "text": "06:42", "forms": ("06:42",)}, False),
        ({"kind": "flag", "value": True, "text": "yes", "forms": ("yes", "true")}, True),
    ],
)
def test_not_free_catches_an_answer_of_few_values(fact: dict[str, Any], guessed: bool) -> None:
    task = toy.candidate(toy.suite_of(toy.WEIGH), alone("toy.weigh", answer=True), RNG(0))
    answer = Fact.model_validate({"type": "Weight", "forms": (), **fact})
    tiny = replace(task, expectation=task.expectation.model_copy(update={"answer": answer}))
    assert (validate.not_free(tiny) == "the answer can be guessed") == guessed


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


def test_necessary_catches_a_result_that_another_steps_tool_shows() -> None:
    suite = toy.suite_of(toy.LIGHTEST, toy.WEIGH, toy.LABEL)  # the list of a shelf shows weights
    feeds = {("toy.weigh", "box"): "toy.lightest", ("toy.label", "weight"): "toy.weigh"}
    shape = Shape(feeds=feeds, order=("toy.lightest", "toy.weigh", "toy.label"), answer=None)
    task = toy.candidate(suite, shape, RNG(1))
    assert validate.necessary(task) == "another step's tool already shows the result"


def test_necessary_catches_a_result_that_two_other_skills_give_in_a_row() -> None:
    suite = toy.suite_of(toy.SHELF_OF, toy.LIGHTEST, toy.on_shelf("first", toy.first_box), toy.MATE_OF, toy.LABEL)
    task = toy.candidate(
        suite, Shape(feeds={("toy.label", "box"): "toy.mate"}, order=("toy.mate", "toy.label"), answer=None), RNG(1)
    )
    assert reach.reached_without(task, task.plan.steps[0])
    alone = toy.suite_of(toy.SHELF_OF, toy.MATE_OF, toy.LABEL)
    assert not reach.reached_without(replace(task, suite=alone), task.plan.steps[0])


@pytest.mark.parametrize(
    ("kind", "value"), [("date", "2026-03-05"), ("month", "2026-04"), ("money", 1250.5), ("number", 3)]
)
def test_a_value_that_the_text_states_stands_in_for_a_result(kind: Any, value: Any) -> None:
    task = toy.candidate(toy.suite_of(toy.WEIGH), alone("toy.weigh", answer=True), RNG(0))
    said = replace(task, instruction="1. On 5 March 2026 add 1,250.50 to April 2026, for 3 of step 7.")
    found = necessity.stated(said, ValueType(name="X", kind=kind, noun="x"))
    assert value in found
    assert 7 not in found


def test_the_user_and_today_stand_in_for_a_result() -> None:
    task = toy.candidate(toy.suite_of(toy.LIGHTEST), alone("toy.lightest", answer=True), RNG(0))
    assert task.template.user in list(necessity.substitutes(task, task.plan.steps[0]))
    day = ValueType(name="Date", kind="date", noun="date")
    assert necessity.defaults(task, day) == [task.template.today.isoformat()]


def looped(*, own: bool = False) -> Candidate:
    """Return a task that gives all boxes on a shelf the weight of one that lies elsewhere (or, ``own``, among them)."""
    suite = toy.suite_of(toy.WEIGH, toy.SET)
    for seed in range(40):
        plain = bind(suite, suite.world(3), chain("toy.weigh", "toy.set"), RNG(seed))
        plan = with_loop(toy.binder(suite, RNG(seed)), plain)
        assert plan is not None
        loop, box = plan.step("s2").inputs["box"], plan.step("s1").inputs["box"]
        assert isinstance(loop, EachBinding)
        assert isinstance(box, DescribedBinding)
        if (box.value in loop.members) == own:
            return toy.worded(suite, plan)
    raise AssertionError


def test_necessary_catches_a_member_of_a_set_that_needs_nothing() -> None:
    assert validate.necessary(looped()) is None
    assert validate.necessary(looped(own=True)) == "a member of a set can be passed over"


def conditioned(*, same: bool = False) -> Candidate:
    """Return a task that sets a weight if another one lies above a limit, and its mate."""
    suite = toy.suite_of(toy.WEIGH, toy.SET)
    shape = Shape(feeds={}, order=("toy.weigh", "toy.set"), answer="toy.weigh")
    plan = bind(suite, suite.world(3), shape, RNG(2))
    pair = next(
        p
        for seed in range(30)
        if (p := with_condition(toy.binder(suite, RNG(seed)), plan)) and p[0].step("s2").otherwise
    )
    if same:
        pair = tuple(
            p.model_copy(
                update={
                    "steps": tuple(
                        s.model_copy(update={"otherwise": {n: s.inputs[n] for n in s.otherwise}}) for s in p.steps
                    )
                }
            )
            for p in pair
        )
    one, other = (toy.worded(suite, p) for p in pair)
    return replace(one, mate=other)


def test_necessary_catches_a_condition_that_makes_no_difference() -> None:
    assert validate.necessary(conditioned()) is None
    assert validate.necessary(conditioned(same=True)) == "a condition makes no difference"


def test_necessary_catches_a_rule_that_decides_both_tasks_of_a_pair_alike() -> None:
    shape = Shape(feeds={}, order=("toy.rent", "toy.set"), answer="toy.rent")

    def pair(rent: Any) -> Candidate:
        suite = toy.suite_of(rent, toy.SET)
        plan = bind(suite, suite.world(3), shape, RNG(2))
        plans = next(
            p for seed in range(30) if (p := with_condition(toy.binder(suite, RNG(seed)), plan)) and p[0].answer is None
        )
        one, other = (toy.worded(suite, p) for p in plans)
        return replace(one, mate=other)

    assert validate.necessary(pair(toy.SAME_RENT)) == "a naive rule gives the same result"
    assert validate.necessary(pair(toy.RENT)) is None


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


def test_unambiguous_catches_a_set_that_is_not_what_the_tools_list() -> None:
    task = looped()
    assert validate.unambiguous(task) is None
    steps = [s if s.each is None else shortened(s) for s in task.plan.steps]
    less = replace(task, plan=task.plan.model_copy(update={"steps": tuple(steps)}))
    assert validate.unambiguous(less) == "a set is not what the tools list"


def shortened(step: Step) -> Step:
    loop = step.inputs[str(step.each)]
    assert isinstance(loop, EachBinding)
    return step.model_copy(
        update={"inputs": {**step.inputs, str(step.each): loop.model_copy(update={"members": loop.members[1:]})}}
    )


def test_complete_catches_a_limit_or_a_set_that_is_left_out() -> None:
    task = conditioned()
    assert validate.complete(task) is None
    when = task.plan.step("s2").when
    assert when is not None
    assert validate.complete(replace(task, instruction=task.instruction.replace(when.text, "much")))
    assert validate.complete(replace(looped(), instruction="Set box a to the weight of box b."))


def named(suite: WorldSuite, skill: str, *, answer: bool) -> Candidate:
    """Return a task of one skill whose instruction gives the id of the box."""
    task = toy.candidate(suite, alone(skill, answer=answer), RNG(0))
    return replace(task, instruction=f"{task.instruction} ({task.plan.steps[0].inputs['box'].value})")


def test_earned_catches_an_answer_that_stands_alone_in_all_that_the_tools_show() -> None:
    suite = toy.suite_of(toy.WEIGH)
    assert validate.unearned(toy.candidate(suite, alone("toy.weigh", answer=True), RNG(0))) is None
    bare = replace(
        suite.tools["get_box"], function=lambda world, box_id: {"weight": toy.get_box(world, box_id)["weight"]}
    )
    suite.__dict__["tools"] = {**suite.tools, "get_box": bare}
    assert validate.unearned(named(suite, "toy.weigh", answer=True)) == "submitting all that the tools show passes"


def test_earned_catches_an_answer_that_calls_at_random_find() -> None:
    # The row shows two more figures, so that to submit all of it is wrong, but hardly anything else.
    assert validate.unearned(named(toy.suite_of(toy.WEIGH), "toy.weigh", answer=True)) == "calls at random pass"


def test_earned_catches_a_change_that_calls_at_random_make() -> None:
    suite = toy.suite_of(toy.SET)
    assert validate.unearned(toy.candidate(suite, alone("toy.set", answer=False), RNG(0))) is None
    assert validate.unearned(named(suite, "toy.set", answer=False)) == "calls at random pass"


def test_a_tool_that_breaks_off_on_random_arguments_lets_nobody_pass() -> None:
    suite = toy.suite_of(toy.LABEL)  # to label a box that does not exist breaks off
    task = toy.candidate(suite, alone("toy.label", answer=False), RNG(0))
    assert validate.unearned(task) is None


def test_luck_may_pass_an_atom_but_what_stands_in_its_instruction_may_not() -> None:
    task = named(toy.suite_of(toy.WEIGH), "toy.weigh", answer=True)
    assert validate.reject(task) == "earned: calls at random pass"
    assert validate.reject(task, atom=True) is None
    given_away = replace(task, instruction=f"{task.instruction} It is {task.expectation.answer.text}.")
    assert str(validate.reject(given_away, atom=True)).startswith("not free: doing nothing")


def test_many_orders_cover_every_swap() -> None:
    steps = tuple(Step(id=f"s{i}", skill="x", inputs={}) for i in range(1, 7))
    plan = Plan(
        steps=(*steps[:5], steps[5].model_copy(update={"inputs": {"x": OutputBinding(type="X", step="s1")}})),
        answer=None,
    )
    found = validate.orders(plan)
    names = [[s.id for s in order] for order in found]
    assert len(found) >= 24
    assert all(order.index("s1") < order.index("s6") for order in names)
    pairs = {(a, b) for order in names for i, a in enumerate(order) for b in order[i + 1 :]}
    assert len(pairs) == 6 * 5 - 1


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


def test_new_catches_the_same_work_in_another_order_and_other_words() -> None:
    suite = toy.suite_of(toy.WEIGH, toy.SET)
    shape = Shape(feeds={}, order=("toy.weigh", "toy.set"), answer="toy.weigh")
    task = toy.candidate(suite, shape, RNG(4))
    first, second = task.plan.steps
    other = task.plan.model_copy(update={"steps": (second, first)})
    assert other.canonical() == task.plan.canonical()
    moved = first.model_copy(update={"inputs": second.inputs | {"box": second.inputs["box"]}})
    assert task.plan.model_copy(update={"steps": (moved, second)}).canonical() != task.plan.canonical()
    one, flipped = conditioned(), conditioned().mate
    assert flipped is not None
    assert one.plan.canonical() != flipped.plan.canonical()


@pytest.mark.parametrize("name", [*validate.CHECKS, "new"])
def test_every_check_of_the_list_is_tested_here(name: str) -> None:
    assert f"test_{name.replace(' ', '_').replace('-', '_')}_catches" in Path(__file__).read_text()
