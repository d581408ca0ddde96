"""What stands out as weak: skills, pairs, spans and novelties, tested one-sided and corrected for looking at all."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from skillweave.reports.adjusted import controls, dummies, fit, holm
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, ENOUGH_ROLLOUTS, LEVEL, codes_of, spread
from skillweave.reports.records import Rollout
from skillweave.reports.regression import SKILL, fit_logit, incidence

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

    slots: Counter[int] = Counter()
    broken: Counter[int] = Counter()
    own: dict[str, list[Rollout]] = defaultdict(list)
    for r in rows:
        slots[r.k] += r.k
        broken[r.k] += r.first_broken is not None
        for s in r.skills:
            own[s].append(r)
    found = []
    for skill, tasks in sorted(own.items()):
        codes = codes_of(r.combination for r in tasks)
        if len(tasks) < ENOUGH_ROLLOUTS or codes.max() + 1 < ENOUGH_COMBINATIONS:
            continue
        mine = np.array([float(r.first_broken == skill) for r in tasks])
        here = Counter(r.k for r in tasks)
        hits = Counter(r.k for r in tasks if r.first_broken == skill)
        expected = {k: (broken[k] - hits[k]) / rest if (rest := slots[k] - n) else np.nan for k, n in here.items()}
        excess = mine - np.array([expected[r.k] for r in tasks])
        known = np.isfinite(excess)
        if known.sum() < ENOUGH_ROLLOUTS:
            continue
        codes = codes_of(codes[known].tolist())
        found.append(_one_sided("skill", skill, excess[known], codes))
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

    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    sizes: Counter[tuple[str, str]] = Counter()
    for r in rows:
        for pair in combinations(sorted(set(r.skills)), 2):
            members[pair].add(r.combination)
            sizes[pair] += 1
    tried = [p for p in sorted(members) if len(members[p]) >= ENOUGH_COMBINATIONS and sizes[p] >= ENOUGH_ROLLOUTS]
    if not tried:
        return []
    y, weight, skills, held, place = _cells(rows)
    x = np.column_stack([held, skills])
    sd = np.array([np.inf] * held.shape[1] + [SKILL] * skills.shape[1])
    beta, _, _ = fit_logit(y, x, sd, weights=weight)
    p = np.clip(expit(x @ beta), 0.01, 0.99)
    spare = max(1.0, len(y) - held.shape[1] - skills.shape[1])
    alike = max(1.0, float((weight * (y - p) ** 2 / (p * (1 - p))).sum()) / spare)
    found = []
    for pair in tried:
        own = np.array(sorted(place[c] for c in members[pair]))
        found.append(_pair(pair, y[own], p[own], weight[own], alike))
    return found


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


def _pair(pair: tuple[str, str], y: "Floats", p: "Floats", w: "Floats", alike: float) -> tuple[_Test, float]:
    """Return the binomial tail of the successes with both skills, each worth 1/``alike`` of an independent one.

    Beside it stands the tail of no success at all.

    A pair is in few combinations: an error estimated from these alone says little, so the one of all combinations is
    used (overdispersion beyond binomial), and the tail is not taken from the normal, which is far off where failures
    are rare.
    """
    from scipy.special import betainc

    n, won, expected = float(w.sum()), float((w * y).sum()), float((w * p).sum())
    tail = float(betainc((n - won) / alike, won / alike + 1, 1 - expected / n)) if won < n else 1.0
    test = ("pair", " + ".join(pair), (won - expected) / n, int(n), len(y), tail)
    return test, float((1 - expected / n) ** (n / alike))


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
