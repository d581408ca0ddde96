"""Compiled local search on an encoding tree: units move between groups of one level wherever that lowers the entropy.

All weights are shares of the graph's volume (the root has volume 1), so gains are in bits and need no scale.
Minimised is ``C = sum_a W(a) log2 vol(a)``, W(a) being the weight of the edges whose lowest common ancestor is a:
half of H^T but for a constant (Pan et al., HCSE). A *unit* is a set of skills that moves as one: a skill, a group of
the level below (its inside does not count: ``inside`` 0), or a part of a group (its inside moves with it).
"""

from typing import Any

import numpy as np
from numba import njit

EPSILON = 1e-13
"""Gains in bits at or below this are no gains: a tie keeps things as they are."""


@njit(cache=True)
def move_units(
    indptr: Any,
    indices: Any,
    data: Any,
    degree: Any,
    inside: Any,
    group: Any,
    up: Any,
    volume: Any,
    inner: Any,
    count: Any,
    order: Any,
    floor: int,
    wide: bool,
    visits: int,
) -> float:
    """Move units until none gains, in place; return the entropy gained (bits, in units of C).

    Units (m,): CSR without diagonal, ``degree``, ``inside``, and ``group`` of each at the lowest level j. Tree, rows =
    levels 0..j, columns = group slots: ``up`` (parent's slot), ``volume``, ``inner`` = W, ``count`` of units below (0 =
    free slot). The queue starts as ``order``. Groups above level ``floor`` keep their units: with floor 0 units move
    across the whole tree. A move costs O(j) for each neighbouring group. A unit may also stand alone below any group
    above it, and if ``wide`` below any neighbouring group of a higher level. At most ``visits`` units are looked at.
    """
    units, deepest, slots = len(degree), up.shape[0] - 1, up.shape[1]
    to = np.zeros((deepest + 2, slots))
    touched = np.empty((deepest + 1, slots), dtype=np.int32)
    met = np.zeros(deepest + 1, dtype=np.int64)
    lowest, nearby = to[deepest], touched[deepest]
    facts = np.empty((deepest + 1, slots, 3))
    free = np.empty((deepest + 1, slots), dtype=np.int32)
    frees = np.zeros(deepest + 1, dtype=np.int64)
    for level in range(deepest + 1):
        for slot in range(slots - 1, -1, -1):
            if count[level, slot] == 0:
                free[level, frees[level]] = slot
                frees[level] += 1
            facts[level, slot, 0] = volume[level, slot]
            facts[level, slot, 1] = inner[level, slot]
            facts[level, slot, 2] = np.log2(max(volume[level, slot], 1e-300))
    queue = np.empty(units, dtype=np.int32)
    waiting = np.zeros(units, dtype=np.bool_)
    head, queued = 0, len(order)
    for place in range(queued):
        queue[place] = order[place]
        waiting[order[place]] = True
    home = np.zeros(deepest + 1, dtype=np.int64)
    leave = np.zeros(deepest + 2)
    gained = 0.0
    while queued > 0 and visits > 0:
        visits -= 1
        unit = queue[head]
        head = head + 1 if head + 1 < units else 0
        queued -= 1
        waiting[unit] = False
        if indptr[unit] == indptr[unit + 1]:
            continue
        weight = degree[unit]
        own = inside[unit]
        number = 0
        for edge in range(indptr[unit], indptr[unit + 1]):
            slot = group[indices[edge]]
            if lowest[slot] == 0.0:
                nearby[number] = slot
                number += 1
            lowest[slot] += data[edge]
        met[deepest] = number
        for level in range(deepest, 0, -1):
            for number in range(met[level]):
                slot = touched[level, number]
                over = up[level, slot]
                if to[level - 1, over] == 0.0:
                    touched[level - 1, met[level - 1]] = over
                    met[level - 1] += 1
                to[level - 1, over] += to[level, slot]
        slot = group[unit]
        for level in range(deepest, -1, -1):
            home[level] = slot
            slot = up[level, slot]
        # leave[c]: what leaving the own groups below level c costs
        leave[deepest] = 0.0
        below = -own
        for level in range(deepest, 0, -1):
            slot = home[level]
            out = to[level, slot] - below
            below = to[level, slot]
            change = -facts[level, slot, 1] * facts[level, slot, 2]
            if count[level, slot] > 1:
                change += (facts[level, slot, 1] - out) * np.log2(max(facts[level, slot, 0] - weight, 1e-300))
            leave[level - 1] = leave[level] + change
        best, best_level, best_slot = -EPSILON, -1, -1
        for top in range(deepest, floor - 1, -1):
            alone = own * np.log2(weight) if top < deepest and weight > 0 else 0.0
            for number in range(met[top]):
                target = touched[top, number]
                if top < deepest and not wide and target != home[top]:
                    continue
                if target == home[top] and (top == deepest or count[top + 1, home[top + 1]] == 1):
                    continue
                change = alone
                below = 0.0 if top < deepest else -own
                slot = target
                level = top
                while slot != home[level]:
                    into = to[level, slot] - below
                    below = to[level, slot]
                    change += into * facts[level, slot, 2]
                    slot = up[level, slot]
                    level -= 1
                if level < floor:
                    continue
                if level == top:
                    below = 0.0
                change += leave[level] + (to[level + 1, home[level + 1]] - below) * facts[level, slot, 2]
                # That was with the volumes as they are: a lower bound, and most groups are out without a logarithm.
                common = level
                slot = target
                level = top
                below = 0.0 if top < deepest else -own
                while level > common and change < best:
                    more = np.log2(facts[level, slot, 0] + weight) - facts[level, slot, 2]
                    change += (facts[level, slot, 1] + to[level, slot] - below) * more
                    below = to[level, slot]
                    slot = up[level, slot]
                    level -= 1
                if change < best:
                    best, best_level, best_slot = change, top, target
        if best_level >= 0:
            gained -= best
            # out of the old groups, up to the common ancestor
            slot = best_slot
            common = best_level
            while slot != home[common]:
                slot = up[common, slot]
                common -= 1
            below = -own
            for level in range(deepest, common, -1):
                slot = home[level]
                facts[level, slot, 1] -= to[level, slot] - below
                below = to[level, slot]
                facts[level, slot, 0] -= weight
                count[level, slot] -= 1
                if count[level, slot] == 0:
                    facts[level, slot, 1] = 0.0
                    facts[level, slot, 0] = 0.0
                    free[level, frees[level]] = slot
                    frees[level] += 1
                else:
                    facts[level, slot, 2] = np.log2(max(facts[level, slot, 0], 1e-300))
            facts[common, home[common], 1] += below if common < deepest else 0.0
            # into the new ones, made where the unit stands alone
            parent = best_slot
            below = 0.0 if best_level < deepest else -own
            slot = best_slot
            level = best_level
            while level > common:
                facts[level, slot, 1] += to[level, slot] - below
                below = to[level, slot]
                facts[level, slot, 0] += weight
                count[level, slot] += 1
                facts[level, slot, 2] = np.log2(facts[level, slot, 0])
                slot = up[level, slot]
                level -= 1
            facts[common, home[common], 1] -= below
            for level in range(best_level + 1, deepest + 1):
                frees[level] -= 1
                slot = free[level, frees[level]]
                up[level, slot] = parent
                facts[level, slot, 0] = weight
                count[level, slot] = 1
                facts[level, slot, 1] = own if level == deepest else 0.0
                facts[level, slot, 2] = np.log2(weight)
                parent = slot
            group[unit] = parent
            for edge in range(indptr[unit], indptr[unit + 1]):
                other = indices[edge]
                if not waiting[other] and group[other] != parent:
                    waiting[other] = True
                    tail = head + queued
                    queue[tail if tail < units else tail - units] = other
                    queued += 1
        for level in range(deepest + 1):
            for number in range(met[level]):
                slot = touched[level, number]
                to[level, slot] = 0.0
            met[level] = 0
    return gained


