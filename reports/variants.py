"""The same plan in another guise: does success hang on wording, order, the names of tools, or what else is offered?

Substitutivity and its relatives (Hupkes et al. 2020, J. Artificial Intelligence Research 67): a variant has the plan,
world and expected outcome of its base task, so that each pair differs in one thing only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from skillweave.reports.adjusted import holm
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, LEVEL, Estimate, success
from skillweave.reports.paired import Difference, Pair, mean_gap, per_task
from skillweave.reports.records import Rollout


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """Base tasks beside their variants of one kind."""

    kind: str
    """wording, order, names or distractors"""
    base: Estimate
    variant: Estimate
    difference: Difference | None
    """variant less base; None where no pair differs, or all are of one combination"""
    holm: float | None
    """p value corrected for all kinds; None where this one cannot be read"""

    @property
    def verdict(self) -> str:
        """Return lower, higher, no difference told, or too few combinations."""
        if self.base.combinations < ENOUGH_COMBINATIONS:
            return "too few combinations"
        if self.holm is None or self.difference is None or self.holm >= 1 - LEVEL:
            return "no difference told"
        return "higher" if self.difference.mean > 0 else "lower"


def variations(rollouts: Iterable[Rollout]) -> list[Variation]:
    """Return paired success of base tasks and their variants, kind by kind, corrected for all kinds after Holm.

    Only tasks that were scored in both forms count; they are paired by task and clustered by combination.
    """
    tasks = {sample: rows for (sample, _), rows in per_task(rollouts).items()}
    found: dict[str, list[tuple[list[Rollout], list[Rollout]]]] = defaultdict(list)
    for _, rows in sorted(tasks.items()):
        if rows[0].variant and rows[0].variant_of in tasks:
            found[rows[0].variant].append((tasks[rows[0].variant_of], rows))
    gaps = {
        kind: mean_gap([Pair(rollout=base[0], first=_mean(base), other=_mean(rows)) for base, rows in pairs])
        for kind, pairs in found.items()
    }
    corrected = holm({kind: d.p for kind, d in gaps.items() if d and d.combinations >= ENOUGH_COMBINATIONS})
    return [
        Variation(
            kind=kind,
            base=success(r for base, _ in pairs for r in base),
            variant=success(r for _, rows in pairs for r in rows),
            difference=gaps[kind],
            holm=corrected.get(kind),
        )
        for kind, pairs in sorted(found.items())
    ]


def _mean(rows: list[Rollout]) -> float:
    return sum(r.score or 0.0 for r in rows) / len(rows)
