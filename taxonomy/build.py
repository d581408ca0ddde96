"""From a graph to its taxonomy: search the encoding tree, then give it nodes, names and figures."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.entropy import degree_entropy, lower_bound
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import SkillGraph
from skillweave.taxonomy.names import named
from skillweave.taxonomy.node import Entropies, GraphFacts, Node, Quality
from skillweave.taxonomy.structure import level_sizes, nodes_of
from skillweave.taxonomy.tree import Taxonomy

Height = int | Literal["auto"]


def build_taxonomy(
    graph: SkillGraph,
    *,
    height: Height = 3,
    seed: int = 0,
    descriptions: Mapping[str, str] | None = None,
    inputs: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Taxonomy:
    """Return the taxonomy of height K that leaves the least structural entropy found; deterministic under the seed.

    ``descriptions`` of skills lend words to the names of groups; ``inputs`` (sha256 by name) and ``options`` go into
    the provenance. A height below 1 raises `UserError`.
    """
    check_height(height)
    reason = "asked for"
    heights: tuple[dict[str, Any], ...] = ()
    if height == "auto":
        from skillweave.taxonomy.heights import choose_height

        choice = choose_height(graph, seed=seed)
        levels, reason, heights = choice.levels, choice.reason, choice.to_json()
    else:
        from skillweave.taxonomy.induce import induce

        levels = induce(graph, height, seed=seed)
    nodes = named(nodes_of(graph, levels), descriptions)
    shape = {"height": height, **(options or {})}
    return finish(
        graph, nodes, len(levels) + 1, seed=seed, inputs=inputs, options=shape, reason=reason, heights=heights
    )


def check_height(height: Height) -> None:
    """Raise `UserError` unless the height is 'auto' or an integer of at least 1."""
    if height != "auto" and (isinstance(height, bool) or not isinstance(height, int) or height < 1):
        raise UserError(f"no taxonomy of height {height!r}", hint="the height is 1, 2, 3, ... or auto")


def finish(
    graph: SkillGraph,
    nodes: tuple[Node, ...],
    height: int,
    *,
    seed: int,
    inputs: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    reason: str = "",
    heights: tuple[dict[str, Any], ...] = (),
) -> Taxonomy:
    """Return the taxonomy of finished nodes, with its entropy, graph, quality and provenance blocks."""
    degrees = graph.degrees
    h1, ht = degree_entropy(degrees), float(np.sum([node.entropy for node in nodes]))
    components = graph.components()
    return Taxonomy(
        levels=height,
        nodes=nodes,
        entropy=Entropies(h1=h1, ht=ht, ratio=1 - ht / h1 if h1 > 0 else 0.0, lower_bound=lower_bound(graph)),
        graph=GraphFacts(
            skills=len(graph.names),
            edges=graph.edges,
            volume=float(degrees.sum()),
            weight=graph.weight,
            sha256=graph.sha256,
            isolated=int(np.sum(degrees == 0)),
            components=int(components.max()) + 1,
        ),
        provenance=Provenance(
            seed=seed,
            inputs=dict(inputs or {}),
            options={"weight": graph.weight, "notes": dict(graph.notes), **(options or {})},
        ),
        quality=Quality(
            mapped=sum(node.skill is not None for node in nodes) / len(graph.names),
            level_sizes=level_sizes(nodes, height),
            height_reason=reason,
            heights=heights,
        ),
    )
