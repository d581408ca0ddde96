"""What a report says of tasks that others wrote: those that doing nothing passes stand apart, and so do measures."""

from typing import Any

import pytest
from made_rollouts import one, run_of

from skillweave.reports.analysis import Report, analyse
from skillweave.reports.html import render_page
from skillweave.reports.origins import IDLE, REST, by_group, by_idle, measures
from skillweave.reports.page import summarise
from skillweave.reports.rows import rollout_of
from skillweave.reports.tables import tables
from skillweave.reports.verdict import findings


def rollouts() -> list[Any]:
    """Four tasks that doing nothing passes, all passed; eight others in two groups, two of them passed."""
    free = [one(pair, 1.0, sample=f"free-{pair}", labels=("nop",), group="web") for pair in ("ab", "ac", "ad", "ae")]
    rest = [
        one(
            pair,
            float(i < 2),
            sample=f"rest-{pair}",
            group="mail" if i % 2 else "web",
            measures={"security": i / 7 > 0.5},
        )
        for i, pair in enumerate(("bc", "bd", "be", "cd", "ce", "de", "abc", "abd"))
    ]
    return free + rest


def test_success_where_doing_nothing_passes_and_on_the_rest_stand_apart() -> None:
    found = by_idle(rollouts())
    assert {name: (e.rate, e.n) for name, e in found.items()} == {IDLE: (1.0, 4), REST: (0.25, 8)}
    low, high = found[REST].low, found[REST].high
    assert low is not None
    assert high is not None
    assert 0.0 < low < 0.25 < high < 1.0
    assert by_idle([one("ab", 1.0), one("cd", 0.0)]) == {}


def test_groups_are_shown_where_there_are_several_and_unscored_rollouts_are_counted() -> None:
    found = by_group([*rollouts(), one("ab", None, group="mail", sample="x")])
    assert {name: (e.rate, e.n, e.unscored) for name, e in found.items()} == {
        "mail": (0.25, 4, 1),
        "web": (5 / 8, 8, 0),
    }
    assert by_group([one("ab", 1.0, group="web"), one("cd", 0.0, group="web")]) == {}


def test_a_measure_has_its_mean_over_the_rollouts_that_have_it() -> None:
    found = measures(rollouts())
    assert (found["security"].rate, found["security"].n) == (0.5, 8)
    assert found["security"].low is not None


def test_a_samples_group_labels_and_measures_are_read_from_its_log() -> None:
    sample = {
        "id": "1",
        "epoch": 1,
        "metadata": {"skills": ["a"], "k": 1, "group": "mail", "origin": ["nop"]},
        "scores": {"outcome": {"value": 1.0, "metadata": {"measures": {"security": 0}}}},
    }
    found = rollout_of(sample, "x.eval")
    assert (found.group, found.labels, found.measures) == ("mail", ("nop",), {"security": 0.0})


@pytest.fixture(scope="module")
def report() -> Report:
    return analyse([run_of(rollouts(), agent="nop")])


def test_page_tables_json_and_findings_show_all_three(report: Report) -> None:
    page = render_page(report)
    assert 'id="origin"' in page
    assert 'href="#origin"' in page
    assert "where doing nothing does not pass" in page
    assert "<dt>security</dt>" in page
    frames = tables(report)
    assert {name: len(frames[name]) for name in ("by_idle", "by_group", "measures")} == {
        "by_idle": 2,
        "by_group": 2,
        "measures": 1,
    }
    run = frames["runs"].iloc[0]
    assert (run["not_idle_rate"], run["not_idle_n"], run["security"], run["security_n"]) == (0.25, 8, 0.5, 8)
    assert run["security_low"] < 0.5 < run["security_high"]
    assert set(frames["rollouts"]["labels"]) == {"nop", ""}
    told = summarise(report)["runs"][0]
    assert [(cell["tasks"], cell["n"]) for cell in told["by_idle"]] == [(IDLE, 4), (REST, 8)]
    assert told["measures"]["security"]["rate"] == 0.5
    assert any("of the rest 25.0%" in sentence for sentence in findings(report.measured[0]))


def test_tasks_of_ours_bring_none_of_it(report: Report) -> None:
    plain = analyse([run_of([one("ab", 1.0), one("cd", 0.0), one("ac", 1.0)], agent="nop")])
    page = render_page(plain)
    assert 'id="origin"' not in page
    assert "#origin" not in page
    frames = tables(plain)
    assert not {"by_idle", "by_group", "measures"} & set(frames)
    assert not {"group", "labels", "not_idle_rate"} & {*frames["rollouts"].columns, *frames["runs"].columns}
