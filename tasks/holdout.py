"""Which combinations are held out: the choice behind `splits`, made so that it costs train little."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import networkx as nx

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

    Sizes are taken from the largest down: a combination inside one that is already held out costs train nothing, so
    the price of "no train combination contains a held-out one" is paid only where nothing cheaper is left.
    """
    rng = random.Random(seed)
    single = [t for t in tasks if t.k == 1]
    choice = _Choice(tasks, _share_singles(single, rng))
    asked: Counter[str] = Counter({"test": 0, "dev": 0})
    exact = {"test": 0.0, "dev": 0.0}
    for stratum in _strata(tasks, spans):
        size = sum(choice.size(unit) for unit in stratum)
        wanted = {}
        for name, share in (("test", test_share), ("dev", dev_share)):
            exact[name] += share * size
            wanted[name] = round(exact[name] - asked[name])
            asked[name] += wanted[name]
        choice.fill(stratum, wanted, rng)
    return Partition(split_of=choice.split_of(), dropped=tuple(choice.dropped), asked=dict(asked))


def _share_singles(tasks: Sequence[TaskSpec], rng: random.Random) -> dict[str, Side]:
    """Share k = 1 tasks between train and control, half and half within each skill and overall.

    Tasks in one world stay together: a world that was practised in must not come back in an evaluation.
    """
    worlds: dict[int, list[TaskSpec]] = {}
    for task in tasks:
        worlds.setdefault(task.world_seed, []).append(task)
    sides: dict[str, Side] = {}
    lead: Counter[str] = Counter()
    """for each skill, its train tasks less its control tasks"""
    trained = 0
    for seed in rng.sample(sorted(worlds), len(worlds)):
        own = sum(lead[t.combination] for t in worlds[seed])
        practise = 2 * trained <= len(sides) if own == 0 else own < 0
        for task in worlds[seed]:
            lead[task.combination] += 1 if practise else -1
            sides[task.id] = "train" if practise else "control"
        trained += len(worlds[seed]) if practise else 0
    return sides


def _strata(tasks: Iterable[TaskSpec], spans: Mapping[str, int | None]) -> list[list[Unit]]:
    """Return the units of k >= 2 by (k, span) of their first combination, large k first."""
    worlds: nx.Graph[Any] = nx.Graph()
    first: dict[str, tuple[int, int]] = {}
    for task in tasks:
        if task.k >= 2:
            span = spans[task.combination]
            first[task.combination] = (-task.k, -1 if span is None else span)
            worlds.add_edge(task.combination, task.world_seed)
    found: dict[tuple[int, int], list[Unit]] = {}
    for part in nx.connected_components(worlds):
        unit = tuple(sorted(node for node in part if isinstance(node, str)))
        found.setdefault(min(first[c] for c in unit), []).append(unit)
    return [sorted(found[key]) for key in sorted(found)]


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

    def size(self, unit: Unit) -> int:
        """Return the number of tasks of a unit."""
        return sum(len(self.members[c]) for c in unit)

    def fill(self, stratum: Sequence[Unit], wanted: dict[str, int], rng: random.Random) -> None:
        """Move units of one stratum out of train until the wanted numbers of tasks are reached."""
        order = rng.sample(list(stratum), len(stratum))
        sorted_at = -1
        while order and max(wanted.values()) > 0:
            if sorted_at != len(self.dropped):  # a drop makes what else lies inside the dropped ones cheaper
                order.sort(key=self._cost, reverse=True)  # cheapest last; ties keep the drawn order
                sorted_at = len(self.dropped)
            unit = order.pop()
            if any(self.side[c] is None for c in unit) or not self._affordable(unit):
                continue
            name = max(sorted(wanted, reverse=True), key=lambda n: wanted[n])
            if self.size(unit) > 2 * wanted[name]:
                continue  # taking it would miss the share by more than leaving it
            self._move(unit, "test" if name == "test" else "dev")
            wanted[name] -= self.size(unit)

    def _supersets_in_train(self, unit: Unit) -> list[str]:
        """Return the train combinations outside the unit that contain one of its combinations."""
        above = dict.fromkeys(c for own in unit for c in self._above[own] if self.side[c] == "train")
        return [c for c in above if c not in unit]

    def _cost(self, unit: Unit) -> int:
        """Tasks that train loses beside the unit's own."""
        return sum(len(self.members[c]) for c in self._supersets_in_train(unit))

    def _affordable(self, unit: Unit) -> bool:
        """Whether train keeps every skill that a held-out combination has, these included."""
        leaving: Counter[str] = Counter()
        for gone in (*unit, *self._supersets_in_train(unit)):
            for skill in self.skills[gone]:
                leaving[skill] += len(self.members[gone])
        needed = self._needed.union(*(self.skills[c] for c in unit))
        return all(self._trained[skill] > count for skill, count in leaving.items() if skill in needed)

    def _move(self, unit: Unit, side: Side) -> None:
        for above in self._supersets_in_train(unit):
            self.side[above] = None
            self._leave_train(above)
            inside = next(c for c in unit if self.skills[c] < self.skills[above])
            self.dropped += [
                Drop(task=t.id, combination=above, reason=f"contains the held-out {inside}")
                for t in self.members[above]
            ]
        for combination in unit:
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