@njit(cache=True)
def aggregate(indptr: Any, indices: Any, data: Any, label: Any, groups: int) -> Any:
    """Return (indptr, indices, data, inside) of the graph between groups; ``inside`` = weight of the edges in a
    group.
    """
    start = np.zeros(groups + 1, dtype=np.int64)
    for unit in range(len(label)):
        start[label[unit] + 1] += 1
    for index in range(groups):
        start[index + 1] += start[index]
    members = np.empty(len(label), dtype=np.int32)
    fill = start.copy()
    for unit in range(len(label)):
        members[fill[label[unit]]] = unit
        fill[label[unit]] += 1
    pointer = np.zeros(groups + 1, dtype=np.int64)
    columns = np.empty(len(indices), dtype=np.int32)
    values = np.empty(len(indices))
    place = np.full(groups, -1, dtype=np.int64)
    inside = np.zeros(groups)
    end = 0
    for own in range(groups):
        first = end
        for member in range(start[own], start[own + 1]):
            unit = members[member]
            for edge in range(indptr[unit], indptr[unit + 1]):
                other = label[indices[edge]]
                if other == own:
                    inside[own] += data[edge] / 2
                elif place[other] < first:
                    place[other] = end
                    columns[end] = other
                    values[end] = data[edge]
                    end += 1
                else:
                    values[place[other]] += data[edge]
        pointer[own + 1] = end
    return pointer, columns[:end].copy(), values[:end].copy(), inside


@njit(cache=True)
def inside_of(indptr: Any, indices: Any, data: Any, label: Any, slots: int) -> Any:
    """Return (slots,) the weight of the edges inside each group."""
    inside = np.zeros(slots)
    for unit in range(len(label)):
        own = label[unit]
        total = 0.0
        for edge in range(indptr[unit], indptr[unit + 1]):
            if label[indices[edge]] == own:
                total += data[edge]
        inside[own] += total / 2
    return inside


@njit(cache=True)
def renumbered(label: Any, slots: int) -> Any:
    """Return (units,) labels from 0 without gaps, in the order of first use."""
    number = np.full(slots, -1, dtype=np.int32)
    found = np.empty(len(label), dtype=np.int32)
    used = 0
    for unit in range(len(label)):
        if number[label[unit]] < 0:
            number[label[unit]] = used
            used += 1
        found[unit] = number[label[unit]]
    return found
