"""Tasks as Inspect samples: the instruction and labels, never a plan, an expectation or an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from inspect_ai.dataset import MemoryDataset, Sample

from skillweave import __version__
from skillweave.harness.taskset import TaskSet
from skillweave.tasks.exposure import Practised
from skillweave.tasks.skills import app_of
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.units import family_of
from skillweave.taxonomy.artifacts import digest

RUN_SCHEMA = "skillweave.run/1"
SCORER_VERSION = "2"
"""Raised whenever an equal rollout may come to another score."""


def task_dataset(tasks: TaskSet, shard: str | None = None, practised: Practised | None = None) -> MemoryDataset:
    """Return the tasks, or a shard of them, as a dataset: a sample's id is the task's, its input the first turn.

    ``practised`` is what the agent has practised where that is not what the splits say.
    """
    chosen = shard_of(tasks.tasks, shard)
    return MemoryDataset([task_sample(tasks, task, practised) for task in chosen], name=tasks.suite.name)


def shard_of(tasks: Sequence[Any], shard: str | None) -> Sequence[Any]:
    """Return the tasks of a shard: each COUNT-th from NUMBER on of the first LIMIT, for ``NUMBER/COUNT:LIMIT``.

    >>> shard_of([10, 11, 12, 13, 14], "1/2:4")
    [11, 13]
    """
    if shard is None:
        return tasks
    part, _, limit = shard.partition(":")
    number, count = map(int, part.split("/"))
    return tasks[: int(limit) if limit else None][number::count]


def task_sample(tasks: TaskSet, task: TaskSpec, practised: Practised | None = None) -> Sample:
    """Return one task as a sample."""
    return Sample(id=task.id, input=task.instruction, metadata=task_labels(tasks, task, practised))


def task_labels(tasks: TaskSet, task: TaskSpec, practised: Practised | None = None) -> dict[str, Any]:
    """Return what the log says of a task beside its instruction."""
    row = tasks.row(task)
    own = row if practised is None else practised.of(task.skills, skill_edges(task))
    labels = {
        "skills": list(task.skills),
        "combination": task.combination,
        "k": task.k,
        "span": task.span,
        "novelty": None if own is None else own.novelty,
        "length": None if own is None else own.length,
        "split": None if row is None else row.split,
        "family": family_of(task),
        "role": task.role,
        "pair": task.pair,
        "variant": None if task.variant is None else task.variant.model_dump(),
        "literal_inputs": task.literal_inputs,
        "practised": None if own is None else own.practised,
        "new_edges": None if own is None else own.new_edges,
        "branches": _branches(tasks, task),
        "plan_length": task.calls,
        "writes": task.writes,
        "wording": task.wording,
        "edges": [list(edge) for edge in skill_edges(task)],
        "suite": task.suite,
        "log_probability": task.selection.log_probability,
        "apps": sorted({app_of(skill) for skill in task.skills}),
        "group": None if task.origin is None else task.origin.group,
        "origin": [] if task.origin is None else list(task.origin.labels),
    }
    labels["strata"] = "|".join(f"{name}={_label(labels[name])}" for name in ("k", "span", "novelty"))
    return labels


def _label(value: Any) -> str:
    return "none" if value is None else str(value)


def _branches(tasks: TaskSet, task: TaskSpec) -> list[str]:
    if tasks.taxonomy is None:
        return []
    found = {tasks.taxonomy.ancestor(skill, 1) for skill in task.skills}
    return sorted(found)


def run_metadata(
    tasks: TaskSet,
    *,
    agent: str,
    tools: str,
    epochs: int,
    simulated: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what stands under ``skillweave`` in a log's metadata: enough for a report without any other file."""
    splits, taxonomy = tasks.splits, tasks.taxonomy
    return {
        "schema": RUN_SCHEMA,
        "version": __version__,
        "agent": agent,
        "simulated": None if simulated is None else dict(simulated),
        "suite": {"name": tasks.suite.name, "version": tasks.suite.version},
        "scorer": SCORER_VERSION,
        "split": tasks.split,
        "epochs": epochs,
        "tools": tools,
        "options": dict(options),
        "taxonomy": None if taxonomy is None else taxonomy.to_json(),
        "splits": None if splits is None else splits.to_json(),
        "synthesis": None if tasks.synthesis is None else dict(tasks.synthesis),
        "audit": None if tasks.audit is None else dict(tasks.audit),
        "hashes": {
            "tasks": tasks.sha256,
            "suite": digest([tasks.suite.name, tasks.suite.version]),
            "scorer": digest(SCORER_VERSION),
            "taxonomy": None if taxonomy is None else taxonomy.sha256,
            "splits": None if splits is None else digest(splits.to_json()),
        },
        "exposure": None if splits is None else splits.exposure.model_dump(mode="json"),
    }
