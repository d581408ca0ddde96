"""One Python function a stage of the road, with files between: what the commands and the demo call."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.taxonomy.artifacts import file_digest, write_json

if TYPE_CHECKING:
    from skillweave.tasks.splits import Splits
    from skillweave.tasks.splitting import Plan
    from skillweave.tasks.synthesize import Synthesis

Progress = Callable[[int, int], None]
"""(done, total)"""


def synthesis_path(tasks: Path) -> Path:
    """Return where the report on the making of a tasks file stands.

    >>> synthesis_path(Path("out/tasks.jsonl")).name
    'tasks.synthesis.json'
    """
    return tasks.with_name(f"{tasks.stem}.synthesis.json")


def synthesize_tasks(
    suite: str,
    taxonomy: Path,
    *,
    sizes: Sequence[int],
    n: int,
    seed: int,
    output: Path,
    progress: Progress = lambda done, total: None,
) -> "Synthesis":
    """Make tasks, write them and the report beside them, and return both."""
    from skillweave.tasks.spec import write_tasks
    from skillweave.tasks.suites.registry import world_suite
    from skillweave.tasks.synthesize import synthesize
    from skillweave.taxonomy.tree import Taxonomy

    found = Taxonomy.load(taxonomy)
    made = synthesize(world_suite(suite), found, ks=sizes, n=n, seed=seed, progress=progress)
    write_tasks(output, made.tasks)
    write_json(synthesis_path(output), made.report.to_json())
    return made


def make_splits(
    tasks: Path,
    taxonomy: Path,
    *,
    seed: int,
    output: Path,
    plan: "Plan | None" = None,
    exposure: str | None = None,
) -> "Splits":
    """Split a tasks file, write the splits and return them; ``exposure`` is as ``--exposure`` says."""
    from skillweave.harness.exposures import declared
    from skillweave.tasks.spec import read_tasks
    from skillweave.tasks.splitting import split_tasks
    from skillweave.taxonomy.tree import Taxonomy

    found, tree = read_tasks(tasks), Taxonomy.load(taxonomy)
    splits = split_tasks(
        found,
        tree,
        seed=seed,
        plan=plan,
        exposure=None if exposure is None else declared(exposure, found, tree),
        inputs={"tasks_file": file_digest(tasks), "taxonomy_file": file_digest(taxonomy)},
    )
    splits.save(output)
    return splits
