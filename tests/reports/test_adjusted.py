"""Effects at equal k: against another program, against a confounded null, and where nothing can be said."""

import numpy as np
import pytest
from made_rollouts import one
from statsmodels.regression.linear_model import OLS

from skillweave.reports.adjusted import fit, holm, ladder
from skillweave.reports.intervals import rate_of, spread


def test_with_equal_clusters_the_variance_of_a_mean_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    codes = np.repeat(np.arange(12), 5)
    y = (rng.random(60) < rng.random(12)[codes]).astype(float)
    theirs = OLS(y, np.ones((60, 1))).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    ours = spread(y - y.mean(), codes)
    assert ours.variance**0.5 == pytest.approx(float(theirs.bse[0]))
    assert ours.freedom == pytest.approx(11)


def test_effects_are_those_of_statsmodels_and_errors_a_little_wider() -> None:
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(40), 3)
    x = np.column_stack([(codes % 2).astype(float), np.ones(120), rng.normal(size=40)[codes]])
    y = 0.4 * x[:, 0] + rng.normal(size=40)[codes] + rng.normal(size=120)
    theirs = OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    (estimate, low, high, p) = fit(y, x, codes, 1)[0]
    assert estimate == pytest.approx(float(theirs.params[0]))
    assert 1.0 <= (high - low) / float(np.diff(theirs.conf_int()[0])[0]) < 1.15
    assert p == pytest.approx(float(theirs.pvalues[0]), rel=0.4)


def test_a_column_that_the_others_determine_has_no_effect_to_show() -> None:
    x = np.column_stack([np.ones(20), np.ones(20)])
    assert np.isnan(fit(np.arange(20.0), x, np.arange(20), 1)).all()


def test_where_only_k_matters_the_adjusted_ladder_is_flat_though_the_plain_one_falls() -> None:
    rng = np.random.default_rng(0)
    rows = []
    for i in range(400):
        k = 2 + i % 3
        novelty = min(3, max(0, k - 2 + int(rng.integers(0, 2))))
        skills = "".join(sorted(chr(97 + int(s)) for s in rng.choice(20, k, replace=False)))
        rows.append(one(skills, float(rng.random() < 0.9 - 0.25 * (k - 2)), sample=str(i), novelty=novelty, span=1))
    plain = {v: np.mean([r.score for r in rows if r.novelty == v]) for v in (0, 3)}
    assert plain[3] < plain[0] - 0.3
    assert all(e.low < 0 < e.high for e in ladder(rows) if e.name == "novelty 2")


def test_a_ladder_of_one_rung_has_no_steps() -> None:
    assert ladder([one("ab", 1.0, novelty=1, span=1), one("cd", 0.0, novelty=1, span=1)]) == []


def test_holm_is_worked_out_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {
        "a": pytest.approx(0.03),
        "b": pytest.approx(0.06),
        "c": pytest.approx(0.06),
    }
    assert holm({}) == {}


def test_weights_that_are_all_alike_change_nothing_but_the_method_of_a_single_cluster() -> None:
    y, codes = np.array([1.0, 1, 0, 0, 1, 1, 1, 0]), np.repeat(np.arange(4), 2)
    plain, same = rate_of(y, codes), rate_of(y, codes, weights=np.full(8, 3.0))
    assert (plain.low, plain.high) == (pytest.approx(same.low), pytest.approx(same.high))
