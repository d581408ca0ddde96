"""Bind the free inputs of a plan to literals and to entities that a unique description picks out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillweave.tasks.guess import foreseen
from skillweave.tasks.plan import resolve, run_step
from skillweave.tasks.rehearsal import Rehearsal
from skillweave.tasks.shape import Shape
from skillweave.tasks.skills import Input, NotApplicable, Toolbox
from skillweave.tasks.spec import Binding, DescribedBinding, LiteralBinding, OutputBinding, Plan, Step
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import ValueType, stands_in, word
from skillweave.tasks.world import World, WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite

_DAY = ValueType(name="Day", kind="date", noun="day")
TRIES = 10
"""bindings tried for one step before a step that leads to it is bound anew"""
FORESEEN = "the result would be guessed"
RETURNS = 5
"""times that a plan goes back to an earlier step before it is given up"""


class BindingFailed(Exception):
    """No entities were found on which a step has something to do."""

    def __init__(self, skill: str, why: str) -> None:
        super().__init__(f"{skill}: {why}")
        self.skill = skill
        self.why = why


@dataclass(slots=True)
class Descriptions:
    """The unique descriptions of one world, read once for each describer."""

    suite: WorldSuite
    template: WorldTemplate
    found: dict[tuple[str, int], list[tuple[dict[str, Any], str]]] = field(default_factory=dict)

    def unique(self, type_name: str, index: int) -> list[tuple[dict[str, Any], str]]:
        """Return (values, id) of each description by this describer that fits exactly one entity."""
        place = (type_name, index)
        if place not in self.found:
            world = self.template.open()  # as it is before the plan: that is what the instruction describes
            rows = world.rows(self.suite.describers[type_name][index].candidates)
            world.close()
            first: dict[tuple[Any, ...], tuple[dict[str, Any], str]] = {}
            shared: set[tuple[Any, ...]] = set()
            for row in rows:
                key, values = str(row.pop("key")), tuple(row.values())
                if first.setdefault(values, (row, key))[1] != key:
                    shared.add(values)
            self.found[place] = [
                one for values, one in first.items() if values not in shared and None not in values and "" not in values
            ]
        return self.found[place]


def _said(value: Any) -> Any:
    """Return a value of a description as a person writes it: days in words."""
    return word(_DAY, value) if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


def descriptions_of(suite: WorldSuite, template: WorldTemplate) -> Descriptions:
    """Return the unique descriptions of a world, those that are known where its template remembers."""
    if isinstance(template, Rehearsal):
        return Descriptions(suite, template, found=template.memory.descriptions)
    return Descriptions(suite, template)


@dataclass(slots=True)
class Binder:
    """Binds inputs in one world, at random."""

    suite: WorldSuite
    world: World
    descriptions: Descriptions
    rng: Any
    outputs: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    """output type of each step"""
    answer: str | None = None
    """step whose output must be one that nobody would guess"""

    def pick(self, options: Sequence[Any]) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def free(self, given: Input) -> LiteralBinding | DescribedBinding | None:
        """Return a literal or a description for an input, or None where the world offers none."""
        kind = self.suite.types[given.types[0]]
        if given.values or kind.sample:
            value = self.pick(given.values) if given.values else kind.sample(self.world, self.rng)  # type: ignore[misc]
            return LiteralBinding(type=kind.name, value=value, text=word(kind, value))
        return self.described(kind.name)

    def described(self, type_name: str, among: Collection[str] | None = None) -> DescribedBinding | None:
        """Return a description of some entity of a type (one of ``among``, where given), or None."""
        describers = self.suite.describers[type_name]
        index = int(self.rng.integers(len(describers)))
        found = self.descriptions.unique(type_name, index)
        if among is not None:
            found = [(values, key) for values, key in found if key in among]
        if not found:
            return None
        values, key = self.pick(found)
        text = self.pick(describers[index].text).format(**{name: _said(value) for name, value in values.items()})
        return DescribedBinding(
            type=type_name, how=describers[index].kind, describer=index, values=values, value=key, text=text
        )

    def step(self, skill: str, name: str, fed: Mapping[str, str]) -> Step:
        """Bind one step so that its procedure can be carried out, and carry it out."""
        definition = self.suite.skills[skill]
        why = "no description fits"
        for _ in range(TRIES):
            inputs = {
                slot: OutputBinding(type=self.types[fed[slot]], step=fed[slot]) if slot in fed else self.free(given)
                for slot, given in definition.inputs.items()
            }
            bound: dict[str, Binding] = {slot: binding for slot, binding in inputs.items() if binding is not None}
            if len(bound) == len(inputs):
                step = Step(id=name, skill=skill, inputs=bound)
                why = self._carry_out(step)
                if not why:
                    return step
            if len(fed) == len(inputs):
                break
        raise BindingFailed(skill, why)

    def again(self, step: Step) -> None:
        """Carry out a step that was bound before."""
        why = self._carry_out(step)
        if why:
            raise BindingFailed(step.skill, why)

    def _carry_out(self, step: Step) -> str:
        """Run the step; return why it cannot be run, '' where it can and its descriptions hold."""
        try:
            for binding in step.inputs.values():
                if isinstance(binding, DescribedBinding):
                    use = Toolbox(world=self.world, catalogue=self.suite.tools)
                    if resolve(self.suite, use, binding) != binding.value:
                        return f"{binding.text!r} leads to another {binding.type}"
            output, _ = run_step(self.suite, self.world, step, self.outputs)
        except (NotApplicable, ToolError) as error:
            return str(error) or "not applicable"
        if self._gives_away(step, output):
            return "a description tells the result"
        if step.id == self.answer and self._foreseen(step, output):
            return FORESEEN
        self.outputs[step.id] = output
        self.types[step.id] = self.suite.skills[step.skill].output or ""
        return ""

    def _foreseen(self, step: Step, output: Any) -> bool:
        types = self.suite.types
        kind = types[str(self.suite.skills[step.skill].output)]
        return foreseen(self.descriptions.template, self.suite.schema, tuple(types.values()), kind, output)

    def _gives_away(self, step: Step, output: Any) -> bool:
        """Return whether an input's description states what the step is to find out."""
        skill = self.suite.skills[step.skill]
        if skill.output is None or skill.writes:
            return False
        kind = self.suite.types[skill.output]
        texts = [b.text for b in step.inputs.values() if isinstance(b, DescribedBinding)]
        return any(stands_in(text, kind, output, self.world) for text in texts)


