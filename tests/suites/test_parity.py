"""Our runner and the authors' own checkers come to the same verdicts; their tables stand in docs/suites.md."""

import asyncio
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted import steps

from skillweave.harness import run as runs
from skillweave.harness.imports import import_tasks
from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.spec import read_tasks
from skillweave.tasks.suites.registry import load_suite

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

parity = pytest.importorskip("parity", reason="benchmarks are not installed")

MODULES = {"bfcl": "bfcl_eval"}
KNOWN = {"bfcl": {("multi_turn_miss_func_49", "solution")}}
"""where the two cannot agree: this solution calls a function that the agent gets two turns later"""

SUITES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(module) is None and os.environ.get("CI") != "true",
            reason=f"{name} is not here: make extras",
        ),
    )
    for name, module in MODULES.items()
]


def unequal(rows: list[Any]) -> set[tuple[str, str]]:
    return {(row.task, row.kind) for row in rows if row.theirs != row.ours}


@pytest.mark.parametrize("name", SUITES)
def test_a_few_solutions_idle_runs_and_changed_solutions_have_the_verdict_of_the_authors_checker(name: str) -> None:
    rows = asyncio.run(parity.compare(name, limit=5, mutated=2))
    assert len(rows) >= 15
    assert unequal(rows) <= KNOWN[name]
    assert {row.ours for row in rows if row.kind == "solution"} == {True}
    assert {row.ours for row in rows if row.kind == "nothing"} == {False}
    assert False in {row.ours for row in rows if row.kind in parity.MUTATIONS}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", SUITES)
def test_all_of_them_have_and_the_page_shows_it(name: str) -> None:
    rows = asyncio.run(parity.compare(name))
    assert unequal(rows) == KNOWN[name]
    page = (ROOT / "docs/suites.md").read_text(encoding="utf-8")
    assert parity.table(rows) == page.split(f"<!-- parity-{name} -->\n")[1]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SUITES)
def test_changed_solutions_have_the_same_verdict_in_a_run_with_a_model(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.log import read_eval_log
    from inspect_ai.model import get_model

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    import_tasks(name, output=tmp_path / "tasks.jsonl")
    suite, theirs = load_suite(name), parity.adapter(name)
    verdicts: set[bool] = set()
    for task in parity.spread(read_tasks(tmp_path / "tasks.jsonl"), 2):
        for number, (kind, changed) in enumerate(parity.mutants(suite, task, 0)):
            outputs = []
            for calls, said in zip(changed.turns, changed.said, strict=True):
                outputs += [*([(call.tool, dict(call.arguments))] for call in calls), said]
            model = get_model("mockllm/model", custom_outputs=steps(*outputs), memoize=False)
            monkeypatch.setattr(runs, "_model", lambda options, model=model: model)
            place = tmp_path / f"{task.world_seed}-{number}"
            done = run_tasks(RunOptions(tasks=tmp_path / "tasks.jsonl", log_dir=place, agent="react", pattern=task.id))
            (sample,) = read_eval_log(str(done.log)).samples or []
            verdict = asyncio.run(parity.settled(theirs.verdict(task, changed)))
            assert sample.scores["outcome"].value == float(verdict), (task.id, kind)
            verdicts.add(verdict)
    assert verdicts == {True, False}


def test_solutions_are_changed_in_one_place_and_differ() -> None:
    from errand_suite import ErrandSuite

    from skillweave.tasks.foreign import spec_of

    suite = ErrandSuite()
    task = spec_of(suite, next(iter(suite.tasks())), 0, None)
    whole = parity.gold(suite, task)
    found = dict(parity.mutants(suite, task, 0))
    assert set(found) == {*parity.MUTATIONS} - {"two calls swapped"}, "each turn has one call"
    for name, changed in found.items():
        assert changed.said == whole.said
        assert sum(a != b for a, b in zip(changed.turns, whole.turns, strict=True)) == 1, name
    assert parity.table([parity.Row(task="a", kind="solution", theirs=True, ours=False)]).splitlines()[2] == (
        "| solution | 1 | 1 | 0 | 0.0% |"
    )
