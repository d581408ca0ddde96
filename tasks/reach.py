"""Whether a step's result can be had without its skill: from what other tools show, or by way of other skills."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from skillweave.tasks.candidate import Candidate
from skillweave.tasks.expect import bound_value
from skillweave.tasks.plan import run_step
from skillweave.tasks.skills import NotApplicable, Skill
from skillweave.tasks.spec import Binding, LiteralBinding, Step
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import World
from skillweave.tasks.worldsuite import WorldSuite

SEARCH = 200
"""other skills carried out in search of a step's result; two in a row at most"""

Value = tuple[str, Any]
"""(type, value)"""


def shown_elsewhere(task: Candidate, step: Step) -> bool:
    """Return whether a call of another step shows the step's result.

    It is shown where one row of a tool's result holds the result and an input of the step side by side: whoever read
    that row needs no further skill.
    """
    kind = task.suite.types[str(task.suite.skills[step.skill].output)]
    later = task.plan.downstream(step.id)
    world = task.template.open()
    try:
        inputs = {str(value) for _, value in _inputs(task, step)}
        forms = _forms(kind, task.run.outputs[step.id], world)
    finally:
        world.close()
    shown = (call.result for name, call in task.run.calls if name != step.id and name not in later)
    return any(_side_by_side(row, inputs, forms) for result in shown for row in _rows(result))


def _inputs(task: Candidate, step: Step) -> list[Value]:
    return [bound_value(task.suite, task.plan, step, name, task.run) for name in step.inputs]


def _forms(kind: ValueType, value: Any, world: World) -> set[Any]:
    if kind.kind == "entity" and kind.table:
        row = world.get(kind.table, value) or {}
        return {value, *(row[c] for c in (kind.label, *kind.aliases) if row.get(c))}
    return {float(value)} if kind.kind in ("money", "number") else {str(value)}


def _rows(result: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all rows in a tool's result, those inside others too."""
    if isinstance(result, Mapping):
        yield result
        result = list(result.values())
    if isinstance(result, list):
        for part in result:
            yield from _rows(part)


def _side_by_side(row: Mapping[str, Any], inputs: set[str], forms: set[Any]) -> bool:
    values = [v for v in row.values() if isinstance(v, str | int | float) and not isinstance(v, bool)]
    return any(str(v) in inputs for v in values) and any(
        (float(v) if isinstance(v, int) else v) in forms for v in values
    )


def reached_without(task: Candidate, step: Step) -> bool:
    """Return whether other reading skills give the step's output, from what is known without the step.

    Known are the values that the instruction gives or describes, and the outputs of steps that do not depend on this
    one. A value is looked for through one other skill over anything known, and through two in a row from the step's
    own inputs where it is an entity: figures that agree along an unrelated road are chance, and (b) takes them in.
    """
    skill = task.suite.skills[step.skill]
    goal = task.run.outputs[step.id]
    own = _inputs(task, step)
    world = task.template.open()
    try:
        search = _Search(suite=task.suite, world=world, without=skill.id)
        entity = task.suite.types[str(skill.output)].kind == "entity"
        known = _known(task, step) if entity else own
        if any(value == goal for _, value in search.outputs(known, among=own, type_name=str(skill.output))):
            return True
        if not entity:
            return False
        between = [v for v in search.outputs(own, among=own, type_name=None) if v not in known]
        return any(
            value == goal
            for middle in between
            for _, value in search.outputs([middle, *known], among=[middle], type_name=str(skill.output))
        )
    finally:
        world.close()


def _known(task: Candidate, step: Step) -> list[Value]:
    later = {step.id, *task.plan.downstream(step.id)}
    found: list[Value] = [(b.type, b.value) for other in task.plan.steps for b in other.given()]
    for other in task.plan.steps:
        output = task.run.outputs.get(other.id)
        if other.id not in later and output is not None and not task.suite.skills[other.skill].writes:
            found.append((str(task.suite.skills[other.skill].output), output))
    return list(dict.fromkeys(found))


class _Search:
    def __init__(self, *, suite: WorldSuite, world: World, without: str) -> None:
        self.suite = suite
        self.world = world
        self.without = without
        self.left = SEARCH

    def outputs(self, known: Iterable[Value], *, among: list[Value], type_name: str | None) -> Iterator[Value]:
        """Yield what other reading skills give, of one type or entities of any, from inputs partly ``among``."""
        values = list(known)
        for skill in self.suite.skills.values():
            fits = skill.output == type_name if type_name else self._entity(skill.output)
            if not fits or skill.writes or skill.id == self.without or not skill.inputs:
                continue
            options = [[v for v in values if v[0] in given.types] for given in skill.inputs.values()]
            for chosen in product(*options):
                if not any(v in among for v in chosen):
                    continue
                self.left -= 1
                if self.left < 0:
                    return
                output = self._run(skill, dict(zip(skill.inputs, chosen, strict=True)))
                if output is not None:
                    yield str(skill.output), output

    def _entity(self, type_name: str | None) -> bool:
        return type_name is not None and self.suite.types[type_name].kind == "entity"

    def _run(self, skill: Skill, inputs: Mapping[str, Value]) -> Any:
        bound: dict[str, Binding] = {
            name: LiteralBinding(type=type_name, value=value, text="") for name, (type_name, value) in inputs.items()
        }
        try:
            return run_step(self.suite, self.world, Step(id="", skill=skill.id, inputs=bound), {})[0]
        except (NotApplicable, ToolError):
            return None
