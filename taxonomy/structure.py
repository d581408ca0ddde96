"""From nested labels to the nodes of an encoding tree: ids, levels, volumes, cuts and entropy terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2

import numpy as np

from skillweave.taxonomy.entropy import group_cuts, group_volumes
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.node import Node


@dataclass(slots=True, kw_only=True)
class _Group:
    volume: float
    cut: float
    first: str
    """Least skill name below: a tie-break that does not depend on the order of the rows."""
    skill: str | None = None
    children: list["_Group"] = field(default_factory=list)


def nodes_of(graph: SkillGraph, levels: Sequence[Ints]) -> tuple[Node, ...]:
    """Return the nodes in preorder of nested labels of levels 1..K-1 (coarsest first), each (n,) from 0.

    Single-child groups are contracted (they have no entropy), children are numbered by falling volume and then by name,
    and an isolated skill becomes a leaf under the root. Groups are named by their id here; `names` improves on it.
    """
    degrees = graph.degrees
    below = [
        _Group(volume=float(degree), cut=float(degree), first=name, skill=name)
        for name, degree in zip(graph.names, degrees, strict=True)
    ]
    owners = np.arange(len(below))
    for labels in reversed(levels):
        volumes, cuts = group_volumes(degrees, labels), group_cuts(graph, labels)
        members: list[list[_Group]] = [[] for _ in volumes]
        representative = np.zeros(len(below), dtype=np.int64)
        representative[owners] = labels
        for group, owner in zip(below, representative, strict=True):
            members[owner].append(group)
        below = [_joined(*facts) for facts in zip(members, volumes, cuts, strict=True)]
        owners = labels
    isolated: list[_Group] = [group for group in below if group.cut == 0 and group.volume == 0]
    scattered = [leaf for group in isolated for leaf in (group.children or [group])]
    root = _Group(volume=float(degrees.sum()), cut=0.0, first="", children=[g for g in below if g.volume > 0])
    root.children = sorted([*root.children, *scattered], key=_order)
    return tuple(_preorder(root, float(degrees.sum())))


def _joined(children: list[_Group], volume: float, cut: float) -> _Group:
    if len(children) == 1:
        return children[0]
    ordered = sorted(children, key=_order)
    return _Group(volume=float(volume), cut=float(cut), first=min(g.first for g in ordered), children=ordered)


def _order(group: _Group) -> tuple[float, str]:
    return (-group.volume, group.first)


def _preorder(root: _Group, total: float) -> list[Node]:
    nodes: list[Node] = []
    stack: list[tuple[_Group, str, str | None, int, float]] = [(root, "T", None, 0, total)]
    while stack:
        group, node_id, parent, level, above = stack.pop()
        term = group.cut / total * log2(above / group.volume) if group.volume > 0 and group.cut > 0 else 0.0
        nodes.append(
            Node(
                id=node_id,
                parent=parent,
                level=level,
                name=group.skill if group.skill is not None else node_id,
                skill=group.skill,
                volume=group.volume,
                cut=group.cut,
                entropy=max(0.0, term),
            )
        )
        numbered = [(c, f"{node_id}.{i}", node_id, level + 1, group.volume) for i, c in enumerate(group.children, 1)]
        stack.extend(reversed(numbered))
    return nodes


def level_sizes(nodes: Sequence[Node], height: int) -> tuple[int, ...]:
    """Return how many nodes the tree has when it is cut at levels 0..height; a leaf above the cut counts."""
    sizes = [0] * (height + 1)
    for node in nodes:
        for level in range(node.level, height + 1 if node.skill is not None else node.level + 1):
            sizes[level] += 1
    return tuple(sizes)
