"""A logistic model of success on k, span, novelty and skills, in plain words, with clustered errors."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from skillweave.reports.intervals import ENOUGH_COMBINATIONS, LEVEL, t_quantile
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    from skillweave.reports.intervals import Floats

WEAK, SKILL = 2.5, 1.0
"""prior standard deviations, in log odds: of a step in k, span or novelty, and of a skill about the average one"""
PULL = 0.75
"""between CR2 (0.5), whose intervals cover 91-95% under priors, and CR3 (1), whose intervals cover 97-98%"""
_STEPS = 60
_LARGE, _SPARSE = 10_000, 0.1
"""entries of a matrix, and their share that is not 0 below which it is taken as sparse"""
ENOUGH_TO_FIT = 20
"""combinations"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """What one thing does to the odds of success, all else in the model equal."""

    name: str
    kind: str
    """k, span, novelty or skill"""
    log_odds: float
    low: float
    high: float
    points: float
    """average change of the success probability, as a fraction"""
    n: int
    combinations: int
    note: str = ""
    """not estimable, and why; '' where it is"""

    @property
    def words(self) -> str:
        """Return the coefficient as a sentence."""
        if self.note:
            return f"{self.name}: {self.note}."
        from math import exp

        sure = "" if self.low > 0 or self.high < 0 else ", which may be chance"
        if abs(self.points) < 0.0005:
            return f"{self.name} leaves success as it is (odds x {exp(self.log_odds):.2f})."
        way = "lowers" if self.points < 0 else "raises"
        size = f"{100 * abs(self.points):.1f} points on average"
        odds = f"odds x {exp(self.log_odds):.2f}, 95% {exp(self.low):.2f} to {exp(self.high):.2f}"
        return f"{self.name} {way} success by {size} ({odds}){sure}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Logit:
    """A fitted model."""

    coefficients: tuple[Coefficient, ...]
    n: int
    combinations: int
    note: str = ""


def logit(rollouts: Sequence[Rollout]) -> Logit | None:
    """Return the model over combinations of two skills or more; None with fewer than twenty combinations.

    k, span and novelty enter as numbers (per step), skills as deviations from the average skill. A weak normal prior
    (sd 2.5 in log odds a step, 1 a skill) keeps the fit finite where outcomes are separated; what then rests on the
    prior alone is called not estimable.
    """
    import numpy as np

    grouped: dict[str, list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score is not None and r.k >= 2:
            grouped[r.combination].append(r)
    cells = list(grouped.values())
    total = sum(map(len, cells))
    if len(cells) < ENOUGH_TO_FIT:
        return None
    y = np.array([fmean(r.score or 0.0 for r in cell) for cell in cells])
    if y.max() == 0 or y.min() == 1:
        return Logit(coefficients=(), n=total, combinations=len(cells), note="not estimable: all outcomes are alike")
    weights = np.array([float(len(cell)) for cell in cells])
    rows = [cell[0] for cell in cells]
    steps: dict[str, list[int | None]] = {
        "k": [r.k for r in rows],
        "span": [r.span for r in rows],
        "novelty": [r.novelty for r in rows],
    }
    kept = {name: np.array(v, dtype=float) for name, v in steps.items() if None not in v and len(set(v)) > 1}
    member, skills = incidence(rows)
    x = np.column_stack([np.ones(len(rows)), *(v - v.mean() for v in kept.values()), member])
    sd = np.array([np.inf] + [WEAK] * len(kept) + [SKILL] * len(skills))
    beta, cov, slope = fit_logit(y, x, sd, weights=weights)
    names = [("constant", "constant"), *((_STEP[name], name) for name in kept), *((s, "skill") for s in skills)]
    made = []
    for j, (name, kind) in enumerate(names):
        if j:
            has = member[:, j - 1 - len(kept)] > 0 if kind == "skill" else np.ones(len(rows), dtype=bool)
            made.append(_coefficient(name, kind, float(beta[j]), float(cov[j, j]), slope, y[has], weights[has]))
    return Logit(coefficients=tuple(made), n=total, combinations=len(cells))


def incidence(rows: Sequence[Rollout]) -> tuple["Floats", list[str]]:
    """Return rollouts x skills, 1 where a rollout's combination has the skill, and the skills in their order."""
    import numpy as np

    skills = sorted({s for r in rows for s in r.skills})
    place = {s: i for i, s in enumerate(skills)}
    member = np.zeros((len(rows), len(skills)))
    for i, r in enumerate(rows):
        member[i, [place[s] for s in r.skills]] = 1.0
    return member, skills


