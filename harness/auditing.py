"""Audit a tasks file: read it, audit its tasks, write the report beside it."""

from collections.abc import Callable
from pathlib import Path

from skillweave.tasks.audit.audit import audit_tasks
from skillweave.tasks.audit.report import AuditReport
from skillweave.tasks.lanes import usable_processors
from skillweave.tasks.spec import identity_of, read_tasks
from skillweave.taxonomy.artifacts import write_json

Progress = Callable[[int, int], None]
"""(done, total)"""


def audit_path(tasks: Path) -> Path:
    """Return where the audit of a tasks file stands.

    >>> audit_path(Path("out/tasks.jsonl")).name
    'tasks.audit.json'
    """
    return tasks.with_name(f"{tasks.stem}.audit.json")


def audit_taskset(
    tasks: Path,
    *,
    output: Path,
    workers: int | None = None,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> AuditReport:
    """Audit the tasks of a file, or ``limit`` of them spread over it, write the report and return it.

    One process for each processor works on it unless ``workers`` says otherwise.
    """
    found = read_tasks(tasks)
    chosen = found if limit is None or limit >= len(found) else [found[i * len(found) // limit] for i in range(limit)]
    report = audit_tasks(
        chosen,
        seed=seed,
        workers=workers or usable_processors(),
        inputs={"tasks": identity_of(found)},
        progress=progress,
    )
    write_json(output, report.to_json())
    return report
