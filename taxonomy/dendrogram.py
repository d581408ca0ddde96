"""Compiled agglomeration of a graph to a binary dendrogram.

Linkage ``w_ab / (vol_a vol_b)`` (Bonald et al. 2018, Paris). It is reducible, so all pairs that are each other's
nearest can be merged at once and the dendrogram is that of one merge after the other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from skillweave.taxonomy.graph import Floats, Ints
from skillweave.taxonomy.moves import aggregate
from skillweave.taxonomy.net import Labels, Net

SLOW = 0.02
"""Where fewer than this share of the nodes merge in a round (hubs), followers are merged behind their hub at once."""


@dataclass(slots=True, kw_only=True, eq=False)
class Dendrogram:
    """Merges by number: nodes of the graph come first, every merge after its two sides; filled by `agglomerate`."""

    left: Ints
    right: Ints
    cross: Floats
    """Weight between the two sides."""
    volume: Floats
    following: int
    """Number of the next merge."""

    @classmethod
    def over(cls, degree: Floats) -> "Dendrogram":
        """Return the dendrogram of single nodes."""
        size = 2 * len(degree) - 1
        volume = np.concatenate([degree, np.zeros(size - len(degree))])
        sides = np.zeros((2, size), dtype=np.int64)
        return cls(left=sides[0], right=sides[1], cross=np.zeros(size), volume=volume, following=len(degree))


def agglomerate(tree: Dendrogram, net: Net, bound: Labels, name: Ints) -> Ints:
    """Merge the nodes of each value of ``bound`` into one; return the number of the root of each.

    ``name`` is the number of each node of the net in the dendrogram. What no edge joins is merged last.
    """
    indptr, indices, data = net.indptr, net.indices, net.data
    sides = (tree.left, tree.right, tree.cross, tree.volume)
    while True:
        nearest, closeness, pairs = _nearest(indptr, indices, data, bound, name, tree.volume)
        if not pairs:
            break
        hubs_first = np.argsort(-closeness, kind="stable") if pairs < SLOW * len(name) else np.zeros(0, dtype=np.int64)
        label, name, bound, tree.following = _merge(
            indptr, indices, data, bound, name, nearest, closeness, hubs_first, *sides, tree.following
        )
        indptr, indices, data, _ = aggregate(indptr, indices, data, label, len(name))
    roots = np.full(int(bound.max()) + 1, -1, dtype=np.int64)
    for node, own in zip(name.tolist(), bound.tolist(), strict=True):
        roots[own] = node if roots[own] < 0 else _join(tree, int(roots[own]), node)
    return roots


def _join(tree: Dendrogram, left: int, right: int) -> int:
    merge = tree.following
    tree.left[merge], tree.right[merge] = left, right
    tree.volume[merge] = tree.volume[left] + tree.volume[right]
    tree.following += 1
    return merge


@njit(cache=True)
def _nearest(indptr: Any, indices: Any, data: Any, bound: Any, name: Any, volume: Any) -> Any:
    """Return the nearest neighbour of each node within its bound (-1: none), how near, and how many pairs are
    mutual.
    """
    nodes = len(name)
    nearest = np.empty(nodes, dtype=np.int32)
    closeness = np.zeros(nodes)
    for node in range(nodes):
        best, most = -1, 0.0
        for edge in range(indptr[node], indptr[node + 1]):
            other = indices[edge]
            if bound[other] != bound[node]:
                continue
            close = data[edge] / volume[name[other]]
            better = best < 0 or close > most * (1 + 1e-12)
            if not better and close >= most * (1 - 1e-12):
                # a tie goes to the pair of the least numbers, so that some pair is always mutual
                low, high = min(node, other), max(node, other)
                old_low, old_high = min(node, best), max(node, best)
                better = low < old_low or (low == old_low and high < old_high)
            if better:
                best, most = other, close
        nearest[node] = best
        closeness[node] = most / volume[name[node]]
    pairs = 0
    for node in range(nodes):
        if nearest[node] > node and nearest[nearest[node]] == node:
            pairs += 1
    return nearest, closeness, pairs


@njit(cache=True)
def _merge(
    indptr: Any,
    indices: Any,
    data: Any,
    bound: Any,
    name: Any,
    nearest: Any,
    closeness: Any,
    followers: Any,
    left: Any,
    right: Any,
    cross: Any,
    volume: Any,
    first: int,
) -> Any:
    """Merge mutual pairs, then each of ``followers`` into the pair its nearest is in; return (label, name, bound,
    next).
    """
    nodes = len(name)
    label = np.full(nodes, -1, dtype=np.int32)
    root = np.empty(nodes, dtype=np.int64)
    limit = np.empty(nodes, dtype=np.int32)
    following = first
    groups = 0
    for node in range(nodes):
        other = nearest[node]
        if other > node and nearest[other] == node:
            weight = 0.0
            for edge in range(indptr[node], indptr[node + 1]):
                if indices[edge] == other:
                    weight += data[edge]
            label[node], label[other] = groups, groups
            left[following], right[following], cross[following] = name[node], name[other], weight
            volume[following] = volume[name[node]] + volume[name[other]]
            root[groups], limit[groups] = following, bound[node]
            following += 1
            groups += 1
    # What is left of a tie is paired too, each node with the first that is as near to it as any and free.
    for node in range(nodes):
        if label[node] >= 0 or nearest[node] < 0:
            continue
        for edge in range(indptr[node], indptr[node + 1]):
            other = indices[edge]
            if label[other] >= 0 or nearest[other] < 0 or bound[other] != bound[node]:
                continue
            close = data[edge] / volume[name[node]] / volume[name[other]] * (1 + 1e-12)
            if close >= closeness[node] and close >= closeness[other]:
                label[node], label[other] = groups, groups
                left[following], right[following], cross[following] = name[node], name[other], data[edge]
                volume[following] = volume[name[node]] + volume[name[other]]
                root[groups], limit[groups] = following, bound[node]
                following += 1
                groups += 1
                break
    pairs = groups
    for node in followers:
        if label[node] >= 0 or nearest[node] < 0:
            continue
        hub = label[nearest[node]]
        if hub < 0 or hub >= pairs:
            continue
        weight = 0.0
        for edge in range(indptr[node], indptr[node + 1]):
            if label[indices[edge]] == hub:
                weight += data[edge]
        left[following], right[following], cross[following] = root[hub], name[node], weight
        volume[following] = volume[root[hub]] + volume[name[node]]
        root[hub] = following
        following += 1
        label[node] = hub
    for node in range(nodes):
        if label[node] < 0:
            label[node] = groups
            root[groups], limit[groups] = name[node], bound[node]
            groups += 1
    return label, root[:groups].copy(), limit[:groups].copy(), following
