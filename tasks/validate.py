"""The checks that a synthesised task must pass; each names why it rejects."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import networkx as nx
import numpy as np

from skillweave.tasks.check import compare
from skillweave.tasks.directory import directory
from skillweave.tasks.expect import bound_value
from skillweave.tasks.plan import REFERENCE, PlanRun, Variation, resolve, run_plan, run_step
from skillweave.tasks.skills import NotApplicable, Skill, Toolbox
from skillweave.tasks.spec import Binding, DescribedBinding, Expectation, LiteralBinding, OutputBinding, Plan, Step
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import fact_of, numbers, stands_in
from skillweave.tasks.world import WorldTemplate, changed
from skillweave.tasks.worldsuite import WorldSuite

ORDERS = 24
"""orders of a plan that are tried"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A worded plan with its reference run, before it is accepted."""

    suite: WorldSuite
    template: WorldTemplate
    plan: Plan
    run: PlanRun
    expectation: Expectation
    instruction: str
    style: str

    def passes(self, run: PlanRun) -> bool:
        """Return whether a run of a plan would be scored as a success."""
        answer = None
        if self.plan.answer is not None and run.answer is not None:
            kind = self.suite.types[str(self.suite.skills[self.plan.step(self.plan.answer).skill].output)]
            world = self.template.open()
            try:
                answer = fact_of(kind, run.answer, world).text
            except ValueError:  # an entity that only this run made
                answer = str(run.answer)
            finally:
                world.close()
        return self.accepts(changed(run.changes), answer)

    def accepts(self, changes: list[dict[str, Any]], answer: str | None) -> bool:
        """Return whether changes and answer meet the expectation."""
        where = directory(self.template, tuple(self.suite.types.values()))
        return not compare(self.suite.schema, self.expectation, changes, answer, known=self.instruction, where=where)

    def attempt(self, plan: Plan, variation: Variation = REFERENCE) -> PlanRun | None:
        """Run a plan in a fresh world; None where it cannot be carried out."""
        world = self.template.open()
        try:
            return run_plan(self.suite, world, plan, variation)
        except (NotApplicable, ToolError):
            return None
        finally:
            world.close()

    def succeeds(self, variation: Variation) -> bool:
        """Return whether the plan with this variation would be scored as a success."""
        run = self.attempt(self.plan, variation)
        return run is not None and self.passes(run)


def solvable(task: Candidate) -> str | None:
    """Replaying the plan must pass the task's own check."""
    run = task.attempt(task.plan)
    return None if run is not None and task.passes(run) else "replaying the plan does not pass"


def deterministic(task: Candidate) -> str | None:
    """A second replay must make the same changes and give the same answer."""
    run = task.attempt(task.plan)
    same = run is not None and changed(run.changes) == changed(task.run.changes) and run.answer == task.run.answer
    return None if same else "two replays differ"


def not_free(task: Candidate) -> str | None:
    """Doing nothing must fail, with any constant of the instruction as the answer too."""
    if task.expectation.answer is not None and task.expectation.answer.kind == "flag":
        return "the answer can be guessed"
    bindings = [b for s in task.plan.steps for b in s.inputs.values() if not isinstance(b, OutputBinding)]
    constants = {str(b.value) for b in bindings} | {b.text for b in bindings}
    constants |= {f"{value:g}" for readings in numbers(unnumbered(task.instruction)) for value in readings}
    for answer in (None, "done", task.instruction, *sorted(constants)):
        if task.accepts([], answer):
            return f"doing nothing and answering {str(answer)[:40]!r} passes"
    return None


def unnumbered(text: str) -> str:
    """Return an instruction without the numbers of its steps, which are no values.

    >>> unnumbered("1. Count them.\\n2. Pay 3 EUR for step 1.")
    'Count them.\\nPay 3 EUR for step.'
    """
    return re.sub(r"\bstep \d+", "step", re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE))


def necessary(task: Candidate) -> str | None:
    """Each skill must matter: by omission, by substitution, against its naive rules and against other skills."""
    for step in task.plan.steps:
        skill = task.suite.skills[step.skill]
        if skill.writes and task.succeeds(Variation(skip=frozenset({step.id}))):
            return "a step that writes can be left out"
        if skill.output and not skill.writes:
            if _given_away(task, step):
                return "a result stands in the instruction"
            for value in substitutes(task, step):
                if task.succeeds(Variation(replace={step.id: value})):
                    return "another value in place of a result passes"
            if _shown_elsewhere(task, step, skill):
                return "another skill gives the same result"
        for rule in skill.rule.naive if skill.rule else ():
            if task.succeeds(Variation(naive={step.id: rule})):
                return "a naive rule gives the same result"
    return None


