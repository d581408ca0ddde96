"""Trajectories as Inspect logs, which ``inspect view`` opens; one sample a row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.harness.trajectories.formats import Format, Row, provenance
from skillweave.tasks.trajectory import ERROR, Message, calls_in

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample
    from inspect_ai.model import ChatMessage


def write_logs(folder: Path, rows: Iterable[Row], report: Mapping[str, Any], *, total: int, shard_rows: int) -> int:
    """Write ``trajectories-I-of-N.eval`` logs and return how many rows they hold."""
    from inspect_ai.log import write_eval_log

    samples = _samples(rows)
    shards = max(1, -(-total // shard_rows))
    written = 0
    for number in range(shards):
        part = list(islice(samples, shard_rows))
        written += len(part)
        path = folder / f"trajectories-{number:05d}-of-{shards:05d}.eval"
        write_eval_log(_log(part, report, path), str(path))
    return written


def _samples(rows: Iterable[Row]) -> Iterator["EvalSample"]:
    from inspect_ai.log import EvalSample
    from inspect_ai.model import ModelOutput
    from inspect_ai.scorer import Score

    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["id"]] += 1
        messages = [_message(message) for message in row["messages"]]
        asked = next((m["content"] for m in row["messages"] if m["role"] == "user"), "")
        yield EvalSample(
            id=row["id"],
            epoch=seen[row["id"]],
            input=asked,
            target="",
            messages=messages,
            output=ModelOutput.from_content(row["model"] or row["agent"], _answer(row["messages"])),
            scores={"outcome": Score(value=float(row["success"]), answer=_answer(row["messages"]))},
            metadata={**provenance(row), "tools": row["tools"]},
        )


def _answer(messages: list[Message]) -> str:
    calls = calls_in(messages[-1:])
    return str(calls[-1][1].get("answer", "")) if calls else ""


def _message(message: Message) -> "ChatMessage":
    from inspect_ai.model import (
        ChatMessageAssistant,
        ChatMessageSystem,
        ChatMessageTool,
        ChatMessageUser,
        Content,
        ContentReasoning,
        ContentText,
    )
    from inspect_ai.tool import ToolCall, ToolCallError

    text = str(message["content"])
    if message["role"] == "system":
        return ChatMessageSystem(content=text)
    if message["role"] == "user":
        return ChatMessageUser(content=text)
    if message["role"] == "tool":
        error = ToolCallError(type="unknown", message=text) if message.get(ERROR) else None
        return ChatMessageTool(
            content=text, tool_call_id=message["tool_call_id"], function=message.get("name"), error=error
        )
    calls = [
        ToolCall(id=call["id"], function=name, arguments=arguments)
        for call, (name, arguments, _) in zip(message.get("tool_calls") or (), calls_in([message]), strict=True)
    ]
    reasoning = message.get("reasoning_content")
    parts: list[Content] = [ContentText(text=text)]
    if reasoning:
        parts.insert(0, ContentReasoning(reasoning=str(reasoning)))
    return ChatMessageAssistant(
        content=parts if reasoning else text,
        tool_calls=calls or None,
        metadata={"weight": 0} if message.get("weight") == 0 else None,
    )


def _log(samples: list["EvalSample"], report: Mapping[str, Any], path: Path) -> "EvalLog":
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSpec, EvalStats

    ids = [str(sample.id) for sample in samples]
    spec = EvalSpec(
        created="1970-01-01T00:00:00+00:00",  # no clock in an artefact
        task="skillweave/trajectories",
        task_id=path.stem,
        dataset=EvalDataset(name="trajectories", samples=len(set(ids)), sample_ids=list(dict.fromkeys(ids))),
        model="none/none",
        config=EvalConfig(epochs=max((s.epoch for s in samples), default=1)),
        metadata={"skillweave_export": dict(report)},
    )
    return EvalLog(eval=spec, status="success", samples=samples, stats=EvalStats(), location=str(path))


INSPECT = Format(name="inspect", columns={}, project=dict, masks=True)
