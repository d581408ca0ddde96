"""The scorer: the suite's verdict on the record that a rollout left, and metrics grouped by what a task combines."""

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import transcript
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from skillweave.harness.roles import voices_of
from skillweave.harness.rollouts import RECORD, RECORD_SCHEMA
from skillweave.harness.taskset import TaskSet, load_taskset
from skillweave.tasks.renaming import under_names_of
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolCall
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError


@metric
def mean_by(label: str) -> Metric:
    """Return the mean score of each group of samples with an equal label, as ``label=value``; null is ``none``."""

    def compute(scores: list[SampleScore]) -> Value:
        groups: dict[str, list[float]] = {}
        for score in scores:
            value = (score.sample_metadata or {}).get(label)
            groups.setdefault("none" if value is None else str(value), []).append(score.score.as_float())
        return cast(Value, {f"{label}={name}": sum(found) / len(found) for name, found in sorted(groups.items())})

    return compute


@scorer(
    metrics=[mean(), stderr(cluster="combination"), mean_by("k"), mean_by("span"), mean_by("novelty")], name="outcome"
)
def outcome(tasks: str | None = None) -> Scorer:
    """Score the outcome of a rollout: 1 where the suite's verdict is success, else 0.

    Only the record in the sample's store is looked at, so ``inspect score LOG --scorer skillweave/outcome`` works
    later. ``tasks`` is the path of the tasks file where it is no longer the one of the run; a task that is not the one
    that was run is refused.
    """

    async def score(state: TaskState, target: Target) -> Score:
        record = state.store.get(RECORD)
        if not isinstance(record, dict) or record.get("schema") != RECORD_SCHEMA:
            return Score.unscored(explanation="the rollout left no record: it failed before or while it was played")
        path = tasks or record["source"]
        found = _tasks(path, _stamp(path))
        task = found.by_id.get(str(state.sample_id))
        if task is None or digest(task.to_json()) != record["task"]:
            raise PrerequisiteError(f"{path!r} no longer holds task {state.sample_id!r} as it was run")
        return await verdict_score(found, task, record, _limit(record))

    return score


async def verdict_score(tasks: TaskSet, task: TaskSpec, record: dict[str, Any], limit: str | None) -> Score:
    """Return the score of a record; a rollout that a limit ended before it submitted failed, and says so."""
    calls = [[ToolCall(**call) for call in turn] for turn in record["calls"]]
    suite = under_names_of(tasks.suite, task)
    verdict = await suite.judge(task, record["snapshot"], calls, record["answer"], voices_of(suite.roles))
    if verdict.unscored is not None:
        return Score.unscored(explanation=verdict.unscored)
    mismatches = list(verdict.mismatches)
    if limit is not None:
        mismatches.insert(0, f"Stopped before an answer counted: {limit}")
    flat = [call for turn in calls for call in turn]
    return Score(
        value=1.0 if verdict.success and limit is None else 0.0,
        answer=record["answer"],
        explanation=" ".join(mismatches) or "The world and the answer are as expected.",
        metadata={
            "skills": dict(verdict.skills),
            "first_broken": verdict.first_broken,
            "mismatches": mismatches,
            "limit": limit,
            "submitted": record["submitted"],
            "tool_calls": len(flat),
            "tool_errors": sum(call.error is not None for call in flat),
            "measures": dict(verdict.measures),
        },
    )


def _limit(record: dict[str, Any]) -> str | None:
    if record.get("failure"):
        return str(record["failure"])
    if record["submitted"]:
        return None
    events = (event for event in reversed(transcript().events) if event.event == "sample_limit")
    return next((event.message for event in events), None)


def _stamp(path: str) -> tuple[int, int]:
    try:
        stat = Path(path).stat()
    except OSError:
        raise PrerequisiteError(
            f"no tasks file {path!r} to score by; name it: inspect score LOG --scorer skillweave/outcome -S tasks=FILE"
        ) from None
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _tasks(path: str, stamp: tuple[int, int]) -> TaskSet:
    try:
        return load_taskset(path)
    except UserError as error:
        raise PrerequisiteError(error.message) from None
