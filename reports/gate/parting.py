"""Where two rollouts of one task part: what both did first, then what each did."""

from collections.abc import Sequence
from dataclasses import dataclass

from skillweave.reports.gate.broken import Broken
from skillweave.reports.logs import read_steps
from skillweave.reports.records import Rollout, Run

SHOWN = 3
"""tasks shown"""
AFTER = 4
"""steps shown of each rollout after they part"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """One task that went worse: a baseline rollout beside a candidate's."""

    task: str
    common: int
    """steps that both took, word for word"""
    last: str
    """the last of these, '' where they part at once"""
    baseline: tuple[str, ...]
    """next steps"""
    candidate: tuple[str, ...]
    finding: str
    """what the scorer said of the candidate's"""


def partings(broken: Broken, baseline: Run, candidate: Run) -> tuple[Parting, ...]:
    """Return the first tasks that went worse, side by side; read from both runs' logs."""
    chosen: list[tuple[Rollout, Rollout]] = []
    for flip in broken.worse:
        good = _pick(baseline, flip.task, 1.0)
        bad = _pick(candidate, flip.task, 0.0)
        if good and bad:
            chosen.append((good, bad))
        if len(chosen) == SHOWN:
            break
    steps = read_steps([r for pair in chosen for r in pair])
    return tuple(_part(good, bad, steps[key(good)], steps[key(bad)]) for good, bad in chosen)


def key(rollout: Rollout) -> tuple[str, str, int]:
    """Return what names a rollout among all logs."""
    return (rollout.log, rollout.sample, rollout.epoch)


def _pick(run: Run, task: str, score: float) -> Rollout | None:
    return next((r for r in run.rollouts if r.sample == task and r.score == score), None)


def _part(good: Rollout, bad: Rollout, before: Sequence[str], after: Sequence[str]) -> Parting:
    common = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        common += 1
    return Parting(
        task=good.sample,
        common=common,
        last=before[common - 1] if common else "",
        baseline=tuple(before[common : common + AFTER]),
        candidate=tuple(after[common : common + AFTER]),
        finding=bad.mismatches[0] if bad.mismatches else "",
    )
