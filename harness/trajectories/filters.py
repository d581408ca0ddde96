"""Which rollouts become training data; what is left out is counted by reason."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from skillweave.harness.trajectories.played import Played
from skillweave.harness.trajectories.secrets import secrets_in
from skillweave.tasks.trajectory import ERROR, Message, call_signature
from skillweave.taxonomy.artifacts import canonical_json

Only = Literal["success", "all"]
ToolErrors = Literal["keep", "drop", "mask"]

BYTES_A_TOKEN = 3.0
"""of JSON and English under common tokenizers; on the long side, so that a limit holds"""

CountTokens = Callable[[list[Message], list[dict[str, Any]]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is kept."""

    only: Only = "success"
    tool_errors: ToolErrors = "keep"
    max_tokens: int | None = None
    split: str | None = None
    """only tasks of this split"""


@dataclass(slots=True, kw_only=True)
class Sieve:
    """Lets rollouts through that meet the rules, and counts the others by reason."""

    rules: Rules
    count_tokens: CountTokens
    seen: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    _signatures: set[str] = field(default_factory=set)

    def keeps(self, played: Played, split: str | None) -> int | None:
        """Return the length of a rollout in tokens, None where it is dropped."""
        self.seen += 1
        reason, tokens = self._reason(played, split)
        if reason is not None:
            self.dropped[reason] += 1
            return None
        return tokens

    def drop(self, reason: str) -> None:
        """Count a rollout that was seen and is dropped for another reason."""
        self.dropped[reason] += 1

    def _reason(self, played: Played, split: str | None) -> tuple[str | None, int]:
        rules = self.rules
        if rules.split is not None and split != rules.split:
            return f"not in split {rules.split!r}", 0
        if played.error is not None or played.success is None:
            return "infrastructure error: not scored", 0
        if played.limit is not None:
            return "ended by a limit", 0
        if rules.only == "success" and not played.success:
            return "failed", 0
        if not any(m["role"] == "assistant" for m in played.messages):
            return "nothing that an assistant said", 0
        if rules.tool_errors == "drop" and played.tool_errors:
            return "a tool call was refused", 0
        try:
            signature = call_signature(played.messages, [played.task.suite, played.task.world_seed])
            tokens = self.count_tokens(played.messages, played.tools)
        except ValueError:  # NaN among the arguments, or half a character in a text
            return "holds what JSON or UTF-8 cannot", 0
        if signature in self._signatures:
            return "duplicate: the same calls in the same world", 0
        if rules.max_tokens is not None and tokens > rules.max_tokens:
            return f"longer than {rules.max_tokens} tokens", 0
        secrets = secrets_in(played.messages)
        if secrets:
            return f"secret: {', '.join(secrets)}", 0
        self._signatures.add(signature)
        return None, tokens


def estimated_tokens(messages: list[Message], tools: list[dict[str, Any]]) -> int:
    """Return an estimate of the length in tokens: UTF-8 bytes of all text by `BYTES_A_TOKEN`."""
    return round(len(canonical_json([messages, tools]).encode()) / BYTES_A_TOKEN)


def mask_errors(messages: list[Message]) -> list[Message]:
    """Return the messages with weight 0 on what the assistant said where a call of it was refused."""
    refused = {m["tool_call_id"] for m in messages if m["role"] == "tool" and m.get(ERROR)}
    return [
        {**m, "weight": 0} if any(call["id"] in refused for call in m.get("tool_calls") or ()) else m for m in messages
    ]
