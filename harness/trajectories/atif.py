"""ATIF v1.7 documents: a step for each message, with the results of its calls as the step's observation."""

from typing import Any

from skillweave import __version__
from skillweave.harness.trajectories.formats import Format, Row, provenance
from skillweave.tasks.trajectory import ERROR, Message, calls_in

VERSION = "ATIF-v1.7"
PLANNED = ("reference", "oracle", "nop")
"""agents whose steps no model made"""


def atif_row(row: Row) -> dict[str, Any]:
    """Return the row as an ATIF trajectory; its provenance stands under ``extra``."""
    steps = _steps(row["messages"], planned=row["agent"] in PLANNED)
    agent = {"name": row["agent"], "version": __version__, "tool_definitions": row["tools"]}
    if row["model"]:
        agent["model_name"] = row["model"]
    return {
        "schema_version": VERSION,
        "session_id": row["task"],
        "trajectory_id": row["id"],
        "agent": agent,
        "steps": steps,
        "final_metrics": {"total_steps": len(steps)},
        "extra": provenance(row),
    }


def _steps(messages: list[Message], *, planned: bool) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for message in messages:
        if message["role"] == "tool":
            result = {"source_call_id": message["tool_call_id"], "content": message["content"]}
            if message.get(ERROR):
                result["extra"] = {ERROR: True}
            steps[-1].setdefault("observation", {"results": []})["results"].append(result)
            continue
        source = "agent" if message["role"] == "assistant" else message["role"]
        step: dict[str, Any] = {"step_id": len(steps) + 1, "source": source, "message": message["content"]}
        if source == "agent":
            step |= _of_agent(message, planned=planned)
        steps.append(step)
    return steps


def _of_agent(message: Message, *, planned: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"llm_call_count": 0 if planned else 1}
    if message.get("reasoning_content"):
        found["reasoning_content"] = message["reasoning_content"]
    if message.get("tool_calls"):
        found["tool_calls"] = [
            {"tool_call_id": call["id"], "function_name": name, "arguments": arguments}
            for call, (name, arguments, _) in zip(message["tool_calls"], calls_in([message]), strict=True)
        ]
    if message.get("weight") == 0:
        found["extra"] = {"weight": 0}
    return found


ATIF = Format(
    name="atif",
    columns={
        "schema_version": "string",
        "session_id": "string",
        "trajectory_id": "string",
        "agent": "json",
        "steps": "jsons",
        "final_metrics": "json",
        "extra": "json",
    },
    project=atif_row,
    masks=True,
)
