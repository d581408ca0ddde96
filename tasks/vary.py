"""Siblings of a task: the same plan, world and expectation, asked for or offered in another way.

After Hupkes et al. 2020: another wording or other tool names (substitutivity), another order of the clauses, and more
tools to choose from.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Literal, get_args

import numpy as np

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.build import wording_seed
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.offer import distractors
from skillweave.tasks.renaming import other_names
from skillweave.tasks.spec import Plan, TaskSpec, Variant
from skillweave.tasks.suite import ToolSuite
from skillweave.tasks.validate import orders, reject
from skillweave.tasks.wording import FORMS, instruction
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError

Way = Literal["wording", "order", "names", "distractors"]
WAYS: tuple[str, ...] = get_args(Way)
TRIES = 12
"""other wordings tried for one sibling"""
MORE_TOOLS = 8
"""tools that one step of distractors adds"""
AROUND = 24
"""tools renamed beside those that the plan calls: the nearest, so that a small offer holds no old name"""


def siblings(suite: ToolSuite, task: TaskSpec, way: str, count: int) -> list[TaskSpec]:
    """Return up to ``count`` siblings of a task, fewer where no more can be told apart from it and each other.

    Another wording or order must pass every check that the task had to pass. Raises `UserError` for an unknown way,
    and where a suite has no plans of its own to word anew.
    """
    if way not in WAYS:
        raise UserError(f"tasks cannot be varied by {way!r}", hint=f"use {', '.join(WAYS)}")
    if way in ("wording", "order") and not isinstance(suite, AppSuite):
        raise UserError(f"tasks of {suite.name!r} have wordings of their own", hint="vary them by names or distractors")
    if isinstance(suite, AppSuite) and way == "wording":
        made = _reworded(suite, task)
    elif isinstance(suite, AppSuite) and way == "order":
        made = _reordered(suite, task)
    else:
        made = _renamed(suite, task) if way == "names" else _distracted(suite, task)
    return [_sibling(task, new, way, number) for number, new in enumerate(islice(made, count), 1)]


def _sibling(task: TaskSpec, new: TaskSpec, way: str, number: int) -> TaskSpec:
    return new.model_copy(
        update={
            "id": f"{task.id}-{way}{number}",
            "variant": Variant.model_validate({"kind": way, "of": task.id}),
            "pair": None if task.pair is None else f"{task.pair}-{way}{number}",
        }
    )


def _reworded(suite: AppSuite, task: TaskSpec) -> Iterator[TaskSpec]:
    """Yield the task in other forms and phrases of its style."""
    seen = {task.instruction}
    forms = FORMS[task.wording]
    for number in range(1, TRIES * len(forms)):
        seed = int(digest([task.id, "wording", number])[:8], 16)
        form = forms[number % len(forms)]
        text = instruction(suite.apps, task.plan, task.wording, np.random.default_rng(seed), form=form)
        if text not in seen and passes(suite, task, task.plan, text):
            seen.add(text)
            yield task.model_copy(update={"instruction": text})


def _reordered(suite: AppSuite, task: TaskSpec) -> Iterator[TaskSpec]:
    """Yield the task with its clauses in other orders, in the words of its own seed."""
    seed = wording_seed(suite.apps, task.plan, task.world_seed)
    own = tuple(s.id for s in task.plan.steps)
    seen = {task.instruction}
    for steps in orders(task.plan):
        plan = task.plan.model_copy(update={"steps": steps})
        text = instruction(suite.apps, plan, task.wording, np.random.default_rng(seed))
        if tuple(s.id for s in steps) != own and text not in seen and passes(suite, task, plan, text):
            seen.add(text)
            yield task.model_copy(update={"instruction": text, "plan": plan})


def passes(suite: AppSuite, task: TaskSpec, plan: Plan, text: str) -> bool:
    """Return whether a task would be accepted with another order of its plan and another instruction."""
    candidate: Candidate = replace(suite.candidate(task), plan=plan, instruction=text)
    return reject(candidate, mated=task.pair is not None) is None


def _renamed(suite: ToolSuite, task: TaskSpec) -> Iterator[TaskSpec]:
    schemas = suite.tool_schemas()
    for number in range(TRIES):
        seed = int(digest([task.id, "names", number])[:8], 16)
        around = distractors(suite, task.tools, AROUND)
        yield task.model_copy(update={"renames": other_names(schemas, (*task.tools, *around), seed)})


def _distracted(suite: ToolSuite, task: TaskSpec) -> Iterator[TaskSpec]:
    """Yield the task with more and more tools beside its own, as long as there are any left."""
    offered = 0
    while offered < len(found := distractors(suite, task.tools, offered + MORE_TOOLS)):
        offered = len(found)
        yield task.model_copy(update={"distractors": tuple(sorted(found))})
