"""Suites that others wrote, and their tasks: what a suite knows of each, and the TaskSpec that follows from it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from skillweave.tasks.spec import CANARY, Expectation, Origin, Plan, Selection, TaskSpec
from skillweave.tasks.suite import (
    JSON,
    NO_VOICES,
    Reference,
    Session,
    SkillCard,
    ToolCall,
    ToolSchema,
    Verdict,
    Voices,
)
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

NOP = "nop"
"""label of a task that is passed by doing nothing"""
JUDGE = "judge"
"""label of a task whose verdict needs a model"""
UNPROVEN = "unproven"
"""label of a task that nobody has solved yet: it brings no reference"""
UNREACHABLE = "unreachable"
"""label of a task whose own solution calls a tool before the agent has it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A task as its authors' suite knows it."""

    id: str
    """the authors' own"""
    instruction: str
    """what the user says first, or wants: for people who read the log, and no more than that"""
    sequence: tuple[str, ...]
    """the skills in the order in which the reference carries them out, as often as it does"""
    tools: tuple[str, ...]
    """tools that the reference calls"""
    offered: tuple[str, ...]
    """tools that the authors offer with the task"""
    origin: Origin
    """its edges are filled in from the sequence"""
    writes: int = 0
    """calls of the reference that write, where that is known"""


class ForeignSuite(ABC):
    """A tool suite with tasks of its own; what most of them have in common stands here."""

    name: str
    version: str
    roles: Mapping[str, bool] = MappingProxyType({})
    submission = "text"
    rules: str | None = ""
    """no words of ours: the authors' own instructions, if there are any, stand in the briefing"""

    @abstractmethod
    def tasks(self) -> Iterable[Foreign]:
        """Yield the tasks in the authors' order."""

    def attacks(self) -> Sequence[str]:
        """Return the attacks that can be planted in its worlds, by name."""
        return ()

    def attacked(self, attack: str, model: str | None = None) -> Iterable[Foreign]:
        """Yield the tasks with an attack planted, that may address a model by name.

        Raises `UserError` for an attack that the suite does not have.
        """
        raise UserError(f"suite {self.name!r} has no attacks", hint="leave out --attack")

    @abstractmethod
    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return every tool by name."""

    @abstractmethod
    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tools that each skill is carried out with, by skill id."""

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return none: there is nothing to read."""
        return ()

    def briefing(self, task: TaskSpec) -> str:
        """Return what the agent is told before the first turn."""
        return ""

    def turns(self, task: TaskSpec) -> int:
        """Return how many turns the user takes, at most."""
        return 1 if task.origin is None else task.origin.turns

    @abstractmethod
    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> Session:
        """Return a fresh world for one rollout."""

    @abstractmethod
    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the authors' own solution; a broken skill is left out."""

    @abstractmethod
    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the authors' verdict."""

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return the skills of each task: what occurs together."""
        return [task.sequence for task in self.tasks()]


def spec_of(suite: ForeignSuite, task: Foreign, number: int, taxonomy: Taxonomy | None) -> TaskSpec:
    """Return a task as a TaskSpec; ``number`` counts the suite's tasks, and stands in for the seed of a world.

    What the authors offer is offered whatever a run says; without a taxonomy the span is unknown.
    """
    skills = tuple(sorted(set(task.sequence)))
    edges = tuple(sorted({pair for pair in pairwise(task.sequence) if pair[0] != pair[1]}))
    return TaskSpec(
        suite=suite.name,
        suite_version=suite.version,
        id=task.id,
        skills=skills,
        k=len(skills),
        span=None if taxonomy is None or len(skills) < 2 else taxonomy.span(skills),
        world_seed=number,
        instruction=task.instruction,
        wording="own",
        plan=Plan(steps=(), answer=None),
        expectation=Expectation(changes=(), answer=None),
        tools=tuple(sorted(set(task.tools))),
        origin=task.origin.model_copy(update={"edges": edges}),
        distractors=tuple(sorted(set(task.offered) - set(task.tools))),
        calls=len(task.sequence),
        writes=task.writes,
        selection=Selection(
            strategy="own",
            information=0.0 if taxonomy is None else taxonomy.information(skills),
            branches=0 if taxonomy is None else len({taxonomy.branch(skill) for skill in skills}),
            log_probability=None,
            budgeted=False,
        ),
        provenance=Provenance(inputs={} if taxonomy is None else {"taxonomy": taxonomy.sha256}),
        canary=CANARY,
    )


async def passes_idle(suite: ForeignSuite, task: TaskSpec) -> bool:
    """Return whether an agent passes that does nothing: it makes no call, and says nothing but 'done'."""
    session = suite.open(task)
    calls: list[list[ToolCall]] = []
    try:
        turn = await session.turn(None)
        while turn is not None and len(calls) < suite.turns(task):
            calls.append([])
            turn = await session.turn("done")
        snapshot = session.snapshot()
    finally:
        session.close()
    verdict = await suite.judge(task, snapshot, calls, "done")
    return verdict.success and verdict.unscored is None


def labelled(task: TaskSpec, label: str) -> TaskSpec:
    """Return a task with one more label; raises ValueError for a task that was synthesised."""
    if task.origin is None:
        raise ValueError(f"task {task.id!r} was synthesised")
    labels = tuple(sorted({*task.origin.labels, label}))
    return task.model_copy(update={"origin": task.origin.model_copy(update={"labels": labels})})
