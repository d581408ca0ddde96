"""Instructions in a model's words; a rewrite is kept only where nothing that the task needs was lost or given away."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.validate import reject

Ask = Callable[[str], Awaitable[str]]
"""prompt -> reply of a model; '' where it gave none"""

PROMPT = """Rewrite this request to an office assistant in other words, as a colleague would write it.
Keep every name, number, date, id, quoted text and description of a thing exactly as it is written.
Add nothing, leave nothing out, keep every condition and the question. Reply with the request alone.

{instruction}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """Tasks, some of them in a model's words, and what became of the rewrites."""

    tasks: tuple[TaskSpec, ...]
    kept: frozenset[str]
    """ids of the tasks that a model has reworded"""
    dropped: dict[str, int]
    """rewrites that were not kept, by reason"""


async def reword(suite: AppSuite, tasks: Iterable[TaskSpec], ask: Ask) -> Rewording:
    """Return the tasks with their instructions rewritten, each where the rewrite holds and else as it was."""
    found: list[TaskSpec] = []
    kept: set[str] = set()
    dropped: Counter[str] = Counter()
    for task in tasks:
        text = (await ask(PROMPT.format(instruction=task.instruction))).strip()
        why = problem(suite, task, text)
        if why is None:
            kept.add(task.id)
            found.append(task.model_copy(update={"instruction": text}))
        else:
            dropped[why] += 1
            found.append(task)
    return Rewording(tasks=tuple(found), kept=frozenset(kept), dropped=dict(sorted(dropped.items())))


def problem(suite: AppSuite, task: TaskSpec, text: str) -> str | None:
    """Return why a rewrite of a task's instruction cannot stand, or None.

    Every literal, description, set and limit must be there word for word, no tool or skill may be named, and all checks
    of the task must pass with it.
    """
    if not text:
        return "the model gave no rewrite"
    if text == task.instruction:
        return "nothing was changed"
    if names_tool(suite, text):
        return "a tool or skill is named"
    candidate = replace(suite.candidate(task), instruction=text)
    return reject(candidate, mated=task.pair is not None)


def names_tool(suite: AppSuite, text: str) -> bool:
    """Return whether a text names a tool, or a skill by its id or name.

    Single words such as ``search`` are tools' names and plain English; they do not count.
    """
    names = {n for n in (*suite.apps.tools, *suite.apps.skills, *suite.apps.procedural) if re.search(r"[._-]", n)}
    return bool(names.intersection(re.findall(r"[\w.-]*\w", text)))
