"""Combinations under a coverage budget: every skill, every pair of branches and every span gets its share."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import combinations, combinations_with_replacement

import numpy as np

from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Accept, Combination, Selector
from skillweave.taxonomy.tables import draw

TRIES = 128
"""Draws from one cell (span and given skills): where all are refused it counts as closed."""
PAIRS = 8
"""Cells of two given skills that may be refused before cells of one are tried."""
Beside = Callable[[tuple[str, ...], int], Collection[str]]
"""(given skills, k) -> skills that some accepted k-set with the given ones may hold, the given ones among them"""


class Budget:
    """What has been covered so far; keep one over several calls (k = 1, 2, ...) to balance across them.

    Each draw first takes the feasible span with the least draws; across branches then the pair of branches with the
    least; then the least used skills there, which every set of this draw must hold; and fills up by an exact draw of
    exp(beta I) under these constraints. ``accept`` works by rejection, so within a cell the weights stay exact; with
    ``beside`` skills are left out that would only lead to sets that are refused, which changes nothing but the time.
    """

    def __init__(self, selector: Selector, *, forbid: Iterable[str] = (), beside: Beside | None = None) -> None:
        self.selector = selector
        self.forbid = tuple(forbid)
        self.beside = beside
        self.skills: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.spans: Counter[tuple[int, int | None]] = Counter()
        self.taken: set[tuple[str, ...]] = set()
        self.closed: set[tuple[int, int | None, tuple[str, ...]]] = set()
        self.open: dict[tuple[int, int | None], list[int | None]] = {}
        self.banned = frozenset(self.forbid)
        self.free = [skill for skill in selector.skills if skill not in self.banned]
        self.branch = {skill: selector.taxonomy.branch(skill) for skill in self.free}

    def draw(
        self,
        k: int,
        n: int,
        *,
        rng: np.random.Generator,
        beta: float = 0.0,
        accept: Accept | None = None,
        span: int | None = None,
        start: Collection[str] | None = None,
    ) -> list[Combination]:
        """Return up to n distinct k-sets, of one span or of all in turn; no closed-form probability.

        With ``start`` each holds one of these skills, the least used first. Fewer come back only where no further set
        was found.
        """
        spans = list(self._spans_there(k, span))
        chosen: list[Combination] = []
        while len(chosen) < n and spans:
            span = min(spans, key=lambda s: (self.spans[k, s], s or 0))
            found = self._one(k, span, beta, rng, accept, start)
            if found is None:
                spans.remove(span)
                continue
            self._count(k, found)
            chosen.append(found)
        return chosen

    def _spans_there(self, k: int, span: int | None) -> list[int | None]:
        """Return the spans of which there are sets, or the one asked for; raises `UserError` where there is no set."""
        if (k, span) not in self.open:
            self.selector.tables(k, 0.0, span=span, forbid=self.forbid)
            found: list[int | None] = [span]
            if k > 1 and span is None:
                every = sorted(set(self.selector.taxonomy.spans.values()))
                found = [s for s in every if self.selector.log_count(k, span=s, forbid=self.forbid) > -np.inf]
            self.open[k, span] = found
        return self.open[k, span]

    def _one(
        self,
        k: int,
        span: int | None,
        beta: float,
        rng: np.random.Generator,
        accept: Accept | None,
        start: Collection[str] | None,
    ) -> Combination | None:
        refused = 0
        for given in self._cells(span, rng, start):
            if (k, span, given) in self.closed or (len(given) > 1 and refused == PAIRS):
                continue
            found = self._from_cell(k, span, given, beta, rng, accept)
            if found is not None:
                return found
            self.closed.add((k, span, given))
            refused += len(given) > 1
        return None

    def _cells(
        self, span: int | None, rng: np.random.Generator, start: Collection[str] | None
    ) -> Iterable[tuple[str, ...]]:
        """Yield given skills, the most needed first: the least covered pair of branches, then the least used skills."""
        order = [self.free[i] for i in rng.permutation(len(self.free))]
        order.sort(key=lambda skill: self.skills[skill])
        if start is not None:
            yield from ((skill,) for skill in order if skill in start)
            return
        root = self.selector.taxonomy.nodes[0].id
        across = span is not None and span == self.selector.taxonomy.spans[root]
        if across:
            first: dict[str, list[str]] = {}
            for skill in order:
                first.setdefault(self.branch[skill], []).append(skill)
            if len(first) <= 64:
                pairs = sorted(combinations(sorted(first), 2), key=lambda pair: self.pairs[pair])
                yield from (tuple(sorted((first[a][0], first[b][0]))) for a, b in pairs[:64])
        yield from ((skill,) for skill in order)

    def _from_cell(
        self,
        k: int,
        span: int | None,
        given: tuple[str, ...],
        beta: float,
        rng: np.random.Generator,
        accept: Accept | None,
    ) -> Combination | None:
        if k == len(given):  # there is one such set
            fits = span is None or self.selector.taxonomy.span(given) == span
            new = fits and given not in self.taken and (accept is None or accept(given))
            return self.selector.describe(given) if new else None
        forbid = self.forbid
        if self.beside is not None:
            near = self.beside(given, k)
            if not near:
                return None
            forbid = tuple(skill for skill in self.selector.skills if skill in self.banned or skill not in near)
        try:
            tables = self.selector.tables(k, beta, span=span, given=given, forbid=forbid)
        except UserError:
            return None
        sets = draw(self.selector.layout, tables, span, TRIES, rng)
        for names in dict.fromkeys(self.selector.names(sets)):
            if names not in self.taken and (accept is None or accept(names)):
                return self.selector.describe(names)
        return None

    def _count(self, k: int, found: Combination) -> None:
        self.taken.add(found.skills)
        self.skills.update(found.skills)
        self.spans[k, found.span] += 1
        branches = [self.branch[skill] for skill in found.skills]
        self.pairs.update({(min(p), max(p)) for p in combinations(branches, 2)} if len(branches) > 1 else set())

    def shares(self) -> dict[str, float | int]:
        """Return how much is covered: skills, pairs of branches (within one branch included), and the least shares."""
        branches = sorted(set(self.branch.values()))
        pairs = list(combinations_with_replacement(branches, 2))
        return {
            "skills": len(self.free),
            "skills_covered": sum(self.skills[s] > 0 for s in self.free),
            "least_of_a_skill": min((self.skills[s] for s in self.free), default=0),
            "branch_pairs": len(pairs),
            "branch_pairs_covered": sum(self.pairs[p] > 0 for p in pairs),
            "combinations": len(self.taken),
        }


def covering(
    selector: Selector,
    k: int,
    n: int,
    *,
    rng: np.random.Generator,
    beta: float = 0.0,
    accept: Accept | None = None,
    forbid: Iterable[str] = (),
) -> list[Combination]:
    """Return up to n distinct k-sets under a fresh coverage budget; see `Budget`."""
    return Budget(selector, forbid=forbid).draw(k, n, rng=rng, beta=beta, accept=accept)
