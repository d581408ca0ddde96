"""The tree as arrays for selection: binarised, so that every table is filled height by height without Python loops."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillweave.taxonomy.tree import Taxonomy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """A taxonomy whose nodes with many children became balanced binary merges; M binary nodes, children before parents.

    The top merge of an inner node stands for the node itself. Node 0 is empty: it pairs an only child.
    """

    skills: tuple[str, ...]
    """The skills, sorted; leaves index them."""
    left: Ints
    """(M,) left child, -1 for leaves and the empty node."""
    right: Ints
    """(M,) right child."""
    term: Floats
    """(M,) entropy term in bits of the node that a top stands for, 0 for other merges."""
    leaf: Ints
    """(M,) skill index, -1 for merges."""
    top: Bools
    """(M,) whether the binary node stands for a node of the taxonomy."""
    span: Ints
    """(M,) span of combinations that meet here, -1 for leaves and merges that are no tops."""
    above: Floats
    """(M,) sum of the terms from the root down to and with this top."""
    size: Ints
    """(M,) number of skills below."""
    waves: tuple[Ints, ...]
    """Merges by rising height: all children of a wave stand in earlier waves or are leaves."""
    paths: Ints
    """(n, K + 1) nodes of the taxonomy (file order) from the root to each skill, the leaf repeated to fill a row."""
    terms: Floats
    """(nodes of the taxonomy + 1,) their entropy terms; a last 0 for convenience."""

    @property
    def root(self) -> int:
        """The binary node of the root."""
        return len(self.left) - 1


def lay_out(taxonomy: Taxonomy) -> Layout:
    """Return the arrays of a taxonomy; O(number of nodes)."""
    index = {skill: i for i, skill in enumerate(taxonomy.skills)}
    rows: list[tuple[int, int, float, int, bool, int, float]] = [(-1, -1, 0.0, -1, False, -1, 0.0)]
    heights, sizes = [0], [0]
    above: dict[str, float] = {}
    for node in taxonomy.nodes:
        above[node.id] = node.entropy + (above[node.parent] if node.parent is not None else 0.0)

    def add(left: int, right: int, term: float, leaf: int, top: bool, span: int, over: float) -> int:
        rows.append((left, right, term, leaf, top, span, over))
        inner = leaf < 0
        heights.append(1 + max(heights[left], heights[right]) if inner else 0)
        sizes.append(sizes[left] + sizes[right] if inner else 1)
        return len(rows) - 1

    place: dict[str, int] = {}
    for node in reversed(taxonomy.nodes):
        over = above[node.id]
        if node.skill is not None:
            place[node.id] = add(-1, -1, node.entropy, index[node.skill], True, -1, over)
            continue
        queue = [place[child.id] for child in taxonomy.children[node.id]]
        while len(queue) > 2:
            pairs = zip(queue[::2], queue[1::2], strict=False)
            odd = queue[-1:] if len(queue) % 2 else []
            queue = [add(a, b, 0.0, -1, False, -1, 0.0) for a, b in pairs] + odd
        first, second = (*queue, 0)[:2]
        place[node.id] = add(first, second, node.entropy, -1, True, taxonomy.spans[node.id], over)
    columns: list[Any] = [np.asarray(column) for column in zip(*rows, strict=True)]
    height = np.asarray(heights)
    return Layout(
        skills=taxonomy.skills,
        left=columns[0],
        right=columns[1],
        term=columns[2],
        leaf=columns[3],
        top=columns[4],
        span=columns[5],
        above=columns[6],
        size=np.asarray(sizes),
        waves=tuple(np.flatnonzero(height == h) for h in range(1, int(height.max()) + 1)),
        paths=_paths(taxonomy),
        terms=np.asarray([*(node.entropy for node in taxonomy.nodes), 0.0]),
    )


def _paths(taxonomy: Taxonomy) -> Ints:
    number = {node.id: i for i, node in enumerate(taxonomy.nodes)}
    paths = np.empty((len(taxonomy.skills), taxonomy.levels + 1), dtype=np.int64)
    for row, skill in enumerate(taxonomy.skills):
        path = [number[node_id] for node_id in taxonomy.path(skill)]
        paths[row] = path + path[-1:] * (taxonomy.levels + 1 - len(path))
    return paths


def information_of(layout: Layout, sets: Ints) -> Floats:
    """Return I(S) in bits of each row of ``sets`` (m, k) of skill indices: the union of root paths, level by level."""
    nothing = len(layout.terms) - 1
    total = np.zeros(len(sets))
    for level in range(layout.paths.shape[1]):
        met = layout.paths[sets, level]
        if level:
            met = np.where(met == layout.paths[sets, level - 1], nothing, met)
        met = np.sort(met, axis=1)
        fresh = np.ones(met.shape, dtype=bool)
        fresh[:, 1:] = met[:, 1:] != met[:, :-1]
        total += np.sum(np.where(fresh, layout.terms[met], 0.0), axis=1)
    return total
