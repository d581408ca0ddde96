"""Is a paired difference below zero? One-sided, with combinations as clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import TYPE_CHECKING, Any

from skillweave.reports.intervals import LEVEL, codes_of, t_quantile

if TYPE_CHECKING:
    from skillweave.reports.intervals import Floats

FEW = 12
"""combinations that differ, below which signs are flipped instead of trusting t: three failures among a hundred
combinations, all on one side, have p = 1/8 and not the 0.04 that t says"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A paired difference (candidate minus baseline) and how surprising it is where nothing changed."""

    mean: float
    low: float
    high: float
    """95% interval, clustered t(G-1)"""
    worse: float
    """one-sided p of a difference this far below 0"""
    better: float
    """one-sided p of a difference this far above 0"""
    tasks: int
    combinations: int
    error: float
    """standard error, not taken for less than one combination that flips"""
    method: str
    """clustered OLS or sign flips"""

    def detectable(self, alpha: float, power: float) -> float:
        """Return the smallest true drop that is seen with this power at this alpha, at most 1."""
        freedom = max(1, self.combinations - 1)
        spread = (t_quantile(freedom, 2 * alpha) + t_quantile(freedom, 2 * (1 - power))) * self.error
        return min(1.0, max(spread, self._least(alpha)))

    def _least(self, alpha: float) -> float:
        """Return the drop when just enough combinations fail, all on one side, for flips of signs to reject."""
        return ceil(-log2(alpha)) / self.combinations

    def power(self, drop: float, alpha: float) -> float:
        """Return the probability that a true drop of this size is seen at this alpha."""
        from scipy.special import stdtr

        if drop < self._least(alpha):
            return 0.0
        freedom = max(1, self.combinations - 1)
        return float(stdtr(freedom, drop / self.error - t_quantile(freedom, 2 * alpha)))


def smallest_p(combinations: int) -> float:
    """Return the smallest p that so many clusters can give: all of them on one side.

    >>> smallest_p(4)
    0.0625
    """
    return float(0.5**combinations)


def paired_test(gaps: Sequence[float], clusters: Sequence[str]) -> Test:
    """Return the test of the mean of paired differences, one a task.

    Least squares on a constant with clustered errors and t(G-1) (statsmodels); where fewer than 12 clusters differ, the
    exact permutation test over the signs of the clusters' sums (scipy), which is valid for any number of them because
    two runs of one agent could change places.
    """
    import numpy as np

    d, codes = np.asarray(gaps, dtype=float), codes_of(clusters)
    count = int(codes.max()) + 1
    sums = np.bincount(codes, weights=d).astype(np.float64)
    mean = float(d.mean())
    floor = 1 / count
    if count == 1:
        flips = _flips(sums)
        return Test(
            mean=mean, low=-1.0, high=1.0, **flips, tasks=len(d), combinations=1, error=1.0, method="sign flips"
        )
    fitted = _ols(d, codes)
    error = float(fitted.bse[0]) if d.any() else 0.0
    half = t_quantile(count - 1, 1 - LEVEL) * error
    differing = int(np.count_nonzero(np.abs(sums) > 1e-12))
    if differing < FEW or error <= 1e-9:
        tails, method = _flips(sums), "sign flips"
    else:
        below = float(fitted.pvalues[0]) / 2
        tails = {"worse": below, "better": 1 - below} if mean < 0 else {"worse": 1 - below, "better": below}
        method = "clustered OLS"
    return Test(
        mean=mean,
        low=max(-1.0, mean - half),
        high=min(1.0, mean + half),
        **tails,
        tasks=len(d),
        combinations=count,
        error=max(error, floor),
        method=method,
    )


def _ols(d: "Floats", codes: Any) -> Any:
    import numpy as np
    from statsmodels.api import OLS

    return OLS(d, np.ones(len(d))).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)


def _flips(sums: "Floats") -> dict[str, float]:
    """Return both one-sided p values of the sum, over all signs of the clusters that differ."""
    import numpy as np
    from scipy.stats import permutation_test

    moved = sums[np.abs(sums) > 1e-12]
    if len(moved) == 0:
        return {"worse": 1.0, "better": 1.0}
    if (moved < 0).all() or (moved > 0).all():
        down = bool(moved[0] < 0)
        return {"worse": smallest_p(len(moved)) if down else 1.0, "better": 1.0 if down else smallest_p(len(moved))}
    found = permutation_test((moved,), np.sum, permutation_type="samples", alternative="less", n_resamples=np.inf)
    at_least = found.null_distribution >= float(found.statistic) - 1e-9
    return {"worse": float(found.pvalue), "better": float(at_least.mean())}
