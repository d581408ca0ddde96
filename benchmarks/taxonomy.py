"""The taxonomy engine beside Infomap, igraph's Leiden and scikit-network's Paris on planted nested graphs.

    python benchmarks/taxonomy.py [--graphs 1k,20k,100k,5m] [--heights 2,3,4] [--write]

Each engine runs in a process of its own, on a graph made before and read from a file. CPU seconds are those of the
engine's search alone, after a run on a tiny graph (import, compilation) and without the choice of levels that only this
comparison needs; the memory is the highest resident size during the search, the graph included, beyond what the process
held after imports and the tiny run (Linux: the peak is set back through /proc). H in bits comes from the same code for
all, AMI per planted level is that of the best level of the tree. ``--write`` puts the rows into docs/taxonomy.md, where
rows of what was not run stay.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.entropy import tree_entropy
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.planted import planted_graph

DOCS = Path(__file__).parents[1] / "docs/taxonomy.md"
GRAPHS: dict[str, tuple[int, tuple[int, ...], float]] = {
    "tiny": (300, (3, 3, 3), 12.0),
    "1k": (1_000, (4, 4, 3), 20.0),
    "20k": (20_000, (8, 8, 10), 20.0),
    "100k": (100_000, (10, 10, 25), 20.65),
    "5m": (100_000, (10, 10, 25), 136.5),
}
HEADER = ("graph", "edges", "height", "engine", "CPU s", "peak MB", "H bits", "AMI per planted level")
TOO_LONG = 900
"""Seconds after which an engine is ended and its row says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A search and, outside the clock, the levels of the asked height that follow from its result."""

    search: Callable[[SkillGraph, int], Any]
    levels: Callable[[SkillGraph, Any, int], list[Ints]]
    deepest: int = 99
    """Greatest height that it can give."""


def ours(graph: SkillGraph, height: int) -> list[Ints]:
    """Return the levels that this package finds."""
    from skillweave.taxonomy.induce import induce

    return induce(graph, height)


def infomap(graph: SkillGraph, height: int) -> dict[int, tuple[int, ...]]:
    """Return Infomap's modules of each node (map equation), of one level for height 2."""
    from infomap import Infomap

    engine = Infomap(f"--silent --seed 1 {'--two-level' if height == 2 else ''}")
    row, column, weight = _links(graph)
    engine.add_links(np.column_stack([row, column, weight]))
    engine.run()
    return dict(engine.get_multilevel_modules())


def infomap_levels(graph: SkillGraph, found: dict[int, tuple[int, ...]], height: int) -> list[Ints]:
    """Return of Infomap's levels the subset of the least H."""
    size = len(graph.names)
    depth = max(map(len, found.values()))
    levels = [np.arange(size) + size for _ in range(depth)]
    for node, modules in found.items():
        for level in range(len(modules)):
            levels[level][node] = modules[level]
    nested: list[Ints] = []
    for label in levels:
        above = nested[-1] if nested else np.zeros(size, dtype=np.int64)
        nested.append(np.unique(above * (2 * label.max() + 2) + label, return_inverse=True)[1])
    choices = list(combinations(nested, min(height - 1, len(nested))))
    return list(min(choices, key=lambda choice: tree_entropy(graph, list(choice))))


def leiden(graph: SkillGraph, height: int) -> list[Ints]:
    """Return igraph's Leiden communities (modularity)."""
    import igraph

    row, column, weight = _links(graph)
    net = igraph.Graph(n=len(graph.names), edges=np.column_stack([row, column]), edge_attrs={"weight": weight})
    found = net.community_leiden(objective_function="modularity", weights="weight", n_iterations=-1)
    return [np.asarray(found.membership)]


def paris(graph: SkillGraph, height: int) -> Any:
    """Return scikit-network's Paris dendrogram."""
    from sknetwork.hierarchy import Paris

    held = graph.adjacency
    narrow = (held.data, held.indices.astype(np.int32), held.indptr.astype(np.int32))
    return Paris(reorder=False).fit_predict(sparse.csr_matrix(narrow, shape=held.shape))


