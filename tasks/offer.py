"""Which tools an agent is offered: those the plan needs, and others to choose from."""

import re

import numpy as np

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolSuite
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError


def offer_tools(suite: ToolSuite, task: TaskSpec, spec: str, seed: int) -> tuple[str, ...]:
    """Return the names of the tools offered for a task, in an order that tells nothing.

    ``spec``: ``needed`` (the plan's own), ``k+N`` (those and N others, near-duplicates first) or ``all``. Where the
    suite lists skills to read, `read_skill` is always among them.
    """
    names = sorted(suite.tool_schemas())
    needed = {*task.tools, *({"read_skill"} & set(names) if suite.skill_cards(task) else set())}
    extra = re.fullmatch(r"k\+(\d+)", spec)
    if spec == "all":
        offered = set(names)
    elif spec == "needed":
        offered = needed
    elif extra:
        offered = needed | set(distractors(suite, needed, int(extra[1])))
    else:
        raise UserError(f"no tool offer {spec!r}", hint="use needed, all, or k+N such as k+8")
    rng = np.random.default_rng([int(digest([task.id, spec])[:8], 16), seed])
    ordered = sorted(offered)
    return tuple(ordered[int(i)] for i in rng.permutation(len(ordered)))


def distractors(suite: ToolSuite, needed: set[str], count: int) -> list[str]:
    """Return up to ``count`` tools that are not needed, those that look most like a needed one first."""
    words = {name: _words(name, schema.description) for name, schema in suite.tool_schemas().items()}

    def likeness(name: str) -> float:
        return max((len(words[name] & words[n]) / len(words[name] | words[n]) for n in needed), default=0.0)

    others = sorted((n for n in words if n not in needed), key=lambda n: (-likeness(n), n))
    return others[:count]


def _words(name: str, description: str) -> set[str]:
    return {*name.split("_"), *re.findall(r"[a-z]{4,}", description.lower())}