def bind(suite: WorldSuite, template: WorldTemplate, shape: Shape, rng: Any, *, hard: bool = False) -> Plan:
    """Return the shape as a plan bound in this world, found by carrying it out step by step.

    A step that finds nothing to do on what feeds it is no reason to begin again: one of the steps that lead to it is
    bound anew. With ``hard`` the answer is one that nobody would guess. Raises `BindingFailed` after `RETURNS` such
    returns, or where a step that nothing feeds fails.
    """
    names = {skill: f"s{i}" for i, skill in enumerate(shape.order, 1)}
    fed = {
        skill: {slot[1]: names[source] for slot, source in shape.feeds.items() if slot[0] == skill}
        for skill in shape.order
    }
    answer = names[shape.answer] if shape.answer else None
    known = descriptions_of(suite, template)
    steps: list[Step] = []
    for returns in range(RETURNS + 1):
        world = template.open()
        binder = Binder(suite=suite, world=world, descriptions=known, rng=rng, answer=answer if hard else None)
        try:
            for step in steps:
                binder.again(step)
            for skill in shape.order[len(steps) :]:
                steps.append(binder.step(skill, names[skill], fed[skill]))
            return Plan(steps=tuple(steps), answer=answer)
        except BindingFailed:
            leading = _leading_to(shape, shape.order[len(steps)], suite)
            if not leading or returns == RETURNS:
                raise
            # Mostly the nearest: what lies further back changes more than is needed, and now and then that is needed.
            nearest = returns % 3 < 2
            steps = steps[: leading[-1] if nearest else leading[0]]
        finally:
            world.close()
    raise AssertionError("unreachable")


def _leading_to(shape: Shape, skill: str, suite: WorldSuite) -> list[int]:
    """Return the places of the steps that feed a step, directly or through others, and have something to choose."""
    feeding = {source for slot, source in shape.feeds.items() if slot[0] == skill}
    front = feeding
    while front:
        front = {source for slot, source in shape.feeds.items() if slot[0] in front} - feeding
        feeding |= front
    chosen = {slot for slot, _ in shape.feeds.items()}
    return [
        place
        for place, other in enumerate(shape.order)
        if other in feeding and any((other, name) not in chosen for name in suite.skills[other].inputs)
    ]
