"""The unit of work of a synthesis: combinations tried in one world. A job has the same outcome in any process."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillweave.tasks.build import TRIES, Rejected, attempts, tasks_of
from skillweave.tasks.directory import directory
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.spec import Plan, Selection, TaskSpec
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance, canonical_json, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A combination that is to become a task."""

    skills: tuple[str, ...]
    span: int | None
    selection: Selection
    room: int = 1
    """tasks that it may become: two where a matched pair is wanted"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Combinations of one size and span, to be tried in one world."""

    world_seed: int
    wishes: tuple[Wish, ...]

    def digest(self) -> str:
        """Return what tells this job from others."""
        return digest([self.world_seed, [[w.skills, w.room] for w in self.wishes]])[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the report on a synthesis counts of one task."""

    id: str
    writes: bool
    answers: bool
    chain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What came of one wish."""

    tries: int
    reasons: Mapping[str, int]
    """tries that were rejected, by reason"""
    tasks: tuple[Facts, ...]
    """one, or the two of a matched pair; none where no try was accepted"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a job: a grant for each wish, and the tasks as lines of a tasks.jsonl."""

    grants: tuple[Grant, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """All that jobs need to be carried out."""

    suite: WorldSuite
    provenance: Provenance

    def carry_out(self, job: Job) -> Outcome:
        """Return the outcome of a job."""
        template = rehearsal(self.suite.make_world(job.world_seed))
        grants, lines, seen = [], list[str](), set[str]()
        for wish in job.wishes:
            reasons: Counter[str] = Counter()
            tasks: tuple[TaskSpec, ...] = ()
            tries = 0
            for candidate in attempts(self.suite, template, wish.skills, range(TRIES), pair=wish.room > 1):
                tries += 1
                if isinstance(candidate, Rejected):
                    reasons[candidate.reason] += 1
                    continue
                made = tasks_of(candidate, wish.span, wish.selection, self.provenance)
                if seen.intersection(task.id for task in made):
                    reasons["new: the same plan with the same bindings is there already"] += 1
                    continue
                seen.update(task.id for task in made)
                tasks = made
                break
            lines += [canonical_json(task.to_json()) for task in tasks]
            grants.append(Grant(tries=tries, reasons=dict(reasons), tasks=tuple(map(facts_of, tasks))))
        directory.cache_clear()  # it would keep the worlds of finished jobs alive
        return Outcome(grants=tuple(grants), lines=tuple(lines))


def facts_of(task: TaskSpec) -> Facts:
    """Return what the report counts of a task."""
    return Facts(
        id=task.id, writes=task.writes > 0, answers=task.expectation.answer is not None, chain=is_chain(task.plan)
    )


def is_chain(plan: Plan) -> bool:
    """Return whether each step of a plan feeds one other step at most, and is fed by one at most."""
    edges = set(plan.edges())
    fed, feeding = Counter(b for _, b in edges), Counter(a for a, _ in edges)
    return all(count == 1 for count in (*fed.values(), *feeding.values()))


def outcome_to_json(outcome: Outcome) -> list[Any]:
    """Return the grants of an outcome as plain JSON, without the lines."""
    return [[g.tries, dict(g.reasons), [[t.id, t.writes, t.answers, t.chain] for t in g.tasks]] for g in outcome.grants]


def outcome_of_json(value: list[Any]) -> Outcome:
    """Return an outcome whose lines are written already."""
    grants = tuple(
        Grant(
            tries=tries,
            reasons=reasons,
            tasks=tuple(Facts(id=t[0], writes=t[1], answers=t[2], chain=t[3]) for t in tasks),
        )
        for tries, reasons, tasks in value
    )
    return Outcome(grants=grants, lines=())
