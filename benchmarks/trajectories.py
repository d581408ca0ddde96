"""How long an export takes: python benchmarks/trajectories.py --rows 5000

Tasks of one to five skills are bound and run, eight to a world, but not put through the checks of synthesis, which are
no part of an export (whether each reference succeeds is checked by the export). Then they are split, and the train
split is exported in every format by one command, as a user would. Prints the table of docs/trajectories.md.
"""

import argparse
import os
import resource
import shutil
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from skillweave.harness.trajectories.export import ExportOptions, export
from skillweave.harness.trajectories.references import References
from skillweave.harness.trajectories.registry import formats
from skillweave.tasks import build
from skillweave.tasks.shape import Realisable
from skillweave.tasks.spec import Selection, TaskSpec, read_tasks, write_tasks
from skillweave.tasks.splitting import Plan, split_tasks
from skillweave.tasks.suites.registry import world_suite
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.select import Selector
from skillweave.taxonomy.tree import Taxonomy

SIZES = (1, 2, 3, 4, 5)
PER_WORLD = 8


def bound_tasks(taxonomy: Taxonomy, count: int, seed: int, suite_name: str = "office") -> list[TaskSpec]:
    """Return tasks whose plans run, with nothing checked beyond that."""
    build.reject = lambda candidate: None  # type: ignore[assignment]
    suite = world_suite(suite_name)
    selector, realisable = Selector(taxonomy), Realisable(suite)
    forbid = tuple(set(taxonomy.skills) - set(suite.skills))
    rng = np.random.default_rng(seed)
    made: dict[str, TaskSpec] = {}
    world = 0
    while len(made) < count:
        world += 1
        k = SIZES[world % len(SIZES)]
        template = suite.world(100_000 * seed + world)
        for drawn in selector.sample(k, PER_WORLD, rng=rng, forbid=forbid, accept=realisable):
            found = next((c for c in build.attempts(suite, template, drawn.skills, range(4)) if _bound(c)), None)
            if found is None:
                continue
            selection = Selection(
                strategy="uniform",
                information=drawn.information,
                branches=len({taxonomy.branch(s) for s in drawn.skills}),
                log_probability=None,
                budgeted=False,
            )
            provenance = Provenance(seed=seed, inputs={"taxonomy": taxonomy.sha256})
            task = build.task_of(found, drawn.span, selection, provenance)
            made[task.id] = task
    return list(made.values())[:count]


def _bound(candidate: Any) -> bool:
    return not isinstance(candidate, build.Rejected)


def time_export(tasks: list[TaskSpec], taxonomy: Taxonomy, folder: Path, workers: int) -> dict[str, Any]:
    """Split the tasks, export the train split in every format, and return what it took."""
    write_tasks(folder / "tasks.jsonl", tasks)
    split_tasks(tasks, taxonomy, seed=1, plan=Plan(test_share=0.02, dev_share=0.0)).save(folder / "splits.json")
    options = ExportOptions(
        splits=folder / "splits.json",
        output=folder / "out",
        reference=folder / "tasks.jsonl",
        formats=tuple(formats()),
        how=References(style="thought", workers=workers),
    )
    start, before = perf_counter(), _processor_seconds()
    done = export(options)
    seconds, processor = perf_counter() - start, _processor_seconds() - before
    sizes = [_bytes(place) for place in (folder / "out").iterdir()]
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "trajectories": done.report["rows"],
        "worlds": len({t.world_seed for t in tasks}),
        "mean tokens (bytes / 3)": round(done.report["tokens"] / done.report["kept"]),
        "formats": len(sizes),
        "MB": round(sum(sizes) / 1e6),
        "processes": workers,
        "seconds": round(seconds, 1),
        "processor seconds": round(processor, 1),
        "peak MB of a process": round(memory / 1024),
    }


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _processor_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Make tasks, time the export, print the result."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--taxonomy", type=Path, default=Path("taxonomy.json"))
    parser.add_argument("--rows", type=int, default=5000, help="least rows of the export")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--make", type=Path, help="only make the tasks, into this file")
    parser.add_argument("--tasks", type=Path, nargs="+", help="files of tasks that were made before")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    taxonomy = Taxonomy.load(given.taxonomy)
    if given.tasks:
        tasks = [task for path in given.tasks for task in read_tasks(path)]
    else:
        tasks = bound_tasks(taxonomy, given.rows + given.rows // 20, given.seed)
    if given.make:
        write_tasks(given.make, tasks)
        return
    folder = Path(tempfile.mkdtemp())
    try:
        took = time_export(tasks, taxonomy, folder, given.workers)
        print(f"| {' | '.join(took)} |")
        print(f"|{'---:|' * len(took)}")
        print(f"| {' | '.join(map(str, took.values()))} |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
