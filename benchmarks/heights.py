"""What `--height auto` chooses on planted graphs of many shapes, and how well it recovers each planted level.

    python benchmarks/heights.py [--shapes "flat;two levels"] [--write]

AMI per planted level is that of the best level of the chosen tree; beside it stands the best that any height tried
gives. ``--write`` puts the table into docs/taxonomy.md.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.graph import Ints, SkillGraph
from skillweave.taxonomy.heights import HIGHEST, choose_height
from skillweave.taxonomy.induce import climb
from skillweave.taxonomy.planted import MIX, graph_on, planted_graph, uneven_graph

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import DOCS, table, write_between  # noqa: TID251

HEADER = (
    "shape",
    "skills",
    "edges",
    "planted levels",
    "chosen height",
    "AMI per planted level",
    "best of any",
    "CPU s",
)
Made = tuple[SkillGraph, list[Ints]]


def unstructured(n: int, degree: float) -> Made:
    """Return a graph whose edges follow degrees alone."""
    return graph_on([], n, np.random.default_rng(1), degree=degree, mix=MIX), []


SHAPES: dict[str, Callable[[], Made]] = {
    "tiny": lambda: planted_graph(60, (3, 4), degree=10, seed=2, mix=(0.1, 0.3, 0.6)),
    "flat": lambda: planted_graph(1_500, (30,), seed=4, mix=(0.3, 0.7)),
    "flat, weak": lambda: planted_graph(600, (12,), seed=14, degree=12, mix=(0.5, 0.5)),
    "two levels": lambda: planted_graph(800, (6, 8), seed=6, mix=(0.1, 0.3, 0.6)),
    "two levels, weak": lambda: planted_graph(2_000, (12, 8), seed=3, mix=(0.3, 0.3, 0.4)),
    "three levels": lambda: planted_graph(1_200, (4, 4, 4), seed=7),
    "three levels, dense": lambda: planted_graph(1_000, (5, 4, 4), seed=8, degree=30, mix=(0.05, 0.1, 0.25, 0.6)),
    "four levels": lambda: planted_graph(3_000, (3, 3, 3, 4), seed=5, degree=30, mix=(0.08, 0.1, 0.14, 0.2, 0.48)),
    "uneven, two levels": lambda: uneven_graph(1_000, 2, seed=1),
    "uneven, three levels": lambda: uneven_graph(1_500, 3, seed=2),
    "uneven, four levels": lambda: uneven_graph(2_500, 4, seed=3, degree=30, mix=(0.08, 0.1, 0.14, 0.2, 0.48)),
    "no structure": lambda: unstructured(1_000, 16),
    "no structure, sparse": lambda: unstructured(1_000, 5),
}


def row_of(shape: str) -> dict[str, Any]:
    """Return the row of one shape."""
    graph, truth = SHAPES[shape]()
    start = time.process_time()
    choice = choose_height(graph)
    seconds = time.process_time() - start
    trees = climb(graph, HIGHEST, every=True, most=4) if truth else {}
    found = [max(ami(level, planted) for level in choice.levels) for planted in truth]
    best = [max(ami(level, planted) for tree in trees.values() for level in tree) for planted in truth]
    own = next((figure for figure in choice.figures if figure.height == choice.height), None)
    chance = own is None or own.foretold <= 0
    return {
        "shape": shape,
        "skills": f"{len(graph.names):,}",
        "edges": f"{graph.edges:,}",
        "planted levels": len(truth),
        "chosen height": f"{choice.height}{' (says: may be chance)' if chance else ''}",
        "AMI per planted level": " / ".join(f"{value:.2f}" for value in found) or "-",
        "best of any": " / ".join(f"{value:.2f}" for value in best) or "-",
        "CPU s": f"{seconds:.1f}",
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shapes", default=";".join(SHAPES), help="names of shapes, separated by ;")
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    options = parser.parse_args()
    text = table([row_of(shape) for shape in options.shapes.split(";")], HEADER)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: heights", text)


if __name__ == "__main__":
    main()
