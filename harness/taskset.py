"""A set of tasks as it is run: tasks, splits, taxonomy and figures, read together and checked against each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from skillweave.tasks.spec import TaskSpec, identity_of, read_tasks
from skillweave.tasks.splits import SplitRow, Splits
from skillweave.tasks.suite import ToolSuite
from skillweave.tasks.suites.registry import load_suite, suite_of
from skillweave.taxonomy.artifacts import digest, read_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy


@dataclass(frozen=True, kw_only=True, eq=False)
class TaskSet:
    """The tasks of one run, in the order in which they are run, and what is known of them."""

    path: Path
    tasks: tuple[TaskSpec, ...]
    suite: ToolSuite
    split: str | None
    splits: Splits | None
    taxonomy: Taxonomy | None
    synthesis: Mapping[str, Any] | None
    sha256: str
    """identity of the tasks of the file, or of its split, whatever their order and whichever a pattern picks"""
    audit: Mapping[str, Any] | None = None
    """figures of the audit of the whole file, without its findings"""

    @cached_property
    def by_id(self) -> Mapping[str, TaskSpec]:
        """The tasks by id."""
        return {task.id: task for task in self.tasks}

    def row(self, task: TaskSpec) -> SplitRow | None:
        """Return what the split table says of a task."""
        return None if self.splits is None else self.splits.rows.get(task.id)


_KEPT: dict[str, TaskSet] = {}


def keep(tasks: TaskSet) -> str:
    """Make a task set known to this process and return its key, which may stand in a log where the tasks may not."""
    key = digest([tasks.sha256, *(task.id for task in tasks.tasks)])
    _KEPT[key] = tasks
    return key


def kept(key: str) -> TaskSet:
    """Return the task set of a key; raises KeyError for one that this process did not keep."""
    return _KEPT[key]


def load_taskset(
    tasks: Path | str,
    *,
    splits: Path | str | None = None,
    split: str | None = None,
    control: bool = True,
    taxonomy: Path | str | None = None,
    pattern: str | None = None,
) -> TaskSet:
    """Return the tasks of a file, or of one of its splits; a held-out one brings its k = 1 control along if wanted.

    ``pattern`` keeps only the tasks whose id fits it, as file names fit ``*``; several stand with commas between.

    The synthesis figures are read from ``<stem>.synthesis.json`` beside the tasks, those of an audit of the same tasks
    from ``<stem>.audit.json``. Without ``taxonomy`` a ``taxonomy.json`` beside the tasks is taken where it holds all
    their skills (and is the one of the splits).
    Raises `UserError` for files that do not belong together, an unknown split, or tasks of another suite version.
    """
    path = Path(tasks)
    if split is not None and splits is None:
        raise UserError(f"split {split!r} needs a splits file", hint="give --splits splits.json")
    found = read_tasks(path)
    table = None if splits is None else Splits.load(splits)
    kept = (
        found if table is None or split is None else _members(found, table.samples(split, control=control), split, path)
    )
    whole = identity_of(kept)
    if pattern is not None:
        kept = fitting(kept, pattern)
    return TaskSet(
        path=path.resolve(),
        tasks=tuple(interleave(kept)),
        suite=_suite(found, path),
        split=split,
        splits=table,
        taxonomy=_taxonomy(path, taxonomy, table, found),
        synthesis=_synthesis(path),
        audit=_audit(path, found),
        sha256=whole,
    )


def fitting(tasks: list[TaskSpec], pattern: str) -> list[TaskSpec]:
    """Return the tasks whose id fits a pattern; raises `UserError` where none does."""
    names = set(pattern.split(","))
    wild = [name for name in names if any(c in name for c in "*?[")]
    found = [task for task in tasks if task.id in names or any(fnmatchcase(task.id, name) for name in wild)]
    if not found:
        ids = ", ".join(repr(task.id) for task in tasks[:3])
        raise UserError(f"no task fits {pattern[:80]!r}", hint=f"ids are such as {ids}")
    return found


def interleave(tasks: Iterable[TaskSpec]) -> list[TaskSpec]:
    """Return the tasks in rounds, one of each k a round, so that the first n are spread over k."""
    by_k: dict[int, list[TaskSpec]] = {}
    for task in tasks:
        by_k.setdefault(task.k, []).append(task)
    rounds = zip_longest(*(by_k[k] for k in sorted(by_k)))
    return [task for task in chain.from_iterable(rounds) if task is not None]


def _members(tasks: list[TaskSpec], wanted: Sequence[str], split: str, path: Path) -> list[TaskSpec]:
    by_id = {task.id: task for task in tasks}
    missing = [name for name in wanted if name not in by_id]
    if missing:
        raise UserError(
            f"split {split!r} names task {missing[0]!r}, which {str(path)!r} does not hold ({len(missing)} such tasks)",
            hint="the splits belong to another tasks file: run skillweave split on this one",
        )
    if not wanted:
        raise UserError(f"split {split!r} is empty", hint="make more tasks, or a larger share of them")
    return [by_id[name] for name in wanted]


def _suite(tasks: list[TaskSpec], path: Path) -> ToolSuite:
    names = sorted({task.suite for task in tasks})
    if len(names) > 1:
        raise UserError(f"{str(path)!r} holds tasks of several suites: {', '.join(names)}", hint="run each by itself")
    suite = load_suite(names[0])
    for other in {task.suite_version: task for task in tasks}.values():
        suite_of(other)
    return suite


def _taxonomy(path: Path, given: Path | str | None, table: Splits | None, tasks: list[TaskSpec]) -> Taxonomy | None:
    expected = None if table is None else table.provenance.inputs.get("taxonomy")
    skills = {skill for task in tasks for skill in task.skills}
    place = path.parent / "taxonomy.json" if given is None else Path(given)
    if given is None and not place.is_file():
        return None
    try:
        found = Taxonomy.load(place)
    except UserError:
        if given is None:
            return None
        raise
    unknown = skills - set(found.skills)
    foreign = expected is not None and found.sha256 != expected
    if given is None:
        return None if unknown or foreign else found
    if unknown:
        raise UserError(f"taxonomy {str(place)!r} lacks the skill {min(unknown)!r}", hint="give the one of these tasks")
    if foreign:
        raise UserError(
            f"taxonomy {str(place)!r} is not the one of the splits", hint="give the one they were made with"
        )
    return found


def _synthesis(path: Path) -> Mapping[str, Any] | None:
    place = path.with_name(f"{path.stem}.synthesis.json")
    if not place.is_file():
        return None
    found = read_json(place)
    return found if isinstance(found, dict) else None


def _audit(path: Path, tasks: list[TaskSpec]) -> Mapping[str, Any] | None:
    """Return the audit beside a tasks file; None where there is none, or one of other tasks."""
    place = path.with_name(f"{path.stem}.audit.json")
    found = read_json(place) if place.is_file() else None
    if not isinstance(found, dict) or found.get("provenance", {}).get("inputs", {}).get("tasks") != identity_of(tasks):
        return None
    return {**found, "findings": []}
