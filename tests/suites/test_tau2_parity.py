"""Both ways to judge by tau2 agree: through us and directly; a sample by default, all tasks and 300 mutants slow."""

import os
import sys
from pathlib import Path

import pytest

from skillweave.tasks.suites.tau2 import client, place

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

parity = pytest.importorskip("parity_tau2", reason="benchmarks are not installed")

pytestmark = pytest.mark.skipif(
    not place.is_there() and os.environ.get("CI") != "true", reason="tau2 is not here: make extras"
)


def test_both_give_the_same_verdict_on_twenty_conversations() -> None:
    found = parity.conversations("telecom", 12)
    kinds = {kind: [one for one in found if one.kind == kind] for kind in ("their solution", "doing nothing", "mutant")}
    chosen = [*kinds["their solution"][::30], *kinds["doing nothing"][::30], *kinds["mutant"]]
    outcomes = parity.compared(chosen)
    client.end_worker()
    assert len(outcomes) == 20
    assert [one.ours for one in outcomes] == [one.theirs for one in outcomes]
    assert {one.ours for one in outcomes if one.of.kind == "their solution"} == {True}
    assert {one.ours for one in outcomes if one.of.kind == "doing nothing"} == {False}
    assert sum(one.ours is False for one in outcomes if one.of.kind == "mutant") >= 4
    table = parity.table(outcomes)
    assert "| tau2-telecom | mutant | 12 |" in table
    assert table.count("12/12") == 1


def test_a_disagreement_is_counted() -> None:
    one = parity.conversations("telecom", 0)[0]
    assert "0/1" in parity.table([parity.Outcome(of=one, ours=True, theirs=False)])


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("domain", parity.DOMAINS)
def test_both_give_the_same_verdict_on_all_tasks_and_a_hundred_mutants_as_the_page_says(domain: str) -> None:
    outcomes = parity.compared(parity.conversations(domain, 100))
    page = (Path(__file__).parents[2] / "docs/suites.md").read_text(encoding="utf-8")
    assert [row for row in parity.table(outcomes).splitlines()[2:] if row not in page.splitlines()] == []
    assert [one.of.task.id for one in outcomes if one.ours != one.theirs] == []
    assert all(one.ours for one in outcomes if one.of.kind == "their solution")
