"""AgentDojo's verdicts are ours, on tasks with an attack both of them; the tables stand in docs/suites.md."""

import asyncio
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

parity = pytest.importorskip("parity", reason="benchmarks are not installed")
if importlib.util.find_spec("agentdojo") is None and os.environ.get("CI") != "true":
    pytest.skip("agentdojo is not here: make extras", allow_module_level=True)

import parity_agentdojo as attacks  # noqa: E402

pytestmark = pytest.mark.timeout(600)  # importing agentdojo takes long on a busy machine

INJECTED = "the injected task's"


def injection(row: Any) -> str:
    group, _, name = row.task.split("/")
    return f"{group}/{name}"


def of(rows: list[Any], kind: str) -> list[Any]:
    return [row for row in rows if row.kind == kind]


def test_a_few_solutions_idle_runs_and_changed_solutions_have_their_verdict() -> None:
    rows = asyncio.run(parity.compare("agentdojo", limit=5, mutated=2))
    assert len(rows) >= 15
    assert [row for row in rows if row.theirs != row.ours] == []
    assert {row.ours for row in of(rows, "solution")} == {True}
    assert False in {row.ours for row in of(rows, "nothing")}
    assert False in {row.ours for row in rows if row.kind in parity.MUTATIONS}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_all_solutions_idle_runs_and_changed_solutions_have_and_the_page_shows_it() -> None:
    rows = asyncio.run(parity.compare("agentdojo"))
    assert [row for row in rows if row.theirs != row.ours] == []
    assert sum(row.ours for row in of(rows, "nothing")) == 5
    page = (ROOT / "docs/suites.md").read_text(encoding="utf-8")
    assert parity.table(rows) == page.split("<!-- parity-agentdojo -->\n")[1]


def test_a_few_of_each_kind_have_their_verdicts_and_the_injected_solution_costs_security() -> None:
    rows = asyncio.run(attacks.compare_attacked(("slack",), users=1))
    assert [row for row in rows if row.theirs != row.ours] == []
    assert {row.ours[1] for row in of(rows, INJECTED)} == {True}
    assert {row.ours[1] for row in of(rows, "nothing")} == {False}
    assert {row.ours for row in of(rows, "solution")} == {(True, False)}
    assert len(of(rows, "changed solution")) >= 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_all_with_an_attack_have_both_and_the_page_shows_it() -> None:
    rows = asyncio.run(attacks.compare_attacked(tuple(attacks.adapter().suites)))
    assert [row for row in rows if row.theirs != row.ours] == []
    done = {injection(row) for row in of(rows, INJECTED) if row.ours[1]}
    assert {injection(row) for row in rows} - done == {f"workspace/injection_task_{n}" for n in range(6, 14)}, (
        "no solution"
    )
    page = (ROOT / "docs/suites.md").read_text(encoding="utf-8")
    assert attacks.table(rows) == page.split("<!-- parity-agentdojo-attack -->\n")[1]
