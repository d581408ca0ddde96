"""The checks that a synthesised task must pass; each names why it rejects."""

from collections.abc import Callable
from itertools import islice, permutations
from typing import Any

import networkx as nx
import numpy as np

from skillweave.tasks.candidate import Candidate
from skillweave.tasks.guess import constants, guesses, lucky_guess
from skillweave.tasks.loops import members_of
from skillweave.tasks.necessity import necessary, necessary_by_itself
from skillweave.tasks.plan import Variation, gather, resolve
from skillweave.tasks.skills import NotApplicable, Toolbox
from skillweave.tasks.spec import DescribedBinding, EachBinding, OutputBinding, Plan, Step
from skillweave.tasks.unearned import unearned
from skillweave.tasks.world import World, changed

ORDERS = 24
"""orders of a plan that are tried"""


def solvable(task: Candidate) -> str | None:
    """Replaying the plan must pass the task's own check."""
    run = task.attempt(task.plan)
    return None if run is not None and task.passes(run) else "replaying the plan does not pass"


def deterministic(task: Candidate) -> str | None:
    """A second replay, in a world that remembers nothing, must make the same changes and give the same answer."""
    run = task.attempt(task.plan, fresh=True)
    same = run is not None and changed(run.changes) == changed(task.run.changes) and run.answer == task.run.answer
    return None if same else "two replays differ"


def not_free(task: Candidate) -> str | None:
    """Doing nothing must fail, with any constant of the instruction as the answer too; no fair guess may be right."""
    return not_given(task) or not_guessed(task)


def not_given(task: Candidate) -> str | None:
    """Doing nothing must fail, with any constant of the instruction as the answer too."""
    fact = task.expectation.answer
    # Where not even the right answer passes without the change, no other one does.
    if task.accepts([], None if fact is None else fact.text):
        for answer in (None, "done", task.instruction, *sorted(constants(task.plan, task.instruction))):
            if task.accepts([], answer):
                return "doing nothing and answering from the instruction passes"
    return None


def not_guessed(task: Candidate) -> str | None:
    """No fair guess at the answer may be right."""
    fact = task.expectation.answer
    if fact is not None:
        tried = guesses(task.suite, task.template, task.plan, task.instruction, fact)
        if lucky_guess(task.suite, task.template, task.instruction, fact, tried) is not None:
            return "the answer can be guessed"
    return None


def unambiguous(task: Candidate) -> str | None:
    """Each description must pick exactly one entity of the world, or exactly its set, and the tools must lead there."""
    world = task.template.open()
    try:
        for step in task.plan.steps:
            if any(not _unique(task, world, b) for b in step.given() if isinstance(b, DescribedBinding)):
                return "a description does not pick out one entity"
            loop = step.inputs.get(step.each or "")
            if isinstance(loop, EachBinding) and not _whole(task, world, loop):
                return "a set is not what the tools list"
    except NotApplicable:
        return "a description cannot be looked up"
    finally:
        world.close()
    return None


def _unique(task: Candidate, world: World, binding: DescribedBinding) -> bool:
    describer = task.suite.describers[binding.type][binding.describer]
    fits = {
        row["key"]
        for row in world.rows(describer.candidates)
        if all(row[name] == value for name, value in binding.values.items())
    }
    use = Toolbox(world=world, catalogue=task.suite.tools)
    return fits == {binding.value} and resolve(task.suite, use, binding) == binding.value


def _whole(task: Candidate, world: World, loop: EachBinding) -> bool:
    owner = task.run.outputs[loop.of.step] if isinstance(loop.of, OutputBinding) else loop.of.value
    use = Toolbox(world=world, catalogue=task.suite.tools)
    listed = gather(task.suite, use, loop, str(owner))
    return tuple(listed) == loop.members and set(listed) == members_of(task.suite, world, loop, str(owner))


def order_free(task: Candidate) -> str | None:
    """Every other order of the plan must pass too, and its sets taken backwards.

    All topological orders up to `ORDERS`; of more, as many drawn at random, with each two steps that may swap places
    in both orders among them.
    """
    for steps in orders(task.plan):
        run = task.attempt(task.plan.model_copy(update={"steps": steps}))
        if run is None or not task.passes(run):
            return "another order of the steps fails"
    if any(step.each for step in task.plan.steps) and not task.succeeds(Variation(backwards=True)):
        return "a set taken in another order fails"
    return None


def orders(plan: Plan) -> list[tuple[Step, ...]]:
    """Return topological orders of a plan: all where there are few, else a seeded choice that covers each swap."""
    graph = nx.DiGraph(plan.edges())
    graph.add_nodes_from(s.id for s in plan.steps)
    found = list(islice(nx.all_topological_sorts(graph), ORDERS + 1))
    if len(found) > ORDERS:
        names = [s.id for s in plan.steps]
        bound = {(a, b) for a, b in permutations(names, 2) if nx.has_path(graph, a, b)}
        free = {(a, b) for a, b in permutations(names, 2) if not bound & {(a, b), (b, a)}}
        found = _covering(graph, free, np.random.default_rng(len(names)))
    return [tuple(plan.step(name) for name in order) for order in found]


def _covering(graph: Any, free: set[tuple[str, str]], rng: np.random.Generator) -> list[list[str]]:
    """Return `ORDERS` orders; a step that has waited for the swap with the last one goes first where it may."""
    left, found = set(free), list[list[str]]()
    while len(found) < ORDERS or (left and len(found) < 4 * ORDERS):
        place = {name: rng.random() for name in graph.nodes}
        if left:
            first, second = sorted(left)[int(rng.integers(len(left)))]
            for name in (first, *nx.ancestors(graph, first)):
                place[name] -= 2.0
            place[second] += 2.0
        order = list(nx.lexicographical_topological_sort(graph, key=place.__getitem__))
        left -= {(a, b) for i, a in enumerate(order) for b in order[i + 1 :]}
        found.append(order)
    return found


def complete(task: Candidate) -> str | None:
    """Every literal, description, set and limit must stand in the instruction."""
    text = task.instruction.lower()
    for step in task.plan.steps:
        words = [b.text for b in step.given()]
        words += [step.when.text] if step.when is not None else []
        loop = step.inputs.get(step.each or "")
        words += loop.text.split("{of}") if isinstance(loop, EachBinding) else []
        if any(word.lower() not in text for word in words):
            return "the instruction leaves out a value"
    return None


CHECKS: dict[str, Callable[[Candidate], str | None]] = {
    "complete": complete,
    "not free": not_free,
    "unambiguous": unambiguous,
    "solvable": solvable,
    "necessary": necessary,
    "order-free": order_free,
    "deterministic": deterministic,
    "earned": unearned,
}
"""the dear ones last"""
MATED: dict[str, Callable[[Candidate], str | None]] = {**CHECKS, "necessary": necessary_by_itself}
ATOM = {name: check for name, check in {**CHECKS, "not free": not_given}.items() if check is not unearned}


def reject(task: Candidate, *, mated: bool = False, atom: bool = False) -> str | None:
    """Return the first check that fails and why (``check: reason``), or None where the task is accepted.

    ``mated``: the task is one of a matched pair, and the other one is not at hand: of its steps that lead to a
    condition it is only asked whether the text states their results. Whether they matter was judged on the pair.
    ``atom``: the task is one skill of a combination, to compare that with; luck may pass it.
    """
    for name, check in (MATED if mated else ATOM if atom else CHECKS).items():
        why = check(task)
        if why is not None:
            return f"{name}: {why}"
    return None
