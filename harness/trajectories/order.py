"""In which order rows are written: as they came, or by a curriculum."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skillweave.tasks.curriculum import BY, By, parse_shares, schedule
from skillweave.taxonomy.errors import UserError

Order = list[tuple[int | None, int]]
"""(epoch, row number)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """Epochs that move from easy to hard."""

    by: By = "k"
    epochs: int = 3
    size: int | None = None
    """rows of an epoch; None for as many as there are"""
    seed: int = 0
    shares: str | None = None
    """one's own, as `1=70,2=30/1=20,2=80`"""
    pass_rates: tuple[Path, ...] = ()
    """for ``pass-rate``: logs with several attempts a task"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a curriculum knows of a row."""

    number: int
    task: str
    k: int
    span: int | None


def arrange(entries: Sequence[Entry], curriculum: Curriculum | None, logs: Sequence[Path]) -> Order:
    """Return the rows in order; raises `UserError` for a curriculum that cannot be made of them."""
    if curriculum is None:
        return [(None, entry.number) for entry in entries]
    if curriculum.by not in BY:
        raise UserError(f"no curriculum by {curriculum.by!r}", hint=f"there is {', '.join(BY)}")
    rates = pass_rates(curriculum.pass_rates or logs) if curriculum.by == "pass-rate" else {}
    placed = [(entry, value) for entry in entries if (value := _difficulty(entry, curriculum.by, rates)) is not None]
    if not placed:
        raise UserError(
            "no row has a measured pass rate between 0 and 1",
            hint="measure one with skillweave run --epochs 8 and give its logs with --pass-rates",
        )
    values = sorted({value for _, value in placed}, reverse=curriculum.by == "pass-rate")
    made = schedule(
        [value for _, value in placed],
        values,
        epochs=curriculum.epochs,
        size=curriculum.size or len(placed),
        seed=curriculum.seed,
        shares=parse_shares(curriculum.shares) if curriculum.shares else (),
    )
    return [(number, placed[i][0].number) for number, rows in enumerate(made.epochs, 1) for i in rows]


def _difficulty(entry: Entry, by: By, rates: dict[str, float]) -> float | None:
    """Return what a row is ordered by, None for one that is left out."""
    if by == "k":
        return entry.k
    if by == "level":
        return -1 if entry.span is None else entry.span
    rate = rates.get(entry.task)
    return None if rate is None or rate in (0.0, 1.0) else rate


def pass_rates(logs: Sequence[Path]) -> dict[str, float]:
    """Return the share of scored attempts that succeeded, by task."""
    from skillweave.reports.logs import read_logs

    if not logs:
        raise UserError("a curriculum by pass rate needs measured ones", hint="give logs with --pass-rates")
    scores: dict[str, list[float]] = {}
    for run in read_logs(logs):
        for rollout in run.rollouts:
            if rollout.score is not None:
                scores.setdefault(rollout.sample, []).append(float(rollout.score >= 1.0))
    return {task: sum(found) / len(found) for task, found in scores.items()}
