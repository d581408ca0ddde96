"""Let a step of a bound plan run over a small set: *for each of her open tickets ...*."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.binding import Binder
from skillweave.tasks.plan import gather, run_plan
from skillweave.tasks.skills import NotApplicable, Toolbox
from skillweave.tasks.spec import Binding, EachBinding, OutputBinding, Plan, Step
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import World
from skillweave.tasks.worldsuite import WorldSuite

SMALL = range(2, 5)
"""members that a set may have: more than one, and few enough to be done one by one"""
TRIES = 8
"""sets tried before a plan stays without a loop"""

Place = tuple[str, str, int]
"""(step, input, gathering) where a loop may stand"""


def loop_places(suite: WorldSuite, plan: Plan) -> list[Place]:
    """Return where a loop may stand: free inputs of writing steps with no consumed result."""
    consumed = {source for source, _ in plan.edges()}
    found = []
    for step in plan.steps:
        skill = suite.skills[step.skill]
        if not skill.writes or step.id in consumed or step.id == plan.answer or step.when or step.each:
            continue
        for name, binding in step.inputs.items():
            if isinstance(binding, OutputBinding) or name in skill.states:
                continue
            found += [(step.id, name, i) for i in range(len(suite.gatherings.get(binding.type, ())))]
    return found


def with_loop(binder: Binder, plan: Plan) -> Plan | None:
    """Return the plan with one of its steps carried out for each member of a small set; None where no set was found.

    The set is that of another step's output where one fits, and else of an entity that is described.
    """
    places = loop_places(binder.suite, plan)
    outputs = outputs_of(binder, plan)
    for _ in range(TRIES if places else 0):
        name, slot, index = binder.pick(places)
        step = plan.step(name)
        binding = _each(binder, plan, step, (slot, index), outputs)
        if binding is None:
            continue
        looped = step.model_copy(update={"inputs": {**step.inputs, slot: binding}})
        found = plan.model_copy(update={"steps": tuple(looped if s is step else s for s in plan.steps)}).in_order()
        if runs(binder, found):
            return found
    return None


def _each(
    binder: Binder, plan: Plan, step: Step, place: tuple[str, int], outputs: Mapping[str, Any]
) -> EachBinding | None:
    slot, index = place
    kind = step.inputs[slot].type
    gathering = binder.suite.gatherings[kind][index]
    sizes = _sizes(binder, kind, index)
    of: Binding | None = None
    fed = [
        s.id
        for s in plan.steps
        if binder.suite.skills[s.skill].output == gathering.of
        and s.id not in {step.id, *step.sources(), *plan.downstream(step.id)}
        and sizes.get(str(outputs.get(s.id))) in SMALL
    ]
    if fed:
        of = OutputBinding(type=gathering.of, step=binder.pick(fed))
    else:
        of = binder.described(gathering.of, among={key for key, size in sizes.items() if size in SMALL})
    if of is None:
        return None
    owner = str(outputs[of.step]) if isinstance(of, OutputBinding) else str(of.value)
    draft = EachBinding(
        type=kind, gathering=index, of=of, members=(), text=f"each of the {binder.pick(gathering.text)}"
    )
    try:
        members = gather(binder.suite, Toolbox(world=binder.world, catalogue=binder.suite.tools), draft, owner)
    except (NotApplicable, ToolError):
        return None
    return draft.model_copy(update={"members": tuple(members)}) if len(members) in SMALL else None


def _sizes(binder: Binder, type_name: str, index: int) -> dict[str, int]:
    query = binder.suite.gatherings[type_name][index].candidates
    rows = binder.world.rows(f"SELECT owner, count(*) AS size FROM ({query}) GROUP BY owner")
    return {str(row["owner"]): int(row["size"]) for row in rows}


def members_of(suite: WorldSuite, world: World, binding: EachBinding, owner: str) -> set[str]:
    """Return the ids of a set as the world itself has it, whatever the tools say."""
    query = suite.gatherings[binding.type][binding.gathering].candidates
    return {str(row["key"]) for row in world.rows(f"SELECT key FROM ({query}) WHERE owner = ?", owner)}


def runs(binder: Binder, plan: Plan) -> bool:
    """Return whether a plan can be carried out in the binder's world."""
    return outputs_of(binder, plan) != {}


def outputs_of(binder: Binder, plan: Plan) -> Mapping[str, Any]:
    """Return the output of each step in the world as it was made; empty where the plan cannot be carried out."""
    world = binder.descriptions.template.open()
    try:
        return run_plan(binder.suite, world, plan).outputs
    except (NotApplicable, ToolError):
        return {}
    finally:
        world.close()
