"""One Python function a stage of the road, with files between: what the commands and the demo call."""

from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.taxonomy.artifacts import file_digest

if TYPE_CHECKING:
    from skillweave.tasks.splits import Splits
    from skillweave.tasks.splitting import Plan


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
