"""The taxonomy engine beside Infomap, igraph's Leiden and scikit-network's Paris on planted nested graphs.

    python benchmarks/taxonomy.py [--graphs 1k,20k,100k,5m] [--heights 2,4] [--write]

Each engine runs in a process of its own: CPU seconds without import and compilation, memory beyond the graph and the
imports, H in bits computed by the same code for all, AMI per planted level (best level of the tree). ``--write`` puts
the table into docs/taxonomy.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.entropy import tree_entropy
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.planted import planted_graph

DOCS = Path(__file__).parents[1] / "docs/taxonomy.md"
GRAPHS: dict[str, tuple[int, tuple[int, ...], float]] = {
    "tiny": (300, (3, 3, 3), 12.0),
    "1k": (1_000, (4, 4, 3), 20.0),
    "20k": (20_000, (8, 8, 10), 20.0),
    "100k": (100_000, (10, 10, 25), 20.0),
    "5m": (100_000, (10, 10, 25), 112.0),
}
HEADER = ("graph", "edges", "height", "engine", "CPU s", "memory MB", "H bits", "AMI per planted level")


def ours(graph: SkillGraph, height: int) -> list[Ints]:
    """Return the levels that this package finds."""
    from skillweave.taxonomy.induce import induce

    return induce(graph, height)


def infomap(graph: SkillGraph, height: int) -> list[Ints]:
    """Return Infomap's levels (map equation); of a deeper tree the subset of levels of the least H."""
    from infomap import Infomap

    engine = Infomap(f"--silent --seed 1 {'--two-level' if height == 2 else ''}")
    row = np.repeat(np.arange(len(graph.names)), np.diff(graph.adjacency.indptr))
    upper = row < graph.adjacency.indices
    links = np.column_stack([row[upper], graph.adjacency.indices[upper], graph.adjacency.data[upper]])
    engine.add_links([(int(a), int(b), float(w)) for a, b, w in links])
    engine.run()
    found = engine.get_multilevel_modules()
    depth = max(map(len, found.values()))
    levels = [np.arange(len(graph.names)) for _ in range(depth)]
    for node, modules in found.items():
        for level in range(depth):
            levels[level][node] = modules[min(level, len(modules) - 1)] + len(graph.names) * (level >= len(modules))
    nested: list[Ints] = []
    for label in levels:
        above = nested[-1] if nested else np.zeros(len(label), dtype=np.int64)
        nested.append(np.unique(above * (2 * label.max() + 2) + label, return_inverse=True)[1])
    return _best_levels(graph, nested, height - 1)


def _best_levels(graph: SkillGraph, levels: list[Ints], kept: int) -> list[Ints]:
    from itertools import combinations

    choices = list(combinations(levels, min(kept, len(levels))))
    return list(min(choices, key=lambda choice: tree_entropy(graph, list(choice))))


def leiden(graph: SkillGraph, height: int) -> list[Ints]:
    """Return igraph's Leiden communities (modularity): one level, whatever the height."""
    import igraph

    row = np.repeat(np.arange(len(graph.names)), np.diff(graph.adjacency.indptr))
    upper = row < graph.adjacency.indices
    edges = np.column_stack([row[upper], graph.adjacency.indices[upper]])
    net = igraph.Graph(n=len(graph.names), edges=edges, edge_attrs={"weight": graph.adjacency.data[upper]})
    found = net.community_leiden(objective_function="modularity", weights="weight", n_iterations=-1)
    return [np.asarray(found.membership)]


def paris(graph: SkillGraph, height: int) -> list[Ints]:
    """Return the exact cut (ours) of scikit-network's Paris dendrogram."""
    from scipy import sparse
    from sknetwork.hierarchy import Paris

    from skillweave.taxonomy.cut import cut
    from skillweave.taxonomy.net import net_of

    held = graph.adjacency
    narrow = (held.data, held.indices.astype(np.int32), held.indptr.astype(np.int32))
    merges = Paris(reorder=False).fit_predict(sparse.csr_matrix(narrow, shape=held.shape))
    leaves, size = len(graph.names), 2 * len(graph.names) - 1
    left, right = np.zeros((2, size), dtype=np.int64)
    left[leaves:], right[leaves:] = merges[:, 0].astype(int), merges[:, 1].astype(int)
    net, order = net_of(graph)
    volume = np.zeros(size)
    volume[order] = net.degree
    for merge in range(leaves, size):
        volume[merge] = volume[left[merge]] + volume[right[merge]]
    cross = _cross(graph, left, right, leaves)
    return [np.unique(label, return_inverse=True)[1] for label in cut(leaves, left, right, cross, volume, height - 1)]


