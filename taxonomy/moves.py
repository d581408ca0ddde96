"""Compiled local search on an encoding tree: units move between groups of one level wherever that lowers the entropy.

All weights are shares of the graph's volume (the root has volume 1), so gains are in bits and need no scale. Minimised is
``C = sum_a W(a) log2 vol(a)``, W(a) being the weight of the edges whose lowest common ancestor is a: half of H^T but for a
constant (Pan et al., HCSE). A *unit* is a set of skills that moves as one: a skill, a group of the level below (its inside
does not count: ``inside`` 0), or a part of a group (its inside moves with it).
"""

from typing import Any

import numpy as np
from numba import njit

EPSILON = 1e-13
"""Gains in bits at or below this are no gains: a tie keeps things as they are."""


@njit(cache=True)  # type: ignore[untyped-decorator]
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
) -> float:
    """Move units until none gains, in place; return the entropy gained (bits, in units of C).

    Units (m,): CSR without diagonal, ``degree``, ``inside``, and ``group`` of each at the lowest level j. Tree, rows =
    levels 0..j, columns = group slots: ``up`` (parent's slot), ``volume``, ``inner`` = W, ``count`` of units below (0 =
    free slot). The queue starts as ``order``. Groups above level ``floor`` keep their units: with floor 0 units move
    across the whole tree. A move costs O(j) for each neighbouring group. A unit may also stand alone below any group above
    it, and if ``wide`` below any neighbouring group of a higher level.
    """
    units, deepest, slots = len(degree), up.shape[0] - 1, up.shape[1]
    to = np.zeros((deepest + 2, slots))
    seen = np.zeros((deepest + 1, slots), dtype=np.bool_)
    touched = np.empty((deepest + 1, slots), dtype=np.int32)
    met = np.zeros(deepest + 1, dtype=np.int64)
    logs = np.zeros((deepest + 1, slots))
    free = np.empty((deepest + 1, slots), dtype=np.int32)
    frees = np.zeros(deepest + 1, dtype=np.int64)
    for level in range(deepest + 1):
        for slot in range(slots - 1, -1, -1):
            if count[level, slot] == 0:
                free[level, frees[level]] = slot
                frees[level] += 1
            else:
                logs[level, slot] = np.log2(volume[level, slot]) if volume[level, slot] > 0 else 0.0
    queue = order.copy()
    waiting = np.zeros(units, dtype=np.bool_)
    waiting[order] = True
    head, queued = 0, len(order)
    if queued < units:
        queue = np.empty(units, dtype=order.dtype)
        queue[:queued] = order
    home = np.zeros(deepest + 1, dtype=np.int64)
    leave = np.zeros(deepest + 2)
    gained = 0.0
    while queued > 0:
        unit = queue[head]
        head = head + 1 if head + 1 < units else 0
        queued -= 1
        waiting[unit] = False
        if indptr[unit] == indptr[unit + 1]:
            continue
        weight = degree[unit]
        own = inside[unit]
        for edge in range(indptr[unit], indptr[unit + 1]):
            slot = group[indices[edge]]
            for level in range(deepest, -1, -1):
                if not seen[level, slot]:
                    seen[level, slot] = True
                    touched[level, met[level]] = slot
                    met[level] += 1
                to[level, slot] += data[edge]
                slot = up[level, slot]
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
            change = -inner[level, slot] * logs[level, slot]
            if count[level, slot] > 1:
                change += (inner[level, slot] - out) * np.log2(max(volume[level, slot] - weight, 1e-300))
            leave[level - 1] = leave[level] + change
        best, best_level, best_slot = -EPSILON, -1, -1
        for top in range(deepest, floor - 1, -1):
            if top < deepest:
                alone = own * np.log2(weight) if weight > 0 else 0.0
            else:
                alone = 0.0
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
                    change += (inner[level, slot] + into) * np.log2(volume[level, slot] + weight)
                    change -= inner[level, slot] * logs[level, slot]
                    slot = up[level, slot]
                    level -= 1
                if level < floor:
                    continue
                if level == top:
                    below = 0.0
                change += leave[level] + (to[level + 1, home[level + 1]] - below) * logs[level, slot]
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
                inner[level, slot] -= to[level, slot] - below
                below = to[level, slot]
                volume[level, slot] -= weight
                count[level, slot] -= 1
                if count[level, slot] == 0:
                    inner[level, slot] = 0.0
                    volume[level, slot] = 0.0
                    free[level, frees[level]] = slot
                    frees[level] += 1
                else:
                    logs[level, slot] = np.log2(max(volume[level, slot], 1e-300))
            inner[common, home[common]] += below if common < deepest else 0.0
            # into the new ones, made where the unit stands alone
            parent = best_slot
            below = 0.0 if best_level < deepest else -own
            slot = best_slot
            level = best_level
            while level > common:
                inner[level, slot] += to[level, slot] - below
                below = to[level, slot]
                volume[level, slot] += weight
                count[level, slot] += 1
                logs[level, slot] = np.log2(volume[level, slot])
                slot = up[level, slot]
                level -= 1
            inner[common, home[common]] -= below
            for level in range(best_level + 1, deepest + 1):
                frees[level] -= 1
                slot = free[level, frees[level]]
                up[level, slot] = parent
                volume[level, slot] = weight
                count[level, slot] = 1
                inner[level, slot] = own if level == deepest else 0.0
                logs[level, slot] = np.log2(weight)
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
                seen[level, slot] = False
            met[level] = 0
    return gained


@njit(cache=True)  # type: ignore[untyped-decorator]
def aggregate(indptr: Any, indices: Any, data: Any, label: Any, groups: int) -> Any:
    """Return (indptr, indices, data, inside) of the graph between groups; ``inside`` = weight of the edges in a group."""
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
