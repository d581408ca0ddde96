"""Success in many parts of a run at once: the estimates of `intervals.success`, without a walk for each part."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from skillweave.reports.intervals import Estimate, codes_of, rates_of
from skillweave.reports.records import Rollout

if TYPE_CHECKING:
    from skillweave.reports.intervals import Floats, Ints

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[Key]):
    """Which rollout is in which part: an entry for each time that one is in one."""

    names: tuple[Key, ...]
    rows: "Ints"
    """of an entry: the place of the rollout"""
    cells: "Ints"
    """of an entry: the place of the part in ``names``"""


def parts_of(rollouts: Sequence[Rollout], parts: Callable[[tuple[str, ...]], Iterable[Key]]) -> Parts[Key]:
    """Return the parts that rollouts are in by their skills; ``parts`` is asked once for each set of skills."""
    import numpy as np

    place: dict[Key, int] = {}
    known: dict[tuple[str, ...], list[int]] = {}
    for r in rollouts:
        if r.skills not in known:
            known[r.skills] = [place.setdefault(part, len(place)) for part in parts(r.skills)]
    cells = [known[r.skills] for r in rollouts]
    rows = np.repeat(np.arange(len(rollouts)), np.fromiter(map(len, cells), dtype=np.int64, count=len(cells)))
    return Parts(
        names=tuple(place), rows=rows, cells=np.fromiter(chain.from_iterable(cells), dtype=np.int64, count=len(rows))
    )


def scores_of(rollouts: Sequence[Rollout]) -> "Floats":
    """Return the scores, NaN where there is none."""
    import numpy as np

    scores = (np.nan if r.score is None else r.score for r in rollouts)
    return np.fromiter(scores, dtype=np.float64, count=len(rollouts))


def successes(rollouts: Sequence[Rollout], parts: Parts[Key]) -> list[Estimate]:
    """Return the success of each part, in the order of their names."""
    import numpy as np

    scores = scores_of(rollouts)[parts.rows]
    codes = codes_of(r.combination for r in rollouts)[parts.rows]
    known = np.isfinite(scores)
    count = len(parts.names)
    unscored = np.bincount(parts.cells[~known], minlength=count)
    return rates_of(scores[known], codes[known], parts.cells[known], count, unscored=unscored)


def success_by(rollouts: Sequence[Rollout], values: Sequence[Key | None]) -> dict[Key, Estimate]:
    """Return the success for each value, given one for each rollout; None is in no part."""
    import numpy as np

    place: dict[Key, int] = {}
    cells = np.array([-1 if v is None else place.setdefault(v, len(place)) for v in values], dtype=np.int64)
    rows = np.flatnonzero(cells >= 0)
    found = successes(rollouts, Parts(names=tuple(place), rows=rows, cells=cells[rows]))
    return dict(zip(place, found, strict=True))
