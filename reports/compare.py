"""Two runs side by side: the paired difference, where it lies, and whether it can be told from chance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skillweave.reports.adjusted import Effect
from skillweave.reports.intervals import Estimate, success
from skillweave.reports.logs import read_logs
from skillweave.reports.paired import Difference, Pair, Slice, exposure_gain, mean_gap, pair_up, slices
from skillweave.reports.records import Run
from skillweave.taxonomy.errors import UserError

COMPARE_SCHEMA = "skillweave.compare/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing ``other`` with ``first``."""

    first: str
    other: str
    first_rate: Estimate
    """over the tasks that both were scored on"""
    other_rate: Estimate
    difference: Difference | None
    """None where no task differs, or there is one combination only"""
    composed: Difference | None
    """over combinations of two skills or more"""
    slices: tuple[Slice, ...]
    did: tuple[Effect, ...]
    """along the ladder, where exactly one of the runs is declared as exposed"""
    both: int
    """tasks that both always succeed at"""
    only_first: int
    """tasks at which the first does better"""
    only_other: int
    neither: int
    unpaired: int
    """tasks that only one of the runs was scored on: in no figure"""
    warnings: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Return the one sentence."""
        d = self.difference
        if d is None:
            return f"No task differs between {self.first} and {self.other}."
        size = f"{100 * d.mean:+.1f} points, 95% interval {100 * d.low:+.1f} to {100 * d.high:+.1f}"
        rest = f"({size}; {d.tasks} tasks, {d.combinations} combinations)"
        if d.low > 0:
            return f"{self.other} succeeds more often than {self.first} {rest}."
        if d.high < 0:
            return f"{self.other} succeeds less often than {self.first} {rest}."
        seen = f"a true difference under {100 * d.detectable:.1f} points would mostly go unseen"
        return f"No difference between {self.first} and {self.other} can be told {rest}: {seen}."

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON."""
        found = asdict(self)
        found["slices"] = [{**asdict(s), "verdict": s.verdict} for s in self.slices]
        detectable = None if self.difference is None else self.difference.detectable
        return {"schema": COMPARE_SCHEMA, "verdict": self.verdict, **found, "detectable": detectable}


def compare_logs(first: Path, other: Path) -> Comparison:
    """Return the comparison of two folders of logs, each with one measured run.

    Raises `UserError` where a folder holds several agents, the runs share no task, or the task sets differ in a task of
    the same id.
    """
    runs = read_logs([first, other])
    return compare(_one(runs, first), _one(runs, other))


def _one(runs: Sequence[Run], folder: Path) -> Run:
    mine = [run for run in runs if str(Path(run.record.logs[-1].path).parent) == str(folder)]
    mine = mine or [run for run in runs if run.record.logs[-1].path.startswith(str(folder))]
    measured = [run for run in mine if not run.record.control] or mine
    if len(measured) != 1:
        raise UserError(
            f"{str(folder)!r} holds {len(measured)} runs ({', '.join(run.record.label for run in measured)})",
            hint="compare takes one run a folder: move the others away, or see them side by side with report",
        )
    return measured[0]


def compare(first: Run, other: Run) -> Comparison:
    """Return the comparison of two runs on the tasks that both were scored on."""
    pairs = pair_up(first.main, other.main)
    if not pairs:
        raise UserError(
            f"{first.record.label!r} and {other.record.label!r} share no scored task",
            hint="compare runs on the same tasks and the same split",
        )
    shared = {p.rollout.sample for p in pairs}
    scored = [{r.sample for r in run.main if r.scored} for run in (first, other)]
    return Comparison(
        first=first.record.label,
        other=other.record.label,
        first_rate=success(r for r in first.main if r.sample in shared),
        other_rate=success(r for r in other.main if r.sample in shared),
        difference=mean_gap(pairs),
        composed=mean_gap([p for p in pairs if p.rollout.k >= 2]),
        slices=tuple(slices(pairs)),
        did=tuple(exposure_gain(first, other)),
        unpaired=len((scored[0] | scored[1]) - shared),
        warnings=tuple(_warnings(first, other)),
        **_counts(pairs),
    )


def _counts(pairs: Sequence[Pair]) -> dict[str, int]:
    found = Counter(_kind(p) for p in pairs)
    return {name: found[name] for name in ("both", "only_first", "only_other", "neither")}


def _kind(p: Pair) -> str:
    if p.first != p.other:
        return "only_first" if p.first > p.other else "only_other"
    return "both" if p.first == 1 else "neither"


def _warnings(first: Run, other: Run) -> list[str]:
    found = []
    for what in ("tasks", "splits", "taxonomy"):
        if first.record.hashes.get(what) != other.record.hashes.get(what):
            found.append(f"the runs used different {what}: only tasks of the same id are compared")
    if any(run.record.simulated for run in (first, other)):
        found.append("SIMULATED, not a real result: a run of a simulated model is compared")
    return found
