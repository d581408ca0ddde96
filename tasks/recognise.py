"""Which skills a rollout's tool calls suffice for."""

from collections.abc import Callable, Collection

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.suites.registry import load_suite

SkillsOf = Callable[[Collection[str], Collection[str]], frozenset[str]]
"""(tools called, names of skills read) -> skills"""


def recogniser(suite: str) -> SkillsOf | None:
    """Return the function that tells a suite's skills from calls; None for a suite that declares no skills' tools.

    A skill is recognised where all its tools were called and, if it is procedural, its SKILL.md was read.
    """
    found = load_suite(suite)
    rules = found.apps.procedural if isinstance(found, AppSuite) else {}
    read = {skill.id: name for name, skill in rules.items()}
    needs = [(i, frozenset(tools), read.get(i)) for i, tools in found.skill_tools().items() if tools]
    if not needs:
        return None
    known: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}

    def skills_of(tools: Collection[str], read: Collection[str]) -> frozenset[str]:
        key = (frozenset(tools), frozenset(read))
        if key not in known:
            fits = (i for i, own, name in needs if own <= key[0] and (name is None or name in key[1] or i in key[1]))
            known[key] = frozenset(fits)
        return known[key]

    return skills_of
