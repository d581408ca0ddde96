"""From combinations to verified tasks, with every reason for rejection counted."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.build import Rejected, attempts, task_of
from skillweave.tasks.shape import Realisable
from skillweave.tasks.spec import Selection, TaskSpec
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance, digest
from skillweave.taxonomy.covering import Budget
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Combination, Selector
from skillweave.taxonomy.tree import Taxonomy

TRIES = 8
"""bindings tried for a combination before it is given up"""
QUANTILE = 0.6
"""beta is set so that the mean I(S) is this quantile of I over uniform sets: informative, yet not the few hubs"""
SHARED = 4
"""combinations of one k and span that live in one world: they stay on one side of a split, and making a world costs
more than making a task"""
DRAWS = 12
"""combinations drawn for each task asked, at most"""

Progress = Callable[[int, int], None]
"""(tasks made, tasks asked)"""


class KCount(BaseModel):
    """What was asked and made at one k."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    k: int
    asked: int
    made: int
    alone: int = Field(description="tasks each of whose skills also has a k = 1 task here: success can be compared")
    combinations: int = Field(description="distinct combinations among the tasks")
    drawn: int = Field(description="combinations drawn, all realisable on the type graph")
    tried: int = Field(description="bound plans that were checked")


class ReasonCount(BaseModel):
    """How often one reason rejected at one k."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    k: int
    reason: str
    count: int


class Figures(BaseModel):
    """What a set of combinations is like, on average."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    information: float = Field(description="mean I(S) in bits")
    span: float | None = Field(description="mean span, null at k = 1")
    branches: float = Field(description="mean number of distinct branches")
    hub_share: float = Field(description="share of skill places held by the tenth of the skills with most volume")


class SynthesisReport(BaseModel):
    """``<stem>.synthesis.json``: what was asked, made and rejected, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: str = Field(default="skillweave.synthesis/1", alias="schema")
    suite: str
    suite_version: str
    asked: int
    made: int
    by_k: tuple[KCount, ...]
    rejected: dict[str, int] = Field(description="tries rejected, by reason")
    table: tuple[ReasonCount, ...]
    skills_used: int
    skills_unused: tuple[str, ...] = Field(description="skills of the suite that no task uses")
    not_in_taxonomy: tuple[str, ...] = Field(description="skills of the suite that the taxonomy lacks")
    figures: dict[str, Figures] = Field(description="'k=K proposed', 'k=K realised', 'k=K uniform'")
    provenance: Provenance

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """Verified tasks and the report on how they were made."""

    tasks: tuple[TaskSpec, ...]
    report: SynthesisReport


@dataclass(slots=True)
class _Work:
    """The state of one synthesis."""

    suite: WorldSuite
    taxonomy: Taxonomy
    seed: int
    provenance: Provenance
    selector: Selector
    budget: Budget
    realisable: Realisable
    progress: Progress
    asked: int
    paired: Budget | None = None
    """over the skills that have a k = 1 task, so that success at k can be held against its skills alone"""
    tasks: dict[str, TaskSpec] = field(default_factory=dict)
    reasons: Counter[tuple[int, str]] = field(default_factory=Counter)
    counts: list[KCount] = field(default_factory=list)
    proposed: dict[int, list[Combination]] = field(default_factory=dict)
    worlds: dict[tuple[str, ...], int] = field(default_factory=dict)
    placed: Counter[tuple[int, int | None]] = field(default_factory=Counter)

    def world_seed(self, combination: Combination) -> int:
        """Return the seed of the combination's world."""
        if combination.skills not in self.worlds:
            stratum = (len(combination.skills), combination.span)
            block = self.placed[stratum] // SHARED
            self.placed[stratum] += 1
            self.worlds[combination.skills] = int(digest([self.seed, stratum, block])[:7], 16)
        return self.worlds[combination.skills]


