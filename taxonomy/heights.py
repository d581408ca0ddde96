"""How high the tree should be: the deepest height whose every level survives losing a part of the edges."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import sparse

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.entropy import degree_entropy, tree_entropy
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.induce import climb

HIGHEST = 6
"""Heights 2..HIGHEST are tried."""
STABLE = 0.7
"""A level is stable where its AMI with the same level of the thinned graphs is at least this."""
FALL = 0.01
"""A further level must take at least this share of H^1 off the entropy."""
LOST = 0.1
"""Share of the edges that a thinned graph loses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightFigures:
    """One height that was tried."""

    height: int
    entropy: float
    """H^T in bits."""
    fall: float
    """How much lower than at the height before, as a share of H^1."""
    stability: float
    """AMI of the least stable level, mean over the thinned graphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightChoice:
    """The height that was chosen, and why."""

    height: int
    reason: str
    figures: tuple[HeightFigures, ...]
    levels: list[Ints]
    """Labels of the tree of that height."""

    def to_json(self) -> tuple[dict[str, Any], ...]:
        """Return the figures of all heights, for `taxonomy.json`."""
        return tuple(asdict(figure) for figure in self.figures)


def thinned(graph: SkillGraph, rng: np.random.Generator, lost: float = LOST) -> SkillGraph:
    """Return the graph without a random share of its edges."""
    upper = sparse.coo_array(sparse.triu(graph.adjacency, k=1))
    kept = rng.random(len(upper.data)) >= lost
    row, column = upper.coords[0][kept], upper.coords[1][kept]
    part = sparse.coo_array((upper.data[kept], (row, column)), shape=graph.adjacency.shape)
    full = sparse.csr_array(part + part.T, dtype=np.float64)
    full.sort_indices()
    return SkillGraph(names=graph.names, adjacency=full, weight=graph.weight)


def choose_height(graph: SkillGraph, *, seed: int = 0, highest: int = HIGHEST, copies: int = 2) -> HeightChoice:
    """Return the largest height whose every level is stable under thinning and takes a real share off the entropy.

    Entropy alone never says stop: a further level always lowers it, on noise too. So each height is also induced on
    ``copies`` of the graph that lost a tenth of their edges, and the levels are compared. Where no height is stable,
    the most stable one is taken.
    """
    h1 = degree_entropy(graph.degrees)
    if h1 == 0 or len(graph.names) < 4:
        levels = climb(graph, 2, seed=seed)[2]
        return HeightChoice(height=2, reason="the graph is too small to tell heights apart", figures=(), levels=levels)
    trees = climb(graph, highest, seed=seed, every=True, most=4)
    rng = np.random.default_rng(seed)
    others = [climb(thinned(graph, rng), highest, seed=seed, every=True, most=2) for _ in range(copies)]
    figures: list[HeightFigures] = []
    before = h1
    for height in range(2, highest + 1):
        entropy = tree_entropy(graph, trees[height])
        agreement = [
            np.mean([ami(labels, other[height][level]) for other in others])
            for level, labels in enumerate(trees[height])
        ]
        fall, before = (before - entropy) / h1, entropy
        figures.append(HeightFigures(height=height, entropy=entropy, fall=fall, stability=float(min(agreement))))
    stable = [figure for figure in figures if figure.stability >= STABLE and figure.fall >= FALL]
    if stable:
        chosen = stable[-1]
        after = next((figure for figure in figures if figure.height == chosen.height + 1), None)
        stop = f"height {highest} is the highest tried"
        if after is not None:
            stop = f"at height {after.height} it is {after.stability:.2f} and the entropy falls by {after.fall:.1%}"
        reason = (
            f"height {chosen.height}: every level keeps an AMI of {chosen.stability:.2f} or more "
            f"when {LOST:.0%} of the edges are left out; {stop}"
        )
    else:
        chosen = max(figures, key=lambda figure: figure.stability)
        reason = (
            f"height {chosen.height}: no height is stable (AMI {STABLE} at every level); this one is the most, "
            f"with {chosen.stability:.2f}"
        )
    return HeightChoice(height=chosen.height, reason=reason, figures=tuple(figures), levels=trees[chosen.height])
