"""The taxonomy as an agent sees it: branches with names, and the offered tools that the skills below each one use."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from skillweave.taxonomy.tree import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A part of the taxonomy; the root is the whole of it."""

    name: str
    tools: tuple[str, ...]
    """sorted names of the offered tools that skills of this branch use"""
    children: tuple["Branch", ...] = ()
    """none where the tools are not parted any further"""


def offered_branches(
    taxonomy: Taxonomy, skill_tools: Mapping[str, Collection[str]], offered: Collection[str]
) -> Branch:
    """Return the taxonomy, reduced to what parts the offered tools.

    A skill counts where all its tools are offered; a tool that is left over counts with every skill that uses it. A
    branch whose tools a sibling has too is left out, and so is a level with one branch. Offered tools that no skill of
    the taxonomy uses stand at the root only.
    """
    able = {skill for skill in taxonomy.skills if set(skill_tools.get(skill, ())) <= set(offered)}
    covered = {tool for skill in able for tool in skill_tools.get(skill, ())}
    tools_of = {
        skill: {t for t in skill_tools.get(skill, ()) if t in offered and (skill in able or t not in covered)}
        for skill in taxonomy.skills
    }
    found = _reduced(taxonomy, taxonomy.nodes[0].id, tools_of)
    return Branch(name=found.name, tools=tuple(sorted(offered)), children=found.children)


def _reduced(taxonomy: Taxonomy, node_id: str, tools_of: Mapping[str, set[str]]) -> Branch:
    node = taxonomy.by_id[node_id]
    if node.skill is not None:
        return Branch(name=node.name, tools=tuple(sorted(tools_of[node.skill])))
    below = [_reduced(taxonomy, child.id, tools_of) for child in taxonomy.children[node_id]]
    kept = [
        branch
        for i, branch in enumerate(below)
        if branch.tools
        and not any(
            set(branch.tools) < set(other.tools) or (branch.tools == other.tools and j < i)
            for j, other in enumerate(below)
        )
    ]
    tools = tuple(sorted({tool for branch in kept for tool in branch.tools}))
    if len(kept) == 1:
        return Branch(name=node.name, tools=tools, children=kept[0].children)
    # Skills of one group stay together: a worker for each would have a tool or two and nobody to ask.
    grouped = any(taxonomy.by_id[child.id].skill is None for child in taxonomy.children[node_id])
    return Branch(name=node.name, tools=tools, children=tuple(kept) if grouped else ())