def substitutes(task: Candidate, step: Step) -> Iterator[Any]:
    """Yield same-typed values to stand in for a step's output: of the instruction, of other steps, of the world."""
    kind = task.suite.types[str(task.suite.skills[step.skill].output)]
    own = task.run.outputs[step.id]
    pool: list[Any] = []
    for other in task.plan.steps:
        for name in other.inputs:
            type_name, value = bound_value(task.suite, task.plan, other, name, task.run)
            if type_name == kind.name:
                pool.append(value)
        if task.suite.skills[other.skill].output == kind.name:
            pool.append(task.run.outputs[other.id])
    pool += different(task, step)
    seen: list[Any] = [own]
    for value in pool:
        if value not in seen:
            seen.append(value)
            yield value


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


def _given_away(task: Candidate, step: Step) -> bool:
    """Return whether the instruction states the output of a step, as in *the owner of the file owned by Ann Lee*."""
    kind = task.suite.types[str(task.suite.skills[step.skill].output)]
    world = task.template.open()
    try:
        return stands_in(unnumbered(task.instruction), kind, task.run.outputs[step.id], world)
    finally:
        world.close()


def _shown_elsewhere(task: Candidate, step: Step, skill: Skill) -> bool:
    """Return whether some other reading skill, fed from the same values, gives the step's output.

    The search bound: one skill outside the combination, each of its inputs bound to an input of the step.
    """
    values = [bound_value(task.suite, task.plan, step, name, task.run) for name in step.inputs]
    for other in task.suite.skills.values():
        if other.output != skill.output or other.writes or other.id in {s.skill for s in task.plan.steps}:
            continue
        bound: dict[str, Binding] = {}
        for name, given in other.inputs.items():
            for type_name, value in values:
                if type_name in given.types:
                    bound[name] = LiteralBinding(type=type_name, value=value, text="")
                    break
        if not bound or len(bound) < len(other.inputs):
            continue
        world = task.template.open()
        try:
            output, _ = run_step(task.suite, world, Step(id=step.id, skill=other.id, inputs=bound), {})
        except (NotApplicable, ToolError):
            continue
        finally:
            world.close()
        if output == task.run.outputs[step.id]:
            return True
    return False


def unambiguous(task: Candidate) -> str | None:
    """Each description must pick exactly one entity of the world, and the tools must lead to it."""
    world = task.template.open()
    try:
        for step in task.plan.steps:
            for binding in step.inputs.values():
                if not isinstance(binding, DescribedBinding):
                    continue
                describer = task.suite.describers[binding.type][binding.describer]
                fits = {
                    row["key"]
                    for row in world.rows(describer.candidates)
                    if all(row[name] == value for name, value in binding.values.items())
                }
                use = Toolbox(world=world, catalogue=task.suite.tools)
                if fits != {binding.value} or resolve(task.suite, use, binding) != binding.value:
                    return "a description does not pick out one entity"
    except NotApplicable:
        return "a description cannot be looked up"
    finally:
        world.close()
    return None


def order_free(task: Candidate) -> str | None:
    """Every other order of the plan must pass too (the first `ORDERS` of them)."""
    graph = nx.DiGraph(task.plan.edges())
    graph.add_nodes_from(s.id for s in task.plan.steps)
    for order in islice(nx.all_topological_sorts(graph), ORDERS):
        steps = tuple(task.plan.step(name) for name in order)
        run = task.attempt(Plan(steps=steps, answer=task.plan.answer))
        if run is None or not task.passes(run):
            return "another order of the steps fails"
    return None


def complete(task: Candidate) -> str | None:
    """Every literal and description must stand in the instruction."""
    for step in task.plan.steps:
        for binding in step.inputs.values():
            if not isinstance(binding, OutputBinding) and binding.text.lower() not in task.instruction.lower():
                return "the instruction leaves out a value"
    return None


CHECKS: dict[str, Callable[[Candidate], str | None]] = {
    "complete": complete,
    "unambiguous": unambiguous,
    "solvable": solvable,
    "deterministic": deterministic,
    "not free": not_free,
    "necessary": necessary,
    "order-free": order_free,
}


def reject(task: Candidate) -> str | None:
    """Return the first check that fails and why (``check: reason``), or None where the task is accepted."""
    for name, check in CHECKS.items():
        why = check(task)
        if why is not None:
            return f"{name}: {why}"
    return None
