"""The compositionality gap: success of a combination against its own parts, bound as they are in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from skillweave.reports.intervals import ENOUGH_COMBINATIONS, LEVEL, Estimate, rate
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    import numpy as np

    from skillweave.reports.intervals import Floats

DRAWS = 2000
MEASURABLE = (0.05, 0.95)
ATTEMPTS = 4
"""attempts that each atom of a family needs"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One combination beside its bound atoms."""

    name: str
    k: int
    combination: str
    observed: float
    """success of the combination's own rollouts"""
    n: int
    product: float
    """of the success rates of its atoms"""
    attempts: int
    """scored rollouts of the atoms"""
    kinds: frozenset[str]
    """what its atoms are: read, write, literal, looked up"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Observed success less what the parts predict, over families."""

    families: int
    n: int
    observed: float
    predicted: float
    predicted_low: float | None = None
    predicted_high: float | None = None
    gap: float | None = None
    """below 0 where combining costs more than its parts"""
    low: float | None = None
    high: float | None = None
    note: str = ""
    """why there is no gap; '' where there is"""


def families(rollouts: Iterable[Rollout], *, role: str = "combination") -> tuple[list[Family], int]:
    """Return the families that can be compared, and how many cannot: an atom is missing or has too few attempts.

    With ``role`` "pair" the connected pairs take the place of the whole combinations.
    """
    whole: dict[tuple[str, str], list[Rollout]] = defaultdict(list)
    atoms: dict[tuple[str, str], list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score is None or not r.family:
            continue
        if r.role == role and r.k >= 2:
            whole[r.family, r.combination].append(r)
        elif r.role == "atom":
            atoms[r.family, r.skills[0]].append(r)
    found, short = [], 0
    for (family, combination), rows in sorted(whole.items()):
        if not any((family, s) in atoms for s in rows[0].skills):
            continue  # no family was made for it
        parts = [atoms.get((family, s), []) for s in rows[0].skills]
        if any(len(part) < ATTEMPTS for part in parts):
            short += 1
            continue
        found.append(
            Family(
                name=family,
                k=rows[0].k,
                combination=combination,
                observed=fmean(r.score or 0.0 for r in rows),
                n=len(rows),
                product=_product(fmean(r.score or 0.0 for r in part) for part in parts),
                attempts=sum(map(len, parts)),
                kinds=frozenset(kind for part in parts for kind in atom_kinds(part[0])),
            )
        )
    return found, short


def _product(values: Iterable[float]) -> float:
    from math import prod

    return prod(values)


def atom_kinds(atom: Rollout) -> tuple[str, ...]:
    """Return what an atom is: whether it writes, and whether all of its inputs stand in the instruction."""
    kinds = ("write" if atom.writes else "read",)
    if atom.literal_inputs is None:
        return kinds
    return (*kinds, "literal inputs" if atom.literal_inputs else "inputs to look up")


def atom_rates(rollouts: Iterable[Rollout]) -> dict[str, Estimate]:
    """Return the success of atoms by kind: bound atoms clustered by family, else k = 1 tasks clustered by task.

    The skills are those of this inventory: that they differ is no sampling error.
    """
    rows = [r for r in rollouts if r.score is not None and r.k == 1]
    rows = [r for r in rows if r.role == "atom"] or rows
    cells: dict[str, list[Rollout]] = defaultdict(list)
    for r in rows:
        for kind in atom_kinds(r):
            cells[kind].append(r)
    return {
        kind: rate([r.score or 0.0 for r in own], [r.family if r.role == "atom" else r.sample for r in own])
        for kind, own in sorted(cells.items())
    }


def gap(found: Sequence[Family], base: Sequence[float], *, seed: int = 0, draws: int = DRAWS) -> Gap:
    """Return the gap over families, each counted once; ``base`` are the outcomes of k = 0 tasks, [] for none."""
    import numpy as np

    observed = np.array([f.observed for f in found])
    product = np.array([f.product for f in found])
    ks = np.array([f.k for f in found])
    made = gap_of(observed, product, ks, np.array(base, dtype=float), np.random.default_rng(seed), draws=draws)
    return Gap(families=len(found), n=sum(f.n for f in found), **made)


def gap_of(
    observed: "Floats",
    product: "Floats",
    ks: "Floats",
    base: "Floats",
    rng: "np.random.Generator",
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> dict[str, Any]:
    """Return prediction and gap with intervals: percentile bootstrap over whole families; r0 is
    drawn from its Jeffreys posterior.

    The prediction of a family is r0 * prod(p_i / r0). Percentiles are taken further out, as t(F - 1) is wider than the
    normal (Hesterberg 2015, American Statistician 69): plain ones cover too little with few families. Outside
    0.05-0.95 the prediction cannot be told from a floor or a ceiling, and there is no gap.
    """
    import numpy as np

    count = len(observed)
    r0 = float(base.mean()) if len(base) else 1.0
    facts: dict[str, Any] = {"observed": float(observed.mean()), "predicted": 0.0}
    if r0 == 0:
        return facts | {"note": "not measurable: no k = 0 task succeeded"}
    facts["predicted"] = float((product * r0 ** (1.0 - ks)).mean())
    if count < ENOUGH_COMBINATIONS:
        return facts | {"note": f"not measurable: fewer than {ENOUGH_COMBINATIONS} families"}
    weights = rng.multinomial(count, np.full(count, 1 / count), size=draws) / count
    zero = np.ones(draws)
    if len(base):  # r0 is near 1: resampling rollouts that all succeeded would say that it is known exactly
        zero = rng.beta(base.sum() + 0.5, (1 - base).sum() + 0.5, size=draws)
    predicted = sum((weights[:, ks == k] @ product[ks == k]) * zero ** (1.0 - k) for k in np.unique(ks))
    tail = expanded_tail(count, level)
    low, high = np.quantile(np.stack([predicted, weights @ observed - predicted]), [tail, 1 - tail], axis=1)
    facts |= {"predicted_low": float(low[0]), "predicted_high": float(high[0])}
    if not MEASURABLE[0] <= facts["predicted"] <= MEASURABLE[1]:
        where = "floor" if facts["predicted"] < MEASURABLE[0] else "ceiling"
        return facts | {"note": f"not measurable: the prediction is at the {where}"}
    return facts | {"gap": facts["observed"] - facts["predicted"], "low": float(low[1]), "high": float(high[1])}


def expanded_tail(count: int, level: float = LEVEL) -> float:
    """Return the share to leave out at each end of a bootstrap of ``count`` units."""
    from scipy.special import ndtr

    from skillweave.reports.intervals import t_quantile

    return float(ndtr(-((count / (count - 1)) ** 0.5) * t_quantile(count - 1, 1 - level)))


def base_outcomes(rollouts: Iterable[Rollout]) -> list[float]:
    """Return the outcomes of k = 0 tasks: what a rollout costs by itself."""
    return [r.score for r in rollouts if r.k == 0 and r.score is not None]


def gaps(
    found: Sequence[Family], base: Sequence[float], key: Callable[[Family], Any], *, seed: int = 0
) -> Mapping[Any, Gap]:
    """Return the gap for each value of a key."""
    cells: dict[Any, list[Family]] = defaultdict(list)
    for family in found:
        cells[key(family)].append(family)
    return {value: gap(cells[value], base, seed=seed) for value in sorted(cells)}
