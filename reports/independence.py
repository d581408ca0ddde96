"""Success by k against what the skills alone would give if they failed independently."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from skillweave.reports.families import DRAWS, MEASURABLE, expanded_tail
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, Estimate, success
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    import numpy as np

_CHUNK = 100
"""draws looked at together"""


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
    each skill's k = 1 rollouts, resampled ``draws`` times under ``seed``. Outside 0.05-0.95 a gap is
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """How one skill does by itself."""

    rate: float
    worth: int
    """independent rollouts that its rollouts are worth: attempts at one task resemble each other"""


def _alone(rollouts: Sequence[Rollout]) -> dict[str, Alone]:
    """Return how each skill does in its k = 1 tasks."""
    tasks: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in rollouts:
        if r.k == 1 and r.score is not None:
            tasks[r.skills[0]][r.sample].append(r.score)
    alike = _alikeness([list(own.values()) for own in tasks.values()])
    found = {}
    for skill, own in tasks.items():
        scores = [score for task in own.values() for score in task]
        size = sum(len(task) ** 2 for task in own.values()) / len(scores)
        found[skill] = Alone(rate=fmean(scores), worth=max(1, round(len(scores) / (1 + (size - 1) * alike))))
    return found


def _alikeness(skills: Sequence[Sequence[Sequence[float]]]) -> float:
    """Return the correlation of attempts at one task beyond what its skill says, pooled over skills; 0 to 1.

    Analysis of variance between and within the tasks of each skill (Donner 1986, Int. Stat. Review 54).
    """
    between = within = 0.0
    between_freedom = within_freedom = rollouts = squares = 0
    for tasks in skills:
        mean = fmean(score for task in tasks for score in task)
        means = [fmean(task) for task in tasks]
        between += sum(len(task) * (own - mean) ** 2 for task, own in zip(tasks, means, strict=True))
        between_freedom += len(tasks) - 1
        within += sum((score - own) ** 2 for task, own in zip(tasks, means, strict=True) for score in task)
        within_freedom += sum(len(task) - 1 for task in tasks)
        rollouts += sum(map(len, tasks))
        squares += sum(len(task) ** 2 for task in tasks)
    if not (between_freedom and within_freedom) or rollouts == 0:
        return 0.0
    size = squares / rollouts
    above, inside = between / between_freedom, within / within_freedom
    spread = above + (size - 1) * inside
    return min(1.0, max(0.0, (above - inside) / spread)) if spread > 0 else 0.0


def _compare(
    k: int,
    at_k: Sequence[Rollout],
    observed: Estimate,
    alone: Mapping[str, Alone],
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
    rates = np.array([alone[a].rate for a in atoms]) / r0
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
    low[0], high[0] = max(0.0, low[0]), min(1.0, high[0])
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
    cells: _Cells, alone: Sequence[Alone], r0: float, rng: "np.random.Generator", draws: int
) -> "np.ndarray[Any, Any]":
    """Return resampled (prediction, gap), shape (2, draws).

    Two things are uncertain: which combinations were tried, and how often each skill succeeds alone. The second is also
    seen as spread between combinations, where it would count twice; so that spread is scaled down by its share.
    """
    import numpy as np

    totals = np.array([a.worth for a in alone])
    shares = np.array([a.rate for a in alone])
    groups = len(cells.counts)
    part = cells.counts / cells.counts.sum()
    product = (shares / r0)[cells.members].prod(axis=1) * r0
    gaps = cells.sums / cells.counts - product
    means, noise = np.empty(draws), 0.0
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        rates = rng.binomial(totals, shares, size=(size, len(totals))) / totals / r0
        redrawn = _products(rates.T, cells.members) * r0  # combinations x draws: whole rows are looked up
        means[start : start + size] = part @ redrawn
        noise += float((part @ (redrawn - product[:, None]) ** 2).sum()) / draws
    times = rng.multinomial(groups, np.full(groups, 1 / groups), size=draws).astype(float)
    total = times @ cells.counts
    found = []
    for values, moved in ((product, means), (gaps, (cells.sums / cells.counts) @ part - means)):
        centre = values @ part
        spread = float(((values - centre) ** 2) @ part)
        kept = max(0.0, 1 - noise / spread) ** 0.5 if spread > 0 else 0.0
        found.append(moved + (times @ (cells.counts * values) / total - centre) * kept)
    return np.stack(found)


def _products(rates: "np.ndarray[Any, Any]", members: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the product of the members' rows, for each combination."""
    import numpy as np

    found = np.asarray(rates[members[:, 0]])
    for column in members.T[1:]:
        found *= rates[column]
    return found
