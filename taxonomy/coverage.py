"""What a sequence of combinations covers of a taxonomy, and how fast: skills, pairs, branches, information."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from skillweave.taxonomy.baselines import METHODS, select_by
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Selector
from skillweave.taxonomy.tree import Taxonomy

MEASURES = ("skills", "pairs", "branch_pairs", "information")
Combo = tuple[str, ...]
DRAWS = 5
"""seeded draws of each baseline; the mean is reported"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Shares covered after each budget; each is of all that there is."""

    budgets: tuple[int, ...]
    """trajectories"""
    skills: tuple[float, ...]
    """share of the skills that occur"""
    pairs: tuple[float, ...]
    """share of the pairs of skills that occur together"""
    branch_pairs: tuple[float, ...]
    """share of the pairs of branches, one with itself included, that occur together"""
    information: tuple[float, ...]
    """I(union of all skills) over the entropy of the taxonomy"""
    mean_information: float
    """mean I(S) of a combination, in bits"""

    def to_json(self) -> dict[str, Any]:
        """Return the shares as plain JSON."""
        return {
            "budgets": list(self.budgets),
            **{name: list(getattr(self, name)) for name in MEASURES},
            "mean_information": self.mean_information,
        }


def budgets_up_to(count: int) -> tuple[int, ...]:
    """Return 1, 2, 5, 10, 20, 50, ... and the count itself.

    >>> budgets_up_to(30)
    (1, 2, 5, 10, 20, 30)
    """
    steps = (base * 10**power for power in range(len(str(count))) for base in (1, 2, 5))
    return (*(step for step in steps if step < count), count)


def coverage(taxonomy: Taxonomy, sets: Sequence[Combo], budgets: Sequence[int] | None = None) -> Coverage:
    """Return what the first n sets cover, for each budget n; raises `UserError` for skills that the taxonomy lacks."""
    if not sets:
        raise UserError("there are no combinations to measure the coverage of")
    unknown = sorted({s for own in sets for s in own} - set(taxonomy.skills))
    if unknown:
        raise UserError(f"the taxonomy lacks the skill {unknown[0]!r} ({len(unknown)} such)", hint="give its own one")
    marks = tuple(budgets or budgets_up_to(len(sets)))
    branches = {skill: taxonomy.branch(skill) for skill in taxonomy.skills}
    kinds = len(set(branches.values()))
    totals = (len(branches), comb(len(branches), 2) or 1, kinds * (kinds + 1) // 2)
    terms = {node.id: node.entropy for node in taxonomy.nodes}
    whole = sum(terms.values()) or 1.0
    seen: tuple[set[Any], set[Any], set[Any], set[str]] = (set(), set(), set(), set())
    found: list[tuple[float, ...]] = []
    done = 0
    for mark in marks:
        for own in sets[done:mark]:
            _add(taxonomy, branches, own, seen)
        done = max(done, mark)
        shares = [len(part) / total for part, total in zip(seen, totals, strict=False)]
        found.append((*shares, sum(terms.get(node, 0.0) for node in seen[3]) / whole))
    columns = list(zip(*found, strict=True))
    return Coverage(
        budgets=marks,
        skills=columns[0],
        pairs=columns[1],
        branch_pairs=columns[2],
        information=columns[3],
        mean_information=float(np.mean([taxonomy.information(own) for own in sets])),
    )


def shuffled_coverage(
    taxonomy: Taxonomy, sets: Sequence[Combo], *, seed: int, draws: int = DRAWS, budgets: Sequence[int] | None = None
) -> Coverage:
    """Return what a random part of the sets covers, by budget: the mean over seeded orders.

    The order of a file says nothing of how good its rows are, so it must not decide what a small budget covers.
    """
    if not sets:
        return coverage(taxonomy, sets)
    orders = [np.random.default_rng([seed, draw]).permutation(len(sets)) for draw in range(draws)]
    return _mean([coverage(taxonomy, [sets[int(i)] for i in order], budgets) for order in orders])


def _add(taxonomy: Taxonomy, branches: dict[str, str], own: Combo, seen: tuple[set[Any], ...]) -> None:
    skills, pairs, tops, nodes = seen
    skills.update(own)
    for pair in combinations(sorted(set(own)), 2):
        pairs.add(pair)
        tops.add(tuple(sorted(branches[s] for s in pair)))
    for skill in own:
        nodes.update(taxonomy.path(skill))


def baselines(
    taxonomy: Taxonomy, sizes: Sequence[int], *, seed: int, methods: Iterable[str] = METHODS, draws: int = DRAWS
) -> dict[str, Coverage]:
    """Return what each way to select covers with the same number of sets of the same sizes in the same order.

    The mean over seeded draws. Baselines draw from all sets of the taxonomy, whether a task can be made of them or not.
    """
    selector = Selector(taxonomy)
    found = {}
    for place, method in enumerate(methods):
        runs = [_drawn(selector, method, sizes, np.random.default_rng([seed, place, draw])) for draw in range(draws)]
        found[method] = _mean([coverage(taxonomy, sets, budgets_up_to(len(sizes))) for sets in runs])
    return found


def _drawn(selector: Selector, method: str, sizes: Sequence[int], rng: np.random.Generator) -> list[Combo]:
    """Return sets in the order of the sizes; where a method runs out of sets it begins anew."""
    piles: dict[int, list[Combo]] = {}
    for k in sorted(set(sizes)):
        pile: list[Combo] = []
        wanted = list(sizes).count(k)
        while len(pile) < wanted:
            drawn = select_by(method, selector, k, wanted - len(pile), rng)
            if not drawn:
                raise UserError(f"method {method!r} finds no set of {k} skills")
            pile += [c.skills for c in drawn]
        order = rng.permutation(len(pile))
        piles[k] = [pile[int(i)] for i in order]
    return [piles[k].pop() for k in sizes]


def _mean(runs: Sequence[Coverage]) -> Coverage:
    columns = {
        name: tuple(float(v) for v in np.mean([getattr(run, name) for run in runs], axis=0)) for name in MEASURES
    }
    return Coverage(
        budgets=runs[0].budgets, mean_information=float(np.mean([run.mean_information for run in runs])), **columns
    )
