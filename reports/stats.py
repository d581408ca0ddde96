"""What a report says of one run, cut by cut. Pure: rollouts in, values out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median
from typing import TypeVar

from skillweave.reports.cells import Parts, parts_of, success_by, successes
from skillweave.reports.flags import flagged, flags
from skillweave.reports.intervals import Estimate, codes_of, rate, rate_of, rates_of
from skillweave.reports.records import Rollout

Key = TypeVar("Key", bound=Hashable)


def by(rollouts: Iterable[Rollout], key: Callable[[Rollout], Key | None]) -> dict[Key, Estimate]:
    """Return the success rate for each value of a key, in the values' order; rollouts without a value are left out."""
    rows = list(rollouts)
    found = success_by(rows, [key(r) for r in rows])
    return {value: found[value] for value in sorted(found, key=str)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillRow:
    """What one skill did in the rollouts that needed it."""

    skill: str
    tasks: Estimate
    """success of tasks that contain the skill"""
    alone: Estimate
    """success of its k = 1 tasks"""
    achieved: Estimate
    """how often the skill itself was achieved, whatever became of the task"""
    broke_first: Estimate
    """how often it was the first skill to break"""
    flagged: bool
    """it breaks first more often than other skills do at the same k, after correction for all that is looked at"""


def skills(rollouts: Sequence[Rollout], weak: Collection[str] | None = None) -> list[SkillRow]:
    """Return one row a skill: weak ones on top, then those that began most failures.

    ``weak`` are the skills that `flags` flags; they are looked up where they are not given. Atoms and pairs of families
    count where a skill is looked at alone, and nowhere else.
    """
    weak = flagged(flags(rollouts), "skill") if weak is None else weak
    alone: dict[str, list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.k == 1 and r.scored:
            alone[r.skills[0]].append(r)
    main = [r for r in rollouts if r.main]
    broken = Counter(r.first_broken for r in main if r.scored and r.first_broken)
    touched = parts_of(main, lambda skills: skills)
    achieved, broke_first = _shares(main, touched)
    rows = [
        SkillRow(
            skill=skill,
            tasks=tasks,
            alone=_alone(alone[skill]),
            achieved=reached,
            broke_first=first,
            flagged=skill in weak,
        )
        for skill, tasks, reached, first in zip(
            touched.names, successes(main, touched), achieved, broke_first, strict=True
        )
    ]
    return sorted(
        rows, key=lambda row: (not row.flagged, -broken[row.skill], -(row.broke_first.rate or 0.0), row.skill)
    )


def _shares(rollouts: Sequence[Rollout], touched: Parts[str]) -> tuple[list[Estimate], list[Estimate]]:
    """Return, of the scored rollouts with each skill, in how many it was achieved, and in how many it broke first."""
    import numpy as np

    place = {skill: i for i, skill in enumerate(touched.names)}
    scored = np.array([r.scored for r in rollouts], dtype=bool)[touched.rows]
    rows, cells = touched.rows[scored], touched.cells[scored]
    codes = codes_of(r.combination for r in rollouts)[rows]
    first = np.array([place.get(r.first_broken or "", -1) for r in rollouts], dtype=np.int64)
    broke_first = rates_of((first[rows] == cells).astype(float), codes, cells, len(place))
    entries = zip(rows.tolist(), cells.tolist(), strict=True)
    said = [rollouts[row].achieved.get(touched.names[cell]) for row, cell in entries]
    known = np.array([value is not None for value in said], dtype=bool)
    got = np.array([value for value in said if value is not None], dtype=float)
    return rates_of(got, codes[known], cells[known], len(place)), broke_first


def _alone(rollouts: Sequence[Rollout]) -> Estimate:
    """Return the rate of one skill's own tasks: with one combination only, tasks are the units."""
    return rate([r.score or 0.0 for r in rollouts], [r.sample for r in rollouts])


def first_breaks(rollouts: Iterable[Rollout]) -> Counter[str]:
    """Return how many failures each skill began; failures that broke no skill count under ''."""
    return Counter(r.first_broken or "" for r in rollouts if r.score == 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """The range of the headline when any one skill's tasks are left out."""

    low: float
    low_without: str
    high: float
    high_without: str


def leave_one_skill_out(rollouts: Sequence[Rollout]) -> LeaveOneOut | None:
    """Return how far the success rate moves with one skill left out; None where that cannot be said."""
    scored = [r for r in rollouts if r.score is not None]
    total, good = len(scored), sum(r.score or 0.0 for r in scored)
    with_skill: dict[str, list[float]] = defaultdict(list)
    for r in scored:
        for skill in r.skills:
            with_skill[skill].append(r.score or 0.0)
    left = {s: (good - sum(v)) / (total - len(v)) for s, v in with_skill.items() if len(v) < total}
    if not left:
        return None
    low, high = min(left, key=lambda s: (left[s], s)), max(left, key=lambda s: (left[s], s))
    return LeaveOneOut(low=left[low], low_without=low, high=left[high], high_without=high)


def pairs(rollouts: Iterable[Rollout], unit: Mapping[str, str] | None = None) -> dict[tuple[str, str], Estimate]:
    """Return the success of tasks that contain both skills of a pair, for every pair that was tried.

    With ``unit``, a group for each skill, pairs are of groups: (g, g) holds tasks with two skills of g.
    """
    rows = list(rollouts)

    def inside(skills: tuple[str, ...]) -> set[tuple[str, str]]:
        parts = sorted(skills if unit is None else (unit.get(s, s) for s in skills))
        return set(combinations(parts, 2))

    tried = parts_of(rows, inside)
    found = dict(zip(tried.names, successes(rows, tried), strict=True))
    return {pair: found[pair] for pair in sorted(found)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What rollouts cost. Means over rollouts that say it; None where none does."""

    n: int
    plan: float | None
    """tool calls of the reference"""
    calls: float | None
    ratio: float | None
    """calls per reference call, in successful rollouts"""
    errors: float | None
    """tool calls that were refused, per rollout"""
    input_tokens: float
    output_tokens: float
    seconds: float | None
    """median wall clock"""


def steps(rollouts: Sequence[Rollout]) -> Steps:
    """Return calls, refused calls, tokens and wall-clock seconds of rollouts, unscored ones included."""
    won = [r for r in rollouts if r.score == 1.0 and r.plan_length and r.tool_calls is not None]
    times = [r.wall_clock_seconds for r in rollouts if r.wall_clock_seconds is not None]
    planned = sum(r.plan_length or 0 for r in won)
    return Steps(
        n=len(rollouts),
        plan=_mean(r.plan_length for r in rollouts),
        calls=_mean(r.tool_calls for r in rollouts),
        ratio=sum(r.tool_calls or 0 for r in won) / planned if planned else None,
        errors=_mean(r.tool_errors for r in rollouts),
        input_tokens=_mean(r.input_tokens for r in rollouts) or 0.0,
        output_tokens=_mean(r.output_tokens for r in rollouts) or 0.0,
        seconds=median(times) if times else None,
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return fmean(known) if known else None


def endings(rollouts: Iterable[Rollout]) -> dict[str, int]:
    """Return how rollouts ended, most frequent first: success, wrong outcome, a limit, or unscored with its error."""
    return dict(sorted(Counter(map(_ending, rollouts)).items(), key=lambda item: (-item[1], item[0])))


def stopped_by(limit: str) -> str:
    """Return in words what ended a rollout: a limit by its kind, or as it or the agent's own error was worded.

    >>> stopped_by("message")
    'stopped at the message limit'
    >>> stopped_by("the agent raised ValueError: no")
    'stopped: the agent raised ValueError: no'
    """
    said = limit.strip().splitlines()[0]
    return f"stopped: {said[:90]}" if " " in said else f"stopped at the {said} limit"


def _ending(r: Rollout) -> str:
    if r.score is None:
        return f"unscored: {(r.error or 'no score').strip().splitlines()[0][:90]}"
    if r.score == 1.0:
        return "success"
    if r.limit:
        return stopped_by(r.limit)
    # Agents of others' tasks talk to a user, and hand nothing over.
    return "finished without submitting" if r.submitted is False and not r.group else "finished with a wrong outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What several attempts at a task give."""

    attempts: int
    some: Estimate
    """pass@j: at least one of j attempts succeeds (Chen et al. 2021)"""
    every: Estimate
    """pass^j: all j do (Yao et al. 2024)"""


def pass_curves(rollouts: Iterable[Rollout]) -> list[Attempts]:
    """Return pass@j and pass^j for j = 1 .. the epochs that every task has; [] with a single epoch.

    Both are the unbiased estimates from each task's attempts, averaged over tasks, clustered by combination.
    """
    from math import comb

    import numpy as np

    tasks: dict[tuple[str, str], list[float]] = defaultdict(list)
    for r in rollouts:
        if r.score is not None:
            tasks[r.sample, r.combination].append(r.score)
    depth = min((len(v) for v in tasks.values()), default=0)
    if depth < 2:
        return []
    codes = codes_of(combination for _, combination in tasks)
    counts = [(len(v), int(sum(v))) for v in tasks.values()]
    kinds, kind = np.unique(np.array(counts), axis=0, return_inverse=True)
    found = []
    for j in range(1, depth + 1):
        some = np.array([1 - comb(n - won, j) / comb(n, j) for n, won in kinds.tolist()])[kind]
        every = np.array([comb(won, j) / comb(n, j) for n, won in kinds.tolist()])[kind]
        found.append(
            Attempts(
                attempts=j,
                some=rate_of(some, codes, binary=False),
                every=rate_of(every, codes, binary=False),
            )
        )
    return found
