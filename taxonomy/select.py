"""Combinations of skills from a taxonomy: exact sampling, exact best sets, and what beta means."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp, log

import numpy as np

from skillweave.taxonomy.chains import best_for_each
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.layout import Floats, Ints, information_of, lay_out
from skillweave.taxonomy.ranked import in_order
from skillweave.taxonomy.tables import FORBIDDEN, FREE, REQUIRED, Tables, draw, fill
from skillweave.taxonomy.tree import Taxonomy

Accept = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """A set of k distinct skills that was selected."""

    skills: tuple[str, ...]
    """Sorted names."""
    information: float
    """I(S) in bits."""
    span: int | None
    """How far apart the skills are; None for one skill."""
    log_probability: float | None
    """Natural log of the probability that one draw gives this set; None where no closed form holds (`budgeted`)."""


class Selector:
    """Selection on one taxonomy; skills may be given by name, or by index into ``skills`` in the array methods."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.layout = lay_out(taxonomy)
        self.skills = self.layout.skills
        self._index = {skill: i for i, skill in enumerate(self.skills)}

    # --- exact sampling

    def sample(
        self,
        k: int,
        n: int,
        *,
        rng: np.random.Generator,
        beta: float = 0.0,
        span: int | None = None,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
        accept: Accept | None = None,
    ) -> list[Combination]:
        """Return n independent draws of P(S) proportional to exp(beta I(S)) over k-sets that meet the constraints.

        ``given`` skills are in every set, ``forbid`` skills in none, ``span`` fixes the span. ``accept`` is applied by
        rejection inside the sampler, so the weights stay exact on the accepted set; its acceptance rate, which the log
        probabilities need, is then estimated from this run. beta = 0 is uniform. A constraint that leaves no set, or an
        ``accept`` that lets (almost) nothing through, raises `UserError`.
        """
        tables = self.tables(k, beta, span=span, given=given, forbid=forbid)
        log_total = _log_sum(tables.weights)
        kept: list[tuple[tuple[str, ...], float]] = []
        tried = 0
        while len(kept) < n:
            size = n - len(kept) if accept is None else min(4096, max(64, 2 * (n - len(kept))))
            sets = draw(self.layout, tables, span, size, rng)
            bits = information_of(self.layout, sets)
            for names, information in zip(self.names(sets), bits.tolist(), strict=True):
                tried += 1
                if accept is None or accept(names):
                    kept.append((names, information))
                    if len(kept) == n:
                        break
            if accept is not None and tried >= 20_000 and len(kept) * 5_000 < tried:
                raise UserError(
                    f"only {len(kept)!r} of {tried!r} sampled {k}-sets are realisable", hint="ask for a smaller k"
                )
        correction = log(len(kept) / tried) if accept is not None and kept else 0.0
        return [
            Combination(
                skills=names,
                information=information,
                span=self.taxonomy.span(names),
                log_probability=min(0.0, beta * information - log_total - correction),
            )
            for names, information in kept
        ]

    def sample_indices(
        self,
        k: int,
        n: int,
        *,
        rng: np.random.Generator,
        beta: float = 0.0,
        span: int | None = None,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
    ) -> Ints:
        """Return n exact draws as (n, k) indices into ``skills``, each row sorted; made for millions of draws.

        The draws are those of `sample`, without names; `information` takes them as they are.
        """
        tables = self.tables(k, beta, span=span, given=given, forbid=forbid)
        parts = [draw(self.layout, tables, span, min(20_000, n - at), rng) for at in range(0, n, 20_000)]
        return np.concatenate([np.empty((0, k), dtype=np.int64), *parts])

    def information(self, sets: Ints) -> Floats:
        """Return I(S) in bits of each row of (m, k) skill indices."""
        return information_of(self.layout, sets)

    def names(self, sets: Ints) -> list[tuple[str, ...]]:
        """Return the skills of each row of (m, k) skill indices."""
        return [tuple(self.skills[i] for i in row) for row in sets.tolist()]

    def indices(self, skills: Iterable[str]) -> Ints:
        """Return the indices of skills; an unknown one raises `UserError`."""
        chosen = tuple(skills)
        for skill in chosen:
            if skill not in self._index:
                self.taxonomy.path(skill)
        return np.asarray([self._index[skill] for skill in chosen], dtype=np.int64)

    # --- exact best sets

    def best(
        self, k: int, *, given: Iterable[str] = (), forbid: Iterable[str] = (), span: int | None = None
    ) -> Combination:
        """Return a k-set of the most I(S)."""
        return self.n_best(k, 1, given=given, forbid=forbid, span=span)[0]

    def n_best(
        self,
        k: int,
        n: int,
        *,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
        span: int | None = None,
        accept: Accept | None = None,
    ) -> list[Combination]:
        """Return the n sets of the most I(S) in falling order (fewer where there are fewer), exactly."""
        tables = self.tables(k, 1.0, span=span, given=given, forbid=forbid, best=True)
        ordered: Iterator[tuple[str, ...]] = (
            tuple(self.skills[i] for i in row) for row in in_order(self.layout, tables, k, span)
        )
        return [self.describe(names) for names in islice((s for s in ordered if accept is None or accept(s)), n)]

    def best_for_each(self, k: int) -> tuple[Ints, Floats]:
        """Return the best k-set around every skill: (n, k) indices and (n,) bits."""
        self._check(k, None, np.zeros(len(self.skills), dtype=np.int64))
        return best_for_each(self.layout, k)

    def describe(self, skills: Sequence[str], log_probability: float | None = None) -> Combination:
        """Return a combination with its I(S) and span."""
        ordered = tuple(sorted(skills))
        return Combination(
            skills=ordered,
            information=self.taxonomy.information(ordered),
            span=self.taxonomy.span(ordered),
            log_probability=log_probability,
        )

    # --- beta

    def expected_information(
        self,
        k: int,
        beta: float,
        *,
        span: int | None = None,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
    ) -> float:
        """Return the mean of I(S) in bits under exp(beta I): the derivative of log Z in beta, to about 1e-8."""
        step = 1e-4
        given, forbid = tuple(given), tuple(forbid)
        low, high = (
            _log_sum(self.tables(k, beta + s, span=span, given=given, forbid=forbid).weights) for s in (-step, step)
        )
        return (high - low) / (2 * step)

    def beta_for(
        self,
        k: int,
        *,
        quantile: float = 0.75,
        span: int | None = None,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
        seed: int = 0,
    ) -> float:
        """Return the beta whose mean I(S) is this quantile of I(S) over uniform k-sets (from 4,000 seeded draws).

        The sets are those that meet the constraints. 0.5 or less gives a beta near or below 0. Where I(S) is the same
        for all sets, beta is 0.
        """
        if not 0 < quantile < 1:
            raise UserError(f"a quantile must lie between 0 and 1, got {quantile!r}")
        given, forbid = tuple(given), tuple(forbid)
        uniform = self.sample_indices(k, 4_000, rng=np.random.default_rng(seed), span=span, given=given, forbid=forbid)
        bits = self.information(uniform)
        target = float(np.quantile(bits, quantile))
        scale = float(bits.std())
        if scale < 1e-12:
            return 0.0
        low, high = -1.0 / scale, 1.0 / scale
        while self.expected_information(k, high, span=span, given=given, forbid=forbid) < target and high * scale < 1e4:
            high *= 2
        while self.expected_information(k, low, span=span, given=given, forbid=forbid) > target and -low * scale < 1e4:
            low *= 2
        for _ in range(40):
            middle = (low + high) / 2
            mean = self.expected_information(k, middle, span=span, given=given, forbid=forbid)
            low, high = (middle, high) if mean < target else (low, middle)
        return (low + high) / 2

    def log_count(
        self, k: int, *, span: int | None = None, given: Iterable[str] = (), forbid: Iterable[str] = ()
    ) -> float:
        """Return the natural log of the number of k-sets that meet the constraints, -inf for none."""
        return _log_sum(fill(self.layout, k, 0.0, self._state(given, forbid), span).weights)

    # --- shared

    def tables(
        self,
        k: int,
        beta: float,
        *,
        span: int | None = None,
        given: Iterable[str] = (),
        forbid: Iterable[str] = (),
        best: bool = False,
    ) -> Tables:
        """Return the filled tables; raises `UserError` where no set meets the constraints."""
        state = self._state(given, forbid)
        self._check(k, span, state)
        tables = fill(self.layout, k, beta, state, span, best=best)
        if not np.any(tables.weights > -np.inf):
            raise UserError(
                f"no {k}-set has span {span!r} under these constraints",
                hint="try a smaller k, another span, or neither",
            )
        return tables

    def _state(self, given: Iterable[str], forbid: Iterable[str]) -> Ints:
        state = np.full(len(self.skills), FREE, dtype=np.int64)
        state[self.indices(forbid)] = FORBIDDEN
        wanted = self.indices(given)
        if np.any(state[wanted] == FORBIDDEN):
            clash = next(self.skills[i] for i in wanted if state[i] == FORBIDDEN)
            raise UserError(f"skill {clash!r} is both given and forbidden")
        state[wanted] = REQUIRED
        return state

    def _check(self, k: int, span: int | None, state: Ints) -> None:
        free, required = int(np.sum(state != FORBIDDEN)), int(np.sum(state == REQUIRED))
        if not isinstance(k, int) or isinstance(k, bool) or k < 1:
            raise UserError(f"a combination has at least 1 skill, got k = {k!r}")
        if k > free:
            raise UserError(f"k = {k!r} is more than the {free} skills that may be used", hint="ask for a smaller k")
        if required > k:
            raise UserError(f"{required} skills are given, but k = {k!r}", hint="k counts the given skills too")
        if span is None:
            return
        top = max(self.taxonomy.spans.values())
        if k == 1:
            raise UserError(f"one skill has no span, but span {span!r} was asked for", hint="leave the span out")
        if span not in self.taxonomy.spans.values():
            there = ", ".join(map(str, sorted(set(self.taxonomy.spans.values()))))
            raise UserError(f"no span {span!r} in a tree of {self.taxonomy.levels} levels; there are {there}")
        under = [int(s) for s in self.layout.size[self.layout.span == span]]
        if k > max(under):
            hint = f"the largest span is {top}" if span < top else "ask for a smaller k"
            raise UserError(f"k = {k!r} is more than the {max(under)} skills under any span {span!r}", hint=hint)


def _log_sum(values: Floats) -> float:
    highest = float(values.max(initial=-np.inf))
    if highest == -np.inf:
        return highest
    return highest + log(sum(exp(v - highest) for v in values.tolist()))
