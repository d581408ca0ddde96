"""Which skills a rollout's tool calls suffice for."""

from collections.abc import Callable, Collection

from skillweave.tasks.suites.registry import world_suite
from skillweave.taxonomy.errors import UserError

SkillsOf = Callable[[Collection[str], Collection[str]], frozenset[str]]
"""(tools called, names of skills read) -> skills"""


def recogniser(suite: str) -> SkillsOf | None:
    """Return the function that tells a suite's skills from calls; None for a suite that declares no skills' tools.

    A skill is recognised where all its tools were called and, if it is procedural, its SKILL.md was read.
    """
    try:
        skills = tuple(world_suite(suite).skills.values())
    except UserError:
        return None
    needs = [(s.id, frozenset(s.tools), s.name if s.rule is not None else None) for s in skills if s.tools]
    known: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}

    def skills_of(tools: Collection[str], read: Collection[str]) -> frozenset[str]:
        key = (frozenset(tools), frozenset(read))
        if key not in known:
            found = (i for i, own, name in needs if own <= key[0] and (name is None or name in key[1] or i in key[1]))
            known[key] = frozenset(found)
        return known[key]

    return skills_of
