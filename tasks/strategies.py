"""Ways to choose combinations for tasks, all on the same filters: usable skills, realisable, not chosen before."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, fsum, log
from typing import Protocol

import numpy as np

from skillweave.tasks.skills import app_of
from skillweave.taxonomy.baselines import beams, cover_pairs, note_pairs
from skillweave.taxonomy.covering import Beside, Budget
from skillweave.taxonomy.select import Accept, Combination, Selector
from skillweave.taxonomy.tables import draw

QUANTILE = 0.6
"""beta is set so that the mean I(S) is this quantile of I over uniform sets: informative, yet not the few hubs"""
LOOKS = 60_000
"""sets looked at for one call of a strategy, or for one population, at most"""
SAMPLE = 200
"""realisable sets that stand for a population"""
ACROSS = 0.4
"""share of the draws of k >= 3 whose skills must be of several apps: groups of the tree are mostly one app's, and equal
shares of all spans would leave work across apps rare"""
FLOOR = 0.06
"""share of the combinations that became tasks in which each app shall be: their turns give an app of few skills less"""
ENOUGH = 100
"""combinations that became tasks from which on shares of apps are looked at"""
PATIENCE = (6, 60)
"""failed combinations of a skill after which its turns count as taken all the same: of one that some task uses, and of
one that none uses yet"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Uniform sets of one size: how many are realisable, and some of those."""

    drawn: int
    realisable: int
    sample: tuple[tuple[str, ...], ...]

    @property
    def share(self) -> float:
        """Share of the sets that are realisable."""
        return self.realisable / self.drawn if self.drawn else 0.0


@dataclass(kw_only=True, eq=False)
class Ground:
    """What all strategies choose from."""

    selector: Selector
    usable: frozenset[str]
    realisable: Accept
    seed: int
    beside: Beside | None = None
    """skills that a realisable set with given ones may hold"""
    _populations: dict[int, Population] = field(default_factory=dict)

    @cached_property
    def forbid(self) -> tuple[str, ...]:
        """Skills of the taxonomy that the suite lacks."""
        return tuple(s for s in self.selector.skills if s not in self.usable)

    @cached_property
    def free(self) -> list[int]:
        """Indices of the skills that may be used."""
        return [i for i, s in enumerate(self.selector.skills) if s in self.usable]

    def population(self, k: int) -> Population:
        """Return what uniform k-sets are like."""
        if k not in self._populations:
            self._populations[k] = self._look(k)
        return self._populations[k]

    def _look(self, k: int) -> Population:
        rng = np.random.default_rng([self.seed, k, 1])
        tables = self.selector.tables(k, 0.0, forbid=self.forbid)
        drawn = 0
        kept: list[tuple[str, ...]] = []
        while drawn < LOOKS and len(kept) < SAMPLE:
            for names in self.selector.names(draw(self.selector.layout, tables, None, 1000, rng)):
                drawn += 1
                if self.realisable(names):
                    kept.append(names)
                    if len(kept) == SAMPLE:
                        break
        return Population(drawn=drawn, realisable=len(kept), sample=tuple(kept))


class Strategy(Protocol):
    """A way to choose combinations."""

    def propose(self, k: int, count: int) -> list[Combination]:
        """Return up to ``count`` realisable k-sets; fewer only where no more were found."""

    def settle(self, combination: Combination, made: bool) -> None:
        """Hear whether a combination gave a task."""


