"""LLaMA-Factory's ShareGPT rows: turns that strictly alternate, and the rules by which it takes or skips a row.

It expects ``human`` or ``observation`` at odd places and ``gpt`` or ``function_call`` at even ones, an even number of
turns, and calls as JSON. A row that breaks a rule is skipped there with a warning in the log, so we check them here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from skillweave.harness.trajectories.formats import PROVENANCE, Format, Row, provenance
from skillweave.tasks.submit import RECORDED, SUBMIT
from skillweave.tasks.trajectory import Message, calls_in

ASKING, ANSWERING = ("human", "observation"), ("gpt", "function_call")
_THOUGHT = re.compile(r"<think>\n(.*?)\n</think>\n\n", re.DOTALL)
Turn = dict[str, str]


def sharegpt_row(row: Row) -> dict[str, Any]:
    """Return the row for LLaMA-Factory."""
    messages = list(row["messages"])
    system = ""
    if messages and messages[0]["role"] == "system":
        system = messages.pop(0)["content"]
    tools = [tool["function"] for tool in row["tools"]]
    return {
        "conversations": turns_of(messages),
        "system": system,
        "tools": json.dumps(tools, ensure_ascii=False),
        **provenance(row),
    }


def turns_of(messages: Sequence[Message]) -> list[Turn]:
    """Return the conversation in alternating turns that end on ``gpt``.

    Calls made at once stand in one turn, and so do their results. What an assistant says with a call is its thought.
    After a submission ``gpt`` repeats the answer: the agent's work is over there, but LLaMA-Factory wants a last word.
    """
    turns: list[Turn] = []
    place = 0
    while place < len(messages):
        message = messages[place]
        place += 1
        if message["role"] == "assistant" and message.get("tool_calls"):
            replies = []
            while place < len(messages) and messages[place]["role"] == "tool":
                replies.append(messages[place])
                place += 1
            _add(turns, "function_call", _calls(message, _pending_thought(turns)))
            submitted = _submitted(message)
            ends = place == len(messages) or messages[place]["role"] == "user"
            if replies or submitted is not None:
                _add(turns, "observation", _results(replies) or RECORDED)
            if submitted is not None and ends:
                _add(turns, "gpt", submitted)
        elif message["role"] == "assistant":
            _add(turns, "gpt", str(message["content"]))
        elif message["role"] == "tool":
            _add(turns, "observation", str(message["content"]))
        else:
            _add(turns, "human", str(message["content"]))
    return turns


def _add(turns: list[Turn], speaker: str, value: str) -> None:
    if turns and turns[-1]["from"] == speaker and speaker != "function_call":
        turns[-1] = {"from": speaker, "value": f"{turns[-1]['value']}\n\n{value}"}
    else:
        turns.append({"from": speaker, "value": value})


def _pending_thought(turns: list[Turn]) -> str:
    """Take what an assistant said just before a call, without being answered: it is part of the same turn."""
    return turns.pop()["value"] if turns and turns[-1]["from"] == "gpt" else ""


def _calls(message: Message, before: str) -> str:
    calls = [{"name": name, "arguments": arguments} for name, arguments, _ in calls_in([message])]
    thought = "\n\n".join(part for part in (before, str(message.get("content") or "")) if part)
    text = json.dumps(calls if len(calls) > 1 else calls[0], ensure_ascii=False)
    return f"<think>\n{thought}\n</think>\n\n{text}" if thought else text


def _results(replies: Sequence[Message]) -> str:
    if len(replies) < 2:
        return str(replies[0]["content"]) if replies else ""
    return json.dumps([{"name": r.get("name"), "content": r["content"]} for r in replies], ensure_ascii=False)


def _submitted(message: Message) -> str | None:
    answers = [str(arguments.get("answer", "")) for name, arguments, _ in calls_in([message]) if name == SUBMIT]
    return answers[-1] if answers else None


def sharegpt_problem(row: Mapping[str, Any]) -> str | None:
    """Return why LLaMA-Factory would skip a row or fail on it, None for one that it takes."""
    turns = row.get("conversations")
    if not isinstance(turns, list) or not turns:
        return "it has no conversations"
    for place, turn in enumerate(turns):
        allowed = ANSWERING if place % 2 else ASKING
        if turn.get("from") not in allowed:
            return f"turn {place + 1} is {turn.get('from')!r} where {' or '.join(allowed)} must stand"
        if not isinstance(turn.get("value"), str):
            return f"turn {place + 1} has no text"
        if turn["from"] == "function_call" and (problem := _call_problem(turn["value"])):
            return f"turn {place + 1}: {problem}"
    if len(turns) % 2:
        return f"{len(turns)} turns are no even number"
    if turns[-1]["from"] != "gpt":
        return f"the last turn is {turns[-1]['from']!r}, not 'gpt'"
    return _tools_problem(row.get("tools"))


def _call_problem(value: str) -> str | None:
    try:
        calls = json.loads(_THOUGHT.sub("", value, count=1))
    except json.JSONDecodeError as error:
        return f"the calls are no JSON: {error.msg}"
    for call in calls if isinstance(calls, list) else [calls]:
        if not (
            isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)
        ):
            return f"{str(call)[:60]!r} is no call with name and arguments"
    return None


def _tools_problem(tools: Any) -> str | None:
    try:
        listed = json.loads(tools)
    except (TypeError, json.JSONDecodeError):
        return "tools are no JSON text"
    if not isinstance(listed, list) or not all(isinstance(t, dict) and t.get("name") for t in listed):
        return "tools are no list of tools with names"
    return None


def dataset_info() -> dict[str, Any]:
    """Return what LLaMA-Factory's ``dataset_info.json`` says of the folder."""
    return {
        "skillweave": {
            "file_name": "jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system", "tools": "tools"},
        }
    }


LLAMAFACTORY = Format(
    name="llamafactory",
    columns={"conversations": "turns", "system": "string", "tools": "string", **PROVENANCE},
    project=sharegpt_row,
    masks=False,
    problem=lambda row: sharegpt_problem(sharegpt_row(row)),
    beside={"dataset_info.json": dataset_info},
)
