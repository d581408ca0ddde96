"""Random skill graphs with a known nested taxonomy, for tests and benchmarks."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from skillweave.taxonomy.graph import Ints, SkillGraph, from_edges

MIX = (0.14, 0.17, 0.23, 0.46)
"""Share of the drawn edges whose ends share no group, a group of the 1st level, of the 2nd, of the 3rd."""


def planted_graph(
    n: int, branching: Sequence[int], *, degree: float = 20.0, seed: int = 0, mix: Sequence[float] = MIX
) -> tuple[SkillGraph, list[Ints]]:
    """Return a graph of n skills in nested groups of like sizes, and the labels of its levels, coarsest first.

    ``branching`` children a group, at each level; ``degree * n / 2`` edges are drawn, see `graph_on`.
    """
    rng = np.random.default_rng(seed)
    groups = int(np.prod(branching))
    leaf = np.sort(rng.integers(groups, size=n))
    labels = [leaf // int(np.prod(branching[level + 1 :])) for level in range(len(branching))]
    return graph_on(labels, n, rng, degree=degree, mix=mix), labels


def uneven_graph(
    n: int, depth: int, *, degree: float = 20.0, seed: int = 0, mix: Sequence[float] = MIX
) -> tuple[SkillGraph, list[Ints]]:
    """Return a graph of n skills in nested groups of very unequal sizes, and the labels of its levels, coarsest first.

    Groups split into 3 to 5 parts of Dirichlet(2) sizes; one in seven, and those of under 24 skills, not at all.
    """
    rng = np.random.default_rng(seed)
    labels: list[Ints] = []
    bounds = np.asarray([0, n])
    for _ in range(depth):
        cuts = [bounds]
        for low, high in pairwise(bounds.tolist()):
            if high - low >= 24 and rng.random() < 6 / 7:
                shares = np.cumsum(rng.dirichlet(np.full(rng.integers(3, 6), 2.0)))[:-1]
                cuts.append(low + (shares * (high - low)).astype(np.int64))
        bounds = np.unique(np.concatenate(cuts))
        labels.append(np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)))
    return graph_on(labels, n, rng, degree=degree, mix=mix), labels


def graph_on(
    labels: Sequence[Ints], n: int, rng: np.random.Generator, *, degree: float, mix: Sequence[float]
) -> SkillGraph:
    """Return a graph with nested groups of neighbouring skills; without groups its edges follow appeal alone.

    Skills have log-normal appeal; ``degree * n / 2`` edges are drawn, each at a level by ``mix`` (its last entries
    where there are fewer levels) with gamma weights of mean 1; repeats add up.
    """
    appeal = rng.lognormal(0.0, 0.5, size=n)
    total = np.concatenate([[0.0], np.cumsum(appeal)])
    edges = int(degree * n / 2)
    levels = len(labels)
    shares = np.asarray([1 - sum(mix[len(mix) - levels :]), *mix[len(mix) - levels :]])
    depth = rng.choice(len(shares), size=edges, p=shares / shares.sum())
    source = np.searchsorted(total, rng.random(edges) * total[-1], side="right") - 1
    low, high = np.zeros(edges, dtype=np.int64), np.full(edges, n)
    for level, label in enumerate(labels, 1):
        at = depth == level
        group = label[source[at]]
        low[at], high[at] = np.searchsorted(label, group), np.searchsorted(label, group, side="right")
    drawn = total[low] + rng.random(edges) * (total[high] - total[low])
    target = np.clip(np.searchsorted(total, drawn, side="right") - 1, 0, n - 1)
    names = [f"s{i:0{len(str(n - 1))}d}" for i in range(n)]
    kept = source != target
    weights = rng.gamma(2.0, 0.5, size=edges)[kept]
    return from_edges(names, source[kept], target[kept], weights)
