"""One task from one combination: shape, world, bindings, reference run, wording, checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice, permutations
from typing import Any

import numpy as np

from skillweave.tasks.binding import FORESEEN, Binder, BindingFailed, bind, descriptions_of
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.conditions import with_condition
from skillweave.tasks.expect import expectation_of
from skillweave.tasks.guess import open_question
from skillweave.tasks.loops import with_loop
from skillweave.tasks.plan import run_plan
from skillweave.tasks.shape import Shape, shapes
from skillweave.tasks.spec import CANARY, Plan, Role, Selection, TaskSpec
from skillweave.tasks.validate import reject
from skillweave.tasks.wording import STYLES, instruction
from skillweave.tasks.world import WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance, digest

TRIES = 8
"""bindings tried for a combination in one world before it is given up"""
SHAPES = 60
"""shapes looked at before a combination counts as one that asks for what can be guessed"""
ASKING = 0.3
"""share of the tries that look for a shape with an answer"""
NEAR = 12
"""shapes looked at for it"""
UNBOUND = "binding: no entities on which the plan has something to do"
GUESSED = "not free: the answer can be guessed"
LOOPS = 0.35
"""share of the tries that look for a loop; plans where none fits stay without"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A try that gave no task, and why."""

    reason: str


def attempts(
    suite: WorldSuite, template: WorldTemplate, skills: tuple[str, ...], numbers: Iterable[int], *, pair: bool = False
) -> Iterator[Candidate | Rejected]:
    """Yield a candidate for each try number, all in one world, with other shapes and bindings.

    With ``pair`` each is one of a matched pair, where its plan allows for a condition.
    """
    own = int(digest(list(skills))[:8], 16)
    for number in numbers:
        yield _candidate(suite, template, skills, np.random.default_rng([template.seed, own, number]), pair)


def _candidate(
    suite: WorldSuite, template: WorldTemplate, skills: tuple[str, ...], rng: Any, pair: bool
) -> Candidate | Rejected:
    shape = _shape(suite, template, skills, rng)
    if isinstance(shape, Rejected):
        return shape
    try:
        plans = enriched(suite, template, bind(suite, template, shape, rng, hard=True), rng, pair=pair)
    except BindingFailed as failure:
        return Rejected(reason=GUESSED if failure.why == FORESEEN else UNBOUND)
    style = STYLES[int(rng.integers(len(STYLES)))]
    seed = wording_seed(suite, plans[0], template.seed)
    found = [candidate_of(suite, template, plan, style, seed) for plan in plans]
    sides = [replace(one, mate=other) for one, other in permutations(found)] if len(found) == 2 else found
    for candidate in sides:
        why = reject(candidate)
        if why is not None:
            return Rejected(reason=why)
    return sides[0]


def _shape(suite: WorldSuite, template: WorldTemplate, skills: tuple[str, ...], rng: Any) -> Shape | Rejected:
    """Return a shape at random, one without an answer that anyone can guess where there is such a one.

    Now and then it is one with an answer, where such a one is near: of the tries that ask, fewer become a task.
    """
    asking = rng.random() < ASKING
    found, kept = None, None
    for place, found in enumerate(islice(chain(shapes(suite, skills, rng), shapes(suite, skills)), SHAPES)):
        kind = suite.types[str(suite.skills[found.answer].output)] if found.answer else None
        if kind is None or open_question(template, suite.schema, kind):
            if kind is not None or not asking:
                return found
            kept = kept or found
        if kept is not None and place >= NEAR:
            break
    return kept or Rejected(reason="realisable: no connected plan" if found is None else GUESSED)


def enriched(suite: WorldSuite, template: WorldTemplate, plan: Plan, rng: Any, *, pair: bool) -> tuple[Plan, ...]:
    """Return the plan, now and then with a loop; or, where it allows for a condition, a pair of plans with one."""
    loop = rng.random() < LOOPS
    if not (loop or pair):
        return (plan,)
    world = template.open()
    try:
        binder = Binder(suite=suite, world=world, descriptions=descriptions_of(suite, template), rng=rng)
        if loop:
            plan = with_loop(binder, plan) or plan
        return (with_condition(binder, plan) if pair else None) or (plan,)
    finally:
        world.close()


def wording_seed(suite: WorldSuite, plan: Plan, world_seed: int) -> int:
    """Return the seed with which a plan is worded: the same for every order of its steps, and for both of a pair."""
    skill = {s.id: s.skill for s in plan.steps}
    edges = sorted({(skill[a], skill[b]) for a, b in plan.edges()})
    return int(digest([suite.name, sorted(skill.values()), edges, world_seed])[:8], 16)


def candidate_of(suite: WorldSuite, template: WorldTemplate, plan: Plan, style: str, seed: int) -> Candidate:
    """Return a bound plan, run and worded, not yet checked."""
    world = template.open()
    try:
        run = run_plan(suite, world, plan)
        expectation = expectation_of(suite, world, plan, run)
    finally:
        world.close()
    text = instruction(suite, plan, style, np.random.default_rng(seed))
    return Candidate(
        suite=suite, template=template, plan=plan, run=run, expectation=expectation, instruction=text, style=style
    )


def tasks_of(
    candidate: Candidate, span: int | None, selection: Selection, provenance: Provenance
) -> tuple[TaskSpec, ...]:
    """Return an accepted candidate as a TaskSpec, and its mate where it has one: they share the name of their pair."""
    if candidate.mate is None:
        return (task_of(candidate, span, selection, provenance),)
    both = (candidate, candidate.mate)
    shared = digest([[side.plan.canonical() for side in both], candidate.template.seed])[:10]
    return tuple(task_of(side, span, selection, provenance, pair=f"pair-{shared}") for side in both)


def task_of(
    candidate: Candidate,
    span: int | None,
    selection: Selection,
    provenance: Provenance,
    *,
    role: Role = "combination",
    family: str | None = None,
    pair: str | None = None,
) -> TaskSpec:
    """Return an accepted candidate as a TaskSpec; its id is a hash of plan, bindings and world (and of its family)."""
    plan, suite = candidate.plan, candidate.suite
    skills = () if role == "base" else tuple(sorted(s.skill for s in plan.steps))
    place = [] if role == "combination" else [role, family, candidate.instruction]
    return TaskSpec(
        suite=suite.name,
        suite_version=suite.release,
        id=candidate.name(len(skills), *place),
        skills=skills,
        k=len(skills),
        span=span,
        family=family,
        role=role,
        pair=pair,
        world_seed=candidate.template.seed,
        instruction=candidate.instruction,
        wording=candidate.style,
        plan=plan,
        expectation=candidate.expectation,
        tools=candidate.tools,
        calls=len(candidate.run.calls),
        writes=sum(suite.skills[s.skill].writes for s in plan.steps),
        selection=selection,
        provenance=provenance,
        canary=CANARY,
    )
