"""What stands out as weak: skills, pairs, spans and novelties, tested one-sided and corrected for looking at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from skillweave.reports.adjusted import controls, dummies, fit, holm
from skillweave.reports.cells import parts_of
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, ENOUGH_ROLLOUTS, LEVEL, codes_of, spread
from skillweave.reports.records import Rollout
from skillweave.reports.regression import SKILL, fitted, incidence

if TYPE_CHECKING:
    from skillweave.reports.intervals import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One slice with the test of it being worse than the rest."""

    kind: str
    """skill, pair, span or novelty"""
    name: str
    difference: float
    """skills: share of first breaks beyond other skills' at the same k; else success less that of the others"""
    n: int
    combinations: int
    p: float
    """one-sided: worse than the rest"""
    holm: float
    """corrected for all slices of the run"""

    @property
    def flagged(self) -> bool:
        """True where it is worse at 5% over all slices together."""
        return self.holm < 1 - LEVEL


def flags(rollouts: Sequence[Rollout]) -> list[Flag]:
    """Return every slice that is large enough to be tested, flagged ones on top."""
    rows = [r for r in rollouts if r.score is not None and r.main and r.k >= 1]
    composed = [r for r in rows if r.k >= 2]
    found = [*_skills(rows), *_levels(composed, "span"), *_levels(composed, "novelty")]
    found += decidable(_pairs(composed), len(found))
    corrected = holm(dict(enumerate(p for *_, p in found)))
    made = [
        Flag(kind=kind, name=name, difference=d, n=n, combinations=c, p=p, holm=corrected[i])
        for i, (kind, name, d, n, c, p) in enumerate(found)
    ]
    return sorted(made, key=lambda f: (f.holm, f.p, f.kind, f.name))


_Test = tuple[str, str, float, int, int, float]


def _skills(rows: Sequence[Rollout]) -> list[_Test]:
    """Test whether a skill breaks first more often than other skills do in tasks of the same k."""
    import numpy as np

    touched = parts_of(rows, lambda skills: skills)
    count = len(touched.names)
    place = {skill: i for i, skill in enumerate(touched.names)}
    sizes = np.array([r.k for r in rows], dtype=np.int64)
    broke = np.array([r.first_broken is not None for r in rows], dtype=bool)
    first = np.array([place.get(r.first_broken or "", -1) for r in rows], dtype=np.int64)
    most = int(sizes.max()) + 1 if len(rows) else 1
    slots = np.bincount(sizes, weights=sizes, minlength=most)
    broken = np.bincount(sizes[broke], minlength=most)
    k, cells = sizes[touched.rows], touched.cells
    mine = (first[touched.rows] == cells).astype(float)
    here = np.bincount(cells * most + k, minlength=count * most).reshape(count, most)
    hits = np.bincount(cells * most + k, weights=mine, minlength=count * most).reshape(count, most)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(slots > here, (broken - hits) / (slots - here), np.nan)
    excess = mine - expected[cells, k]
    codes = codes_of(r.combination for r in rows)[touched.rows]
    order = np.argsort(cells, kind="stable")
    own = np.split(order, np.cumsum(np.bincount(cells, minlength=count))[:-1])
    found = []
    for skill, entries in sorted((name, own[i]) for name, i in place.items()):
        if len(entries) < ENOUGH_ROLLOUTS or len(np.unique(codes[entries])) < ENOUGH_COMBINATIONS:
            continue
        known = entries[np.isfinite(excess[entries])]
        if len(known) >= ENOUGH_ROLLOUTS:
            found.append(_one_sided("skill", skill, excess[known], np.unique(codes[known], return_inverse=True)[1]))
    return found


def _one_sided(kind: str, name: str, excess: "Floats", codes: "Ints") -> _Test:
    """Return the test of a mean above 0."""
    from scipy.special import stdtr

    mean = float(excess.mean())
    found = spread(excess - mean, codes)
    p = float(stdtr(found.freedom, -mean / found.variance**0.5)) if found.variance > 0 else float(mean <= 0)
    return kind, name, mean, len(excess), int(codes.max()) + 1, p


def _levels(rows: Sequence[Rollout], field: str) -> list[_Test]:
    """Test whether success at one span (or novelty) is below that at all others, all else equal."""
    import numpy as np

    known = [r for r in rows if getattr(r, field) is not None]
    values = [getattr(r, field) for r in known]
    if len(set(values)) < 2:
        return []
    codes = codes_of(r.combination for r in known)
    y = np.array([float(r.score or 0.0) for r in known])
    held = controls(known, leave_out=field)
    other = "novelty" if field == "span" else "span"
    if other == "novelty" and all(r.novelty is not None for r in known):
        held = np.concatenate([held, dummies([r.novelty for r in known])[0]], axis=1)
    found = []
    for value in sorted(set(values)):
        has = np.array([v == value for v in values])
        groups = len(np.unique(codes[has]))
        if has.sum() < ENOUGH_ROLLOUTS or groups < ENOUGH_COMBINATIONS:
            continue
        d, _, _, p = fit(y, np.column_stack([has.astype(float), held]), codes, 1)[0]
        if np.isfinite(d):
            worse = p / 2 if d < 0 else 1 - p / 2
            found.append((field, f"{field} {value}", float(d), int(has.sum()), groups, float(worse)))
    return found