_STEP = {"k": "One more skill", "span": "One more step of span", "novelty": "One more step of novelty"}


def _coefficient(
    name: str, kind: str, beta: float, variance: float, slope: float, y: "Floats", weights: "Floats"
) -> Coefficient:
    half = t_quantile(max(1.0, len(y) - 1.0), 1 - LEVEL) * variance**0.5
    note = ""
    if kind == "skill" and len(y) < ENOUGH_COMBINATIONS:
        note = f"not estimable: fewer than {ENOUGH_COMBINATIONS} combinations have it"
    elif kind == "skill" and (y.max() == 0 or y.min() == 1):
        note = f"not estimable: its tasks all {'succeed' if y.max() else 'fail'}"
    return Coefficient(
        name=name,
        kind=kind,
        log_odds=beta,
        low=beta - half,
        high=beta + half,
        points=beta * slope,
        n=int(weights.sum()),
        combinations=len(y),
        note=note,
    )


def fit_logit(
    y: "Floats", x: "Floats", sd: "Floats", *, weights: "Floats | float" = 1.0, offset: "Floats | float" = 0.0
) -> tuple["Floats", "Floats", float]:
    """Return (coefficients, their covariance, mean slope p(1-p)) of a logistic fit under normal priors.

    A row is a cluster: the mean outcome of ``weights`` rollouts of one combination. Newton steps on the penalised
    likelihood; the covariance is the sandwich with the penalised information as bread and residuals divided by a power
    of 1 - leverage. Neither statsmodels nor scikit-learn fits with a prior for each column *and* clustered errors.
    """
    import numpy as np
    from scipy.special import expit

    design, penalty = _design(x), np.where(np.isinf(sd), 1e-9, 1 / np.maximum(sd, 1e-6) ** 2)
    beta = _newton(y, design, penalty, weights, offset)
    p = expit(design @ beta + offset)
    weight = np.maximum(weights * p * (1 - p), 1e-9)
    bread = np.linalg.inv(_gram(design, weight) + np.diag(penalty))
    leverage = np.minimum(0.95, weight * _row_sums(design, design @ bread))
    pulled = weights * (y - p) / (1 - leverage) ** PULL
    cov = bread @ _gram(design, pulled**2) @ bread
    return beta, cov, float(weight.sum() / np.sum(weights * np.ones(len(y))))


def fitted(
    y: "Floats", x: "Floats", sd: "Floats", *, weights: "Floats | float" = 1.0, offset: "Floats | float" = 0.0
) -> "Floats":
    """Return the coefficients alone; see `fit_logit`."""
    import numpy as np

    return _newton(y, _design(x), np.where(np.isinf(sd), 1e-9, 1 / np.maximum(sd, 1e-6) ** 2), weights, offset)


def _newton(
    y: "Floats", design: Any, penalty: "Floats", weights: "Floats | float", offset: "Floats | float"
) -> "Floats":
    import numpy as np
    from scipy.linalg import solve
    from scipy.special import expit

    beta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = expit(design @ beta + offset)
        weight = np.maximum(weights * p * (1 - p), 1e-9)
        information = _gram(design, weight) + np.diag(penalty)
        step = solve(information, design.T @ (weights * (y - p)) - penalty * beta, assume_a="pos")
        beta = beta + step * min(1.0, 4.0 / max(1e-12, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-8:
            break
    return beta


def _design(x: "Floats") -> Any:
    """Return a matrix that is mostly 0, as with many skills, as a sparse one."""
    import numpy as np
    from scipy.sparse import csr_array

    return csr_array(x) if x.size > _LARGE and np.count_nonzero(x) < _SPARSE * x.size else x


def _gram(design: Any, weight: "Floats") -> "Floats":
    """Return X'WX."""
    import numpy as np
    from scipy.sparse import diags_array, issparse

    if issparse(design):
        return np.asarray((design.T @ (diags_array(weight) @ design)).toarray())
    return np.asarray((design * weight[:, None]).T @ design)


def _row_sums(design: Any, other: "Floats") -> "Floats":
    """Return the sums over rows of the product, entry by entry."""
    import numpy as np
    from scipy.sparse import issparse

    return np.asarray((design.multiply(other) if issparse(design) else design * other).sum(axis=1))


def by_kind(model: Logit) -> dict[str, list[Coefficient]]:
    """Return the coefficients by kind, skills from the one that lowers success most."""
    found: dict[str, list[Coefficient]] = defaultdict(list)
    for c in model.coefficients:
        found[c.kind].append(c)
    found["skill"].sort(key=lambda c: (bool(c.note), c.log_odds, c.name))
    return dict(found)
