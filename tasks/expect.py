"""From the reference run to what a rollout must bring about."""

from typing import Any

from skillweave.tasks.plan import PlanRun, bound_inputs
from skillweave.tasks.spec import EachBinding, Expectation, ExpectedChange, OutputBinding, Plan, Step
from skillweave.tasks.values import Fact, fact_of, missing_fact
from skillweave.tasks.world import RowChange, World, WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite


def expectation_of(suite: WorldSuite, world: World, plan: Plan, run: PlanRun) -> Expectation:
    """Return the expectation of a plan from its reference run; ``world`` is the world after the run."""
    changes = tuple(_expected(suite, world, plan, run, change) for change in run.changes)
    answer = None
    if plan.answer is not None:
        kind = suite.types[str(suite.skills[plan.step(plan.answer).skill].output)]
        answer = fact_of(kind, run.answer, world)
    return Expectation(changes=changes, answer=answer)


def answer_text(suite: WorldSuite, template: WorldTemplate, plan: Plan, value: Any) -> str:
    """Return the value of the answer step as it would be submitted; '' where no answer is asked for or there is none.

    An entity that only the run itself made is called by its id.
    """
    if plan.answer is None or value is None:
        return ""
    kind = suite.types[str(suite.skills[plan.step(plan.answer).skill].output)]
    world = template.open()
    try:
        return fact_of(kind, value, world).text
    except ValueError:
        return str(value)
    finally:
        world.close()


def _expected(suite: WorldSuite, world: World, plan: Plan, run: PlanRun, change: RowChange) -> ExpectedChange:
    steps = {column: step for (table, key, column), step in run.setters.items() if (table, key) == _place(change)}
    facts: dict[str, tuple[Fact, ...]] = {}
    for column, value in change.after.items():
        if suite.schema.kind(change.table, column) != "free" or not value:
            continue
        step = plan.step(steps.get(column) or steps[""])
        stated = [f for f in _stated(suite, world, step, run, plan) if missing_fact(value, f) is None]
        if stated:
            facts[column] = tuple(stated)
    after = dict(change.after)
    return ExpectedChange(table=change.table, op=change.op, key=change.key, after=after, steps=steps, facts=facts)


def _place(change: RowChange) -> tuple[str, str]:
    return change.table, change.key


def _stated(suite: WorldSuite, world: World, step: Step, run: PlanRun, plan: Plan) -> list[Fact]:
    """Return the facts that the prose of a step must state."""
    found = []
    for name in suite.skills[step.skill].states:
        type_name, value = bound_value(suite, plan, step, name, run)
        found.append(fact_of(suite.types[type_name], value, world))
    return found


def bound_value(suite: WorldSuite, plan: Plan, step: Step, name: str, run: PlanRun) -> tuple[str, Any]:
    """Return the type and value that an input had in a run: of a set the ids of its members."""
    binding = (bound_inputs(step, run.outputs) or step.inputs)[name]
    if isinstance(binding, OutputBinding):
        return str(suite.skills[plan.step(binding.step).skill].output), run.outputs[binding.step]
    if isinstance(binding, EachBinding):
        return f"each {binding.type}", binding.members
    return binding.type, binding.value