def paris_levels(graph: SkillGraph, merges: Any, height: int) -> list[Ints]:
    """Return the exact cut (ours) of a dendrogram."""
    from skillweave.taxonomy.cut import cut

    leaves, size = len(graph.names), 2 * len(graph.names) - 1
    left, right = np.zeros((2, size), dtype=np.int64)
    left[leaves:], right[leaves:] = merges[:, 0].astype(int), merges[:, 1].astype(int)
    volume = np.concatenate([graph.degrees / graph.degrees.sum(), np.zeros(size - leaves)])
    for merge in range(leaves, size):
        volume[merge] = volume[left[merge]] + volume[right[merge]]
    cross = _cross(graph, left, right, leaves)
    return [np.unique(label, return_inverse=True)[1] for label in cut(leaves, left, right, cross, volume, height - 1)]


def _cross(graph: SkillGraph, left: Ints, right: Ints, leaves: int) -> np.ndarray:
    """Return the share of the weight whose lowest common ancestor is each merge, by doubling steps up the tree."""
    size = len(left)
    parent = np.arange(size)
    parent[left[leaves:]] = parent[right[leaves:]] = np.arange(leaves, size)
    depth = np.zeros(size, dtype=np.int64)
    for node in range(size - 2, -1, -1):
        depth[node] = depth[parent[node]] + 1
    jumps = [parent]
    while 1 << len(jumps) <= depth.max():
        jumps.append(jumps[-1][jumps[-1]])
    row, column, weight = _links(graph)
    low, high = np.where(depth[row] > depth[column], row, column), np.where(depth[row] > depth[column], column, row)
    gap = depth[low] - depth[high]
    for power, jump in enumerate(jumps):
        low = np.where(gap >> power & 1, jump[low], low)
    for jump in reversed(jumps):
        apart = jump[low] != jump[high]
        low, high = np.where(apart, jump[low], low), np.where(apart, jump[high], high)
    meet = np.where(low == high, low, parent[low])
    return np.bincount(meet, weights=weight / graph.adjacency.data.sum(), minlength=size)


def _links(graph: SkillGraph) -> tuple[Ints, Ints, np.ndarray]:
    """Return each edge once: (source, target, weight)."""
    row = np.repeat(np.arange(len(graph.names)), np.diff(graph.adjacency.indptr))
    upper = row < graph.adjacency.indices
    return row[upper], graph.adjacency.indices[upper].astype(np.int64), graph.adjacency.data[upper]


def as_given(graph: SkillGraph, found: list[Ints], height: int) -> list[Ints]:
    """Return the levels that the search gave."""
    return found


ENGINES: dict[str, Engine] = {
    "skillweave": Engine(search=ours, levels=as_given),
    "Infomap": Engine(search=infomap, levels=infomap_levels),
    "Leiden (igraph)": Engine(search=leiden, levels=as_given, deepest=2),
    "Paris + exact cut": Engine(search=paris, levels=paris_levels),
}


def save(name: str, folder: Path) -> Path:
    """Write a planted graph with its truth, and return the file."""
    size, branching, degree = GRAPHS[name]
    graph, truth = planted_graph(size, branching, degree=degree, seed=0)
    held, path = graph.adjacency, folder / f"{name}.npz"
    np.savez(path, data=held.data, indices=held.indices, indptr=held.indptr, truth=np.asarray(truth))
    return path


def load(path: Path) -> tuple[SkillGraph, list[Ints]]:
    """Return the graph and its truth in a file of `save`."""
    held = np.load(path)
    size = len(held["indptr"]) - 1
    adjacency = sparse.csr_array((held["data"], held["indices"], held["indptr"]), shape=(size, size))
    names = tuple(f"s{i:06d}" for i in range(size))
    return SkillGraph(names=names, adjacency=adjacency, weight="given"), list(held["truth"])


