"""Who is held out: the state that every way to split moves combinations in, and the rules that no move may break.

No train combination contains a held-out one; every skill of a held-out combination stays in train; families and
combinations that share a world go together. A way to split only chooses which to move.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from skillweave.tasks.units import Bench

HeldOut = Literal["test", "dev"]
Side = Literal["train", "dev", "test", "control"]
ENUMERATED = 10
"""largest combination whose subsets are looked up one by one"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A task that is in no split, and why."""

    task: str
    combination: str
    reason: str


class Holdout:
    """Where each combination of k >= 2 stands, and how often train still has each skill."""

    def __init__(self, bench: Bench, singles: Mapping[str, Side]) -> None:
        """``singles`` is the side of each task of k <= 1 that follows no combination."""
        self.bench = bench
        self.side: dict[str, Side | None] = dict.fromkeys(bench.members, "train")
        """None once a combination is dropped"""
        self.dropped: list[Drop] = []
        self.skills = {c: frozenset(tasks[0].skills) for c, tasks in bench.members.items()}
        self.weight = {c: len(tasks) for c, tasks in bench.members.items()}
        self.trained: Counter[str] = Counter()
        self.needed: set[str] = set()
        """skills of held-out combinations"""
        for combination in bench.members:
            for task in bench.tasks(combination):
                self.trained.update(task.skills)
        for task in bench.singles:
            if singles[task.id] == "train":
                self.trained.update(task.skills)
        self.above, self.below = _containment(self.skills)

    def train(self) -> list[str]:
        """Return the combinations that are in train."""
        return [c for c, side in self.side.items() if side == "train"]

    def group(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Return combinations and all that share a world with them, as far as they are in train."""
        found = {member for c in chosen for member in self.bench.unit_of[c]}
        return tuple(sorted(c for c in found if self.side[c] == "train"))

    def size(self, group: Iterable[str]) -> int:
        """Return how many tasks of k >= 2 a group has."""
        return sum(self.weight[c] for c in group)

    def containing(self, group: Sequence[str]) -> list[str]:
        """Return the train combinations outside a group that contain one of it."""
        above = {c for own in group for c in self.above[own] if self.side[c] == "train"}
        return sorted(above.difference(group))

    def cost(self, group: Sequence[str]) -> float:
        """Return how many tasks train loses beside the group's own, for each of these."""
        return self.size(self.containing(group)) / max(1, self.size(group))

    def missing(self, group: Sequence[str]) -> list[str]:
        """Return the skills that held-out combinations, this group's included, would need and train would lack."""
        leaving: Counter[str] = Counter()
        for gone in (*group, *self.containing(group)):
            for task in self.bench.tasks(gone):
                leaving.update(task.skills)
        needed = self.needed.union(*(self.skills[c] for c in group))
        return sorted(skill for skill in needed if self.trained[skill] <= leaving[skill])

    def affordable(self, group: Sequence[str]) -> bool:
        """Whether train keeps every skill that a held-out combination has, once this group is held out too."""
        return not self.missing(group)

    def move(self, group: Sequence[str], side: HeldOut) -> list[str]:
        """Hold a group out; return the train combinations that are dropped for containing one of it."""
        return self.move_all(dict.fromkeys(group, side))

    def move_all(self, sides: Mapping[str, HeldOut]) -> list[str]:
        """Hold combinations out together, each on its side, so that none is dropped for containing another of them."""
        group = list(sides)
        above = self.containing(group)
        for combination in above:
            inside = next(c for c in group if self.skills[c] < self.skills[combination])
            self.drop(combination, f"contains the held-out {inside}")
        for combination, side in sides.items():
            self.side[combination] = side
            self._leave_train(combination)
            self.needed |= self.skills[combination]
        return above

    def drop(self, combination: str, reason: str) -> None:
        """Take a combination and what follows it out of all splits."""
        self.side[combination] = None
        self._leave_train(combination)
        self.dropped += [Drop(task=t.id, combination=combination, reason=reason) for t in self.bench.tasks(combination)]

    def _leave_train(self, combination: str) -> None:
        for task in self.bench.tasks(combination):
            self.trained.subtract(task.skills)


def _containment(skills: Mapping[str, frozenset[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return for each combination those that properly contain it, and those that it properly contains."""
    known = {own: c for c, own in skills.items()}
    sizes = sorted({len(own) for own in skills.values()})
    above: dict[str, list[str]] = {c: [] for c in skills}
    below: dict[str, list[str]] = {c: [] for c in skills}
    for combination, own in skills.items():
        if len(own) <= ENUMERATED:
            names = sorted(own)
            subsets = (frozenset(s) for size in sizes if size < len(own) for s in combinations(names, size))
            inside = [known[s] for s in subsets if s in known]
        else:
            inside = [c for c, other in skills.items() if other < own]
        below[combination] = inside
        for c in inside:
            above[c].append(combination)
    return above, below
