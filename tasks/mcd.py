"""Search for the split of maximum compound divergence (MCD) under a bound on atom divergence.

Keysers et al. 2020, section 3, swap greedily until both divergences are where they should be. Here a tabu search flips
one unit at a time between train and held-out, the best flip first, and keeps the best split that holds the bound. A
flip changes the Chernoff sums only in the columns of what the unit has, so only these are computed anew.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillweave.tasks.divergence import ATOM_ALPHA, COMPOUND_ALPHA

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PENALTY = 20.0
"""what atom divergence beyond the bound costs, in compound divergence"""
CANDIDATES = 4096
"""flips looked at in one step where there are more"""
CHEAP = 1000
"""items up to which ten searches are made rather than three"""
TOLERANCE = 0.02
"""share of the wanted size by which a kept split may miss it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What moves as one: its parts, with repetitions, and how many tasks it is."""

    atoms: tuple[Hashable, ...]
    compounds: tuple[Hashable, ...]
    size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best split of a search."""

    held: tuple[int, ...]
    """indices of the held-out items"""
    atom: float
    compound: float
    steps: int
    feasible: bool
    """whether the bound on atom divergence holds; if not, this is the split that comes closest"""


def search_mcd(
    items: Sequence[Item],
    *,
    share: float,
    bound: float,
    seed: int,
    fixed: Item | None = None,
    above: Mapping[int, Iterable[int]] | None = None,
    steps: int | None = None,
    restarts: int | None = None,
) -> Found:
    """Return the held-out items of about this share of all tasks with the largest compound divergence found.

    ``fixed`` stays in train; ``above`` gives for each item those that must be held out before it. No atom is held out
    that train lacks. Deterministic under the seed; more ``steps`` and ``restarts`` find better splits (the best of ten
    short searches beats one long one by 0.01 to 0.02 where each is cheap).
    """
    most = steps if steps is not None else min(30_000, 2000 + 20 * len(items))
    if restarts is None:
        restarts = 10 if len(items) <= CHEAP else 3
    best: Found | None = None
    for start in range(restarts):
        found = _Search(items, fixed, above or {}, share, bound, np.random.default_rng([seed, start])).run(most)
        if best is None or _better(found, best):
            best = found
    assert best is not None
    return best


def _better(one: Found, other: Found) -> bool:
    if one.feasible != other.feasible:
        return one.feasible
    return one.compound > other.compound if one.feasible else one.atom < other.atom


