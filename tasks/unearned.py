"""Whether who knows nothing passes a task: by submitting all that the tools show, or by calls at random.

The agents are those of an audit (`skillweave.tasks.trivial`), with the tools that the plan needs on offer.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from skillweave.tasks.candidate import Candidate
from skillweave.tasks.check import answer_problem
from skillweave.tasks.directory import Directory, directory
from skillweave.tasks.suite import ToolCall
from skillweave.tasks.trivial import View, dump_everything, pick, play, random_calls, view_of, wander
from skillweave.tasks.values import Fact, missing_fact
from skillweave.tasks.world import changed
from skillweave.tasks.worldsuite import READ_SKILL

T = TypeVar("T")
PLAYS = 8
"""times that calls are made at random: as an audit makes them with the seeds from 0 on"""
CHANCE = 0.005
"""largest share of what was seen on these plays that may be the answer"""
PLAYS_WRITING = {1: PLAYS, 2: 1}
"""the same for a task that writes, by its steps: with more of them the right change does not come about at random"""


def unearned(task: Candidate) -> str | None:
    """Submitting all that the tools show must fail, and so must calls at random."""
    fact = task.expectation.answer
    if task.expectation.changes:
        return "calls at random pass" if _changed_by_chance(task) else None
    if fact is None:
        return None
    where = directory(task.template, tuple(task.suite.types.values()))
    if _dumped(task, fact, where):
        return "submitting all that the tools show passes"
    return "calls at random pass" if _found_by_chance(task, fact, where) else None


def _dumped(task: Candidate, fact: Fact, where: Directory) -> bool:
    found = _played(task, dump_everything, _view(task, dump_everything.__name__))
    if found is None or not looked_up(found[0]):
        return False
    answer = found[1]
    # What the first rows say beside the right answer stands in the whole too, which takes long to read.
    head = answer[: answer.find("}", 400) + 1]
    if answer_problem(fact, f"{head} {fact.text}", known=task.instruction, where=where) is not None:
        return False
    return answer_problem(fact, answer, known=task.instruction, where=where) is None


def _found_by_chance(task: Candidate, fact: Fact, where: Directory) -> bool:
    """Return whether calls at random lead to an answer that is right, or to hardly more than the right one."""
    share = 0.0
    known: dict[str, bool] = {}
    """what was seen -> whether it answers the question"""
    for seed in range(PLAYS):
        view = _view(task, random_calls.__name__, seed)
        found = _played(task, wander, view)
        if found is None or not looked_up(found[0]):
            continue
        words = found[1]
        for word in words:
            if word not in known:
                plain = missing_fact(word, fact) is None
                known[word] = plain and answer_problem(fact, word, known=task.instruction, where=where) is None
        right = {word for word in words if known[word]}
        if right and pick(view.rng, words) in right:
            return True
        share += len(right) / len(words)
    return share > CHANCE * PLAYS


def _changed_by_chance(task: Candidate) -> bool:
    """Return whether calls at random make the right change, and answer rightly where an answer is asked for."""
    for seed in range(PLAYS_WRITING.get(len(task.plan.steps), 0)):
        found = _played(task, random_calls, _view(task, random_calls.__name__, seed))
        if found is not None and found[2] and task.accepts(found[2], found[1]):
            return True
    return False


def looked_up(calls: Iterable[ToolCall]) -> bool:
    """Return whether any call showed something of the world: without one no answer counts."""
    return any(c.error is None and c.tool != READ_SKILL for c in calls)


def _played(
    task: Candidate, agent: Callable[[View], Generator[tuple[str, dict[str, Any]], str, T]], view: View
) -> tuple[tuple[ToolCall, ...], T, list[dict[str, Any]]] | None:
    """Return the calls of an agent, what it returns, and the changes that it made; None where a tool breaks off.

    That is a fault of the tool, which should refuse what it cannot do, but nobody passes the task by it.
    """
    world = task.template.open()
    try:
        calls, found = play(agent(view), task.suite.tools, world)
        return calls, found, changed(world.changes()) if task.expectation.changes else []
    except Exception:
        return None
    finally:
        world.close()


def _view(task: Candidate, agent: str, seed: int = 0) -> View:
    tools = {name: task.suite.tools[name] for name in task.tools}
    return view_of(task.name(len(task.plan.steps)), task.instruction, tools, "", name=agent, seed=seed)
