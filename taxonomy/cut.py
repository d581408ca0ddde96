"""Compiled: the best cut of a binary dendrogram to K levels, exactly."""

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True)
def _meld(heap_left: Any, heap_right: Any, rank: Any, key: Any, one: int, two: int, path: Any) -> int:
    """Return the root of two leftist heaps melded; the smallest key is on top; -1 is empty."""
    if one < 0:
        return two
    if two < 0:
        return one
    depth = 0
    while one >= 0 and two >= 0:
        if key[two] < key[one]:
            one, two = two, one
        path[depth] = one
        depth += 1
        one = heap_right[one]
    root = one if one >= 0 else two
    while depth > 0:
        depth -= 1
        node = path[depth]
        heap_right[node] = root
        if heap_left[node] < 0 or rank[heap_left[node]] < rank[root]:
            heap_left[node], heap_right[node] = root, heap_left[node]
        rank[node] = 1 + (rank[heap_right[node]] if heap_right[node] >= 0 else 0)
        root = node
    return root


@njit(cache=True)
def cut(leaves: int, left: Any, right: Any, cross: Any, volume: Any, kept_levels: int) -> Any:
    """Return the best cut of a dendrogram to at most ``kept_levels`` levels of groups: (kept_levels, leaves) labels.

    Exact. For a merge a below the kept ancestor p, with x = log2 vol(p) and h levels to spare,

        T_h(a; x) = min( G_{h-1}(a), cross(a) x + T_h(l; x) + T_h(r; x) )
        G_h(a) = cross(a) x + T_h(l; x) + T_h(r; x) at x = log2 vol(a)

    As a function of x, T_h is concave, rising and piecewise linear: a sum adds slopes, and the minimum with the
    constant G_{h-1}(a) cuts off all that lies to the right of one crossing. Its breaks are kept in two mergeable
    heaps, so a level costs O(n log n), whatever the depth. The crossing is remembered: a is kept just where x lies to
    the right of it.
    """
    nodes = len(left)
    logs = np.log2(np.maximum(volume, 1e-300))
    spare = np.zeros(nodes)
    edges = np.zeros(nodes)
    for node in range(leaves, nodes):
        edges[node] = cross[node] + edges[left[node]] + edges[right[node]]
        spare[node] = edges[node] * logs[node]
    crossing = np.full((kept_levels + 1, nodes), np.inf)
    near, far = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    links = np.empty((4, nodes), dtype=np.int64)
    ranks = np.ones((2, nodes), dtype=np.int64)
    place, minus, drop = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    gone = np.zeros(nodes, dtype=np.bool_)
    low_slope, low_base = np.empty(nodes), np.empty(nodes)
    high_slope, high_base = np.empty(nodes), np.empty(nodes)
    path = np.empty(256, dtype=np.int64)
    for level in range(1, kept_levels + 1):
        following = np.zeros(nodes)
        near[:], far[:], gone[:] = -1, -1, False
        low_slope[:], low_base[:], high_slope[:], high_base[:] = 0.0, 0.0, 0.0, 0.0
        for node in range(leaves, nodes):
            one, two = left[node], right[node]
            low_slope[node] = low_slope[one] + low_slope[two] + cross[node]
            low_base[node] = low_base[one] + low_base[two]
            high_slope[node] = high_slope[one] + high_slope[two] + cross[node]
            high_base[node] = high_base[one] + high_base[two]
            near[node] = _meld(links[0], links[1], ranks[0], place, near[one], near[two], path)
            far[node] = _meld(links[2], links[3], ranks[1], minus, far[one], far[two], path)
            here = logs[node]
            while near[node] >= 0 and (gone[near[node]] or place[near[node]] <= here):
                top = near[node]
                if not gone[top]:
                    gone[top] = True
                    low_slope[node] -= drop[top]
                    low_base[node] += drop[top] * place[top]
                near[node] = _meld(links[0], links[1], ranks[0], place, links[0][top], links[1][top], path)
            following[node] = low_base[node] + low_slope[node] * here
            kept = spare[node]
            while far[node] >= 0:
                top = far[node]
                if not gone[top]:
                    if high_base[node] + high_slope[node] * place[top] <= kept:
                        break
                    gone[top] = True
                    high_slope[node] += drop[top]
                    high_base[node] -= drop[top] * place[top]
                far[node] = _meld(links[2], links[3], ranks[1], minus, links[2][top], links[3][top], path)
            if far[node] < 0:
                high_slope[node], high_base[node] = low_slope[node], low_base[node]
            if high_slope[node] > 1e-15:
                where = (kept - high_base[node]) / high_slope[node]
                crossing[level, node] = where
                gone[node] = False
                place[node], minus[node], drop[node] = where, -where, high_slope[node]
                links[:, node] = -1
                ranks[:, node] = 1
                near[node] = _meld(links[0], links[1], ranks[0], place, near[node], node, path)
                far[node] = _meld(links[2], links[3], ranks[1], minus, far[node], node, path)
                high_slope[node], high_base[node] = 0.0, kept
        spare = following
    return _labels(leaves, left, right, logs, crossing, kept_levels)


@njit(cache=True)
def _labels(leaves: int, left: Any, right: Any, logs: Any, crossing: Any, kept_levels: int) -> Any:
    """Return the labels of the cut, from the root down; a group that needs fewer levels repeats as single leaves."""
    nodes = len(left)
    labels = np.empty((kept_levels, leaves), dtype=np.int32)
    used = np.zeros(kept_levels, dtype=np.int64)
    over = np.empty(nodes, dtype=np.int64)
    depth = np.zeros(nodes, dtype=np.int64)
    current = np.zeros((kept_levels + 1, nodes), dtype=np.int32)
    over[nodes - 1] = nodes - 1
    for node in range(nodes - 1, -1, -1):
        if node < nodes - 1:
            spare = kept_levels - depth[node]
            keep = node < leaves or (spare > 0 and logs[over[node]] > crossing[spare, node])
            if keep:
                last = kept_levels if node < leaves else depth[node] + 1
                for level in range(depth[node], last):
                    current[level, node] = used[level]
                    used[level] += 1
                depth[node] = last
                over[node] = node
        if node >= leaves:
            for child in (left[node], right[node]):
                over[child] = over[node]
                depth[child] = depth[node]
                for level in range(depth[node]):
                    current[level, child] = current[level, node]
        else:
            for level in range(kept_levels):
                labels[level, node] = current[level, node]
    return labels
