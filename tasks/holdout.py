"""Which combinations are held out: the choice behind `splits`, made so that it costs train little."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from skillweave.tasks.spec import TaskSpec

Side = Literal["train", "dev", "test", "control"]
Unit = tuple[str, ...]
"""combinations whose tasks share worlds, and that therefore stay on one side"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A task that is in no split, and why."""

    task: str
    combination: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The outcome of a choice."""

    split_of: dict[str, Side]
    """split by task id; dropped tasks have none"""
    dropped: tuple[Drop, ...]
    asked: dict[str, int]
    """tasks of k >= 2 that the shares ask for, by split"""


def hold_out(
    tasks: Sequence[TaskSpec],
    spans: Mapping[str, int | None],
    *,
    seed: int,
    test_share: float,
    dev_share: float,
) -> Partition:
    """Return the split of each task: k = 1 between train and control, longer combinations by a stratified choice.

    Combinations that share a world stay together. Sizes are taken from the largest down: a combination inside one that
    is already held out costs train nothing, so the price of "no train combination contains a held-out one" is paid only
    where nothing cheaper is left.
    """
    rng = random.Random(seed)
    choice = _Choice(tasks, _share_singles([t for t in tasks if t.k == 1], rng))
    exact, held = {"test": 0.0, "dev": 0.0}, {"test": 0, "dev": 0}
    for stratum in _strata([t for t in tasks if t.k >= 2], spans):
        sizes = [choice.size(unit) for unit in stratum]
        wanted = {}
        for name, share in (("test", test_share), ("dev", dev_share)):
            exact[name] += share * sum(sizes)
            # What earlier strata missed is made up for, by one unit at most: the others keep their share.
            wanted[name] = min(round(exact[name] - held[name]), round(share * sum(sizes)) + max(sizes))
        for name, count in choice.fill(stratum, wanted, rng).items():
            held[name] += count
    asked = {name: round(value) for name, value in exact.items()}
    return Partition(split_of=choice.split_of(), dropped=tuple(choice.dropped), asked=asked)


def _units(tasks: Iterable[TaskSpec]) -> list[Unit]:
    """Return the combinations in groups that share no world with each other, in a fixed order."""
    parent: dict[str, str] = {}

    def root(combination: str) -> str:
        while parent[combination] != combination:
            combination = parent[combination]
        return combination

    first: dict[int, str] = {}
    for task in sorted(tasks, key=lambda t: t.id):
        own = root(parent.setdefault(task.combination, task.combination))
        other = root(first.setdefault(task.world_seed, task.combination))
        parent[max(own, other)] = min(own, other)
    groups: dict[str, list[str]] = {}
    for combination in sorted(parent):
        groups.setdefault(root(combination), []).append(combination)
    return [tuple(group) for group in groups.values()]


def _share_singles(tasks: Sequence[TaskSpec], rng: random.Random) -> dict[str, Side]:
    """Share k = 1 tasks between train and control, half and half overall and, where its worlds allow, by skill.

    Tasks in one world stay together: a world that was practised in must not come back in an evaluation.
    """
    worlds: dict[int, list[TaskSpec]] = {}
    for task in sorted(tasks, key=lambda t: t.id):
        worlds.setdefault(task.world_seed, []).append(task)
    sides: dict[str, Side] = {}
    lead: Counter[str] = Counter()
    for world in rng.sample(sorted(worlds), len(worlds)):
        together = worlds[world]
        ahead = sum(lead[s] for s in {t.combination for t in together}) or sum(lead.values())
        side: Side = "train" if ahead <= 0 else "control"
        for task in together:
            sides[task.id] = side
            lead[task.combination] += 1 if side == "train" else -1
    return sides


def _strata(tasks: Sequence[TaskSpec], spans: Mapping[str, int | None]) -> list[list[Unit]]:
    """Return the units of combinations by (k, span) of their first combination, large k first."""
    size = {task.combination: task.k for task in tasks}
    found: dict[tuple[int, int], list[Unit]] = {}
    for unit in _units(tasks):
        span = spans[unit[0]]
        found.setdefault((-size[unit[0]], -1 if span is None else span), []).append(unit)
    return [found[key] for key in sorted(found)]


@dataclass(slots=True)
class _Choice:
    """The state of the choice: who is where, and how often train still has each skill."""

    tasks: Sequence[TaskSpec]
    singles: dict[str, Side]
    members: dict[str, list[TaskSpec]] = field(default_factory=dict)
    side: dict[str, Side | None] = field(default_factory=dict)
    """split of each combination; None once it is dropped"""
    dropped: list[Drop] = field(default_factory=list)
    skills: dict[str, frozenset[str]] = field(default_factory=dict)
    _above: dict[str, list[str]] = field(default_factory=dict)
    _trained: Counter[str] = field(default_factory=Counter)
    _needed: set[str] = field(default_factory=set)
    """skills of held-out combinations"""

    def __post_init__(self) -> None:
        for task in self.tasks:
            if task.k >= 2:
                self.members.setdefault(task.combination, []).append(task)
            if task.k >= 2 or self.singles[task.id] == "train":
                self._trained.update(task.skills)
        self.side = dict.fromkeys(self.members, "train")
        self.skills = {c: frozenset(tasks[0].skills) for c, tasks in self.members.items()}
        holders: dict[str, list[str]] = {}
        for combination, skills in sorted(self.skills.items()):
            for skill in skills:
                holders.setdefault(skill, []).append(combination)
        for combination, skills in self.skills.items():
            rarest = min((holders[s] for s in sorted(skills)), key=len)
            self._above[combination] = [c for c in rarest if skills < self.skills[c]]

    def fill(self, stratum: Sequence[Unit], wanted: Mapping[str, int], rng: random.Random) -> dict[str, int]:
        """Move units of one stratum out of train until about the wanted numbers of tasks are held out; return them."""
        left = dict(wanted)
        order = rng.sample(list(stratum), len(stratum))
        sorted_at = -1
        while order and max(left.values()) > 0:
            if sorted_at != len(self.dropped):  # a drop makes what else lies inside the dropped ones cheaper
                order.sort(key=self._cost, reverse=True)  # cheapest last; ties keep the drawn order
                sorted_at = len(self.dropped)
            unit = order.pop()
            size = self.size(unit)
            name = max(sorted(left, reverse=True), key=lambda n: left[n])
            if size == 0 or size > 2 * left[name] or not self._affordable(unit):
                continue  # a unit that misses the share by more than leaving it would is left
            self._move(unit, "test" if name == "test" else "dev")
            left[name] -= size
        return {name: wanted[name] - left[name] for name in wanted}

    def size(self, unit: Unit) -> int:
        """Return how many tasks a unit has in train."""
        return sum(len(self.members[c]) for c in unit if self.side[c] == "train")

    def _containing(self, unit: Unit) -> list[str]:
        """Return the train combinations outside a unit that contain one of it."""
        above = {c for own in unit if self.side[own] == "train" for c in self._above[own] if self.side[c] == "train"}
        return sorted(above - set(unit))

    def _cost(self, unit: Unit) -> float:
        """Tasks that train loses beside the unit's own, for each of these."""
        return sum(len(self.members[c]) for c in self._containing(unit)) / max(1, self.size(unit))

    def _affordable(self, unit: Unit) -> bool:
        """Whether train keeps every skill that a held-out combination has, this unit's included."""
        own = [c for c in unit if self.side[c] == "train"]
        leaving: Counter[str] = Counter()
        for gone in (*own, *self._containing(unit)):
            for skill in self.skills[gone]:
                leaving[skill] += len(self.members[gone])
        needed = self._needed.union(*(self.skills[c] for c in own))
        return all(self._trained[skill] > count for skill, count in leaving.items() if skill in needed)

    def _move(self, unit: Unit, side: Side) -> None:
        for above in self._containing(unit):
            inside = next(c for c in unit if self.side[c] == "train" and self.skills[c] < self.skills[above])
            self.side[above] = None
            self._leave_train(above)
            self.dropped += [
                Drop(task=t.id, combination=above, reason=f"contains the held-out {inside}")
                for t in self.members[above]
            ]
        for combination in unit:
            if self.side[combination] == "train":
                self.side[combination] = side
                self._leave_train(combination)
                self._needed |= self.skills[combination]

    def _leave_train(self, combination: str) -> None:
        for task in self.members[combination]:
            self._trained.subtract(task.skills)

    def split_of(self) -> dict[str, Side]:
        """Return the split of each task that has one."""
        found: dict[str, Any] = {t.id: self.singles[t.id] if t.k == 1 else self.side[t.combination] for t in self.tasks}
        return {task: side for task, side in found.items() if side is not None}