class _Parts:
    """One kind of part (atoms or compounds): counts on both sides, and what each flip would do to the Chernoff sum."""

    def __init__(self, rows: Sequence[Iterable[Hashable]], fixed: Iterable[Hashable], alpha: float) -> None:
        column: dict[Hashable, int] = {}
        entries: list[tuple[int, int, int]] = []
        for row, parts in enumerate(rows):
            counts: dict[int, int] = {}
            for part in parts:
                number = column.setdefault(part, len(column))
                counts[number] = counts.get(number, 0) + 1
            entries += [(row, number, count) for number, count in counts.items()]
        base = [column.setdefault(part, len(column)) for part in fixed]
        self.alpha = alpha
        table = np.array(entries, dtype=np.int64).reshape(-1, 3)
        table = table[np.argsort(table[:, 1], kind="stable")]  # by column
        self.row, self.column = table[:, 0].copy(), table[:, 1].copy()
        self.count = table[:, 2].astype(np.float64)
        self.start = np.searchsorted(self.column, np.arange(len(column) + 1))
        order = np.argsort(self.row, kind="stable")
        self._of_row = order
        self._row_start = np.searchsorted(self.row[order], np.arange(len(rows) + 1))
        self.total = np.bincount(self.row, weights=self.count, minlength=len(rows))
        fixed_counts = np.bincount(np.array(base, dtype=np.int64), minlength=len(column)).astype(np.float64)
        self.p = fixed_counts + np.bincount(self.column, weights=self.count, minlength=len(column))
        self.q = np.zeros(len(column))
        self.flip = np.zeros(len(self.row))
        self.last = np.zeros(len(self.row), dtype=bool)
        """entries whose item takes the last of its column out of train"""
        self.delta = np.zeros(len(rows))
        self.blocks = np.zeros(len(rows), dtype=np.int64)
        self.sum = 0.0

    def term(self, p: Floats, q: Floats) -> Floats:
        product: Floats = np.power(np.maximum(p, 0.0), self.alpha) * np.power(np.maximum(q, 0.0), 1 - self.alpha)
        return product

    def refresh(self, sign: Floats, entries: Ints | None = None) -> None:
        """Compute anew what flips do, for some entries or for all."""
        if entries is None:
            self.delta[:] = 0.0
            self.blocks[:] = 0
            self.flip[:] = 0.0
            self.last[:] = False
            self.sum = float(self.term(self.p, self.q).sum())
            entries = np.arange(len(self.row))
        rows, columns = self.row[entries], self.column[entries]
        p, q, moved = self.p[columns], self.q[columns], self.count[entries] * sign[rows]
        flip = self.term(p - moved, q + moved) - self.term(p, q)
        last = (moved > 0) & (p - moved <= 0)
        np.add.at(self.delta, rows, flip - self.flip[entries])
        np.add.at(self.blocks, rows, last.astype(np.int64) - self.last[entries])
        self.flip[entries] = flip
        self.last[entries] = last

    def move(self, item: int, sign: Floats) -> None:
        """Move an item to the other side; ``sign`` is its sign before."""
        own = self._of_row[self._row_start[item] : self._row_start[item + 1]]
        columns, moved = self.column[own], self.count[own] * sign[item]
        before = self.term(self.p[columns], self.q[columns]).sum()
        self.p[columns] -= moved
        self.q[columns] += moved
        self.sum += float(self.term(self.p[columns], self.q[columns]).sum() - before)

    def touched(self, item: int) -> Ints:
        """Return the entries in the columns of an item."""
        own = self._of_row[self._row_start[item] : self._row_start[item + 1]]
        slices = [np.arange(self.start[c], self.start[c + 1]) for c in self.column[own]]
        return np.concatenate(slices) if slices else np.empty(0, dtype=np.int64)

    def divergence(self, rows: Any, sign: Floats) -> Floats:
        """Return the divergence after the flip of each of some items."""
        moved = self.total[rows] * sign[rows]
        p, q = self.p.sum() - moved, self.q.sum() + moved
        scale = self.term(p, q)
        found: Floats = np.where(scale > 0, 1 - (self.sum + self.delta[rows]) / np.where(scale > 0, scale, 1.0), 0.0)
        return found

    def now(self) -> float:
        """Return the divergence as it is."""
        scale = float(self.term(self.p.sum(), self.q.sum()))
        return min(1.0, max(0.0, 1 - self.sum / scale)) if scale > 0 else 0.0