class Steps:
    """Informative sets under a coverage budget: every skill, pair of branches and span gets its share."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.budget = Budget(ground.selector, forbid=ground.forbid, beside=ground.beside)
        self._budgets: dict[str, Budget] = {}
        self.failed: Counter[str] = Counter()
        self.used: set[str] = set()
        self.singles: set[str] = set()
        self.made = 0
        self.apps: Counter[str] = Counter()
        """combinations that became tasks, by app"""
        self.due: dict[int, float] = defaultdict(float)
        """combinations over skills that k = 1 has that are still due, by k"""
        self._betas: dict[int, float] = {}
        self._rngs: dict[int, np.random.Generator] = {}

    def propose(self, k: int, count: int) -> list[Combination]:
        """Return sets under the budget: some across apps, and half over skills that have a k = 1 task, if any has."""
        rng = self._rngs.setdefault(k, np.random.default_rng([self.ground.seed, k]))
        found: list[Combination] = []
        if k >= 3:
            found += self._beside("across").draw(
                k, round(count * ACROSS), rng=rng, beta=self._beta(k), accept=self._across
            )
        if k > 1 and self.singles:
            paired = self._beside("paired")
            if k <= len(paired.free):
                left = count - len(found)
                self.due[k] += left / 2  # halves add up where few are proposed at once
                wanted = min(left, round(self.due[k]))
                self.due[k] -= wanted
                found += paired.draw(k, wanted, rng=rng, beta=self._beta(k), accept=self.ground.realisable)
        for app in self._behind():
            wanted = min(round(FLOOR * self.made) - self.apps[app], round(count * FLOOR), count - len(found))
            start = {s for s in self.budget.free if app_of(s) == app}
            found += self.budget.draw(
                k, wanted, rng=rng, beta=self._beta(k), accept=self.ground.realisable, start=start
            )
        rest = count - len(found)
        return found + self.budget.draw(k, rest, rng=rng, beta=self._beta(k), accept=self.ground.realisable)

    def _across(self, skills: tuple[str, ...]) -> bool:
        return len({app_of(s) for s in skills}) > 1 and self.ground.realisable(skills)

    def _behind(self) -> list[str]:
        """Return the apps that are in too few of the tasks so far, the rarest first."""
        if self.made < ENOUGH:
            return []
        apps = sorted({app_of(s) for s in self.budget.free}, key=lambda app: (self.apps[app], app))
        return [app for app in apps if self.apps[app] < round(FLOOR * self.made)]

    def settle(self, combination: Combination, made: bool) -> None:
        """Give a failed combination's turns back to its skills, so that what counts is what became a task."""
        if made:
            self.used.update(combination.skills)
            self.made += 1
            self.apps.update({app_of(s) for s in combination.skills})
            if len(combination.skills) == 1:
                self.singles.update(combination.skills)
            return
        self.failed.update(combination.skills)
        back = [s for s in combination.skills if self.failed[s] <= PATIENCE[s not in self.used]]
        self.budget.skills.subtract(back)

    def _beta(self, k: int) -> float:
        if k not in self._betas:
            self._betas[k] = (
                self.ground.selector.beta_for(k, quantile=QUANTILE, seed=self.ground.seed) if k > 1 else 0.0
            )
        return self._betas[k]

    def _beside(self, name: str) -> Budget:
        """Return a further budget that counts with the one over all; ``paired`` is over the skills that k = 1 has."""
        if name not in self._budgets:
            paired = name == "paired"
            forbid = tuple(s for s in self.ground.selector.skills if paired and s not in self.singles)
            budget = Budget(self.ground.selector, forbid=forbid or self.ground.forbid, beside=self.ground.beside)
            budget.taken, budget.spans = self.budget.taken, self.budget.spans
            budget.skills, budget.pairs = self.budget.skills, self.budget.pairs
            self._budgets[name] = budget
        return self._budgets[name]


