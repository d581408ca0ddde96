"""What has to stay together in a split: families, and combinations whose tasks share a world."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillweave.tasks.spec import TaskSpec

Unit = tuple[str, ...]
"""combinations whose tasks share worlds, and that therefore stay on one side"""
MAIN = "combination"


def family_of(task: TaskSpec) -> str:
    """Return the family of a task; a task that names none is one with its combination."""
    return task.family or task.combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A task set, sorted by what decides where a task goes."""

    members: Mapping[str, tuple[TaskSpec, ...]]
    """combination of k >= 2 -> its tasks"""
    attached: Mapping[str, tuple[TaskSpec, ...]]
    """combination -> tasks that follow it: variants of its tasks; atoms, pairs and base of its families; short tasks in
    its worlds"""
    singles: tuple[TaskSpec, ...]
    """tasks of k <= 1 that follow no combination"""
    unit_of: Mapping[str, Unit]

    def tasks(self, combination: str) -> tuple[TaskSpec, ...]:
        """Return all tasks that go where the combination goes."""
        return (*self.members[combination], *self.attached.get(combination, ()))


def sort_tasks(tasks: Sequence[TaskSpec]) -> Bench:
    """Return the tasks by what decides their side; the order of the tasks makes no difference."""
    ordered = sorted(tasks, key=lambda t: t.id)
    ids = {t.id for t in ordered}
    variants = {t.id for t in ordered if t.variant is not None and t.variant.of in ids}
    anchor = {family_of(t): t.combination for t in ordered if t.k >= 2 and t.role == MAIN}
    members: dict[str, list[TaskSpec]] = {}
    attached: dict[str, list[TaskSpec]] = {}
    singles: list[TaskSpec] = []
    for task in ordered:
        own = task.role == MAIN
        if task.id in variants and task.k >= 2 and own:
            attached.setdefault(task.combination, []).append(task)  # its base is among the members
        elif task.k >= 2 and (own or family_of(task) not in anchor):
            members.setdefault(task.combination, []).append(task)
        elif not own and family_of(task) in anchor:
            attached.setdefault(anchor[family_of(task)], []).append(task)
        else:
            singles.append(task)
    links = _Links()
    for combination in sorted(members):
        for task in (*members[combination], *attached.get(combination, ())):
            links.join(combination, task.world_seed)
    free = []
    for task in singles:
        home = links.home(task.world_seed)
        if home is None:
            free.append(task)
        else:
            attached.setdefault(home, []).append(task)
    return Bench(
        members={c: tuple(members[c]) for c in sorted(members)},
        attached={c: tuple(found) for c, found in attached.items()},
        singles=tuple(free),
        unit_of=links.units(),
    )


def components(groups: Mapping[Any, Iterable[Any]]) -> list[tuple[Any, ...]]:
    """Return the keys in groups that share a value with each other, directly or through others; sorted.

    >>> components({"a": [1], "b": [2, 3], "c": [3]})
    [('a',), ('b', 'c')]
    """
    links = _Links()
    for key in sorted(groups):
        for value in groups[key]:
            links.join(key, value)
    return sorted(set(links.units().values()))


class _Links:
    """Union-find over keys that share values."""

    def __init__(self) -> None:
        self._parent: dict[Any, Any] = {}
        self._first: dict[Any, Any] = {}

    def _root(self, key: Any) -> Any:
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, key: Any, value: Any) -> None:
        own = self._root(self._parent.setdefault(key, key))
        other = self._root(self._first.setdefault(value, key))
        self._parent[max(own, other)] = min(own, other)

    def home(self, value: Any) -> Any | None:
        """Return the key that a value was first seen with."""
        return self._first.get(value)

    def units(self) -> dict[Any, tuple[Any, ...]]:
        """Return for each key the sorted keys that it is linked with, itself included."""
        groups: dict[Any, list[Any]] = {}
        for key in sorted(self._parent):
            groups.setdefault(self._root(key), []).append(key)
        return {key: tuple(group) for group in groups.values() for key in group}
