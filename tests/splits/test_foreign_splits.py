"""Splits of the tasks that others wrote: the table of docs/splits.md."""

import importlib.util
import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from errand_suite import ErrandSuite

from skillweave.tasks.foreign import spec_of
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suites import registry
from skillweave.tasks.suites.registry import load_suite

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

splits = pytest.importorskip("foreign_splits", reason="benchmarks are not installed")


def errand(name: str, skills: str, split: str) -> TaskSpec:
    """A task of the errands with other skills, in its order, in a split of its authors."""
    suite = ErrandSuite()
    task = spec_of(suite, next(iter(suite.tasks())), 0, None)
    assert task.origin is not None
    pairs = tuple(sorted(pairwise(skills)))
    origin = task.origin.model_copy(update={"split": split, "edges": pairs})
    return task.model_copy(update={"id": name, "skills": tuple(sorted(set(skills))), "origin": origin})


def test_a_split_of_the_authors_is_measured_as_it_stands() -> None:
    tasks = [errand("1", "ab", "train"), errand("2", "cd", "train"), errand("3", "ab", "test")]
    row = splits.official("errand", tasks)
    assert (row.train, row.test, row.new, row.combinations, row.unseen) == (2, 1, 0, 1, 0)
    # train holds a, b, c, d a quarter each, test a and b a half each: 1 - 2 * sqrt(1/4 * 1/2)
    assert row.atom == pytest.approx(1 - 2 * (1 / 8) ** 0.5)
    # one pair of two in train, the only one in test: 1 - (1/2) ** 0.1
    assert row.compound == pytest.approx(1 - 0.5**0.1)
    other = splits.official("errand", [*tasks[:2], errand("3", "ace", "test")])
    assert (other.new, other.unseen) == (1, 1)
    assert other.compound == 1.0


def test_suites_that_are_not_installed_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "FOREIGN", {"errand": "errand_suite:errand_suite"})
    assert list(splits.installed(("errand", "nowhere"))) == ["errand"]
    assert "left out: no suite 'nowhere'" in capsys.readouterr().err


def test_where_no_split_keeps_the_bound_the_table_says_so() -> None:
    assert splits.table([splits._row("errand", "mcd: there is none", [errand("1", "ab", "")], set(), set())]).endswith(
        "| errand | mcd: there is none | - | - | - | - | - | - | - |\n"
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    importlib.util.find_spec("agentdojo") is None and os.environ.get("CI") != "true",
    reason="agentdojo is not here: make extras",
)
def test_the_page_shows_them() -> None:
    page = (ROOT / "docs/splits.md").read_text(encoding="utf-8").split("<!-- foreign-splits -->\n")[1]
    rows = list(splits.rows_of("agentdojo", load_suite("agentdojo")))
    assert splits.table(rows).splitlines()[2:] == [x for x in page.splitlines() if x.startswith("| agentdojo ")]
