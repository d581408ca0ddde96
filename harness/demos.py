"""Worked examples in the prompt: N train trajectories, declared as what the agent has practised."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from skillweave.harness.taskset import TaskSet, interleave
from skillweave.tasks.exposure import Practised
from skillweave.tasks.novelty import Edge, Exposure
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import TASKS_SCHEMA, TaskSpec, read_tasks, skill_edges
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suites.registry import load_suite
from skillweave.taxonomy.artifacts import read_jsonl
from skillweave.taxonomy.errors import UserError

SHOWN = 500
"""characters of a tool's reply that an example shows"""
TRAIN = "train"
HEADING = "Examples of such work, done in other worlds: their ids and values do not hold here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One worked example."""

    task: str
    skills: tuple[str, ...]
    edges: tuple[Edge, ...]
    messages: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demos:
    """The worked examples of a run."""

    source: str
    chosen: tuple[Demo, ...]

    @property
    def text(self) -> str:
        """What stands in the prompt."""
        parts = [f"Example {i + 1}\n{worked(demo.messages)}" for i, demo in enumerate(self.chosen)]
        return "\n\n".join(
            ["Examples of such work, done in other worlds: their ids and values do not hold here.", *parts]
        )

    def practised(self, tasks: TaskSet) -> Practised:
        """Return what the agent has practised, on the taxonomy of the tasks."""
        edges = frozenset(edge for demo in self.chosen for edge in demo.edges)
        exposure = Exposure([demo.skills for demo in self.chosen])
        return Practised(exposure=exposure, taxonomy=tasks.taxonomy, edges=edges)

    def facts(self) -> dict[str, Any]:
        """Return what a log says of the exposure."""
        exposure = Exposure([demo.skills for demo in self.chosen])
        return {
            "name": f"demos:{self.source}",
            "sha256": exposure.sha256,
            "size": len(exposure),
            "declared": True,
            "combinations": [list(c) for c in exposure.combinations],
            "tasks": [demo.task for demo in self.chosen],
        }


def load_demos(spec: str, tasks: TaskSet) -> Demos:
    """Return the N first examples of ``FILE.jsonl:N``, spread over k: trajectories, or tasks whose plans are played.

    With splits they are train tasks; none is a task of this run. Raises `UserError` where there are too few.
    """
    file, colon, count = spec.rpartition(":")
    if not colon or not count.isdigit() or int(count) < 1:
        raise UserError(f"no demos {spec!r}", hint="write FILE.jsonl:N, such as train.jsonl:3")
    path = Path(file)
    first = next((row for _, row in read_jsonl(path)), None)
    given = isinstance(first, Mapping) and first.get("schema") == TASKS_SCHEMA
    fitting = _of_tasks(path, tasks, int(count)) if given else _of_rows(path, tasks, int(count))
    if len(fitting) < int(count):
        where = "" if tasks.splits is None else f" of the {TRAIN} split"
        raise UserError(
            f"{str(path)!r} holds {len(fitting)} examples{where} beside the tasks of this run, not {count}",
            hint="ask for fewer, or name a file of train trajectories",
        )
    return Demos(source=path.name, chosen=tuple(fitting))


def _may_show(task: str, tasks: TaskSet) -> bool:
    if task in tasks.by_id:
        return False
    row = None if tasks.splits is None else tasks.splits.rows.get(task)
    return tasks.splits is None or (row is not None and row.split == TRAIN)


def _of_tasks(path: Path, tasks: TaskSet, count: int) -> list[Demo]:
    fitting = [task for task in read_tasks(path) if task.k > 0 and _may_show(task.id, tasks)]
    return [
        Demo(task=t.id, skills=t.skills, edges=tuple(skill_edges(t)), messages=_reference(t))
        for t in interleave(fitting)[:count]
    ]


def _reference(task: TaskSpec) -> list[dict[str, Any]]:
    from skillweave.harness.trajectories.reference import play_reference

    suite = load_suite(task.suite)
    return anyio.run(play_reference, suite, task, offer_tools(suite, task, "needed", 0), "calls").messages


def _of_rows(path: Path, tasks: TaskSet, count: int) -> list[Demo]:
    found: dict[int, list[Demo]] = {}
    for number, row in read_jsonl(path):
        if not (
            isinstance(row, Mapping) and isinstance(row.get("messages"), list) and isinstance(row.get("skills"), list)
        ):
            raise UserError(
                f"{path}:{number}: no trajectory with messages and skills",
                hint="skillweave trajectories export writes them",
            )
        if row.get("success") is False or not _may_show(str(row.get("task")), tasks):
            continue
        skills = tuple(map(str, row["skills"]))
        edges = tuple((str(a), str(b)) for a, b in row.get("edges") or ())
        demo = Demo(task=str(row.get("task")), skills=skills, edges=edges, messages=row["messages"])
        found.setdefault(len(skills), []).append(demo)
    rounds = max(map(len, found.values()), default=0)
    spread = [found[k][i] for i in range(rounds) for k in sorted(found) if i < len(found[k])]
    return spread[:count]


def worked(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return a conversation as an example: the request, each call with its reply, the answer.

    >>> call = {"id": "c", "function": {"name": "find", "arguments": '{"of": "x"}'}}
    >>> told = {"role": "tool", "tool_call_id": "c", "content": "3"}
    >>> print(worked([{"role": "user", "content": "How many x?"}, {"role": "assistant", "tool_calls": [call]}, told]))
    Request: How many x?
    find({"of": "x"}) -> 3
    """
    replies = {m.get("tool_call_id"): str(m.get("content") or "") for m in messages if m.get("role") == "tool"}
    lines: list[str] = []
    for message in messages:
        if message.get("role") == "user":
            lines.append(f"Request: {message.get('content')}")
        for call in message.get("tool_calls") or ():
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            if name == SUBMIT:
                lines.append(f"{SUBMIT}({text})")
                continue
            reply = replies.get(call.get("id"), "")
            lines.append(f"{name}({text}) -> {reply if len(reply) <= SHOWN else reply[:SHOWN] + ' ...'}")
    return "\n".join(lines)
