"""Does the taxonomy explain failure? Out-of-sample deviance, against what is known without it and shuffled leaves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from skillweave.reports.adjusted import dummies
from skillweave.reports.branches import paths
from skillweave.reports.records import Rollout
from skillweave.reports.regression import SKILL, WEAK, fitted, incidence

if TYPE_CHECKING:
    import numpy as np

    from skillweave.reports.intervals import Floats

FOLDS, SHUFFLES, MOST = 5, 39, 1500
"""folds over combinations; shuffled trees (39: the smallest p value is 1/40); combinations looked at, at most"""
ENOUGH = 40
"""combinations"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Out-of-sample deviance per rollout, in nats: lower is better."""

    combinations: int
    base: float
    """with k, plan length, skills and the number of apps"""
    tree: float
    """with the taxonomy besides: span, branches touched at each level"""
    shuffled: float
    """the same with the leaves shuffled, on average"""
    p_base: float
    """one-sided, clustered: that the tree does no better than the base"""
    p_shuffled: float
    """share of shuffled trees that do as well, the tree itself counted"""

    @property
    def verdict(self) -> str:
        """Return in words what may be claimed."""
        if self.p_base < 0.05 and self.p_shuffled <= 0.05:
            return "the taxonomy explains failure beyond k, plan length, skills and apps, and beyond shuffled leaves"
        if self.p_base < 0.05:
            return "groups help to predict failure, but shuffled groups do as well: no claim about this taxonomy"
        return "no evidence that the taxonomy explains failure beyond k, plan length, skills and apps"


def explain(taxonomy: Mapping[str, Any], rollouts: Sequence[Rollout], *, seed: int = 0) -> Explained | None:
    """Return how well failure is predicted with and without the tree; None with fewer than forty combinations."""
    import numpy as np
    from scipy.stats import ttest_1samp

    cells = _cells(rollouts, set(paths(taxonomy)))
    if len(cells) < ENOUGH:
        return None
    rng = np.random.default_rng(seed)
    if len(cells) > MOST:
        cells = [cells[i] for i in sorted(rng.permutation(len(cells))[:MOST])]
    y = np.array([fmean(r.score or 0.0 for r in cell) for cell in cells])
    if y.max() == 0 or y.min() == 1:
        return None
    weights = np.array([float(len(cell)) for cell in cells])
    fold = rng.permutation(np.arange(len(cells)) % FOLDS)
    x, sd = _without(cells)
    offsets = _offsets(y, x, sd, weights, fold)
    base = _losses(y, offsets[np.arange(len(y)), fold])
    chosen = [cell[0].skills for cell in cells]
    above = paths(taxonomy)
    tree = _with_tree(y, weights, fold, offsets, chosen, above)
    names = sorted(above)
    shuffled = []
    for _ in range(SHUFFLES):
        order = rng.permutation(len(names))
        other = {names[i]: above[names[j]] for i, j in enumerate(order)}
        shuffled.append(float(np.average(_with_tree(y, weights, fold, offsets, chosen, other), weights=weights)))
    mean = float(np.average(tree, weights=weights))
    gain = weights * (base - tree)
    p = float(ttest_1samp(gain, 0.0, alternative="greater").pvalue) if gain.any() else 1.0
    return Explained(
        combinations=len(cells),
        base=float(np.average(base, weights=weights)),
        tree=mean,
        shuffled=fmean(shuffled),
        p_base=p,
        p_shuffled=(1 + sum(s <= mean for s in shuffled)) / (1 + SHUFFLES),
    )


def _cells(rollouts: Sequence[Rollout], known: set[str]) -> list[list[Rollout]]:
    grouped: dict[str, list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score is not None and r.k >= 2 and r.main and known.issuperset(r.skills):
            grouped[r.combination].append(r)
    return [grouped[c] for c in sorted(grouped)]


def _without(cells: Sequence[Sequence[Rollout]]) -> tuple["Floats", "Floats"]:
    """Return the columns that know no taxonomy, and their priors."""
    import numpy as np

    rows = [cell[0] for cell in cells]
    length = np.array([fmean(float(r.plan_length or 0) for r in cell) for cell in cells])
    apps = np.array([float(len({s.split(".")[0] for s in r.skills})) for r in rows])
    member, names = incidence(rows)
    ks = dummies([r.k for r in rows])[0]
    numbers = np.column_stack([_standard(length), _standard(apps)])
    x = np.column_stack([np.ones(len(rows)), ks, numbers, member])
    return x, np.array([np.inf] + [WEAK] * (ks.shape[1] + 2) + [SKILL] * len(names))


def _standard(values: "Floats") -> "Floats":
    import numpy as np

    return np.asarray((values - values.mean()) / (values.std() or 1.0))


def _offsets(y: "Floats", x: "Floats", sd: "Floats", weights: "Floats", fold: "np.ndarray[Any, Any]") -> "Floats":
    """Return, for each fold, the linear predictor of all rows from a fit without that fold; rows x folds."""
    import numpy as np

    found = np.empty((len(y), FOLDS))
    for f in range(FOLDS):
        kept = fold != f
        found[:, f] = x @ fitted(y[kept], x[kept], sd, weights=weights[kept])
    return found


def _losses(y: "Floats", linear: "Floats") -> "Floats":
    import numpy as np
    from scipy.special import expit

    p = np.clip(expit(linear), 1e-6, 1 - 1e-6)
    return np.asarray(-2 * (y * np.log(p) + (1 - y) * np.log(1 - p)))


def _with_tree(
    y: "Floats",
    weights: "Floats",
    fold: "np.ndarray[Any, Any]",
    offsets: "Floats",
    chosen: Sequence[Sequence[str]],
    above: Mapping[str, Sequence[str]],
) -> "Floats":
    """Return the held-out loss of each row, with the tree's columns fitted on top of the base."""
    import numpy as np

    x, sd = _tree_columns(chosen, above)
    linear = np.empty(len(y))
    for f in range(FOLDS):
        kept, out = fold != f, fold == f
        beta = fitted(y[kept], x[kept], sd, weights=weights[kept], offset=offsets[kept, f])
        linear[out] = offsets[out, f] + x[out] @ beta
    return _losses(y, linear)


def _at(path: Sequence[str], level: int) -> str:
    """Return the node at a level of a path from leaf to root; a leaf above it is its own."""
    return path[max(0, len(path) - 1 - level)]


def _tree_columns(chosen: Sequence[Sequence[str]], above: Mapping[str, Sequence[str]]) -> tuple["Floats", "Floats"]:
    """Return span, branches touched at each level, and which ones at level 1, with their priors."""
    import numpy as np

    depth = max(len(path) for path in above.values())
    at = [[[_at(above[s], level) for s in skills] for level in range(1, depth)] for skills in chosen]
    touched = np.array([[float(len(set(level))) for level in row] for row in at])
    span = np.array([float(sum(len(set(level)) > 1 for level in row)) for row in at])
    tops = sorted({node for row in at for node in row[0]})
    first = np.array([[float(t in row[0]) for t in tops] for row in at])
    columns = np.column_stack([span, touched, first])
    columns = columns - columns.mean(0)
    return columns, np.array([0.5] * (1 + touched.shape[1]) + [0.5] * len(tops))
