"""Which combinations are held out: the choice behind `splits`, made so that it costs train little."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from skillweave.tasks.spec import TaskSpec

Side = Literal["train", "dev", "test", "control"]


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
        size = sum(len(choice.members[c]) for c in stratum)
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
    worlds: dict[str, dict[int, list[str]]] = {}
    for task in tasks:
        worlds.setdefault(task.combination, {}).setdefault(task.world_seed, []).append(task.id)
    sides: dict[str, Side] = {}
    trained = 0
    for skill in rng.sample(sorted(worlds), len(worlds)):
        own = 0
        for seed in rng.sample(sorted(worlds[skill]), len(worlds[skill])):
            ids = worlds[skill][seed]
            practise = 2 * trained <= len(sides) if own == 0 else own < 0
            own += len(ids) if practise else -len(ids)
            trained += len(ids) if practise else 0
            sides.update(dict.fromkeys(ids, "train" if practise else "control"))
    return sides


def _strata(tasks: Iterable[TaskSpec], spans: Mapping[str, int | None]) -> list[list[str]]:
    """Return the combinations of k >= 2 by (k, span), large k first."""
    found: dict[tuple[int, int], set[str]] = {}
    for task in tasks:
        span = spans[task.combination]
        if task.k >= 2:
            found.setdefault((-task.k, -1 if span is None else span), set()).add(task.combination)
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

    def fill(self, stratum: Sequence[str], wanted: dict[str, int], rng: random.Random) -> None:
        """Move combinations of one stratum out of train until the wanted numbers of tasks are reached."""
        order = rng.sample(list(stratum), len(stratum))
        sorted_at = -1
        while order and max(wanted.values()) > 0:
            if sorted_at != len(self.dropped):  # a drop makes what else lies inside the dropped ones cheaper
                order.sort(key=self._cost, reverse=True)  # cheapest last; ties keep the drawn order
                sorted_at = len(self.dropped)
            combination = order.pop()
            if self.side[combination] is None or not self._affordable(combination):
                continue
            name = max(sorted(wanted, reverse=True), key=lambda n: wanted[n])
            if len(self.members[combination]) > 2 * wanted[name]:
                continue  # taking it would miss the share by more than leaving it
            self._move(combination, "test" if name == "test" else "dev")
            wanted[name] -= len(self.members[combination])

    def _supersets_in_train(self, combination: str) -> list[str]:
        return [c for c in self._above[combination] if self.side[c] == "train"]

    def _cost(self, combination: str) -> int:
        """Tasks that train loses beside the combination's own."""
        return sum(len(self.members[c]) for c in self._supersets_in_train(combination))

    def _affordable(self, combination: str) -> bool:
        """Whether train keeps every skill that a held-out combination has, this one included."""
        leaving: Counter[str] = Counter()
        for gone in (combination, *self._supersets_in_train(combination)):
            for skill in self.skills[gone]:
                leaving[skill] += len(self.members[gone])
        needed = self._needed | self.skills[combination]
        return all(self._trained[skill] > count for skill, count in leaving.items() if skill in needed)

    def _move(self, combination: str, side: Side) -> None:
        for above in self._supersets_in_train(combination):
            self.side[above] = None
            self._leave_train(above)
            self.dropped += [
                Drop(task=t.id, combination=above, reason=f"contains the held-out {combination}")
                for t in self.members[above]
            ]
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
