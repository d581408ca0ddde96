"""Trajectories out of Inspect logs: what any agent did on our tasks, message by message."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.harness.trajectories.played import Played
from skillweave.harness.trajectories.reference import offered_tools, opening
from skillweave.reports.logs import read_logs
from skillweave.reports.records import Rollout, Run
from skillweave.tasks.leaks import READ_SKILL
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.renaming import under_names_of
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import ToolSuite
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.trajectory import Message, call_of, closed, reply_of
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

if TYPE_CHECKING:
    from inspect_ai.log import EvalSample

RECORD = "skillweave"
AT_ONCE = 64
"""samples read in one go"""
_UNREAD = {"events", "attachments"}


def read_rollouts(folders: Sequence[Path], tasks: Path | None = None) -> Iterator[Played]:
    """Yield every finished rollout of the logs, by agent, sample and epoch; a later attempt replaces an earlier one.

    The tasks are read where the log says that they stood, or from ``tasks``. Raises `UserError` for logs that are not
    ours, and for tasks that are missing or no longer those that were run.
    """
    for run in read_logs(folders):
        by_log: dict[str, list[Rollout]] = {}
        for rollout in run.rollouts:
            by_log.setdefault(rollout.log, []).append(rollout)
        for log in sorted(by_log):
            yield from _of_log(log, by_log[log], run, tasks)


def _of_log(log: str, rollouts: Sequence[Rollout], run: Run, given: Path | None) -> Iterator[Played]:
    from inspect_ai.log import read_eval_log, read_eval_log_samples_by_id

    header = read_eval_log(log, header_only=True).eval
    options = (header.metadata or {})["skillweave"].get("options") or {}
    tasks = {task.id: task for task in read_tasks(_tasks_path(log, header.task_args, given))}
    suite = _same_suite(run, log)
    held = (header.metadata or {})["skillweave"].get("taxonomy")
    taxonomy = None if held is None else Taxonomy.from_json(held)
    rows = {(r.sample, r.epoch): r for r in rollouts}
    keys = sorted(rows)
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        samples = read_eval_log_samples_by_id(log, part, resolve_attachments=True, exclude_fields=_UNREAD)
        found = {(str(s.id), s.epoch): s for s in samples}
        for key in part:
            task = _same_task(tasks, found[key], log)
            seed = int(header.task_args.get("seed") or 0)
            offered = offer_tools(suite, task, run.record.tools or "needed", seed, taxonomy)
            if options.get("skills") == "hidden":
                offered = tuple(name for name in offered if name != READ_SKILL)
            named = under_names_of(suite, task)
            tools = offered_tools(named, task, offered, submit=options.get("submit") != "text")
            yield _played(named, task, offered, tools, found[key], rows[key], run)


def _same_suite(run: Run, log: str) -> ToolSuite:
    suite = load_suite(run.record.suite)
    if suite.version != run.record.suite_version:
        raise UserError(
            f"{log!r} is of {suite.name} {run.record.suite_version!r}, this is {suite.name} {suite.version!r}",
            hint="export with the version of skillweave that the log was made with",
        )
    return suite


def task_files(folders: Sequence[Path], given: Path | None = None) -> list[Path]:
    """Return the tasks files of which the logs hold rollouts."""
    from inspect_ai.log import read_eval_log

    logs = {rollout.log for run in read_logs(folders) for rollout in run.rollouts}
    headers = {log: read_eval_log(log, header_only=True).eval.task_args for log in sorted(logs)}
    return sorted({_tasks_path(log, said, given) for log, said in headers.items()})


def _tasks_path(log: str, said: Mapping[str, Any], given: Path | None) -> Path:
    path = given or Path(str(said.get("tasks") or ""))
    if not path.is_file():
        raise UserError(f"{log!r} is of tasks in {str(path)!r}, which is no file", hint="name it with --tasks")
    return path


def _same_task(tasks: Mapping[str, TaskSpec], sample: "EvalSample", log: str) -> TaskSpec:
    task = tasks.get(str(sample.id))
    record = sample.store.get(RECORD)
    if task is None or (isinstance(record, dict) and record.get("task") != digest(task.to_json())):
        raise UserError(
            f"{log!r}: the tasks file no longer holds task {sample.id!r} as it was run",
            hint="name the one that was run with --tasks",
        )
    return task


def _played(
    suite: ToolSuite,
    task: TaskSpec,
    offered: Sequence[str],
    tools: list[dict[str, Any]],
    sample: "EvalSample",
    row: Rollout,
    run: Run,
) -> Played:
    messages = openai_messages(sample.messages)
    if run.record.control:  # agents without a model see no system prompt
        messages.insert(0, opening(suite, task, offered))
    calls = [c for m in messages for c in m.get("tool_calls") or () if c["function"]["name"] != SUBMIT]
    return Played(
        task=task,
        agent=run.record.agent,
        model=run.record.model,
        simulated=run.record.simulated is not None,
        style="rollout",
        attempt=row.epoch,
        success=None if row.score is None else row.score >= 1.0,
        error=row.error,
        limit=row.limit,
        messages=closed(messages),
        tools=tools,
        calls=len(calls),
        tool_errors=sum(bool(m.get("error")) for m in messages if m["role"] == "tool"),
    )


def openai_messages(messages: Sequence[Any]) -> list[Message]:
    """Return Inspect's messages as OpenAI's; a model's reasoning stands beside its text as ``reasoning_content``.

    Ids of calls are made unique: some models number the calls of each turn anew.
    """
    written: list[Message] = []
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for message in messages:
        if message.role == "tool":
            call_id = message.tool_call_id or ""
            text = message.text or (message.error.message if message.error else "")
            error = message.error is not None
            written.append(reply_of(message.function or "tool", text, ids.get(call_id, call_id), error=error))
            continue
        said: Message = {"role": message.role, "content": message.text}
        if message.role == "assistant":
            reasoning = _reasoning(message.content)
            if reasoning:
                said["reasoning_content"] = reasoning
            if message.tool_calls:
                for call in message.tool_calls:
                    ids[call.id] = _unique(call.id, taken)
                said["tool_calls"] = [call_of(c.function, c.arguments, ids[c.id]) for c in message.tool_calls]
        written.append(said)
    return written


def _unique(call_id: str, taken: set[str]) -> str:
    found, number = call_id, 1
    while found in taken:
        number += 1
        found = f"{call_id}_{number}"
    taken.add(found)
    return found


def _reasoning(content: Any) -> str:
    if isinstance(content, str):
        return ""
    parts = (str(getattr(part, "reasoning", "")) for part in content if getattr(part, "type", "") == "reasoning")
    return "\n".join(part for part in parts if part)
