"""Projections of the canonical row onto what trainers read."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillweave.harness.trajectories.tables import Columns, Kind
from skillweave.tasks.trajectory import ERROR, Message

Row = Mapping[str, Any]

PROVENANCE: Columns = {
    "schema": "string",
    "id": "string",
    "task": "string",
    "task_sha256": "string",
    "suite": "string",
    "suite_version": "string",
    "skills": "strings",
    "combination": "string",
    "k": "int64",
    "span": "int64",
    "novelty": "int64",
    "split": "string",
    "family": "string",
    "edges": "json",
    "plan": "json",
    "plan_tools": "strings",
    "strategy": "string",
    "selection": "json",
    "taxonomy": "string",
    "world_seed": "int64",
    "agent": "string",
    "model": "string",
    "simulated": "bool",
    "style": "string",
    "attempt": "int64",
    "success": "bool",
    "calls": "int64",
    "tool_errors": "int64",
    "tokens": "int64",
    "held_out": "strings",
    "version": "string",
    "canary": "string",
    "epoch": "int64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: its columns (none for one that is no table), and how a canonical row becomes one of its rows."""

    name: str
    columns: Columns
    project: Callable[[Row], dict[str, Any]]
    masks: bool
    """whether it can say that a message is not to be trained on"""
    problem: Callable[[Row], str | None] = lambda row: None
    """why a canonical row cannot be written so, None for one that can"""
    beside: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """JSON files that stand beside the data"""


def provenance(row: Row) -> dict[str, Any]:
    """Return all of a row but the conversation."""
    return {name: row.get(name) for name in PROVENANCE}


def _columns(**own: Kind) -> Columns:
    return {**own, **PROVENANCE}


def openai_row(row: Row) -> dict[str, Any]:
    """Return the row for OpenAI-style fine-tuning: arguments are JSON strings, nothing but OpenAI's own keys."""
    messages = [{k: v for k, v in m.items() if k not in (ERROR, "reasoning_content")} for m in row["messages"]]
    return {"messages": messages, "tools": row["tools"], **provenance(row)}


def trl_row(row: Row) -> dict[str, Any]:
    """Return the row for TRL: arguments are objects, as chat templates expect them; tool messages have a name."""
    return {"messages": trl_messages(row["messages"]), "tools": row["tools"], **provenance(row)}


def trl_messages(messages: Sequence[Message]) -> list[Message]:
    """Return messages with arguments as objects."""
    found = []
    for message in messages:
        plain = {k: v for k, v in message.items() if k != ERROR}
        if "tool_calls" in plain:
            plain["tool_calls"] = [_with_object(call) for call in plain["tool_calls"]]
        found.append(plain)
    return found


def _with_object(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    return {**call, "function": {"name": function["name"], "arguments": json.loads(function["arguments"])}}


OPENAI = Format(name="openai", columns=_columns(messages="jsons", tools="jsons"), project=openai_row, masks=True)
TRL = Format(name="trl", columns=_columns(messages="jsons", tools="jsons"), project=trl_row, masks=True)
