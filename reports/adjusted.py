"""Effects at equal k, span, plan length and writes: clustered least squares on success or on its differences."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skillweave.reports.intervals import ENOUGH_COMBINATIONS, ENOUGH_ROLLOUTS, LEVEL, codes_of, t_quantile
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    from skillweave.reports.intervals import Floats, Ints

_LARGE = 400
"""rows of one cluster beyond which its leverage is too small to matter and too dear to compute"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A difference in success, at equal values of all else that was controlled."""

    name: str
    difference: float
    """fraction, not points"""
    low: float
    high: float
    p: float
    """two-sided"""
    n: int
    """rollouts (or tasks) that have the property"""
    combinations: int

    @property
    def enough(self) -> bool:
        """True where the group is large enough to be read."""
        return self.n >= ENOUGH_ROLLOUTS and self.combinations >= ENOUGH_COMBINATIONS


def fit(y: "Floats", x: "Floats", codes: "Ints", targets: int, *, level: float = LEVEL) -> "Floats":
    """Return (estimate, low, high, two-sided p) for the first ``targets`` columns of ``x``, a row each.

    Least squares with the bias-reduced clustered variance (CR2; Bell & McCaffrey 2002, Survey Methodology 28), t
    degrees of freedom from the effective number of clusters. A column that the others determine gives NaN.
    """
    import numpy as np
    from scipy.special import stdtr

    found = np.full((targets, 4), np.nan)
    order = np.argsort(codes, kind="stable")
    y, x, codes = y[order], x[order], codes[order]
    bread = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = bread @ (x.T @ y)
    adjusted = _bias_reduced(y - x @ beta, x, np.asarray(bread, dtype=np.float64), codes)
    for j in range(targets):
        others = np.delete(np.arange(x.shape[1]), j)
        if not _identified(x[:, j], x[:, others]):
            continue
        z = x @ bread[:, j]
        sums = np.bincount(codes, weights=z * adjusted)
        part = np.bincount(codes, weights=z**2)
        part = part / part.sum()
        freedom = max(1.0, 1 / float((part**2).sum()) - 1)
        error = float((sums**2).sum()) ** 0.5
        half = t_quantile(freedom, 1 - level) * error
        p = 2 * float(stdtr(freedom, -abs(beta[j]) / error)) if error > 0 else float(beta[j] == 0)
        found[j] = beta[j], beta[j] - half, beta[j] + half, p
    return found


def _identified(column: "Floats", others: "Floats") -> bool:
    """Return whether a column varies beyond what the others say."""
    import numpy as np

    left = column - others @ np.linalg.lstsq(others, column, rcond=None)[0]
    return bool((left**2).sum() > 1e-8 * max(1e-12, float((column**2).sum())))


def _bias_reduced(residuals: "Floats", x: "Floats", bread: "Floats", codes: "Ints") -> "Floats":
    """Return the residuals times (I - H_gg)^(-1/2), cluster by cluster; ``codes`` must be sorted."""
    import numpy as np

    sizes = np.bincount(codes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    found = residuals.copy()
    for size in np.unique(sizes):
        if size == 0 or size > _LARGE:
            continue
        rows = starts[sizes == size][:, None] + np.arange(size)
        part = x[rows]
        hat = part @ bread @ part.transpose(0, 2, 1)
        values, vectors = np.linalg.eigh(np.eye(size) - hat)
        root = np.where(values > 1e-6, values, np.inf) ** -0.5
        inner = np.einsum("gij,gi->gj", vectors, residuals[rows]) * root
        found[rows] = np.einsum("gij,gj->gi", vectors, inner)
    return found


def dummies(values: Sequence[Hashable], *, keep_first: bool = False) -> tuple["Floats", list[Any]]:
    """Return an indicator column for each value, the lowest left out unless asked for, and their values."""
    import numpy as np

    levels = sorted(set(values), key=lambda v: (v is not None, str(type(v)), v))
    shown = levels if keep_first else levels[1:]
    place = {level: i for i, level in enumerate(shown)}
    codes = np.fromiter((place.get(v, -1) for v in values), dtype=np.int64, count=len(values))
    return (codes[:, None] == np.arange(len(shown))).astype(float), shown


def controls(rows: Sequence[Rollout], *, leave_out: str = "") -> "Floats":
    """Return the columns of what is held equal: a constant, k and span as categories, plan length and writes."""
    import numpy as np

    parts = [np.ones((len(rows), 1))]
    if leave_out != "k":
        parts.append(dummies([r.k for r in rows])[0])
    if leave_out != "span":
        parts.append(dummies([r.span for r in rows])[0])
    for name in ("plan_length", "writes"):
        values = np.array([getattr(r, name) or 0 for r in rows], dtype=float)
        if values.std() > 0:
            parts.append(((values - values.mean()) / values.std())[:, None])
    return np.concatenate(parts, axis=1)


def effects(
    rows: Sequence[Rollout],
    values: Sequence[Hashable],
    *,
    y: Sequence[float] | None = None,
    leave_out: str = "",
    name: str = "{}",
) -> list[Effect]:
    """Return, for each value but the lowest, success minus success at the lowest, all else equal.

    ``y`` takes the place of the scores (differences between two runs, say). Empty with fewer than two values.
    """
    import numpy as np

    outcome = np.array([float(r.score or 0.0) for r in rows] if y is None else y)
    columns, shown = dummies(values)
    if not shown:
        return []
    codes = codes_of(r.combination for r in rows)
    found = fit(outcome, np.concatenate([columns, controls(rows, leave_out=leave_out)], axis=1), codes, len(shown))
    made = []
    for (difference, low, high, p), value, column in zip(found, shown, columns.T, strict=True):
        if np.isfinite(difference):
            has = column > 0
            made.append(
                Effect(
                    name=name.format(value),
                    difference=float(difference),
                    low=float(low),
                    high=float(high),
                    p=float(p),
                    n=int(has.sum()),
                    combinations=len(np.unique(codes[has])),
                )
            )
    return made


def ladder(rollouts: Sequence[Rollout], novelty: Mapping[str, int | None] | None = None) -> list[Effect]:
    """Return success at each novelty minus success at the lowest one, at equal k, span, plan length and writes.

    ``novelty`` gives it by combination, in place of what the rollouts say.
    """
    rows = [r for r in rollouts if r.score is not None and r.k >= 2]
    values = [r.novelty if novelty is None else novelty.get(r.combination) for r in rows]
    known = [(r, v) for r, v in zip(rows, values, strict=True) if v is not None]
    return effects([r for r, _ in known], [v for _, v in known], name="novelty {}")


def holm(p: Mapping[Any, float]) -> dict[Any, float]:
    """Return p values corrected for looking at all of them (Holm 1979)."""
    from statsmodels.stats.multitest import multipletests

    keys = list(p)
    if not keys:
        return {}
    corrected = multipletests([p[key] for key in keys], method="holm")[1]
    return dict(zip(keys, map(float, corrected), strict=True))
