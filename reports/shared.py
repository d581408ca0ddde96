"""Intervals for statements about new skills: combinations share skills, so they are not independent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from skillweave.reports.intervals import LEVEL, Estimate, Spread, codes_of, spread, wilson_at
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from skillweave.reports.intervals import Floats, Ints

FLOOR, SHORT = 0.7, 1.25
"""calibrated in benchmarks/calibration.py: the least share of the variance that ignores sharing, and by how much the
part due to sharing falls short, as combinations share more than one skill"""
_ROWS = 2000
"""combinations whose partners are looked up together: all at once would not fit into memory"""
MOST_SHARING = 0.8
"""share of pairs of combinations with a skill in common beyond which nothing can be said of new skills"""


def new_skills(rollouts: Sequence[Rollout], *, level: float = LEVEL) -> Estimate | None:
    """Return the success rate with an interval for skills like these; None where the skills are too few to say."""
    import numpy as np

    scored = [r for r in rollouts if r.score is not None and r.skills]
    if not scored:
        return None
    codes = codes_of(r.combination for r in scored)
    first: dict[str, tuple[str, ...]] = {}
    for r in scored:
        first.setdefault(r.combination, r.skills)
    y = np.array([float(r.score or 0.0) for r in scored])
    return new_skills_of(y, codes, membership(list(first.values())), level=level)


def membership(combinations: Sequence[Sequence[str]]) -> "csr_array":
    """Return the combinations x skills incidence."""
    import numpy as np
    from scipy.sparse import csr_array

    skill = codes_of(s for c in combinations for s in c)
    row = np.repeat(np.arange(len(combinations)), [len(c) for c in combinations])
    shape = (len(combinations), int(skill.max()) + 1 if len(skill) else 0)
    return csr_array((np.ones(len(skill)), (row, skill)), shape=shape)


def new_skills_of(outcomes: "Floats", codes: "Ints", members: "csr_array", *, level: float = LEVEL) -> Estimate | None:
    """Return the rate with an interval robust to shared skills; ``members`` has a row for each code.

    The variance sums the products of residuals over all pairs of combinations with a skill in common (Aronow, Samii &
    Assenova 2015, Political Analysis 23, for pairs; here for sets), divided by one minus the share of such pairs, since
    residuals from a common mean add up to nothing. A sum over few skills may come out too small by chance, so it is
    not taken below a share of the variance that ignores sharing.
    """
    found = shared_spread(outcomes - outcomes.mean(), codes, members)
    if found is None:
        return None
    mean = float(outcomes.mean())
    return rate_with(mean, found, n=len(outcomes), units=members.shape[0], level=level)


def shared_spread(residuals: "Floats", codes: "Ints", members: "csr_array") -> Spread | None:
    """Return the variance of a mean over combinations that share skills; None where nearly all of them do."""
    import numpy as np

    total = len(residuals)
    weight = np.bincount(codes, minlength=members.shape[0]) / total
    sums = np.bincount(codes, weights=residuals, minlength=members.shape[0]) / total
    density, together = _with_a_skill_in_common(members, weight, sums)
    if density > MOST_SHARING:
        return None
    apart = spread(residuals, codes)
    slots = np.asarray(members.T @ weight)
    skills = float(slots.sum()) ** 2 / float((slots**2).sum())
    if skills < 2:
        return None
    variance = together / (1 - density) * skills / (skills - 1)
    freedom = max(1.0, (skills - 1) * (1 - density))
    variance = apart.variance + SHORT * (variance - apart.variance)
    return Spread(variance=max(variance, FLOOR * apart.variance), freedom=freedom)


def _with_a_skill_in_common(members: "csr_array", weight: "Floats", sums: "Floats") -> tuple[float, float]:
    """Return the sums of weight_i weight_j and of sums_i sums_j over pairs of rows that share a column."""
    found = [0.0, 0.0]
    for start in range(0, members.shape[0], _ROWS):
        rows = slice(start, start + _ROWS)
        common = (members[rows] @ members.T).tocsr()
        common.data[:] = 1.0
        found[0] += float(weight[rows] @ (common @ weight))
        found[1] += float(sums[rows] @ (common @ sums))
    return found[0], found[1]


def rate_with(mean: float, found: Spread, *, n: int, units: int, level: float = LEVEL) -> Estimate:
    """Return a rate with the Wilson interval that a spread allows."""
    low, high = wilson_at(mean, found, n, level)
    return Estimate(rate=mean, low=low, high=high, n=n, combinations=units, method="shared skills")
