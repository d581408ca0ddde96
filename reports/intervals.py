"""A rate with an interval that knows that rollouts of one combination resemble each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Ints = np.ndarray[Any, np.dtype[np.int64]]

LEVEL = 0.95
ENOUGH_ROLLOUTS = 10
ENOUGH_COMBINATIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A rate of success with its interval, and what it rests on."""

    rate: float | None
    """None where nothing was scored"""
    low: float | None
    high: float | None
    n: int
    """scored rollouts"""
    combinations: int
    """clusters: distinct combinations among them"""
    unscored: int = 0
    """rollouts without a score: in no rate, and shown"""
    method: str = ""
    """clustered, wilson (one rollout a combination), or units (all alike: combinations count, not rollouts)"""

    @property
    def enough(self) -> bool:
        """True where the cell is large enough to be read; smaller ones are greyed."""
        return self.n >= ENOUGH_ROLLOUTS and self.combinations >= ENOUGH_COMBINATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far a clustered mean may be off."""

    variance: float
    freedom: float
    """degrees of freedom of the t quantile: effective number of clusters less one, at least 1"""

    def half(self, level: float = LEVEL) -> float:
        """Return half the width of a symmetric t interval."""
        return t_quantile(self.freedom, 1 - level) * float(self.variance**0.5)


def success(rollouts: Iterable[Rollout], *, level: float = LEVEL) -> Estimate:
    """Return the success rate of rollouts, clustered by combination; unscored ones are excluded and counted."""
    rows = list(rollouts)
    scored = [r for r in rows if r.score is not None]
    return rate(
        [float(r.score or 0.0) for r in scored],
        [r.combination for r in scored],
        unscored=len(rows) - len(scored),
        level=level,
    )


def rate(outcomes: Sequence[float], clusters: Sequence[str], *, unscored: int = 0, level: float = LEVEL) -> Estimate:
    """Return the mean of 0/1 outcomes with an interval at ``level``, clustered; see `rate_of`.

    >>> e = rate([1, 1, 0, 0, 1, 0], ["a", "b", "c", "d", "e", "f"])
    >>> round(e.low, 3), round(e.high, 3), e.method
    (0.188, 0.812, 'wilson')
    """
    import numpy as np

    return rate_of(np.asarray(outcomes, dtype=float), codes_of(clusters), unscored=unscored, level=level)


def codes_of(labels: Iterable[object]) -> "Ints":
    """Return 0, 1, ... for each label, in order of first appearance."""
    import numpy as np

    seen: dict[object, int] = {}
    return np.fromiter((seen.setdefault(label, len(seen)) for label in labels), dtype=np.int64)


def rate_of(
    outcomes: "Floats",
    codes: "Ints",
    *,
    weights: "Floats | None" = None,
    unscored: int = 0,
    level: float = LEVEL,
    binary: bool = True,
) -> Estimate:
    """Return the mean of outcomes in [0, 1] with an interval at ``level``; ``codes`` are clusters 0, 1, ...

    The clustered standard error does not go into a symmetric interval, which covers 83-90% rather than 95% for rates
    near 0.95: it gives the effective number of rollouts p(1-p)/se^2 of a Wilson interval at the t quantile (Korn &
    Graubard 1998, Survey Methodology 24, with Wilson's interval for Clopper and Pearson's). 0/1 outcomes are never
    taken for more than their number; with ``binary`` False (means of several attempts) they may be worth more.
    """
    n, units = len(outcomes), int(codes.max()) + 1 if len(codes) else 0
    if n == 0:
        return Estimate(rate=None, low=None, high=None, n=0, combinations=0, unscored=unscored)
    mean = float(outcomes.mean() if weights is None else (outcomes * weights).sum() / weights.sum())
    alpha = 1 - level
    if binary and weights is None and units == n:
        method, weight = "wilson", float(n)
    elif mean <= 0.0 or mean >= 1.0 or units == 1:
        method, weight = "units", float(units)
    else:
        method = "clustered"
        found = spread(outcomes - mean, codes, weights)
        weight = mean * (1 - mean) / found.variance if found.variance > 0 else float("inf")
        if binary and weight >= n:
            weight = float(n)  # no more spread than independent rollouts have: nothing was estimated
        else:
            weight, alpha = min(weight, 1e9), _widened(alpha, found.freedom)
    low, high = _wilson(min(1.0, max(0.0, mean)), weight, alpha)
    return Estimate(rate=mean, low=low, high=high, n=n, combinations=units, unscored=unscored, method=method)


def spread(residuals: "Floats", codes: "Ints", weights: "Floats | None" = None) -> Spread:
    """Return the clustered variance of a weighted mean, given the deviations from it.

    A cluster's part h of the whole weight pulls the mean towards its own outcomes; its residual sum is divided by
    1 - h, as a leave-one-cluster-out jackknife does (CR3; MacKinnon, Nielsen & Webb 2023, J. Appl. Econometrics 38).
    Degrees of freedom come from the effective number of clusters (Carter, Schnepel & Steigerwald 2017, Rev. Econ.
    Stat. 99). With clusters of equal weight this is the usual G/(G-1) estimator with t(G-1).
    """
    import numpy as np

    w = np.ones(len(residuals)) if weights is None else weights
    share = np.bincount(codes, weights=w) / w.sum()
    sums = np.bincount(codes, weights=w * residuals) / w.sum()
    effective = 1 / float((share**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        pulled = np.where(share < 1, sums / (1 - share), 0.0)
    return Spread(variance=float((1 - 1 / effective) * (pulled**2).sum()), freedom=max(1.0, effective - 1))


def mean_of(
    values: "Floats", codes: "Ints", *, weights: "Floats | None" = None, level: float = LEVEL
) -> tuple[float, float, float]:
    """Return the mean of any numbers with its symmetric clustered t interval, as (mean, low, high)."""
    mean = float(values.mean() if weights is None else (values * weights).sum() / weights.sum())
    half = spread(values - mean, codes, weights).half(level)
    return mean, mean - half, mean + half


def wilson_at(mean: float, found: Spread, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson interval at the effective number of rollouts that a spread stands for."""
    if mean <= 0.0 or mean >= 1.0 or found.variance <= 0:
        return _wilson(mean, min(float(n), found.freedom + 1), 1 - level)
    weight = min(float(n), mean * (1 - mean) / found.variance)
    return _wilson(mean, weight, _widened(1 - level, found.freedom))


def wilson(count: float, total: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's interval for ``count`` of ``total`` independent trials."""
    return _wilson(count / total, total, 1 - level)


def _wilson(mean: float, weight: float, alpha: float) -> tuple[float, float]:
    """Return Wilson's interval (1927); statsmodels' own takes 0.3 ms, half of a report of many cells, and agrees."""
    from scipy.special import ndtri

    z2 = float(ndtri(alpha / 2)) ** 2
    centre = (mean + z2 / (2 * weight)) / (1 + z2 / weight)
    half = (z2 * (mean * (1 - mean) / weight + z2 / (4 * weight**2))) ** 0.5 / (1 + z2 / weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def t_quantile(freedom: float, alpha: float) -> float:
    """Return the two-sided quantile of t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - alpha / 2))


def _widened(alpha: float, freedom: float) -> float:
    """Return the normal error level whose quantile is that of t at ``alpha``."""
    from scipy.special import ndtr

    # Beyond 37 standard deviations the normal tail is 0 in double precision.
    return float(2 * ndtr(-min(37.0, t_quantile(freedom, alpha))))
