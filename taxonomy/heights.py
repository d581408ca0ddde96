"""How high the tree should be: the height whose tree best foretells edges that its search did not see."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.entropy import degree_entropy, tree_entropy
from skillweave.taxonomy.graph import Floats, Ints, SkillGraph
from skillweave.taxonomy.heldout import folds, foretold
from skillweave.taxonomy.induce import climb

HIGHEST = 7
"""Heights 2..HIGHEST are tried."""
FEW = 20_000
"""Graphs of up to so many edges are searched without each of five tenths of their edges, larger ones of two."""
LEAST = 30
"""Edges that a graph must have for its heights to be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightFigures:
    """One height that was tried."""

    height: int
    entropy: float
    """H^T in bits."""
    fall: float
    """How much lower than at the height before, as a share of H^1."""
    foretold: float
    """Bits that the tree of this height, found without an edge, gains on no tree in foretelling it: mean of the edges
    left out.
    """
    error: float
    """Standard error of the distance to the best height, in bits; 0 for the best."""
    stability: float
    """AMI of the least stable level with the trees of the thinned graphs, mean over them."""


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


def choose_height(graph: SkillGraph, *, seed: int = 0, highest: int = HIGHEST) -> HeightChoice:
    """Return the lowest height whose tree foretells left-out edges as well as that of any height, to a standard error.

    Entropy alone never says stop: a further level always lowers it, on noise too. So trees of every height are also
    induced on graphs without a tenth of their edges, and judged on that tenth (`heldout.foretold`). A level that fits
    noise makes this worse, so no threshold is needed. Heights are compared edge by edge; one standard error of the
    mean difference counts as none (Breiman et al. 1984, section 3.4.3).
    """
    h1 = degree_entropy(graph.degrees)
    if graph.edges < LEAST:
        reason = f"height 2: {graph.edges} edges are too few to tell heights apart"
        return HeightChoice(height=2, reason=reason, figures=(), levels=climb(graph, 2, seed=seed)[2])
    trees = climb(graph, highest, seed=seed, every=True, most=4)
    gains, others = _judged(graph, highest, seed)
    means = gains.mean(axis=1)
    best = int(np.argmax(means))
    behind = gains[best] - gains
    errors = behind.std(axis=1) / np.sqrt(gains.shape[1])
    figures: list[HeightFigures] = []
    before = h1
    for place, height in enumerate(range(2, highest + 1)):
        entropy = tree_entropy(graph, trees[height])
        agreement = [
            np.mean([ami(labels, other[height][level]) for other in others])
            for level, labels in enumerate(trees[height])
        ]
        figures.append(
            HeightFigures(
                height=height,
                entropy=entropy,
                fall=(before - entropy) / h1,
                foretold=float(means[place]),
                error=float(errors[place]),
                stability=float(min(agreement)),
            )
        )
        before = entropy
    chosen = next(i for i in range(len(means)) if behind[i].mean() <= errors[i])
    height = figures[chosen].height
    return HeightChoice(
        height=height, reason=_reason(figures, chosen, best), figures=tuple(figures), levels=trees[height]
    )


def _judged(graph: SkillGraph, highest: int, seed: int) -> tuple[Floats, list[dict[int, list[Ints]]]]:
    """Return the gain (heights 2.., left-out edges) of the trees of thinned graphs, and the first two sets of trees."""
    copies = 5 if graph.edges <= FEW else 2
    gains, others = [], []
    for thin, held in folds(graph, np.random.default_rng(seed), copies=copies):
        found = climb(thin, highest, seed=seed, every=True, most=1)
        gains.append(np.stack([foretold(thin, found[height], held) for height in range(2, highest + 1)]))
        others.append(found)
    return np.concatenate(gains, axis=1), others[:2]


def _reason(figures: list[HeightFigures], chosen: int, best: int) -> str:
    own = figures[chosen]
    near = ", ".join(
        f"{f.foretold:+.2f} at height {f.height}" for f in figures[max(0, chosen - 1) : chosen + 2] if f is not own
    )
    if own.foretold <= 0:
        return (
            f"height {own.height}: no tree foretells left-out edges better than the degrees of skills do, so its "
            f"groups may be chance; this height loses least, {own.foretold:+.2f} bits an edge ({near})"
        )
    if chosen == best:
        return (
            f"height {own.height}: its tree foretells left-out edges best, {own.foretold:+.2f} bits an edge against "
            f"no tree ({near})"
        )
    return (
        f"height {own.height}: its tree foretells left-out edges {own.foretold:+.2f} bits better than no tree, within "
        f"a standard error of the best, height {figures[best].height} ({figures[best].foretold:+.2f}); lower is worse"
    )
