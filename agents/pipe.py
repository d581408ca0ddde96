"""Messages of a graph as lines of JSON: what passes between an isolated agent and its keeper. No pickle, no code."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import BaseMessage, message_to_dict, messages_from_dict

from skillweave.agents.branches import Branch
from skillweave.tasks.suite import SkillCard, ToolSchema

LONGEST = 16_000_000
"""bytes of a line; a longer one ends the agent"""


def packed(value: Mapping[str, Any]) -> bytes:
    """Return a value as one line; what is no JSON is written as text."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n"


def unpacked(line: bytes) -> dict[str, Any]:
    """Return the object of a line; raises ValueError for what is none."""
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError(f"a line holds {type(found).__name__}, not an object")
    return found


def plain_messages(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Return messages as plain values."""
    return [message_to_dict(message) for message in messages]


def read_messages(found: Any) -> list[BaseMessage]:
    """Return the messages of plain values; raises ValueError for what is none."""
    if not isinstance(found, list):
        raise ValueError(f"messages are a list, got {type(found).__name__}")
    try:
        return list(messages_from_dict(found))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no message: {error!r}") from None


def read_schema(found: Mapping[str, Any]) -> ToolSchema:
    """Return a tool's schema."""
    return ToolSchema(name=found["name"], description=found["description"], parameters=found["parameters"])


def read_card(found: Mapping[str, Any]) -> SkillCard:
    """Return a skill as it is listed."""
    return SkillCard(name=found["name"], description=found["description"])


def read_branch(found: Mapping[str, Any] | None) -> Branch | None:
    """Return a branch of the taxonomy with all that is below it."""
    if found is None:
        return None
    children = tuple(branch for child in found["children"] if (branch := read_branch(child)) is not None)
    return Branch(name=found["name"], tools=tuple(found["tools"]), children=children)
