"""What is known of tasks that others wrote: which of them doing nothing passes, their groups, and further measures."""

from collections import defaultdict
from collections.abc import Sequence

from skillweave.reports.intervals import Estimate, codes_of, rate_of
from skillweave.reports.records import Rollout
from skillweave.reports.stats import by
from skillweave.tasks.foreign import NOP

IDLE, REST = "doing nothing passes", "the rest"


def by_idle(rollouts: Sequence[Rollout]) -> dict[str, Estimate]:
    """Return success on the tasks that doing nothing passes, and on the rest; {} where there are none of the former."""
    if not any(NOP in r.labels for r in rollouts):
        return {}
    return by(rollouts, lambda r: IDLE if NOP in r.labels else REST)


def by_group(rollouts: Sequence[Rollout]) -> dict[str, Estimate]:
    """Return success by what the tasks' authors put them under; {} where that is one group or none."""
    found = by(rollouts, lambda r: r.group or None)
    return found if len(found) > 1 else {}


def measures(rollouts: Sequence[Rollout]) -> dict[str, Estimate]:
    """Return the mean of each further measure over the scored rollouts that have it, clustered by combination."""
    import numpy as np

    values: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for r in rollouts:
        for name, value in r.measures.items():
            values[name].append((value, r.combination))
    return {
        name: rate_of(
            np.array([value for value, _ in found], dtype=float),
            codes_of(combination for _, combination in found),
            binary=all(value in (0.0, 1.0) for value, _ in found),
        )
        for name, found in sorted(values.items())
    }
