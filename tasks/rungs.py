"""Which combinations to hold out so that a novelty rung gets filled: classes of combinations of equal abstraction.

Holding out one combination of many that look alike one level up leaves it a sibling of something practised (novelty 1).
Novelty r needs the whole class that shares its abstraction at level L - r + 1 to be held out, and the class one level
higher to stay.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from skillweave.tasks.novelty import Ladder, possible_rungs
from skillweave.taxonomy.tree import Taxonomy

Class = tuple[str, ...]
NO_RUNG = -1
"""for combinations of a size that was never practised"""


class Rungs(Protocol):
    """How novel combinations would be if they were held out now."""

    def classes(self, combinations: Sequence[str]) -> dict[int, list[Class]]:
        """Return by rung the classes of combinations that would have to be held out together to stand on it."""

    def rung(self, combination: str, group: Sequence[str]) -> int | None:
        """Return the novelty of a combination once a group is held out; None where its size would be unpractised."""

    def gone(self, combination: str) -> None:
        """Note that a combination left train."""


class TrainRungs:
    """Novelty with respect to train, which shrinks as combinations are held out."""

    def __init__(self, skills: Mapping[str, frozenset[str]], taxonomy: Taxonomy) -> None:
        self._levels = taxonomy.levels
        self._rungs = [r for r in possible_rungs(taxonomy) if r]
        path = {s: [taxonomy.ancestor(s, level) for level in range(self._levels + 1)] for s in taxonomy.skills}
        numbers: dict[tuple[int, tuple[str, ...]], int] = {}
        self._keys: dict[str, tuple[int, ...]] = {}
        for combination, own in skills.items():
            unknown = sorted(own - path.keys())
            if unknown:
                taxonomy.path(unknown[0])  # raises, with the near names
            key = []
            for level in range(self._levels + 1):
                abstraction = (level, tuple(sorted(path[s][level] for s in own)))
                key.append(numbers.setdefault(abstraction, len(numbers)))
            self._keys[combination] = tuple(key)
        self._count = Counter(number for key in self._keys.values() for number in key)

    def classes(self, combinations: Sequence[str]) -> dict[int, list[Class]]:
        """Return the classes at level L - r + 1 for each rung r that this tree can have."""
        found: dict[int, list[Class]] = {}
        for rung in self._rungs:
            groups: dict[int, list[str]] = {}
            for combination in combinations:
                groups.setdefault(self._keys[combination][self._levels - rung + 1], []).append(combination)
            found[rung] = [tuple(group) for group in groups.values()]
        return found

    def rung(self, combination: str, group: Sequence[str]) -> int | None:
        """Return L minus the deepest level at which train keeps one of the same abstraction."""
        key = self._keys[combination]
        keys = [self._keys[c] for c in group]
        for level in range(self._levels, -1, -1):
            if self._count[key[level]] > sum(k[level] == key[level] for k in keys):
                return self._levels - level
        return None

    def gone(self, combination: str) -> None:
        """Note that a combination left train."""
        self._count.subtract(self._keys[combination])


class FixedRungs:
    """Novelty with respect to a declared exposure, which no choice changes."""

    def __init__(self, skills: Mapping[str, frozenset[str]], ladder: Ladder) -> None:
        self._rung = {c: ladder.novelty(own) for c, own in skills.items()}

    def classes(self, combinations: Sequence[str]) -> dict[int, list[Class]]:
        """Return each combination by itself, on the rung it has."""
        found: dict[int, list[Class]] = {}
        for combination in combinations:
            rung = self._rung[combination]
            found.setdefault(NO_RUNG if rung is None else rung, []).append((combination,))
        return found

    def rung(self, combination: str, group: Sequence[str]) -> int | None:
        """Return the rung that the combination has, whoever is held out."""
        found = self._rung[combination]
        return NO_RUNG if found is None else found

    def gone(self, combination: str) -> None:
        """Nothing changes."""