def _pairs(rows: Sequence[Rollout]) -> list[tuple[_Test, float]]:
    """Test whether success with both skills of a pair is below what k and the skills themselves account for."""
    import numpy as np
    from scipy.special import expit

    y, weight, skills, held, place = _cells(rows)
    chosen = {r.combination: r.skills for r in rows}
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for combination, i in place.items():
        for pair in combinations(sorted(set(chosen[combination])), 2):
            members[pair].append(i)
    tried = [
        pair
        for pair, own in sorted(members.items())
        if len(own) >= ENOUGH_COMBINATIONS and weight[own].sum() >= ENOUGH_ROLLOUTS
    ]
    if not tried:
        return []
    x = np.column_stack([held, skills])
    sd = np.array([np.inf] * held.shape[1] + [SKILL] * skills.shape[1])
    p = np.clip(expit(x @ fitted(y, x, sd, weights=weight)), 0.01, 0.99)
    spare = max(1.0, len(y) - held.shape[1] - skills.shape[1])
    alike = max(1.0, float((weight * (y - p) ** 2 / (p * (1 - p))).sum()) / spare)
    own = np.array([i for pair in tried for i in members[pair]], dtype=np.int64)
    of = np.repeat(np.arange(len(tried)), [len(members[pair]) for pair in tried])

    def total(values: "Floats") -> "Floats":
        return np.asarray(np.bincount(of, weights=values[own]), dtype=np.float64)

    sizes = np.bincount(of)
    return _pair_tests(tried, sizes, total(weight), total(weight * y), total(weight * p), alike)


def decidable(found: Sequence[tuple[_Test, float]], others: int) -> list[_Test]:
    """Return the tests that could be significant at all, beside ``others`` that always can.

    Tarone 1990, Biometrics 46.
    ``found`` comes with the smallest p value that each can reach: with no success at all.
    """
    bars = sorted(best for _, best in found)
    count = others
    for rank, best in enumerate(bars, 1):
        if best <= (1 - LEVEL) / (others + rank):
            count = others + rank
    return [test for test, best in found if best <= (1 - LEVEL) / max(1, count)]


def _pair_tests(
    tried: Sequence[tuple[str, str]], sizes: "Ints", n: "Floats", won: "Floats", expected: "Floats", alike: float
) -> list[tuple[_Test, float]]:
    """Return the binomial tail of the successes with both skills, each worth 1/``alike`` of an independent one.

    Beside it stands the tail of no success at all.

    A pair is in few combinations: an error estimated from these alone says little, so the one of all combinations is
    used (overdispersion beyond binomial), and the tail is not taken from the normal, which is far off where failures
    are rare.
    """
    import numpy as np
    from scipy.special import betainc

    lost = np.maximum(n - won, 1e-300)
    tail = np.where(won < n, betainc(lost / alike, won / alike + 1, 1 - expected / n), 1.0)
    best = (1 - expected / n) ** (n / alike)
    figures = zip(tried, ((won - expected) / n).tolist(), n.tolist(), sizes.tolist(), tail.tolist(), strict=True)
    return [
        (("pair", " + ".join(pair), difference, int(rollouts), size, p), lowest)
        for (pair, difference, rollouts, size, p), lowest in zip(figures, best.tolist(), strict=True)
    ]


def _cells(rows: Sequence[Rollout]) -> tuple["Floats", "Floats", "Floats", "Floats", dict[str, int]]:
    """Return, a row for each combination: success, rollouts, skills, what is held equal (k, span, novelty); its row."""
    import numpy as np

    grouped: dict[str, list[Rollout]] = defaultdict(list)
    for r in rows:
        grouped[r.combination].append(r)
    kept = [group[0] for group in grouped.values()]
    y = np.array([sum(r.score or 0.0 for r in g) / len(g) for g in grouped.values()])
    weight = np.array([float(len(g)) for g in grouped.values()])
    held = [dummies([r.k for r in kept], keep_first=True)[0]]
    held += [dummies([getattr(r, name) for r in kept])[0] for name in ("span", "novelty")]
    return y, weight, incidence(kept)[0], np.concatenate(held, axis=1), {c: i for i, c in enumerate(grouped)}


def flagged(found: Sequence[Flag], kind: str) -> Mapping[str, Flag]:
    """Return the flagged slices of one kind by name."""
    return {f.name: f for f in found if f.kind == kind and f.flagged}