def resident(field: str) -> float:
    """Return a figure of /proc/self/status in MB: VmRSS (now) or VmHWM (highest)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def measure(path: Path, height: int, name: str) -> dict[str, Any]:
    """Return one row, measured in this process."""
    engine = ENGINES[name]
    warm, _ = planted_graph(*GRAPHS["tiny"][:2], degree=12.0, seed=1)
    engine.levels(warm, engine.search(warm, height), height)
    held = resident("VmRSS")
    graph, truth = load(path)
    Path("/proc/self/clear_refs").write_text("5")
    start = time.process_time()
    found = engine.search(graph, height)
    seconds = time.process_time() - start
    peak = resident("VmHWM") - held
    levels = engine.levels(graph, found, height)
    return row_of(path.stem, graph, truth, levels, height, name) | {"CPU s": f"{seconds:.3g}", "peak MB": f"{peak:.0f}"}


def row_of(
    name: str, graph: SkillGraph, truth: list[Ints], levels: list[Ints], height: int, engine: str
) -> dict[str, Any]:
    """Return the row of a tree, without time and memory."""
    best = [max(ami(level, planted) for level in levels) for planted in truth]
    return dict.fromkeys(HEADER, "") | {
        "graph": name,
        "edges": f"{graph.edges:,}",
        "height": height,
        "engine": engine,
        "H bits": f"{tree_entropy(graph, levels):.4f}",
        "AMI per planted level": " / ".join(f"{value:.2f}" for value in best),
    }


def measured_apart(path: Path, height: int, engine: str) -> dict[str, Any]:
    """Return one row, measured in a process of its own; of an engine that fails or takes too long, what it said."""
    command = [sys.executable, __file__, "--one", str(path), str(height), engine]
    limits = {**os.environ, "OMP_NUM_THREADS": "1"}
    blank = dict.fromkeys(HEADER, "") | {"graph": path.stem, "height": height, "engine": engine}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=limits, timeout=TOO_LONG)
    except subprocess.TimeoutExpired:
        return blank | {"CPU s": f"ended after {TOO_LONG} s"}
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
        print(f"{engine} failed on {path.stem}: {why}", file=sys.stderr)
        return blank | {"CPU s": "failed"}
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(rows: list[dict[str, Any]], header: tuple[str, ...] = HEADER) -> str:
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(str(row[name]) for name in header) + " |" for row in rows)])


def merged(old: str, new: str) -> str:
    """Return two tables of this script as one: of rows for the same graph, height and engine the new one stays."""
    heads, rows = new.split("\n")[:2], {}
    engines = ["planted truth", *ENGINES]
    for line in [*old.split("\n")[2:], *new.split("\n")[2:]]:
        graph, _, height, engine = (cell.strip() for cell in line.split("|")[1:5])
        rows[list(GRAPHS).index(graph), int(height), engines.index(engine)] = line
    return "\n".join([*heads, *(rows[key] for key in sorted(rows))])


def between(path: Path, marker: str) -> str:
    """Return what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` in a file."""
    text = path.read_text(encoding="utf-8")
    return text.split(f"<!-- {marker} -->\n")[1].split(f"\n<!-- /{marker} -->")[0]


def write_between(path: Path, marker: str, text: str) -> None:
    """Replace what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` in a file."""
    old = path.read_text(encoding="utf-8")
    start, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
    head, rest = old.split(start)
    path.write_text(f"{head}{start}{text}\n{end}{rest.split(end)[1]}", encoding="utf-8")


def rows_of(graphs: list[str], heights: list[int], engines: list[str]) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in graphs:
            path = save(name, Path(folder))
            graph, truth = load(path)
            for height in heights:
                planted = truth[max(0, len(truth) - height + 1) :]
                rows.append(row_of(name, graph, truth, planted, height, "planted truth"))
                for engine in engines:
                    if height <= ENGINES[engine].deepest:
                        rows.append(measured_apart(path, height, engine))
                        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graphs", default="1k,20k,100k,5m")
    parser.add_argument("--heights", default="2,3,4")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    parser.add_argument("--one", nargs=3, metavar=("FILE", "HEIGHT", "ENGINE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(Path(options.one[0]), int(options.one[1]), options.one[2])))
        return
    heights = [int(height) for height in options.heights.split(",")]
    text = table(rows_of(options.graphs.split(","), heights, options.engines.split(",")))
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: taxonomy", merged(between(DOCS, "benchmark: taxonomy"), text))


if __name__ == "__main__":
    main()
