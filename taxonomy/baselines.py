"""Other ways to pick combinations, to compare with on equal budgets, behind one interface."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from skillweave.taxonomy.covering import covering
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.layout import Floats, Ints, Layout
from skillweave.taxonomy.select import Combination, Selector

Method = Callable[[Selector, int, int, np.random.Generator], list[Combination]]


def uniform(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return n sets drawn uniformly from all k-sets, through the exact sampler (beta = 0)."""
    return selector.sample(k, n, rng=rng)


def random_k(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return n random k-subsets of the skills, as SKILL-MIX draws them (Yu et al. 2023): blind to the tree."""
    selector.tables(k, 0.0)
    picks = [rng.choice(len(selector.skills), size=k, replace=False) for _ in range(n)]
    return [selector.describe([selector.skills[i] for i in pick]) for pick in picks]


def frequency(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return n sets, their skills drawn one after the other in proportion to degree, without putting back.

    One draw is the k largest of log degree + Gumbel noise (Plackett-Luce). Isolated skills come last.
    """
    selector.tables(k, 0.0)
    volumes = {node.skill: node.volume for node in selector.taxonomy.nodes if node.skill is not None}
    logs = np.log([max(volumes[skill], 1e-300) for skill in selector.skills])
    picks = [np.argpartition(-(logs + rng.gumbel(size=len(logs))), k - 1)[:k] for _ in range(n)]
    return [selector.describe([selector.skills[i] for i in pick]) for pick in picks]


def pairwise(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return n sets that cover pairs of skills greedily (after AETG, Cohen et al. 1997).

    Each set starts at the skill with the most uncovered pairs and takes on the skill that covers the most new pairs;
    ties are drawn.
    """
    selector.tables(k, 0.0)
    size = len(selector.skills)
    met: list[set[int]] = [{i} for i in range(size)]
    chosen = []
    for _ in range(n):
        pick = cover_pairs(met, k, rng.random(size))
        note_pairs(met, pick)
        chosen.append(selector.describe([selector.skills[i] for i in pick]))
    return chosen


def cover_pairs(met: Sequence[set[int]], k: int, jitter: Floats) -> list[int]:
    """Return a k-set that covers many new pairs; ``met`` holds for each skill those it stood with, itself included."""
    pick = [int(np.argmax(-np.asarray([len(m) for m in met]) + jitter))]
    while len(pick) < k:
        gain = len(pick) + jitter
        for skill in pick:
            gain[list(met[skill])] -= 1
        gain[pick] = -np.inf
        pick.append(int(np.argmax(gain)))
    return pick


def note_pairs(met: Sequence[set[int]], pick: Sequence[int]) -> None:
    """Note that the skills of a set stood together."""
    for a, b in combinations(pick, 2):
        met[a].add(b)
        met[b].add(a)


def steps_beam(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return the sets that STEPS' beam search finds from n random starts (from the formula; the root's term right).

    Wei et al. 2026: grow a set by the skills of the largest I(Y | X), keeping the best `BEAM` sets of each size.
    """
    selector.tables(k, 0.0)
    starts = rng.permutation(np.resize(rng.permutation(len(selector.skills)), n))
    return [selector.describe([selector.skills[i] for i in beam(selector.layout, int(s), k)]) for s in starts]


BEAM = 100


def beam(layout: Layout, start: int, k: int, width: int = BEAM) -> tuple[int, ...]:
    """Return the best k-set that a beam of this width finds around a start, sorted skill indices."""
    return beams(layout, start, k, width)[0]


def beams(layout: Layout, start: int, k: int, width: int = BEAM) -> list[tuple[int, ...]]:
    """Return the k-sets that a beam of this width ends with around a start, the best first."""
    sets: list[tuple[int, ...]] = [(start,)]
    for _ in range(k - 1):
        grown: dict[tuple[int, ...], float] = {}
        for members in sets:
            gain, value = _gains(layout, np.asarray(members))
            best = np.argpartition(-gain, min(width, len(gain) - 1))[:width]
            for skill in best.tolist():
                if gain[skill] > -np.inf:
                    grown[tuple(sorted((*members, skill)))] = value + float(gain[skill])
        sets = sorted(grown, key=lambda members: (-grown[members], members))[:width]
    return sets


def _gains(layout: Layout, members: Ints) -> tuple[Floats, float]:
    """Return I(v | S) of every skill in bits, -inf for members, and I(S)."""
    fresh = layout.terms.copy()
    on_path = np.unique(layout.paths[members])
    value = float(fresh[on_path].sum())
    fresh[on_path] = 0.0
    weights = fresh[layout.paths]
    weights[:, 1:][layout.paths[:, 1:] == layout.paths[:, :-1]] = 0.0
    gain = weights.sum(axis=1)
    gain[members] = -np.inf
    return gain, value


def budgeted(selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return up to n sets under the coverage budget: the default of the project."""
    return covering(selector, k, n, rng=rng)


METHODS: dict[str, Method] = {
    "covering": budgeted,
    "uniform": uniform,
    "frequency": frequency,
    "random-k": random_k,
    "pairwise": pairwise,
    "beam": steps_beam,
}


def select_by(method: str, selector: Selector, k: int, n: int, rng: np.random.Generator) -> list[Combination]:
    """Return n combinations by a method of `METHODS`."""
    if method not in METHODS:
        raise UserError(f"no way to select {method!r}; there are {', '.join(METHODS)}")
    return METHODS[method](selector, k, n, rng)
