"""The gate's tests of a difference: worked by hand, against scipy and statsmodels, and under no change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweave.reports.gate.holm import decidable, rejected
from skillweave.reports.gate.inference import paired_test, smallest_p


def test_three_failures_on_one_side_have_p_of_an_eighth_however_many_combinations_agree():
    gaps = [-1.0] * 3 + [0.0] * 97
    found = paired_test(gaps, [f"c{i}" for i in range(100)])
    assert found.method == "sign flips"
    assert found.worse == 0.125
    assert found.better == 1.0


def test_a_mixed_outcome_is_counted_over_all_signs():
    # Sums -1, -1, -1, +1: of 16 sign patterns 5 have a sum of -2 or less.
    found = paired_test([-1, -1, -1, 1, 0], list("abcde"))
    assert found.worse == pytest.approx(5 / 16)
    assert found.better == pytest.approx(15 / 16)


def test_tasks_of_one_combination_count_as_one_flip():
    assert paired_test([-1, -1, -1, -1], list("aaab")).worse == 0.25


def test_many_combinations_are_held_against_t_with_clustered_errors():
    from scipy.stats import t, ttest_1samp

    rng = np.random.default_rng(1)
    gaps = rng.choice([-1.0, 0.0, 1.0], size=60, p=[0.4, 0.4, 0.2])
    found = paired_test(list(gaps), [str(i) for i in range(60)])
    assert found.method == "clustered OLS"
    assert found.worse == pytest.approx(ttest_1samp(gaps, 0, alternative="less").pvalue, rel=0.02)
    assert found.high - found.mean == pytest.approx(t.ppf(0.975, 59) * gaps.std(ddof=1) / 60**0.5, rel=0.01)


def test_sixty_equal_drops_leave_no_spread_and_still_have_a_p():
    found = paired_test([-0.5] * 60, [str(i) for i in range(60)])
    assert found.worse == smallest_p(60)
    assert found.error == pytest.approx(1 / 60)


def test_nothing_that_differs_is_no_evidence():
    found = paired_test([0.0] * 20, [str(i) for i in range(20)])
    assert (found.worse, found.better, found.mean) == (1.0, 1.0, 0.0)


def test_what_can_be_detected_is_never_less_than_the_failures_that_a_rejection_needs():
    found = paired_test([0.0] * 20, [str(i) for i in range(20)])
    assert found.detectable(0.05, 0.8) >= 5 / 20  # five flips of one side: 1/32 < 0.05 < 1/16
    assert found.power(0.2, 0.05) == 0.0
    assert 0.9 < found.power(0.9, 0.05) <= 1.0


def test_a_slice_that_can_never_reject_gives_its_alpha_to_the_others():
    shares = decidable({"all": 1.0, "tiny": 1.0, "k = 4": 2.0}, {"all": 0.0, "tiny": 0.25, "k = 4": 0.01}, 0.05)
    assert shares == pytest.approx({"all": 0.05 / 3, "k = 4": 0.1 / 3})
    assert decidable({"tiny": 1.0}, {"tiny": 0.25}, 0.05) == {}


@settings(max_examples=30)
@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=8), st.floats(0.01, 0.2))
def test_with_equal_weights_the_correction_is_holms(p, alpha):
    from statsmodels.stats.multitest import multipletests

    named = dict(enumerate(p))
    ours = rejected(named, {i: alpha / len(p) for i in named})
    theirs = multipletests(p, alpha=alpha, method="holm")[0]
    # On the very edge rounding decides; nowhere else.
    edge = any(abs(v * m / alpha - 1) < 1e-9 for v in p for m in range(1, len(p) + 1))
    assert edge or set(ours) == {i for i, r in enumerate(theirs) if r}


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=6), st.randoms())
def test_what_rejects_hands_its_alpha_on_and_never_takes_any(p, random):
    weights = [random.random() + 0.01 for _ in p]
    shares = {i: 0.05 * w / sum(weights) for i, w in enumerate(weights)}
    found = rejected(dict(enumerate(p)), shares)
    assert all(found[i] >= shares[i] - 1e-12 for i in found)
    assert all(i in found for i, v in enumerate(p) if v < shares[i] * (1 - 1e-9))
