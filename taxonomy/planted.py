"""Random skill graphs with a known nested taxonomy, for tests and benchmarks."""

from collections.abc import Sequence

import numpy as np

from skillweave.taxonomy.graph import Ints, SkillGraph, from_edges

MIX = (0.14, 0.17, 0.23, 0.46)
"""Share of the drawn edges whose ends share no group, a group of the 1st level, of the 2nd, of the 3rd."""


def planted_graph(
    n: int, branching: Sequence[int], *, degree: float = 20.0, seed: int = 0, mix: Sequence[float] = MIX
) -> tuple[SkillGraph, list[Ints]]:
    """Return a graph of n skills in nested groups, and the labels of its levels, coarsest first.

    ``branching`` children a group, at each level; skills have log-normal appeal; ``degree * n / 2`` edges are drawn,
    each at a level by ``mix`` (its last entries where there are fewer levels) with gamma weights of mean 1; repeats
    add up.
    """
    rng = np.random.default_rng(seed)
    groups = int(np.prod(branching))
    leaf = np.sort(rng.integers(groups, size=n))
    labels = [leaf // int(np.prod(branching[level + 1 :])) for level in range(len(branching))]
    appeal = rng.lognormal(0.0, 0.5, size=n)
    total = np.concatenate([[0.0], np.cumsum(appeal)])
    edges = int(degree * n / 2)
    shares = np.asarray([1 - sum(mix[len(mix) - len(branching) :]), *mix[len(mix) - len(branching) :]])
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
    return from_edges(names, source[kept], target[kept], weights), labels
