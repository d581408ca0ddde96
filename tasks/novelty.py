"""How much of a combination is new with respect to a declared exposure."""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Literal

from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.tree import Taxonomy

Length = Literal["seen", "interpolated", "shorter", "longer"]
Edge = tuple[str, str]


class Exposure:
    """The combinations that an agent is known to have practised; equal sets count once."""

    def __init__(self, combinations: Iterable[Collection[str]]) -> None:
        self.combinations = tuple(sorted({tuple(sorted(set(c))) for c in combinations}))

    def __len__(self) -> int:
        return len(self.combinations)

    @cached_property
    def sha256(self) -> str:
        """The identity of this exposure, whatever the order of its combinations."""
        return digest(self.combinations)

    @cached_property
    def sizes(self) -> frozenset[int]:
        """The sizes k that were practised."""
        return frozenset(map(len, self.combinations))

    @cached_property
    def _with(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, combination in enumerate(self.combinations):
            for skill in combination:
                found.setdefault(skill, []).append(number)
        return found

    def length(self, k: int) -> Length | None:
        """Return how a size relates to the practised sizes; None where nothing was practised."""
        if not self.sizes:
            return None
        if k in self.sizes:
            return "seen"
        if k < min(self.sizes):
            return "shorter"
        return "longer" if k > max(self.sizes) else "interpolated"

    def largest_practised(self, skills: Collection[str]) -> tuple[str, ...]:
        """Return the largest subset of the skills that was practised together, in alphabetical order.

        Of several subsets of this size the alphabetically first.

        >>> Exposure([("a", "b", "x"), ("c", "y")]).largest_practised(("a", "b", "c"))
        ('a', 'b')
        """
        distinct = set(skills)
        shared = Counter(number for skill in distinct for number in self._with.get(skill, ()))
        if not shared:
            return ()
        most = max(shared.values())
        return min(
            tuple(s for s in self.combinations[number] if s in distinct)
            for number, count in shared.items()
            if count == most
        )

    def holds(self, skills: Collection[str]) -> bool:
        """Return whether the skills lie inside a practised combination, or are one."""
        return len(self.largest_practised(skills)) == len(set(skills))


class Ladder:
    """The novelty of combinations with respect to one exposure, on one taxonomy."""

    def __init__(self, exposure: Exposure, taxonomy: Taxonomy) -> None:
        self.exposure = exposure
        self.taxonomy = taxonomy
        self._above = [
            {skill: taxonomy.ancestor(skill, level) for skill in taxonomy.skills}
            for level in range(taxonomy.levels + 1)
        ]
        self._practised = [
            {self._abstraction(combination, level) for combination in exposure.combinations}
            for level in range(taxonomy.levels + 1)
        ]

    def _abstraction(self, skills: Iterable[str], level: int) -> tuple[str, ...]:
        """The multiset of ancestors at a level, as a sorted tuple."""
        above = self._above[level]
        try:
            return tuple(sorted([above[skill] for skill in skills]))
        except KeyError as error:
            self.taxonomy.path(error.args[0])  # raises, with the near names
            raise

    def novelty(self, skills: Collection[str]) -> int | None:
        """Return the novelty of a combination, 0 (practised itself) to L (new at the coarsest level).

        None where no combination of this size was practised: see `Exposure.length`. DESIGN, section 6: L minus the
        deepest level at which the multiset of ancestors is that of a practised combination of the same size.
        A skill that the taxonomy lacks raises `UserError`.
        """
        distinct = set(skills)
        if len(distinct) not in self.exposure.sizes:
            return None
        levels = range(self.taxonomy.levels, -1, -1)
        return next(
            self.taxonomy.levels - level
            for level in levels
            if self._abstraction(distinct, level) in self._practised[level]
        )


def novelty(skills: Collection[str], exposure: Exposure, taxonomy: Taxonomy) -> int | None:
    """Return the novelty of one combination; for many on the same exposure build one `Ladder`."""
    return Ladder(exposure, taxonomy).novelty(skills)


def possible_rungs(taxonomy: Taxonomy) -> tuple[int, ...]:
    """Return the values that novelty can take on this taxonomy.

    A level that groups the skills as the one below it does can end no match, so it gives no rung.
    """
    rungs = [0]
    for level in range(taxonomy.levels - 1, -1, -1):
        if _groups(taxonomy, level) != _groups(taxonomy, level + 1):
            rungs.append(taxonomy.levels - level)
    return tuple(rungs)


def _groups(taxonomy: Taxonomy, level: int) -> int:
    """Number of groups at a level; levels are nested, so equal numbers mean equal groups."""
    return len({taxonomy.ancestor(skill, level) for skill in taxonomy.skills})


def new_edge_share(edges: Collection[Edge], practised: Collection[Edge]) -> float | None:
    """Return the share of a plan's data-flow edges (skill, skill) that no practised plan has; None without edges.

    >>> new_edge_share([("find", "sum"), ("sum", "mail")], {("find", "sum")})
    0.5
    """
    distinct = set(edges)
    return len(distinct - set(practised)) / len(distinct) if distinct else None
