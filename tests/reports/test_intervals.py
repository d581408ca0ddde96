"""Rates and their intervals: golden numbers, laws, and what they cover."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweave.reports.intervals import Estimate, rate, success, wilson
from skillweave.reports.records import Rollout

# The first example pays for the import of statsmodels: no deadline.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OUTCOMES = st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abcdef")), min_size=1, max_size=40)


def test_one_rollout_a_combination_gives_the_wilson_interval_of_the_textbook() -> None:
    e = rate([1] * 8 + [0] * 2, [str(i) for i in range(10)])
    # Wilson 1927 for 8 of 10: centre 0.71673, half width 0.22659.
    assert (e.low, e.high) == (pytest.approx(0.490162, abs=1e-5), pytest.approx(0.943318, abs=1e-5))
    assert e.method == "wilson"


def test_the_clustered_interval_agrees_with_the_formula_worked_out_by_hand() -> None:
    # Four combinations of two rollouts: 2, 2, 1, 0 successes; mean 5/8. Residual sums .75 .75 -.25 -1.25, squares add
    # up to 2.75; times G/(G-1) = 4/3, over n^2 = 64: variance 0.0572917, so 0.234375/0.0572917 = 4.090909 effective
    # rollouts; t(3) at 97.5% is 3.182446, and Wilson with these is:
    effective, t, mean = 0.234375 / 0.0572916667, 3.182446305, 0.625
    centre = (mean + t**2 / (2 * effective)) / (1 + t**2 / effective)
    half = t / (1 + t**2 / effective) * (mean * (1 - mean) / effective + t**2 / (4 * effective**2)) ** 0.5
    e = rate([1, 1, 1, 1, 1, 0, 0, 0], list("aabbccdd"))
    assert e.method == "clustered"
    assert e.low == pytest.approx(centre - half, abs=1e-6)
    assert e.high == pytest.approx(centre + half, abs=1e-6)


def test_all_successes_count_combinations_rather_than_rollouts() -> None:
    e = rate([1.0] * 40, [str(i % 4) for i in range(40)])
    assert (e.rate, e.high, e.method) == (1.0, 1.0, "units")
    assert e.low == pytest.approx(wilson(4, 4)[0])
    assert e.low < 0.6


def test_unscored_rollouts_are_in_no_rate_and_are_counted() -> None:
    rows = [
        Rollout(sample=str(i), epoch=1, k=1, combination="a", skills=("a",), score=score)
        for i, score in enumerate([1.0, 0.0, None, None])
    ]
    e = success(rows)
    assert (e.rate, e.n, e.unscored) == (0.5, 2, 2)


def test_nothing_scored_has_no_rate() -> None:
    assert rate([], [], unscored=3) == Estimate(rate=None, low=None, high=None, n=0, combinations=0, unscored=3)


@patient
@given(OUTCOMES)
def test_an_interval_lies_within_0_and_1_and_holds_its_rate(rows: list[tuple[int, str]]) -> None:
    e = rate([float(y) for y, _ in rows], [g for _, g in rows])
    assert e.rate is not None
    assert e.low is not None
    assert e.high is not None
    assert -1e-12 <= e.low <= e.rate + 1e-12
    assert e.rate - 1e-12 <= e.high <= 1 + 1e-12


@patient
@given(OUTCOMES, st.randoms(use_true_random=False))
def test_the_order_of_rollouts_does_not_matter(rows: list[tuple[int, str]], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (rate([float(y) for y, _ in r], [g for _, g in r]) for r in (rows, mixed))
    assert one.low == pytest.approx(other.low, abs=1e-9)
    assert one.high == pytest.approx(other.high, abs=1e-9)


@patient
@given(OUTCOMES)
def test_clustering_never_makes_an_interval_narrower_than_independent_rollouts_would(
    rows: list[tuple[int, str]],
) -> None:
    e = rate([float(y) for y, _ in rows], [g for _, g in rows])
    assert e.low is not None
    assert e.high is not None
    low, high = wilson(sum(y for y, _ in rows), len(rows))
    assert e.high - e.low >= high - low - 1e-9


def _coverage(combinations: int, each: int, planted: float, alike: float, *, naive: bool = False) -> float:
    """Return how often the interval holds the planted rate; ``alike`` is the correlation within a combination."""
    rng = np.random.default_rng([combinations, each, int(100 * planted)])
    names = [str(i) for i in range(combinations) for _ in range(each)]
    scale = 1 / alike - 1
    hits, runs = 0, 400
    for _ in range(runs):
        rates = rng.beta(planted * scale, (1 - planted) * scale, size=combinations)
        outcomes = (rng.random(len(names)) < np.repeat(rates, each)).astype(float)
        if naive:
            low, high = wilson(float(outcomes.sum()), len(outcomes))
        else:
            e = rate(list(outcomes), names)
            assert e.low is not None
            assert e.high is not None
            low, high = e.low, e.high
        hits += low <= planted <= high
    return hits / runs


@pytest.mark.parametrize(("combinations", "each", "planted"), [(20, 5, 0.5), (40, 4, 0.8), (60, 2, 0.9)])
def test_the_clustered_interval_covers_the_planted_rate_in_93_to_98_of_100_worlds(
    combinations: int, each: int, planted: float
) -> None:
    assert 0.93 <= _coverage(combinations, each, planted, alike=0.3) <= 0.98


def test_an_interval_that_ignores_combinations_covers_too_little() -> None:
    assert _coverage(20, 5, 0.5, alike=0.3, naive=True) < 0.9


@pytest.mark.parametrize(("won", "total"), [(0, 1), (0, 12), (3, 7), (40, 41), (96, 100), (12, 12), (2.5, 17.3)])
def test_the_interval_of_independent_rollouts_is_that_of_statsmodels(won: float, total: float) -> None:
    from statsmodels.stats.proportion import proportion_confint

    for level in (0.8, 0.95, 0.99):
        theirs = proportion_confint(won, total, alpha=1 - level, method="wilson")
        assert wilson(won, total, level=level) == pytest.approx(theirs, abs=1e-12)
