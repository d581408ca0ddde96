"""The verdict of a gate: candidate against baseline, task by task, slice by slice, in one or two looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from skillweave.reports.gate.broken import Broken, blame, what_broke
from skillweave.reports.gate.config import GateConfig, Quarantined, in_force
from skillweave.reports.gate.inference import smallest_p
from skillweave.reports.gate.look import Look, SliceResult, Status, take_look
from skillweave.reports.gate.looks import complete, first_half
from skillweave.reports.gate.results import Results, TaskResult, by_id, incomparable
from skillweave.reports.gate.slices import ALL, Paired


class Verdict(StrEnum):
    """What a gate says."""

    PASS = "pass"
    REGRESSION = "regression"
    INCONCLUSIVE = "inconclusive"
    """no regression was shown, and something that was to be tested could not tell"""
    UNDECIDABLE = "not decidable"
    """the two runs cannot be compared"""


def exit_code(verdict: Verdict, *, strict: bool) -> int:
    """Return 0 pass, 1 regression, 3 not decidable; inconclusive is 0, and 3 where strict."""
    if verdict is Verdict.INCONCLUSIVE:
        return 3 if strict else 0
    return {Verdict.PASS: 0, Verdict.REGRESSION: 1, Verdict.UNDECIDABLE: 3}[verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The verdict with all that it rests on."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """in words, the most telling first"""
    baseline: Results
    candidate: Results
    config: GateConfig
    looks: tuple[Look, ...]
    """none where the runs cannot be compared"""
    broken: Broken | None
    quarantined: Mapping[str, str]
    """task -> reason, for those left out"""
    warnings: tuple[str, ...]

    @property
    def slices(self) -> tuple[SliceResult, ...]:
        """The slices of the last look."""
        return self.looks[-1].slices if self.looks else ()


def decide(baseline: Results, candidate: Results, config: GateConfig, quarantine: tuple[Quarantined, ...] = ()) -> Gate:
    """Return the verdict on a candidate; see `Verdict` and `Status`.

    The gate fails where, for all tasks or a slice, the paired drop is at least ``min_drop`` and the one-sided test
    rejects at a share of alpha that Holm's correction gives it.
    """
    left_out, ignored = in_force(quarantine, candidate.created)
    out = {q.task: q.reason for q in left_out}
    before = [t for t in baseline.tasks if t.of and t.id not in out]
    after = {name: t for name, t in by_id(candidate).items() if name not in out}
    warnings = [f"quarantine of {task} is not heeded: {why}" for task, why in ignored.items()]
    warnings += [
        f"quarantine names {q.task}, which the baseline does not have"
        for q in left_out
        if q.task not in by_id(baseline)
    ]
    if baseline.simulated or candidate.simulated:
        warnings.append("SIMULATED, not a real result: a run of a simulated model is judged")
    pairs = [Paired(before=t, after=after[t.id]) for t in before if t.id in after and after[t.id].of]
    looks, blocked = _looks(before, after, pairs, baseline, candidate, config, warnings)
    verdict, reasons = (Verdict.UNDECIDABLE, blocked) if blocked else _verdict(looks[-1], config)
    broken = what_broke(pairs) if pairs else None
    if verdict is Verdict.REGRESSION and broken and (said := blame(broken)):
        reasons.append(said)
    return Gate(
        verdict=verdict,
        reasons=tuple(reasons),
        baseline=baseline,
        candidate=candidate,
        config=config,
        looks=tuple(looks),
        broken=broken,
        quarantined={t: why for t, why in out.items() if t in by_id(baseline)},
        warnings=tuple(warnings),
    )


def _looks(
    before: Sequence[TaskResult],
    after: Mapping[str, TaskResult],
    pairs: Sequence[Paired],
    baseline: Results,
    candidate: Results,
    config: GateConfig,
    warnings: list[str],
) -> tuple[list[Look], list[str]]:
    """Return the looks that were taken, and why there can be no verdict; the second look only where the first passes.

    Each look spends its own part of alpha, so that both together give at most one false alarm in 1/alpha.
    """
    if blocked := incomparable(baseline, candidate):
        return [], blocked
    looks: list[Look] = []
    alpha = config.alpha
    if config.looks == 2:
        early, alpha = alpha * config.first_look, alpha * (1 - config.first_look)
        half = first_half(before)
        first = [t for t in before if t.id in half]
        if not complete(after.values(), half, candidate.epochs):
            warnings.append("the first look was passed over: its half of the tasks is not complete in the candidate")
        elif not _unfit(first, {n: t for n, t in after.items() if n in half}, baseline, candidate, config, early):
            looks.append(take_look(1, early, first, pairs, baseline.suite, config))
            if looks[0].regressed:
                return looks, []
    blocked = _unfit(before, after, baseline, candidate, config, alpha)
    if blocked:
        return looks, blocked
    return [*looks, take_look(config.looks, alpha, before, pairs, baseline.suite, config)], []


def _unfit(
    before: Sequence[TaskResult],
    after: Mapping[str, TaskResult],
    baseline: Results,
    candidate: Results,
    config: GateConfig,
    alpha: float,
) -> list[str]:
    """Return why these tasks cannot carry a verdict."""
    found = [
        f"the {name}'s run errored: {run.errored}"
        for name, run in (("baseline", baseline), ("candidate", candidate))
        if run.errored
    ]
    for name, tasks, run in (("baseline", before, baseline), ("candidate", after.values(), candidate)):
        lost = sum(t.unscored for t in tasks) + run.missing
        planned = lost + sum(t.of for t in tasks)
        if planned and lost / planned > config.max_unscored:
            found.append(
                f"{lost} of {planned} rollouts of the {name} are unscored ({lost / planned:.1%}; "
                f"at most {config.max_unscored:.1%} may be)"
            )
    shared = [t for t in before if t.id in after and after[t.id].of]
    if not shared:
        return [*found, "no task was scored in both runs"]
    known = {t.id for t in before}
    extra = sum(name not in known and bool(t.of) for name, t in after.items())
    for count, of, whose, other in (
        (len(before) - len(shared), len(before), "baseline", "candidate"),
        (extra, len(shared) + extra, "candidate", "baseline"),
    ):
        if count / of > config.max_unscored:
            found.append(f"{count} of {of} tasks of the {whose} are not scored in the {other}")
    combinations = len({t.combination for t in shared})
    if smallest_p(combinations) > alpha:
        found.append(f"too few samples: {combinations} combinations cannot show a drop at alpha {alpha:g}")
    return found


def first_look(
    baseline: Results, candidate: Results, config: GateConfig, quarantine: tuple[Quarantined, ...] = ()
) -> Look | None:
    """Return the first look at a candidate that may still be running; None until its half is complete."""
    out = {q.task for q in in_force(quarantine, candidate.created)[0]}
    before = [t for t in baseline.tasks if t.of and t.id not in out]
    after = by_id(candidate)
    half = first_half(before)
    if not complete(after.values(), half, candidate.epochs):
        return None
    pairs = [Paired(before=t, after=after[t.id]) for t in before if t.id in after and after[t.id].of]
    mine = [t for t in before if t.id in half]
    return take_look(1, config.alpha * config.first_look, mine, pairs, baseline.suite, config)


def _verdict(look: Look, config: GateConfig) -> tuple[Verdict, list[str]]:
    bad = [s for s in look.slices if s.status in (Status.REGRESSION, Status.MISSING)]
    if bad:
        return Verdict.REGRESSION, [_sentence(s) for s in bad]
    unsure = [_sentence(s) for s in look.slices if s.status is Status.INCONCLUSIVE]
    small = [str(s.key) for s in look.slices if s.status is Status.UNDECIDABLE and s.blocks]
    if small:
        unsure.append(f"too few combinations to tell anything: {', '.join(small)}")
    whole = next(s for s in look.slices if s.key.dimension == ALL)
    if whole.detectable is not None and whole.detectable > config.target_drop:
        unsure.append(
            f"too few samples: a true drop of {100 * config.target_drop:g} points is seen with a power of "
            f"{whole.power:.0%}; from {100 * whole.detectable:.1f} points on it is {config.power:.0%}"
        )
    if unsure:
        return Verdict.INCONCLUSIVE, unsure
    return Verdict.PASS, ["no drop was shown, for all tasks or in any slice"]


def _sentence(s: SliceResult) -> str:
    name = "all tasks" if s.key.dimension == ALL else str(s.key)
    if s.test is None or s.before is None or s.after is None:
        return f"{name}: in the baseline, and missing in the candidate"
    move = (
        f"{s.before:.1%} to {s.after:.1%} ({100 * s.test.mean:+.1f} points, {s.test.tasks} tasks, "
        f"{s.test.combinations} combinations"
    )
    return f"{name}: {move}, p = {s.test.worse:.4f} against alpha {s.alpha:.4f})"
