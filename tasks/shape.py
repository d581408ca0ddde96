"""Which outputs feed which inputs: connected plans over a set of typed skills."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from skillweave.tasks.skills import Input
from skillweave.tasks.worldsuite import WorldSuite

Slot = tuple[str, str]
"""(skill, input)"""
SEARCH_BOUND = 4000
"""states looked at before a combination counts as not realisable"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A plan without entities: for each fed input the skill whose output feeds it."""

    feeds: Mapping[Slot, str]
    order: tuple[str, ...]
    """skills, each after those that feed it"""
    answer: str | None
    """skill whose output nothing consumes and that is therefore the answer"""


def can_be_free(suite: WorldSuite, given: Input) -> bool:
    """Return whether an instruction can give the input: by a literal, or by describing an entity."""
    kind = suite.types[given.types[0]]
    return not given.fed and bool(given.values or kind.sample or suite.describers.get(kind.name))


def shapes(suite: WorldSuite, skills: Sequence[str], rng: Any = None) -> Iterator[Shape]:
    """Yield connected acyclic shapes of a combination, at random under ``rng`` and else in a fixed order.

    Every output of a skill that only reads is consumed, but for at most one, which is the answer. The search looks at
    no more than `SEARCH_BOUND` states.
    """
    chosen = [suite.skills[s] for s in sorted(skills)]
    slots = [(s.id, name) for s in chosen for name in s.inputs]
    options: dict[Slot, list[str | None]] = {}
    for skill in chosen:
        for name, given in skill.inputs.items():
            found: list[str | None] = [
                s.id for s in chosen if s is not skill and s.output in given.types and not given.literal
            ]
            if can_be_free(suite, given):
                found.append(None)
            options[skill.id, name] = found
    if any(not o for o in options.values()):
        return
    slots.sort(key=lambda s: len(options[s]))
    if rng is not None:
        slots = [slots[i] for i in rng.permutation(len(slots))]
        options = {s: [o[i] for i in rng.permutation(len(o))] for s, o in options.items()}
    must_feed = {s.id for s in chosen if s.output and not s.writes}
    budget = [SEARCH_BOUND]
    yield from _extend(slots, options, {}, must_feed, [s.id for s in chosen], budget)


def _extend(
    slots: Sequence[Slot],
    options: Mapping[Slot, Sequence[str | None]],
    feeds: dict[Slot, str],
    must_feed: set[str],
    skills: Sequence[str],
    budget: list[int],
) -> Iterator[Shape]:
    budget[0] -= 1
    if budget[0] < 0:
        return
    waiting = must_feed - set(feeds.values())
    open_slots = [s for s in slots if any(o is not None for o in options[s])]
    parts = _components(skills, feeds)
    if len(waiting) > len(open_slots) + 1 or parts - 1 > len(open_slots):
        return
    if not slots:
        order = _order(skills, feeds)
        if parts == 1 and len(waiting) <= 1 and order is not None:
            yield Shape(feeds=dict(feeds), order=order, answer=next(iter(waiting), None))
        return
    slot, rest = slots[0], slots[1:]
    for source in options[slot]:
        if source is None:
            yield from _extend(rest, options, feeds, must_feed, skills, budget)
        elif not _leads_to(feeds, slot[0], source) and not _fed_twice(feeds, slot, source):
            feeds[slot] = source
            yield from _extend(rest, options, feeds, must_feed, skills, budget)
            del feeds[slot]


def _fed_twice(feeds: Mapping[Slot, str], slot: Slot, source: str) -> bool:
    """Return whether the skill takes this output already: nobody is made their own manager."""
    return any(s[0] == slot[0] and f == source for s, f in feeds.items())


def _leads_to(feeds: Mapping[Slot, str], start: str, goal: str) -> bool:
    """Return whether ``start``'s output reaches ``goal``, so that feeding it from ``goal`` would close a circle."""
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        if here == goal:
            return True
        for (skill, _), source in feeds.items():
            if source == here and skill not in seen:
                seen.add(skill)
                queue.append(skill)
    return False


def _components(skills: Sequence[str], feeds: Mapping[Slot, str]) -> int:
    root = {s: s for s in skills}

    def find(s: str) -> str:
        while root[s] != s:
            s = root[s]
        return s

    for (skill, _), source in feeds.items():
        root[find(skill)] = find(source)
    return len({find(s) for s in skills})


def _order(skills: Sequence[str], feeds: Mapping[Slot, str]) -> tuple[str, ...] | None:
    """Return the skills with each after those that feed it, as soon as it can stand, or None for a circle."""
    order: list[str] = []
    left = list(skills)
    while left:
        ready = [s for s in left if all(f in order for (skill, _), f in feeds.items() if skill == s)]
        if not ready:
            return None
        order.append(ready[0])
        left.remove(ready[0])
    return tuple(order)


class Realisable:
    """The deterministic predicate *some connected plan over these skills exists*, with its answers kept."""

    def __init__(self, suite: WorldSuite) -> None:
        self._touching = _touching(suite)
        self._names = np.array(list(self._touching))
        self._place = {s: i for i, s in enumerate(self._touching)}
        self._apart = _distances(self._touching)
        self._check = lru_cache(maxsize=20_000)(lambda skills: next(shapes(suite, sorted(skills)), None) is not None)

    def __call__(self, skills: Sequence[str]) -> bool:
        """Return whether the combination can be realised on the type graph, within the search bound."""
        chosen = frozenset(skills)
        return self._may_connect(chosen) and self._check(chosen)

    def _may_connect(self, skills: frozenset[str]) -> bool:
        """Return whether the skills hang together by outputs that could feed inputs: most sets do not."""
        reached = {next(iter(skills))}
        front = reached
        while front:
            front = set().union(*(self._touching[s] & skills for s in front)) - reached
            reached |= front
        return len(reached) == len(skills)

    def beside(self, given: Sequence[str], k: int) -> frozenset[str]:
        """Return the skills that a realisable k-set with the given ones may hold; none where there is no such set.

        A set that hangs together is gone round in 2(k - 1) steps from skill to skill, so no three of its skills lie
        further apart than that in all.
        """
        own = [self._place[s] for s in given]
        far = [self._apart[a] + self._apart[b] + self._apart[a, b] > 2 * (k - 1) for a in own for b in own if a <= b]
        near = ~np.logical_or.reduce(far)
        return frozenset(self._names[near].tolist()) if near[own].all() else frozenset()


def _distances(touching: Mapping[str, frozenset[str]]) -> np.ndarray:
    """Return how many steps lie between each two skills; those that cannot be reached are further than any set goes."""
    place = {s: i for i, s in enumerate(touching)}
    found = np.full((len(place), len(place)), 10 * len(place) + 10)
    for start in touching:
        front, steps = {start}, 0
        seen = set(front)
        while front:
            found[place[start], [place[s] for s in front]] = steps
            front = set().union(*(touching[s] for s in front)) - seen
            seen |= front
            steps += 1
    return found


def _touching(suite: WorldSuite) -> Mapping[str, frozenset[str]]:
    """Return for each skill the skills whose output could feed it, or that its output could feed."""
    found: dict[str, set[str]] = {s: set() for s in suite.skills}
    for skill in suite.skills.values():
        taken = {t for given in skill.inputs.values() if not given.literal for t in given.types}
        for other in suite.skills.values():
            if other is not skill and other.output in taken:
                found[skill.id].add(other.id)
                found[other.id].add(skill.id)
    return {s: frozenset(others) for s, others in found.items()}
