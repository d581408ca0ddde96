"""Where marks stand."""

import pytest
from made_logs import Planted, samples, taxonomy

from skillweave.reports import charts
from skillweave.reports.analysis import analyse
from skillweave.reports.branches import branches
from skillweave.reports.records import Rollout, Run, RunRecord
from skillweave.reports.rows import rollout_of


def _rollouts(planted: Planted) -> tuple[Rollout, ...]:
    return tuple(rollout_of(s.model_dump(), "made.eval") for s in samples(planted))


def test_the_taxonomy_map_gives_a_group_the_height_of_the_blocks_beside_it() -> None:
    shown = charts.taxonomy_map(branches(taxonomy(), _rollouts(Planted())))
    assert shown.height == 18 * charts.ROW
    heights = {block.branch.id: block.height for block in shown.blocks}
    for block in shown.blocks:
        below = [heights[b.branch.id] for b in shown.blocks if b.branch.parent == block.branch.id]
        assert not below or sum(below) == block.height
    for block in shown.blocks:
        if block.branch.skill:
            assert block.x + block.width == pytest.approx(100, abs=0.01)


def test_a_taxonomy_with_too_many_leaves_is_shown_down_to_the_level_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MAX_ROWS", 10)
    shown = charts.taxonomy_map(branches(taxonomy(), ()))
    assert (shown.hidden, shown.height) == (1, 6 * charts.ROW)


def test_a_branch_that_was_hardly_tried_has_no_colour_of_success() -> None:
    rows = tuple(r for r in _rollouts(Planted()) if r.k == 1)
    shown = charts.taxonomy_map(branches(taxonomy(), rows))
    assert {block.band for block in shown.blocks if block.branch.skill} == {-1}


def test_a_chart_says_in_words_what_it_shows() -> None:
    record = RunRecord(
        label="x",
        agent="react",
        model="m",
        simulated=None,
        suite="office",
        suite_version="1",
        scorer="1",
        version="",
        split=None,
        epochs=1,
        created="",
        tools=None,
        taxonomy=None,
        splits=None,
        synthesis=None,
        hashes={},
        exposure=None,
        logs=(),
    )
    rows = tuple(r for r in _rollouts(Planted(base=1.0)) if r.score)
    (analysis,) = analyse([Run(record=record, rollouts=rows)]).measured
    chart = charts.k_chart(analysis)
    assert chart.summary().startswith("Success by number of skills, x. observed: k = 1: 100.0% [")
    assert "n 40, 18 combinations" in chart.summary()
