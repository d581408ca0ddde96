"""From combinations to verified tasks, with every reason for rejection counted."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from skillweave.tasks.answers import Answers
from skillweave.tasks.jobs import USED, Job, Outcome, Shop, Wish
from skillweave.tasks.lanes import Pending, Submit, lanes
from skillweave.tasks.pool import FORKS
from skillweave.tasks.request import Request, check_request
from skillweave.tasks.shape import Realisable
from skillweave.tasks.spec import Selection, TaskSpec
from skillweave.tasks.strategies import STRATEGIES, Ground, Strategy, spans_of
from skillweave.tasks.synthesis_report import Acceptance, Families, KCount, ReasonCount, SynthesisReport
from skillweave.tasks.tally import Figures, Tally, TaskTally, hubs_of
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.select import Combination, Selector
from skillweave.taxonomy.tree import Taxonomy

T = TypeVar("T")
SHARED = (4, 32)
"""combinations of one k (and mostly of one span) that live in one world, at least and at most: they stay on one
side of a split, and making a world costs more than making a task, so a larger set shares more"""
BLOCKS = 60
"""worlds that a set has at least, up to the most that may share one: four for each of five k and three spans"""
PAIRS = 0.4
"""share of the combinations for which a pair of tasks with a condition is tried"""
DRAWS = 12
"""combinations drawn for each task asked, at most"""
ROUND = 64
"""combinations proposed at once"""
AHEAD = 2
"""rounds under way at once: what a round proposes depends on the rounds before the last one, so that processes need not
wait for each other, and equally so with one process"""

Progress = Callable[[int, int], None]
"""(tasks made, tasks asked)"""
Sink = Callable[[Job, Outcome], None]
"""takes the outcome of each job, in order"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """Verified tasks and the report on how they were made."""

    tasks: tuple[TaskSpec, ...]
    report: SynthesisReport


def synthesize(
    suite: WorldSuite,
    taxonomy: Taxonomy,
    *,
    ks: Sequence[int],
    n: int,
    seed: int,
    select: str = "steps",
    families: bool = False,
    progress: Progress = lambda made, asked: None,
) -> Synthesis:
    """Return up to ``n`` verified tasks, spread evenly over ``ks``; the report says where tasks are missing and why.

    Raises `UserError` for a taxonomy of another suite, or k out of range. `make_tasks` does the same without keeping
    the tasks in memory.
    """
    request = Request(ks=tuple(ks), n=n, seed=seed, select=select, families=families)
    lines: list[str] = []
    report = make_tasks(
        suite,
        taxonomy,
        request,
        sink=lambda job, outcome: lines.extend(line for own in outcome.lines for line in own),
        progress=progress,
    )
    return Synthesis(tasks=tuple(TaskSpec.model_validate_json(line) for line in lines), report=report)


def make_tasks(
    suite: WorldSuite,
    taxonomy: Taxonomy,
    request: Request,
    *,
    sink: Sink,
    processes: int = 1,
    load: Callable[[], WorldSuite] | None = None,
    done: Callable[[Job], Outcome | None] = lambda job: None,
    progress: Progress = lambda made, asked: None,
) -> SynthesisReport:
    """Hand verified tasks to ``sink`` in an order that the number of processes does not change; return the report.

    ``done`` may give the outcome of a job that was carried out before; its lines are lost then. ``load`` gives other
    processes the suite where they cannot be forked, and must be picklable.
    """
    usable = check_request(suite, taxonomy, request)
    realisable = Realisable(suite)
    ground = Ground(
        selector=Selector(taxonomy),
        usable=frozenset(usable),
        realisable=realisable,
        seed=request.seed,
        beside=realisable.beside,
    )
    own = load if load is not None and processes > 1 and not FORKS else partial(_same, suite)
    with lanes(partial(_shop, own, taxonomy, request), processes) as submit:
        work = _Work(
            suite=suite,
            taxonomy=taxonomy,
            request=request,
            ground=ground,
            strategy=STRATEGIES[request.select](ground),
            submit=submit,
            sink=sink,
            done=done,
            progress=progress,
            answers=Answers(types=len({s.output for s in suite.skills.values() if s.output and not s.writes})),
        )
        sizes = sorted(set(request.ks))
        for place, k in enumerate(sizes):
            work.fill(k, request.n // len(sizes) + (place < request.n % len(sizes)))
        return work.report()


def _shop(load: Callable[[], WorldSuite], taxonomy: Taxonomy, request: Request) -> Shop:
    provenance = request.provenance(taxonomy)
    return Shop(suite=load(), taxonomy=taxonomy, provenance=provenance, families=request.families)


@dataclass(slots=True)
class _Counts:
    """What came of the combinations of one k."""

    k: int
    asked: int
    made: int = 0
    alone: int = 0
    drawn: int = 0
    tried: int = 0
    combinations: set[tuple[str, ...]] = field(default_factory=set)
    good: list[Combination] = field(default_factory=list)
    again: list[Combination] = field(default_factory=list)
    """those whose answer was right in other tasks already: they get a second turn, by then in another world"""
    twice: set[tuple[str, ...]] = field(default_factory=set)
    """those that had it, or wait for it"""
    reasons: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    members: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    strata: dict[int | None, list[int]] = field(default_factory=dict)
    """span -> drawn, made, tried"""


def _may_pair(combination: Combination) -> bool:
    """Return whether a matched pair shall be tried for a combination, as `PAIRS` of them."""
    return int(digest(["pair", list(combination.skills)])[:8], 16) < PAIRS * 16**8


_Round = list[tuple[Job, list[Combination], Pending]]


@dataclass(slots=True, kw_only=True)
class _Work:
    """The state of one synthesis."""

    suite: WorldSuite
    taxonomy: Taxonomy
    request: Request
    ground: Ground
    strategy: Strategy
    submit: Submit
    sink: Sink
    done: Callable[[Job], Outcome | None]
    progress: Progress
    answers: Answers
    counts: list[_Counts] = field(default_factory=list)
    tally: TaskTally = field(default_factory=TaskTally)
    proposed: dict[int, Tally] = field(default_factory=dict)
    realised: dict[int, Tally] = field(default_factory=dict)
    singles: set[str] = field(default_factory=set)
    world: int = -1
    """number of the world in which combinations are tried now"""
    room: int = 0
    """combinations that may still be tried in it"""
    size: int = 0
    """k of those that are"""

    def fill(self, k: int, wanted: int) -> None:
        """Make the tasks of one size: draw combinations under the strategy, and try each in some world."""
        now = _Counts(k=k, asked=wanted)
        self.counts.append(now)
        hubs = hubs_of(self.taxonomy)
        self.proposed[k], self.realised[k] = Tally(self.taxonomy, hubs), Tally(self.taxonomy, hubs)
        rounds: deque[_Round] = deque()
        exhausted = False
        while True:
            missing = wanted - now.made - sum(w.room for r in rounds for job, _, _ in r for w in job.wishes)
            room = DRAWS * wanted - now.drawn
            if len(rounds) < AHEAD and missing > 0 and room > 0 and not exhausted:
                count = min(max(1, int(missing / (1 + PAIRS))) if k > 1 else missing, room, ROUND)
                fresh, now.again = now.again[:count], now.again[count:]
                drawn = self.strategy.propose(k, count - len(fresh)) if len(fresh) < count else []
                self._note(now, drawn)
                fresh += drawn
                exhausted = not fresh
                if fresh:
                    rounds.append(self._hand_in(k, fresh, spare=missing - len(fresh) if k > 1 else 0))
            elif rounds:
                self._account(now, rounds.popleft())
            else:
                break
        self._again(now, wanted)

    def _again(self, now: _Counts, wanted: int) -> None:
        """Where all sets are drawn and tasks are still missing: the combinations that gave a task, in other worlds."""
        good = list(now.good)
        for _ in range(DRAWS):
            for at in range(0, len(good), ROUND):
                part = good[at : at + min(ROUND, wanted - now.made)]
                if part:
                    self._account(now, self._hand_in(now.k, part, anew=True))

    def _note(self, now: _Counts, fresh: Sequence[Combination]) -> None:
        now.drawn += len(fresh)
        for combination in fresh:
            self.proposed[now.k].add(combination.skills)
            now.strata.setdefault(combination.span, [0, 0, 0])[0] += 1

    def _hand_in(self, k: int, fresh: Sequence[Combination], *, spare: int = 0, anew: bool = False) -> _Round:
        """Share the combinations out over worlds, those of one span together, and hand the jobs in.

        With a ``spare`` number of tasks to be made beside one each, some may become a matched pair. A world that has
        room left is gone on with, unless each job shall have one of its own (``anew``).
        """
        pairs = {c.skills for c in [c for c in fresh if _may_pair(c)][:spare]}
        least, most = SHARED
        shared = min(most, max(least, self.request.n // BLOCKS))
        ordered = sorted(fresh, key=lambda c: c.span or 0)
        handed: _Round = []
        while ordered:
            if anew or self.room < 1 or self.size != k:
                self.world, self.room, self.size = self.world + 1, shared, k
            part, ordered = ordered[: self.room], ordered[self.room :]
            self.room -= len(part)
            seed = int(digest([self.request.seed, self.world])[:10], 16)
            job = Job(world_seed=seed, wishes=tuple(self._wish(c, 1 + (c.skills in pairs)) for c in part))
            known = self.done(job)
            handed.append((job, part, self.submit(job) if known is None else partial(_same, known)))
        return handed

    def _wish(self, combination: Combination, room: int) -> Wish:
        selection = Selection(
            strategy=self.request.select,
            information=combination.information,
            branches=len({self.taxonomy.branch(s) for s in combination.skills}),
            log_probability=combination.log_probability,
            budgeted=combination.log_probability is None,
        )
        return Wish(skills=combination.skills, span=combination.span, selection=selection, room=room)

    def _account(self, now: _Counts, handed: _Round) -> None:
        """Wait for a round's outcomes, in order, and count them."""
        for job, combinations, pending in handed:
            outcome = self._settled(job, pending())
            self.sink(job, outcome)
            for combination, grant in zip(combinations, outcome.grants, strict=True):
                stratum = now.strata[combination.span]
                now.tried += grant.tries
                stratum[2] += grant.tries
                now.reasons.update(grant.reasons)
                now.missing.update(grant.missing)
                now.members.update(grant.members)
                now.whole += "atom" in grant.members
                if USED in grant.reasons and not grant.tasks and combination.skills not in now.twice:
                    now.twice.add(combination.skills)
                    now.again.append(combination)
                    continue
                self.strategy.settle(combination, bool(grant.tasks))
                if not grant.tasks:
                    continue
                if combination.skills not in now.combinations:
                    now.combinations.add(combination.skills)
                    now.good.append(combination)
                    stratum[1] += 1
                if now.k == 1:
                    self.singles.update(combination.skills)
                for task in grant.tasks:
                    now.made += 1
                    now.alone += self.singles.issuperset(combination.skills)
                    self.realised[now.k].add(combination.skills)
                    self.tally.add(combination.skills, task)
            self.progress(sum(c.made for c in self.counts), self.request.n)

    def _settled(self, job: Job, outcome: Outcome) -> Outcome:
        """Return the outcome without tasks whose answer is right in other worlds too often; count the others'."""
        grants, lines = [], []
        for grant, own in zip(outcome.grants, outcome.lines, strict=True):
            spent = any(self.answers.spent(answer, job.world_seed) for answer in grant.answers)
            kept = grant.turned_down() if spent else grant
            self.answers.note((*kept.answers, *kept.beside), job.world_seed)
            grants.append(kept)
            lines.append(() if spent else own)
        return Outcome(grants=tuple(grants), lines=tuple(lines))

    def report(self) -> SynthesisReport:
        """Return the report on what was done."""
        totals: Counter[str] = Counter()
        for count in self.counts:
            totals.update(count.reasons)
        figures: dict[str, Figures] = {}
        for k in self.proposed:
            uniform = Tally(self.taxonomy, hubs_of(self.taxonomy))
            for skills in self.ground.population(k).sample:
                uniform.add(skills)
            sets = (("proposed", self.proposed[k]), ("realised", self.realised[k]), ("uniform", uniform))
            figures |= {f"k={k} {name}": tally.figures() for name, tally in sets if tally.count}
        return SynthesisReport(
            suite=self.suite.name,
            suite_version=self.suite.release,
            strategy=self.request.select,
            asked=self.request.n,
            made=sum(c.made for c in self.counts),
            by_k=tuple(
                KCount(
                    k=c.k,
                    asked=c.asked,
                    made=c.made,
                    alone=c.alone,
                    combinations=len(c.combinations),
                    drawn=c.drawn,
                    tried=c.tried,
                )
                for c in self.counts
            ),
            acceptance=tuple(row for c in self.counts for row in self._acceptance(c)),
            rejected=dict(sorted(totals.items())),
            table=tuple(
                ReasonCount(k=c.k, reason=r, count=n) for c in self.counts for r, n in sorted(c.reasons.items())
            ),
            shares=self.tally.shares(self._inventory()),
            families=self._families() if self.request.families else None,
            skills_used=len(self.tally.skills),
            skills_unused=tuple(sorted(set(self._inventory()) - set(self.tally.skills))),
            not_in_taxonomy=tuple(sorted(set(self.suite.skills) - set(self.taxonomy.skills))),
            figures=figures,
            provenance=self.request.provenance(self.taxonomy),
        )

    def _inventory(self) -> tuple[str, ...]:
        """Return the skills of the apps that were asked for."""
        apps = self.request.apps
        return tuple(s.id for s in self.suite.skills.values() if not apps or s.app in apps)

    def _families(self) -> Families:
        """Return what became of the families."""
        members: Counter[str] = Counter()
        missing: Counter[str] = Counter()
        for count in self.counts:
            members.update(count.members)
            missing.update(count.missing)
        return Families(
            combinations=sum(c.made for c in self.counts if c.k >= 2),
            whole=sum(c.whole for c in self.counts),
            members=dict(sorted(members.items())),
            missing=dict(sorted(missing.items())),
        )

    def _acceptance(self, count: _Counts) -> list[Acceptance]:
        """Return how the combinations of one k fared, by span."""
        population = self.ground.population(count.k)
        seen = Counter(self.taxonomy.span(s) for s in population.sample)
        rows = []
        for span, share in spans_of(self.ground.selector, count.k, self.ground.forbid).items():
            expected = share * population.drawn
            drawn, made, tried = count.strata.get(span, (0, 0, 0))
            rows.append(
                Acceptance(
                    k=count.k,
                    span=span,
                    uniform=share,
                    realisable=min(1.0, seen[span] / expected) if expected >= 20 else None,
                    drawn=drawn,
                    made=made,
                    tried=tried,
                )
            )
        return rows


def _same(value: T) -> T:
    return value