def synthesize(
    suite: WorldSuite,
    taxonomy: Taxonomy,
    *,
    ks: Sequence[int],
    n: int,
    seed: int,
    progress: Progress = lambda made, asked: None,
) -> Synthesis:
    """Return up to ``n`` verified tasks, spread evenly over ``ks``; the report says where tasks are missing and why.

    Raises `UserError` for a taxonomy of another suite, or k out of range.
    """
    usable = _usable(suite, taxonomy, ks, n)
    selector = Selector(taxonomy)
    work = _Work(
        suite=suite,
        taxonomy=taxonomy,
        seed=seed,
        provenance=Provenance(seed=seed, inputs={"taxonomy": taxonomy.sha256}),
        selector=selector,
        budget=Budget(selector, forbid=tuple(s for s in taxonomy.skills if s not in usable)),
        realisable=Realisable(suite),
        progress=progress,
        asked=n,
    )
    sizes = sorted(set(ks))
    for place, k in enumerate(sizes):
        _fill(work, k, n // len(sizes) + (place < n % len(sizes)))
    return Synthesis(tasks=tuple(work.tasks.values()), report=_report(work))


def _usable(suite: WorldSuite, taxonomy: Taxonomy, ks: Sequence[int], n: int) -> set[str]:
    usable = set(taxonomy.skills) & set(suite.skills)
    if not usable:
        raise UserError(
            f"the taxonomy has no skill of suite {suite.name!r}; it has {', '.join(taxonomy.skills[:3])}, ...",
            hint=f"build it from suite:{suite.name}",
        )
    if n < 1:
        raise UserError(f"cannot make {n!r} tasks", hint="ask for 1 or more with -n")
    for k in ks:
        if not 1 <= k <= len(usable):
            raise UserError(f"k = {k!r} does not fit: there are {len(usable)} skills", hint="use 1 <= k <= that")
    return usable


def _fill(work: _Work, k: int, wanted: int) -> None:
    """Make the tasks of one size: draw combinations under the budget, and try each until it gives a task."""
    rng = np.random.default_rng([work.seed, k])
    beta = work.selector.beta_for(k, quantile=QUANTILE, seed=work.seed) if k > 1 else 0.0
    before, drawn, tried = len(work.tasks), 0, 0
    good: list[Combination] = []
    work.proposed[k] = []
    while (missing := wanted - (len(work.tasks) - before)) > 0 and drawn < DRAWS * wanted:
        fresh = _draw(work, k, min(missing, 50), rng, beta)
        if not fresh:
            break
        work.proposed[k] += fresh
        drawn += len(fresh)
        for combination in fresh:
            success, tries = _task(work, combination, first=0)
            tried += tries
            good += [combination] if success else []
    # All sets are drawn and tasks are still missing: further bindings of the combinations that gave a task.
    for again in range(1, DRAWS):
        for combination in good:
            if len(work.tasks) - before >= wanted:
                break
            tried += _task(work, combination, first=again * TRIES)[1]
    made = [t for t in work.tasks.values() if t.k == k]
    if k == 1:
        work.paired = _paired(work)
    singles = {t.skills[0] for t in work.tasks.values() if t.k == 1}
    work.counts.append(
        KCount(
            k=k,
            asked=wanted,
            made=len(made),
            alone=sum(singles.issuperset(t.skills) for t in made),
            combinations=len({t.skills for t in made}),
            drawn=drawn,
            tried=tried,
        )
    )


def _draw(work: _Work, k: int, count: int, rng: np.random.Generator, beta: float) -> list[Combination]:
    """Draw combinations: half of them, where k = 1 tasks are made too, over the skills that have one."""
    found: list[Combination] = []
    if work.paired is not None and k <= len(work.paired.free):
        found = work.paired.draw(k, count // 2, rng=rng, beta=beta, accept=work.realisable)
    return found + work.budget.draw(k, count - len(found), rng=rng, beta=beta, accept=work.realisable)


def _paired(work: _Work) -> Budget:
    """Return a budget over the skills that have a k = 1 task; it counts together with the budget over all."""
    singles = {t.skills[0] for t in work.tasks.values() if t.k == 1}
    budget = Budget(work.selector, forbid=tuple(s for s in work.taxonomy.skills if s not in singles))
    budget.taken, budget.spans = work.budget.taken, work.budget.spans
    budget.skills, budget.pairs = work.budget.skills, work.budget.pairs
    return budget


def _task(work: _Work, combination: Combination, *, first: int) -> tuple[bool, int]:
    """Try bindings of a combination until one gives a new task; return whether one did, and the tries."""
    selection = Selection(
        strategy="steps",
        information=combination.information,
        branches=len({work.taxonomy.branch(s) for s in combination.skills}),
        log_probability=combination.log_probability,
        budgeted=combination.log_probability is None,
    )
    k = len(combination.skills)
    candidates = attempts(work.suite, combination.skills, work.world_seed(combination), range(first, first + TRIES))
    for tries, candidate in enumerate(candidates, 1):
        if isinstance(candidate, Rejected):
            work.reasons[k, candidate.reason] += 1
            continue
        task = task_of(candidate, work.taxonomy, selection, work.provenance)
        if task.id in work.tasks:
            work.reasons[k, "new: the same plan with the same bindings is there already"] += 1
            continue
        work.tasks[task.id] = task
        work.progress(len(work.tasks), work.asked)
        return True, tries
    return False, TRIES


def _report(work: _Work) -> SynthesisReport:
    used = {s for t in work.tasks.values() for s in t.skills}
    totals: Counter[str] = Counter()
    for (_, reason), count in work.reasons.items():
        totals[reason] += count
    figures = {}
    for k, proposed in work.proposed.items():
        realised = [t.skills for t in work.tasks.values() if t.k == k]
        for name, sets in (
            ("proposed", [c.skills for c in proposed]),
            ("realised", realised),
            ("uniform", _uniform(work, k)),
        ):
            if sets:
                figures[f"k={k} {name}"] = _figures(work.taxonomy, sets)
    return SynthesisReport(
        suite=work.suite.name,
        suite_version=work.suite.release,
        asked=work.asked,
        made=len(work.tasks),
        by_k=tuple(work.counts),
        rejected=dict(sorted(totals.items())),
        table=tuple(ReasonCount(k=k, reason=r, count=c) for (k, r), c in sorted(work.reasons.items())),
        skills_used=len(used),
        skills_unused=tuple(sorted(set(work.suite.skills) - used)),
        not_in_taxonomy=tuple(sorted(set(work.suite.skills) - set(work.taxonomy.skills))),
        figures=figures,
        provenance=work.provenance,
    )


def _uniform(work: _Work, k: int) -> list[tuple[str, ...]]:
    """Return 200 uniform realisable sets for comparison; none where (almost) no set is realisable."""
    rng = np.random.default_rng([work.seed, k, 1])
    try:
        drawn = work.selector.sample(k, 200, rng=rng, forbid=work.budget.forbid, accept=work.realisable)
    except UserError:
        return []
    return [c.skills for c in drawn]


def _figures(taxonomy: Taxonomy, sets: Sequence[tuple[str, ...]]) -> Figures:
    volume = {n.skill: n.volume for n in taxonomy.nodes if n.skill is not None}
    hubs = set(sorted(volume, key=lambda s: (-volume[s], s))[: max(1, len(volume) // 10)])
    spans = [s for s in map(taxonomy.span, sets) if s is not None]
    places = [skill for s in sets for skill in s]
    return Figures(
        information=float(np.mean([taxonomy.information(s) for s in sets])),
        span=float(np.mean(spans)) if spans else None,
        branches=float(np.mean([len({taxonomy.branch(x) for x in s}) for s in sets])),
        hub_share=sum(s in hubs for s in places) / len(places),
    )
