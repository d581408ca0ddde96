"""The entropy that the engine reaches on graphs that are hard in some way, beside Infomap and the cut of Paris.

    python benchmarks/hard.py [--graphs "star;path"] [--heights 2,3,4] [--write]

Each cell holds H in bits by height. Paris needs a connected graph. ``--write`` puts the table into docs/taxonomy.md.
"""

import argparse
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from skillweave.taxonomy.entropy import tree_entropy
from skillweave.taxonomy.graph import SkillGraph, from_edges
from skillweave.taxonomy.planted import MIX, graph_on

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import DOCS, ENGINES, table, write_between  # noqa: TID251

HEADER = ("graph", "skills", "edges", "skillweave", "Infomap", "Paris + exact cut")


def of_edges(nodes: int, edges: Any, weights: Any = None) -> SkillGraph:
    """Return the graph of (edges, 2) node numbers."""
    ends = np.asarray(list(edges), dtype=np.int64)
    heavy = np.ones(len(ends)) if weights is None else weights
    return from_edges([f"s{i:06d}" for i in range(nodes)], ends[:, 0], ends[:, 1], heavy)


def cliques(count: int, size: int) -> SkillGraph:
    """Return a chain of cliques, each joined to the next by one edge."""
    inside = [(c * size + a, c * size + b) for c in range(count) for a, b in combinations(range(size), 2)]
    return of_edges(count * size, inside + [(c * size - 1, c * size) for c in range(1, count)])


def long_tailed(nodes: int, seed: int) -> SkillGraph:
    """Return a configuration model with power-law degrees (exponent 2.3) and log-normal weights, in many components."""
    rng = np.random.default_rng(seed)
    degree = np.minimum((rng.pareto(1.3, nodes) + 1) * 2, nodes / 4).astype(np.int64)
    ends = rng.permutation(np.repeat(np.arange(nodes), degree))
    ends = ends[: len(ends) // 2 * 2].reshape(-1, 2)
    ends = ends[ends[:, 0] != ends[:, 1]]
    return of_edges(nodes, ends, rng.lognormal(0.0, 1.5, size=len(ends)))


def islands(count: int, seed: int) -> SkillGraph:
    """Return sparse random graphs of 2 to 80 nodes side by side."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 80, size=count)
    first = np.concatenate([[0], np.cumsum(sizes)])
    ends = np.concatenate([first[i] + rng.integers(s, size=(3 * s, 2)) for i, s in enumerate(sizes)])
    return of_edges(int(first[-1]), ends)


def lfr() -> SkillGraph:
    """Return an LFR graph: power-law degrees, power-law groups, 30% of the edges between groups."""
    made = nx.LFR_benchmark_graph(1_000, 2.5, 1.5, 0.3, average_degree=12, max_degree=100, min_community=15, seed=10)
    return of_edges(1_000, made.edges())


GRAPHS: dict[str, Callable[[], SkillGraph]] = {
    "star": lambda: of_edges(501, ((0, i) for i in range(1, 501))),
    "path": lambda: of_edges(500, ((i - 1, i) for i in range(1, 500))),
    "ternary tree": lambda: of_edges(1_500, (((i - 1) // 3, i) for i in range(1, 1_500))),
    "grid": lambda: of_edges(900, ((a[0] * 30 + a[1], b[0] * 30 + b[1]) for a, b in nx.grid_2d_graph(30, 30).edges())),
    "one clique": lambda: cliques(1, 20),
    "chain of cliques of 6": lambda: cliques(60, 6),
    "chain of triangles": lambda: cliques(200, 3),
    "islands": lambda: islands(30, 1),
    "random, dense": lambda: graph_on([], 1_000, np.random.default_rng(1), degree=10, mix=MIX),
    "random, sparse": lambda: graph_on([], 2_000, np.random.default_rng(1), degree=2.2, mix=MIX),
    "preferential attachment": lambda: of_edges(2_000, nx.barabasi_albert_graph(2_000, 3, seed=1).edges()),
    "power law, weighted": lambda: long_tailed(3_000, 1),
    "LFR": lfr,
}


def row_of(name: str, heights: list[int]) -> dict[str, Any]:
    """Return the row of one graph."""
    graph = GRAPHS[name]()
    row: dict[str, Any] = {"graph": name, "skills": f"{len(graph.names):,}", "edges": f"{graph.edges:,}"}
    for engine in HEADER[3:]:
        if engine.startswith("Paris") and graph.components().max() > 0:
            row[engine] = "-"
            continue
        made = ENGINES[engine]
        found = [made.levels(graph, made.search(graph, height), height) for height in heights]
        row[engine] = " / ".join(f"{tree_entropy(graph, levels):.4f}" for levels in found)
    return row


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graphs", default=";".join(GRAPHS), help="names of graphs, separated by ;")
    parser.add_argument("--heights", default="2,3,4")
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    options = parser.parse_args()
    heights = [int(height) for height in options.heights.split(",")]
    text = table([row_of(name, heights) for name in options.graphs.split(";")], HEADER)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: hard graphs", text)


if __name__ == "__main__":
    main()
