"""How far are the tasks that others wrote split apart: by us, and by their authors?

    python benchmarks/foreign_splits.py --write docs/splits.md

A row for each way to split each suite that is installed: stratified, as far apart as bounds on atom
divergence allow, and as the authors did where they did. Divergences are those of test from train, in two-way splits.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between

from skillweave.harness.sources import read_source
from skillweave.tasks.divergence import atom_divergence, compound_divergence
from skillweave.tasks.foreign import ForeignSuite, spec_of
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.splitting import Plan, split_tasks
from skillweave.tasks.suites.registry import FOREIGN, load_suite
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SEED = 7
BOUNDS = (0.02, 0.05)
WIDER = (0.1, 0.2)
"""bounds that are tried, one after the other, where none of the others can be kept"""
SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One split of one set of tasks."""

    tasks: str
    split: str
    train: int
    test: int
    unused: int
    new: int
    """combinations of test that train does not have, of all of test's"""
    combinations: int
    unseen: int
    """skills of test that train does not have"""
    atom: float | None
    compound: float | None


def installed(names: Sequence[str] = tuple(FOREIGN)) -> dict[str, ForeignSuite]:
    """Return the suites that can be loaded and have tasks of their own, by name."""
    found = {}
    for name in names:
        try:
            suite = load_suite(name)
            if isinstance(suite, ForeignSuite) and any(True for _ in suite.tasks()):
                found[name] = suite
        except UserError as error:
            print(f"left out: {error.message}", file=sys.stderr)
    return found


def rows_of(name: str, suite: ForeignSuite, bounds: Sequence[float] = BOUNDS) -> Iterator[Row]:
    """Yield the splits of a suite: ours, then its authors' where they have one."""
    tree = build_taxonomy(read_source([f"suite:{name}"]).graph, height=3, seed=SEED)
    tasks = [spec_of(suite, task, number, tree) for number, task in enumerate(suite.tasks())]
    tasks = [task for task in tasks if task.k]  # those without a reference have no combination
    yield from _ours(name, tasks, tree, bounds)
    if any(task.origin is not None and task.origin.split for task in tasks):
        yield official(name, tasks)


def _ours(name: str, tasks: Sequence[TaskSpec], tree: Taxonomy, bounds: Sequence[float]) -> Iterator[Row]:
    shares = {"test_share": SHARE, "dev_share": 0.0, "control_share": 0.0}
    yield _split(name, "stratified", tasks, tree, Plan(**shares))
    kept = False
    for bound in (*bounds, *WIDER):
        if kept and bound in WIDER:
            return
        label = f"mcd, atoms at most {bound}"
        try:
            yield _split(name, label, tasks, tree, Plan(method="mcd", atom_bound=bound, **shares))
            kept = True
        except UserError as error:  # too few tasks
            print(f"{name}, {label}: {error.message}", file=sys.stderr)
            yield _row(name, f"{label}: there is none", tasks, set(), set())


def _split(name: str, label: str, tasks: Sequence[TaskSpec], tree: Taxonomy, plan: Plan) -> Row:
    found = split_tasks(tasks, tree, seed=SEED, plan=plan).splits
    return _row(name, label, tasks, set(found["train"]), set(found["test"]))


def official(name: str, tasks: Sequence[TaskSpec]) -> Row:
    of = {task.id: task.origin.split for task in tasks if task.origin is not None}
    sides = [{task for task, split in of.items() if split == side} for side in ("train", "test")]
    return _row(name, "the authors'", tasks, *sides)


def _row(name: str, label: str, tasks: Sequence[TaskSpec], train: set[str], test: set[str]) -> Row:
    left, right = ([task for task in tasks if task.id in side] for side in (train, test))
    known = {task.combination for task in left}
    held = {task.combination for task in right}
    skills = [{skill for task in side for skill in task.skills} for side in (left, right)]
    return Row(
        tasks=name,
        split=label,
        train=len(left),
        test=len(right),
        unused=len(tasks) - len(left) - len(right),
        new=len(held - known),
        combinations=len(held),
        unseen=len(skills[1] - skills[0]),
        atom=atom_divergence((t.skills for t in left), (t.skills for t in right)),
        compound=compound_divergence(map(skill_edges, left), map(skill_edges, right)),
    )


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown."""
    lines = [
        "| tasks | split | train | test | in neither | new combinations in test | unseen skills | atom divergence "
        "| compound divergence |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        divergences = " | ".join("-" if value is None else f"{value:.3f}" for value in (row.atom, row.compound))
        if not row.test:
            lines.append(f"| {row.tasks} | {row.split} | - | - | - | - | - | - | - |")
            continue
        lines.append(
            f"| {row.tasks} | {row.split} | {row.train} | {row.test} | {row.unused} | {row.new} of {row.combinations} "
            f"| {row.unseen} | {divergences} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Splits of the tasks that others wrote.")
    parser.add_argument("suites", nargs="*", help="suites; without any, all that are installed")
    parser.add_argument("--write", type=Path, help="page to put the table into")
    given = parser.parse_args()
    found = installed(given.suites or tuple(FOREIGN))
    rows = []
    for name, suite in found.items():
        print(f"splitting the tasks of {name} ...", file=sys.stderr)
        rows += rows_of(name, suite)
    text = table(rows)
    print(text, end="")
    if given.write:
        write_between(given.write, "foreign-splits", text)


if __name__ == "__main__":
    main()
