"""Synthesis: verified, even, repeatable, and honest about what is missing."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from people_suite import APPS, SUITE, taxonomy

from skillweave.tasks.jobs import NOT_NEW, Job, Shop, Wish
from skillweave.tasks.spec import Selection, TaskSpec, read_tasks, write_tasks
from skillweave.tasks.suite import ToolCall
from skillweave.tasks.synthesize import Synthesis, synthesize
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy


@pytest.fixture(scope="module")
def made() -> Synthesis:
    return synthesize(APPS, taxonomy(), ks=(1, 2, 3), n=24, seed=7)


def play(
    task: TaskSpec, broken: str | None = None, answer: str | None = None
) -> tuple[bool, tuple[str, ...], str | None]:
    """Carry out the reference through a session, as the oracle does."""
    reference = SUITE.reference(task, broken=broken)
    session = SUITE.open(task)
    done = []

    async def run() -> None:
        for call in reference.turns[0]:
            error = None
            try:
                await session.call(call.tool, call.arguments)
            except ToolError as refusal:
                error = str(refusal)
            done.append(ToolCall(tool=call.tool, arguments=call.arguments, error=error))

    asyncio.run(run())
    verdict = SUITE.verdict(task, session.snapshot(), [done], reference.answer)
    session.close()
    return verdict.success, verdict.mismatches, verdict.first_broken


def test_tasks_are_spread_evenly_over_k(made: Synthesis) -> None:
    assert Counter(t.k for t in made.tasks) == {1: 8, 2: 8, 3: 8}
    assert made.report.made == made.report.asked == 24
    # Its answers are small counts, which can be guessed, and no other skill of this app takes a count.
    assert set(made.report.skills_unused) <= {"people.count_reports"}


def test_the_reference_passes_and_nothing_else_does(made: Synthesis) -> None:
    for task in made.tasks:
        assert play(task) == (True, (), None)
        idle = SUITE.verdict(task, {"changes": []}, [[]], "done")
        assert not idle.success
        assert idle.mismatches


def test_a_broken_skill_always_fails_and_is_named(made: Synthesis) -> None:
    for task in made.tasks:
        for skill in task.skills:
            success, mismatches, first = play(task, broken=skill)
            assert not success, (task.id, skill)
            assert mismatches
            assert first is not None


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_tasks(made: Synthesis, tmp_path: Path) -> None:
    again = synthesize(APPS, taxonomy(), ks=(1, 2, 3), n=24, seed=7)
    write_tasks(tmp_path / "a.jsonl", made.tasks)
    write_tasks(tmp_path / "b.jsonl", again.tasks)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert again.report == made.report
    other = synthesize(APPS, taxonomy(), ks=(1, 2, 3), n=24, seed=8)
    assert {t.id for t in other.tasks}.isdisjoint({t.id for t in made.tasks})


def test_tasks_read_back_as_they_were_written(made: Synthesis, tmp_path: Path) -> None:
    write_tasks(tmp_path / "tasks.jsonl", made.tasks)
    assert tuple(read_tasks(tmp_path / "tasks.jsonl")) == made.tasks


def test_rejections_are_counted_by_reason_and_k(made: Synthesis) -> None:
    report = made.report
    assert sum(report.rejected.values()) == sum(row.count for row in report.table)
    tried = sum(row.tried for row in report.by_k)
    accepted = {t.pair or t.id for t in made.tasks}  # a pair comes from one try
    assert tried == len(accepted) + sum(report.rejected.values())
    assert all(":" in reason for reason in report.rejected)


def test_half_of_the_combinations_have_each_skill_alone_beside_them() -> None:
    made = synthesize(APPS, taxonomy(), ks=(1, 2), n=12, seed=3)
    singles = {t.skills[0] for t in made.tasks if t.k == 1}
    pairs = [t for t in made.tasks if t.k == 2]
    assert len(singles) == 6
    assert made.report.by_k[1].alone == sum(singles >= set(t.skills) for t in pairs)
    assert made.report.by_k[1].alone >= 2


def test_a_shortfall_is_reported_not_padded() -> None:
    few = synthesize(APPS, taxonomy(), ks=(11,), n=5, seed=1)
    assert few.report.made < 5
    assert few.report.by_k[0].asked == 5


@pytest.mark.parametrize(
    ("ks", "n", "message"), [((0,), 5, "k = 0"), ((12,), 5, "k = 12"), ((2,), 0, "cannot make 0 tasks")]
)
def test_impossible_requests_are_refused(ks: tuple[int, ...], n: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        synthesize(APPS, taxonomy(), ks=ks, n=n, seed=1)


def test_only_skills_of_the_apps_that_were_asked_for_are_used() -> None:
    from skillweave.harness.sources import read_source
    from skillweave.tasks.request import Request
    from skillweave.tasks.suites.registry import world_suite
    from skillweave.tasks.synthesize import make_tasks
    from skillweave.taxonomy.build import build_taxonomy

    suite = world_suite("office-small")
    tree = build_taxonomy(read_source(["suite:office-small"]).graph, height=3, seed=0)
    request = Request(ks=(1, 2), n=6, seed=7, apps=("people", "rates"))
    report = make_tasks(suite, tree, request, sink=lambda job, outcome: None)
    assert report.made == 6
    assert set(report.shares.apps) == {"people", "rates"}
    assert report.shares.of_skills == sum(s.app in ("people", "rates") for s in suite.skills.values())
    with pytest.raises(UserError, match="'office-small' has no app 'poeple'"):
        make_tasks(suite, tree, Request(ks=(1,), n=1, seed=7, apps=("poeple",)), sink=lambda job, outcome: None)


def test_a_taxonomy_of_another_suite_is_refused() -> None:
    from skillweave.taxonomy.build import build_taxonomy
    from skillweave.taxonomy.corpus import corpus_from_records
    from skillweave.taxonomy.weights import from_corpus

    other: Taxonomy = build_taxonomy(from_corpus(corpus_from_records([["a", "b"], ["c", "d"]])), height=2, seed=0)
    with pytest.raises(UserError, match="no skill of suite 'office'"):
        synthesize(APPS, other, ks=(1,), n=1, seed=1)


def test_a_task_id_that_stands_twice_is_refused(made: Synthesis, tmp_path: Path) -> None:
    write_tasks(tmp_path / "tasks.jsonl", [made.tasks[0], made.tasks[0]])
    with pytest.raises(UserError, match=r"tasks.jsonl:2: task .* stands here twice"):
        read_tasks(tmp_path / "tasks.jsonl")


def test_the_same_plan_with_the_same_bindings_is_made_once_only() -> None:
    selection = Selection(strategy="steps", information=1.0, branches=1, log_probability=None, budgeted=True)
    wish = Wish(skills=("people.change_title", "people.find_manager"), span=1, selection=selection)
    shop = Shop(suite=APPS, taxonomy=taxonomy(), provenance=Provenance(seed=1))
    first, second = shop.carry_out(Job(world_seed=3, wishes=(wish, wish))).grants
    assert NOT_NEW not in first.reasons
    assert second.reasons[NOT_NEW] == 1
    assert {t.id for t in first.tasks}.isdisjoint(t.id for t in second.tasks)
