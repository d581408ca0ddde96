"""The graph as the search sees it: weights as shares of the volume, nodes in an order that names do not change."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.moves import aggregate

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A graph without isolated nodes as CSR arrays; the degrees add up to 1."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float64]
    degree: NDArray[np.float64]

    def joined(self, label: Labels) -> tuple["Net", NDArray[np.float64]]:
        """Return the graph between groups and the weight inside each."""
        groups = int(label.max()) + 1
        indptr, indices, data, inside = aggregate(self.indptr, self.indices, self.data, label, groups)
        degree = np.bincount(label, weights=self.degree, minlength=groups).astype(np.float64, copy=False)
        return Net(indptr, indices, data, degree), inside

    def within(self, label: Labels) -> "Net":
        """Return the graph of the edges inside groups; degrees stay."""
        indptr, indices, data = _within(self.indptr, self.indices, self.data, label)
        return Net(indptr, indices, data, self.degree)

    def laid_out(self, label: Labels) -> tuple["Net", NDArray[np.int64]]:
        """Return the net with the members of a group side by side, and the node that stands at each place.

        The edges of a group are then read from nearby memory, which halves the time of later passes.
        """
        order = np.argsort(label, kind="stable")
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        indptr, indices, data = _gathered(self.indptr, self.indices, self.data, order, rank)
        return Net(indptr, indices, data, self.degree[order]), order


def net_of(graph: SkillGraph) -> tuple[Net, Ints]:
    """Return the net of a graph and the skill number of each of its nodes; isolated skills are not in it.

    Nodes are ordered by a hash of their weighted neighbourhood (three rounds of Weisfeiler & Leman 1968), so that the
    search does the same whatever the skills are called and however the weights are scaled. Skills that no such hash
    tells apart keep the order of the graph.
    """
    adjacency = graph.adjacency
    volume = float(adjacency.data.sum())
    if volume <= 0:
        empty = np.zeros(0)
        return Net(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), empty, empty), np.zeros(0, dtype=np.int64)
    indptr = adjacency.indptr.astype(np.int64)
    indices = adjacency.indices.astype(np.int32)
    colours = _colours(indptr, indices, adjacency.data, volume)
    order = np.argsort(colours, kind="stable")
    order = order[np.diff(indptr)[order] > 0]
    rank = np.full(len(graph.names), -1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    pointer, columns, data = _reordered(indptr, indices, adjacency.data, order, rank, 1.0 / volume)
    degree = np.add.reduceat(data, pointer[:-1])
    return Net(pointer, columns, data, degree), order


@njit(cache=True)
def _within(indptr: Any, indices: Any, data: Any, label: Any) -> Any:
    kept = 0
    pointer = np.zeros(len(indptr), dtype=np.int64)
    columns = np.empty(len(indices), dtype=np.int32)
    values = np.empty(len(indices))
    for node in range(len(label)):
        for edge in range(indptr[node], indptr[node + 1]):
            if label[indices[edge]] == label[node]:
                columns[kept] = indices[edge]
                values[kept] = data[edge]
                kept += 1
        pointer[node + 1] = kept
    return pointer, columns[:kept].copy(), values[:kept].copy()


@njit(cache=True)
def _gathered(indptr: Any, indices: Any, data: Any, order: Any, rank: Any) -> Any:
    pointer = np.zeros(len(indptr), dtype=np.int64)
    columns = np.empty(len(indices), dtype=np.int32)
    values = np.empty(len(indices))
    end = 0
    for place in range(len(order)):
        for edge in range(indptr[order[place]], indptr[order[place] + 1]):
            columns[end] = rank[indices[edge]]
            values[end] = data[edge]
            end += 1
        pointer[place + 1] = end
    return pointer, columns, values


@njit(cache=True)
def _mixed(value: Any) -> Any:
    """Return a 64-bit hash of a 64-bit number (the finaliser of splitmix64, Steele et al. 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _colours(indptr: Any, indices: Any, data: Any, volume: float) -> Any:
    """Return a hash (n,) of each node's weighted neighbourhood, degree first, widened until all differ or 3 times."""
    colour = _degree_colours(indptr, data, volume)
    linked = np.diff(indptr) > 0
    for _ in range(3):
        colour = _wider(indptr, indices, data, volume, colour)
        sure = np.sort(colour[linked])
        if np.all(sure[1:] != sure[:-1]):
            break
    return colour


@njit(cache=True)
def _degree_colours(indptr: Any, data: Any, volume: float) -> Any:
    colour = np.zeros(len(indptr) - 1, dtype=np.uint64)
    for node in range(len(colour)):
        total = 0.0
        for edge in range(indptr[node], indptr[node + 1]):
            total += data[edge]
        if total > 0:
            colour[node] = _mixed(np.uint64(np.log2(volume / total) * 1e9 + 0.5))
    return colour


@njit(cache=True)
def _wider(indptr: Any, indices: Any, data: Any, volume: float, colour: Any) -> Any:
    following = np.empty(len(colour), dtype=np.uint64)
    for node in range(len(colour)):
        state = np.uint64(0)
        for edge in range(indptr[node], indptr[node + 1]):
            weight = np.uint64(np.log2(volume / data[edge]) * 1e9 + 0.5)
            state += _mixed(colour[indices[edge]] + weight * np.uint64(0x9E3779B97F4A7C15))
        following[node] = _mixed(state ^ (colour[node] * np.uint64(3)))
    return following


@njit(cache=True)
def _reordered(indptr: Any, indices: Any, data: Any, order: Any, rank: Any, scale: float) -> Any:
    """Return the CSR of the nodes in ``order``, columns sorted: the symmetric matrix is its own transpose."""
    nodes = len(order)
    pointer = np.zeros(nodes + 1, dtype=np.int64)
    for node in range(nodes):
        pointer[node + 1] = pointer[node] + indptr[order[node] + 1] - indptr[order[node]]
    fill = pointer[:-1].copy()
    columns = np.empty(pointer[-1], dtype=np.int32)
    values = np.empty(pointer[-1])
    for node in range(nodes):
        for edge in range(indptr[order[node]], indptr[order[node] + 1]):
            row = rank[indices[edge]]
            columns[fill[row]] = node
            values[fill[row]] = data[edge] * scale
            fill[row] += 1
    return pointer, columns, values
