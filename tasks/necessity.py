"""Whether each skill of a task matters: by omission, by substitution, against naive rules and against other skills."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from skillweave.tasks.candidate import Candidate
from skillweave.tasks.plan import Variation
from skillweave.tasks.reach import reached_without, shown_elsewhere
from skillweave.tasks.spec import EachBinding, Plan, Step
from skillweave.tasks.values import ValueType, numbers, stands_in, stated_in, unnumbered


def necessary(task: Candidate) -> str | None:
    """Each skill must matter: by omission, by substitution, against its naive rules and against other skills.

    What only decides on a condition is judged on the matched pair: what passes in both tasks is not needed.
    """
    paired = decisive(task.plan)
    for step in task.plan.steps:
        sides = [task, task.mate] if task.mate is not None and step.id in paired else [task]
        why = _needless(sides, step)
        if why is not None:
            return why
    return None


def necessary_by_itself(task: Candidate) -> str | None:
    """Judge one task of a matched pair where the other is not at hand.

    Steps that lead to a condition may well be needless in one task of the two; their results must not stand in its
    text for all that. The other steps are judged as in any task.
    """
    paired = decisive(task.plan)
    for step in task.plan.steps:
        why = _stated(task, step) if step.id in paired else _needless([task], step)
        if why is not None:
            return why
    return None


def _needless(sides: Sequence[Candidate], step: Step) -> str | None:
    return _needless_write(sides, step) or _needless_read(sides, step) or _needless_rule(sides, step)


def decisive(plan: Plan) -> set[str]:
    """Return the steps that depend on a condition, and all that leads to what it looks at."""
    found: set[str] = set()
    for step in plan.steps:
        if step.when is not None:
            found |= {step.id, *plan.upstream(step.when.step)}
    return found


def _needless_write(sides: Sequence[Candidate], step: Step) -> str | None:
    if not sides[0].suite.skills[step.skill].writes:
        return None
    if _pass(sides, Variation(skip=frozenset({step.id}))):
        return "a step that writes can be left out"
    if step.when is not None and any(_pass([side], Variation(flip=frozenset({step.id}))) for side in sides):
        return "a condition makes no difference"
    loop = step.inputs.get(step.each or "")
    for place in range(len(loop.members)) if isinstance(loop, EachBinding) else ():
        if _pass(sides, Variation(lose={step.id: place})):
            return "a member of a set can be passed over"
    return None


def _needless_read(sides: Sequence[Candidate], step: Step) -> str | None:
    skill = sides[0].suite.skills[step.skill]
    if not skill.output or skill.writes:
        return None
    stated_result = _stated(sides[0], step)
    if stated_result is not None:
        return stated_result
    # First what takes no replay of the plan.
    if all(shown_elsewhere(side, step) for side in sides):
        return "another step's tool already shows the result"
    tried: list[Any] = []
    for value in (value for side in sides for value in substitutes(side, step)):
        if value not in tried:
            tried.append(value)
            if _pass(sides, Variation(replace={step.id: value})):
                return "another value in place of a result passes"
    if all(reached_without(side, step) for side in sides):
        return "another skill gives the same result"
    return None


def _needless_rule(sides: Sequence[Candidate], step: Step) -> str | None:
    rule = sides[0].suite.skills[step.skill].rule
    for name in rule.naive if rule else ():
        if _pass(sides, Variation(naive={step.id: name})):
            return "a naive rule gives the same result"
    return None


def _pass(sides: Sequence[Candidate], variation: Variation) -> bool:
    """Return whether a variation passes in each of the tasks."""
    return all(side.succeeds(variation) for side in sides)


def substitutes(task: Candidate, step: Step) -> Iterator[Any]:
    """Yield same-typed values to stand in for a step's output.

    They come from the instruction (bindings, and figures and dates in its text), from defaults (the user, today, this
    month), from other steps' outputs, and from the world.
    """
    kind = task.suite.types[str(task.suite.skills[step.skill].output)]
    own = task.run.outputs[step.id]
    pool: list[Any] = []
    for other in task.plan.steps:
        pool += [b.value for b in other.given() if b.type == kind.name]
        pool += [other.when.limit] if other.when is not None and other.when.type == kind.name else []
        if task.suite.skills[other.skill].output == kind.name and task.run.outputs.get(other.id) is not None:
            pool.append(task.run.outputs[other.id])
    pool += stated(task, kind) + defaults(task, kind) + different(task, step)
    seen: list[Any] = [own]
    for value in pool:
        if value not in seen:
            seen.append(value)
            yield value


def stated(task: Candidate, kind: ValueType) -> list[Any]:
    """Return the figures, days, months or times that stand in the instruction."""
    text = unnumbered(task.instruction)
    if kind.kind in ("money", "number"):
        figures = sorted({value for readings in numbers(text) for value in readings})
        return [int(f) if kind.kind == "number" and f == int(f) else f for f in figures]
    return sorted(stated_in(text, kind.kind))


def defaults(task: Candidate, kind: ValueType) -> list[Any]:
    """Return what someone would take who did not look: the user, today, this month."""
    today = task.template.today.isoformat()
    if kind.kind == "entity" and kind.table == task.suite.user_table:
        return [task.template.user]
    return [today] if kind.kind == "date" else [today[:7]] if kind.kind == "month" else []


def different(task: Candidate, step: Step) -> list[Any]:
    """Return values of the step's output type that differ from its output, as a slip would."""
    kind = task.suite.types[str(task.suite.skills[step.skill].output)]
    own = task.run.outputs[step.id]
    if kind.kind in ("money", "number"):
        number = float(own)
        slip = round(number * 1.1 + 1, 2) if kind.kind == "money" else number + 1
        return [slip if isinstance(own, float) else int(slip)]
    if kind.kind == "entity":
        world = task.template.open()
        rows = world.rows(f"SELECT id FROM {kind.table} WHERE id <> ? ORDER BY id", own)
        world.close()
        rng = np.random.default_rng([task.template.seed, len(rows)])
        return [str(rows[int(i)]["id"]) for i in rng.permutation(len(rows))[:2]]
    if kind.kind == "date":
        day = np.datetime64(str(own))
        return [str(day + np.timedelta64(1, "D"))]
    if kind.kind == "month":
        return [str(np.datetime64(str(own)) + np.timedelta64(1, "M"))]
    if kind.kind == "time":
        return [f"{(int(own[:2]) + 1) % 24:02d}{own[2:]}"]
    if kind.kind == "flag":
        return [not own]
    return [f"other {str(own)[::-1]}"]


def _stated(task: Candidate, step: Step) -> str | None:
    """Refuse an instruction that states the output of a step, as in *the owner of the file owned by Ann Lee*."""
    skill = task.suite.skills[step.skill]
    if not skill.output or skill.writes:
        return None
    world = task.template.open()
    try:
        given_away = stands_in(
            unnumbered(task.instruction), task.suite.types[skill.output], task.run.outputs[step.id], world
        )
        return "a result stands in the instruction" if given_away else None
    finally:
        world.close()
