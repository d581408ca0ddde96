"""Trajectory: one rollout or reference run as training data, with its provenance; the canonical row of an export.

Every format that a trainer reads is a projection of this row. In JSON it is an OpenAI chat example (``messages``,
``tools``) with provenance beside it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.suite import ToolSchema
from skillweave.taxonomy.artifacts import digest

TRAJECTORY_SCHEMA: Literal["skillweave.trajectory/1"] = "skillweave.trajectory/1"
Message = dict[str, Any]
ERROR = "error"
"""key of a tool message whose call was refused"""


class Trajectory(BaseModel):
    """One exported rollout."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["skillweave.trajectory/1"] = Field(default=TRAJECTORY_SCHEMA, alias="schema")
    id: str = Field(description="task, agent and attempt in one name; unique within an export")
    messages: list[Message] = Field(
        description="OpenAI chat messages: arguments of calls are JSON strings; a refused call's tool message has "
        "error: true; an assistant message that must not be trained on has weight 0"
    )
    tools: list[dict[str, Any]] = Field(description="OpenAI tools that were offered")
    task: str = Field(description="id of the task")
    suite: str
    suite_version: str
    skills: list[str] = Field(description="the combination, sorted")
    combination: str = Field(description="the skills joined by |")
    k: int
    span: int | None
    novelty: int | None = Field(description="of the combination, as the splits say; null without splits")
    split: str | None = Field(description="of the task, as the splits say; null without splits or in none")
    family: str
    edges: list[list[str]] = Field(description="data-flow edges of the plan as pairs of skills")
    plan: dict[str, Any] = Field(description="the canonical plan: equal for equal work, however it is worded")
    plan_tools: list[str] = Field(description="tools that the plan calls")
    strategy: str = Field(description="how the combination was selected")
    selection: dict[str, Any] = Field(description="the selection's figures: information (bits), branches, probability")
    taxonomy: str | None = Field(description="sha256 of the taxonomy that the task was made from")
    world_seed: int
    agent: str = Field(description="reference, or the agent of the run")
    model: str = Field(description="as Inspect names it; empty where none was used")
    simulated: bool = Field(description="played by a model with planted weaknesses, not by a real one")
    style: str = Field(description="of a reference: calls or thought; rollout for what an agent did")
    attempt: int = Field(description="epoch of the run, 1 for a reference")
    success: bool
    calls: int = Field(description="tool calls, the submission not counted")
    tool_errors: int = Field(description="calls that were refused")
    tokens: int = Field(description="length in tokens, by the tokenizer that the card names")
    held_out: list[str] = Field(description="what held-out work the row touches; empty without --allow-held-out")
    task_sha256: str = Field(description="sha256 of the task, which says all of it")
    version: str = Field(description="package version that exported the row")
    canary: str
    epoch: int | None = Field(default=None, description="of a curriculum, from 1; null without one")

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


def task_facts(task: TaskSpec) -> dict[str, Any]:
    """Return the fields of a row that the task alone decides."""
    return {
        "task": task.id,
        "task_sha256": digest(task.to_json()),
        "suite": task.suite,
        "suite_version": task.suite_version,
        "skills": list(task.skills),
        "combination": task.combination,
        "k": task.k,
        "span": task.span,
        "edges": [list(edge) for edge in skill_edges(task)],
        "plan": task.plan.canonical(),
        "plan_tools": list(task.tools),
        "strategy": task.selection.strategy,
        "selection": task.selection.model_dump(mode="json"),
        "taxonomy": task.provenance.inputs.get("taxonomy"),
        "world_seed": task.world_seed,
        "canary": training_canary(task.canary),
    }


def training_canary(canary: str) -> str:
    """Return a task's canary as it stands in training data: the same GUID.

    >>> training_canary("skillweave canary 5f0a: benchmark data, not for training")
    'skillweave canary 5f0a: training trajectories'
    """
    return f"{canary.partition(': ')[0]}: training trajectories"


def tool_of(schema: ToolSchema) -> dict[str, Any]:
    """Return a tool as OpenAI describes one."""
    return {
        "type": "function",
        "function": {
            "name": schema.name,
            "description": schema.description,
            "parameters": dict(schema.parameters),
        },
    }


def call_of(name: str, arguments: Mapping[str, Any], call_id: str) -> dict[str, Any]:
    """Return a tool call as OpenAI writes one: the arguments are a JSON string."""
    return {
        "id": call_id,
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(dict(arguments), ensure_ascii=False)},
    }


def reply_of(name: str, text: str, call_id: str, *, error: bool = False) -> Message:
    """Return the message in which a tool answers."""
    return {"role": "tool", "tool_call_id": call_id, "name": name, "content": text, **({ERROR: True} if error else {})}


def calls_in(messages: Iterable[Message]) -> list[tuple[str, dict[str, Any], bool]]:
    """Return (tool, arguments, refused) of every call in OpenAI messages, in order.

    Arguments may be a JSON string or an object; what is neither reads as no arguments.
    """
    listed = list(messages)
    refused = {str(m.get("tool_call_id")) for m in listed if m.get("role") == "tool" and m.get(ERROR)}
    found = []
    for message in listed:
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            arguments = _decoded(function.get("arguments"))
            found.append((str(function.get("name")), arguments, str(call.get("id")) in refused))
    return found


def _decoded(arguments: Any) -> dict[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except json.JSONDecodeError:
            return {}
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def closed(messages: Sequence[Message]) -> list[Message]:
    """Return the messages up to the last of the assistant: what comes after teaches nothing."""
    last = max((i for i, m in enumerate(messages) if m["role"] == "assistant"), default=-1)
    return list(messages[: last + 1])


def call_signature(messages: Sequence[Message], world: Any) -> str:
    """Return a digest of what was called in a world, whatever the ids of calls, thoughts, letter case and spaces."""
    return digest([world, [[name, _normal(arguments)] for name, arguments, _ in calls_in(messages)]])


def _normal(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _normal(v) for k, v in value.items() if v is not None and v != ""}
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return " ".join(str(value).lower().split())
