"""Families: bound as in the whole, verified like it, and apart from it in every figure."""

import asyncio
from collections import Counter, defaultdict

import pytest
from people_suite import APPS, SUITE, taxonomy

from skillweave.tasks.spec import LiteralBinding, OutputBinding, TaskSpec
from skillweave.tasks.synthesize import Synthesis, synthesize


@pytest.fixture(scope="module")
def made() -> Synthesis:
    return synthesize(APPS, taxonomy(), ks=(1, 2, 3), n=18, seed=7, families=True)


def families(made: Synthesis) -> list[tuple[TaskSpec, list[TaskSpec]]]:
    members: dict[str, list[TaskSpec]] = defaultdict(list)
    for task in made.tasks:
        if task.role != "combination":
            members[str(task.family)].append(task)
    return [(t, members[t.id]) for t in made.tasks if t.family == t.id]


def play(task: TaskSpec) -> bool:
    session = SUITE.open(task)
    reference = SUITE.reference(task)

    async def run() -> None:
        for call in reference.turns[0]:
            await session.call(call.tool, call.arguments)

    asyncio.run(run())
    verdict = SUITE.verdict(task, session.snapshot(), [list(reference.turns[0])], reference.answer)
    session.close()
    return verdict.success


def test_each_skill_stands_alone_with_what_it_was_bound_to_in_the_whole(made: Synthesis) -> None:
    assert families(made)
    for whole, members in families(made):
        atoms = {t.skills[0]: t.plan.steps[0] for t in members if t.role == "atom"}
        assert sorted(atoms) == sorted(whole.skills)
        for step in whole.plan.steps:
            for name, binding in step.inputs.items():
                alone = atoms[step.skill].inputs[name]
                if isinstance(binding, OutputBinding):
                    assert isinstance(alone, LiteralBinding)
                    assert alone.given_for == whole.plan.step(binding.step).skill
                else:
                    assert alone == binding


def test_the_connected_pairs_are_those_of_the_data_flow(made: Synthesis) -> None:
    longer = [(whole, members) for whole, members in families(made) if whole.k > 2]
    assert any(t.role == "pair" for _, members in longer for t in members)
    for whole, members in longer:
        skill = {s.id: s.skill for s in whole.plan.steps}
        edges = {tuple(sorted((skill[a], skill[b]))) for a, b in whole.plan.edges()}
        assert {t.skills for t in members if t.role == "pair"} <= edges


def test_members_live_in_the_world_of_the_whole_and_their_references_pass_where_nothing_does_not(
    made: Synthesis,
) -> None:
    for whole, members in families(made):
        for task in members:
            assert task.world_seed == whole.world_seed
            assert play(task), task.instruction
            for answer in (None, "", "done"):
                assert not SUITE.verdict(task, {"changes": []}, [[]], answer).success


def test_k_0_tasks_submit_a_given_value_or_make_one_given_write(made: Synthesis) -> None:
    bases = [t for t in made.tasks if t.role == "base"]
    assert {len(t.plan.steps) for t in bases} == {0, 1}
    for task in bases:
        assert (task.k, task.skills, task.span, task.literal_inputs) == (0, (), None, True)
        assert len(task.plan.steps) == task.writes == len(task.expectation.changes)
        verdict = SUITE.verdict(task, {"changes": []}, [[]], None)
        assert (verdict.skills, verdict.first_broken) == ({}, None)
        if not task.plan.steps:
            assert task.expectation.answer is not None
            assert task.expectation.answer.text in task.instruction


def test_members_are_not_counted_as_made_and_missing_ones_are_counted_by_reason(made: Synthesis) -> None:
    report = made.report.families
    assert report is not None
    assert made.report.made == sum(t.role == "combination" for t in made.tasks) == 18
    assert report.members == dict(Counter(t.role for t in made.tasks if t.role != "combination"))
    assert (
        report.whole
        == len(families(made))
        <= report.combinations
        == sum(t.k >= 2 and t.role == "combination" for t in made.tasks)
    )
    assert all(reason.split(":")[0] in ("atom", "pair") for reason in report.missing)
    assert sum(row.tried for row in made.report.by_k) == made.report.made + sum(made.report.rejected.values())


def test_without_families_none_are_made() -> None:
    plain = synthesize(APPS, taxonomy(), ks=(2,), n=2, seed=7)
    assert plain.report.families is None
    assert {(t.family, t.role) for t in plain.tasks} == {(None, "combination")}


def test_an_atom_whose_input_comes_into_being_in_another_step_is_impossible(made: Synthesis) -> None:
    from dataclasses import replace

    from skillweave.tasks.build import Rejected, attempts
    from skillweave.tasks.family import family

    skills = ("people.find_hire_date", "people.find_manager")
    whole = next(c for c in attempts(APPS, APPS.world(3), skills, range(20)) if not isinstance(c, Rejected))
    (first, second) = whole.plan.edges()[0]
    gone = replace(whole.run, outputs={**whole.run.outputs, first: "PER-99999"})
    found = family(replace(whole, run=gone))
    assert second
    assert not found.complete
    assert dict(found.missing) == {("atom", "its input comes into being in another step"): 1}
    assert {m.role for m in found.members} == {"atom"}


def test_luck_may_pass_an_atom_and_only_an_atom(made: Synthesis, monkeypatch: pytest.MonkeyPatch) -> None:
    from skillweave.tasks import validate
    from skillweave.tasks.build import Rejected, attempts
    from skillweave.tasks.family import family

    task = next(t for t, members in families(made) if any(m.role == "pair" for m in members))
    tried = attempts(APPS, APPS.world(task.world_seed), task.skills, range(8))
    whole = next(c for c in tried if not isinstance(c, Rejected) and family(c).complete)
    lucky = lambda task: "calls at random pass"  # noqa: E731
    for checks in (validate.CHECKS, validate.MATED):
        monkeypatch.setitem(checks, "earned", lucky)
    found = family(whole)
    assert found.complete
    assert sum(m.role == "atom" for m in found.members) == task.k
    assert {reason for _, reason in found.missing} == {"earned: calls at random pass"}
    assert {role for role, _ in found.missing} == {"pair"}
