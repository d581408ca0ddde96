"""A combination's family: each of its skills alone and each connected pair, bound as in the whole, and k = 0 tasks.

Success at k is only comparable with success at 1 where the work is the same. An input that another step feeds in the
whole has to be given where that step is missing: the value stands in the instruction, and the binding says for which
skill it was given. A k = 0 task needs no skill: it asks to submit a given value, or to make one write with every value
given, and so measures what a rollout costs by itself.

Members pass the same checks as the whole, with these exceptions. *New* holds within a family only: two families may
share an atom. Luck may pass an atom (a guess, a dump, calls at random), since it has to be the very step of the whole.
Of a value to submit only *solvable* (submitting it passes) and *not free* (submitting nothing fails) can be asked: it
stands in the instruction by design.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skillweave.tasks.build import candidate_of
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.plan import PlanRun
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.spec import (
    Binding,
    DescribedBinding,
    EachBinding,
    Expectation,
    Leaf,
    LiteralBinding,
    OutputBinding,
    Plan,
    Role,
    Step,
)
from skillweave.tasks.tools import ToolError
from skillweave.tasks.validate import reject
from skillweave.tasks.values import ValueType, fact_of, word
from skillweave.tasks.wording import sentence
from skillweave.taxonomy.artifacts import digest

SUBMISSIONS = (
    "submit {value} as the answer; nothing else is to be done.",
    "the answer is {value}: please submit just that.",
    "all I need is that you give {value} as the answer.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A task of a family beside the whole."""

    role: Role
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The members that could be made, and why others could not."""

    members: tuple[Member, ...]
    missing: Counter[tuple[str, str]]
    """(role, reason) -> members"""

    @property
    def complete(self) -> bool:
        """Whether every atom is there: without one, nothing can be predicted of the whole."""
        return not any(role == "atom" for role, _ in self.missing)


class Impossible(Exception):
    """A member that cannot be made, and why."""


def family(whole: Candidate) -> Family:
    """Return the family of an accepted candidate; the same candidate has the same family."""
    members: list[Member] = []
    missing: Counter[tuple[str, str]] = Counter()
    for role, names in _parts(whole.plan):
        rng = np.random.default_rng([whole.template.seed, int(digest([whole.instruction, names])[:8], 16)])
        try:
            members.append(Member(role=role, candidate=_worded(whole, _part(whole, names), rng, atom=role == "atom")))
        except Impossible as why:
            missing[role, str(why)] += 1
    found = Family(members=tuple(members), missing=missing)
    return Family(members=(*members, *_bases(whole)), missing=missing) if found.complete else found


def _parts(plan: Plan) -> Iterator[tuple[Role, tuple[str, ...]]]:
    for step in plan.steps:
        yield "atom", (step.id,)
    if len(plan.steps) > 2:  # a pair of two is the whole
        for edge in sorted(set(plan.edges())):
            yield "pair", edge


def _part(whole: Candidate, names: tuple[str, ...]) -> Plan:
    """Return the plan of some steps of the whole, in its order; raises `Impossible`."""
    steps = tuple(_cut_free(whole, s, names) for s in whole.plan.steps if s.id in names)
    consumed = {source for s in steps for source in s.sources()}
    skills = whole.suite.skills
    open_ends = [s for s in steps if skills[s.skill].output and not skills[s.skill].writes and s.id not in consumed]
    if len(open_ends) > 1:
        raise Impossible("it has two results")
    return Plan(steps=steps, answer=open_ends[0].id if open_ends else None)


def _cut_free(whole: Candidate, step: Step, names: tuple[str, ...]) -> Step:
    """Return a step whose inputs from steps that are not there are given."""
    inputs: dict[str, Binding] = {}
    for name, binding in step.inputs.items():
        if isinstance(binding, EachBinding):
            inputs[name] = binding.model_copy(update={"of": _uncoupled(whole, binding.of, names)})
        else:
            inputs[name] = _uncoupled(whole, binding, names)
    return step.model_copy(update={"inputs": inputs})


def _uncoupled(whole: Candidate, binding: Leaf, names: tuple[str, ...]) -> Leaf:
    """Return what is bound, given as a value where the step that it comes from is not there."""
    if not isinstance(binding, OutputBinding) or binding.step in names:
        return binding
    source = whole.plan.step(binding.step).skill
    kind = whole.suite.types[str(whole.suite.skills[source].output)]
    return _given(whole, kind, whole.run.outputs[binding.step], source)


def _given(whole: Candidate, kind: ValueType, value: Any, given_for: str | None) -> LiteralBinding:
    """Return a value as the instruction gives it: an entity by name and id."""
    if kind.kind != "entity":
        return LiteralBinding(type=kind.name, value=value, text=word(kind, value), given_for=given_for)
    world = whole.template.open()
    row = world.get(str(kind.table), value)
    world.close()
    if row is None:
        raise Impossible("its input comes into being in another step")
    name = row[kind.label]
    text = value if kind.label == "id" or not name else f"{name} ({value})"
    return LiteralBinding(type=kind.name, value=value, text=text, given_for=given_for)


def _worded(whole: Candidate, plan: Plan, rng: Any, *, atom: bool = False) -> Candidate:
    """Return a part as a candidate that passed the checks, worded in the style of the whole; raises `Impossible`."""
    try:
        candidate = candidate_of(whole.suite, whole.template, plan, whole.style, int(rng.integers(2**32)))
    except (NotApplicable, ToolError):
        raise Impossible("it has nothing to do without the steps before it") from None
    why = reject(candidate, atom=atom)
    if why is not None:
        raise Impossible(why)
    return candidate


def _bases(whole: Candidate) -> Iterator[Member]:
    """Yield the k = 0 tasks: the answer of the whole to submit, and one of its writes with all values given."""
    rng = np.random.default_rng([whole.template.seed, int(digest([whole.instruction, "base"])[:8], 16)])
    submission = _submission(whole, rng)
    if submission is not None:
        yield Member(role="base", candidate=submission)
    for step in whole.plan.steps:
        skill = whole.suite.skills[step.skill]
        if not skill.writes or skill.rule is not None:
            continue
        try:
            found = _worded(whole, Plan(steps=(_all_given(whole, step),), answer=None), rng)
        except Impossible:
            continue
        if len(found.expectation.changes) == 1:
            yield Member(role="base", candidate=found)
            return


def _all_given(whole: Candidate, step: Step) -> Step:
    """Return a step with every input given."""
    alone = _cut_free(whole, step, (step.id,))
    inputs: dict[str, Binding] = {}
    for name, binding in alone.inputs.items():
        kind = whole.suite.types[binding.type]
        inputs[name] = _given(whole, kind, binding.value, None) if isinstance(binding, DescribedBinding) else binding
    return alone.model_copy(update={"inputs": inputs})


def _submission(whole: Candidate, rng: Any) -> Candidate | None:
    """Return the task to submit what the whole asks for, or None where it asks for nothing."""
    if whole.plan.answer is None:
        return None
    kind = whole.suite.types[str(whole.suite.skills[whole.plan.step(whole.plan.answer).skill].output)]
    try:
        given = _given(whole, kind, whole.run.answer, None)
    except Impossible:
        return None
    world = whole.template.open()
    fact = fact_of(kind, whole.run.answer, world)
    world.close()
    found = Candidate(
        suite=whole.suite,
        template=whole.template,
        plan=Plan(steps=(), answer=None),
        run=PlanRun(outputs={}, calls=(), changes=(), setters={}, answer=None),
        expectation=Expectation(changes=(), answer=fact),
        instruction=sentence(SUBMISSIONS[int(rng.integers(len(SUBMISSIONS)))].format(value=given.text)),
        style=whole.style,
    )
    passes = found.accepts([], fact.text) and not any(found.accepts([], nothing) for nothing in (None, "", "done"))
    return found if passes else None
