"""Success by k against what the skills alone would give if they failed independently."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skillweave.reports.families import DRAWS, MEASURABLE, expanded_tail
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, Estimate, success
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    import numpy as np

_CHUNK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AtK:
    """Success at one k beside the independence prediction for the very same rollouts."""

    k: int
    observed: Estimate
    """over all rollouts at k"""
    covered: int = 0
    """rollouts whose every skill was also tried alone: prediction and gap are over these"""
    covered_rate: float | None = None
    predicted: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    gap: float | None = None
    """covered_rate - predicted: below 0 where combining costs more than its parts"""
    gap_low: float | None = None
    gap_high: float | None = None
    note: str = ""
    """why there is no prediction or no gap; '' where both stand"""
    basis: str = ""
    """what the prediction is made of: bound atoms of the same families, or k = 1 tasks of the same skills"""
    units: int = 0
    """families or combinations that the gap rests on"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """Scored rollouts at one k, summed by combination, with the atoms as integers."""

    members: "np.ndarray[Any, Any]"
    sums: "np.ndarray[Any, Any]"
    counts: "np.ndarray[Any, Any]"


def overhead(rollouts: Sequence[Rollout]) -> float | None:
    """Return r0, the success rate on k = 0 tasks (what a rollout costs by itself); None where none were run."""
    return success(r for r in rollouts if r.k == 0).rate


def by_k(rollouts: Sequence[Rollout], *, seed: int = 0, draws: int = DRAWS) -> list[AtK]:
    """Return, for each k, the observed rate and the prediction r0 * prod(p_i / r0) over each task's own skills.

    p_i is the rate of skill i alone (k = 1), r0 that of k = 0 tasks, 1 where none were run. The prediction is averaged
    over the rollouts at k, never made of one average rate. Intervals: percentile bootstrap, whole combinations at k and
    rollouts within each skill's k = 1 stratum, resampled ``draws`` times under ``seed``. Outside 0.05-0.95 a gap is
    not measurable: there the prediction cannot be told from a floor or a ceiling.
    """
    rollouts = [r for r in rollouts if r.role != "pair"]
    sizes = sorted({r.k for r in rollouts})
    alone = _alone(rollouts)
    base = overhead(rollouts)
    r0 = 1.0 if base is None else base
    found = []
    for k in sizes:
        at_k = [r for r in rollouts if r.k == k]
        observed = success(at_k)
        if k < 2:
            note = "the skills alone" if k else "no skill: what a rollout costs"
            found.append(AtK(k=k, observed=observed, note=note))
        elif r0 == 0:
            found.append(AtK(k=k, observed=observed, note="not measurable: no k = 0 task succeeded"))
        else:
            found.append(_compare(k, at_k, observed, alone, r0, seed=seed, draws=draws))
    return found


def _alone(rollouts: Sequence[Rollout]) -> dict[str, tuple[int, int]]:
    """Return (successes, rollouts) of each skill in k = 1 tasks."""
    found: dict[str, tuple[int, int]] = {}
    for r in rollouts:
        if r.k == 1 and r.score is not None:
            good, total = found.get(r.skills[0], (0, 0))
            found[r.skills[0]] = (good + int(r.score), total + 1)
    return found


def _compare(
    k: int,
    at_k: Sequence[Rollout],
    observed: Estimate,
    alone: Mapping[str, tuple[int, int]],
    r0: float,
    *,
    seed: int,
    draws: int,
) -> AtK:
    import numpy as np

    covered = [r for r in at_k if r.score is not None and all(s in alone for s in r.skills)]
    if not covered:
        return AtK(k=k, observed=observed, note="not measurable: no task whose every skill was also run alone (k = 1)")
    atoms = sorted(alone)
    rates = np.array([alone[a][0] / alone[a][1] for a in atoms]) / r0
    cells = _cells(covered, atoms)
    total = cells.counts.sum()
    rate = float(cells.sums.sum() / total)
    predicted = float((rates[cells.members].prod(axis=1) * cells.counts).sum() / total * r0)
    facts: dict[str, Any] = {
        "k": k,
        "observed": observed,
        "covered": len(covered),
        "covered_rate": rate,
        "predicted": predicted,
        "basis": "k = 1 tasks",
        "units": len(cells.counts),
    }
    if len(cells.counts) < ENOUGH_COMBINATIONS:
        return AtK(**facts, note=f"not measurable: fewer than {ENOUGH_COMBINATIONS} combinations")
    drawn = _bootstrap(cells, [alone[a] for a in atoms], r0, np.random.default_rng([seed, k]), draws)
    tail = expanded_tail(len(cells.counts))
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=1)
    facts |= {"predicted_low": float(low[0]), "predicted_high": float(high[0])}
    if not MEASURABLE[0] <= predicted <= MEASURABLE[1]:
        where = "floor" if predicted < MEASURABLE[0] else "ceiling"
        return AtK(**facts, note=f"not measurable: the prediction is at the {where}")
    return AtK(**facts, gap=rate - predicted, gap_low=float(low[1]), gap_high=float(high[1]))


def _cells(covered: Sequence[Rollout], atoms: Sequence[str]) -> _Cells:
    import numpy as np

    index = {a: i for i, a in enumerate(atoms)}
    grouped: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for r in covered:
        grouped[tuple(sorted(r.skills))].append(float(r.score or 0.0))
    keys = sorted(grouped)
    return _Cells(
        members=np.array([[index[s] for s in key] for key in keys]),
        sums=np.array([sum(grouped[key]) for key in keys]),
        counts=np.array([len(grouped[key]) for key in keys]),
    )


def _bootstrap(
    cells: _Cells, alone: Sequence[tuple[int, int]], r0: float, rng: "np.random.Generator", draws: int
) -> "np.ndarray[Any, Any]":
    """Return resampled (prediction, gap), shape (2, draws)."""
    import numpy as np

    totals = np.array([total for _, total in alone])
    shares = np.array([good for good, _ in alone]) / totals
    groups = len(cells.counts)
    found = []
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        rates = rng.binomial(totals, shares, size=(size, len(totals))) / totals / r0
        products = rates[:, cells.members].prod(axis=2) * r0
        weights = rng.multinomial(groups, np.full(groups, 1 / groups), size=size)
        total = (weights * cells.counts).sum(axis=1)
        predicted = (weights * cells.counts * products).sum(axis=1) / total
        observed = (weights * cells.sums).sum(axis=1) / total
        found.append(np.stack([predicted, observed - predicted]))
    return np.concatenate(found, axis=1)
