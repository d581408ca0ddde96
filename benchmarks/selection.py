"""Exact selection beside the STEPS beam, and the methods of selection beside each other.

python benchmarks/selection.py [-n 20000] [-k 6] [--starts 3] [--write]
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.baselines import METHODS, beam, select_by
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.planted import planted_graph
from skillweave.taxonomy.select import Selector

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import DOCS, table, write_between  # noqa: TID251

HEADER = ("what", "sets", "CPU s", "each", "mean I(S) bits", "distinct skills")


def timed(what: str, sets: int, work: Any) -> tuple[dict[str, Any], Any]:
    """Return a row with the time of a call, and its result."""
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    row = dict.fromkeys(HEADER, "") | {"what": what, "sets": f"{sets:,}", "CPU s": f"{seconds:.3g}"}
    return row | {"each": f"{seconds / sets * 1e6:,.3g} µs"}, result


def rows_of(n: int, k: int, starts: int, draws: int) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    graph, _ = planted_graph(n, (8, 8, 10) if n >= 5_000 else (3, 3, 3), seed=0)
    rows: list[dict[str, Any]] = []
    selector = Selector(build_taxonomy(graph, height=4))

    def add(row: dict[str, Any], bits: Any, sets: Any) -> None:
        rows.append(row | {"mean I(S) bits": f"{np.mean(bits):.4f}", "distinct skills": f"{len(np.unique(sets)):,}"})

    row, (sets, bits) = timed("exact best set, every start", n, lambda: selector.best_for_each(k))
    add(row, bits, sets)
    some = np.random.default_rng(0).choice(n, size=starts, replace=False)
    row, found = timed("STEPS beam, width 100", starts, lambda: [beam(selector.layout, int(s), k) for s in some])
    add(row, selector.information(np.asarray(found)), found)
    row, exact = timed("exact best set, the same starts", starts, lambda: bits[some])
    add({**row, "CPU s": "as above", "each": ""}, exact, sets[some])
    row, ordered = timed("exact 100 best sets", 100, lambda: selector.n_best(k, 100))
    add(row, [c.information for c in ordered], [c.skills for c in ordered])
    for name, beta in (("uniform", 0.0), ("beta of the 75% quantile", selector.beta_for(k, quantile=0.75))):
        rng = np.random.default_rng(0)
        row, drawn = timed(
            f"exact sample, {name}", draws, lambda b=beta, g=rng: selector.sample_indices(k, draws, rng=g, beta=b)
        )
        add(row, selector.information(drawn), drawn)
    for method in METHODS:
        if method == "beam":
            continue
        row, picked = timed(
            f"method {method}", 200, lambda m=method: select_by(m, selector, k, 200, np.random.default_rng(0))
        )
        add(row, [c.information for c in picked], [c.skills for c in picked])
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", type=int, default=20_000, help="skills")
    parser.add_argument("-k", type=int, default=6, help="skills in a combination")
    parser.add_argument("--starts", type=int, default=3, help="starts of the beam")
    parser.add_argument("--draws", type=int, default=50_000, help="samples")
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    options = parser.parse_args()
    text = table(rows_of(options.n, options.k, options.starts, options.draws), HEADER)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: selection", text)


if __name__ == "__main__":
    main()
