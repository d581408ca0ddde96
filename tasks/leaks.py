"""The guard of training data: does a row touch what a split holds out?

Three things are looked at, since texts can be reworded and names changed: what the row says of itself (task, skills),
its canonical plan, and which skills its tool calls amount to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from skillweave.tasks.recognise import SkillsOf
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.splits import HELD_OUT, Splits
from skillweave.taxonomy.artifacts import digest

Evidence = Literal["combination", "task", "plan", "world", "instruction", "calls"]
READ_SKILL = "read_skill"
ENUMERATED = 12
"""largest combination whose subsets are looked up one by one"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is known of one row."""

    id: str
    task: str | None = None
    skills: tuple[str, ...] = ()
    plan: Mapping[str, Any] | None = None
    """the canonical plan"""
    world_seed: int | None = None
    tools: frozenset[str] = frozenset()
    """tools called without being refused"""
    read: frozenset[str] = frozenset()
    """names under which skills were read"""
    planned: frozenset[str] | None = None
    """tools that the row's own plan calls; None where that is not known"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One way in which a row touches the held-out split."""

    row: str
    evidence: Evidence
    sentence: str

    def to_json(self) -> dict[str, str]:
        """Return the leak as plain JSON."""
        return {"row": self.row, "evidence": self.evidence, "reason": self.sentence}


class Guard:
    """What a split holds out, ready for many rows."""

    def __init__(self, splits: Splits, *, tasks: Iterable[TaskSpec] = (), skills_of: SkillsOf | None = None) -> None:
        """``tasks`` adds the plans and worlds of evaluated tasks; without ``skills_of`` calls are not recognised."""
        self._skills_of = skills_of
        self.held: dict[frozenset[str], str] = {}
        self.evaluated: dict[str, str] = {}
        """task -> split, for all that is not for training"""
        for task, row in splits.rows.items():
            skills = frozenset(splits.skills(task))
            if row.split in HELD_OUT and len(skills) >= 2:
                self.held[skills] = str(row.split)
            if row.split not in (None, "train"):
                self.evaluated[task] = str(row.split)
        self._plans: dict[str, str] = {}
        self._worlds: dict[tuple[str, int], str] = {}
        for known in tasks:
            if known.id in self.evaluated:
                self._plans[digest([known.world_seed, known.plan.canonical()])] = known.id
                self._worlds[known.suite, known.world_seed] = known.id

    def leaks(self, claim: Claim, suite: str = "") -> list[Leak]:
        """Return every way in which a row touches evaluated work; empty for one that may be trained on."""
        found: list[tuple[Evidence, str]] = []
        if claim.task in self.evaluated:
            found.append(("task", f"task {claim.task!r} is in split {self.evaluated[claim.task]!r}"))
        found += self._named("combination", claim.skills, "the combination")
        if claim.plan is not None:
            steps = tuple(sorted({str(step[0]) for step in claim.plan.get("steps", ())}))
            if steps != tuple(sorted(set(claim.skills))):
                found += self._named("plan", steps, "the plan")
            twin = self._plans.get(digest([claim.world_seed, claim.plan]))
            if twin is not None and twin != claim.task:
                found.append(("plan", f"the plan is that of task {twin!r} in split {self.evaluated[twin]!r}"))
        if claim.world_seed is not None and (suite, claim.world_seed) in self._worlds and not found:
            neighbour = self._worlds[suite, claim.world_seed]
            found.append(
                ("world", f"world {claim.world_seed} is that of task {neighbour!r} in {self.evaluated[neighbour]!r}")
            )
        if not found:
            found += self._recognised(claim)
        return [Leak(row=claim.id, evidence=evidence, sentence=sentence) for evidence, sentence in found]

    def _named(self, evidence: Evidence, skills: Sequence[str], what: str) -> list[tuple[Evidence, str]]:
        own = frozenset(skills)
        hits = self._within(own)
        return [(evidence, f"{what} {_touches(own, hit)}, held out in {self.held[hit]!r}") for hit in hits[:1]]

    def _within(self, skills: frozenset[str]) -> list[frozenset[str]]:
        """Return the held-out combinations inside a set of skills, larger ones first."""
        if len(skills) < 2:
            return []
        if len(skills) > ENUMERATED:
            found = [held for held in self.held if held <= skills]
        else:
            sizes = range(len(skills), 1, -1)
            found = [s for k in sizes for c in combinations(sorted(skills), k) if (s := frozenset(c)) in self.held]
        return sorted(found, key=lambda held: (-len(held), sorted(held)))

    def _recognised(self, claim: Claim) -> list[tuple[Evidence, str]]:
        """Return the held-out combination that the calls amount to beyond the row's own plan, if any.

        Many skills need the same few tools, so the calls of a plan that may be trained on suffice for others too. Those
        are no sign of practice: only a combination with a skill that the plan's own calls do not suffice for counts.
        """
        if self._skills_of is None or not claim.tools:
            return []
        made = self._skills_of(claim.tools, claim.read)
        own = frozenset(claim.skills)
        if claim.planned is not None:
            own |= self._skills_of(claim.planned, own)
        hits = [held for held in self._within(made) if not held <= own]
        return [
            ("calls", f"the calls amount to {'|'.join(sorted(hit))}, held out in {self.held[hit]!r}")
            for hit in hits[:1]
        ]


def _touches(own: frozenset[str], hit: frozenset[str]) -> str:
    name = "|".join(sorted(hit))
    return f"is {name}" if own == hit else f"contains {name}"


def claim_of(
    row: str,
    task: TaskSpec,
    calls: Iterable[tuple[str, Mapping[str, Any], bool]],
) -> Claim:
    """Return what is known of a rollout of a task with these calls (tool, arguments, refused).

    A task may have renamed tools: a new name is no other skill.
    """
    old = {rename.name: tool for tool, rename in task.renames.items()}
    tools, read = made_by((old.get(tool, tool), arguments, refused) for tool, arguments, refused in calls)
    return Claim(
        id=row,
        task=task.id,
        skills=task.skills,
        plan=task.plan.canonical(),
        world_seed=task.world_seed,
        tools=tools,
        read=read,
        planned=frozenset(task.tools),
    )


def made_by(calls: Iterable[tuple[str, Mapping[str, Any], bool]]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the tools called without being refused, and the names under which skills were read."""
    done = [(tool, arguments) for tool, arguments, refused in calls if not refused]
    return (
        frozenset(tool for tool, _ in done),
        frozenset(str(arguments.get("name")) for tool, arguments in done if tool == READ_SKILL),
    )
