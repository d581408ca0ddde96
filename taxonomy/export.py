"""A taxonomy in the formats of others: networkx, GraphML, Newick."""

from collections.abc import Sequence
from typing import Any

from skillweave.taxonomy.node import Node


def networkx_tree(nodes: Sequence[Node]) -> Any:
    """Return a `networkx.DiGraph` from parents to children; a missing skill is the empty string."""
    import networkx

    tree: Any = networkx.DiGraph()
    for node in nodes:
        fields = node.model_dump(exclude={"id", "parent"})
        tree.add_node(node.id, **{**fields, "skill": node.skill or ""})
        if node.parent is not None:
            tree.add_edge(node.parent, node.id)
    return tree


def graphml(nodes: Sequence[Node]) -> str:
    """Return GraphML text of the tree."""
    import networkx

    return "\n".join(networkx.generate_graphml(networkx_tree(nodes))) + "\n"


def newick(nodes: Sequence[Node]) -> str:
    """Return the tree in Newick: names quoted (a quote doubled), branch length = the node's entropy term in bits."""
    below: dict[str | None, list[str]] = {}
    for node in reversed(nodes):
        label = "'" + node.name.replace("'", "''") + "'"
        parts = below.pop(node.id, [])
        text = (f"({','.join(reversed(parts))})" if parts else "") + label
        below.setdefault(node.parent, []).append(text if node.parent is None else f"{text}:{node.entropy!r}")
    return below[None][0] + ";"
