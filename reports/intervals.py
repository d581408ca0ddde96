"""A rate with an interval that knows that rollouts of one combination resemble each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skillweave.reports.records import Rollout

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
    """Return the mean of 0/1 outcomes with an interval at ``level``, clustered.

    The standard error is that of a clustered least-squares fit of the outcomes on a constant. It does not go into a
    symmetric interval, which covers 83-90% rather than 95% for rates near 0.95: it gives the effective number of
    rollouts p(1-p)/se^2 (at most their number) of a Wilson interval at the t quantile with G - 1 degrees of freedom
    (Korn & Graubard 1998, Survey Methodology 24, with Wilson's interval for Clopper and Pearson's).

    >>> e = rate([1, 1, 0, 0, 1, 0], ["a", "b", "c", "d", "e", "f"])
    >>> round(e.low, 3), round(e.high, 3), e.method
    (0.188, 0.812, 'wilson')
    """
    names = sorted(set(clusters))
    n, units = len(outcomes), len(names)
    if n == 0:
        return Estimate(rate=None, low=None, high=None, n=0, combinations=0, unscored=unscored)
    mean = sum(outcomes) / n
    alpha = 1 - level
    if units == n:
        method, weight = "wilson", float(n)
    elif mean in (0.0, 1.0) or units == 1:
        method, weight = "units", float(units)
    else:
        method = "clustered"
        weight = min(float(n), _effective(outcomes, clusters, names))
        alpha = _widened(alpha, units - 1)
    low, high = _wilson(mean, weight, alpha)
    return Estimate(rate=mean, low=low, high=high, n=n, combinations=units, unscored=unscored, method=method)


def wilson(count: float, total: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's interval for ``count`` of ``total`` independent trials."""
    return _wilson(count / total, total, 1 - level)


def _wilson(mean: float, weight: float, alpha: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(mean * weight, weight, alpha=alpha, method="wilson")
    return float(low), float(high)


def _effective(outcomes: Sequence[float], clusters: Sequence[str], names: Sequence[str]) -> float:
    """Return the number of independent rollouts that would give the clustered standard error."""
    import numpy as np
    from statsmodels.regression.linear_model import OLS

    index = {name: i for i, name in enumerate(names)}
    y = np.asarray(outcomes, dtype=float)
    groups = np.array([index[c] for c in clusters])
    fit = OLS(y, np.ones((len(y), 1))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    variance = float(fit.bse[0]) ** 2
    mean = float(y.mean())
    return mean * (1 - mean) / variance if variance > 0 else float("inf")


def _widened(alpha: float, freedom: int) -> float:
    """Return the normal error level whose quantile is that of t at ``alpha``."""
    from scipy.stats import norm, t

    # Beyond 37 standard deviations the normal tail is 0 in double precision.
    return float(2 * norm.sf(min(37.0, t.isf(alpha / 2, freedom))))