class _Filtered(ABC):
    """Sets from a source, those that are realisable and new kept."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.taken: set[tuple[str, ...]] = set()
        self._rngs: dict[int, np.random.Generator] = {}

    def propose(self, k: int, count: int) -> list[Combination]:
        rng = self._rngs.setdefault(k, np.random.default_rng([self.ground.seed, k]))
        found: list[Combination] = []
        looked = 0
        while len(found) < count and looked < LOOKS:
            before = looked
            for names in self.source(k, rng):
                looked += 1
                if names not in self.taken and self.ground.realisable(names):
                    self.taken.add(names)
                    found.append(self.ground.selector.describe(names, self.log_probability(names)))
                    if len(found) == count:
                        break
            if looked == before:
                break
        return found

    def settle(self, combination: Combination, made: bool) -> None:  # noqa: B027  nothing is learned from it
        pass

    @abstractmethod
    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        """Return some sets of k skills to look at; none where there are no more."""

    def log_probability(self, names: tuple[str, ...]) -> float | None:
        """Return the log probability of one draw of this set, given that it is realisable; None without closed form."""
        return None

    def named(self, picks: Iterable[Sequence[int]]) -> list[tuple[str, ...]]:
        skills = self.ground.selector.skills
        return [tuple(sorted(skills[i] for i in pick)) for pick in picks]

    def given_realisable(self, names: tuple[str, ...], log_chance: float) -> float:
        share = self.ground.population(len(names)).share
        return min(0.0, log_chance - log(share)) if share else min(0.0, log_chance)


class Uniform(_Filtered):
    """Every realisable set alike, through the exact sampler (beta = 0)."""

    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        tables = self.ground.selector.tables(k, 0.0, forbid=self.ground.forbid)
        return self.ground.selector.names(draw(self.ground.selector.layout, tables, None, 1000, rng))

    def log_probability(self, names: tuple[str, ...]) -> float | None:
        return self.given_realisable(names, -self.ground.selector.log_count(len(names), forbid=self.ground.forbid))


class RandomK(Uniform):
    """Random k-subsets of the skills, as SKILL-MIX draws them (Yu et al. 2023): blind to the tree."""

    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        free = np.asarray(self.ground.free)
        return self.named(free[np.argpartition(rng.random((1000, len(free))), k - 1, axis=1)[:, :k]].tolist())


class Frequency(_Filtered):
    """Skills one after the other in proportion to their volume, without putting back (Plackett-Luce)."""

    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        free = np.asarray(self.ground.free)
        logs = np.log([self._weights[self.ground.selector.skills[i]] for i in free])
        keys = -(logs + rng.gumbel(size=(1000, len(free))))
        return self.named(free[np.argpartition(keys, k - 1, axis=1)[:, :k]].tolist())

    def log_probability(self, names: tuple[str, ...]) -> float | None:
        return self.given_realisable(names, log(plackett_luce([self._weights[s] for s in names], self._total)))

    @cached_property
    def _weights(self) -> dict[str, float]:
        volumes = {n.skill: n.volume for n in self.ground.selector.taxonomy.nodes if n.skill is not None}
        return {s: max(volumes[s], 1e-12) for s in sorted(self.ground.usable)}

    @cached_property
    def _total(self) -> float:
        return fsum(self._weights.values())


def plackett_luce(weights: Sequence[float], total: float) -> float:
    """Return the probability that a set with these weights is drawn, in any order, from weights of this total.

    A sum over orders, by subsets: 2^k terms.

    >>> round(plackett_luce([1.0, 1.0], 4.0), 6)  # one pair of four alike: 1 / 6
    0.166667
    """
    size = len(weights)
    chance = [0.0] * (1 << size)
    chance[0] = 1.0
    for subset in range(1, 1 << size):
        members = [i for i in range(size) if subset >> i & 1]
        whole = fsum(weights[i] for i in members)
        chance[subset] = fsum(chance[subset ^ (1 << i)] * weights[i] / (total - whole + weights[i]) for i in members)
    return chance[-1]


class Pairwise(_Filtered):
    """Sets that cover pairs of skills greedily (after AETG, Cohen et al. 1997), among the realisable ones."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._met: list[set[int]] = [{i} for i in range(len(ground.free))]

    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        for _ in range(1000):
            pick = cover_pairs(self._met, k, rng.random(len(self._met)) * 2.0)
            names = self.named([[self.ground.free[i] for i in pick]])[0]
            if names not in self.taken and self.ground.realisable(names):
                note_pairs(self._met, pick)
            yield names


class Beam(_Filtered):
    """What STEPS' beam search ends with around each skill in turn, the best realisable set first."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._starts: dict[int, list[int]] = {}

    def source(self, k: int, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
        if k not in self._starts:
            self._starts[k] = [self.ground.free[i] for i in rng.permutation(len(self.ground.free))]
        starts = self._starts[k]
        while starts:
            for names in self.named(beams(self.ground.selector.layout, starts.pop(), k)):
                if set(names) <= self.ground.usable and names not in self.taken and self.ground.realisable(names):
                    yield names
                    break


STRATEGIES: dict[str, Callable[[Ground], Strategy]] = {
    "steps": Steps,
    "uniform": Uniform,
    "frequency": Frequency,
    "random-k": RandomK,
    "pairwise": Pairwise,
    "beam": Beam,
}


def spans_of(selector: Selector, k: int, forbid: Sequence[str]) -> dict[int | None, float]:
    """Return the share of each span among all k-sets."""
    if k == 1:
        return {None: 1.0}
    whole = selector.log_count(k, forbid=forbid)
    spans = sorted(set(selector.taxonomy.spans.values()))
    counts = {s: selector.log_count(k, span=s, forbid=forbid) for s in spans if _fits(selector, k, s, forbid)}
    return {s: exp(c - whole) for s, c in counts.items()}


def _fits(selector: Selector, k: int, span: int, forbid: Sequence[str]) -> bool:
    return selector.log_count(k, span=span, forbid=forbid) > -np.inf
