"""The verdict of an audit is the verdict of a run: the same trajectories, played in process and through Inspect."""

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.solver import Generate, Solver, TaskState, solver
from people_suite import SUITE, taxonomy

from skillweave.harness.dataset import task_dataset
from skillweave.harness.rollouts import RECORD, live_rollout
from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.scoring import outcome
from skillweave.harness.solvers import close_world, open_world
from skillweave.harness.taskset import TaskSet, keep, load_taskset
from skillweave.tasks.audit.mutants import MUTANTS
from skillweave.tasks.audit.names import TRIVIAL
from skillweave.tasks.audit.play import Bench, Outcome
from skillweave.tasks.audit.trivial import play_trivial
from skillweave.tasks.audit.variants import VARIANTS
from skillweave.tasks.spec import TaskSpec, write_tasks
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suites import registry
from skillweave.tasks.synthesize import synthesize
from skillweave.tasks.trivial import AGENTS

SAMPLE = 2
"""trajectories of one kind and task"""


@pytest.fixture(scope="module")
def made() -> tuple[TaskSpec, ...]:
    """Four tasks of the people app."""
    return synthesize(SUITE.apps, taxonomy(), ks=(1, 3), n=4, seed=7).tasks


@pytest.fixture
def tasks(made: tuple[TaskSpec, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TaskSet:
    """Four tasks of the people app, as a run has them."""
    monkeypatch.setattr(registry, "SUITES", {"office": lambda: SUITE})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("INSPECT_EVAL_MODEL", raising=False)
    write_tasks(tmp_path / "tasks.jsonl", made)
    return load_taskset(tmp_path / "tasks.jsonl")


def _outcomes(task: TaskSpec) -> list[tuple[str, Outcome]]:
    """Return outcomes of one task of every kind that an audit plays."""
    bench = Bench(SUITE, task, 0)
    found = [("oracle", bench.outcome), *((name, play_trivial(bench, name)) for name in AGENTS)]
    for kind, make in MUTANTS.items():  # what changes nothing is no mutant
        found += [
            (kind, o) for _, o in bench.some(kind, [m for m in make(bench) if not bench.same_effect(m[1])], SAMPLE)
        ]
    for kind, make in VARIANTS.items():
        found += [(kind, o) for _, o in bench.some(kind, list(make(bench)), SAMPLE)]
    return found


@solver
def replay(outcomes: dict[str, list[tuple[str, Outcome]]]) -> Solver:
    """Play one recorded trajectory a sample, through the rollout that every agent plays in."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        rollout = live_rollout(state.uuid)
        _, played = outcomes[str(state.sample_id)][state.epoch - 1]
        await rollout.hear()
        for call in played.calls:
            await rollout.call(call.tool, call.arguments, None)
        await rollout.call(SUBMIT, {"answer": played.answer}, None)
        state.store.set(RECORD, rollout.record())
        return state

    return solve


def test_the_verdict_in_process_is_that_of_the_scorer(tasks: TaskSet, tmp_path: Path) -> None:
    outcomes = {task.id: _outcomes(task) for task in tasks.tasks}
    epochs = max(map(len, outcomes.values()))
    for found in outcomes.values():
        found += [found[0]] * (epochs - len(found))
    run = Task(
        dataset=task_dataset(tasks),
        setup=open_world(taskset=keep(tasks), tools="all", seed=0, skills="listed"),
        solver=replay(outcomes),
        cleanup=close_world,
        scorer=outcome(),
        epochs=epochs,
    )
    log = inspect_eval(run, model="none/none", display="none", log_dir=str(tmp_path / "logs"))[0]
    by_id = {task.id: task for task in tasks.tasks}
    seen: dict[str, set[float]] = {}
    for sample in log.samples or []:
        kind, played = outcomes[str(sample.id)][sample.epoch - 1]
        here = Bench(SUITE, by_id[str(sample.id)], 0).judge(played)
        score = (sample.scores or {})["outcome"]
        assert score.value == (0.0 if here else 1.0), (sample.id, kind, here, score.explanation)
        assert score.metadata is not None
        assert score.metadata["mismatches"] == here
        seen.setdefault(kind, set()).add(float(score.value))
    assert seen["oracle"] == seen["extra_reads"] == {1.0}
    assert seen["collateral_write"] == seen["nop"] == {0.0}


@pytest.mark.parametrize("agent", [name for name in TRIVIAL if name != "dump_everything"])
def test_an_agent_that_knows_nothing_runs_like_any_other_and_passes_nothing(
    tasks: TaskSet, tmp_path: Path, agent: str
) -> None:
    result = run_tasks(RunOptions(tasks=tasks.path, log_dir=tmp_path / agent, agent=agent))
    assert (result.success, result.scored, result.unscored) == (0.0, 4, 0)


def test_dump_everything_says_in_a_run_what_it_says_in_an_audit(tasks: TaskSet, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    result = run_tasks(RunOptions(tasks=tasks.path, log_dir=tmp_path / "dump", agent="dump_everything"))
    assert (result.success, result.scored) == (0.0, 4)
    answers: dict[Any, Any] = {s.id: s.store[RECORD]["answer"] for s in read_eval_log(str(result.log)).samples or []}
    for task in tasks.tasks:
        here = play_trivial(Bench(SUITE, task, 0), "dump_everything").answer or ""
        assert set(here.split("\n")) <= set(answers[task.id].split("\n"))
