"""Let a step of a bound plan depend on another step's value, in matched pairs: once the condition holds, once not."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from skillweave.tasks.binding import Binder
from skillweave.tasks.loops import outputs_of
from skillweave.tasks.plan import resolve
from skillweave.tasks.skills import Input, NotApplicable, Toolbox
from skillweave.tasks.spec import Condition, DescribedBinding, LiteralBinding, OutputBinding, Plan, Step
from skillweave.tasks.values import ValueType, word
from skillweave.tasks.worldsuite import WorldSuite

ORDERED = ("money", "number", "date", "month")
"""kinds of values that lie above or below a limit"""
TRIES = 8
"""other entities tried before a plan stays without a condition"""


def with_condition(binder: Binder, plan: Plan) -> tuple[Plan, Plan] | None:
    """Return two plans that differ only in the entities behind one value, on which one of their steps depends.

    The value lies above a limit in the one and below it in the other. The dependent step is left out where its
    condition does not hold, or takes another input then. None where no pair was found.
    """
    places = condition_places(binder.suite, plan)
    for _ in range(TRIES if places else 0):
        source, target = binder.pick(places)
        found = _pair(binder, plan, source, target)
        if found is not None:
            return found
    return None


def condition_places(suite: WorldSuite, plan: Plan) -> list[tuple[str, str]]:
    """Return (source, target): steps whose value can decide on a step that writes, and that step.

    Only reading steps lead to the source, so that other entities behind it leave the rest of the plan as it is.
    """
    consumed = {source for source, _ in plan.edges()}
    found = []
    for source in plan.steps:
        kind = suite.types.get(str(suite.skills[source.skill].output))
        above = plan.upstream(source.id)
        if kind is None or kind.kind not in ORDERED or any(suite.skills[plan.step(s).skill].writes for s in above):
            continue
        for target in plan.steps:
            free = target.id not in consumed and target.when is None and target.each is None
            if suite.skills[target.skill].writes and free and target.id != plan.answer and target.id not in above:
                found.append((source.id, target.id))
    return found


def _pair(binder: Binder, plan: Plan, source: str, target: str) -> tuple[Plan, Plan] | None:
    other = _rebound(binder, plan, plan.upstream(source))
    if other is None:
        return None
    here, there = outputs_of(binder, plan).get(source), outputs_of(binder, other).get(source)
    if here is None or there is None:
        return None
    kind = binder.suite.types[str(binder.suite.skills[plan.step(source).skill].output)]
    limit = between(kind, here, there)
    if limit is None:
        return None
    when = Condition(
        step=source, type=kind.name, op=binder.pick(("above", "below")), limit=limit, text=word(kind, limit)
    )
    if when.holds(here) == when.holds(there):
        return None
    otherwise = _otherwise(binder, plan.step(target))
    effects = {s.id for s in plan.steps if binder.suite.skills[s.skill].writes} - {target}
    if otherwise is None and not effects and plan.answer is None:
        return None
    answer = plan.answer
    if answer == source and (effects or otherwise) and binder.pick((True, False)):
        answer = None
    first, second = (_depending(p, target, when, otherwise or {}, answer) for p in (plan, other))
    return (first, second) if outputs_of(binder, first) and outputs_of(binder, second) else None


def _depending(
    plan: Plan, target: str, when: Condition, otherwise: Mapping[str, LiteralBinding | DescribedBinding], answer: Any
) -> Plan:
    step = plan.step(target).model_copy(update={"when": when, "otherwise": dict(otherwise)})
    return Plan(steps=tuple(step if s.id == target else s for s in plan.steps), answer=answer).in_order()


def _rebound(binder: Binder, plan: Plan, steps: set[str]) -> Plan | None:
    """Return the plan with other entities and literals in the free inputs of some steps."""
    changed: dict[str, Step] = {}
    for name in sorted(steps):
        step = plan.step(name)
        inputs = dict(step.inputs)
        for slot, given in binder.suite.skills[step.skill].inputs.items():
            if slot in inputs and not isinstance(inputs[slot], OutputBinding):
                fresh = _other(binder, given)
                if fresh is None:
                    return None
                inputs[slot] = fresh
        changed[name] = step.model_copy(update={"inputs": inputs})
    return plan.model_copy(update={"steps": tuple(changed.get(s.id, s) for s in plan.steps)})


def _otherwise(binder: Binder, step: Step) -> dict[str, LiteralBinding | DescribedBinding] | None:
    """Return another value for one free input of a step, or None where the step shall be left out instead."""
    skill = binder.suite.skills[step.skill]
    slots = [n for n, b in step.inputs.items() if not isinstance(b, OutputBinding)]
    if not slots or binder.pick((True, False)):
        return None
    slot = binder.pick(slots)
    fresh = _other(binder, skill.inputs[slot])
    own = step.inputs[slot]
    same = fresh is None or (isinstance(own, LiteralBinding | DescribedBinding) and own.value == fresh.value)
    return None if fresh is None or same else {slot: fresh}


def _other(binder: Binder, given: Input) -> LiteralBinding | DescribedBinding | None:
    fresh = binder.free(given)
    if isinstance(fresh, DescribedBinding):
        use = Toolbox(world=binder.world, catalogue=binder.suite.tools)
        try:
            return fresh if resolve(binder.suite, use, fresh) == fresh.value else None
        except NotApplicable:
            return None
    return fresh


def between(kind: ValueType, first: Any, second: Any) -> Any:
    """Return a round value strictly between two, or None where there is none.

    >>> between(ValueType(name="Money", kind="money", noun="amount"), 118.4, 263.0)
    200
    >>> between(ValueType(name="Count", kind="number", noun="number"), 3, 4) is None
    True
    """
    if kind.kind in ("money", "number"):
        low, high = sorted((float(first), float(second)))
        for step in (10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1):
            limit = int(np.ceil(((low + high) / 2 - step / 2) / step)) * step
            if low < limit < high:
                return limit
        return None
    if kind.kind == "date":
        early, late = sorted((date.fromisoformat(str(first)), date.fromisoformat(str(second))))
        days = (late - early).days
        return (early + timedelta(days=days // 2)).isoformat() if days > 1 else None
    early_month, late_month = sorted((_month(first), _month(second)))
    middle = (early_month + late_month) // 2
    return f"{middle // 12:04d}-{middle % 12 + 1:02d}" if early_month < middle < late_month else None


def _month(value: Any) -> int:
    year, month = str(value).split("-")
    return int(year) * 12 + int(month) - 1
