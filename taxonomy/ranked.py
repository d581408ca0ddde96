"""The exact N best sets: lazy enumeration of the max-product tables, best first."""

import heapq
from collections.abc import Iterator

import numpy as np

from skillweave.taxonomy.layout import Layout
from skillweave.taxonomy.tables import Tables

_Key = tuple[int, int, bool]
_Way = tuple[float, int, int, int]


class _Ranked:
    """Ways to take j skills below a node, the heaviest first (Huang & Chiang 2005, Algorithm 3).

    Every set has exactly one way (how many skills go left at each merge), so the ways in order are the sets in order.
    """

    def __init__(self, layout: Layout, tables: Tables) -> None:
        self.layout, self.tables = layout, tables
        self.known: dict[_Key, list[_Way]] = {}
        self.waiting: dict[_Key, list[_Way]] = {}
        self.seen: dict[_Key, set[tuple[int, int, int]]] = {}

    def parts(self, key: _Key, taken: int) -> tuple[_Key, _Key]:
        node, count, across = key
        left, right = int(self.layout.left[node]), int(self.layout.right[node])
        return (left, taken, across and taken == count), (right, count - taken, across and taken == 0)

    def first(self, key: _Key) -> float:
        """Return the weight of the best way, which the tables hold; -inf where there is none."""
        node, count, across = key
        if not across:
            return float(self.tables.total[node, count])
        return float(self.tables.across[node])

    def get(self, key: _Key, rank: int) -> float | None:
        """Return the weight of the way of this rank (0 = best), None where there are fewer."""
        node, count, _ = key
        if rank == 0 or count == 0 or self.layout.leaf[node] >= 0:
            value = self.first(key)
            return value if rank == 0 and value > -np.inf else None
        self.fill(key, rank)
        known = self.known[key]
        return -known[rank][0] if rank < len(known) else None

    def fill(self, key: _Key, rank: int) -> None:
        """Bring the ways of a key into order up to this rank."""
        if key not in self.known:
            self.known[key], self.waiting[key], self.seen[key] = [], [], set()
            for taken in range(key[1] + 1):
                self.push(key, taken, 0, 0)
        known, waiting = self.known[key], self.waiting[key]
        while len(known) <= rank and waiting:
            value, taken, first, second = heapq.heappop(waiting)
            known.append((value, taken, first, second))
            self.push(key, taken, first + 1, second)
            self.push(key, taken, first, second + 1)

    def push(self, key: _Key, taken: int, first: int, second: int) -> None:
        if (taken, first, second) in self.seen[key]:
            return
        self.seen[key].add((taken, first, second))
        left, right = self.parts(key, taken)
        if (left[2] and self.layout.top[left[0]]) or (right[2] and self.layout.top[right[0]]):
            return
        one, two = self.get(left, first), self.get(right, second)
        if one is not None and two is not None:
            term = 0.0 if key[2] or key[1] == 0 else float(self.layout.term[key[0]])
            heapq.heappush(self.waiting[key], (-(one + two + term), taken, first, second))

    def skills(self, key: _Key, rank: int) -> list[int]:
        """Return the skills of the way of this rank, which there must be."""
        node, count, _ = key
        if count == 0:
            return []
        if self.layout.leaf[node] >= 0:
            return [int(self.layout.leaf[node])]
        self.fill(key, rank)
        _, taken, first, second = self.known[key][rank]
        left, right = self.parts(key, taken)
        return self.skills(left, first) + self.skills(right, second)


def in_order(layout: Layout, tables: Tables, k: int, span: int | None) -> Iterator[list[int]]:
    """Yield the k-sets by falling I(S), each a sorted list of skill indices; tables must be filled with ``best``."""
    ranked = _Ranked(layout, tables)
    heap: list[tuple[float, int, int]] = []
    for start, weight in zip(tables.starts.tolist(), tables.weights.tolist(), strict=True):
        if weight > -np.inf:
            heapq.heappush(heap, (-weight, start, 0))
    while heap:
        _, start, rank = heapq.heappop(heap)
        key = (start, k, span is not None)
        if ranked.get(key, rank) is None:
            continue
        yield sorted(ranked.skills(key, rank))
        following = ranked.get(key, rank + 1)
        if following is not None:
            above = float(layout.above[start]) if span is not None else 0.0
            heapq.heappush(heap, (-(following + above), start, rank + 1))
