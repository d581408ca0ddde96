"""The success rate of the population that combinations were drawn from, by inverse-probability weights."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from skillweave.reports.intervals import LEVEL, Estimate, codes_of, rate_of
from skillweave.reports.records import Rollout

POPULATION = "all realisable combinations, each counted once, at the run's own mix of sizes k"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """An inverse-probability weighted rate."""

    estimate: Estimate
    effective: float
    """rollouts that would carry as much under equal weights (Kish)"""
    without: int
    """scored rollouts of combinations whose probability is not known (chosen under a budget): left out"""


def weighted(rollouts: Sequence[Rollout], *, level: float = LEVEL) -> Weighted | None:
    """Return the weighted rate of combinations of two skills or more; None where no probability is known.

    Within each k the weights 1/probability add up to that k's share of the rollouts (Hajek's estimate by strata).
    """
    import numpy as np

    scored = [r for r in rollouts if r.score is not None and r.k >= 2]
    known = [r for r in scored if r.log_probability is not None]
    if not known:
        return None
    logs = np.array([-(r.log_probability or 0.0) for r in known])
    ks = np.array([r.k for r in known])
    w = np.zeros(len(known))
    for k, count in Counter(ks.tolist()).items():
        here = ks == k
        raw = np.exp(logs[here] - logs[here].max())
        w[here] = raw / raw.sum() * count
    outcomes = np.array([float(r.score or 0.0) for r in known])
    estimate = rate_of(outcomes, codes_of(r.combination for r in known), weights=w, level=level)
    return Weighted(estimate=estimate, effective=float(w.sum() ** 2 / (w**2).sum()), without=len(scored) - len(known))
