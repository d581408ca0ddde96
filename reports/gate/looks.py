"""The first of two looks: a half of the tasks that is fixed before anything ran."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from skillweave.reports.gate.results import TaskResult


def first_half(tasks: Iterable[TaskResult]) -> frozenset[str]:
    """Return the ids of the tasks of half of the combinations, in each stratum of k and span.

    Which half is decided by a hash of the combination. Whatever finished first would be the easy half.
    """
    strata: dict[tuple[int, int | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for task in tasks:
        strata[task.k, task.span][task.combination].append(task.id)
    found: set[str] = set()
    for members in strata.values():
        order = sorted(members, key=lambda name: hashlib.sha256(f"first look|{name}".encode()).hexdigest())
        for name in order[: (len(order) + 1) // 2]:
            found.update(members[name])
    return frozenset(found)


def complete(tasks: Iterable[TaskResult], wanted: frozenset[str], epochs: int) -> bool:
    """Return whether all rollouts of the wanted tasks have ended, scored or not."""
    ended = {t.id: t.of + t.unscored for t in tasks}
    return all(ended.get(name, 0) >= epochs for name in wanted)
