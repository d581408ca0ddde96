"""Calibration with real rollouts: synthesised tasks, the simulated model with planted weaknesses, Inspect logs, report.

Each data set is a draw of tasks from one pool and a run of its own. The planted value is what the profile says of the
whole pool, so that the intervals have to cover both the draw of tasks and the chance of outcomes.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.simulated import Labels, parse_profile, success_probability
from skillweave.harness.synthesis import SynthesisOptions, synthesize_tasks
from skillweave.reports.flags import flags
from skillweave.reports.intervals import success
from skillweave.reports.logs import read_logs
from skillweave.reports.paired import difference
from skillweave.tasks.spec import TaskSpec, read_tasks, write_tasks

PROFILE: dict[str, Any] = {"base": 0.95, "k": {"2": 0.9, "3": 0.8, "4": 0.7}, "span": {"2": 0.85}}
BETTER: dict[str, Any] = {**PROFILE, "base": 1.0}
POOL, SIZE = 300, 60


def pool_of(folder: Path, count: int) -> list[TaskSpec]:
    """Return the tasks of a folder, made there first where it has none."""
    from skillweave.harness.sources import read_source
    from skillweave.taxonomy.build import build_taxonomy

    if not (folder / "tasks.jsonl").exists():
        source = read_source(["suite:office"])
        build_taxonomy(source.graph, seed=7, inputs=source.inputs).save(folder / "taxonomy.json")
        synthesize_tasks(
            SynthesisOptions(
                output=folder / "tasks.jsonl", taxonomy=folder / "taxonomy.json", sizes=(2, 3, 4), n=count, seed="11"
            )
        )
    return read_tasks(folder / "tasks.jsonl")


def planted(tasks: list[TaskSpec], profile: dict[str, Any]) -> list[float]:
    """Return the probability of success that a profile gives each task."""
    parsed = parse_profile(profile)
    return [success_probability(parsed, Labels(skills=t.skills, k=t.k, span=t.span)) for t in tasks]


def one_set(
    tasks: list[TaskSpec], folder: Path, number: int, size: int, taxonomy: Path
) -> tuple[dict[str, tuple[float, float]], bool]:
    """Return the intervals of one data set, and whether anything was flagged."""
    drawn = Random(number).sample(tasks, min(size, len(tasks)))
    write_tasks(folder / "tasks.jsonl", sorted(drawn, key=lambda t: t.id))
    runs = []
    for name, profile in (("plain", PROFILE), ("better", BETTER)):
        (folder / f"{name}.json").write_text(json.dumps({**profile, "seed": number}))
        run_tasks(
            RunOptions(
                tasks=folder / "tasks.jsonl",
                taxonomy=taxonomy,
                log_dir=folder / name,
                model=f"simulated/{name}",
                model_args={"profile": str(folder / f"{name}.json")},
            )
        )
        runs.append(read_logs([folder / name])[0])
    first, other = (run.main for run in runs)
    found = {}
    for name, e in (("success", success(first)), ("success at k = 3", success(r for r in first if r.k == 3))):
        if e.low is not None and e.high is not None:
            found[name] = (e.low, e.high)
    gap = difference(first, other)
    if gap is not None:
        found["paired difference"] = (gap.low, gap.high)
    return found, any(f.flagged for f in flags(first))


def rollouts_table(
    sets: int,
    *,
    folder: Path | None = None,
    pool: int = POOL,
    size: int = SIZE,
    tell: Callable[[str], None] = lambda line: None,
) -> str:
    """Return the coverage over data sets of real rollouts as Markdown; ``folder`` keeps the pool of tasks."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        tasks = pool_of(place, pool)
        own, better = planted(tasks, PROFILE), planted(tasks, BETTER)
        truth = {
            "success": fmean(own),
            "success at k = 3": fmean(p for p, t in zip(own, tasks, strict=True) if t.k == 3),
            "paired difference": fmean(better) - fmean(own),
        }
        hits: dict[str, list[bool]] = defaultdict(list)
        flagged = 0
        for number in range(sets):
            here = Path(temporary) / str(number)
            here.mkdir()
            intervals, any_flag = one_set(tasks, here, number, size, place / "taxonomy.json")
            flagged += any_flag
            for name, (low, high) in intervals.items():
                hits[name].append(low <= truth[name] <= high)
            tell(f"{number + 1} of {sets}")
    lines = [f"With real rollouts, {sets} data sets of {min(size, len(tasks))} tasks and two agents each:", ""]
    lines += ["| figure | planted | intervals that hold it |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {truth[name]:.3f} | {sum(found)} of {len(found)} |" for name, found in hits.items()]
    lines += ["", f"Nothing but k and span is planted; a skill, pair, span or rung was flagged in {flagged} of {sets}."]
    return "\n".join(lines) + "\n"
