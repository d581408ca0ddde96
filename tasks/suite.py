"""The protocol between the harness and any tool suite, ours or one that others wrote."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from skillweave.tasks.spec import TaskSpec

JSON = Any

Ask = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""A model that is not the agent's: takes ``messages`` (and ``tools``) as a request for a chat completion of OpenAI's
has them, and gives the message with which it replies: ``content``, ``tool_calls`` (``id``, ``name``, ``arguments``)."""
Voices = Mapping[str, Ask]
"""by role, such as ``user`` or ``judge``: the models that a run gives to a suite"""
NO_VOICES: Voices = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSchema:
    """A tool as the agent sees it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON schema of the arguments"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillCard:
    """A skill that the agent may read, as it is listed: name and description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One tool call: of a rollout, or of the reference."""

    tool: str
    arguments: Mapping[str, Any]
    error: str | None = None
    """the refusal that came back, None where the call went well"""
    step: str | None = None
    """for reference calls: the plan's step that makes it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the user says."""

    text: str
    tools: tuple[str, ...] = ()
    """tools that the agent has from this turn on, beside those that it had"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How the plan is carried out: calls per user turn, and the answer to the last ('' where none is asked for)."""

    turns: tuple[tuple[ToolCall, ...], ...]
    answer: str
    says: tuple[str, ...] = ()
    """what ends the turns before the last, where that is more than that the work is done"""

    def reply(self, number: int) -> str:
        """Return what ends a turn, counted from 0; '' for no more than that the work is done."""
        if number == len(self.turns) - 1:
            return self.answer
        return self.says[number] if number < len(self.says) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of one rollout."""

    success: bool
    mismatches: tuple[str, ...]
    """sentences that say what differs from the expectation; empty on success"""
    skills: Mapping[str, bool]
    """for each skill of the combination: was it achieved"""
    first_broken: str | None
    """first skill in the plan's order that was not achieved"""
    unscored: str | None = None
    """why there is no verdict: then the rollout counts neither as a success nor as a failure"""
    measures: Mapping[str, float] = field(default_factory=dict)
    """what else was found, such as ``security``: by name, 1 where it holds"""


class Session(Protocol):
    """One rollout's live world, and the user who speaks there. Never shared between rollouts."""

    async def turn(self, said: str | None) -> Turn | None:
        """Return the user's next turn, None where the user has nothing more to say.

        ``said`` is what the agent ended its turn with ('' where it was nothing), None before the first turn.
        """

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Run a tool; raises `skillweave.tasks.tools.ToolError` where it refuses."""

    def snapshot(self) -> JSON:
        """Return all that the verdict needs of the world, as JSON."""

    def close(self) -> None:
        """Free what the world holds."""


class ToolSuite(Protocol):
    """Tools, skills and the world that they act on."""

    @property
    def name(self) -> str:
        """Name under which tasks refer to the suite."""

    @property
    def version(self) -> str:
        """Scores of different versions are not comparable."""

    @property
    def roles(self) -> Mapping[str, bool]:
        """Models beside the agent's that the suite makes use of, by role: whether a run must name them."""

    @property
    def submission(self) -> str:
        """How an agent hands over what it has to say where the run does not name a way: ``tool`` or ``text``."""

    @property
    def rules(self) -> str | None:
        """How to work, in the words of the suite's authors; None for ours."""

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return every tool by name."""

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tools that each skill is carried out with, by skill id."""

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return the skills that an agent may read in this task."""

    def briefing(self, task: TaskSpec) -> str:
        """Return what the agent is told of the world before the first turn (who it works for, today's date)."""

    def turns(self, task: TaskSpec) -> int:
        """Return how many turns the user takes, at most."""

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> Session:
        """Return a fresh world for one rollout."""

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the calls and answer of the plan.

        With ``broken``, a skill of the combination, the plan is played with that skill failing in a realistic way
        (wrong result handed on, left-out step) such that the verdict is a failure.
        """

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the verdict on a finished rollout from its snapshot, calls per turn and submitted answer."""

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return the suite's own corpus: the skills of each workflow."""


async def first_turn(suite: ToolSuite, task: TaskSpec) -> str:
    """Return what the user says first; raises ValueError for a user who says nothing."""
    session = suite.open(task)
    try:
        turn = await session.turn(None)
    finally:
        session.close()
    if turn is None:
        raise ValueError(f"the user of task {task.id!r} says nothing")
    return turn.text