def _cross(graph: SkillGraph, left: Ints, right: Ints, leaves: int) -> np.ndarray:
    """Return the share of the weight whose lowest common ancestor is each merge, by merging small into large."""
    total = graph.adjacency.data.sum()
    near: list[dict[int, float]] = []
    pointer, columns, data = graph.adjacency.indptr, graph.adjacency.indices, graph.adjacency.data / total
    for node in range(leaves):
        span = slice(pointer[node], pointer[node + 1])
        near.append(dict(zip(columns[span].tolist(), data[span].tolist(), strict=True)))
    cross = np.zeros(len(left))
    for merge in range(leaves, len(left)):
        small, large = sorted((int(left[merge]), int(right[merge])), key=lambda side: len(near[side]))
        cross[merge] = near[small].pop(large, 0.0)
        near[large].pop(small, None)
        joined = near[large]
        for other, weight in near[small].items():
            joined[other] = joined.get(other, 0.0) + weight
            near[other].pop(small)
        for other in joined:
            near[other].pop(large, None)
            near[other][merge] = joined[other]
        near.append(joined)
        near[small] = {}
    return cross


ENGINES: dict[str, Callable[[SkillGraph, int], list[Ints]]] = {
    "skillweave": ours,
    "Infomap": infomap,
    "Leiden (igraph)": leiden,
    "Paris + exact cut": paris,
}


def measure(graph_name: str, height: int, engine: str) -> dict[str, Any]:
    """Return one row, measured in this process after a warm-up on a tiny graph."""
    size, branching, degree = GRAPHS[graph_name]
    warm, _ = planted_graph(*GRAPHS["tiny"][:2], degree=12.0, seed=1)
    ENGINES[engine](warm, height)
    graph, truth = planted_graph(size, branching, degree=degree, seed=0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    levels = ENGINES[engine](graph, height)
    seconds = time.process_time() - start
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "graph": graph_name,
        "edges": f"{graph.edges:,}",
        "height": height,
        "engine": engine,
        "CPU s": f"{seconds:.3g}",
        "memory MB": f"{memory:.0f}",
        "H bits": f"{tree_entropy(graph, levels):.4f}",
        "AMI per planted level": " / ".join(f"{max(ami(level, planted) for level in levels):.2f}" for planted in truth),
    }


def truth_row(graph_name: str, height: int) -> dict[str, Any]:
    """Return the row of the planted truth, its lowest levels."""
    size, branching, degree = GRAPHS[graph_name]
    graph, truth = planted_graph(size, branching, degree=degree, seed=0)
    entropy = tree_entropy(graph, truth[max(0, len(truth) - height + 1) :])
    blank = dict.fromkeys(HEADER, "")
    return {**blank, "graph": graph_name, "edges": f"{graph.edges:,}", "height": height, "engine": "planted truth"} | {
        "H bits": f"{entropy:.4f}"
    }


def table(rows: list[dict[str, Any]], header: tuple[str, ...] = HEADER) -> str:
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(str(row[name]) for name in header) + " |" for row in rows)])


def write_between(path: Path, marker: str, text: str) -> None:
    """Replace what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` in a file."""
    old = path.read_text(encoding="utf-8")
    start, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
    head, rest = old.split(start)
    path.write_text(f"{head}{start}{text}\n{end}{rest.split(end)[1]}", encoding="utf-8")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graphs", default="1k,20k,100k,5m")
    parser.add_argument("--heights", default="2,4")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    parser.add_argument("--one", nargs=3, metavar=("GRAPH", "HEIGHT", "ENGINE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], int(options.one[1]), options.one[2])))
        return
    rows = []
    for graph_name in options.graphs.split(","):
        for height in map(int, options.heights.split(",")):
            rows.append(truth_row(graph_name, height))
            for engine in options.engines.split(","):
                if engine == "Leiden (igraph)" and height > 2:
                    continue
                command = [sys.executable, __file__, "--one", graph_name, str(height), engine]
                limits = {**os.environ, "OMP_NUM_THREADS": "1"}
                done = subprocess.run(command, capture_output=True, text=True, env=limits)
                if done.returncode:
                    print(f"{engine} failed on {graph_name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                    continue
                rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
                print(rows[-1], file=sys.stderr)
    text = table(rows)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: taxonomy", text)


if __name__ == "__main__":
    main()
