"""Which tools an agent is offered: those the plan needs, and others to choose from."""

import re
from collections.abc import Collection

import numpy as np

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolSchema, ToolSuite
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

OFFERS = "needed, k+N (N others beside them, near-duplicates first), branch or all"


def offer_tools(
    suite: ToolSuite, task: TaskSpec, spec: str, seed: int, taxonomy: Taxonomy | None = None
) -> tuple[str, ...]:
    """Return the names of the tools offered for a task, in an order that tells nothing.

    ``spec``: ``needed`` (the plan's own), ``k+N`` (those and N others, near-duplicates first), ``branch`` (those and
    the tools of all skills in the same branches of the taxonomy) or ``all``. Where the suite lists skills to read,
    `read_skill` is always among them, and so are the distractors of a task that names some. A task that renames tools
    has them under their new names.
    """
    names = sorted(suite.tool_schemas())
    needed = {*task.tools, *({"read_skill"} & set(names) if suite.skill_cards(task) else set())}
    extra = re.fullmatch(r"k\+(\d+)", spec)
    if spec == "all":
        offered = set(names)
    elif spec == "needed":
        offered = needed
    elif spec == "branch":
        offered = needed | _of_branches(suite, task, taxonomy)
    elif extra:
        offered = needed | set(distractors(suite, needed, int(extra[1])))
    else:
        raise UserError(f"no tool offer {spec!r}", hint=f"use {OFFERS}")
    offered |= set(task.distractors) & set(names)
    offered -= set() if task.origin is None else set(task.origin.late)
    rng = np.random.default_rng([int(digest([task.id, spec])[:8], 16), seed])
    ordered = sorted(offered)
    shuffled = (ordered[int(i)] for i in rng.permutation(len(ordered)))
    return tuple(task.renames[name].name if name in task.renames else name for name in shuffled)


def _of_branches(suite: ToolSuite, task: TaskSpec, taxonomy: Taxonomy | None) -> set[str]:
    if taxonomy is None:
        raise UserError("to offer the tools of a branch the taxonomy is needed", hint="name it with --taxonomy")
    branches = {taxonomy.branch(skill) for skill in task.skills}
    tools = suite.skill_tools()
    return {tool for skill in taxonomy.skills if taxonomy.branch(skill) in branches for tool in tools.get(skill, ())}


def distractors(suite: ToolSuite, needed: Collection[str], count: int) -> list[str]:
    """Return up to ``count`` tools that are not needed, near-duplicates first: each needed tool's in turn.

    Most alike are tools for the same thing that do something else with it, then those that do the same with something
    else, then those whose descriptions share words.
    """
    schemas = suite.tool_schemas()
    others = sorted(name for name in schemas if name not in needed)
    ranked = [
        sorted(others, key=lambda other: (-likeness(schemas[name], schemas[other]), other)) for name in sorted(needed)
    ]
    found: dict[str, None] = {}
    for place in range(len(others)):
        for row in ranked:
            if len(found) < count:
                found.setdefault(row[place])
    return list(found)


def likeness(one: ToolSchema, other: ToolSchema) -> float:
    """Return how easily one tool is taken for another: 2 for the same noun, 1 for the same verb, up to 1 for words."""
    first, second = (_parts(schema.name) for schema in (one, other))
    words = [set(re.findall(r"[a-z]{4,}", schema.description.lower())) for schema in (one, other)]
    shared = len(words[0] & words[1]) / max(1, len(words[0] | words[1]))
    return 2.0 * bool(first[1] & second[1]) + (first[0] == second[0]) + shared


def _parts(name: str) -> tuple[str, set[str]]:
    """Return the verb of a tool's name and the nouns in singular.

    >>> _parts("search_tickets")
    ('search', {'ticket'})
    """
    verb, *nouns = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return verb, {noun.removesuffix("s") for noun in nouns if len(noun) > 3}
