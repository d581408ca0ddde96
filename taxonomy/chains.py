"""The best set for every start at once: long-path decomposition of the tree."""

import numpy as np

from skillweave.taxonomy.layout import Floats, Ints, Layout


def best_for_each(layout: Layout, k: int) -> tuple[Ints, Floats]:
    """Return, for each skill, a k-set of the most I(S) with that skill in it: (n, k) skill indices and (n,) bits.

    ``best(a) = t(a) + max_c best(c)``; the heaviest child extends its parent's chain, every other child starts one, and
    the best k-set is the k heaviest chains (greedy is optimal: Steel 2005; Pardi & Goldman 2005). A start v takes its
    own path out: the chains that touch it go, and where one of them left the path it starts again below.
    """
    paths, terms = layout.paths, layout.terms
    n, nodes = len(layout.skills), len(terms) - 1
    depth = paths.shape[1]
    parent = np.full(nodes, -1)
    new = paths[:, 1:] != paths[:, :-1]
    parent[paths[:, 1:][new]] = paths[:, :-1][new]
    best, bottom, heavy = _best_below(paths, terms, parent)
    head = np.arange(nodes)
    for node in range(1, nodes):
        if heavy[parent[node]] == node:
            head[node] = head[parent[node]]
    heads = np.flatnonzero(head == np.arange(nodes))
    heads = heads[np.lexsort((heads, -best[heads]))][: k - 1 + depth]
    touched = (head[paths][:, :, None] == heads[None, None, :]).any(axis=1)
    again = heavy[paths]
    again[:, :-1][again[:, :-1] == paths[:, 1:]] = -1
    value = np.concatenate(
        [np.where(touched, -np.inf, best[heads][None, :]), np.where(again >= 0, best[again], -np.inf)], axis=1
    )
    leaf = np.concatenate([np.broadcast_to(bottom[heads], touched.shape), bottom[again]], axis=1)
    order = np.argsort(-value, axis=1, kind="stable")[:, : k - 1]
    sets = np.concatenate([np.arange(n)[:, None], np.take_along_axis(leaf, order, axis=1)], axis=1)
    own = np.where(np.diff(paths, axis=1, prepend=-1) != 0, terms[paths], 0.0).sum(axis=1)
    return np.sort(sets, axis=1), own + np.take_along_axis(value, order, axis=1).sum(axis=1)


def _best_below(paths: Ints, terms: Floats, parent: Ints) -> tuple[Floats, Ints, Ints]:
    """Return per node the weight of its heaviest chain, the skill at its end, and the child it goes through (or -1).

    Nodes stand in preorder, so every child has a larger number than its parent.
    """
    nodes = len(parent)
    best, bottom, heavy = terms[:-1].copy(), np.full(nodes, -1), np.full(nodes, -1)
    bottom[paths[:, -1]] = np.arange(len(paths))
    below = np.full(nodes, -np.inf)
    for node in range(nodes - 1, 0, -1):
        if heavy[node] >= 0:
            best[node] += below[node]
            bottom[node] = bottom[heavy[node]]
        over = parent[node]
        if best[node] >= below[over]:
            below[over], heavy[over] = best[node], node
    best[0] += below[0]
    bottom[0] = bottom[heavy[0]]
    return best, bottom, heavy