class _Search:
    def __init__(
        self,
        items: Sequence[Item],
        fixed: Item | None,
        above: Mapping[int, Iterable[int]],
        share: float,
        bound: float,
        rng: np.random.Generator,
    ) -> None:
        nothing = Item(atoms=(), compounds=())
        self.atoms = _Parts([i.atoms for i in items], (fixed or nothing).atoms, ATOM_ALPHA)
        self.compounds = _Parts([i.compounds for i in items], (fixed or nothing).compounds, COMPOUND_ALPHA)
        self.size = np.array([i.size for i in items], dtype=np.int64)
        self.sign = np.ones(len(items))
        self.above = [np.array(sorted(above.get(i, ())), dtype=np.int64) for i in range(len(items))]
        below: list[list[int]] = [[] for _ in items]
        for item, higher in enumerate(self.above):
            for other in higher:
                below[other].append(item)
        self.below = [np.array(found, dtype=np.int64) for found in below]
        self.locked = np.array([len(found) for found in self.above])
        """how many items must change side before this one may"""
        self.target = share * float(self.size.sum())
        self.bound, self.rng = bound, rng
        self.held_size = 0
        self.tabu = np.zeros(len(items), dtype=np.int64)

    def run(self, most: int) -> Found:
        """Fill the held-out side, then flip; return the best split seen."""
        self._start()
        best = self._found(0)
        assert best is not None
        since, patience = 0, max(500, most // 4)
        for step in range(1, most + 1):
            if step % 1000 == 0:  # rounding must not add up
                self._refresh()
            item = self._best(step)
            if item is None:
                if not (self.tabu > step).any():
                    break
                self.tabu[:] = 0
                continue
            self._flip(item)
            self.tabu[item] = step + 5 + int(self.rng.integers(5 + len(self.size) // 50))
            since += 1
            if abs(self.held_size - self.target) <= max(float(self.size[item]), TOLERANCE * self.target):
                found = self._found(step, only_if=best)
                if found is not None and _better(found, best):
                    best, since = found, 0
            if since > patience:
                break
        return best

    def _start(self) -> None:
        """Hold out random items that may be, until the size is met."""
        self._refresh()
        while self.held_size < self.target:
            free = np.flatnonzero((self.sign > 0) & (self.locked == 0) & (self.atoms.blocks == 0))
            if not len(free):
                break
            for item in self.rng.permutation(free)[: max(1, len(free) // 10)]:
                if self.held_size >= self.target:
                    break
                if self.locked[item] == 0 and not self._takes_last(int(item)):
                    self._flip(int(item), refresh=False)
            self._refresh()

    def _takes_last(self, item: int) -> bool:
        parts = self.atoms
        own = parts._of_row[parts._row_start[item] : parts._row_start[item + 1]]
        return bool((parts.p[parts.column[own]] - parts.count[own] <= 0).any())

    def _refresh(self) -> None:
        self.atoms.refresh(self.sign)
        self.compounds.refresh(self.sign)

    def _best(self, step: int) -> int | None:
        """Return the best flip towards the wanted size, None where there is none."""
        out = self.held_size < self.target
        may = (self.sign > 0) & (self.atoms.blocks == 0) if out else self.sign < 0
        rows = np.flatnonzero(may & (self.locked == 0) & (self.tabu <= step))
        if not len(rows):
            return None
        if len(rows) > CANDIDATES:
            rows = self.rng.choice(rows, CANDIDATES, replace=False)
        atom = self.atoms.divergence(rows, self.sign)
        value = self.compounds.divergence(rows, self.sign) - PENALTY * np.maximum(0.0, atom - self.bound)
        return int(rows[int(np.argmax(value))])

    def _flip(self, item: int, *, refresh: bool = True) -> None:
        for parts in (self.atoms, self.compounds):
            parts.move(item, self.sign)
        out = self.sign[item] > 0
        self.sign[item] = -self.sign[item]
        self.held_size += int(self.size[item]) if out else -int(self.size[item])
        if len(self.below[item]):  # those inside it are freed, or locked where they are in train
            inside = self.below[item]
            self.locked[inside] += -1 if out else 1
        if len(self.above[item]):  # those that contain it may not go back before it does
            outside = self.above[item]
            self.locked[outside] += 1 if out else -1
        if refresh:
            for parts in (self.atoms, self.compounds):
                parts.refresh(self.sign, parts.touched(item))

    def _found(self, step: int, *, only_if: Found | None = None) -> Found | None:
        atom, compound = self.atoms.now(), self.compounds.now()
        feasible = atom <= self.bound + 1e-12
        if only_if is not None and not _better(
            Found(held=(), atom=atom, compound=compound, steps=step, feasible=feasible), only_if
        ):
            return None
        held = tuple(int(i) for i in np.flatnonzero(self.sign < 0))
        return Found(held=held, atom=atom, compound=compound, steps=step, feasible=feasible)
