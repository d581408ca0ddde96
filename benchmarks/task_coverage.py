"""What tasks cover, by strategy of selection: python benchmarks/task_coverage.py --taxonomy taxonomy.json -n 120

Each strategy makes the same number of verified tasks of the same sizes from the same seed; their combinations are what
a training set of reference trajectories would hold. Prints the table of docs/trajectories.md and draws its figure.
"""

import argparse
import sys
from pathlib import Path

from skillweave.tasks.spec import read_tasks, write_tasks
from skillweave.tasks.strategies import STRATEGIES
from skillweave.tasks.suites.registry import world_suite
from skillweave.tasks.synthesize import synthesize
from skillweave.taxonomy.coverage import Coverage, shuffled_coverage
from skillweave.taxonomy.coverage_plot import plot_coverage
from skillweave.taxonomy.tree import Taxonomy

HEAD = (
    "strategy",
    "trajectories",
    "combinations",
    "structural information",
    "at a quarter of the budget",
    "skills",
    "pairs of skills",
    "pairs of branches",
    "mean I(S), bits",
)


def combinations_of(
    name: str, taxonomy: Taxonomy, suite: str, ks: tuple[int, ...], n: int, seed: int, keep: Path | None
) -> list[tuple[str, ...]]:
    """Return the combinations of the tasks that a strategy makes; tasks in ``keep`` are made once."""
    path = None if keep is None else keep / f"{name}.jsonl"
    if path is not None and path.is_file():
        tasks = tuple(read_tasks(path))
    else:
        tasks = synthesize(world_suite(suite), taxonomy, ks=ks, n=n, seed=seed, select=name).tasks
        if path is not None:
            write_tasks(path, tasks)
    return [task.skills for task in tasks]


def row(name: str, combos: list[tuple[str, ...]], curve: Coverage, quarter: Coverage) -> tuple[str, ...]:
    """Return a line of the table."""
    shares = (curve.information, quarter.information, curve.skills, curve.pairs, curve.branch_pairs)
    told = (f"{share[-1]:.1%}" for share in shares)
    return name, str(len(combos)), str(len(set(combos))), *told, f"{curve.mean_information:.3f}"


def main() -> None:
    """Make tasks by each strategy, print the table, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--taxonomy", type=Path, default=Path("taxonomy.json"))
    parser.add_argument("--suite", default="office")
    parser.add_argument("-k", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("-n", type=int, default=120, help="tasks of each strategy")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the tasks, which are then made once")
    parser.add_argument("--only", nargs="+", choices=list(STRATEGIES), default=list(STRATEGIES))
    given = parser.parse_args()
    taxonomy = Taxonomy.load(given.taxonomy)
    found = {}
    for name in given.only:
        print(f"{name} ...", file=sys.stderr)
        found[name] = combinations_of(name, taxonomy, given.suite, tuple(given.k), given.n, given.seed, given.keep)
    budget = min(len(combos) for combos in found.values())
    lines, curves = [], {}
    for name, combos in found.items():
        spread = combos if len(combos) == budget else [combos[i * len(combos) // budget] for i in range(budget)]
        curves[name] = shuffled_coverage(taxonomy, spread, seed=given.seed)
        quarter = shuffled_coverage(taxonomy, spread, seed=given.seed, budgets=(max(1, budget // 4),))
        lines.append(row(name, spread, curves[name], quarter))
    print(f"| {' | '.join(HEAD)} |")
    print(f"|---|{'---:|' * (len(HEAD) - 1)}")
    for line in lines:
        print(f"| {' | '.join(line)} |")
    if given.plot is not None:
        plot_coverage(given.plot, curves, bold=frozenset({"steps"}))


if __name__ == "__main__":
    main()
