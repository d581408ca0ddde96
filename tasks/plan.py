"""Carry out a plan on a world, through the same tools that the agent gets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from skillweave.tasks.skills import Call, NotApplicable, Skill, Toolbox
from skillweave.tasks.spec import Binding, DescribedBinding, EachBinding, LiteralBinding, OutputBinding, Plan, Step
from skillweave.tasks.world import RowChange, World
from skillweave.tasks.worldsuite import WorldSuite

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How a run departs from the reference: used to prove that each step is needed, and to play a failure."""

    replace: Mapping[str, Any] = field(default_factory=dict)
    """step -> value handed on instead of its output; the step itself is not carried out"""
    skip: frozenset[str] = frozenset()
    """steps that are left out"""
    naive: Mapping[str, str] = field(default_factory=dict)
    """step -> name of the naive rule that stands in for its procedure"""
    flip: frozenset[str] = frozenset()
    """steps whose condition is taken for the opposite"""
    lose: Mapping[str, int] = field(default_factory=dict)
    """step -> place of the member that its loop passes over"""
    backwards: bool = False
    """loops take their members in reverse"""


REFERENCE = Variation()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRun:
    """What a run of a plan did."""

    outputs: Mapping[str, Any]
    calls: tuple[tuple[str, Call], ...]
    """(step, call) in order"""
    changes: tuple[RowChange, ...]
    setters: Mapping[tuple[str, str, str], str]
    """(table, key, column) -> step that set it last; column '' for the step that made or removed the row"""
    answer: Any
    """output of the answer step, None where the plan has none"""


def run_plan(suite: WorldSuite, world: World, plan: Plan, variation: Variation = REFERENCE) -> PlanRun:
    """Carry out the plan and return its outputs, calls and changes.

    Raises `NotApplicable` where a procedure has nothing to do, and `skillweave.tasks.tools.ToolError` where a tool
    refuses.
    """
    outputs: dict[str, Any] = {}
    calls: list[tuple[str, Call]] = []
    setters: dict[tuple[str, str, str], str] = {}
    before: dict[tuple[str, str], RowChange] = {}
    for step in plan.steps:
        if step.id in variation.skip:
            continue
        if step.id in variation.replace:
            outputs[step.id] = variation.replace[step.id]
            continue
        output, made = run_step(suite, world, step, outputs, variation)
        outputs[step.id] = output
        calls += [(step.id, call) for call in made]
        if suite.skills[step.skill].writes:
            after = {(c.table, c.key): c for c in world.changes()}
            _attribute(step.id, before, after, setters)
            before = after
    answer = outputs.get(plan.answer) if plan.answer else None
    return PlanRun(outputs=outputs, calls=tuple(calls), changes=tuple(before.values()), setters=setters, answer=answer)


def run_step(
    suite: WorldSuite, world: World, step: Step, outputs: Mapping[str, Any], variation: Variation = REFERENCE
) -> tuple[Any, list[Call]]:
    """Carry out one step: look up what its inputs describe, read its rule, follow its procedure.

    A step whose condition does not hold, and that then has nothing else to do, makes no call and has no output; one
    that runs over a set has none either.
    """
    bound = bound_inputs(step, outputs, flipped=step.id in variation.flip)
    if bound is None:
        return None, []
    skill = suite.skills[step.skill]
    use = Toolbox(world=world, catalogue=suite.tools)
    values: dict[str, Any] = {name: _value(suite, use, binding, outputs) for name, binding in bound.items()}
    if step.each is not None:
        values[step.each] = _members(values[step.each], variation, step.id)
    naive = variation.naive.get(step.id, "")
    key = ("skill", skill.id, naive, step.each or "", repr(values))
    output, calls = world.once(key, lambda: _follow(suite, world, skill, naive, step.each, values))
    return output, [*use.calls, *calls]


def _follow(
    suite: WorldSuite, world: World, skill: Skill, naive: str, each: str | None, values: Mapping[str, Any]
) -> tuple[Any, tuple[Call, ...]]:
    """Read a skill's rule and follow its procedure, or a naive one; over a set for each of its members."""
    use = Toolbox(world=world, catalogue=suite.tools, rule=world.rules.get(skill.id, {}))
    procedure = skill.procedure
    if naive:
        assert skill.rule is not None
        procedure = skill.rule.naive[naive]
    elif skill.rule is not None:
        use.read_skill(name=skill.name)
    output = procedure(use, **values) if each is None else None
    for member in values[each] if each is not None else ():
        procedure(use, **(dict(values) | {str(each): member}))
    return output, tuple(use.calls)


def bound_inputs(step: Step, outputs: Mapping[str, Any], *, flipped: bool = False) -> Mapping[str, Binding] | None:
    """Return what is bound to the inputs of a step, given the outputs before it; None where it is not carried out."""
    if step.when is None:
        return step.inputs
    if step.when.step not in outputs:
        raise NotApplicable(f"step {step.when.step} was left out")
    if step.when.holds(outputs[step.when.step]) != flipped:
        return step.inputs
    return {**step.inputs, **step.otherwise} if step.otherwise else None


def _members(members: Sequence[str], variation: Variation, step: str) -> list[str]:
    lost = variation.lose.get(step)
    kept = [m for place, m in enumerate(members) if place != lost]
    return kept[::-1] if variation.backwards else kept


def _value(suite: WorldSuite, use: Toolbox, binding: Binding, outputs: Mapping[str, Any]) -> Any:
    if isinstance(binding, LiteralBinding):
        return binding.value
    if isinstance(binding, OutputBinding):
        if outputs.get(binding.step) is None:
            raise NotApplicable(f"step {binding.step} was left out")
        return outputs[binding.step]
    if isinstance(binding, EachBinding):
        return gather(suite, use, binding, _value(suite, use, binding.of, outputs))
    return resolve(suite, use, binding)


def gather(suite: WorldSuite, use: Toolbox, binding: EachBinding, of: str) -> list[str]:
    """Return the ids of a set, found by tools alone."""
    gathering = suite.gatherings[binding.type][binding.gathering]
    key = ("set", binding.type, str(binding.gathering), str(of))
    return list(_looked_up(use, key, lambda own: [str(m) for m in gathering.resolve(own, of=of)]))


def resolve(suite: WorldSuite, use: Toolbox, binding: DescribedBinding) -> str:
    """Return the id of the entity that a description picks out, found by tools alone."""
    describer = suite.describers[binding.type][binding.describer]
    key = ("description", binding.type, str(binding.describer), repr(binding.values))
    return _looked_up(use, key, lambda own: str(describer.resolve(own, **binding.values)))


def _looked_up(use: Toolbox, key: tuple[str, ...], look: Callable[[Toolbox], T]) -> T:
    def work() -> tuple[T, tuple[Call, ...]]:
        own = Toolbox(world=use.world, catalogue=use.catalogue)
        found = look(own)
        return found, tuple(own.calls)

    found, calls = use.world.once(key, work)
    use.calls += calls
    return found


def _attribute(
    step: str,
    before: Mapping[tuple[str, str], RowChange],
    after: Mapping[tuple[str, str], RowChange],
    setters: dict[tuple[str, str, str], str],
) -> None:
    """Note which columns changed since the step before."""
    for (table, key), change in after.items():
        old = before.get((table, key))
        if old is None or old.op != change.op:
            setters[table, key, ""] = step
        for column, value in change.after.items():
            if old is None or column not in old.after or old.after[column] != value:
                setters[table, key, column] = step
