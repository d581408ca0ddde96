"""Success per node of the taxonomy: how do tasks go that touch a branch?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillweave.reports.cells import parts_of, successes
from skillweave.reports.intervals import Estimate, success
from skillweave.reports.records import Rollout


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One node of the taxonomy with the tasks that touch it."""

    id: str
    parent: str | None
    level: int
    name: str
    skill: str | None
    skills: int
    """leaves below"""
    tried: int
    """of these, skills that some task needs"""
    success: Estimate


def branches(taxonomy: Mapping[str, Any], rollouts: Sequence[Rollout]) -> list[Branch]:
    """Return the nodes of a taxonomy.json in its order, each with the success of tasks that touch a skill below it.

    A task counts once for every node that it touches, so the branches of one parent overlap and do not add up to it.
    """
    nodes: list[Mapping[str, Any]] = list(taxonomy["nodes"])
    path = paths(taxonomy)
    touched = parts_of(rollouts, lambda skills: {n for skill in skills for n in path.get(skill, ())})
    found = dict(zip(touched.names, successes(rollouts, touched), strict=True))
    needed = {skill for r in rollouts for skill in r.skills}
    leaves: dict[str, int] = defaultdict(int)
    tried: dict[str, int] = defaultdict(int)
    for skill, above in path.items():
        for node in above:
            leaves[node] += 1
            tried[node] += skill in needed
    return [
        Branch(
            id=node["id"],
            parent=node["parent"],
            level=node["level"],
            name=node["name"],
            skill=node["skill"],
            skills=leaves[node["id"]],
            tried=tried[node["id"]],
            success=found.get(node["id"]) or success(()),
        )
        for node in nodes
    ]


def paths(taxonomy: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return, for each skill of a taxonomy.json, its leaf and all nodes above it, the root last."""
    parents = {node["id"]: node["parent"] for node in taxonomy["nodes"]}
    leaf_of = {node["skill"]: node["id"] for node in taxonomy["nodes"] if node["skill"] is not None}
    return {skill: _path(leaf, parents) for skill, leaf in leaf_of.items()}


def _path(node: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return a node and all above it."""
    found = [node]
    while (parent := parents[found[-1]]) is not None:
        found.append(parent)
    return tuple(found)


def leaf_order(nodes: Sequence[Branch]) -> list[str]:
    """Return the skills in the order of the tree, depth first."""
    below: dict[str | None, list[Branch]] = defaultdict(list)
    for node in nodes:
        below[node.parent].append(node)
    order: list[str] = []
    stack = list(reversed(below[None]))
    while stack:
        node = stack.pop()
        if node.skill is not None:
            order.append(node.skill)
        stack.extend(reversed(below[node.id]))
    return order


def units(nodes: Sequence[Branch], most: int) -> dict[str, str]:
    """Return skill -> name of its group, at the deepest level of the tree that has at most ``most`` nodes.

    Empty where the skills themselves are that few, or even the first level has more.
    """
    above = {node.id: node for node in nodes}
    deepest = max((node.level for node in nodes), default=0)
    for level in range(deepest, 0, -1):
        at = {n.skill: _at(n, level, above) for n in nodes if n.skill is not None and n.tried}
        if len({node.id for node in at.values()}) <= most:
            return {} if level == deepest else {skill: _named(node) for skill, node in at.items()}
    return {}


def _at(node: Branch, level: int, above: Mapping[str, Branch]) -> Branch:
    while node.level > level and node.parent is not None:
        node = above[node.parent]
    return node


def _named(node: Branch) -> str:
    """Return a name that no other node has: groups of one name can stand in different branches."""
    return node.name if node.skill is not None or node.name == node.id else f"{node.id} {node.name}"
