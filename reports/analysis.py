"""All that a report says, computed once: tables, figures and page only show it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skillweave.reports import stats
from skillweave.reports.branches import Branch, branches, units
from skillweave.reports.independence import AtK, by_k, overhead
from skillweave.reports.intervals import Estimate, success
from skillweave.reports.logs import read_failures, read_logs
from skillweave.reports.records import Failure, Rollout, Run, RunRecord
from skillweave.taxonomy.errors import UserError

SHOWN_SKILLS = 8
SHOWN_FAILURES = 3
MAP_SIDE = 40
"""skills beyond which the map of pairs is drawn over groups of skills"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One run's figures."""

    record: RunRecord
    rollouts: tuple[Rollout, ...]
    headline: Estimate
    """over all rollouts"""
    composed: Estimate
    """over those that combine skills (k >= 2)"""
    leave_one_out: stats.LeaveOneOut | None
    overhead: float | None
    """r0, None where no k = 0 tasks were run"""
    by_k: tuple[AtK, ...]
    by_span: Mapping[int, Estimate]
    by_novelty: Mapping[int, Estimate]
    """of combinations; single skills are a control and on no rung"""
    by_length: Mapping[str, Estimate]
    by_k_span: Mapping[tuple[int, int], Estimate]
    skills: tuple[stats.SkillRow, ...]
    first_breaks: Mapping[str, int]
    """failures by the skill that broke first, '' where none broke"""
    branches: tuple[Branch, ...]
    """the taxonomy's nodes; empty where the run names no taxonomy"""
    pairs: Mapping[tuple[str, str], Estimate]
    group_pairs: Mapping[tuple[str, str], Estimate]
    """the same over groups of the taxonomy, where there are too many skills for a map; else empty"""
    steps: Mapping[int, stats.Steps]
    """by k"""
    endings: Mapping[str, int]
    passes: tuple[tuple[int, float, float], ...]
    against_first: stats.Difference | None
    """paired difference to the first measured run of the report"""
    failures: tuple[Failure, ...]
    """the ones shown, grouped by the skill that broke first"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The runs of one report: the agents that are measured, and the controls that check the task set."""

    measured: tuple[Analysis, ...]
    controls: tuple[Analysis, ...]
    warnings: tuple[str, ...]

    @property
    def runs(self) -> tuple[Analysis, ...]:
        """All runs, the measured ones first."""
        return (*self.measured, *self.controls)

    @property
    def simulated(self) -> bool:
        """True where any measured agent was simulated."""
        return any(a.record.simulated for a in self.measured)

    @property
    def exposed(self) -> bool:
        """True where every measured agent is declared to have practised the exposure that novelty refers to."""
        return all((a.record.exposure or {}).get("declared") is True for a in self.measured)


def analyse(runs: Sequence[Run]) -> Report:
    """Return the figures of all runs; raises `UserError` where a run has no scored rollout.

    Oracle and nop are controls, unless nothing else was run.
    """
    for run in runs:
        if not any(r.scored for r in run.rollouts):
            first = next((r.error for r in run.rollouts if r.error), "no score was written")
            raise UserError(
                f"none of the {len(run.rollouts)} rollouts of {run.record.label!r} has a score: {first}",
                hint=f"look at the first with inspect view --log-dir {_folder(run)}",
            )
    measured = [run for run in runs if not run.record.control] or list(runs)
    controls = [run for run in runs if run not in measured]
    base = measured[0].rollouts
    return Report(
        measured=tuple(_analysis(run, base if i else ()) for i, run in enumerate(measured)),
        controls=tuple(_analysis(run, ()) for run in controls),
        warnings=tuple(_warnings(runs)),
    )


def read_report(log_dirs: Sequence[Path]) -> Report:
    """Return the figures of folders of logs."""
    return analyse(read_logs(log_dirs))


def _folder(run: Run) -> str:
    return run.record.logs[-1].path.rpartition("/")[0] or "."


def _analysis(run: Run, first: Sequence[Rollout]) -> Analysis:
    rows = run.rollouts
    sizes = sorted({r.k for r in rows})
    skills = stats.skills(rows)
    breaks = stats.first_breaks(rows)
    tree = tuple(branches(run.record.taxonomy, rows)) if run.record.taxonomy else ()
    groups = units(tree, MAP_SIDE)
    return Analysis(
        record=run.record,
        rollouts=rows,
        headline=success(rows),
        composed=success(r for r in rows if r.k >= 2),
        leave_one_out=stats.leave_one_skill_out(rows),
        overhead=overhead(rows),
        by_k=tuple(by_k(rows)),
        by_span=stats.by(rows, lambda r: r.span),
        by_novelty=stats.by(rows, lambda r: r.novelty if r.k >= 2 else None),
        by_length=stats.by(rows, lambda r: r.length if r.k >= 2 else None),
        by_k_span=stats.by(rows, lambda r: None if r.span is None else (r.k, r.span)),
        skills=tuple(skills),
        first_breaks=dict(sorted(breaks.items(), key=lambda item: (-item[1], item[0]))),
        branches=tree,
        pairs=stats.pairs(rows),
        group_pairs=stats.pairs(rows, groups) if groups else {},
        steps={k: stats.steps([r for r in rows if r.k == k]) for k in sizes},
        endings=stats.endings(rows),
        passes=tuple(stats.pass_curves(rows)),
        against_first=stats.difference(first, rows) if first else None,
        failures=() if run.record.agent == "nop" else tuple(read_failures(_shown(rows))),
    )


def _shown(rollouts: Sequence[Rollout]) -> list[Rollout]:
    """Return the failures that a page shows: of the skills that break first most often, the simplest ones."""
    grouped: dict[str, list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score == 0.0:
            grouped[r.first_broken or ""].append(r)
    worst = sorted(grouped, key=lambda skill: (-len(grouped[skill]), skill))[:SHOWN_SKILLS]
    return [r for s in worst for r in sorted(grouped[s], key=lambda r: (r.k, r.sample, r.epoch))[:SHOWN_FAILURES]]


def _warnings(runs: Sequence[Run]) -> list[str]:
    found = []
    for run in runs:
        for log in run.record.logs:
            if log.status != "success" and (run.record.missing or log.rollouts):
                reason = f": {log.error.splitlines()[0][:160]}" if log.error else ""
                found.append(f"{run.record.label}: a log ended with status {log.status!r}{reason}")
        if run.record.missing:
            found.append(f"{run.record.label}: {run.record.missing} planned rollouts never ran")
        if run.record.superseded:
            found.append(f"{run.record.label}: {run.record.superseded} rollouts were replaced by a later attempt")
    for what in ("taxonomy", "splits", "tasks"):
        if len({run.record.hashes.get(what) for run in runs}) > 1:
            found.append(f"the runs used different {what}: compare them with care")
    return found
