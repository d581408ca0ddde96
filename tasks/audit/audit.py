"""Audit a task set: play what must pass and what must fail on every task, and count."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.audit.mutants import MUTANTS
from skillweave.tasks.audit.play import Bench
from skillweave.tasks.audit.report import AuditReport, Finding, Group, Tally, report_of
from skillweave.tasks.audit.trivial import naive_passes, play_trivial
from skillweave.tasks.audit.variants import VARIANTS
from skillweave.tasks.guess import guesses, lucky_guess
from skillweave.tasks.pool import workers as pool_of
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.tools import ToolError
from skillweave.tasks.trivial import AGENTS
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError

PER_KIND = 3
"""outcomes of one kind that are judged on one task, at most; drawn where there are more"""
NAIVE = "naive_rules"
IDLE = ("nop", "refuse_all")
"""the trivial agents that a k = 0 task, whose answer stands in the instruction by design, must still fail"""
LUCKY = ("dump_everything", "random_calls")
"""the trivial agents that may pass an atom or a pair of a family: those are counted apart"""
MEMBERS = ("atom", "pair")
KINDS: Mapping[Group, Sequence[str]] = {
    "trivial": (*AGENTS, NAIVE),
    "mutants": tuple(MUTANTS),
    "variants": tuple(VARIANTS),
}
Progress = Callable[[int, int], None]
"""(tasks done, tasks in all)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Tasks that share a world, and what is the same for all jobs."""

    suite: str
    tasks: tuple[TaskSpec, ...]
    seed: int
    answers: Mapping[str, Counter[str]] = field(default_factory=dict)
    """value type -> answers of the tasks of all other worlds"""


def audit_tasks(
    tasks: Sequence[TaskSpec],
    *,
    seed: int = 0,
    workers: int = 1,
    inputs: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total: None,
) -> AuditReport:
    """Return the audit of tasks of one suite; the number of worker processes makes no difference to it.

    Raises `UserError` for a suite that has no worlds to play in, or tasks of another version of it.
    """
    name = tasks[0].suite
    suite = world_tasks(tasks)
    answers = _answers(tasks)
    ordered = sorted(tasks, key=lambda t: (t.world_seed, t.id))
    jobs = []
    for _, group in groupby(ordered, key=lambda t: t.world_seed):
        own = tuple(group)
        # Tasks of one family, pair or plan share a world; what they have in common tells nobody anything beforehand.
        others = {kind: found - _answers(own).get(kind, Counter()) for kind, found in answers.items()}
        jobs.append(Job(suite=name, tasks=own, seed=seed, answers=others))
    total = Tally()
    for done in _carried_out(jobs, workers):
        total += done
        progress(total.tasks, len(tasks))
    return report_of(
        total,
        suite=name,
        version=suite.version,
        kinds=KINDS,
        provenance=Provenance(seed=seed, inputs=dict(inputs or {})),
    )


def _answers(tasks: Iterable[TaskSpec]) -> dict[str, Counter[str]]:
    """Return how often each answer of a value type is right."""
    found: dict[str, Counter[str]] = {}
    for task in tasks:
        if task.expectation.answer is not None and task.role != "base":
            found.setdefault(task.expectation.answer.type, Counter())[task.expectation.answer.text] += 1
    return found


def world_tasks(tasks: Sequence[TaskSpec]) -> AppSuite:
    """Return the suite of tasks; raises `UserError` where they cannot be audited."""
    names = sorted({t.suite for t in tasks})
    if len(names) > 1:
        raise UserError(f"the tasks are of several suites: {', '.join(names)}", hint="audit each by itself")
    suite = load_suite(names[0])
    if not isinstance(suite, AppSuite):
        raise UserError(f"suite {names[0]!r} brings its own tasks and checker: there is nothing of ours to audit")
    other = next((t for t in tasks if t.suite_version != suite.version), None)
    if other is not None:
        raise UserError(
            f"task {other.id!r} is of {suite.name} {other.suite_version!r}, this is {suite.name} {suite.version!r}",
            hint="make the tasks again with skillweave synth",
        )
    return suite


def _carried_out(jobs: Sequence[Job], workers: int) -> Iterator[Tally]:
    """Yield the tally of each job, in their order, however many processes work on them."""
    if workers < 2 or len(jobs) < 2:
        yield from map(audit_job, jobs)
        return
    with pool_of(min(workers, len(jobs))) as pool:
        yield from pool.map(audit_job, jobs)


def audit_job(job: Job) -> Tally:
    """Return the tally of the tasks of a job."""
    suite = load_suite(job.suite)
    assert isinstance(suite, AppSuite)
    total = Tally()
    for task in job.tasks:
        # A variant of a task in other words has the same plan and is no other side of its condition.
        mates = (t for t in job.tasks if task.pair is not None and t.pair == task.pair and t.plan != task.plan)
        mate = next((Bench(suite, t, job.seed) for t in mates), None)
        total += audit_task(Bench(suite, task, job.seed, mate), job.answers)
    return total


def audit_task(bench: Bench, answers: Mapping[str, Counter[str]]) -> Tally:
    """Return the tally of one task; where its own plan does not pass, nothing else is to be learned from it."""
    tally = Tally(tasks=1)
    if not _oracle(bench, tally):
        return tally
    _trivial(bench, tally)
    for kind, mutants in MUTANTS.items():
        for what, outcome in bench.some(kind, list(mutants(bench)), PER_KIND):
            if bench.same_effect(outcome):
                tally.equivalent[kind] += 1
            else:
                tally.note("mutants", kind, bench.task.id, what, "", good=bool(bench.judge(outcome)))
    for kind, variants in VARIANTS.items():
        for what, outcome in bench.some(kind, list(variants(bench)), PER_KIND):
            why = bench.judge(outcome)
            tally.note("variants", kind, bench.task.id, what, " ".join(why), good=not why)
    if bench.task.role != "base":
        _guess(bench, tally, answers)
    return tally


def _oracle(bench: Bench, tally: Tally) -> bool:
    """Count how the plan fares; return whether it passes without a refused call."""
    try:
        against = bench.judge(bench.outcome)
    except (NotApplicable, ToolError) as error:
        why = f"the plan cannot be carried out: {error}"
        tally.note("oracle", "oracle", bench.task.id, "the plan", why, good=False)
        return False
    errors = [f"{c.tool} was refused: {c.error}" for c in bench.outcome.refused]
    tally.tool_errors += len(errors)
    tally.note("oracle", "oracle", bench.task.id, "the plan", " ".join(against), good=not against)
    tally.findings += [Finding(group="oracle", kind="tool_errors", task=bench.task.id, what=e, why="") for e in errors]
    return not (against or errors)


def _trivial(bench: Bench, tally: Tally) -> None:
    for name in IDLE if bench.task.role == "base" else AGENTS:
        outcome = play_trivial(bench, name)
        what = f"{len(outcome.calls)} calls, answer {str(outcome.answer)[:80]!r}"
        against = bench.judge(outcome)
        if name in LUCKY and bench.task.role in MEMBERS:
            tally.note_member(name, passed=not against)
        else:
            tally.note("trivial", name, bench.task.id, what, "", good=bool(against))
    for what, passes in naive_passes(bench):
        tally.note("trivial", NAIVE, bench.task.id, what, "", good=not passes)


def _guess(bench: Bench, tally: Tally, answers: Mapping[str, Counter[str]]) -> None:
    fact, task = bench.task.expectation.answer, bench.task
    if fact is None:
        return
    others = answers.get(fact.type, Counter())
    common: Iterable[str] = [max(sorted(others), key=lambda a: others[a])] if others else ()
    tried = [*common, *guesses(bench.apps, bench.template, task.plan, task.instruction, fact)]
    hit = lucky_guess(bench.apps, bench.template, task.instruction, fact, tried)
    if task.role in MEMBERS:
        tally.note_member("guess", passed=hit is not None)
    else:
        tally.note("guess", "guess", task.id, f"{fact.text!r} guessed as {hit!r}", "", good=hit is None)
