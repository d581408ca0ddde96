"""The unit of work of a synthesis: combinations tried in one world. A job has the same outcome in any process."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from skillweave.tasks.answers import Answer
from skillweave.tasks.build import TRIES, Rejected, attempts, task_of, tasks_of
from skillweave.tasks.directory import directory
from skillweave.tasks.family import Family, family
from skillweave.tasks.guess import foreseen, most_common
from skillweave.tasks.rehearsal import Rehearsal, rehearsal
from skillweave.tasks.spec import Plan, Selection, TaskSpec
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance, canonical_json, digest
from skillweave.taxonomy.tree import Taxonomy

NOT_NEW = "new: the same plan with the same bindings is there already"
USED = "not free: the answer is right in other tasks already"
KEPT = 2
"""worlds that are kept"""
ALIKE = 2
"""rejections for one reason in a row after which a combination is given up: more tries cost more than other draws"""
INCOMPLETE = "family: an atom of it cannot stand alone"
"""why a try was given up after which another one gave a whole family, or the first task was kept without one"""


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
    answers: tuple[Answer, ...]
    """what they ask for"""
    members: Mapping[str, int]
    """members of its family, by role; empty where no family was asked for or an atom is missing"""
    beside: tuple[Answer, ...]
    """what those ask for, k = 0 tasks left out"""
    missing: Mapping[str, int]
    """members that could not be made, as ``role: reason``, in all tries"""

    def turned_down(self) -> "Grant":
        """Return the grant as one that gave no task, since its answers are used up."""
        reasons = Counter(self.reasons)
        reasons[USED] += 1
        return replace(self, reasons=dict(reasons), tasks=(), answers=(), members={}, beside=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a job: a grant for each wish, and its tasks as lines of a tasks.jsonl."""

    grants: tuple[Grant, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """All that jobs need to be carried out."""

    suite: WorldSuite
    taxonomy: Taxonomy
    provenance: Provenance
    families: bool = False
    worlds: dict[int, Rehearsal] = field(default_factory=dict)
    """the last ones: a job may go on in the world of another"""

    def carry_out(self, job: Job) -> Outcome:
        """Return the outcome of a job."""
        template = self._world(job.world_seed)
        grants: list[Grant] = []
        lines: list[tuple[str, ...]] = []
        seen: set[str] = set()
        for wish in job.wishes:
            grant, tasks = self._try(wish, template, seen)
            grants.append(grant)
            lines.append(tuple(canonical_json(task.to_json()) for task in tasks))
        return Outcome(grants=tuple(grants), lines=tuple(lines))

    def _world(self, seed: int) -> Rehearsal:
        if seed not in self.worlds:
            if len(self.worlds) == KEPT:
                self.worlds.pop(next(iter(self.worlds))).memory.close()
                directory.cache_clear()  # they would keep the world alive
                most_common.cache_clear()
                foreseen.cache_clear()
            self.worlds[seed] = rehearsal(self.suite.make_world(seed))
        return self.worlds[seed]

    def _try(self, wish: Wish, template: Rehearsal, seen: set[str]) -> tuple[Grant, list[TaskSpec]]:
        """Try bindings of a combination until one gives a new task, and a whole family where one is asked for.

        Where no binding gives a whole family the first task stands alone: leaving it out would favour combinations
        whose parts can stand alone. Plans with families have no conditions: a step alone would not be the same work.
        """
        reasons: Counter[str] = Counter()
        missing: Counter[str] = Counter()
        members: Counter[str] = Counter()
        tasks: list[TaskSpec] = []
        wanted = self.families and len(wish.skills) > 1
        tries, made, alike, last = 0, 0, 0, ""
        for candidate in attempts(self.suite, template, wish.skills, range(TRIES), pair=wish.room > 1 and not wanted):
            tries += 1
            if isinstance(candidate, Rejected):
                reasons[candidate.reason] += 1
                alike = alike + 1 if candidate.reason == last else 1
                last = candidate.reason
                if alike == ALIKE and not tasks:
                    break
                continue
            own = list(tasks_of(candidate, wish.span, wish.selection, self.provenance))
            if seen.intersection(task.id for task in own):
                reasons[NOT_NEW] += 1
                continue
            found = family(candidate) if wanted else None
            if found is not None:
                missing.update({f"{role}: {why}": n for (role, why), n in found.missing.items()})
                reasons[INCOMPLETE] += bool(tasks)
            if found is None or found.complete or not tasks:
                tasks, made = own, len(own)
            if found is not None and found.complete:
                whole = own[0].model_copy(update={"family": own[0].id})
                tasks = [whole, *self._members(found, whole)]
                members.update(m.role for m in found.members)
            if found is None or found.complete:
                break
        seen.update(t.id for t in tasks)
        grant = Grant(
            tries=tries,
            reasons=dict(+reasons),
            tasks=tuple(map(facts_of, tasks[:made])),
            answers=answers_of(tasks[:made]),
            members=dict(members),
            beside=answers_of(tasks[made:]),
            missing=dict(missing),
        )
        return grant, tasks

    def _members(self, found: Family, whole: TaskSpec) -> Iterator[TaskSpec]:
        for member in found.members:
            skills = () if member.role == "base" else tuple(s.skill for s in member.candidate.plan.steps)
            selection = Selection(
                strategy="family",
                information=self.taxonomy.information(skills) if skills else 0.0,
                branches=len({self.taxonomy.branch(s) for s in skills}),
                log_probability=None,
                budgeted=True,
            )
            span = self.taxonomy.span(skills) if len(skills) > 1 else None
            yield task_of(member.candidate, span, selection, self.provenance, role=member.role, family=whole.id)


def facts_of(task: TaskSpec) -> Facts:
    """Return what the report counts of a task."""
    return Facts(
        id=task.id, writes=task.writes > 0, answers=task.expectation.answer is not None, chain=is_chain(task.plan)
    )


def answers_of(tasks: Iterable[TaskSpec]) -> tuple[Answer, ...]:
    """Return what tasks ask for, k = 0 tasks left out: they are given it."""
    facts = [task.expectation.answer for task in tasks if task.role != "base"]
    return tuple((fact.type, fact.text) for fact in facts if fact is not None)


def is_chain(plan: Plan) -> bool:
    """Return whether each step of a plan feeds one other step at most, and is fed by one at most."""
    edges = set(plan.edges())
    fed, feeding = Counter(b for _, b in edges), Counter(a for a, _ in edges)
    return all(count == 1 for count in (*fed.values(), *feeding.values()))


def outcome_to_json(outcome: Outcome) -> list[Any]:
    """Return the grants of an outcome as plain JSON, without the lines."""
    return [asdict(grant) for grant in outcome.grants]


def outcome_of_json(value: list[Any]) -> Outcome:
    """Return an outcome whose lines are written already."""
    grants = tuple(
        Grant(
            **{
                **grant,
                "tasks": tuple(Facts(**t) for t in grant["tasks"]),
                "answers": tuple(map(tuple, grant["answers"])),
                "beside": tuple(map(tuple, grant["beside"])),
            }
        )
        for grant in value
    )
    return Outcome(grants=grants, lines=((),) * len(grants))
