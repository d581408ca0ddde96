"""One rollout with its conversation, wherever it comes from, and the canonical row that it becomes."""

from dataclasses import dataclass
from typing import Any

from skillweave import __version__
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.splits import SplitRow
from skillweave.tasks.trajectory import Message, Trajectory, task_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One rollout with its conversation."""

    task: TaskSpec
    agent: str
    model: str
    simulated: bool
    style: str
    attempt: int
    success: bool | None
    """None where it was not scored"""
    error: str | None
    limit: str | None
    messages: list[Message]
    tools: list[dict[str, Any]]
    calls: int
    tool_errors: int

    @property
    def id(self) -> str:
        """Name of the rollout within an export."""
        by = "-".join(part for part in (self.agent, self.model, self.style) if part and part != "rollout")
        plain = "".join(c if c.isalnum() or c in "._-" else "-" for c in by)
        return f"{self.task.id}.{plain}.{self.attempt}"


def row_of(played: Played, row: SplitRow | None, *, tokens: int, held_out: list[str]) -> Trajectory:
    """Return the canonical row of a rollout; ``row`` is what the splits say of its task."""
    return Trajectory(
        id=played.id,
        messages=played.messages,
        tools=played.tools,
        **task_facts(played.task),
        novelty=None if row is None else row.novelty,
        split=None if row is None else row.split,
        family=played.task.combination if row is None else row.family,
        agent=played.agent,
        model=played.model,
        simulated=played.simulated,
        style=played.style,
        attempt=played.attempt,
        success=bool(played.success),
        calls=played.calls,
        tool_errors=played.tool_errors,
        tokens=tokens,
        held_out=held_out,
        version=__version__,
    )
