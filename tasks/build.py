"""One task from one combination: shape, world, bindings, reference run, wording, checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skillweave.tasks.binding import BindingFailed, bind
from skillweave.tasks.expect import expectation_of
from skillweave.tasks.plan import run_plan
from skillweave.tasks.shape import shapes
from skillweave.tasks.spec import Selection, TaskSpec
from skillweave.tasks.validate import Candidate, reject
from skillweave.tasks.wording import STYLES, instruction
from skillweave.tasks.world import WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance, digest

TRIES = 8
"""bindings tried for a combination in one world before it is given up"""
CANARY = "skillweave canary 5f0a3c9e-7d1b-4c58-9b62-4e1f8a2d6c07: benchmark data, not for training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A try that gave no task, and why."""

    reason: str


def attempts(
    suite: WorldSuite, template: WorldTemplate, skills: tuple[str, ...], numbers: Iterable[int]
) -> Iterator[Candidate | Rejected]:
    """Yield a candidate for each try number, all in one world, with other shapes and bindings."""
    own = int(digest(list(skills))[:8], 16)
    for number in numbers:
        yield _candidate(suite, template, skills, np.random.default_rng([template.seed, own, number]))


def _candidate(suite: WorldSuite, template: Any, skills: tuple[str, ...], rng: Any) -> Candidate | Rejected:
    shape = next(shapes(suite, skills, rng), None) or next(shapes(suite, skills), None)
    if shape is None:
        return Rejected(reason="realisable: no connected plan")
    try:
        plan = bind(suite, template, shape, rng)
    except BindingFailed:
        return Rejected(reason="binding: no entities on which the plan has something to do")
    world = template.open()
    try:
        run = run_plan(suite, world, plan)
        expectation = expectation_of(suite, world, plan, run)
    finally:
        world.close()
    style = STYLES[int(rng.integers(len(STYLES)))]
    candidate = Candidate(
        suite=suite,
        template=template,
        plan=plan,
        run=run,
        expectation=expectation,
        instruction=instruction(suite, plan, style, rng),
        style=style,
    )
    why = reject(candidate)
    return candidate if why is None else Rejected(reason=why)


def short_name(suite: str) -> str:
    """Return a suite's name without the folders and variable of a file of one's own.

    >>> short_name("own/depot.py:SUITE")
    'depot'
    """
    return suite.rpartition(":")[0].rpartition("/")[2].removesuffix(".py") if ".py:" in suite else suite


def task_of(candidate: Candidate, span: int | None, selection: Selection, provenance: Provenance) -> TaskSpec:
    """Return an accepted candidate as a TaskSpec; its id is a hash of plan, bindings and world."""
    plan, suite = candidate.plan, candidate.suite
    skills = tuple(sorted(s.skill for s in plan.steps))
    identity = digest([suite.name, plan.canonical(), candidate.template.seed])
    return TaskSpec(
        suite=suite.name,
        suite_version=suite.release,
        id=f"{short_name(suite.name)}-k{len(skills)}-{identity[:10]}",
        skills=skills,
        k=len(skills),
        span=span,
        world_seed=candidate.template.seed,
        instruction=candidate.instruction,
        wording=candidate.style,
        plan=plan,
        expectation=candidate.expectation,
        tools=tuple(sorted({call.tool for _, call in candidate.run.calls})),
        calls=len(candidate.run.calls),
        writes=sum(suite.skills[s].writes for s in skills),
        selection=selection,
        provenance=provenance,
        canary=CANARY,
    )
