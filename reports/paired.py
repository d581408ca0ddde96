"""Two runs on the same tasks: the difference, slice by slice, and the difference in differences along the ladder."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from skillweave.reports.adjusted import Effect, effects, holm
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, LEVEL, codes_of, spread, t_quantile
from skillweave.reports.records import Rollout, Run, RunRecord

POWER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One run against another on the tasks that both were scored on."""

    mean: float
    """other minus first, in success rate"""
    low: float
    high: float
    tasks: int
    combinations: int
    p: float = 1.0
    """two-sided"""
    error: float = 0.0
    """standard error"""
    freedom: float = 1.0

    @property
    def detectable(self) -> float:
        """The smallest true difference that would be seen with 80% probability at 5%."""
        return (t_quantile(self.freedom, 1 - LEVEL) + t_quantile(self.freedom, 2 * (1 - POWER))) * self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The paired difference within one part of the tasks."""

    cut: str
    value: str
    difference: Difference
    holm: float | None
    """p value corrected for all slices that can be read; None where this one cannot"""

    @property
    def verdict(self) -> str:
        """Return higher, lower, no difference told, or too few combinations."""
        if self.holm is None:
            return "too few combinations"
        if self.holm >= 1 - LEVEL:
            return "no difference told"
        return "higher" if self.difference.mean > 0 else "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A task with its mean score in both runs; labels are those of the first."""

    rollout: Rollout
    first: float
    other: float

    @property
    def gap(self) -> float:
        """Other minus first."""
        return self.other - self.first


def pair_up(first: Iterable[Rollout], other: Iterable[Rollout]) -> list[Pair]:
    """Return the tasks that both runs were scored on, in the order of their ids."""
    ours, theirs = per_task(first), per_task(other)
    return [
        Pair(
            rollout=ours[key][0],
            first=fmean(r.score or 0.0 for r in ours[key]),
            other=fmean(r.score or 0.0 for r in theirs[key]),
        )
        for key in sorted(ours.keys() & theirs.keys())
    ]


def per_task(rollouts: Iterable[Rollout]) -> dict[tuple[str, str], list[Rollout]]:
    """Return the scored rollouts of each (sample, combination)."""
    found: dict[tuple[str, str], list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score is not None:
            found[r.sample, r.combination].append(r)
    return found


def difference(first: Iterable[Rollout], other: Iterable[Rollout]) -> Difference | None:
    """Return the paired difference in success over shared tasks, clustered by combination.

    None with fewer than two shared combinations, or where no task differs between the runs.
    """
    return mean_gap(pair_up(first, other))


def mean_gap(pairs: Sequence[Pair]) -> Difference | None:
    """Return the mean difference of pairs with its clustered t interval; see `difference`."""
    import numpy as np
    from scipy.special import stdtr

    gaps = np.array([p.gap for p in pairs])
    codes = codes_of(p.rollout.combination for p in pairs)
    if len(gaps) == 0 or codes.max() == 0 or not gaps.any():
        return None
    mean = float(gaps.mean())
    found = spread(gaps - mean, codes)
    half, error = found.half(), found.variance**0.5
    return Difference(
        mean=mean,
        low=max(-1.0, mean - half),
        high=min(1.0, mean + half),
        tasks=len(gaps),
        combinations=int(codes.max()) + 1,
        p=2 * float(stdtr(found.freedom, -abs(mean) / error)) if error > 0 else 0.0,
        error=error,
        freedom=found.freedom,
    )


CUTS: dict[str, Callable[[Rollout], Any]] = {
    "k": lambda r: r.k,
    "span": lambda r: r.span,
    "novelty": lambda r: r.novelty if r.k >= 2 else None,
    "length": lambda r: r.length if r.k >= 2 else None,
}


def slices(pairs: Sequence[Pair]) -> list[Slice]:
    """Return the difference in each slice by k, span, novelty, practised size and skill, corrected after Holm.

    Slices of fewer than five combinations are shown and left out of the correction: they cannot be read.
    """
    cells: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for p in pairs:
        for cut, key in CUTS.items():
            if (value := key(p.rollout)) is not None:
                cells[cut, str(value)].append(p)
        for skill in sorted(set(p.rollout.skills)):
            cells["skill", skill].append(p)
    measured = {key: d for key, members in cells.items() if (d := mean_gap(members)) is not None}
    readable = {key: d.p for key, d in measured.items() if d.combinations >= ENOUGH_COMBINATIONS}
    corrected = holm(readable)
    order = [*CUTS, "skill"]
    return [
        Slice(cut=cut, value=value, difference=measured[cut, value], holm=corrected.get((cut, value)))
        for cut, value in sorted(measured, key=lambda key: (order.index(key[0]), key[1]))
    ]


def did(unexposed: Iterable[Rollout], exposed: Iterable[Rollout]) -> list[Effect]:
    """Return the difference in differences along the ladder, at equal k, span, plan length and writes.

    For each novelty above the lowest: what exposure gains there (exposed minus unexposed, on the same tasks) less what
    it gains at the lowest novelty. Below 0 where the gain does not reach combinations that are that new.
    """
    pairs = [p for p in pair_up(unexposed, exposed) if p.rollout.k >= 2 and p.rollout.novelty is not None]
    rows = [p.rollout for p in pairs]
    return effects(rows, [r.novelty for r in rows], y=[p.gap for p in pairs], name="novelty {}")


def exposed(record: RunRecord) -> bool:
    """Return whether a run's agent is declared to have practised the exposure that novelty refers to."""
    return (record.exposure or {}).get("declared") is True


def exposure_gain(first: Run, other: Run) -> list[Effect]:
    """Return the difference in differences of two runs of which exactly one is declared as exposed; else []."""
    if exposed(first.record) == exposed(other.record):
        return []
    with_it, without = (first, other) if exposed(first.record) else (other, first)
    return did(without.rollouts, with_it.rollouts)
