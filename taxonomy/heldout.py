"""How well a tree foretells edges that its search did not see.

A tree is read as a model of edges: an edge meets at node a (its lowest common ancestor) with the probability that edges
of the graph do, and joins the pairs of skills that meet at a in proportion to the product of their degrees. More levels
always lower the entropy of the graph they were found on, on noise too; unseen edges they foretell better only where the
levels are real. (Edges left out to judge a hierarchy: Clauset, Moore & Newman 2008.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from skillweave.taxonomy.graph import Floats, Ints, SkillGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Edges, each once."""

    source: Ints
    target: Ints
    weight: Floats


def edges_of(graph: SkillGraph) -> Edges:
    """Return the edges of a graph."""
    upper = sparse.coo_array(sparse.triu(graph.adjacency, k=1))
    source, target = (np.asarray(ends, dtype=np.int64) for ends in upper.coords)
    return Edges(source=source, target=target, weight=np.asarray(upper.data, dtype=np.float64))


def folds(
    graph: SkillGraph, rng: np.random.Generator, *, copies: int, share: int = 10
) -> Iterator[tuple[SkillGraph, Edges]]:
    """Yield (graph without one of ``share`` random parts of its edges, the edges of that part), ``copies`` times."""
    edges = edges_of(graph)
    part = rng.integers(share, size=len(edges.weight))
    for fold in range(copies):
        out = part == fold
        ends = (edges.source[~out], edges.target[~out])
        kept = sparse.coo_array((edges.weight[~out], ends), shape=graph.adjacency.shape)
        full = sparse.csr_array(kept + kept.T, dtype=np.float64)
        full.sort_indices()
        held = Edges(source=edges.source[out], target=edges.target[out], weight=edges.weight[out])
        yield SkillGraph(names=graph.names, adjacency=full, weight=graph.weight), held


def foretold(graph: SkillGraph, levels: Sequence[Ints], held: Edges) -> Floats:
    """Return, for each held-out edge between skills that the graph links, the bits that the tree gains on no tree.

    ``log2(P(a) / M(a))`` times the weight of the edge over the mean weight: P(a) is the share of the graph's weight
    that meets at a, M(a) the share that would meet there if edges joined skills by their degrees alone. One edge of
    mean weight, placed by degrees, is added to the graph, so that no P is 0. ``levels`` are nested labels, coarsest
    first; without any the gain is 0 but for that edge.
    """
    degrees, edges = graph.degrees, edges_of(graph)
    meeting, sizes = _meeting(levels, edges), [int(label.max()) + 1 for label in levels]
    chance = _chance(degrees, levels, sizes)
    unit, total = float(edges.weight.mean()), float(edges.weight.sum())
    weight = np.bincount(meeting, weights=edges.weight, minlength=len(chance))
    share = (weight + unit * chance) / (total + unit)
    linked = (degrees[held.source] > 0) & (degrees[held.target] > 0)
    at = _meeting(levels, held)[linked]
    return np.asarray(held.weight[linked] / unit * np.log2(share[at] / np.maximum(chance[at], 1e-300)))


def _meeting(levels: Sequence[Ints], edges: Edges) -> Ints:
    """Return where each edge meets: 0 for the root, then the groups of level 1, of level 2, ..."""
    found, first = np.zeros(len(edges.weight), dtype=np.int64), 1
    for label in levels:
        own = label[edges.source]
        same = own == label[edges.target]
        found[same] = first + own[same]
        first += int(label.max()) + 1
    return found


def _chance(degrees: Floats, levels: Sequence[Ints], sizes: Sequence[int]) -> Floats:
    """Return the share of the pairs, weighted by both degrees, that meet at each node: numbered as by `_meeting`."""
    volume = np.zeros(1 + sum(sizes))
    below = np.zeros(1 + sum(sizes))
    volume[0] = degrees.sum()
    above, first = np.zeros(len(degrees), dtype=np.int64), 1
    for label, size in zip(levels, sizes, strict=True):
        own = slice(first, first + size)
        volume[own] = np.bincount(label, weights=degrees, minlength=size)
        parent = np.zeros(size, dtype=np.int64)
        parent[label] = above
        below += np.bincount(parent, weights=volume[own] ** 2, minlength=len(below))
        above = np.asarray(first + label)
        first += size
    below += np.bincount(above, weights=degrees**2, minlength=len(below))
    return np.asarray(np.maximum(volume**2 - below, 0.0) / volume[0] ** 2)
