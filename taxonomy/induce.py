"""The search for the encoding tree of height K with the least structural entropy."""

from functools import partial

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import reverse_cuthill_mckee

from skillweave.taxonomy.cut import cut
from skillweave.taxonomy.dendrogram import Dendrogram, agglomerate
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.net import Labels, Net, net_of
from skillweave.taxonomy.polish import Levels, compact, of_units, polish

TOLERANCE = 1e-9
"""Rounds of improvement end at a gain of so many bits on small graphs, `COARSE` on graphs of more than `LARGE`
edges.
"""
COARSE = 2e-4
LARGE = 150_000
HUGE = 500_000
STARTS = 8
"""Independent searches on small graphs; the best tree is kept."""
SPARSE = 3
"""Large graphs of up to so many edges a node are cut afresh at each height, as small graphs are: the best encoding of
a path or a tree often grows from no encoding of the height below.
"""
TINY = 64
"""Graphs of up to so many nodes get four times the starts, some of them random."""


def induce(graph: SkillGraph, height: int, *, seed: int = 0) -> list[Ints]:
    """Return the labels of the skills at levels 1..height-1 (coarsest first) of the best tree found.

    Local moving to one level of groups; then, over and over, the best cut of a dendrogram that refines the tree so far
    (`dendrogram.cut`: exact, so it never loses, and it is where levels are inserted) and moves across the whole tree
    (`polish`). Small graphs are searched from several starts. Deterministic under the seed.
    """
    return climb(graph, height, seed=seed)[height]


def climb(
    graph: SkillGraph, highest: int, *, seed: int = 0, every: bool = False, most: int = STARTS
) -> dict[int, list[Ints]]:
    """Return the best trees found by height; heights between 2 and the highest are kept only if asked for ``every``."""
    net, skills = net_of(graph)
    trees: dict[int, list[Ints]] = {1: []}
    if highest == 1:
        return trees
    if not len(skills):
        return {height: [np.arange(len(graph.names))] * (height - 1) for height in range(1, highest + 1)}
    rng = np.random.default_rng(seed)
    edges = len(net.data) // 2
    starts = int(np.clip(2 * LARGE // max(1, edges), 1, most))
    if len(skills) <= TINY and most == STARTS:
        starts = 4 * STARTS
    gradual = every or edges <= LARGE
    afresh = edges <= max(LARGE, SPARSE * len(skills))
    best: dict[int, tuple[float, Levels]] = {}
    for start in range(starts):
        levels = _start(net, start, rng)
        if edges > LARGE:
            net, order = net.laid_out(levels[-1])
            skills, levels = skills[order], [label[order] for label in levels]
        for height in range(2, highest + 1) if gradual else sorted({2, highest}):
            if height > 2:
                levels = recut(net, levels, height - 1)
            if height > 2 or highest == 2 or every:
                levels = _improve(net, levels, rng)
            if afresh and start == 0:
                others = [recut(net, [], height - 1)] if height > 2 else []
                others += [_walked(net, height - 1)] if edges <= SPARSE * len(skills) else []
                levels = min([levels, *(_improve(net, other, rng) for other in others)], key=partial(cost, net))
            value = cost(net, levels) if starts > 1 else 0.0
            if height not in best or value < best[height][0] - 1e-12:
                best[height] = (value, levels)
    return trees | {
        height: [_lifted(label, skills, len(graph.names)) for label in tree] for height, (_, tree) in best.items()
    }


def _start(net: Net, number: int, rng: np.random.Generator) -> Levels:
    """Return one level of groups to start from: grown from single nodes, cut from a dendrogram, or (tiny) at random."""
    if number % 4 == 3:
        return recut(net, [], 1)
    nodes = len(net.degree)
    if nodes <= TINY and number % 2:
        return [compact(rng.integers(rng.integers(2, max(3, nodes // 2)), size=nodes))]
    return _flat(net, rng)


def _flat(net: Net, rng: np.random.Generator) -> Levels:
    """Return one level of groups, grown from single nodes."""
    single = [np.arange(len(net.degree), dtype=np.int32)]
    if len(net.data) // 2 <= LARGE:
        return polish(net, single, rng, rounds=1, tolerance=COARSE)[1]
    return polish(net, single, rng, rounds=1, tolerance=1e-2, parts=False)[1]


def _walked(net: Net, kept_levels: int) -> Levels:
    """Return the cut of a dendrogram whose ties are broken along a walk through the graph.

    Where most edges are alike (paths, trees, meshes) the order of merges decides, and pairs side by side leave no node
    between them alone. The walk is that of Cuthill & McKee 1969.
    """
    shape = (len(net.degree), len(net.degree))
    matrix = sparse.csr_matrix((net.data, net.indices, net.indptr), shape=shape)
    place = np.empty(len(net.degree), dtype=np.int32)
    place[reverse_cuthill_mckee(matrix, symmetric_mode=True)] = np.arange(len(net.degree), dtype=np.int32)
    moved, order = net.laid_out(place)
    levels = []
    for label in recut(moved, [], kept_levels):
        levels.append(np.empty_like(label))
        levels[-1][order] = label
    return levels


def _improve(net: Net, levels: Levels, rng: np.random.Generator) -> Levels:
    """Return the levels after polishing and cutting anew in turn, until neither gains; large graphs get fewer turns."""
    edges = len(net.data) // 2
    if edges > LARGE:
        for turn in range(3 if edges <= HUGE else 2 if len(levels) > 1 else 1):
            levels = recut(net, levels, len(levels)) if turn else levels
            levels = polish(net, levels, rng, rounds=1, tolerance=COARSE)[1]
        return levels
    for _ in range(12):
        first, levels = polish(net, levels, rng, rounds=4, tolerance=TOLERANCE)
        before = cost(net, levels)
        again = recut(net, levels, len(levels))
        gain = before - cost(net, again)
        if gain > 0:
            levels = again
        if first + max(0.0, gain) <= TOLERANCE:
            break
    return levels


def cost(net: Net, levels: Levels) -> float:
    """Return ``sum_a W(a) log2 vol(a)`` in bits, which is half of H^T but for a constant of the graph."""
    total, base, unit = 0.0, net, None
    for label in reversed(levels):
        base, inside = base.joined(of_units(label, unit))
        unit = label
        some = inside > 0
        total += float(np.sum(inside[some] * np.log2(base.degree[some])))
    return total


def recut(net: Net, levels: Levels, kept_levels: int) -> Levels:
    """Return the best cut to ``kept_levels`` levels of a dendrogram that refines the given levels (none: of all)."""
    tree = Dendrogram.over(net.degree)
    leaves = len(net.degree)
    name, current, unit = np.arange(leaves), net, None
    for label in [*reversed(levels), np.zeros(leaves, dtype=np.int32)]:
        bound = of_units(label, unit)
        name = agglomerate(tree, current, bound, name)
        current, unit = current.joined(bound)[0], label
    labels = cut(leaves, tree.left, tree.right, tree.cross, tree.volume, kept_levels)
    return [compact(label) for label in labels]


def _lifted(label: Labels, skills: Ints, total: int) -> Ints:
    """Return labels of all skills; those outside the net (isolated ones) stand alone."""
    found = np.full(total, -1, dtype=np.int64)
    found[skills] = label
    outside = np.flatnonzero(found < 0)
    found[outside] = int(label.max()) + 1 + np.arange(len(outside))
    return found
