"""The stratified way to split: every k x span gives its share, and the novelty rungs of each k are filled evenly."""

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from skillweave.tasks.holdout import HeldOut, Holdout
from skillweave.tasks.rungs import Class, Rungs

Shares = Mapping[HeldOut, float]
SIDES: tuple[HeldOut, ...] = ("test", "dev")


def stratified(
    state: Holdout, spans: Mapping[str, int | None], rungs: Rungs, *, shares: Shares, rng: Random
) -> dict[str, int]:
    """Hold out about the shares of each k x span; return the tasks that the shares ask for, by split.

    Sizes are taken from the largest down: a combination inside one that is already held out costs train nothing, so the
    price of "no train combination contains a held-out one" is paid only where nothing cheaper is left.
    """
    by_size: dict[int, list[str]] = {}
    for combination, skills in state.skills.items():
        by_size.setdefault(len(skills), []).append(combination)
    asked = dict.fromkeys(SIDES, 0.0)
    held = dict.fromkeys(SIDES, 0)
    for k in sorted(by_size, reverse=True):
        filling = _Filling(state, spans, rungs, by_size[k], rng)
        wanted: dict[HeldOut, Counter[int | None]] = {}
        for side in SIDES:
            wanted[side] = Counter()
            for span, size in filling.sizes.items():
                before = round(asked[side])
                asked[side] += shares[side] * size
                wanted[side][span] = round(asked[side]) - before
            # What larger sizes missed is made up for, by one unit at most: the others keep their share.
            missed = round(asked[side]) - held[side] - wanted[side].total()
            wanted[side][filling.sizes.most_common(1)[0][0]] += min(missed, filling.largest)
        for side, count in filling.fill(wanted).items():
            held[side] += count
    return {side: round(value) for side, value in asked.items()}


class _Filling:
    """The choice among the combinations of one size."""

    def __init__(
        self, state: Holdout, spans: Mapping[str, int | None], rungs: Rungs, combinations: Sequence[str], rng: Random
    ) -> None:
        self.state, self.spans, self.rungs = state, spans, rungs
        self.own = frozenset(combinations)
        live = [c for c in combinations if state.side[c] == "train"]
        self.sizes: Counter[int | None] = Counter()
        for c in live:
            self.sizes[spans[c]] += state.weight[c]
        if not self.sizes:
            self.sizes[spans[combinations[0]]] = 0
        self.largest = max((state.size(state.group([c])) for c in live), default=0)
        self._most = sum(self.sizes.values())
        self._rank = {c: rng.random() for c in live}
        self._heaps: dict[int, list[tuple[float, float, Class]]] = {}
        self._pool = rungs.classes(live)

    def fill(self, wanted: Mapping[HeldOut, Counter[int | None]]) -> dict[HeldOut, int]:
        """Move groups until about the wanted numbers of tasks are held out; return how many are."""
        filled: dict[HeldOut, Counter[int]] = {side: Counter() for side in wanted}
        left = {side: Counter(want) for side, want in wanted.items()}
        goal = {side: want.total() for side, want in wanted.items()}
        most = 2 * max(goal.values(), default=0)
        for rung, classes in self._pool.items():
            fits = [c for c in classes if 0 < self.state.size(c) <= most]
            self._heaps[rung] = [self._entry(c) for c in fits]
            heapq.heapify(self._heaps[rung])
        held = dict.fromkeys(wanted, 0)
        while any(self._heaps.values()):
            side = max(goal, key=lambda s: ((goal[s] - held[s]) / max(1, goal[s]), s == "test"))
            if goal[side] <= held[side]:
                break
            rung = min((r for r, heap in self._heaps.items() if heap), key=lambda r: (filled[side][r], -r))
            group = self._next(rung, left[side])
            if group is None:
                continue
            self._move(group, side)
            for c in group:
                if c in self.own:
                    left[side][self.spans[c]] -= self.state.weight[c]
                    filled[side][rung] += self.state.weight[c]
                    held[side] += self.state.weight[c]
        return held

    def _entry(self, members: Class) -> tuple[float, float, Class]:
        return self.state.cost(self.state.group(members)), self._rank[members[0]], members

    def _next(self, rung: int, left: Counter[int | None]) -> tuple[str, ...] | None:
        """Take the cheapest class of a rung; None where it is spent, too large, too dear or by now on another rung."""
        cost, _, members = heapq.heappop(self._heaps[rung])
        group = self.state.group(members)
        if not group:
            return None
        entry = self._entry(members)
        if entry[0] > cost:
            heapq.heappush(self._heaps[rung], entry)
            return None
        sizes: Counter[int | None] = Counter()
        for c in group:
            sizes[self.spans[c]] += self.state.weight[c]
        if any(n > 2 * left[span] for span, n in sizes.items()):
            return None  # it would miss the share of its stratum by more than leaving it does
        stands = self.rungs.rung(next(c for c in members if c in group), group)
        if stands is None or stands < rung:
            return None
        if stands > rung:
            heapq.heappush(self._heaps.setdefault(stands, []), entry)
            return None
        return group if self.state.affordable(group) else None

    def _move(self, group: tuple[str, ...], side: HeldOut) -> None:
        dropped = self.state.move(group, side)
        for c in (*group, *dropped):
            self.rungs.gone(c)
        for c in {inside for above in dropped for inside in self.state.below[above]}:
            if c in self._rank and self.state.side[c] == "train":  # it has become cheaper
                lowest = min(self._heaps)
                heapq.heappush(self._heaps[lowest], self._entry((c,)))
