"""Curricula: exact shares that move from easy to hard, and no repeat before its time."""

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweave.harness.trajectories.order import Curriculum
from skillweave.tasks.curriculum import moving_shares, parse_shares, schedule
from skillweave.taxonomy.errors import UserError

STRATA = [1] * 6 + [2] * 3 + [3] * 2


def test_shares_given_are_met_to_the_row() -> None:
    made = schedule(STRATA, [1, 2, 3], epochs=2, size=10, seed=0, shares=[{1: 70, 2: 30}, {1: 1, 2: 1, 3: 1}])
    assert made.counts == ({1: 7, 2: 3}, {1: 4, 2: 3, 3: 3})
    for rows, count in zip(made.epochs, made.counts, strict=True):
        assert Counter(STRATA[i] for i in rows) == count


def test_without_shares_the_middle_moves_from_easy_to_hard() -> None:
    made = schedule(STRATA, [1, 2, 3], epochs=3, size=30, seed=0)
    share = [[count.get(s, 0) for count in made.counts] for s in (1, 2, 3)]
    assert share[0][0] > share[0][1] > share[0][2]
    assert share[2][0] < share[2][1] < share[2][2]
    assert share[1][1] == max(share[1])
    # exp(-d^2 / 0.245) at d = 0, 1/2, 1 is 1, 0.3604, 0.0169; of 30 rows that is 21.78, 7.85 and 0.37.
    assert made.counts[0] == {1: 22, 2: 8, 3: 0}


@settings(max_examples=60, deadline=None)
@given(
    strata=st.lists(st.integers(1, 4), min_size=1, max_size=30),
    epochs=st.integers(1, 4),
    size=st.integers(1, 40),
    seed=st.integers(0, 5),
)
def test_no_row_comes_again_before_its_stratum_is_used_up(strata: list[int], epochs: int, size: int, seed: int) -> None:
    made = schedule(strata, sorted(set(strata)), epochs=epochs, size=size, seed=seed)
    assert [len(rows) for rows in made.epochs] == [size] * epochs
    for stratum in set(strata):
        seen = Counter(i for i in chain.from_iterable(made.epochs) if strata[i] == stratum)
        rows = strata.count(stratum)
        # All rows of a stratum are dealt before any comes again, so their counts differ by at most one.
        assert not seen or max(seen.values()) - (min(seen.values()) if len(seen) == rows else 0) <= 1
    assert made == schedule(strata, sorted(set(strata)), epochs=epochs, size=size, seed=seed)


def test_another_seed_gives_another_order_of_the_same_shares() -> None:
    first, second = (schedule(STRATA, [1, 2, 3], epochs=2, size=9, seed=seed) for seed in (0, 1))
    assert first.epochs != second.epochs
    assert first.counts == second.counts


def test_one_epoch_stands_in_the_middle_and_one_stratum_takes_all() -> None:
    assert moving_shares([5], 3) == [{5: 1.0}] * 3
    (only,) = moving_shares([1, 2, 3], 1)
    assert only[2] == max(only.values())


@pytest.mark.parametrize("text", ["", "1", "1=", "a=1", "1=x", "1=nan", "inf=1", "1=2,,2=3", "1=1/"])
def test_shares_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="is none"):
        parse_shares(text)


@pytest.mark.parametrize(
    ("shares", "problem"),
    [([{9: 1}], "no rows of 9"), ([{1: -1}], "is -1"), ([{1: 0}], "all shares are 0"), ([{1: 1}] * 2, "2 epochs")],
)
def test_shares_that_cannot_be_met_are_refused(shares: Any, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        schedule(STRATA, [1, 2, 3], epochs=1, size=3, seed=0, shares=shares)


def test_an_export_stands_in_the_order_of_its_curriculum(write: Any, rows: Any, tmp_path: Path) -> None:
    done = write(curriculum=Curriculum(by="k", epochs=2, size=6, shares="1=1/2=1,3=1"), shard_rows=5)
    found = rows(tmp_path / "out")
    assert [row["epoch"] for row in found] == [1] * 6 + [2] * 6
    assert {row["k"] for row in found[:6]} == {1}
    assert Counter(row["k"] for row in found[6:]) == {2: 3, 3: 3}
    assert [e["rows"] for e in done.report["epochs"]] == [6, 6]
    assert "do not shuffle" in (tmp_path / "out/README.md").read_text()


def test_a_curriculum_by_level_goes_from_near_to_far(write: Any, rows: Any, tmp_path: Path) -> None:
    write(curriculum=Curriculum(by="level", epochs=2))
    found = rows(tmp_path / "out")
    spans = [[-1 if r["span"] is None else r["span"] for r in found if r["epoch"] == e] for e in (1, 2)]
    assert sum(spans[0]) < sum(spans[1])


def test_a_curriculum_by_pass_rate_needs_measured_ones(write: Any) -> None:
    with pytest.raises(UserError, match="needs measured ones"):
        write(curriculum=Curriculum(by="pass-rate"))
