"""Moves on a tree of nested labels until nothing gains: skills, groups and parts of groups, at every level."""

import numpy as np
from numpy.typing import NDArray

from skillweave.taxonomy.moves import inside_of, move_units, renumbered
from skillweave.taxonomy.net import Labels, Net

Levels = list[Labels]
"""Labels of the nodes of a net at levels 1..K-1, coarsest first, each nested in the one before."""


def compact(label: NDArray[np.integer]) -> Labels:
    """Return labels renumbered from 0 without gaps, in the order of first use."""
    return np.asarray(renumbered(label, int(label.max(initial=-1)) + 1))


def of_units(label: Labels, unit: Labels | None) -> Labels:
    """Return the label of each unit, all of whose members share it; without units the members are the units."""
    if unit is None:
        return label
    found = np.empty(int(unit.max()) + 1, dtype=np.int32)
    found[unit] = label
    return found


def sweep(
    net: Net, inside: NDArray[np.float64], groups: Levels, rng: np.random.Generator, *, floor: int = 0
) -> tuple[float, Levels]:
    """Return (gain, groups) after moving the units of a net between the groups of the lowest level, j = len(groups).

    ``groups`` are labels of the units at levels 1..j; ``inside`` (units,) the weight that moves with each unit. The
    gain is in bits of half the entropy. See `moves.move_units`.
    """
    units, deepest = len(net.degree), len(groups)
    up = np.zeros((deepest + 1, units), dtype=np.int32)
    volume = np.zeros((deepest + 1, units))
    inner = np.zeros((deepest + 1, units))
    count = np.zeros((deepest + 1, units), dtype=np.int64)
    above: Labels = np.zeros(units, dtype=np.int32)
    volume[0, 0], count[0, 0] = net.degree.sum(), units
    inner[0, 0] = net.data.sum() / 2 + inside.sum()
    for level, label in enumerate(groups, 1):
        up[level, label] = above
        volume[level] = np.bincount(label, weights=net.degree, minlength=units)
        count[level] = np.bincount(label, minlength=units)
        inner[level] = inside_of(net.indptr, net.indices, net.data, label, units)
        inner[level] += np.bincount(label, weights=inside, minlength=units)
        present = np.flatnonzero(count[level])
        inner[level - 1] -= np.bincount(up[level, present], weights=inner[level, present], minlength=units)
        above = label
    group = groups[-1].astype(np.int32, copy=True)
    order = shuffled(units, rng)
    csr = (net.indptr, net.indices, net.data, net.degree)
    gain = move_units(
        *csr,
        inside,
        group,
        up,
        volume,
        inner,
        count,
        order,
        floor,
        units <= WIDE,
        int(units * (VISITS if units > MANY else 1_000)),
    )
    found = [group]
    for level in range(deepest, 1, -1):
        found.append(up[level, found[-1]])
    return float(gain), [compact(label) for label in reversed(found)]


BLOCK = 64
MANY = 50_000
"""From so many units on, a sweep looks at each `VISITS` times at most; the next round goes on from there."""
VISITS = 2


def shuffled(units: int, rng: np.random.Generator) -> Labels:
    """Return the units in random order; of many units, blocks of neighbours in random order (rows are read in turn)."""
    if units <= WIDE:
        return rng.permutation(units).astype(np.int32)
    blocks = rng.permutation(-(-units // BLOCK))
    order = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    return order[order < units].astype(np.int32)


WIDE = 5_000
"""Up to so many units also try to stand alone below groups that are not their own."""


def polish(
    net: Net, levels: Levels, rng: np.random.Generator, *, rounds: int, tolerance: float, parts: bool = True
) -> tuple[float, Levels]:
    """Return (gain, levels) after rounds over all levels, lowest first, until a round gains at most the tolerance."""
    total = 0.0
    for _ in range(rounds):
        gain = 0.0
        for deepest in range(len(levels), 0, -1):
            more, levels = _level(net, levels, deepest, rng, tolerance, parts)
            gain += more
        total += gain
        if gain <= tolerance:
            break
    return total, levels


def _level(
    net: Net, levels: Levels, deepest: int, rng: np.random.Generator, tolerance: float, parts: bool
) -> tuple[float, Levels]:
    """Move between the groups of one level: their children, then whole groups (which merges groups), then parts."""
    children: Labels | None = None
    base = net
    if deepest < len(levels):
        children = levels[deepest]
        base = net.joined(children)[0]
    above = [of_units(label, children) for label in levels[:deepest]]
    gain, above = sweep(base, np.zeros(len(base.degree)), above, rng)
    more = np.inf
    while more > tolerance:
        more, above = _pieces(base, above, above[-1], rng)
        gain += more
    if parts:
        more, above = _pieces(base, above, _parts(base, above[-1], rng), rng)
        gain += more
    lifted = [label if children is None else label[children] for label in above]
    return gain, [*lifted, *levels[deepest:]]


def _pieces(base: Net, above: Levels, piece: Labels, rng: np.random.Generator) -> tuple[float, Levels]:
    """Move pieces (sets of units) between groups."""
    joined, held = base.joined(piece)
    gain, moved = sweep(joined, held, [of_units(label, piece) for label in above], rng)
    return gain, [label[piece] for label in moved]


def _parts(net: Net, group: Labels, rng: np.random.Generator) -> Labels:
    """Return a split of each group into parts, as one more level below it would have it."""
    single = np.arange(len(net.degree), dtype=np.int32)
    return sweep(net.within(group), np.zeros(len(single)), [group, single], rng, floor=1)[1][-1]
