"""Structural entropy of a graph under an encoding tree; pure numpy, in bits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillweave.taxonomy.graph import Floats, Ints, SkillGraph


def xlog2(values: Floats, logs: Floats) -> float:
    """Return ``sum(values * log2(logs))`` with 0 log 0 = 0."""
    positive = logs > 0
    return float(np.sum(values[positive] * np.log2(logs[positive])))


def degree_entropy(degrees: Floats) -> float:
    """Return H^1 in bits: where a stationary random walk stands, without any groups (Li & Pan 2016, eq. 1).

    >>> round(degree_entropy(np.array([1.0, 2.0, 2.0, 1.0])), 6)
    1.918296
    """
    volume = float(degrees.sum())
    if volume <= 0:
        return 0.0
    return max(0.0, float(np.log2(volume) - xlog2(degrees, degrees) / volume))


def group_volumes(degrees: Floats, labels: Ints) -> Floats:
    """Return the volume of each group (groups,)."""
    return np.asarray(np.bincount(labels, weights=degrees), dtype=np.float64)


def group_cuts(graph: SkillGraph, labels: Ints) -> Floats:
    """Return the weight of the edges that leave each group (groups,)."""
    adjacency = graph.adjacency
    size = int(labels.max()) + 1
    cuts = np.zeros(size)
    rows_at_once = max(1, 4_000_000 * len(graph.names) // max(1, adjacency.nnz))
    for start in range(0, len(graph.names), rows_at_once):
        stop = min(len(graph.names), start + rows_at_once)
        low, high = adjacency.indptr[start], adjacency.indptr[stop]
        own = np.repeat(labels[start:stop], np.diff(adjacency.indptr[start : stop + 1]))
        leaves = own != labels[adjacency.indices[low:high]]
        cuts += np.bincount(own[leaves], weights=adjacency.data[low:high][leaves], minlength=size)
    return cuts


def tree_entropy(graph: SkillGraph, levels: Sequence[Ints]) -> float:
    """Return H^T in bits of nested labels (levels 1..K-1, coarsest first): the sum of all node terms.

    ``H^T = -sum over nodes a but the root of g(a)/V log2(vol(a)/vol(parent(a)))`` (Li & Pan 2016, eq. 6).
    """
    degrees = graph.degrees
    volume = float(degrees.sum())
    if volume <= 0:
        return 0.0
    total = 0.0
    above = np.full(len(degrees), volume)
    for labels in levels:
        volumes, cuts = group_volumes(degrees, labels), group_cuts(graph, labels)
        parents = np.zeros(len(volumes))
        parents[labels] = above
        total += _terms(cuts, volumes, parents)
        above = volumes[labels]
    return max(0.0, (total + _terms(degrees, degrees, above)) / volume)


def _terms(cuts: Floats, volumes: Floats, parents: Floats) -> float:
    real = volumes > 0
    return float(np.sum(cuts[real] * np.log2(parents[real] / volumes[real])))


def lca_entropy(graph: SkillGraph, levels: Sequence[Ints]) -> float:
    """Return H^T in bits by the other formula: ``V H = 2 sum_e w_e log2 vol(lca(e)) - sum_i d_i log2 d_i``.

    (Pan et al., HCSE.) It must agree with `tree_entropy`.
    """
    degrees = graph.degrees
    volume = float(degrees.sum())
    if volume <= 0:
        return 0.0
    row, column, data = _coordinates(graph)
    lowest = np.full(len(data), volume)
    for labels in levels:
        volumes = group_volumes(degrees, labels)
        same = labels[row] == labels[column]
        lowest[same] = volumes[labels[row[same]]]
    return max(0.0, (float(np.sum(data * np.log2(lowest))) - xlog2(degrees, degrees)) / volume)


def lower_bound(graph: SkillGraph) -> float:
    """Return a bound in bits that no encoding tree can pass: every edge alone in a group of its two ends.

    ``V H >= 2 sum_e w_e log2(d_u + d_v) - sum_i d_i log2 d_i``.
    """
    degrees = graph.degrees
    volume = float(degrees.sum())
    if volume <= 0:
        return 0.0
    row, column, data = _coordinates(graph)
    return max(0.0, (xlog2(data, degrees[row] + degrees[column]) - xlog2(degrees, degrees)) / volume)


def _coordinates(graph: SkillGraph) -> tuple[NDArray[Any], NDArray[Any], Floats]:
    adjacency = graph.adjacency
    row = np.repeat(np.arange(len(graph.names)), np.diff(adjacency.indptr))
    return row, adjacency.indices, adjacency.data
