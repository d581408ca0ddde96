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
    import numpy as np

    cells = np.zeros(len(outcomes), dtype=np.int64)
    return rates_of(
        outcomes, codes, cells, 1, weights=weights, unscored=np.array([unscored]), level=level, binary=binary
    )[0]


def rates_of(
    outcomes: "Floats",
    codes: "Ints",
    cells: "Ints",
    count: int,
    *,
    weights: "Floats | None" = None,
    unscored: "Ints | None" = None,
    level: float = LEVEL,
    binary: bool = True,
) -> list[Estimate]:
    """Return the rate of each of ``count`` cells; ``cells`` says which one an outcome is in. See `rate_of`."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.ones(len(outcomes)) if weights is None else weights
        n = np.bincount(cells, minlength=count)
        mean = np.bincount(cells, weights=w * outcomes, minlength=count) / np.bincount(cells, w, minlength=count)
        group, owner = groups_of(cells, codes)
        units = np.bincount(owner, minlength=count)
        variance, freedom = spreads(outcomes - mean[cells], group, owner, count, weights)
        weight = np.where(variance > 0, mean * (1 - mean) / variance, np.inf)
        alpha = np.where(binary & (weight >= n), 1 - level, _widened(1 - level, freedom))
        # With no more spread than independent rollouts have, nothing was estimated: they count by their number.
        weight = np.where(binary & (weight >= n), n, np.minimum(weight, 1e9))
        alike = (mean <= 0.0) | (mean >= 1.0) | (units == 1)
        plain = (units == n) & binary & (weights is None)
        weight = np.where(plain, n, np.where(alike, units, weight))
        alpha = np.where(plain | alike, 1 - level, alpha)
        low, high = _wilson(np.clip(mean, 0.0, 1.0), weight, alpha)
    missing = np.zeros(count, dtype=np.int64) if unscored is None else unscored
    found = []
    for i, size in enumerate(n.tolist()):
        some = size > 0
        method = "wilson" if plain[i] else "units" if alike[i] else "clustered"
        found.append(
            Estimate(
                rate=float(mean[i]) if some else None,
                low=float(low[i]) if some else None,
                high=float(high[i]) if some else None,
                n=size,
                combinations=int(units[i]),
                unscored=int(missing[i]),
                method=method if some else "",
            )
        )
    return found


def groups_of(cells: "Ints", codes: "Ints") -> tuple["Ints", "Ints"]:
    """Return the group of each row, 0, 1, ..., one for each cluster within a cell; and the cell of each group."""
    import numpy as np

    span = int(codes.max()) + 1 if len(codes) else 1
    keys, group = np.unique(cells * span + codes, return_inverse=True)
    return group, keys // span


def spread(residuals: "Floats", codes: "Ints", weights: "Floats | None" = None) -> Spread:
    """Return the clustered variance of a weighted mean, given the deviations from it.

    A cluster's part h of the whole weight pulls the mean towards its own outcomes; its residual sum is divided by
    1 - h, as a leave-one-cluster-out jackknife does (CR3; MacKinnon, Nielsen & Webb 2023, J. Appl. Econometrics 38).
    Degrees of freedom come from the effective number of clusters (Carter, Schnepel & Steigerwald 2017, Rev. Econ.
    Stat. 99). With clusters of equal weight this is the usual G/(G-1) estimator with t(G-1).
    """
    import numpy as np

    owner = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    variance, freedom = spreads(residuals, codes, owner, 1, weights)
    return Spread(variance=float(variance[0]), freedom=float(freedom[0]))


def spreads(
    residuals: "Floats", groups: "Ints", owner: "Ints", count: int, weights: "Floats | None" = None
) -> tuple["Floats", "Floats"]:
    """Return the variance and the degrees of freedom of each of ``count`` means; see `spread`.

    ``groups`` are the clusters of the rows, 0, 1, ..., and ``owner`` says which mean a cluster belongs to.
    """
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.ones(len(residuals)) if weights is None else weights
        size = np.bincount(groups, weights=w, minlength=len(owner))
        total = np.bincount(owner, weights=size, minlength=count)[owner]
        share, sums = size / total, np.bincount(groups, weights=w * residuals, minlength=len(owner)) / total
        effective = 1 / np.bincount(owner, weights=share**2, minlength=count)
        pulled = np.where(share < 1, sums / (1 - share), 0.0)
        variance = (1 - 1 / effective) * np.bincount(owner, weights=pulled**2, minlength=count)
    return variance, np.maximum(1.0, effective - 1)


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
        return _interval(mean, min(float(n), found.freedom + 1), 1 - level)
    weight = min(float(n), mean * (1 - mean) / found.variance)
    return _interval(mean, weight, float(_widened(1 - level, found.freedom)))


def wilson(count: float, total: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's interval for ``count`` of ``total`` independent trials."""
    return _interval(count / total, total, 1 - level)


def _interval(mean: float, weight: float, alpha: float) -> tuple[float, float]:
    low, high = _wilson(mean, weight, alpha)
    return float(low), float(high)


def _wilson(mean: Any, weight: Any, alpha: Any) -> tuple[Any, Any]:
    """Return Wilson's interval (1927), of many at once; statsmodels' own takes 0.3 ms for one, and agrees."""
    import numpy as np
    from scipy.special import ndtri

    z2 = ndtri(alpha / 2) ** 2
    centre = (mean + z2 / (2 * weight)) / (1 + z2 / weight)
    half = (z2 * (mean * (1 - mean) / weight + z2 / (4 * weight**2))) ** 0.5 / (1 + z2 / weight)
    return np.maximum(0.0, centre - half), np.minimum(1.0, centre + half)


def t_quantile(freedom: float, alpha: float) -> float:
    """Return the two-sided quantile of t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - alpha / 2))


def _widened(alpha: float, freedom: Any) -> Any:
    """Return the normal error level whose quantile is that of t at ``alpha``."""
    import numpy as np
    from scipy.special import ndtr, stdtrit

    # Beyond 37 standard deviations the normal tail is 0 in double precision.
    return 2 * ndtr(-np.minimum(37.0, stdtrit(freedom, 1 - alpha / 2)))
